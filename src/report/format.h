/* What several reports print the same way. Private to report. */
#ifndef PP_REPORT_FORMAT_H
#define PP_REPORT_FORMAT_H

#include "graph/graph.h"
#include "report/report.h"

/* A value as the reports print it: divided by -divide_by, in job->out_unit. */
void pp_report_value(const struct pp_report_job *job, struct pp_buffer *out,
                     int64_t value);

/* The same at the right end of a column `width` characters wide. */
void pp_report_value_column(const struct pp_report_job *job,
                            struct pp_buffer *out, int64_t value, size_t width);

/* The same, and a dot for 0. */
void pp_report_value_or_dot(const struct pp_report_job *job,
                            struct pp_buffer *out, int64_t value, size_t width);

/* What a function took: the line under its name. */
void pp_report_flat_cum(const struct pp_report_job *job, struct pp_buffer *out,
                        int64_t flat, int64_t cum);

/* Is the pattern a number (as Go's strconv.ParseUint reads one whose base is
 * left open, but for '_')? Then it is an address, too. */
bool pp_report_pattern_address(const struct pp_report_job *job,
                               uint64_t *address);

/* Settle job->out_unit for the nodes of a graph, where -unit leaves it open
 * ("minimum"): the smallest value shall still be more than nothing. */
void pp_report_choose_unit(struct pp_report_job *job,
                           const struct pp_graph *graph);

/* The same where values are printed as integers: it shall not be less than 1
 * either. */
void pp_report_choose_integer_unit(struct pp_report_job *job,
                                   const struct pp_graph *graph);

/* The lines "File: ...", "Type: ...", "Time: ...", of the profile. */
void pp_report_profile_labels(const struct pp_report_job *job,
                              struct pp_buffer *out);

/* Those (unless they shall be compact), the filters in force, and how much of
 * the profile a graph shows. */
void pp_report_labels(const struct pp_report_job *job,
                      const struct pp_graph *graph, struct pp_buffer *out);

/* The labels of a picture: all of them in any case, those of its edges, and
 * where to read on. The size of the first, which is the legend's name, for a
 * buffer that was empty. */
size_t pp_report_legend(const struct pp_report_job *job,
                        const struct pp_graph *graph, struct pp_buffer *out);

/* Nanoseconds since 1970 in the local time zone: "2006-01-02 15:04:05 MST". */
void pp_report_time(struct pp_buffer *out, int64_t nanoseconds);

/* As Go prints a time.Time, "2006-01-02 15:04:05.999999999 -0700 MST", and a
 * time.Duration, "1h2m3.5s". */
void pp_report_go_time(struct pp_buffer *out, int64_t nanoseconds);
void pp_report_go_duration(struct pp_buffer *out, int64_t nanoseconds);

/* What the job's options ask of a graph. call_tree is left to those reports
 * that honour it. */
struct pp_graph_options pp_report_graph_options(const struct pp_report_job *job,
                                                enum pp_graph_edges edges);

/* The graph of these options. */
struct pp_graph *pp_report_graph(const struct pp_report_job *job,
                                 enum pp_graph_edges edges);

/* Give away what is printed so far, whole lines, if it is worth a write and
 * somebody takes it. A negative status ends the report. */
int pp_report_drain(const struct pp_report_job *job, struct pp_error *err);

/* A line for the person. */
void pp_report_warn(const struct pp_report_output *output, const char *format,
                    ...) __attribute__((format(printf, 2, 3)));

#endif
