/* arguments: the command line. Private to present. */
#ifndef PP_PRESENT_ARGUMENTS_H
#define PP_PRESENT_ARGUMENTS_H

#include "base/base.h"
#include "present/option.h"

enum pp_action {
    PP_ACTION_REPORT,
    PP_ACTION_HELP,
    PP_ACTION_VERSION,
    PP_ACTION_SHELL, /* no report was named: the person asks for them */
};

struct pp_arguments {
    enum pp_action action;
    struct pp_settings settings;
    const struct pp_report *report;
    const char *executable;     /* a binary named before the sources, or "" */
    const char *const *sources; /* of argv, in their order */
    uint32_t source_count;
    const char **bases; /* of -base or -diff_base, likewise */
    uint32_t base_count;
    bool diff_base;  /* it was -diff_base */
    bool all_frames; /* drop_frames of the profile does not count */
};

/* What was not said is often said as "": a text, or NULL if there is none. */
static inline const char *pp_or_null(const char *text)
{
    return text && text[0] ? text : NULL;
}

/* Read the command line: Go's flag rules, and flags behind sources too, where
 * the word is no file. argv is reordered: what is no flag comes to its front.
 * All texts are borrowed from argv. PP_E_USAGE with one line;
 * PP_E_NOT_FOUND: there is no source. To be released in any case. */
int pp_arguments_parse(struct pp_arguments *arguments, int argc, char **argv,
                       void (*warn)(const char *line), struct pp_error *err);

void pp_arguments_release(struct pp_arguments *arguments);

/* The text of -help. */
void pp_help_print(struct pp_buffer *out);

#endif
