/* What the labels of a profile stand for. Private to report. */
#ifndef PP_REPORT_TAG_TALLIES_H
#define PP_REPORT_TAG_TALLIES_H

#include "report/labels.h"
#include "report/report.h"

/* Of samples with the same label. */
struct pp_tag_tally {
    uint32_t key, text; /* in pp_labels.texts; text PP_NONE: a number */
    int64_t number;
    int64_t sum, divisor; /* divisor: with mean, of value 0 */
};

struct pp_tag_tallies {
    struct {
        struct pp_tag_tally *items;
        uint32_t count, capacity;
    } all;
    struct pp_table table;
};

/* Add to the tally of the same label, or as a new one. */
void pp_tag_tallies_add(struct pp_tag_tallies *tallies, struct pp_arena *arena,
                        const struct pp_tag_tally *tally);

/* One for each label of the job's profile. */
void pp_tag_tallies_of_samples(struct pp_tag_tallies *tallies,
                               const struct pp_report_job *job,
                               const struct pp_labels *labels);

#endif
