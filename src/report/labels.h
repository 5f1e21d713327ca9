/* The keys and texts of all labels of a profile, each once, so that reports
 * compare numbers. Private to report. */
#ifndef PP_REPORT_LABELS_H
#define PP_REPORT_LABELS_H

#include "profile/profile.h"

struct pp_labels {
    struct pp_strings texts;
    uint32_t *number_of;    /* by pp_string: its number in texts; PP_NONE for
                             * strings that are in no label */
    struct pp_slice *units; /* by number, of those that are keys: what their
                             * numbers are taken to be in, as
                             * pp_profile_label_unit has it */
};

/* The arena must be a fatal one. */
void pp_labels_find(struct pp_labels *labels, struct pp_arena *arena,
                    const struct pp_profile *profile);

static inline struct pp_slice pp_labels_text(const struct pp_labels *labels,
                                             uint32_t number)
{
    return labels->texts.all.items[number];
}

#endif
