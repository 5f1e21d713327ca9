/* Columns of text: one walk finds the cells and how wide their columns are,
 * another prints them.
 *
 * Invariant: cells are split exactly where Go's text/tabwriter splits them,
 * because labels stand in them as they are: \v and \t end a cell, \f and \n a
 * line, \f every column too, and what is between two bytes 0xff is one piece
 * that is not looked at. See tab_table.h. */
#include "report/tab_table.h"

struct cell {
    struct pp_slice text;
    uint32_t width;  /* in characters */
    uint32_t column; /* PP_NONE: in none, and ends its line */
};

struct table {
    struct pp_arena *arena;
    struct {
        struct cell *items;
        uint32_t count, capacity;
    } cells;
    struct {
        uint32_t *items;
        uint32_t count, capacity;
    } widths; /* of all columns that there ever were */
    struct {
        uint32_t *items;
        uint32_t count, capacity;
    } open; /* the columns that the line before has, from the left */
};

enum { ESCAPE = 0xff };

/* How many bytes the text's first cell has, and in *width how many characters;
 * the escapes themselves do not count. */
static size_t measure_cell(struct pp_slice text, uint32_t *width)
{
    size_t size = 0;
    bool escaped = false;
    uint32_t escapes = 0;
    for (; size < text.size; size++) {
        unsigned char c = (unsigned char)text.data[size];
        if (c == ESCAPE) {
            escaped = !escaped;
            escapes++;
        } else if (!escaped && c >= '\t' && c <= '\f') {
            break;
        }
    }
    *width = (uint32_t)pp_utf8_count((struct pp_slice){text.data, size});
    *width -= escapes / 2 * 2;
    return size;
}

/* The column of a line's cell number `place`: that of the line above, or a new
 * one. */
static uint32_t column_of(struct table *table, uint32_t place, uint32_t width)
{
    if (place == table->open.count) {
        *pp_vector_add(table->arena, &table->open) = table->widths.count;
        *pp_vector_add(table->arena, &table->widths) = 0;
    }
    uint32_t column = table->open.items[place];
    if (table->widths.items[column] < width + 1)
        table->widths.items[column] = width + 1;
    return column;
}

static void add_cells(struct table *table, struct pp_slice text)
{
    uint32_t place = 0;
    for (bool more = true; more;) {
        struct cell cell = {.column = PP_NONE};
        size_t size = measure_cell(text, &cell.width);
        char end = size < text.size ? text.data[size] : 0;
        cell.text = (struct pp_slice){text.data, size};
        more = end != 0;
        if (end == '\t' || end == '\v') {
            cell.column = column_of(table, place++, cell.width);
        } else {
            table->open.count = end == '\f' ? 0 : place;
            place = 0;
        }
        *pp_vector_add(table->arena, &table->cells) = cell;
        text.data += size + more;
        text.size -= size + more;
    }
}

static void print_cells(const struct table *table, struct pp_buffer *out)
{
    for (uint32_t i = 0; i < table->cells.count; i++) {
        const struct cell *cell = &table->cells.items[i];
        uint32_t width = 0;
        if (cell->column != PP_NONE)
            width = table->widths.items[cell->column];
        for (uint32_t at = cell->width; at < width; at++)
            pp_buffer_append_char(out, ' ');
        pp_buffer_append_slice(out, cell->text);
        if (cell->column == PP_NONE && i + 1 < table->cells.count)
            pp_buffer_append_char(out, '\n');
    }
}

void pp_tab_table_append(struct pp_buffer *out, struct pp_slice text,
                         struct pp_arena *arena)
{
    struct table table = {.arena = arena};
    if (text.size == 0)
        return;
    add_cells(&table, text);
    print_cells(&table, out);
}
