/* What a symbol server is asked, and what becomes of its answer. */
#include "symbolize/symbolize.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* Two mappings, the second of which is named, and [vdso]; addresses 0x1010,
 * 0x1020 (with a line), 0 and 0x1030; 0x2010; 0x3010. */
static struct pp_profile *make_profile(void)
{
    struct pp_profile *profile = pp_profile_new(0);
    static const char *const files[] = {"prog", "lib", "[vdso]"};
    for (uint64_t i = 0; i < 3; i++)
        pp_profile_add_mapping(profile, 0x1000 * (i + 1), 0x1000 * (i + 2), 0,
                               pp_slice_of(files[i]), (struct pp_slice){0});
    profile->mappings.items[1].has_functions = true;
    static const uint64_t addresses[] = {0x1010, 0x1020, 0,
                                         0x1030, 0x2010, 0x3010};
    static const uint32_t mappings[] = {0, 0, 0, 0, 1, 2};
    for (int i = 0; i < 6; i++)
        pp_profile_add_location(profile, mappings[i], addresses[i]);
    uint32_t function = pp_profile_add_function(
        profile, pp_slice_literal("known"), pp_slice_literal("known"),
        pp_slice_literal(""), 0);
    profile->functions.items[function].id = 7; /* ids may have gaps */
    struct pp_line line = {.function = function};
    pp_profile_set_lines(profile, 1, &line, 1);
    return profile;
}

static void check_request(const struct pp_profile *profile, bool force,
                          const char *wanted)
{
    struct pp_buffer body = {0};
    bool asks = pp_symbolize_remote_request(profile, force, &body);
    assert_int_equal(asks, wanted[0] != 0);
    assert_string_equal(body.data ? body.data : "", wanted);
    pp_buffer_release(&body);
}

static const char *name_of(const struct pp_profile *profile, uint32_t location)
{
    const struct pp_location *named = &profile->locations.items[location];
    if (named->line_count == 0)
        return "";
    assert_int_equal(named->line_count, 1);
    uint32_t function = profile->lines.items[named->line_start].function;
    return pp_profile_text(profile, profile->functions.items[function].name)
        .data;
}

static void test_request(void **state)
{
    struct pp_profile *profile = make_profile();
    (void)state;
    check_request(profile, false, "0x1010+0x1030");
    check_request(profile, true, "0x1010+0x1030+0x2010");
    profile->mappings.items[0].has_functions = true;
    check_request(profile, false, "");
    pp_profile_free(profile);
}

static void answer(struct pp_profile *profile, const char *text)
{
    struct pp_error err = {0};
    assert_int_equal(
        pp_symbolize_remote_answer(profile, pp_slice_of(text), &err), PP_OK);
    assert_string_equal(err.text, "");
}

static void test_answer(void **state)
{
    struct pp_profile *profile = make_profile();
    (void)state;
    answer(profile, "num_symbols: 1\n"
                    "0x1010 first\n"
                    "0x1020\tof one that has a name\n"
                    "0x1030\t operator new(unsigned long)\n"
                    "0x9999 of nobody\n"
                    "0x0 null\n");
    assert_string_equal(name_of(profile, 0), "first");
    assert_string_equal(name_of(profile, 1), "known");
    assert_string_equal(name_of(profile, 2), "null");
    assert_string_equal(name_of(profile, 3), "operator new(unsigned long)");
    assert_string_equal(name_of(profile, 4), "");
    assert_true(profile->mappings.items[0].has_functions);
    assert_false(profile->mappings.items[2].has_functions);
    assert_int_equal(profile->functions.count, 4);
    for (uint32_t i = 1; i < 4; i++)
        assert_int_equal(profile->functions.items[i].id, 7 + i);
    check_request(profile, false, "");
    pp_profile_free(profile);
}

/* One function for one name; of two lines for an address the later counts;
 * the last line may have no end. */
static void test_repetitions(void **state)
{
    struct pp_profile *profile = make_profile();
    (void)state;
    answer(profile, "0x1010 early\n0x1010 f\nat 0x1030 f");
    assert_string_equal(name_of(profile, 0), "f");
    assert_string_equal(name_of(profile, 3), "f");
    assert_int_equal(profile->functions.count, 2);
    pp_profile_free(profile);
}

static void test_nonsense(void **state)
{
    static const char *const answers[] = {
        "",
        "\n\n",
        "0x",
        "0x1010",
        "0x1010\n",
        "0x1010name\n",
        "0x10100000000000000 too large\n",
        "0xg x\n",
        "<html><body>404</body></html>",
    };
    (void)state;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct pp_profile *profile = make_profile();
        answer(profile, answers[i]);
        assert_int_equal(profile->functions.count, 1);
        assert_string_equal(name_of(profile, 0), "");
        assert_false(profile->mappings.items[0].has_functions);
        pp_profile_free(profile);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request),
        cmocka_unit_test(test_answer),
        cmocka_unit_test(test_repetitions),
        cmocka_unit_test(test_nonsense),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
