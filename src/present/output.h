/* output: where a report goes. Private to present. */
#ifndef PP_PRESENT_OUTPUT_H
#define PP_PRESENT_OUTPUT_H

#include "base/base.h"
#include "report/report.h"

/* Put the report's bytes into the file `path` if that is not NULL; else onto
 * standard output, unless that is a terminal and the report is not for one:
 * then into a new file profileNNN.<suffix>. Says so on stderr. */
int pp_output_write(const struct pp_report *report, struct pp_slice bytes,
                    const char *path, struct pp_error *err);

#endif
