/* A Go program's own table of functions and lines (.gopclntab), which is there
 * also where symbols and DWARF were stripped, as a source of frames. Private
 * to lines/, but for its functions, which lines.h offers as symbols.
 *
 * It knows the lines of Go code only: what the C compiler made of a program
 * with cgo has DWARF or nothing. Function names are the table's, which are
 * those of the symbol table and of DWARF, too: "main.(*Tree).Insert",
 * "main.Map[go.shape.int]" (what the runtime prints as "main.Map[...]").
 */
#ifndef PP_LINES_GO_TABLE_H
#define PP_LINES_GO_TABLE_H

#include "lines/lines.h"

struct pp_go_table;

/* Find the table of an object, which must outlive it; of Go 1.2 and later, of
 * either byte order. It lives in the arena, which is a soft one, and needs a
 * few hundred bytes of it: nothing is copied, and nothing allocated later on.
 * PP_E_NOT_FOUND when the object is no Go program's. */
int pp_go_table_open(struct pp_object *object, struct pp_arena *arena,
                     struct pp_go_table **table, struct pp_error *err);

/* The frames at an ELF address, innermost first, as pp_lines_find; none where
 * no line is known: between functions, and in those of C, of which it has
 * names only. Inlined calls are told from Go 1.16 on. Columns are not known,
 * first lines of functions from Go 1.20 on. Safe from several threads. */
uint32_t pp_go_table_find(const struct pp_go_table *table, uint64_t address,
                          struct pp_frame *frames, uint32_t frame_max);

/* ---- functions, for want of symbols ------------------------------------- */

struct pp_go_function {
    struct pp_slice name;
    uint64_t start, end; /* end: behind its code, or where the next starts */
};

uint32_t pp_go_table_count(const struct pp_go_table *table);

/* The function at an index, in rising order of addresses. false when the table
 * has no name for it. What is read to find its end is taken from *work, in
 * bytes; where that is not enough, the end is where the next one starts. */
bool pp_go_table_function(const struct pp_go_table *table, uint32_t index,
                          size_t *work, struct pp_go_function *function);

#endif
