/* The table's own promises: the flags' behaviour is arguments.c's test. */
#include "present/option.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void names_are_unique_and_no_reports(void **state)
{
    for (const struct pp_option *option = pp_options_table; option->name;
         option++) {
        struct pp_slice name = pp_slice_of(option->name);
        assert_ptr_equal(pp_option_find(name), option);
        assert_null(pp_report_find(name));
    }
    (void)state;
}

static void every_value_reaches_its_place(void **state)
{
    /* Each option is set in settings of its own, and nothing else is. */
    struct pp_settings before;
    pp_settings_init(&before);
    for (const struct pp_option *option = pp_options_table; option->name;
         option++) {
        struct pp_settings settings = before;
        if (option->kind == PP_OPTION_BASE) /* arguments.c's */
            continue;
        struct pp_error err = {0};
        const char *value = strcmp(option->name, "trim") ? "1" : "false";
        if (option->kind == PP_OPTION_INT || option->kind == PP_OPTION_FLOAT)
            value = "77";
        assert_int_equal(pp_option_set(&settings, option, value, &err), 0);
        assert_memory_not_equal(&settings, &before, sizeof(settings));
        static const size_t sizes[PP_OPTION_KIND_COUNT] = {
            [PP_OPTION_TEXT] = sizeof(char *),
            [PP_OPTION_BOOL] = sizeof(bool),
            [PP_OPTION_INT] = sizeof(int64_t),
            [PP_OPTION_FLOAT] = sizeof(double),
        };
        size_t size = sizes[option->kind];
        if (!size)
            continue;
        memcpy((char *)&settings + option->offset,
               (char *)&before + option->offset, size);
        assert_memory_equal(&settings, &before, sizeof(settings));
    }
    (void)state;
}

static void bools_are_gos(void **state)
{
    static const char *const yes[] = {"1", "t", "T", "true", "TRUE", "True"};
    static const char *const no[] = {"0", "f", "F", "false", "FALSE", "False"};
    static const char *const neither[] = {"", "yes", "2", "tRUE", " 1"};
    bool value;
    for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++) {
        assert_true(pp_parse_bool(yes[i], &value) && value);
        assert_true(pp_parse_bool(no[i], &value) && !value);
    }
    for (size_t i = 0; i < sizeof(neither) / sizeof(*neither); i++)
        assert_false(pp_parse_bool(neither[i], &value));
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_unique_and_no_reports),
        cmocka_unit_test(every_value_reaches_its_place),
        cmocka_unit_test(bools_are_gos),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
