/* object: what an executable file says of itself.
 *
 * symbols.c reads .symtab and .dynsym with nothing but libc, since it also
 * serves inside the measured program. lines.c reads DWARF through elfutils
 * and is linked into the tool only.
 */
#ifndef PP_OBJECT_OBJECT_H
#define PP_OBJECT_OBJECT_H

#include "base/base.h"

/* ---- which file it is --------------------------------------------------- */

/* Append the build id of an ELF file in hex, nothing when it has none. A
 * failure when it is no ELF file. */
int pp_object_build_id(const char *path, struct pp_buffer *id,
                       struct pp_error *err);

/* ---- symbols: names by address ------------------------------------------ */

struct pp_symbols; /* of one file; immutable, may be shared by threads */

/* Read the function symbols of an ELF file. The file must not change while
 * being read (it is read(), not mapped: a truncation cannot kill us). Damaged
 * or hostile files are refused or lose symbols, with no further harm. */
int pp_symbols_open(const char *path, struct pp_symbols **symbols,
                    struct pp_error *err);

/* The same from an ELF image in memory, such as the vDSO. */
int pp_symbols_open_image(const void *image, size_t size,
                          struct pp_symbols **symbols, struct pp_error *err);
void pp_symbols_free(struct pp_symbols *symbols);

/* The function that holds an ELF address (address - load bias): its mangled
 * name, borrowed, in *name and its start in *start (may be NULL). false when
 * no function symbol covers it; a symbol without size covers up to the next
 * one. Where several do, the best known name wins: global over weak over
 * local, then the one with fewer leading underscores. */
bool pp_symbols_find(const struct pp_symbols *symbols, uint64_t address,
                     struct pp_slice *name, uint64_t *start);

/* How far an address of the running process is from the file's own: the
 * reference's base (elfexec.GetBase) for a mapping start..limit of file offset
 * `offset`. Where segments share a page, the one that `address` (of the
 * process, in the mapping) lies in decides. */
int pp_symbols_base(const struct pp_symbols *symbols, uint64_t start,
                    uint64_t limit, uint64_t offset, uint64_t address,
                    uint64_t *base, struct pp_error *err);

/* The build id in hex, "" when the file has none. Borrowed. */
struct pp_slice pp_symbols_build_id(const struct pp_symbols *symbols);

/* How many functions it knows, and how many bytes of memory it holds. */
uint32_t pp_symbols_count(const struct pp_symbols *symbols);
size_t pp_symbols_memory(const struct pp_symbols *symbols);

/* ---- lines: source positions by address, with inlined calls ------------- */

struct pp_frame {
    struct pp_slice function; /* mangled where DWARF has it */
    struct pp_slice file;     /* as the compiler wrote it, joined with the
                                 compilation directory */
    int64_t line, column;
    int64_t start_line; /* of the function; 0 unknown */
};

struct pp_lines; /* of one file; one thread at a time */

int pp_lines_open(const char *path, struct pp_lines **lines,
                  struct pp_error *err);
void pp_lines_free(struct pp_lines *lines);

/* The frames at an ELF address, innermost first, appended to `frames` (of the
 * caller, room for `frame_max`). Texts are borrowed until lines is freed.
 * Returns how many, 0 when DWARF says nothing. */
uint32_t pp_lines_find(struct pp_lines *lines, uint64_t address,
                       struct pp_frame *frames, uint32_t frame_max);

/* ---- demangling --------------------------------------------------------- */

enum pp_demangle {
    PP_DEMANGLE_NONE,
    PP_DEMANGLE_SIMPLE,    /* no parameters, no template arguments (default) */
    PP_DEMANGLE_TEMPLATES, /* no parameters */
    PP_DEMANGLE_FULL,
};

/* Append the demangled form of a C++ or Rust name, as the reference's mode of
 * the same name prints it. false (and nothing appended) when `name` is not a
 * mangled one, or longer than 4 KiB. Allocates nothing but in `out`; bounded
 * on hostile names, but for those wants 1 MiB of stack. */
bool pp_demangle(struct pp_slice name, enum pp_demangle mode,
                 struct pp_buffer *out);

#endif
