/* The reports there are, for the table in reports.c. Private to report. */
#ifndef PP_REPORT_TABLE_H
#define PP_REPORT_TABLE_H

#include "report/report.h"

extern const struct pp_report pp_report_callgrind;
extern const struct pp_report pp_report_comments;
extern const struct pp_report pp_report_disasm;
extern const struct pp_report pp_report_dot;
extern const struct pp_report pp_report_eog;
extern const struct pp_report pp_report_evince;
extern const struct pp_report pp_report_flamegraph;
extern const struct pp_report pp_report_folded;
extern const struct pp_report pp_report_gif;
extern const struct pp_report pp_report_gv;
extern const struct pp_report pp_report_json;
extern const struct pp_report pp_report_kcachegrind;
extern const struct pp_report pp_report_list;
extern const struct pp_report pp_report_md;
extern const struct pp_report pp_report_pdf;
extern const struct pp_report pp_report_peek;
extern const struct pp_report pp_report_png;
extern const struct pp_report pp_report_proto;
extern const struct pp_report pp_report_ps;
extern const struct pp_report pp_report_raw;
extern const struct pp_report pp_report_speedscope;
extern const struct pp_report pp_report_svg;
extern const struct pp_report pp_report_tags;
extern const struct pp_report pp_report_text;
extern const struct pp_report pp_report_top;
extern const struct pp_report pp_report_topproto;
extern const struct pp_report pp_report_traces;
extern const struct pp_report pp_report_tree;
extern const struct pp_report pp_report_web;
extern const struct pp_report pp_report_weblist;

/* -dot, which the pictures are drawn from, and -callgrind. */
int pp_report_print_dot(struct pp_report_job *job, struct pp_error *err);
int pp_report_print_callgrind(struct pp_report_job *job, struct pp_error *err);

#endif
