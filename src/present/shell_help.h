/* shell_help: what the shell says of itself: `o`, `help`, `help NAME`. Private
 * to present. */
#ifndef PP_PRESENT_SHELL_HELP_H
#define PP_PRESENT_SHELL_HELP_H

#include "base/base.h"
#include "present/option.h"
#include "profile/profile.h"

/* Each option and its value. The profile has the sample types. */
void pp_shell_print_options(struct pp_buffer *out,
                            const struct pp_settings *settings,
                            const struct pp_profile *profile);

/* All commands and options; or one of them, PP_E_USAGE if there is none. */
void pp_shell_print_help(struct pp_buffer *out);
int pp_shell_print_help_on(struct pp_buffer *out, struct pp_slice name,
                           const struct pp_profile *profile,
                           struct pp_error *err);

#endif
