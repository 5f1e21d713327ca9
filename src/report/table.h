/* The reports there are, for the table in reports.c. Private to report. */
#ifndef PP_REPORT_TABLE_H
#define PP_REPORT_TABLE_H

#include "report/report.h"

extern const struct pp_report pp_report_flamegraph;
extern const struct pp_report pp_report_proto;
extern const struct pp_report pp_report_raw;
extern const struct pp_report pp_report_text;
extern const struct pp_report pp_report_top;

#endif
