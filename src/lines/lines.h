/* lines: which lines of the source, and which inlined calls, the code at an
 * address of a file is: from its DWARF, or from a Go program's own table.
 *
 * Nothing here allocates but from arenas with ceilings, so that it serves in
 * the measured program, too (libpprof-symbolize.so).
 */
#ifndef PP_LINES_LINES_H
#define PP_LINES_LINES_H

#include "base/base.h"
#include "object/object.h"

struct pp_frame {
    struct pp_slice function; /* mangled where DWARF has it */
    struct pp_slice file;     /* as the compiler wrote it, joined with the
                                 compilation directory */
    int64_t line, column;
    int64_t start_line; /* of the function; 0 unknown */
};

/* So many frames at one address are enough for everybody: code that is inlined
 * deeper is shown without its callers. */
enum { PP_FRAMES_MAX = 256 };

struct pp_lines_options {
    const struct pp_debug_search *search; /* NULL: only the file itself */
    struct pp_object_options object;      /* for further files */
    size_t memory_max; /* of the index; what was used longest ago goes first,
                          0: no limit */
    bool one_thread;   /* start no threads */
};

struct pp_lines; /* of one file; one thread at a time */

/* Find the lines of an object, which must outlive it: its own DWARF, that of
 * its debug file, or Go's table. PP_E_NOT_FOUND when there are none, and words
 * that say where it was looked for. Little is read before addresses are asked
 * for. */
int pp_lines_open(struct pp_object *object,
                  const struct pp_lines_options *options,
                  struct pp_lines **lines, struct pp_error *err);
void pp_lines_free(struct pp_lines *lines);

/* Read what these addresses need, on several processors where that pays off;
 * in any order. Not needed before pp_lines_find, but faster. */
void pp_lines_prepare(struct pp_lines *lines, const uint64_t *addresses,
                      uint32_t count);

/* The frames at an ELF address, innermost first, into `frames` (of the caller,
 * room for `frame_max`). Texts are borrowed until lines is freed. Returns how
 * many, 0 when nothing is known. */
uint32_t pp_lines_find(struct pp_lines *lines, uint64_t address,
                       struct pp_frame *frames, uint32_t frame_max);

/* What further file was looked for so far and not found, in words: a split unit
 * or a supplementary file, without which functions have no names. "" when
 * nothing is missing. Borrowed until the next call. */
const char *pp_lines_missing(const struct pp_lines *lines);

/* Add the functions of a Go program by its own table to its symbols, where they
 * were stripped of them (PLT stubs then lose their names). Nothing is done for
 * other programs; a failure leaves the symbols as they are. */
int pp_lines_complete_symbols(struct pp_object *object,
                              struct pp_symbols **symbols,
                              struct pp_error *err);

/* What a frame of a symbol's function is called: the same, but Go's assembly
 * functions have ".abi0" behind their names only as symbols. A part of it. */
struct pp_slice pp_lines_function_name(struct pp_slice symbol);

/* Bytes of memory that it holds, the objects it opened included. */
size_t pp_lines_memory(const struct pp_lines *lines);

#endif
