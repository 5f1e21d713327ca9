/* symbolize: gives the locations of a profile their names. */
#ifndef PP_SYMBOLIZE_SYMBOLIZE_H
#define PP_SYMBOLIZE_SYMBOLIZE_H

#include "base/base.h"
#include "lines/lines.h"
#include "object/object.h"
#include "profile/profile.h"

/* ---- at the source: inside the measured program ------------------------- */

/* How much is told of an address. */
enum pp_source_detail {
    PP_SOURCE_DEFAULT,   /* lines, where they can be had */
    PP_SOURCE_ADDRESSES, /* nothing else */
    PP_SOURCE_NAMES,     /* the function */
    PP_SOURCE_LINES,     /* lines; the profile says so if they cannot be had */
};

/* From "0", "names" or "lines"; false for any other word. */
bool pp_source_detail_parse(struct pp_slice word,
                            enum pp_source_detail *detail);

/* What is known of the files mapped, kept between profiles: as much as fits
 * memory_max, in bytes. NULL without memory. One thread at a time. */
struct pp_source_names;

struct pp_source_names *pp_source_names_new(size_t memory_max);
void pp_source_names_free(struct pp_source_names *names);

/* Load libpprof-symbolize.so, which lines need, and which is tried to be done
 * once. PP_E_NOT_FOUND and words for a person. */
int pp_source_load_lines(struct pp_source_names *names, struct pp_error *err);

/* Name every location that has no lines yet, from the symbol tables of the
 * mapped files and, if libpprof-symbolize.so is there, their debug information;
 * has_functions is set on mappings of which every location was named, the
 * other flags on those of which any location has such. Files whose build id is
 * not the mapping's are not believed. Never fails: what cannot be named stays
 * as it is. */
void pp_source_name_profile(struct pp_source_names *names,
                            enum pp_source_detail detail,
                            struct pp_profile *profile);

/* The function at an address of this process, "" when unknown; demangled,
 * appended to out. For /debug/pprof/symbol. The files of all addresses that
 * are asked for stay open until pp_source_trim, whatever the ceiling. */
bool pp_source_name_address(struct pp_source_names *names, uint64_t address,
                            struct pp_buffer *out);
void pp_source_trim(struct pp_source_names *names);

/* ---- at the desk: in the tool ------------------------------------------- */

/* How the person hears of what takes its time: files from a server. */
struct pp_waiting {
    void (*tell)(const char *line);     /* NULL: nobody listens */
    void (*progress)(const char *line); /* redraw it; NULL wipes. NULL where
                                           stderr is no terminal */
};

/* What -symbolize= says, and where to look for files. */
struct pp_symbolize_options {
    bool none; /* leave all names as they are */
    bool local, fast, remote, force;
    enum pp_demangle demangle;
    const char *binary_path; /* $PPROF_BINARY_PATH or NULL */
    const char *home;        /* $HOME or NULL */
    const char *executable;  /* a binary named on the command line, or NULL */
    const char *build_id;    /* -buildid, or NULL */
    bool wants_lines;        /* source lines will be shown: it is worth asking
                                servers for them, and telling why not */
    const char *debuginfod_urls; /* $DEBUGINFOD_URLS or NULL; its library reads
                                    that, too */
    struct pp_waiting waiting;
};

/* Parse the value of -symbolize (colon-separated) into the first members.
 * Words that mean nothing are told to `warn`, as the reference does, and
 * skipped. */
void pp_symbolize_parse(const char *mode, struct pp_symbolize_options *options,
                        void (*warn)(const char *line));

/* ---- binaries: the files of mappings, open ------------------------------ */

/* What there is to know of the code of one file. */
struct pp_binary {
    struct pp_object *object;
    struct pp_symbols *symbols;
    struct pp_lines *lines; /* NULL: there are none, or not wanted */
};

/* Those open, kept from one profile or report to the next, as many as a
 * ceiling of memory allows; and those that could not be opened, with the
 * reason. One thread at a time. */
struct pp_binaries;

/* NULL without memory. The texts of `options` are borrowed. */
struct pp_binaries *pp_binaries_new(const struct pp_symbolize_options *options);
void pp_binaries_free(struct pp_binaries *binaries);

/* The file of a mapping: at its path if it has the build id there ("": the one
 * found before for that path, or what is there), else the system's debug file
 * of that id; else, with may_fetch, from debuginfod, which is asked for its
 * debug information then, too. Good until the next one is asked for.
 * PP_E_NOT_FOUND, PP_E_FORMAT. */
int pp_binaries_find(struct pp_binaries *binaries, struct pp_slice path,
                     struct pp_slice build_id, bool may_fetch,
                     const struct pp_binary **binary, struct pp_error *err);

/* ---- naming ------------------------------------------------------------- */

/* Find the binaries of the mappings and put their paths there, then (unless
 * none) name from them what has no name yet, and demangle. A profile without
 * mappings gets one, as in the reference.
 *
 * Which mappings, unless force, where all are named anew:
 *   that say nothing of names   are named, as in the reference
 *   with has_functions only     get lines, which the reference does not do
 *   any other                   stay as they are; their files are not opened
 * And which locations:
 *   without a name              get all frames
 *   with a name alone           keep it, and get its line and the frames
 *                               inlined there, if the function is called so in
 *                               the binary, mangled or not; not with fastlocal
 *   with lines, or more frames  stay as they are
 *
 * warn gets a few lines in the end on what has no names, and why, but nothing
 * of mappings of which most locations have names. PP_E_MEMORY is the only
 * failure. binaries may be NULL when none is set. */
int pp_symbolize(struct pp_profile *profile,
                 const struct pp_symbolize_options *options,
                 struct pp_binaries *binaries, void (*warn)(const char *line),
                 struct pp_error *err);

/* Demangle the names of functions that have none, or the mangled one; with
 * force, all. pp_symbolize does it; a remote answer needs it again. */
int pp_symbolize_demangle(struct pp_profile *profile,
                          const struct pp_symbolize_options *options,
                          struct pp_error *err);

/* The addresses of locations without lines, for a remote `symbol` server: a
 * POST body "0x1+0x2" (false: there are none), and the answer's names put
 * back. */
bool pp_symbolize_remote_request(const struct pp_profile *profile, bool force,
                                 struct pp_buffer *body);
int pp_symbolize_remote_answer(struct pp_profile *profile,
                               struct pp_slice answer, struct pp_error *err);

#endif
