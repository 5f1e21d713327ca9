/* output: where a report goes. Private to present. */
#ifndef PP_PRESENT_OUTPUT_H
#define PP_PRESENT_OUTPUT_H

#include "base/base.h"
#include "report/report.h"

/* Where a report goes, and how. The first that is given decides. */
struct pp_destination {
    const char *path;    /* into this file */
    const char *command; /* to the standard input of this, run by sh */
    bool interactive;    /* from the shell: what is not text goes into a new
                          * file, and viewers are left running */
};

/* Deliver what `report` printed: a picture is drawn first (draw.h), a viewer is
 * given a temporary file, bytes that are not for a terminal go into a new file
 * profileNNN.<suffix>. Says on stderr what it puts where. */
int pp_output_deliver(const struct pp_report *report, struct pp_slice bytes,
                      const struct pp_destination *destination,
                      struct pp_error *err);

/* Take away the temporary files of viewers. Called once, at the end. */
void pp_output_clean_up(void);

#endif
