/* object: what an executable file says of itself: its build id, symbols,
 * sections, code, and where its debug information is.
 *
 * Symbols need nothing but libc, since they are also read inside the measured
 * program; files with compressed parts are opened in the tool and in
 * libpprof-symbolize.so only.
 */
#ifndef PP_OBJECT_OBJECT_H
#define PP_OBJECT_OBJECT_H

#include "base/base.h"

/* ---- which file it is --------------------------------------------------- */

/* Append the build id of an ELF file in hex, nothing when it has none. A
 * failure when it is no ELF file. */
int pp_object_build_id(const char *path, struct pp_buffer *id,
                       struct pp_error *err);

/* The same from the notes of a running kernel, as /sys/kernel/notes has them.
 */
void pp_object_build_id_of_notes(struct pp_slice notes, struct pp_buffer *id);

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

struct pp_object;       /* an open ELF file, see below */
struct pp_debug_search; /* where debug files are, see below */

/* At the desk: the symbols of an open file, of its MiniDebugInfo, and where it
 * has no .symtab of the debug file that `search` (NULL: none) finds. What is
 * found is copied: the object may go. */
int pp_symbols_open_object(struct pp_object *object,
                           const struct pp_debug_search *search,
                           struct pp_symbols **symbols, struct pp_error *err);

/* A function as its table names it. */
struct pp_listed_symbol {
    struct pp_slice name; /* mangled; borrowed */
    uint64_t start, size;
};

/* Symbols that somebody else knows of, in any order. object: the file whose
 * addresses they are; NULL: none, there are no bases and no build id then. */
int pp_symbols_from_list(const struct pp_object *object,
                         const struct pp_listed_symbol *list, uint32_t count,
                         struct pp_symbols **symbols, struct pp_error *err);

/* The kernel's symbols by the text of /proc/kallsyms, functions of modules
 * included. PP_E_NOT_FOUND when all addresses are hidden from us. */
int pp_symbols_open_kallsyms(const char *path, struct pp_symbols **symbols,
                             struct pp_error *err);

/* What a JIT compiler wrote of its code: lines "START SIZE NAME" in hex, as in
 * /tmp/perf-PID.map; of several at one address the last one counts. Only a
 * regular file is read. */
int pp_symbols_open_perf_map(const char *path, struct pp_symbols **symbols,
                             struct pp_error *err);

/* All code symbols in the order of their addresses, those of one address by
 * name: as `nm -n` lists them, labels included, PLT stubs not. What has no size
 * goes up to the next one. Only pp_symbols_open_object keeps this list; others
 * have none. false behind the last one. */
bool pp_symbols_at(const struct pp_symbols *symbols, uint32_t index,
                   struct pp_listed_symbol *symbol);

/* The function that holds an ELF address (address - load bias): its mangled
 * name, borrowed, in *name and its start in *start (may be NULL). false when
 * no function symbol covers it; a symbol without size covers up to the next
 * one. Where several do, the best known name wins: global over weak over
 * local, then the one with fewer leading underscores. PLT stubs have the name
 * of what they call, and "@plt". */
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

/* ---- files: their bytes, by section and by address ---------------------- */

/* struct pp_object: an open ELF file; one thread at a time. */

struct pp_object_options {
    /* Copy what is read into memory of our own, and start no threads, as the
     * measured program must. Otherwise the file is mapped: should it be cut
     * short it reads as zeros from there on, for which we handle SIGBUS. */
    bool copied;
    size_t memory_max; /* for copies and uncompressed sections; 0: no limit */
};

/* What is no ELF file is refused; Mach-O and PE by name. options may be NULL.
 */
int pp_object_open(const char *path, const struct pp_object_options *options,
                   struct pp_object **object, struct pp_error *err);

/* The same of bytes in memory, which must outlive it. */
int pp_object_open_image(const void *image, size_t size,
                         const struct pp_object_options *options,
                         struct pp_object **object, struct pp_error *err);
void pp_object_free(struct pp_object *object);

const char *pp_object_path(const struct pp_object *object);
struct pp_slice pp_object_id(const struct pp_object *object); /* hex; or "" */
uint16_t pp_object_machine(const struct pp_object *object);   /* EM_* */
bool pp_object_is_64(const struct pp_object *object);
bool pp_object_is_swapped(const struct pp_object *object); /* byte order */

/* The bytes of a section, uncompressed, and the address that it is loaded to
 * (may be NULL). Read when first asked for; they stay until the object is
 * freed. false (and an empty slice) when there is no such section, it is not
 * in the file (as in debug files), or cannot be read or kept. */
bool pp_object_section(struct pp_object *object, const char *name,
                       struct pp_slice *bytes, uint64_t *address);

/* Whether the file has bytes of such a section, be it that they cannot be read
 * or kept. */
bool pp_object_has_section(const struct pp_object *object, const char *name);

/* Uncompress those of the named sections (NULL at the end) that are compressed,
 * at the same time where there are processors for it: what pp_object_section
 * would do one after the other. Not needed, but faster. */
void pp_object_prepare(struct pp_object *object, const char *const *names);

/* The file's bytes from an address of its own to the end of what is loaded
 * there without a gap. false when nothing of the file is. */
bool pp_object_bytes(struct pp_object *object, uint64_t address,
                     struct pp_slice *bytes);

/* The parts of the file that are loaded, by index from 0 on: the bytes (empty
 * when they cannot be read or kept) and the address of each. false behind the
 * last one. */
bool pp_object_loaded(struct pp_object *object, uint32_t index,
                      struct pp_slice *bytes, uint64_t *address);

size_t pp_object_memory(const struct pp_object *object);

/* Close the file: bytes handed out stay, others cannot be had from here on. In
 * the measured program no descriptor must be kept: it is one less for the
 * program, which may close what it did not open. */
void pp_object_close_file(struct pp_object *object);

/* ---- debug files: where the debug information of a file is -------------- */

/* Where to look, besides beside the file itself. */
struct pp_debug_search {
    const char *const *directories; /* "/usr/lib/debug"; NULL at the end */
    /* Last of all: append the path of the file with this build id, fetched
     * from wherever it is. NULL: nowhere. */
    bool (*fetch)(void *context, struct pp_slice build_id,
                  struct pp_buffer *path);
    void *context;
};

/* The system's directories, and no fetching. */
extern const struct pp_debug_search pp_debug_search_default;

/* Open the file that has the sections .debug_info or .symtab that `object`
 * lacks: by its build id in the directories, by its .gnu_debuglink beside it
 * and in the directories, last by fetching. PP_E_NOT_FOUND, and words that say
 * where it was looked for. */
int pp_debug_file_open(struct pp_object *object,
                       const struct pp_debug_search *search,
                       const struct pp_object_options *options,
                       struct pp_object **debug, struct pp_error *err);

/* Open the supplementary file, made by dwz, that the DWARF of `object` refers
 * to by .gnu_debugaltlink or .debug_sup: at the path told there, which is
 * relative to the file, or by its build id in the directories, last by
 * fetching. Only a file with the build id told is taken. PP_E_NOT_FOUND when
 * none is referred to, or it is not there. search may be NULL. */
int pp_supplement_open(struct pp_object *object,
                       const struct pp_debug_search *search,
                       const struct pp_object_options *options,
                       struct pp_object **supplement, struct pp_error *err);

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

/* The same of a name of D. For the tool: it calls malloc. */
bool pp_demangle_d(struct pp_slice name, enum pp_demangle mode,
                   struct pp_buffer *out);

#endif
