/* Text with tabs becomes columns. Private to report. */
#ifndef PP_REPORT_TAB_TABLE_H
#define PP_REPORT_TAB_TABLE_H

#include "base/base.h"

/* Append the text with each cell that ends in a tab at the right end of its
 * column, one blank wider than its widest cell. A column goes over those lines
 * that follow each other and have it; what stands behind a line's last tab is
 * in none. As Go's text/tabwriter with AlignRight and a padding of 1; the arena
 * must be a fatal one. */
void pp_tab_table_append(struct pp_buffer *out, struct pp_slice text,
                         struct pp_arena *arena);

#endif
