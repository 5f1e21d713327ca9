/* The options that leave samples, frames and labels out. Private to report. */
#ifndef PP_REPORT_FILTER_H
#define PP_REPORT_FILTER_H

#include "report/format.h"
#include "report/regexp.h"

/* Apply focus, ignore, hide, show, show_from, tagfocus, tagignore, tagshow,
 * taghide and prune_from, in this order. Expressions that match nothing are
 * told to the person. */
int pp_report_filter(const struct pp_report_job *job, struct pp_error *err);

/* tagroot and tagleaf: labels become frames at the ends of the stacks. */
int pp_report_add_tag_frames(const struct pp_report_job *job,
                             struct pp_error *err);

/* Tell the person of label keys whose numbers come in several units. */
void pp_report_warn_units(const struct pp_report_job *job);

/* ---- filters by label --------------------------------------------------- */

struct pp_tag_filter;

/* option: "tagfocus", for messages. value: "[key=]range" or
 * "[key=]regexp[,regexp...]". *filter is NULL when value is "". It lives in
 * the job's arena; free what it holds beside with pp_tag_filter_free. */
int pp_tag_filter_new(const struct pp_report_job *job, const char *option,
                      const char *value, struct pp_tag_filter **filter,
                      struct pp_error *err);
void pp_tag_filter_free(struct pp_tag_filter *filter);

/* One byte a sample: does it match? */
int pp_tag_filter_apply(struct pp_tag_filter *filter, uint8_t *matches,
                        struct pp_error *err);

#endif
