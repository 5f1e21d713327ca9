/* Parsing: what is read leniently, what is refused and in which words, and
 * that nothing is read past the end of the input. */
#include "wire/decode.h"

#include "rich.h"

#include <stdio.h>

/* The input is a copy of its exact size, so that a sanitizer sees the first
 * byte that is read too many. */
static int parse(const char *bytes, size_t size, size_t ceiling,
                 struct pp_profile **profile, struct pp_error *err)
{
    *profile = pp_profile_new(ceiling);
    if (!*profile)
        return pp_fail_memory(err);
    char *copy = malloc(size ? size : 1);
    memcpy(copy, bytes, size);
    (*profile)->input.data = copy;
    (*profile)->input.size = size;
    return pp_wire_parse(*profile, 0, err);
}

static void release(struct pp_profile *profile)
{
    if (!profile)
        return;
    free(profile->input.data);
    profile->input = (struct pp_buffer){0};
    pp_profile_free(profile);
}

static struct pp_profile *parse_good(const char *bytes, size_t size)
{
    struct pp_profile *profile;
    struct pp_error err = {0};
    int status = parse(bytes, size, 0, &profile, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(status, PP_OK);
    return profile;
}

#define PARSE_GOOD(literal) parse_good((literal), sizeof(literal) - 1)

/* ---- what is refused ---------------------------------------------------- */

#define BYTES(literal) (literal), sizeof(literal) - 1
#define TEN_FF "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"

static const struct {
    const char *bytes;
    size_t size;
    const char *words; /* behind "malformed profile: " */
} refused[] = {
    /* fields */
    {BYTES("\x80"), "profile at byte 0: cut short within a number"},
    {BYTES("\x32\x00\x0a"), "profile at byte 2: cut short within a number"},
    {BYTES("\x48\x80"), "profile at byte 0: cut short within a number"},
    {BYTES("\x32\x00\x0a\x02\x08"),
     "profile at byte 2: cut short: a field is longer than what is left"},
    {BYTES("\xa1\x01\x01\x02\x03\x04\x05\x06\x07"),
     "profile at byte 0: cut short: a field is longer than what is left"},
    {BYTES("\xa5\x01\x01\x02\x03"),
     "profile at byte 0: cut short: a field is longer than what is left"},
    {BYTES(TEN_FF "\x01"), "profile at byte 0: a number of more than 10 bytes"},
    {BYTES("\x48" TEN_FF "\x01"),
     "profile at byte 0: a number of more than 10 bytes"},
    {BYTES("\x32\x00\x0b"), "profile at byte 2: unknown wire type"},
    {BYTES("\x32\x00\x0c"), "profile at byte 2: unknown wire type"},
    {BYTES("\x32\x00\x1a\x02\x08\x80"),
     "mapping 1 at byte 4: cut short within a number"},
    {BYTES("\x32\x00\x2a\x02\x08\x80"),
     "function 1 at byte 4: cut short within a number"},
    {BYTES("\x32\x00\x12\x00\x12\x02\x08\x80"),
     "sample 2 at byte 6: cut short within a number"},
    {BYTES("\x22\x01\x0e"), "location 1 at byte 2: unknown wire type"},
    {BYTES("\x22\x03\x22\x01\x0e\x32\x00"),
     "location 1 at byte 4: unknown wire type"},
    /* types of fields */
    {BYTES("\x08\x01"),
     "sample type 1 at byte 0: type mismatch: field 1 cannot have wire type "
     "0"},
    {BYTES("\x32\x00\x30\x01"),
     "string 2 at byte 2: type mismatch: field 6 cannot have wire type 0"},
    {BYTES("\x4a\x00"),
     "time_nanos 1 at byte 0: type mismatch: field 9 cannot have wire type 2"},
    {BYTES("\x58\x00"),
     "period_type 1 at byte 0: type mismatch: field 11 cannot have wire type "
     "0"},
    {BYTES("\x69\x01\x02\x03\x04\x05\x06\x07\x08"),
     "comment 1 at byte 0: type mismatch: field 13 cannot have wire type 1"},
    {BYTES("\x12\x05\x0d\x01\x02\x03\x04"),
     "sample 1 at byte 2: type mismatch: field 1 cannot have wire type 5"},
    {BYTES("\x12\x02\x18\x01"),
     "sample 1 at byte 2: type mismatch: field 3 cannot have wire type 0"},
    {BYTES("\x22\x02\x20\x01"),
     "location 1 at byte 2: type mismatch: field 4 cannot have wire type 0"},
    {BYTES("\x22\x02\x0a\x00\x32\x00"),
     "location 1 at byte 2: type mismatch: field 1 cannot have wire type 2"},
    /* strings */
    {BYTES("\x0a\x00"), "profile at byte 2: the string table is missing"},
    {BYTES("\x32\x01x"), "string 1 at byte 0: string_table[0] must be ''"},
    {BYTES("\x32\x00\x0a\x02\x08\x01"),
     "sample type 1 at byte 2: string index 1 is past the table of 1"},
    {BYTES("\x32\x00\x0a\x0b\x10"
           "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
     "sample type 1 at byte 2: string index -1 is past the table of 1"},
    {BYTES("\x32\x00\x1a\x04\x08\x01\x28\x05"),
     "mapping 1 at byte 2: string index 5 is past the table of 1"},
    {BYTES("\x32\x00\x1a\x04\x08\x01\x30\x05"),
     "mapping 1 at byte 2: string index 5 is past the table of 1"},
    {BYTES("\x32\x00\x2a\x04\x08\x01\x10\x05"),
     "function 1 at byte 2: string index 5 is past the table of 1"},
    {BYTES("\x32\x00\x2a\x04\x08\x01\x18\x05"),
     "function 1 at byte 2: string index 5 is past the table of 1"},
    {BYTES("\x32\x00\x2a\x04\x08\x01\x20\x05"),
     "function 1 at byte 2: string index 5 is past the table of 1"},
    {BYTES("\x32\x00\x0a\x00\x12\x06\x10\x00\x1a\x02\x08\x05"),
     "sample 1 at byte 4: string index 5 is past the table of 1"},
    {BYTES("\x32\x00\x0a\x00\x12\x06\x10\x00\x1a\x02\x10\x05"),
     "sample 1 at byte 4: string index 5 is past the table of 1"},
    {BYTES("\x32\x00\x0a\x00\x12\x06\x10\x00\x1a\x02\x20\x05"),
     "sample 1 at byte 4: string index 5 is past the table of 1"},
    {BYTES("\x32\x00\x38\x05"),
     "drop_frames at byte 2: string index 5 is past the table of 1"},
    {BYTES("\x32\x00\x40\x05"),
     "keep_frames at byte 2: string index 5 is past the table of 1"},
    {BYTES("\x32\x00\x5a\x02\x10\x05"),
     "period_type at byte 2: string index 5 is past the table of 1"},
    {BYTES("\x32\x00\x68\x05"),
     "comment 1 at byte 2: string index 5 is past the table of 1"},
    {BYTES("\x32\x00\x6a\x02\x00\x05"),
     "comment 1 at byte 2: string index 5 is past the table of 1"},
    {BYTES("\x32\x00\x70\x05"),
     "default_sample_type at byte 2: string index 5 is past the table of 1"},
    {BYTES("\x32\x00\x78\x05"),
     "doc_url at byte 2: string index 5 is past the table of 1"},
    /* ids */
    {BYTES("\x32\x00\x1a\x00"),
     "mapping 1 at byte 2: found mapping with reserved ID=0"},
    {BYTES("\x32\x00\x22\x00"),
     "location 1 at byte 2: found location with reserved ID=0"},
    {BYTES("\x32\x00\x2a\x00"),
     "function 1 at byte 2: found function with reserved ID=0"},
    {BYTES("\x32\x00\x1a\x02\x08\x07\x1a\x02\x08\x07"),
     "mapping 2 at byte 6: multiple mappings with same id: 7"},
    {BYTES("\x32\x00\x22\x02\x08\x01\x22\x02\x08\x01"),
     "location 2 at byte 6: multiple locations with same id: 1"},
    {BYTES("\x32\x00\x2a\x02\x08\x01\x2a\x02\x08\x02\x2a\x02\x08\x02"),
     "function 3 at byte 10: multiple functions with same id: 2"},
    {BYTES("\x32\x00\x22\x04\x08\x01\x22\x00"),
     "location 1 at byte 2: has a line with nil function: id 0 is none"},
    {BYTES("\x32\x00\x22\x06\x08\x01\x22\x02\x08\x09"),
     "location 1 at byte 2: has a line with nil function: id 9 is none"},
    {BYTES("\x32\x00\x0a\x00\x12\x04\x08\x00\x10\x01"),
     "sample 1 at byte 7: sample has nil location: id 0 is none"},
    {BYTES("\x32\x00\x0a\x00\x22\x02\x08\x01\x12\x06\x0a\x02\x01\x63\x10\x01"),
     "sample 1 at byte 13: sample has nil location: id 99 is none"},
    /* samples */
    {BYTES("\x12\x00\x32\x00"),
     "profile at byte 4: missing sample type information"},
    {BYTES("\x32\x00\x0a\x00\x12\x00"),
     "sample 1 at byte 4: mismatch: sample has 0 values vs. 1 types"},
    {BYTES("\x32\x00\x0a\x00\x12\x05\x12\x03\x01\x02\x03"),
     "sample 1 at byte 4: mismatch: sample has 3 values vs. 1 types"},
    {BYTES("\x32\x00\x0a\x00\x12\x04\x12\x02\x01\x80"),
     "sample 1 at byte 6: cut short within a number"},
    {BYTES("\x32\x00\x0a\x00\x12\x0d\x12\x0b" TEN_FF "\x01"),
     "sample 1 at byte 8: a number of more than 10 bytes"},
    {BYTES("\x32\x00\x0a\x00\x12\x0d\x0a\x0b" TEN_FF "\x01"),
     "sample 1 at byte 8: a number of more than 10 bytes"},
    {BYTES("\x32\x00\x6a\x0b" TEN_FF "\x01"),
     "comment 1 at byte 4: a number of more than 10 bytes"},
};

static void what_is_wrong_is_said_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct pp_profile *profile;
        struct pp_error err = {0};
        char words[200];
        snprintf(words, sizeof words, "malformed profile: %s",
                 refused[i].words);
        int status =
            parse(refused[i].bytes, refused[i].size, 0, &profile, &err);
        assert_string_equal(err.text, words);
        assert_int_equal(status, PP_E_FORMAT);
        release(profile);
    }
}

static void two_profiles_in_a_row_are_told(void **state)
{
    (void)state;
    struct pp_profile *profile;
    struct pp_error err = {0};
    assert_int_equal(
        parse(BYTES("\x32\x00\x48\x01\x32\x00\x48\x01"), 0, &profile, &err),
        PP_E_FORMAT);
    assert_string_equal(err.text, "parsing profile: concatenated profiles "
                                  "detected: a second time at byte 6");
    release(profile);
    profile = PARSE_GOOD("\x32\x00\x48\x00\x48\x05");
    assert_int_equal(profile->time_nanos, 5);
    release(profile);
}

/* ---- what is not -------------------------------------------------------- */

static void unknown_fields_are_skipped(void **state)
{
    (void)state;
    struct pp_profile *profile =
        PARSE_GOOD("\xa0\x01\x07"                             /* 20: a number */
                   "\xa1\x01\x01\x02\x03\x04\x05\x06\x07\x08" /* 20: 8 bytes */
                   "\xa2\x01\x02xy"                           /* 20: text */
                   "\xa5\x01\x01\x02\x03\x04"                 /* 20: 4 bytes */
                   "\x02\x01x"                                /* 0 */
                   "\x32\x00\x32\x01k"
                   "\x0a\x02\x28\x01"
                   "\x12\x0d\x10\x05\x20\x09\x1a\x07\x08\x01\x2a\x01x\x18\x03"
                   "\x22\x06\x08\x01\x32\x02xy"
                   "\x1a\x08\x08\x01\xa5\x01\x01\x02\x03\x04");
    assert_int_equal(profile->strings.count, 2);
    assert_int_equal(profile->samples.count, 1);
    assert_int_equal(profile->values.items[0], 5);
    assert_int_equal(profile->labels.count, 1);
    assert_int_equal(profile->labels.items[0].key, 1);
    assert_int_equal(profile->labels.items[0].number, 3);
    assert_int_equal(profile->locations.items[0].id, 1);
    assert_int_equal(profile->mappings.items[0].id, 1);
    release(profile);
}

static void the_last_of_several_scalars_counts(void **state)
{
    (void)state;
    struct pp_profile *profile =
        PARSE_GOOD("\x32\x00\x32\x01k\x60\x01\x60\x02"
                   "\x5a\x04\x08\x01\x10\x01\x5a\x02\x10\x01"
                   "\x1a\x08\x08\x05\x08\x06\x38\x01\x38\x00");
    assert_int_equal(profile->period, 2);
    /* But a message takes the place of the one before, whole. */
    assert_int_equal(profile->period_type.type, 0);
    assert_int_equal(profile->period_type.unit, 1);
    assert_int_equal(profile->mappings.items[0].id, 6);
    assert_false(profile->mappings.items[0].has_functions);
    release(profile);
}

static void packed_and_single_numbers_may_be_mixed(void **state)
{
    (void)state;
    struct pp_profile *profile =
        PARSE_GOOD("\x32\x00\x0a\x00\x0a\x00\x0a\x00"
                   "\x22\x02\x08\x01\x22\x02\x08\x02"
                   "\x12\x0f\x08\x02\x10\x07\x0a\x03\x01\x81\x00\x08\x02"
                   "\x12\x02\x08\x09"
                   "\x68\x00\x6a\x02\x00\x00\x6a\x00");
    static const uint32_t stack[] = {1, 0, 0, 1};
    static const int64_t values[] = {7, 8, 9};
    assert_int_equal(profile->samples.items[0].stack_depth, 4);
    assert_memory_equal(profile->stacks.items, stack, sizeof stack);
    assert_memory_equal(profile->values.items, values, sizeof values);
    assert_int_equal(profile->comments.count, 3);
    release(profile);
}

static void the_order_of_the_fields_does_not_matter(void **state)
{
    (void)state;
    struct pp_profile *profile =
        PARSE_GOOD("\x70\x01"
                   "\x12\x04\x08\x01\x10\x05"                 /* sample */
                   "\x22\x08\x08\x01\x10\x01\x22\x02\x08\x01" /* location */
                   "\x2a\x04\x08\x01\x10\x01"                 /* function */
                   "\x1a\x02\x08\x01"                         /* mapping */
                   "\x32\x00"
                   "\x0a\x02\x08\x01" /* type */
                   "\x12\x04\x08\x01\x10\x06"
                   "\x32\x01k");
    assert_int_equal(profile->samples.count, 2);
    assert_int_equal(profile->values.items[1], 6);
    assert_int_equal(profile->locations.items[0].mapping, 0);
    assert_int_equal(profile->lines.items[0].function, 0);
    assert_int_equal(profile->functions.items[0].name, 1);
    assert_int_equal(profile->default_sample_type, 1);
    release(profile);
}

/* Ids in the order of the file, and not. */
static void any_ids_will_do(void **state)
{
    (void)state;
    struct pp_profile *profile = PARSE_GOOD(
        "\x32\x00\x0a\x00"
        "\x22\x02\x08\x01\x22\x02\x08\x02\x22\x02\x08\x09\x22\x02\x08\x04"
        "\x22\x0b\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
        "\x12\x12\x10\x00\x0a\x0e\x04\x01\x09\x02"
        "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
    static const uint32_t stack[] = {3, 0, 2, 1, 4};
    assert_int_equal(profile->samples.items[0].stack_depth, 5);
    assert_memory_equal(profile->stacks.items, stack, sizeof stack);
    release(profile);
}

static void a_mapping_that_is_not_there_is_none(void **state)
{
    (void)state;
    struct pp_profile *profile =
        PARSE_GOOD("\x32\x00\x22\x04\x08\x01\x10\x07\x22\x02\x08\x02");
    assert_int_equal(profile->locations.items[0].mapping, PP_NONE);
    assert_int_equal(profile->locations.items[1].mapping, PP_NONE);
    release(profile);
}

static void labels_are_text_or_numbers_or_none(void **state)
{
    (void)state;
    struct pp_profile *profile =
        PARSE_GOOD("\x32\x00\x32\x01k\x0a\x00"
                   "\x12\x1e\x10\x00"
                   "\x1a\x08\x08\x01\x10\x01\x18\x05\x20\x63" /* text wins */
                   "\x1a\x02\x08\x01"                         /* none */
                   "\x1a\x04\x08\x01\x18\x05"                 /* number */
                   "\x1a\x04\x08\x01\x20\x01"                 /* 0 of a unit */
                   "\x1a\x00");                               /* none */
    const struct pp_label *labels = profile->labels.items;
    assert_int_equal(profile->samples.items[0].label_count, 3);
    assert_int_equal(profile->labels.count, 3);
    assert_int_equal(labels[0].string, 1);
    assert_int_equal(labels[0].number, 0);
    assert_int_equal(labels[0].number_unit, 0);
    assert_int_equal(labels[1].string, 0);
    assert_int_equal(labels[1].number, 5);
    assert_int_equal(labels[2].number, 0);
    assert_int_equal(labels[2].number_unit, 1);
    release(profile);
}

/* ---- whatever comes ----------------------------------------------------- */

/* A profile that is cut anywhere is refused in words, or, cut between two of
 * its fields, whole in itself. */
static void any_cut_is_survived(void **state)
{
    (void)state;
    struct pp_profile *rich = rich_profile();
    struct pp_buffer bytes = {0};
    rich->samples.count = 60;
    assert_int_equal(pp_wire_encode(rich, &bytes, NULL), PP_OK);
    uint32_t whole_count = 0;
    for (size_t size = 0; size < bytes.size; size++) {
        struct pp_profile *profile;
        struct pp_error err = {0};
        int status = parse(bytes.data, size, 0, &profile, &err);
        whole_count += status == PP_OK;
        assert_true(status == PP_OK || status == PP_E_FORMAT);
        assert_int_equal(err.text[0] != 0, status < 0);
        release(profile);
    }
    assert_in_range(whole_count, 1, 50);
    pp_buffer_release(&bytes);
    pp_profile_free(rich);
}

/* Fails at each allocation in turn, until the ceiling is high enough. */
static void any_ceiling_is_survived(void **state)
{
    (void)state;
    struct pp_profile *rich = rich_profile();
    struct pp_buffer bytes = {0};
    assert_int_equal(pp_wire_encode(rich, &bytes, NULL), PP_OK);
    size_t ceiling = 1, failures = 0;
    for (int status = PP_E_MEMORY; status != PP_OK; ceiling += 16 << 10) {
        struct pp_profile *profile;
        struct pp_error err = {0};
        status = parse(bytes.data, bytes.size, ceiling, &profile, &err);
        failures += status == PP_E_MEMORY;
        assert_true(status == PP_OK || status == PP_E_MEMORY);
        assert_string_equal(err.text, status < 0 ? "out of memory" : "");
        if (status == PP_OK)
            assert_same_profile(profile, rich);
        release(profile);
    }
    assert_in_range(failures, 10, 100);
    pp_buffer_release(&bytes);
    pp_profile_free(rich);
}

/* The arrays are allocated once, at their size. */
static void memory_is_what_the_profile_needs(void **state)
{
    (void)state;
    struct pp_profile *made = pp_profile_new(0), *profile;
    enum { SAMPLE_COUNT = 10000, DEPTH = 40 };
    struct pp_buffer bytes = {0};
    uint32_t stack[DEPTH] = {0};
    int64_t value = 1;
    pp_profile_add_sample_type(made, "n", "");
    pp_profile_add_location(made, PP_NONE, 0);
    for (int i = 0; i < SAMPLE_COUNT; i++)
        pp_profile_add_sample(made, stack, DEPTH, &value);
    assert_int_equal(pp_wire_encode(made, &bytes, NULL), PP_OK);
    profile = parse_good(bytes.data, bytes.size);
    size_t needed = SAMPLE_COUNT * (DEPTH * sizeof(uint32_t) +
                                    sizeof(struct pp_sample) + sizeof(int64_t));
    assert_in_range(profile->arena.used, needed, needed + (300 << 10));
    release(profile);
    pp_buffer_release(&bytes);
    pp_profile_free(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_is_said_with_its_place),
        cmocka_unit_test(two_profiles_in_a_row_are_told),
        cmocka_unit_test(unknown_fields_are_skipped),
        cmocka_unit_test(the_last_of_several_scalars_counts),
        cmocka_unit_test(packed_and_single_numbers_may_be_mixed),
        cmocka_unit_test(the_order_of_the_fields_does_not_matter),
        cmocka_unit_test(any_ids_will_do),
        cmocka_unit_test(a_mapping_that_is_not_there_is_none),
        cmocka_unit_test(labels_are_text_or_numbers_or_none),
        cmocka_unit_test(any_cut_is_survived),
        cmocka_unit_test(any_ceiling_is_survived),
        cmocka_unit_test(memory_is_what_the_profile_needs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
