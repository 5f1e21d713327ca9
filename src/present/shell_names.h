/* shell_names: all words that may begin a line of the shell. Private to
 * present. */
#ifndef PP_PRESENT_SHELL_NAMES_H
#define PP_PRESENT_SHELL_NAMES_H

#include "base/base.h"

enum { PP_SHELL_NAMES_MAX = 200 };

/* Reports, variables, choices, groups, and help, options, quit; sorted. How
 * many there are. */
size_t pp_shell_names(const char *names[static PP_SHELL_NAMES_MAX]);

#endif
