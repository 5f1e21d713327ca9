/* Reading Go's table of functions and lines. See go_format.h.
 *
 *     header  -> names   texts
 *             -> units   for each unit its files: offsets of texts in `files`
 *             -> files   texts
 *             -> values  for each function several small tables, each of which
 *                        tells one number by address: the line, the file, the
 *                        inlined call
 *             -> index   (address, offset in records) of each function, sorted
 *             -> records what there is of a function
 *
 * In Go 1.2 all offsets are the table's, units do not exist, and `files` is an
 * array of offsets.
 *
 * Invariant: no offset is believed. Everything is read through a cursor, texts
 * end within TEXT_SIZE_MAX, and the tables of values within what the caller
 * grants.
 *
 * Specification: "Go 1.2 Runtime Symbol Information" (golang.org/s/go12symtab)
 * and, for the later ones, the structures pcHeader, _func and inlinedCall of
 * Go's runtime.
 */
#include "lines/go_format.h"

#include "lines/cursor.h"

enum {
    TEXT_SIZE_MAX = 64 << 10,
    FIXED_SIZE = 8, /* of a header, in front of its words */

    /* What the runtime numbers tables of values and data of functions by. */
    VALUES_OF_CALLS = 2,
    DATA_OF_CALLS = 3,
};

static const struct pp_go_format formats[] = {
    {.magic = 0xfffffffb}, /* Go 1.2 to 1.15 */
    {
        /* Go 1.16, 1.17 */
        .magic = 0xfffffffa,
        .offsets_word = 2,
        .has_unit = true,
        .call = {.size = 20, .name = 12, .parent = 16},
    },
    {
        /* Go 1.18, 1.19 */
        .magic = 0xfffffff0,
        .text_word = 2,
        .offsets_word = 3,
        .is_relative = true,
        .has_unit = true,
        .calls_word = 38,
        .call = {.size = 20, .name = 12, .parent = 16},
    },
    {
        /* Go 1.20 and later */
        .magic = 0xfffffff1,
        .text_word = 2,
        .offsets_word = 3,
        .is_relative = true,
        .has_unit = true,
        .has_start_line = true,
        .calls_word = 40,
        .call = {.size = 16, .name = 4, .parent = 8, .start_line = 12},
    },
};

/* ---- pieces ------------------------------------------------------------- */

static struct pp_cursor cursor_at(const struct pp_go_header *header,
                                  struct pp_slice bytes, uint64_t offset)
{
    return pp_cursor_at(bytes, offset, header->is_swapped);
}

static uint32_t u32_at(const struct pp_go_header *header, struct pp_slice bytes,
                       uint64_t offset)
{
    struct pp_cursor cursor = cursor_at(header, bytes, offset);
    return pp_cursor_u32(&cursor);
}

/* The bytes from an offset on, `size_max` at most; empty outside. */
static struct pp_slice part(struct pp_slice bytes, uint64_t offset,
                            size_t size_max)
{
    if (offset >= bytes.size)
        return (struct pp_slice){0};
    size_t left = bytes.size - (size_t)offset;
    return (struct pp_slice){bytes.data + offset,
                             left < size_max ? left : size_max};
}

static struct pp_slice text_at(const struct pp_go_header *header,
                               struct pp_slice texts, uint64_t offset)
{
    struct pp_slice text = part(texts, offset, TEXT_SIZE_MAX);
    struct pp_cursor cursor = cursor_at(header, text, 0);
    return pp_cursor_text(&cursor);
}

/* ---- the header --------------------------------------------------------- */

static const struct pp_go_format *find_format(struct pp_slice bytes,
                                              bool is_swapped)
{
    struct pp_cursor cursor = pp_cursor_at(bytes, 0, is_swapped);
    uint32_t magic = pp_cursor_u32(&cursor);
    uint16_t zero = pp_cursor_u16(&cursor);
    uint8_t quantum = pp_cursor_u8(&cursor);
    uint8_t pointer_size = pp_cursor_u8(&cursor);
    if (cursor.has_failed || zero != 0 ||
        (quantum != 1 && quantum != 2 && quantum != 4) ||
        (pointer_size != 4 && pointer_size != 8))
        return NULL;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (formats[i].magic == magic)
            return &formats[i];
    return NULL;
}

static uint64_t word_of(const struct pp_go_header *header, uint32_t word)
{
    struct pp_cursor cursor =
        cursor_at(header, header->table,
                  FIXED_SIZE + (uint64_t)word * header->pointer_size);
    return pp_cursor_number(&cursor, header->pointer_size);
}

/* How many bytes an address or an offset has in the index. */
static uint32_t field_size(const struct pp_go_header *header)
{
    return header->format->is_relative ? 4 : header->pointer_size;
}

/* Find the index at an offset: two fields for each function, and the end. */
static bool find_index(struct pp_go_header *header, uint64_t offset)
{
    struct pp_slice rest = part(header->table, offset, SIZE_MAX);
    uint64_t field = field_size(header), count = word_of(header, 0);
    if (count == 0 || count > rest.size / (2 * field))
        return false;
    header->function_count = (uint32_t)count;
    header->index = part(rest, 0, (2 * count + 1) * field);
    return header->function_count == count &&
           header->index.size == (2 * count + 1) * field;
}

/* Of Go 1.2: the files are told behind the index. */
static bool find_old_parts(struct pp_go_header *header)
{
    uint64_t index = FIXED_SIZE + header->pointer_size;
    header->names = header->values = header->records = header->table;
    if (!find_index(header, index))
        return false;
    uint32_t files = u32_at(header, header->table, index + header->index.size);
    header->files = part(header->table, files, SIZE_MAX);
    return true;
}

static bool find_parts(struct pp_go_header *header)
{
    struct pp_slice *parts[] = {&header->names, &header->units, &header->files,
                                &header->values, &header->records};
    uint32_t word = header->format->offsets_word;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        *parts[i] = part(header->table, word_of(header, word++), SIZE_MAX);
        if (parts[i]->size == 0)
            return false;
    }
    return find_index(header, word_of(header, word - 1));
}

bool pp_go_header_read(struct pp_go_header *header, struct pp_slice bytes,
                       bool is_swapped)
{
    const struct pp_go_format *format = find_format(bytes, is_swapped);
    if (!format)
        return false;
    *header = (struct pp_go_header){
        .format = format,
        .is_swapped = is_swapped,
        .quantum = (uint8_t)bytes.data[6],
        .pointer_size = (uint8_t)bytes.data[7],
        .table = bytes,
    };
    if (format->text_word)
        header->text_start = word_of(header, format->text_word);
    return format->offsets_word ? find_parts(header) : find_old_parts(header);
}

/* ---- functions ---------------------------------------------------------- */

/* A field of the index. */
static uint64_t index_field(const struct pp_go_header *header, uint64_t at)
{
    uint32_t size = field_size(header);
    struct pp_cursor cursor = cursor_at(header, header->index, at * size);
    return pp_cursor_number(&cursor, size);
}

uint64_t pp_go_entry(const struct pp_go_header *header, uint32_t index)
{
    uint64_t start = header->format->is_relative ? header->text_start : 0;
    return start + index_field(header, (uint64_t)index * 2);
}

/* The tree of calls, told behind the fixed part of a record: first the tables
 * of values, of which one leads into the tree, then data of other kinds. */
static void read_tree(const struct pp_go_header *header,
                      struct pp_cursor *cursor, uint32_t values_count,
                      struct pp_go_record *record)
{
    uint32_t size = field_size(header);
    pp_cursor_skip(cursor, 3); /* what kind of function it is */
    uint8_t data_count = pp_cursor_u8(cursor);
    struct pp_cursor values = *cursor;
    pp_cursor_skip(cursor, (uint64_t)values_count * 4);
    if (values_count <= VALUES_OF_CALLS || data_count <= DATA_OF_CALLS ||
        cursor->has_failed)
        return;
    pp_cursor_skip(&values, VALUES_OF_CALLS * 4);
    record->call_values = pp_cursor_u32(&values);
    /* Pointers are aligned as in memory, where the table is. */
    size_t behind = cursor->at - (const uint8_t *)header->table.data;
    pp_cursor_skip(cursor, -behind % size + DATA_OF_CALLS * size);
    record->calls = pp_cursor_number(cursor, size);
    uint64_t none = header->format->is_relative ? UINT32_MAX : 0;
    record->has_calls = !cursor->has_failed && record->calls != none;
}

bool pp_go_record_read(const struct pp_go_header *header, uint32_t index,
                       struct pp_go_record *record)
{
    const struct pp_go_format *format = header->format;
    uint64_t offset = index_field(header, (uint64_t)index * 2 + 1);
    struct pp_cursor cursor = cursor_at(header, header->records, offset);
    *record = (struct pp_go_record){.entry = pp_go_entry(header, index)};
    pp_cursor_skip(&cursor, field_size(header)); /* the entry again */
    record->name = pp_cursor_u32(&cursor);
    pp_cursor_skip(&cursor, 12); /* arguments, deferred calls, the stack */
    record->file_values = pp_cursor_u32(&cursor);
    record->line_values = pp_cursor_u32(&cursor);
    uint32_t values_count = pp_cursor_u32(&cursor);
    if (format->has_unit)
        record->unit = pp_cursor_u32(&cursor);
    if (format->has_start_line)
        record->start_line = pp_cursor_u32(&cursor);
    if (cursor.has_failed)
        return false;
    if (format->call.size)
        read_tree(header, &cursor, values_count, record);
    return true;
}

/* ---- inlined calls ------------------------------------------------------ */

/* A name starts where another one ends; else the tree is something else. */
static bool is_name(const struct pp_go_header *header, uint32_t name)
{
    return name < header->names.size &&
           (name == 0 || header->names.data[name - 1] == 0);
}

bool pp_go_call_read(const struct pp_go_header *header, struct pp_slice bytes,
                     uint64_t tree, uint32_t index, struct pp_go_call *call)
{
    const struct pp_go_call_format *format = &header->format->call;
    struct pp_slice record = part(part(bytes, tree, SIZE_MAX),
                                  (uint64_t)index * format->size, format->size);
    if (record.size < format->size)
        return false;
    uint32_t name = u32_at(header, record, format->name);
    uint32_t parent = u32_at(header, record, format->parent);
    if (!is_name(header, name) || (int32_t)parent < 0)
        return false;
    call->name = pp_go_name(header, name);
    call->parent = parent;
    call->start_line =
        format->start_line ? u32_at(header, record, format->start_line) : 0;
    return call->name.size > 0;
}

/* ---- values ------------------------------------------------------------- */

/* A table is a row of pairs: by how much the value changes (its sign in the
 * lowest bit), and for how many quanta it then holds. Before the first one it
 * is -1; a change by 0, but for the first, ends the table. */
struct values {
    struct pp_cursor cursor;
    uint32_t now;
    uint64_t end; /* the distance up to which it holds */
};

static struct values values_at(const struct pp_go_header *header,
                               uint32_t table, size_t size_max)
{
    struct pp_slice pairs = part(header->values, table, size_max);
    return (struct values){.cursor = cursor_at(header, pairs, 0),
                           .now = UINT32_MAX};
}

static bool next_value(const struct pp_go_header *header, struct values *values)
{
    uint32_t change = (uint32_t)pp_cursor_uleb(&values->cursor);
    if (change == 0 && values->end != 0)
        return false;
    uint32_t quanta = (uint32_t)pp_cursor_uleb(&values->cursor);
    values->now += (change >> 1) ^ -(change & 1);
    values->end += quanta * (uint64_t)header->quantum;
    return !values->cursor.has_failed;
}

bool pp_go_value(const struct pp_go_header *header, uint32_t table,
                 uint64_t distance, size_t *work, int32_t *value)
{
    struct values values = values_at(header, table, *work);
    size_t size = pp_cursor_left(&values.cursor);
    bool found = false, goes_on = table != 0;
    while (goes_on && !found) {
        goes_on = next_value(header, &values);
        found = goes_on && values.end > distance;
    }
    *work -= size - pp_cursor_left(&values.cursor);
    *value = (int32_t)values.now;
    return found;
}

uint64_t pp_go_values_end(const struct pp_go_header *header, uint32_t table,
                          size_t *work)
{
    struct values values = values_at(header, table, *work);
    size_t size = pp_cursor_left(&values.cursor);
    while (table != 0 && next_value(header, &values))
        continue;
    *work -= size - pp_cursor_left(&values.cursor);
    return values.cursor.has_failed ? 0 : values.end;
}

/* ---- texts -------------------------------------------------------------- */

struct pp_slice pp_go_name(const struct pp_go_header *header, uint32_t name)
{
    return text_at(header, header->names, name);
}

struct pp_slice pp_go_file(const struct pp_go_header *header, uint32_t unit,
                           int32_t file)
{
    const uint32_t none = UINT32_MAX;
    if (!header->format->has_unit)
        return file <= 0
                   ? (struct pp_slice){0}
                   : text_at(header, header->table,
                             u32_at(header, header->files, (uint64_t)file * 4));
    if (file < 0 || unit == none)
        return (struct pp_slice){0};
    struct pp_cursor cursor =
        cursor_at(header, header->units, ((uint64_t)unit + (uint32_t)file) * 4);
    uint32_t text = pp_cursor_u32(&cursor);
    if (cursor.has_failed || text == none)
        return (struct pp_slice){0};
    return text_at(header, header->files, text);
}
