/* Finding Go's table and what its addresses rest on. See go_module.h.
 *
 * The table has a section of its own, unless the program was linked by the
 * system's linker as a position-independent one, or its section headers were
 * taken away. Then it is searched for by its first bytes.
 *
 * From Go 1.18 on addresses are offsets from the start of text, and those of
 * inlined calls from a place in the constants. Both are told by the module
 * data, a structure of the runtime that begins with the address of the table,
 * and is found by that. Where the system's linker made a position-independent
 * program, addresses are not in the file's data but in its relocations:
 *
 *     in data                  0                     0           0
 *     relocations              table .. names        text        calls
 *                              |        |            |           |
 *     module data   word:      0        1            22          38 or 40
 *
 * Invariant: module data are believed only if four of its words agree with the
 * table, so that a wrong guess costs names of inlined calls, but never tells
 * wrong ones.
 *
 * Specification: the structure moduledata of Go's runtime. */
#include "lines/go_module.h"

#include "lines/cursor.h"

enum {
    WORD_COUNT = 41, /* of module data, as far as it is looked at */
    WORD_TABLE = 0,
    WORD_NAMES = 1,
    WORD_FIRST = 20, /* the first function's address */
    WORD_TEXT = 22,

    RELOCATION_SIZE = 24, /* of Elf64_Rela */
    CANDIDATE_MAX = 8,    /* addresses of the table to be tried */
};

/* Bytes, and the address that they are loaded to. */
struct area {
    struct pp_slice bytes;
    uint64_t address;
};

/* What is looked for in areas, and what is found. */
struct search {
    struct pp_object *object;
    struct area table;
    struct pp_go_module *module;
    uint64_t words[WORD_COUNT]; /* of the module data, when found */
};

/* Look into an area; true ends the search. */
typedef bool look_fn(struct search *search, const struct area *area);

/* ---- where to look ------------------------------------------------------ */

/* All sections are optional, their names' is not. */
static bool has_sections(struct pp_object *object)
{
    struct pp_slice names;
    return pp_object_section(object, ".shstrtab", &names, NULL);
}

static bool look_into_sections(struct search *search, const char *const *names,
                               look_fn *look)
{
    for (; *names; names++) {
        struct area area;
        if (pp_object_section(search->object, *names, &area.bytes,
                              &area.address) &&
            look(search, &area))
            return true;
    }
    return false;
}

static bool look_into_all(struct search *search, look_fn *look)
{
    struct area area;
    for (uint32_t i = 0;
         pp_object_loaded(search->object, i, &area.bytes, &area.address); i++)
        if (look(search, &area))
            return true;
    return false;
}

static struct area behind(const struct area *area, size_t offset)
{
    return (struct area){{area->bytes.data + offset, area->bytes.size - offset},
                         area->address + offset};
}

/* ---- the table ---------------------------------------------------------- */

/* Whether the area begins with a table, whose first function has a name. */
static bool is_table(struct search *search, const struct area *area)
{
    struct pp_go_header *header = &search->module->header;
    struct pp_go_record record;
    if (!pp_go_header_read(header, area->bytes,
                           pp_object_is_swapped(search->object)) ||
        !pp_go_record_read(header, 0, &record) ||
        pp_go_name(header, record.name).size == 0)
        return false;
    search->table = *area;
    return true;
}

static bool holds_table(struct search *search, const struct area *area)
{
    const uint8_t *bytes = (const uint8_t *)area->bytes.data;
    for (size_t at = 0; at + PP_GO_MAGIC_SIZE <= area->bytes.size; at += 4) {
        /* In either byte order. */
        if (bytes[at + 1] != 0xff || bytes[at + 2] != 0xff)
            continue;
        struct area rest = behind(area, at);
        if (is_table(search, &rest))
            return true;
    }
    return false;
}

static bool find_table(struct search *search)
{
    static const char *const own[] = {".gopclntab", ".data.rel.ro.gopclntab",
                                      NULL};
    static const char *const shared[] = {".data.rel.ro", ".rodata", NULL};
    struct pp_slice mark;
    if (look_into_sections(search, own, is_table))
        return true;
    if (!has_sections(search->object))
        return look_into_all(search, holds_table);
    /* Only a Go program is worth reading through. */
    return (pp_object_section(search->object, ".go.buildinfo", &mark, NULL) ||
            pp_object_section(search->object, ".note.go.buildid", &mark,
                              NULL)) &&
           look_into_sections(search, shared, holds_table);
}

/* ---- module data -------------------------------------------------------- */

/* Whether the words agree with the table. */
static bool is_module(const struct search *search)
{
    const uint64_t *words = search->words;
    struct pp_go_header header = search->module->header;
    uint64_t names = (uint64_t)(header.names.data - header.table.data);
    header.text_start = words[WORD_TEXT];
    return words[WORD_TABLE] == search->table.address &&
           words[WORD_NAMES] == search->table.address + names &&
           words[WORD_FIRST] == pp_go_entry(&header, 0) &&
           words[WORD_TEXT] <= words[WORD_FIRST];
}

/* Whether module data begin where the area does. */
static bool read_module(struct search *search, const struct area *area)
{
    uint8_t size = search->module->header.pointer_size;
    struct pp_cursor cursor =
        pp_cursor_at(area->bytes, 0, search->module->header.is_swapped);
    for (uint32_t i = 0; i < WORD_COUNT; i++)
        search->words[i] = pp_cursor_number(&cursor, size);
    return !cursor.has_failed && is_module(search);
}

static bool holds_module(struct search *search, const struct area *area)
{
    uint8_t size = search->module->header.pointer_size;
    struct pp_cursor cursor =
        pp_cursor_at(area->bytes, 0, search->module->header.is_swapped);
    while (pp_cursor_left(&cursor) >= size) {
        size_t at = area->bytes.size - pp_cursor_left(&cursor);
        struct area rest = behind(area, at);
        if (pp_cursor_number(&cursor, size) == search->table.address &&
            read_module(search, &rest))
            return true;
    }
    return false;
}

/* ---- module data by relocations ----------------------------------------- */

struct relocation {
    uint64_t address, value;
};

static bool next_relocation(struct pp_cursor *cursor,
                            struct relocation *relocation)
{
    if (pp_cursor_left(cursor) < RELOCATION_SIZE)
        return false;
    relocation->address = pp_cursor_u64(cursor);
    pp_cursor_skip(cursor, 8); /* its kind */
    relocation->value = pp_cursor_u64(cursor);
    return true;
}

/* Whether relocations make module data of what is at an address. */
static bool relocate_module(struct search *search, struct pp_cursor cursor,
                            uint64_t address)
{
    struct relocation relocation;
    memset(search->words, 0, sizeof search->words);
    while (next_relocation(&cursor, &relocation)) {
        uint64_t word = (relocation.address - address) / sizeof(uint64_t);
        if (word < WORD_COUNT)
            search->words[word] = relocation.value;
    }
    return is_module(search);
}

static bool relocates_module(struct search *search, const struct area *area)
{
    const struct pp_cursor start =
        pp_cursor_at(area->bytes, 0, search->module->header.is_swapped);
    struct pp_cursor cursor = start;
    struct relocation relocation;
    uint32_t tried = 0;
    while (tried < CANDIDATE_MAX && next_relocation(&cursor, &relocation)) {
        if (relocation.value != search->table.address)
            continue;
        if (relocate_module(search, start, relocation.address))
            return true;
        tried++;
    }
    return false;
}

static bool find_module_data(struct search *search)
{
    static const char *const data[] = {".noptrdata", ".data", ".go.module",
                                       NULL};
    static const char *const relocations[] = {".rela.dyn", ".rela", NULL};
    if (!has_sections(search->object))
        return look_into_all(search, holds_module);
    return look_into_sections(search, data, holds_module) ||
           (pp_object_is_64(search->object) &&
            look_into_sections(search, relocations, relocates_module));
}

/* ---- what they tell ----------------------------------------------------- */

/* Without module data, text starts where the header says, unless that was left
 * to a relocation. */
static bool read_relative(struct search *search)
{
    struct pp_go_module *module = search->module;
    if (!find_module_data(search))
        return module->header.text_start != 0;
    module->header.text_start = search->words[WORD_TEXT];
    pp_object_bytes(search->object,
                    search->words[module->header.format->calls_word],
                    &module->calls);
    return true;
}

bool pp_go_module_find(struct pp_object *object, struct pp_go_module *module)
{
    *module = (struct pp_go_module){0};
    struct search search = {.object = object, .module = module};
    if (!find_table(&search))
        return false;
    if (module->header.format->is_relative)
        return read_relative(&search);
    pp_object_section(object, ".rodata", &module->calls, &module->calls_base);
    return true;
}
