/* Symbols that do not come out of a file's tables: told by somebody else, the
 * kernel's, or those of a JIT compiler. See object.h.
 *
 * Both texts are lines of numbers in hex and names:
 *
 *     ffffffff81000000 T _stext
 *     ffffffffc0a81000 t nf_hook  [netfilter]
 *     7f3c5e0a2000 1c0 LazyCompile:~main /srv/app.js:12
 *
 * Invariant: a line that makes no sense is no symbol, and no line is longer
 * than the text.
 *
 * Specification: proc(5); the kernel's tools/perf/Documentation/
 * jit-interface.txt. */
#include "object/open.h"
#include "object/symbols.h"
#include "os/os.h"

enum { NAME_SIZE_MAX = 4096 }; /* longer ones are cut */

static const size_t text_size_max = (size_t)128 << 20;

/* ---- told --------------------------------------------------------------- */

int pp_symbols_from_list(const struct pp_object *object,
                         const struct pp_listed_symbol *list, uint32_t count,
                         struct pp_symbols **symbols, struct pp_error *err)
{
    struct pp_symbol_table table = {0};
    struct pp_arena scratch;
    int status = PP_OK;
    pp_arena_init(&scratch, pp_symbols_memory_max);
    for (uint32_t i = 0; i < count && status == PP_OK; i++) {
        struct pp_symbol symbol = {
            .start = list[i].start,
            .size = list[i].size,
            .section_end = UINT64_MAX,
        };
        status =
            pp_symbol_table_add(&table, &scratch, &symbol, list[i].name, "");
    }
    *symbols =
        status == PP_OK ? pp_symbols_new(object ? &object->elf : NULL) : NULL;
    status = *symbols ? pp_symbols_finish(symbols, &table, true, &scratch, err)
                      : pp_fail_memory(err);
    pp_arena_release(&scratch);
    return status;
}

/* ---- words of a line ---------------------------------------------------- */

static void skip(struct pp_slice *line, size_t size)
{
    line->data += size;
    line->size -= size;
}

static bool take_hex(struct pp_slice *line, uint64_t *value)
{
    size_t digits = 0;
    *value = 0;
    if (pp_slice_starts_with(*line, pp_slice_literal("0x")))
        skip(line, 2);
    for (; digits < line->size; digits++) {
        char c = line->data[digits] | 0x20; /* small letters */
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                           : -1;
        if (digit < 0)
            break;
        *value = *value << 4 | (uint64_t)digit;
    }
    skip(line, digits);
    return digits > 0 && digits <= 16;
}

/* Skip the blanks between two words; false where there are none. */
static bool take_blank(struct pp_slice *line)
{
    size_t size = 0;
    while (size < line->size &&
           (line->data[size] == ' ' || line->data[size] == '\t'))
        size++;
    skip(line, size);
    return size > 0;
}

static struct pp_slice first_word(struct pp_slice line)
{
    size_t size = 0;
    while (size < line.size && line.data[size] != ' ' &&
           line.data[size] != '\t')
        size++;
    return (struct pp_slice){line.data, size};
}

/* ---- lines -------------------------------------------------------------- */

/* "ADDRESS TYPE NAME [MODULE]": a function, by its type. */
static bool read_kallsyms_line(struct pp_slice line, struct pp_symbol *symbol,
                               struct pp_slice *name)
{
    if (!take_hex(&line, &symbol->start) || !take_blank(&line) ||
        line.size < 2 || !strchr("tTwW", line.data[0]))
        return false;
    symbol->rank = line.data[0] == 't'   ? PP_SYMBOL_LOCAL
                   : line.data[0] == 'T' ? PP_SYMBOL_GLOBAL
                                         : PP_SYMBOL_WEAK;
    skip(&line, 1);
    if (!take_blank(&line))
        return false;
    *name = first_word(line);
    return symbol->start != 0;
}

/* "START SIZE NAME": the name is the rest of the line. */
static bool read_perf_map_line(struct pp_slice line, struct pp_symbol *symbol,
                               struct pp_slice *name)
{
    if (!take_hex(&line, &symbol->start) || !take_blank(&line) ||
        !take_hex(&line, &symbol->size) || !take_blank(&line) ||
        symbol->size == 0 || symbol->size > UINT64_MAX - symbol->start)
        return false;
    symbol->section_end = symbol->start + symbol->size;
    *name = line;
    return true;
}

/* ---- texts -------------------------------------------------------------- */

typedef bool line_reader(struct pp_slice line, struct pp_symbol *symbol,
                         struct pp_slice *name);

/* Add the symbols of all lines. */
static int read_lines(struct pp_slice text, line_reader *read,
                      struct pp_symbol_table *table, struct pp_arena *arena)
{
    while (text.size > 0) {
        struct pp_slice line = pp_slice_first_line(text), name;
        struct pp_symbol symbol = {.section_end = UINT64_MAX};
        size_t used = line.size < text.size ? line.size + 1 : line.size;
        skip(&text, used);
        if (!read(line, &symbol, &name))
            continue;
        if (name.size > NAME_SIZE_MAX)
            name.size = NAME_SIZE_MAX;
        /* A NUL inside would end it elsewhere than here. */
        name.size = strnlen(name.data, name.size);
        if (name.size > 0 &&
            pp_symbol_table_add(table, arena, &symbol, name, "") < 0)
            return PP_E_MEMORY;
    }
    return PP_OK;
}

static int index_text(struct pp_slice text, line_reader *read, bool last_wins,
                      struct pp_symbols **symbols, struct pp_error *err)
{
    struct pp_symbol_table table = {.last_wins = last_wins};
    struct pp_arena scratch;
    pp_arena_init(&scratch, pp_symbols_memory_max);
    int status = read_lines(text, read, &table, &scratch);
    *symbols = status == PP_OK ? pp_symbols_new(NULL) : NULL;
    status = *symbols ? pp_symbols_finish(symbols, &table, false, &scratch, err)
                      : pp_fail_memory(err);
    pp_arena_release(&scratch);
    return status;
}

static int open_text(const char *path, line_reader *read, bool last_wins,
                     struct pp_symbols **symbols, struct pp_error *err)
{
    struct pp_buffer text;
    *symbols = NULL;
    pp_buffer_init(&text, text_size_max);
    int status = pp_os_read_regular_file(path, &text);
    status = status < 0 ? pp_fail_errno(err, -status, "read %s", path)
                        : index_text(pp_buffer_slice(&text), read, last_wins,
                                     symbols, err);
    pp_buffer_release(&text);
    return status;
}

int pp_symbols_open_kallsyms(const char *path, struct pp_symbols **symbols,
                             struct pp_error *err)
{
    int status = open_text(path, read_kallsyms_line, false, symbols, err);
    if (status < 0 || pp_symbols_count(*symbols) > 0)
        return status;
    pp_symbols_free(*symbols);
    *symbols = NULL;
    return pp_fail(err, PP_E_NOT_FOUND,
                   "%s: no addresses (kernel.kptr_restrict hides them)", path);
}

int pp_symbols_open_perf_map(const char *path, struct pp_symbols **symbols,
                             struct pp_error *err)
{
    return open_text(path, read_perf_map_line, true, symbols, err);
}
