/* render: a report printed by the rules of the tool: the person hears its
 * warnings, and without memory the process ends. Private to present. */
#ifndef PP_PRESENT_RENDER_H
#define PP_PRESENT_RENDER_H

#include "base/base.h"
#include "present/output.h"
#include "report/report.h"

/* Ends the process with a line: what fatal arenas of the tool call. */
void pp_die_without_memory(void);

/* Append what `report` prints, all of it. The profile is used up. */
int pp_render(const struct pp_report *report, struct pp_profile *profile,
              const struct pp_options *options, struct pp_buffer *out,
              struct pp_error *err);

/* Print and deliver, large reports in parts where that is possible. The profile
 * is used up. */
int pp_render_to(const struct pp_report *report, struct pp_profile *profile,
                 const struct pp_options *options,
                 const struct pp_destination *destination,
                 struct pp_error *err);

#endif
