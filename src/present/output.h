/* output: where a report goes. Private to present. */
#ifndef PP_PRESENT_OUTPUT_H
#define PP_PRESENT_OUTPUT_H

#include <signal.h>
#include <sys/types.h>

#include "base/base.h"
#include "report/report.h"

/* Where a report goes, and how. The first that is given decides. */
struct pp_destination {
    const char *path;    /* into this file */
    const char *command; /* to the standard input of this, run by sh */
    bool interactive;    /* from the shell: what is not text goes into a new
                          * file, and viewers are left running */
};

/* A report on its way. */
struct pp_output {
    const struct pp_report *report;
    const struct pp_destination *destination;
    int fd;         /* -1: nothing has been written yet */
    bool is_unread; /* the command reads no more */
    pid_t command;  /* that reads it; what it changes of our signals: */
    struct sigaction interrupt, quit, broken_pipe;
};

void pp_output_begin(struct pp_output *output, const struct pp_report *report,
                     const struct pp_destination *destination);

/* May bytes leave before the last is there? A picture is drawn from all of
 * them, and a terminal shows a report whole or an error alone. */
bool pp_output_can_drain(const struct pp_output *output);

/* Where they may: write these, and clear the buffer. PP_E_CANCELLED, and
 * is_unread, when the command reads no more. What pp_report_output.drain wants,
 * of which the output is the context. */
int pp_output_drain(void *context, struct pp_buffer *bytes,
                    struct pp_error *err);

/* Deliver the rest, which is all that `report` printed if nothing was drained:
 * a picture is drawn first (draw.h), a viewer is given a temporary file, bytes
 * that are not for a terminal go into a new file profileNNN.<suffix>. Says on
 * stderr what it puts where. That a command does not read to the end is fine.
 */
int pp_output_end(struct pp_output *output, struct pp_slice rest,
                  struct pp_error *err);

/* Instead of it: the report failed. */
void pp_output_abandon(struct pp_output *output);

/* All of a report at once. */
int pp_output_deliver(const struct pp_report *report, struct pp_slice bytes,
                      const struct pp_destination *destination,
                      struct pp_error *err);

/* Take away the temporary files of viewers. Called once, at the end. */
void pp_output_clean_up(void);

#endif
