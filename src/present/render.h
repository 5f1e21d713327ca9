/* render: a report printed into memory, by the rules of the tool: the person
 * hears its warnings, and without memory the process ends. Private to
 * present. */
#ifndef PP_PRESENT_RENDER_H
#define PP_PRESENT_RENDER_H

#include "base/base.h"
#include "report/report.h"

/* Ends the process with a line: what fatal arenas of the tool call. */
void pp_die_without_memory(void);

/* Append what `report` prints. The profile is used up. */
int pp_render(const struct pp_report *report, struct pp_profile *profile,
              const struct pp_options *options, struct pp_buffer *out,
              struct pp_error *err);

#endif
