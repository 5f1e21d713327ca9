#include "present/completion.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct pp_profile *profile;
static struct pp_arena arena;

static void add_function(const char *name)
{
    struct pp_slice text = pp_slice_of(name);
    pp_profile_add_function(profile, text, text, (struct pp_slice){0}, 0);
}

static int set_up(void **state)
{
    (void)state;
    pp_arena_init_fatal(&arena, abort);
    profile = pp_profile_new(0);
    assert_non_null(profile);
    pp_profile_add_sample_type(profile, "samples", "count");
    pp_profile_add_sample_type(profile, "cpu", "nanoseconds");
    add_function("main.main");
    add_function("main.(*Server).Serve");
    add_function("std::vector<int, alloc>::push_back");
    add_function("std::vector<int, alloc>::pop_back");
    add_function("main.main"); /* twice, as profiles have it */
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pp_profile_free(profile);
    pp_arena_release(&arena);
    return 0;
}

/* What a tab makes of the line. */
static void assert_completed(const char *line, const char *wanted)
{
    struct pp_completion completion;
    struct pp_buffer text = {0};
    struct pp_slice before = pp_slice_of(line);
    pp_complete(&completion, before, profile, &arena);
    assert_true(completion.replaced <= before.size);
    pp_buffer_append(&text, line, before.size - completion.replaced);
    pp_buffer_append_slice(&text, completion.text);
    assert_string_equal(text.data, wanted);
    pp_buffer_release(&text);
}

static uint32_t count_candidates(const char *line)
{
    struct pp_completion completion;
    pp_complete(&completion, pp_slice_of(line), profile, &arena);
    return completion.candidate_count + completion.more_count;
}

static void first_words_are_commands_and_variables(void **state)
{
    assert_completed("flameg", "flamegraph ");
    assert_completed("foc", "focus=");
    assert_completed("granu", "granularity=");
    assert_completed("noinl", "noinlines ");
    assert_completed("mean_c", "mean_cpu ");
    assert_completed("cp", "cpu ");
    assert_completed("zzz", "zzz");
    assert_completed("tagf", "tagfocus=");
    assert_completed("tagl", "tagleaf=");
    assert_completed("show", "show"); /* show, show_from, showcolumns */
    assert_int_equal(count_candidates("show"), 3);
    assert_completed("comp", "compact_labels ");
    assert_completed("tota", "total_");
    assert_int_equal(count_candidates("tota"), 2);
    assert_true(count_candidates("") > 50);
    (void)state;
}

static void arguments_are_functions(void **state)
{
    assert_completed("list Serve", "list main.\\(\\*Server\\).Serve ");
    assert_completed("top10 -Serve", "top10 -main.\\(\\*Server\\).Serve ");
    assert_completed("peek push", "peek std::vector<int,.alloc>::push_back ");
    assert_completed("top main.main", "top main.main ");
    assert_completed("top vector", "top vector");
    assert_int_equal(count_candidates("top vector"), 2);
    assert_completed("top nothing", "top nothing");
    assert_int_equal(count_candidates("nonsense "), 0);
    (void)state;
}

static void values_are_what_the_variable_takes(void **state)
{
    assert_completed("focus=Serve", "focus=main.\\(\\*Server\\).Serve");
    assert_completed("sort=c", "sort=cum");
    assert_completed("granularity = ad", "granularity = addresses");
    assert_completed("sample_index=s", "sample_index=samples");
    assert_completed("trim=f", "trim=false");
    assert_completed("unit=mini", "unit=minimum");
    assert_int_equal(count_candidates("granularity="), 5);
    assert_int_equal(count_candidates("nodecount="), 0);
    (void)state;
}

static void labels_are_keys(void **state)
{
    pp_profile_add_sample(profile, NULL, 0, (const int64_t[]){1, 1});
    struct pp_label label = {
        .key = pp_profile_add_string(profile, pp_slice_of("thread")),
        .number = 7,
    };
    assert_int_equal(pp_profile_add_label(profile, label), PP_OK);
    assert_completed("tagroot=th", "tagroot=thread");
    assert_completed("tags thr", "tags thread ");
    (void)state;
}

static void help_is_on_everything(void **state)
{
    assert_completed("help flameg", "help flamegraph ");
    assert_completed("help granu", "help granularity ");
    (void)state;
}

static void only_the_first_of_many_are_listed(void **state)
{
    (void)state;
    struct pp_completion completion;
    char name[16];
    for (int i = 999; i >= 0; i--) {
        snprintf(name, sizeof(name), "many%03d", i);
        add_function(name);
    }
    pp_complete(&completion, pp_slice_of("peek any"), profile, &arena);
    assert_int_equal(completion.candidate_count, PP_CANDIDATES_MAX);
    assert_int_equal(completion.more_count, 1000 - PP_CANDIDATES_MAX);
    for (int i = 0; i < PP_CANDIDATES_MAX; i++) {
        snprintf(name, sizeof(name), "many%03d", i);
        assert_true(
            pp_slice_equal(completion.candidates[i], pp_slice_of(name)));
    }
}

/* Names come from anywhere: what goes into the line is one word that matches
 * the name, and nothing a terminal obeys. */
static void names_are_harmless(void **state)
{
    (void)state;
    add_function("-[Window redraw:]");
    add_function(">captured");
    add_function("a\x1b]0;b\x07z");
    add_function("line\nbreak");
    add_function("\xffinvalid");
    add_function("\xe2\x80\xaereversed");
    assert_completed("peek redraw", "peek .\\[Window.redraw:\\] ");
    assert_completed("top capt", "top .captured ");
    assert_completed("peek ]0", "peek a.\\]0;b.z ");
    assert_completed("peek break", "peek line.break ");
    assert_completed("peek invalid", "peek .invalid ");
    assert_completed("peek reversed", "peek .reversed ");
}

static void types_that_cannot_be_typed_are_not_offered(void **state)
{
    (void)state;
    pp_profile_add_sample_type(profile, "evil\x1b[2J", "count");
    pp_profile_add_sample_type(profile, "evil\nquit", "count");
    pp_profile_add_sample_type(profile, "evil\xff", "count");
    assert_completed("evil", "evil");
    assert_int_equal(count_candidates("evil"), 0);
    assert_int_equal(count_candidates("sample_index="), 2);
}

static void common_starts_end_where_a_character_does(void **state)
{
    (void)state;
    pp_profile_add_sample_type(profile, "f\xc3\xb6n", "count");
    pp_profile_add_sample_type(profile, "f\xc3\xa4n", "count");
    assert_completed("sample_index=", "sample_index=");
    assert_int_equal(count_candidates("sample_index=f"), 2);
    assert_completed("sample_index=f", "sample_index=f");
    pp_profile_add_sample_type(profile, "x\xc3\xb6n", "count");
    pp_profile_add_sample_type(profile, "x\xc3\xb6", "count");
    assert_completed("sample_index=x", "sample_index=x\xc3\xb6");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(first_words_are_commands_and_variables),
        TEST(arguments_are_functions),
        TEST(values_are_what_the_variable_takes),
        TEST(labels_are_keys),
        TEST(help_is_on_everything),
        TEST(only_the_first_of_many_are_listed),
        TEST(names_are_harmless),
        TEST(types_that_cannot_be_typed_are_not_offered),
        TEST(common_starts_end_where_a_character_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
