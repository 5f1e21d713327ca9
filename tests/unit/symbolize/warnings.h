/* Catches what is told to the person. */
#ifndef PP_TESTS_SYMBOLIZE_WARNINGS_H
#define PP_TESTS_SYMBOLIZE_WARNINGS_H

#include "base/base.h"

static struct pp_buffer warnings; /* each line with its newline */

static void warn(const char *line)
{
    pp_buffer_append_text(&warnings, line);
    pp_buffer_append_char(&warnings, '\n');
}

/* Hold the lines since last time against those wanted. */
#define assert_warned(wanted)                                                  \
    do {                                                                       \
        assert_string_equal(warnings.data ? warnings.data : "", wanted);       \
        pp_buffer_release(&warnings);                                          \
    } while (0)

#endif
