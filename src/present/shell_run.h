/* shell_run: one report, which cannot harm the shell. Private to present. */
#ifndef PP_PRESENT_SHELL_RUN_H
#define PP_PRESENT_SHELL_RUN_H

#include "base/base.h"
#include "present/output.h"
#include "profile/profile.h"
#include "report/report.h"

/* Ctrl-C ends reports, and no longer the shell: for a person. A script ends
 * with its reports. */
void pp_shell_survive_interrupts(void);

/* Print and deliver a report. The profile stays as it is. What goes wrong in
 * the report has been told when this returns; an error is one of ours. */
int pp_shell_run(const struct pp_report *report, struct pp_profile *profile,
                 const struct pp_options *options,
                 const struct pp_destination *destination,
                 struct pp_error *err);

#endif
