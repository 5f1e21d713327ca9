/* Line tables. See line_table.h.
 *
 * A line program makes rows, and ends each sequence of them with the address
 * behind its code. It is run once from its begin for the marks: a row and where
 * the program goes on, the first of each sequence and then one every couple of
 * hundred bytes:
 *
 *     program   set_address row row row ... row row ... row end_sequence
 *     marks                  M               M
 *
 * An address is found by the last mark that is not behind it, from which the
 * program runs up to the first row that is. The row found last is a mark, too.
 *
 * Invariant: the rows of a sequence never go back, so that both searches are
 * right: where a program goes back a new sequence begins. From one row to the
 * next it is at most GAP_MAX bytes, so that a search ends soon.
 *
 * Specification: DWARF 5, 6.2.2 (registers) and 6.2.5 (opcodes). */
#include "lines/line_table.h"

#include "lines/cursor.h"

enum {
    MARK_DISTANCE = 256, /* bytes of program between two marks */
    GAP_MAX = 65536,     /* bytes of program without a row */
};

enum {
    DW_LNS_copy = 1,
    DW_LNS_advance_pc,
    DW_LNS_advance_line,
    DW_LNS_set_file,
    DW_LNS_set_column,
    DW_LNS_negate_stmt,
    DW_LNS_set_basic_block,
    DW_LNS_const_add_pc,
    DW_LNS_fixed_advance_pc,
};

enum {
    DW_LNE_end_sequence = 1,
    DW_LNE_set_address,
};

/* ---- running a program -------------------------------------------------- */

/* The registers, as far as we look at them. */
struct run {
    struct pp_cursor cursor;
    const struct pp_line_rules *rules;
    uint64_t address;
    uint32_t file, line;
    uint16_t column;
    uint8_t operation;
    bool is_dead; /* of code that the linker threw away */
};

enum event {
    EVENT_NONE,
    EVENT_ROW,
    EVENT_END_SEQUENCE,
};

static void begin_sequence(struct run *run)
{
    run->address = 0;
    run->file = 1;
    run->line = 1;
    run->column = 0;
    run->operation = 0;
    run->is_dead = true; /* nothing is at address 0 */
}

static inline void advance(struct run *run, uint64_t operations)
{
    const struct pp_line_rules *rules = run->rules;
    if (rules->operation_max > 1) {
        uint64_t sum = run->operation + operations;
        run->operation = (uint8_t)(sum % rules->operation_max);
        operations = sum / rules->operation_max;
    }
    run->address += operations * rules->instruction_size;
}

static inline void do_special(struct run *run, uint8_t opcode)
{
    const struct pp_line_rules *rules = run->rules;
    uint32_t adjusted = opcode - rules->opcode_base;
    advance(run, adjusted / rules->line_range);
    run->line +=
        (uint32_t)(rules->line_base + (int32_t)(adjusted % rules->line_range));
}

static enum event do_extended(struct run *run)
{
    uint64_t size = pp_cursor_uleb(&run->cursor);
    struct pp_slice bytes = pp_cursor_slice(&run->cursor, size);
    struct pp_cursor cursor = pp_cursor_at(bytes, 0, run->cursor.is_swapped);
    switch (pp_cursor_u8(&cursor)) {
    case DW_LNE_end_sequence:
        return EVENT_END_SEQUENCE;
    case DW_LNE_set_address:
        size = pp_cursor_left(&cursor);
        run->address = pp_cursor_number(&cursor, (uint32_t)size);
        run->operation = 0;
        run->is_dead = pp_is_dead_address(run->address, size);
    }
    return EVENT_NONE;
}

/* Skip a standard opcode that we do not know, or that says nothing to us. */
static void skip_operands(struct run *run, uint8_t opcode)
{
    for (uint8_t left = run->rules->operand_counts[opcode - 1]; left > 0;
         left--)
        pp_cursor_skip_leb(&run->cursor);
}

/* What no mark can tell is no column. */
static inline uint16_t column_of(uint64_t number)
{
    return number <= UINT16_MAX ? (uint16_t)number : 0;
}

static inline enum event do_standard(struct run *run, uint8_t opcode)
{
    struct pp_cursor *cursor = &run->cursor;
    switch (opcode) {
    case 0:
        return do_extended(run);
    case DW_LNS_copy:
        return EVENT_ROW;
    case DW_LNS_advance_pc:
        advance(run, pp_cursor_uleb(cursor));
        break;
    case DW_LNS_advance_line:
        run->line += (uint32_t)pp_cursor_sleb(cursor);
        break;
    case DW_LNS_set_file:
        run->file = (uint32_t)pp_cursor_uleb(cursor);
        break;
    case DW_LNS_set_column:
        run->column = column_of(pp_cursor_uleb(cursor));
        break;
    case DW_LNS_negate_stmt:
    case DW_LNS_set_basic_block:
        break;
    case DW_LNS_const_add_pc:
        advance(run, (255u - run->rules->opcode_base) / run->rules->line_range);
        break;
    case DW_LNS_fixed_advance_pc:
        run->address += pp_cursor_u16(cursor);
        run->operation = 0;
        break;
    default:
        skip_operands(run, opcode);
    }
    return EVENT_NONE;
}

/* Run up to the next row or end of a sequence. EVENT_NONE: there is none, or
 * none that is near enough. */
static inline enum event next_event(struct run *run)
{
    uint8_t opcode_base = run->rules->opcode_base;
    size_t left = pp_cursor_left(&run->cursor);
    const uint8_t *limit = run->cursor.at + (left < GAP_MAX ? left : GAP_MAX);
    while (run->cursor.at < limit) {
        uint8_t opcode = *run->cursor.at++;
        if (opcode >= opcode_base) {
            do_special(run, opcode);
            return EVENT_ROW;
        }
        enum event event = do_standard(run, opcode);
        if (event != EVENT_NONE)
            return event;
    }
    return EVENT_NONE;
}

static struct run run_from_begin(const struct pp_line_header *header)
{
    struct run run = {
        .cursor = pp_cursor_at(header->opcodes, 0, header->rules.is_swapped),
        .rules = &header->rules,
    };
    begin_sequence(&run);
    return run;
}

/* From behind a marked row. */
static struct run run_from(const struct pp_line_header *header,
                           const struct pp_line_mark *mark)
{
    return (struct run){
        .cursor =
            pp_cursor_at(header->opcodes, mark->next, header->rules.is_swapped),
        .rules = &header->rules,
        .address = mark->address,
        .file = mark->file,
        .line = mark->line,
        .column = mark->column,
        .operation = mark->operation,
    };
}

/* How far the program has run. */
static inline uint32_t offset_of(const struct pp_line_header *header,
                                 const struct run *run)
{
    return (uint32_t)(header->opcodes.size - pp_cursor_left(&run->cursor));
}

/* The mark of the row that was just made. */
static inline struct pp_line_mark mark_of(const struct pp_line_header *header,
                                          const struct run *run)
{
    return (struct pp_line_mark){
        .address = run->address,
        .next = offset_of(header, run),
        .file = run->file,
        .line = run->line,
        .column = run->column,
        .operation = run->operation,
    };
}

/* ---- marking it --------------------------------------------------------- */

/* The sequence that is being read. */
struct reading {
    struct pp_line_table *table;
    struct pp_arena *arena;
    bool is_open;
    uint64_t start, last; /* addresses of its first row and its newest one */
    uint32_t mark;        /* its first one */
    uint32_t marked;      /* where the newest mark stands in the program */
};

/* The sequence ends in front of an address. Without code it was none. */
static int close_sequence(struct reading *reading, uint64_t end)
{
    struct pp_line_table *table = reading->table;
    uint32_t index = table->sequences.count;
    if (!reading->is_open)
        return PP_OK;
    reading->is_open = false;
    if (end <= reading->start) {
        table->marks.count = reading->mark;
        return PP_OK;
    }
    struct pp_line_sequence *sequence =
        pp_vector_add(reading->arena, &table->sequences);
    if (!sequence)
        return PP_E_MEMORY;
    *sequence = (struct pp_line_sequence){
        .mark = reading->mark,
        .mark_count = table->marks.count - reading->mark,
    };
    return pp_ranges_add(&table->ranges, reading->arena, reading->start, end,
                         index);
}

static int add_mark(struct reading *reading, const struct run *run)
{
    struct pp_line_mark *mark =
        pp_vector_add(reading->arena, &reading->table->marks);
    if (!mark)
        return PP_E_MEMORY;
    *mark = mark_of(&reading->table->header, run);
    reading->marked = mark->next;
    return PP_OK;
}

static inline int add_row(struct reading *reading, const struct run *run)
{
    bool goes_on = reading->is_open && run->address >= reading->last;
    uint32_t offset = offset_of(&reading->table->header, run);
    if (goes_on && offset - reading->marked < MARK_DISTANCE) {
        reading->last = run->address;
        return PP_OK;
    }
    if (!goes_on) {
        if (close_sequence(reading, reading->last) < 0)
            return PP_E_MEMORY;
        reading->is_open = true;
        reading->start = run->address;
        reading->mark = reading->table->marks.count;
    }
    reading->last = run->address;
    return add_mark(reading, run);
}

/* What a program does not end it says no end of: the newest row has none. */
static int run_program(struct reading *reading)
{
    struct run run = run_from_begin(&reading->table->header);
    enum event event;
    int status = PP_OK;
    while (status == PP_OK && (event = next_event(&run)) != EVENT_NONE) {
        if (run.is_dead)
            status = close_sequence(reading, reading->last);
        else if (event == EVENT_ROW)
            status = add_row(reading, &run);
        else
            status = close_sequence(reading, run.address);
        if (event == EVENT_END_SEQUENCE)
            begin_sequence(&run);
    }
    return status < 0 ? status : close_sequence(reading, reading->last);
}

int pp_line_table_read(struct pp_line_table *table, struct pp_arena *arena,
                       const struct pp_dwarf_unit *unit)
{
    struct reading reading = {.table = table, .arena = arena};
    *table = (struct pp_line_table){0};
    int status = pp_line_header_read(&table->header, arena, unit);
    if (status == PP_OK)
        status = run_program(&reading);
    if (status == PP_OK)
        status = pp_ranges_build(&table->ranges, arena);
    return status;
}

/* ---- looking up --------------------------------------------------------- */

/* The last mark of a sequence at or before an address, which it has. */
static const struct pp_line_mark *find_mark(
    const struct pp_line_table *table, const struct pp_line_sequence *sequence,
    uint64_t address)
{
    const struct pp_line_mark *marks = table->marks.items + sequence->mark;
    uint32_t low = 1, high = sequence->mark_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (marks[middle].address <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return &marks[low - 1];
}

/* Where to run from for an address of a sequence: a mark, or the row found
 * last, for those who ask for one address after the other. */
static struct pp_line_mark nearest_mark(const struct pp_line_table *table,
                                        uint32_t sequence, uint64_t address)
{
    const struct pp_line_mark *mark =
        find_mark(table, &table->sequences.items[sequence], address);
    const struct pp_line_mark *found = &table->found;
    bool is_nearer = table->found_sequence == sequence &&
                     found->address <= address && found->next > mark->next;
    return is_nearer ? *found : *mark;
}

bool pp_line_table_find(struct pp_line_table *table, uint64_t address,
                        struct pp_line_row *row)
{
    uint32_t sequence = pp_ranges_find(&table->ranges, address);
    if (sequence == PP_NONE)
        return false;
    struct pp_line_mark found = nearest_mark(table, sequence, address);
    struct run run = run_from(&table->header, &found);
    while (next_event(&run) == EVENT_ROW && run.address <= address)
        found = mark_of(&table->header, &run);
    table->found = found;
    table->found_sequence = sequence;
    *row = (struct pp_line_row){found.file, found.line, found.column};
    return true;
}

struct pp_slice pp_line_table_file(struct pp_line_table *table,
                                   struct pp_arena *arena, uint64_t number)
{
    return pp_line_header_file(&table->header, arena, number);
}
