/* Decoding as a whole: every folding, and in which words bytes that are no
 * profile are refused. */
#include "wire/decode.h"

#include "rich.h"

#include <stdio.h>

static void assert_refused(const char *bytes, size_t size, const char *words)
{
    struct pp_profile *profile = (struct pp_profile *)1;
    struct pp_error err = {0};
    int status = pp_wire_decode(bytes, size, 0, &profile, &err);
    assert_string_equal(err.text, words);
    assert_int_equal(status, PP_E_FORMAT);
    assert_null(profile);
    assert_int_equal(pp_wire_decode(bytes, size, 0, &profile, NULL),
                     PP_E_FORMAT);
}

#define ASSERT_REFUSED(literal, words)                                         \
    assert_refused((literal), sizeof(literal) - 1, (words))

static void nothing_is_told_from_something(void **state)
{
    (void)state;
    ASSERT_REFUSED("", "parsing profile: empty input file");
    /* gzip of nothing */
    ASSERT_REFUSED("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x03\x00\x00\x00"
                   "\x00\x00\x00\x00\x00\x00",
                   "parsing profile: empty input file");
}

static const struct {
    const char *bytes, *look;
} looks[] = {
    {"<!DOCTYPE html><html>", "an HTML page"},
    {"\n <HTML>", "an HTML page"},
    {"<?xml version=\"1.0\"?>", "XML or HTML"},
    {"{\"a\": 1}", "JSON"},
    {"PERFILE2h",
     "perf.data: write it as text with `perf script -i FILE >TEXT` first"},
    {"\x7f"
     "ELF\2\1\1",
     "an executable (ELF)"},
    {"go 1.22 trace", "an execution trace of Go"},
    {"heap profile: 1: 2 [3: 4] @", "text"},
    {"PK\3\4", "a zip archive"},
    {"BZh9", "bzip2, which is not unfolded here"},
    {"404 page not found\n", "text"},
    {"\n\n", "text"},
};

static void what_it_looks_like_is_said(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        char words[200];
        snprintf(words, sizeof words,
                 "parsing profile: unrecognized profile format: it looks like "
                 "%s",
                 looks[i].look);
        assert_refused(looks[i].bytes, strlen(looks[i].bytes), words);
    }
    ASSERT_REFUSED("\x08\x01", "parsing profile: unrecognized profile format");
    ASSERT_REFUSED("\xff\xfe\x01",
                   "parsing profile: unrecognized profile format");
}

/* A damaged profile is not something else. */
static void a_damaged_profile_is_called_so(void **state)
{
    (void)state;
    ASSERT_REFUSED("\x0a\x04\x08\x01\x10\x02\x32\x00\x32\x05xy",
                   "malformed profile: profile at byte 8: cut short: a field "
                   "is longer than what is left");
}

/* The failed parse, which read up to a byte 3, leaves nothing behind. */
static void other_forms_are_read_too(void **state)
{
    (void)state;
    static const uint32_t words[] = {0, 3, 0, 10000, 0, 7, 1, 0x4000, 0, 1, 0};
    struct pp_profile *profile;
    assert_int_equal(pp_wire_decode(words, sizeof words, 0, &profile, NULL),
                     PP_OK);
    assert_int_equal(profile->samples.count, 1);
    assert_int_equal(profile->sample_types.count, 2);
    assert_int_equal(pp_sample_values(profile, 0)[1], 7 * 10000 * 1000);
    pp_profile_free(profile);
}

static void what_is_wrong_with_another_form_is_said(void **state)
{
    (void)state;
    ASSERT_REFUSED("goroutine profile: total 1\n\n1 @\n",
                   "parsing profile: Go count profile: line 3: expected "
                   "\"COUNT @ 0x... 0x...\"");
}

static void a_bare_profile_is_copied(void **state)
{
    (void)state;
    char bytes[] = "\x32\x00\x32\x04name\x70\x01";
    struct pp_profile *profile;
    assert_int_equal(pp_wire_decode(bytes, sizeof bytes - 1, 0, &profile, NULL),
                     PP_OK);
    memset(bytes, 0xee, sizeof bytes);
    struct pp_slice text =
        pp_profile_text(profile, profile->default_sample_type);
    assert_true(pp_slice_equal(text, pp_slice_literal("name")));
    pp_profile_free(profile);
}

static void a_bare_profile_has_a_ceiling_too(void **state)
{
    (void)state;
    struct pp_profile *profile;
    static const char bytes[] = "\x32\x00\x32\x04name\x70\x01";
    size_t size = sizeof bytes - 1;
    struct pp_error err = {0};
    assert_int_equal(pp_wire_decode(bytes, size, size - 1, &profile, &err),
                     PP_E_MEMORY);
    assert_string_equal(err.text, "parsing profile: it has more than the 9 "
                                  "bytes that there is room for");
    assert_int_equal(pp_wire_decode(bytes, size, size, &profile, NULL), PP_OK);
    pp_profile_free(profile);
}

/* Decoded profiles can be built on: their strings are found again. */
static void a_decoded_profile_can_grow(void **state)
{
    (void)state;
    static const char bytes[] = "\x32\x00\x32\x04name\x32\x04name\x70\x01";
    struct pp_profile *profile;
    assert_int_equal(pp_wire_decode(bytes, sizeof bytes - 1, 0, &profile, NULL),
                     PP_OK);
    assert_int_equal(pp_profile_add_string(profile, pp_slice_of("name")), 1);
    assert_int_equal(pp_profile_add_string(profile, pp_slice_of("")), 0);
    assert_int_equal(pp_profile_add_string(profile, pp_slice_of("new")), 3);
    assert_int_equal(pp_profile_add_string(profile, pp_slice_of("new")), 3);
    pp_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_told_from_something),
        cmocka_unit_test(what_it_looks_like_is_said),
        cmocka_unit_test(a_damaged_profile_is_called_so),
        cmocka_unit_test(other_forms_are_read_too),
        cmocka_unit_test(what_is_wrong_with_another_form_is_said),
        cmocka_unit_test(a_bare_profile_is_copied),
        cmocka_unit_test(a_bare_profile_has_a_ceiling_too),
        cmocka_unit_test(a_decoded_profile_can_grow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
