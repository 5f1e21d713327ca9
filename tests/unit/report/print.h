/* Printing a report in a test. */
#ifndef PP_TESTS_REPORT_PRINT_H
#define PP_TESTS_REPORT_PRINT_H

#include "../stacks.h"

#include "report/report.h"

struct printed {
    struct pp_buffer out, warnings;
    struct pp_error err;
    int status;
};

static inline void print_warning(void *context, const char *line)
{
    pp_buffer_format(context, "%s\n", line);
}

/* Uses the profile up, and frees it. */
static inline struct printed print(const char *report,
                                   struct pp_profile *profile,
                                   const struct pp_options *options)
{
    struct printed printed = {.status = 0};
    struct pp_report_output output = {
        .out = &printed.out,
        .warn = print_warning,
        .context = &printed.warnings,
    };
    pp_buffer_append_text(&printed.out, "");
    pp_buffer_append_text(&printed.warnings, "");
    printed.status = pp_report_print(pp_report_find(pp_slice_of(report)),
                                     profile, options, &output, &printed.err);
    pp_profile_free(profile);
    return printed;
}

static inline void printed_free(struct printed *printed)
{
    pp_buffer_release(&printed->out);
    pp_buffer_release(&printed->warnings);
}

static inline void assert_prints(const char *report, struct pp_profile *profile,
                                 const struct pp_options *options,
                                 const char *expected)
{
    struct printed printed = print(report, profile, options);
    assert_string_equal(printed.err.text, "");
    assert_int_equal(printed.status, 0);
    assert_string_equal(printed.out.data, expected);
    printed_free(&printed);
}

static inline void assert_refuses(const char *report,
                                  struct pp_profile *profile,
                                  const struct pp_options *options,
                                  const char *words)
{
    struct printed printed = print(report, profile, options);
    assert_int_equal(printed.status, PP_E_USAGE);
    assert_string_equal(printed.err.text, words);
    printed_free(&printed);
}

static inline void assert_warns(struct pp_profile *profile,
                                const struct pp_options *options,
                                const char *expected)
{
    struct printed printed = print("top", profile, options);
    assert_string_equal(printed.err.text, "");
    assert_string_equal(printed.warnings.data, expected);
    printed_free(&printed);
}

#endif
