/* variable: options as the shell sets and shows them. A variable is an option
 * of the table, one choice of a group (cum), or a group (sort). Private to
 * present. */
#ifndef PP_PRESENT_VARIABLE_H
#define PP_PRESENT_VARIABLE_H

#include "base/base.h"
#include "present/option.h"

/* Options of one kind, of which one holds. */
struct pp_variable_group {
    const char *name;
    enum pp_option_kind kind;
};

/* Terminated by a NULL name. */
extern const struct pp_variable_group pp_variable_groups[];

/* By name, or NULL. */
const struct pp_variable_group *pp_variable_group_find(struct pp_slice name);
const struct pp_option *pp_variable_find(struct pp_slice name);

/* Is either of them there? */
bool pp_variable_exists(struct pp_slice name);

/* Does its name alone mean something: a switch, or one choice of a group? */
bool pp_variable_is_switch(struct pp_slice name);

/* name=value in the words of the shell, where every option has its own syntax
 * and errors, other than those of flags. Texts are copied into the arena, which
 * is a fatal one. PP_E_USAGE with the reference's words. */
int pp_variable_set(struct pp_settings *settings, struct pp_arena *arena,
                    struct pp_slice name, struct pp_slice value,
                    struct pp_error *err);

/* Append its value; what holds of a group. */
void pp_variable_format(struct pp_buffer *out,
                        const struct pp_settings *settings,
                        const struct pp_option *option);
const char *pp_variable_group_value(const struct pp_settings *settings,
                                    const struct pp_variable_group *group);

#endif
