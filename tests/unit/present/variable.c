#include "present/variable.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct pp_arena arena;
static struct pp_settings settings;
static struct pp_error err;

static int set_up(void **state)
{
    (void)state;
    pp_arena_init_fatal(&arena, abort);
    pp_settings_init(&settings);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pp_arena_release(&arena);
    return 0;
}

static int set(const char *name, const char *value)
{
    err = (struct pp_error){0};
    return pp_variable_set(&settings, &arena, pp_slice_of(name),
                           pp_slice_of(value), &err);
}

static void assert_refused(const char *name, const char *value,
                           const char *words)
{
    assert_int_equal(set(name, value), PP_E_USAGE);
    assert_string_equal(err.text, words);
}

static void assert_shown(const char *name, const char *text)
{
    struct pp_buffer out = {0};
    pp_buffer_append_text(&out, "");
    pp_variable_format(&out, &settings, pp_variable_find(pp_slice_of(name)));
    assert_true(pp_slice_equal(pp_buffer_slice(&out), pp_slice_of(text)));
    pp_buffer_release(&out);
}

static void assert_group(const char *name, const char *choice)
{
    const struct pp_variable_group *group =
        pp_variable_group_find(pp_slice_of(name));
    assert_string_equal(pp_variable_group_value(&settings, group), choice);
}

static void flags_of_sources_are_none(void **state)
{
    assert_true(pp_variable_exists(pp_slice_of("output")));
    assert_true(pp_variable_exists(pp_slice_of("granularity")));
    assert_false(pp_variable_exists(pp_slice_of("seconds")));
    assert_false(pp_variable_exists(pp_slice_of("inuse_space")));
    assert_false(pp_variable_exists(pp_slice_of("")));
    assert_true(pp_variable_is_switch(pp_slice_of("trim")));
    assert_true(pp_variable_is_switch(pp_slice_of("lines")));
    assert_false(pp_variable_is_switch(pp_slice_of("sort")));
    assert_false(pp_variable_is_switch(pp_slice_of("focus")));
    (void)state;
}

static void values_are_shown_as_they_were_set(void **state)
{
    static const char *const rows[][3] = {
        {"focus", "a b", "a b"},    {"focus", "", ""},
        {"nodecount", "-7", "-7"},  {"nodefraction", "1e-7", "1e-07"},
        {"trim", "No", "false"},    {"trim", "", "true"},
        {"mean", "YES", "true"},    {"mean", "0", "false"},
        {"output", "file", "file"},
    };
    assert_shown("output", "");
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        assert_int_equal(set(rows[i][0], rows[i][1]), 0);
        assert_shown(rows[i][0], rows[i][2]);
    }
    (void)state;
}

static void choices_hold_alone(void **state)
{
    assert_group("sort", "flat");
    assert_group("granularity", "functions");
    assert_int_equal(set("cum", ""), 0);
    assert_group("sort", "cum");
    assert_int_equal(set("lines", "1"), 0);
    assert_group("granularity", "lines");
    assert_int_equal(set("granularity", "files"), 0);
    assert_group("granularity", "files");
    assert_int_equal(set("granularity", ""), 0);
    assert_group("granularity", "functions");
    assert_int_equal(set("sort", ""), 0);
    assert_group("sort", "flat");
    (void)state;
}

static void mistakes_change_nothing(void **state)
{
    assert_refused("nodecount", "abc",
                   "strconv.Atoi: parsing \"abc\": invalid syntax");
    assert_refused("nodecount", "",
                   "strconv.Atoi: parsing \"\": invalid syntax");
    assert_refused("nodecount", "99999999999999999999",
                   "strconv.Atoi: parsing \"99999999999999999999\": value out "
                   "of range");
    assert_refused("divide_by", "1\"",
                   "strconv.ParseFloat: parsing \"1\\\"\": invalid syntax");
    assert_refused("trim", "maybe",
                   "illegal value \"maybe\" for bool variable");
    assert_refused("sort", "lines", "invalid \"sort\" value \"lines\"");
    assert_refused("cum", "0", "unknown config field \"cum\"");
    assert_shown("nodecount", "-1");
    assert_shown("divide_by", "1");
    assert_shown("trim", "true");
    assert_group("sort", "flat");
    (void)state;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(flags_of_sources_are_none),
        TEST(values_are_shown_as_they_were_set),
        TEST(choices_hold_alone),
        TEST(mistakes_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
