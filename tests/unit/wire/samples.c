/* Samples read in parts: the same profile and the same words whatever the
 * number of parts, and which bytes are given back. */
#include "wire/decode.h"

#include "rich.h"

#include <stdio.h>

static const uint32_t part_counts[] = {0, 1, 2, 3, 8, 1000};

enum { PART_COUNTS = sizeof part_counts / sizeof *part_counts };

enum {
    SAMPLES = 1000,
    LOCATIONS = 20000, /* ids of one to three bytes */
    DEPTH_MAX = 60,
    ID_LARGE = 1 << 30, /* five bytes, and not in the order of the file */
};

static uint32_t random_below(uint32_t limit)
{
    static uint64_t state = 88172645463325252u;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 32) * limit >> 32);
}

/* Some labels say nothing: they are written, and not read. */
static void add_labels(struct pp_profile *profile)
{
    pp_string key = pp_profile_add_string(profile, pp_slice_literal("key"));
    for (uint32_t i = random_below(4); i > 0; i--)
        pp_profile_add_label(
            profile, (struct pp_label){.key = key, .number = random_below(2)});
}

static struct pp_profile *many_samples(void)
{
    struct pp_profile *profile = pp_profile_new(0);
    pp_profile_add_sample_type(profile, "samples", "count");
    pp_profile_add_sample_type(profile, "cpu", "nanoseconds");
    for (uint32_t i = 0; i < LOCATIONS; i++)
        pp_profile_add_location(profile, PP_NONE, i);
    profile->locations.items[LOCATIONS - 2].id = ID_LARGE;
    for (uint32_t i = 0; i < SAMPLES; i++) {
        uint32_t stack[DEPTH_MAX], depth = random_below(DEPTH_MAX + 1);
        int64_t values[2] = {random_below(300), -(int64_t)random_below(2)};
        for (uint32_t j = 0; j < depth; j++)
            stack[j] = random_below(random_below(8) ? 200 : LOCATIONS - 1);
        if (depth)
            stack[random_below(depth)] = LOCATIONS - 2;
        pp_profile_add_sample(profile, stack, depth, values);
        add_labels(profile);
    }
    return profile;
}

/* Parsed from a copy, which then is the profile's. */
static int parse(struct pp_slice bytes, uint32_t part_count,
                 struct pp_profile **profile, struct pp_error *err)
{
    *profile = pp_profile_new(0);
    pp_buffer_append_slice(&(*profile)->input, bytes);
    return pp_wire_parse(*profile, part_count, err);
}

static struct pp_profile *parse_good(struct pp_slice bytes, uint32_t part_count)
{
    struct pp_profile *profile;
    struct pp_error err = {0};
    assert_int_equal(parse(bytes, part_count, &profile, &err), PP_OK);
    assert_string_equal(err.text, "");
    return profile;
}

/* ---- the same whatever the number of parts ------------------------------ */

#define assert_same_items(a, b, vector)                                        \
    do {                                                                       \
        assert_int_equal((a)->vector.count, (b)->vector.count);                \
        assert_memory_equal((a)->vector.items, (b)->vector.items,              \
                            (a)->vector.count * sizeof *(a)->vector.items);    \
    } while (0)

static void parts_make_the_same_arrays(void **state)
{
    (void)state;
    struct pp_profile *made = many_samples();
    struct pp_buffer bytes = {0};
    assert_int_equal(pp_wire_encode(made, &bytes, NULL), PP_OK);
    struct pp_profile *one = parse_good(pp_buffer_slice(&bytes), 1);
    assert_same_items(one, made, stacks);
    assert_same_items(one, made, values);
    assert_in_range(one->labels.count, 1, made->labels.count - 1);
    for (size_t i = 0; i < PART_COUNTS; i++) {
        struct pp_profile *parts =
            parse_good(pp_buffer_slice(&bytes), part_counts[i]);
        assert_same_profile(parts, one);
        assert_same_items(parts, one, samples);
        assert_same_items(parts, one, stacks);
        assert_same_items(parts, one, values);
        assert_same_items(parts, one, labels);
        pp_profile_free(parts);
    }
    pp_profile_free(one);
    pp_buffer_release(&bytes);
    pp_profile_free(made);
}

/* The first of two samples with a location that is not there is told. */
static void the_first_failure_is_told(void **state)
{
    (void)state;
    struct pp_profile *made = many_samples();
    struct pp_buffer bytes = {0};
    struct pp_error first = {0};
    static const uint32_t bad_samples[] = {960, 601};
    for (size_t i = 0; i < 2; i++) {
        struct pp_sample *sample = &made->samples.items[bad_samples[i]];
        sample->stack_start = 0;
        sample->stack_depth = 9;
    }
    made->samples.items[0].stack_depth = 0;
    made->stacks.items[7] = LOCATIONS - 1;
    made->samples.items[1].stack_depth = 0;
    made->locations.count = LOCATIONS - 1;
    assert_int_equal(pp_wire_encode(made, &bytes, NULL), PP_OK);
    for (size_t i = 0; i < PART_COUNTS; i++) {
        struct pp_profile *profile;
        struct pp_error err = {0};
        int status = parse(pp_buffer_slice(&bytes), part_counts[i], &profile,
                           i ? &err : &first);
        assert_int_equal(status, PP_E_FORMAT);
        assert_true(strstr(first.text, ": sample 602 at byte "));
        assert_true(strstr(first.text, "nil location: id 20000 is none"));
        if (i)
            assert_string_equal(err.text, first.text);
        pp_profile_free(profile);
        assert_int_equal(
            parse(pp_buffer_slice(&bytes), part_counts[i], &profile, NULL),
            PP_E_FORMAT);
        pp_profile_free(profile);
    }
    pp_buffer_release(&bytes);
    pp_profile_free(made);
}

static void more_parts_than_samples_are_none(void **state)
{
    (void)state;
    static const struct pp_slice none = pp_slice_literal("\x32\x00");
    static const struct pp_slice two =
        pp_slice_literal("\x32\x00\x0a\x00\x12\x02\x10\x05\x12\x02\x10\x06");
    for (size_t i = 0; i < PART_COUNTS; i++) {
        struct pp_profile *profile = parse_good(none, part_counts[i]);
        assert_int_equal(profile->samples.count, 0);
        pp_profile_free(profile);
        profile = parse_good(two, part_counts[i]);
        assert_int_equal(profile->samples.count, 2);
        assert_int_equal(profile->values.items[0], 5);
        assert_int_equal(profile->values.items[1], 6);
        pp_profile_free(profile);
    }
}

/* ---- bytes that are given back ------------------------------------------ */

static struct pp_buffer eight_megabytes(void)
{
    struct pp_profile *made = pp_profile_new(0);
    struct pp_buffer bytes = {0};
    uint32_t stack[100] = {0};
    int64_t value = 1;
    pp_profile_add_sample_type(made, "n", "unit");
    pp_profile_add_location(made, PP_NONE, 0);
    for (int i = 0; i < 80000; i++)
        pp_profile_add_sample(made, stack, 100, &value);
    /* A string table in front of that which stands at the end. */
    pp_buffer_append(&bytes, "\x32\x00", 2);
    assert_int_equal(pp_wire_encode(made, &bytes, NULL), PP_OK);
    pp_profile_free(made);
    assert_in_range(bytes.size, 8 << 20, 9 << 20);
    return bytes;
}

static size_t bytes_left(struct pp_slice bytes)
{
    size_t count = 0;
    for (size_t i = 0; i < bytes.size; i++)
        count += bytes.data[i] != 0;
    return count;
}

static void read_samples_are_given_back(void **state)
{
    (void)state;
    struct pp_buffer buffer = eight_megabytes();
    struct pp_slice bytes = {buffer.data + 2, buffer.size - 2};
    for (uint32_t part_count = 1; part_count <= 2; part_count++) {
        struct pp_profile *profile = parse_good(bytes, part_count);
        struct pp_slice input = pp_buffer_slice(&profile->input);
        assert_in_range(bytes_left(input), 1, bytes.size * 6 / 10);
        assert_memory_equal(input.data, bytes.data, 100);
        assert_true(pp_slice_equal(
            pp_profile_text(profile, profile->sample_types.items[0].unit),
            pp_slice_literal("unit")));
        assert_int_equal(profile->stacks.count, 8000000);
        assert_int_equal(bytes_left((struct pp_slice){
                             (const char *)profile->stacks.items,
                             profile->stacks.count * sizeof(uint32_t)}),
                         0);
        pp_profile_free(profile);
    }
    pp_buffer_release(&buffer);
}

static void strings_between_samples_stay(void **state)
{
    (void)state;
    struct pp_buffer buffer = eight_megabytes();
    struct pp_slice bytes = pp_buffer_slice(&buffer);
    for (uint32_t part_count = 1; part_count <= 2; part_count++) {
        struct pp_profile *profile = parse_good(bytes, part_count);
        assert_memory_equal(profile->input.data, bytes.data, bytes.size);
        pp_profile_free(profile);
    }
    pp_buffer_release(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_make_the_same_arrays),
        cmocka_unit_test(the_first_failure_is_told),
        cmocka_unit_test(more_parts_than_samples_are_none),
        cmocka_unit_test(read_samples_are_given_back),
        cmocka_unit_test(strings_between_samples_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
