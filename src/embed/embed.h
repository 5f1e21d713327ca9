/* embed: where libpprof meets the program it is in.
 *
 *   load.c       what happens when libpprof is loaded, at fork, at the end
 *   whole_run.c  PPROF_CPUPROFILE: the profile of everything the program does
 *   public.c     the functions of pprof.h
 *   complain.c   the one place where it speaks
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

/* Write it now, if there is one and this process is the one that began it.
 * Also called from an interposed _exit, so it may be a vfork child's call. */
void pp_whole_run_finish(void);

/* One line on stderr: libpprof speaks only in answer to an environment
 * variable. */
void pp_complain(const char *what, const char *why);

/* Name, encode and write a profile, and free it. */
int pp_write_profile(struct pp_profile *profile, int fd, struct pp_error *err);

/* Around fork: nobody is in the middle of a public call; in the child there is
 * no profile of its caller's. */
void pp_public_before_fork(void);
void pp_public_after_fork(bool is_child);

/* Find the C library's functions behind the names that we take. */
void pp_interpose_init(void);

#endif
