/* Headers of line programs. See line_header.h.
 *
 * DWARF 5 tells with each table of names how its entries are written; before,
 * they were all alike and counted differently. Both are brought to one form:
 * file numbers and directory numbers count from 0, and what a version does not
 * have stands there empty.
 *
 * Invariant: names are borrowed and end with a NUL in the bytes they lie in;
 * those joined end so in the arena.
 *
 * Specification: DWARF 5, 6.2.4; DWARF 4, 6.2.4. */
#include "lines/line_header.h"

#include "lines/cursor.h"
#include "lines/forms.h"

enum {
    VERSION_FIRST = 2,
    VERSION_LAST = 5,
    FIELD_MAX = 255,       /* the count of fields is a byte */
    PATH_SIZE_MAX = 65536, /* of a joined name */
};

enum content {
    CONTENT_PATH = 1,
    CONTENT_DIRECTORY = 2,
};

/* How the entries of a table are written, in DWARF 5. */
struct layout {
    uint32_t field_count;
    struct field {
        uint64_t content;
        uint16_t form;
    } fields[FIELD_MAX];
};

/* ---- names -------------------------------------------------------------- */

/* Adds an entry to one of the tables. */
typedef int add_name(struct pp_line_header *header, struct pp_arena *arena,
                     struct pp_slice name, uint64_t directory);

static int add_directory(struct pp_line_header *header, struct pp_arena *arena,
                         struct pp_slice name, uint64_t directory)
{
    (void)directory; /* they have none themselves */
    const char **added = pp_vector_add(arena, &header->directories);
    if (!added)
        return PP_E_MEMORY;
    *added = name.size > 0 ? name.data : "";
    return PP_OK;
}

static int add_file(struct pp_line_header *header, struct pp_arena *arena,
                    struct pp_slice name, uint64_t directory)
{
    struct pp_line_file *file = pp_vector_add(arena, &header->files);
    if (!file)
        return PP_E_MEMORY;
    file->name = name.size > 0 ? name.data : "";
    file->directory = directory < PP_NONE ? (uint32_t)directory : PP_NONE;
    return PP_OK;
}

/* The tables of DWARF 2 to 4, each up to an empty name. */
static int read_old_names(struct pp_line_header *header, struct pp_arena *arena,
                          struct pp_cursor *cursor)
{
    const struct pp_slice none = {0};
    struct pp_slice name;
    int status = add_directory(header, arena, none, 0);
    if (status == PP_OK)
        status = add_file(header, arena, none, 0);
    while (status == PP_OK && (name = pp_cursor_text(cursor)).size > 0)
        status = add_directory(header, arena, name, 0);
    while (status == PP_OK && (name = pp_cursor_text(cursor)).size > 0) {
        status = add_file(header, arena, name, pp_cursor_uleb(cursor));
        pp_cursor_skip_leb(cursor); /* time */
        pp_cursor_skip_leb(cursor); /* size */
    }
    return status;
}

static void read_layout(struct pp_cursor *cursor, struct layout *layout)
{
    layout->field_count = pp_cursor_u8(cursor);
    for (uint32_t i = 0; i < layout->field_count; i++) {
        struct field *field = &layout->fields[i];
        field->content = pp_cursor_uleb(cursor);
        uint64_t form = pp_cursor_uleb(cursor);
        field->form = form <= UINT16_MAX ? (uint16_t)form : 0;
    }
}

/* One entry. What takes no bytes is none: the counts of entries are not to be
 * believed further than there are bytes. */
static bool read_entry(struct pp_cursor *cursor,
                       const struct pp_dwarf_unit *unit,
                       const struct layout *layout, struct pp_slice *name,
                       uint64_t *directory)
{
    const uint8_t *before = cursor->at;
    *name = (struct pp_slice){0};
    *directory = 0;
    for (uint32_t i = 0; i < layout->field_count; i++) {
        const struct field *field = &layout->fields[i];
        struct pp_form_value value;
        pp_form_read(cursor, unit, field->form, 0, &value);
        if (field->content == CONTENT_PATH)
            *name = pp_form_text(unit, &value);
        else if (field->content == CONTENT_DIRECTORY)
            *directory = value.number;
    }
    return !cursor->has_failed && cursor->at > before;
}

/* One of the two tables of DWARF 5. */
static int read_names(struct pp_line_header *header, struct pp_arena *arena,
                      struct pp_cursor *cursor,
                      const struct pp_dwarf_unit *unit, add_name *add)
{
    struct layout layout;
    struct pp_slice name;
    uint64_t directory;
    int status = PP_OK;
    read_layout(cursor, &layout);
    uint64_t left = pp_cursor_uleb(cursor);
    for (; status == PP_OK && left > 0; left--) {
        if (!read_entry(cursor, unit, &layout, &name, &directory))
            break;
        status = add(header, arena, name, directory);
    }
    return status;
}

/* ---- the header --------------------------------------------------------- */

/* false when no program can run by them. */
static bool read_rules(struct pp_line_rules *rules, struct pp_cursor *cursor,
                       uint16_t version)
{
    enum { VERSION_WITH_OPERATIONS = 4 };
    rules->is_swapped = cursor->is_swapped;
    rules->instruction_size = pp_cursor_u8(cursor);
    rules->operation_max = 1;
    if (version >= VERSION_WITH_OPERATIONS)
        rules->operation_max = pp_cursor_u8(cursor);
    pp_cursor_skip(cursor, 1); /* whether rows begin statements */
    rules->line_base = (int8_t)pp_cursor_u8(cursor);
    rules->line_range = pp_cursor_u8(cursor);
    rules->opcode_base = pp_cursor_u8(cursor);
    if (rules->opcode_base == 0 || rules->line_range == 0 ||
        rules->operation_max == 0)
        return false;
    rules->operand_counts =
        (const uint8_t *)pp_cursor_slice(cursor, rules->opcode_base - 1u).data;
    return !cursor->has_failed;
}

int pp_line_header_read(struct pp_line_header *header, struct pp_arena *arena,
                        const struct pp_dwarf_unit *unit)
{
    /* The program may be of another version and format than the unit. */
    struct pp_dwarf_unit own = *unit;
    struct pp_cursor cursor =
        pp_cursor_at(unit->file->sections[PP_DWARF_LINE], unit->line_table,
                     unit->file->is_swapped);
    uint64_t length = pp_cursor_unit_length(&cursor, &own.offset_size);
    cursor.end = length > 0 ? cursor.at + length : cursor.at;
    own.version = pp_cursor_u16(&cursor);
    *header = (struct pp_line_header){.version = own.version,
                                      .unit_directory = unit->directory};
    if (own.version < VERSION_FIRST || own.version > VERSION_LAST)
        return PP_OK;
    if (own.version >= 5) {
        own.address_size = pp_cursor_u8(&cursor);
        pp_cursor_skip(&cursor, 1); /* size of segment selectors */
    }
    uint64_t names_size = pp_cursor_number(&cursor, own.offset_size);
    struct pp_slice names = pp_cursor_slice(&cursor, names_size);
    struct pp_slice opcodes = pp_cursor_slice(&cursor, pp_cursor_left(&cursor));
    cursor = pp_cursor_at(names, 0, unit->file->is_swapped);
    if (!read_rules(&header->rules, &cursor, own.version))
        return PP_OK;
    if (opcodes.size <= UINT32_MAX) /* that marks can tell */
        header->opcodes = opcodes;
    if (own.version < 5)
        return read_old_names(header, arena, &cursor);
    int status = read_names(header, arena, &cursor, &own, add_directory);
    if (status == PP_OK)
        status = read_names(header, arena, &cursor, &own, add_file);
    return status;
}

/* ---- joining ------------------------------------------------------------ */

static bool is_absolute(const char *path)
{
    return path[0] == '/';
}

static void append_part(struct pp_buffer *path, struct pp_slice part)
{
    if (path->size > 0 && path->data[path->size - 1] != '/')
        pp_buffer_append_char(path, '/');
    pp_buffer_append_slice(path, part);
}

static const char *directory_of(const struct pp_line_header *header,
                                const struct pp_line_file *file)
{
    return file->directory < header->directories.count
               ? header->directories.items[file->directory]
               : "";
}

/* The name behind its directories; NULL without memory. */
static const char *join(const struct pp_line_header *header,
                        struct pp_arena *arena, const struct pp_line_file *file)
{
    char space[1024];
    struct pp_buffer path = pp_buffer_in(space);
    const char *directory = directory_of(header, file);
    /* DWARF 5 has the unit's own directory in the table. */
    bool is_units = header->version >= 5 && file->directory == 0;
    path.ceiling = PATH_SIZE_MAX;
    if (!is_absolute(directory) && !is_units)
        pp_buffer_append_slice(&path, header->unit_directory);
    if (*directory)
        append_part(&path, pp_slice_of(directory));
    append_part(&path, pp_slice_of(file->name));
    const char *joined =
        path.failed ? NULL : pp_slice_copy(arena, pp_buffer_slice(&path));
    pp_buffer_release(&path);
    return joined;
}

struct pp_slice pp_line_header_file(struct pp_line_header *header,
                                    struct pp_arena *arena, uint64_t number)
{
    if (number >= header->files.count)
        return (struct pp_slice){0};
    struct pp_line_file *file = &header->files.items[number];
    if (!file->is_joined && *file->name && !is_absolute(file->name)) {
        const char *joined = join(header, arena, file);
        if (!joined)
            return (struct pp_slice){0};
        file->name = joined;
        file->is_joined = true;
    }
    return pp_slice_of(file->name);
}
