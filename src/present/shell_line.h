/* shell_line: what one line of the shell asks for. Private to present. */
#ifndef PP_PRESENT_SHELL_LINE_H
#define PP_PRESENT_SHELL_LINE_H

#include "base/base.h"
#include "present/option.h"

enum pp_shell_line_kind {
    PP_LINE_EMPTY,
    PP_LINE_ASSIGNMENT, /* name, value */
    PP_LINE_OPTIONS,
    PP_LINE_HELP, /* value: of what; may be empty */
    PP_LINE_QUIT,
    PP_LINE_REPORT, /* the rest */
};

struct pp_shell_line {
    enum pp_shell_line_kind kind;
    struct pp_slice name, value;
    const struct pp_report *report;
    struct pp_options options; /* the settings', and what the line adds */
    const char *output;        /* write it to this file; NULL: do not */
    const char *command;       /* or give it to this command; NULL likewise */
};

/* Take a line apart. Borrows from `text` and the settings; the rest lies in the
 * arena, a fatal one. PP_E_USAGE in the reference's words; PP_E_NOT_FOUND: no
 * such command, whose name is in line->name. */
int pp_shell_line_parse(struct pp_shell_line *line, struct pp_slice text,
                        const struct pp_settings *settings,
                        struct pp_arena *arena, struct pp_error *err);

#endif
