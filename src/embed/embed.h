/* embed: where libpprof meets the program it is in.
 *
 *   load.c       what happens when libpprof is loaded, at fork, at the end
 *   whole_run.c  PPROF_CPUPROFILE: the profile of everything the program does
 *   public.c     the functions of pprof.h
 *   environment.c  who was asked by it, for what, and where we speak
 *   interpose.c  the C library's names that libpprof takes
 *
 * Invariant: unless an environment variable or a call asks for it, nothing is
 * started and nothing is opened.
 */
#ifndef PP_EMBED_EMBED_H
#define PP_EMBED_EMBED_H

#include "base/base.h"
#include "profile/profile.h"

#define PP_EXPORT __attribute__((visibility("default")))

/* Collect the whole run at hz (0: the default rate) and write it to `file`
 * when the program ends; complains on stderr if that cannot be. */
void pp_whole_run_start(const char *file, uint32_t hz);

/* Write it now, if there is one, it is not written yet, and this process is
 * the one that began it. The second waits for another thread to do so, some
 * seconds at most: it is async-signal-safe and needs little stack. */
void pp_whole_run_finish(void);
void pp_whole_run_finish_anywhere(void);

/* What a variable was set to when the program was started, or NULL. It is not
 * getenv that is asked: shells have one of their own, which has not read
 * anything yet when we are loaded. */
const char *pp_environment(const char *variable);

/* Is this process the first, of it and those it starts, that had us loaded
 * with the environment as it is? The named variable remembers. */
bool pp_is_first_process(const char *variable);

/* One line on stderr: libpprof speaks only in answer to an environment
 * variable. */
void pp_complain(const char *what, const char *why);

/* A number of bytes: digits, with k, m or g behind them for powers of 1024.
 * False for what is none, or more than there can be. */
bool pp_parse_size(const char *text, size_t *size);

/* Name, encode and write a profile, and free it. */
int pp_write_profile(struct pp_profile *profile, int fd, struct pp_error *err);

/* In the child of a fork there is no profile of its caller's. */
void pp_public_after_fork_in_child(void);

/* Find the C library's functions behind the names that we take. */
void pp_interpose_init(void);

#endif
