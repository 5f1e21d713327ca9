/* What counts as the same when profiles are merged. Each test puts two things
 * into one profile, or two, and looks whether one or two come out. */
#include "profile/merger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static struct pp_profile *new_profile(void)
{
    struct pp_profile *profile = pp_profile_new(0);
    pp_profile_add_sample_type(profile, "n", "count");
    return profile;
}

/* The merged form of one profile, which is freed. */
static struct pp_profile *compact(struct pp_profile *profile)
{
    const struct pp_profile *source = profile;
    struct pp_profile *merged;
    assert_int_equal(pp_profile_merge(&source, 1, &merged, NULL), PP_OK);
    assert_int_equal(pp_profile_check(merged, NULL), PP_OK);
    pp_profile_free(profile);
    return merged;
}

static void add_sample(struct pp_profile *profile, uint32_t location)
{
    int64_t one = 1;
    assert_int_not_equal(pp_profile_add_sample(profile, &location, 1, &one),
                         PP_NONE);
}

/* ---- mappings ----------------------------------------------------------- */

struct mapping {
    uint64_t start, limit, offset;
    const char *filename, *build_id;
};

static uint32_t mapping_count(struct mapping a, struct mapping b)
{
    struct pp_profile *profile = new_profile();
    const struct mapping both[] = {a, b};
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t mapping = pp_profile_add_mapping(
            profile, both[i].start, both[i].limit, both[i].offset,
            pp_slice_of(both[i].filename), pp_slice_of(both[i].build_id));
        add_sample(profile, pp_profile_add_location(profile, mapping,
                                                    both[i].start + 5));
    }
    struct pp_profile *merged = compact(profile);
    uint32_t count = merged->mappings.count;
    /* The same place in the same mapping is the same location. */
    assert_int_equal(merged->locations.count, count);
    assert_int_equal(merged->samples.count, count);
    assert_int_equal(merged->locations.items[0].address, a.start + 5);
    pp_profile_free(merged);
    return count;
}

static void mappings_may_move(void **state)
{
    (void)state;
    struct mapping a = {0x1000, 0x3000, 0, "/bin/a", "id"};
    struct mapping b = {0x9000, 0xb000, 0, "/bin/b", "id"};
    assert_int_equal(mapping_count(a, b), 1);
    b.limit -= 0xfff; /* the same pages */
    assert_int_equal(mapping_count(a, b), 1);
    b.limit -= 1;
    assert_int_equal(mapping_count(a, b), 2);
    b = (struct mapping){0x9000, 0xb000, 0x1000, "/bin/a", "id"};
    assert_int_equal(mapping_count(a, b), 2);
}

static void mappings_go_by_build_id_or_else_by_file(void **state)
{
    (void)state;
    struct mapping a = {0x1000, 0x3000, 0, "/bin/a", "id"};
    struct mapping b = {0x9000, 0xb000, 0, "/bin/a", "other"};
    assert_int_equal(mapping_count(a, b), 2);
    a.build_id = b.build_id = "";
    assert_int_equal(mapping_count(a, b), 1);
    b.filename = "/bin/b";
    assert_int_equal(mapping_count(a, b), 2);
    a.filename = b.filename = "";
    assert_int_equal(mapping_count(a, b), 1);
}

static void the_first_mapping_stays_first(void **state)
{
    (void)state;
    struct pp_profile *profile = new_profile();
    struct pp_slice none = {0};
    pp_profile_add_mapping(profile, 1, 2, 0, pp_slice_of("main"), none);
    pp_profile_add_mapping(profile, 3, 4, 0, pp_slice_of("unused"), none);
    pp_profile_add_mapping(profile, 5, 6, 0, pp_slice_of("used"), none);
    profile->mappings.items[2].has_functions = true;
    add_sample(profile, pp_profile_add_location(profile, 2, 5));
    struct pp_profile *merged = compact(profile);
    assert_int_equal(merged->mappings.count, 2);
    assert_int_equal(merged->mappings.items[0].start, 1);
    assert_int_equal(merged->mappings.items[1].start, 5);
    assert_int_equal(merged->mappings.items[1].id, 2);
    assert_true(merged->mappings.items[1].has_functions);
    assert_int_equal(merged->locations.items[0].mapping, 1);
    pp_profile_free(merged);
}

/* ---- locations and functions -------------------------------------------- */

struct place {
    uint64_t address;
    bool is_folded;
    struct pp_line lines[2]; /* of the functions 0 and 1 */
    uint32_t line_count;
};

static uint32_t location_count(struct place a, struct place b)
{
    struct pp_profile *profile = new_profile();
    const struct place both[] = {a, b};
    struct pp_slice none = {0};
    pp_profile_add_function(profile, pp_slice_of("f"), none, none, 0);
    pp_profile_add_function(profile, pp_slice_of("g"), none, none, 0);
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t location =
            pp_profile_add_location(profile, PP_NONE, both[i].address);
        profile->locations.items[location].is_folded = both[i].is_folded;
        pp_profile_set_lines(profile, location, both[i].lines,
                             both[i].line_count);
        add_sample(profile, location);
    }
    struct pp_profile *merged = compact(profile);
    uint32_t count = merged->locations.count;
    assert_int_equal(merged->samples.count, count);
    assert_int_equal(merged->lines.count,
                     a.line_count + (count == 2 ? b.line_count : 0));
    pp_profile_free(merged);
    return count;
}

static void locations_differ_by_each_of_their_parts(void **state)
{
    (void)state;
    const struct place place = {7, false, {{0, 1, 1}, {1, 2, 2}}, 2};
    struct place other = place;
    assert_int_equal(location_count(place, other), 1);
    other.address = 8;
    assert_int_equal(location_count(place, other), 2);
    other = place, other.is_folded = true;
    assert_int_equal(location_count(place, other), 2);
    other = place, other.line_count = 1;
    assert_int_equal(location_count(place, other), 2);
    other = place, other.lines[1].function = 0;
    assert_int_equal(location_count(place, other), 2);
    other = place, other.lines[0].line = 5;
    assert_int_equal(location_count(place, other), 2);
    other = place, other.lines[1].column = 5;
    assert_int_equal(location_count(place, other), 2);
    /* The reference loses the column of all lines but the last. */
    other = place, other.lines[0].column = 5;
    assert_int_equal(location_count(place, other), 2);
}

static void functions_differ_by_each_of_their_parts(void **state)
{
    (void)state;
    static const struct {
        const char *name, *system_name, *filename;
        int64_t start_line;
    } functions[] = {
        {"f", "_f", "f.c", 1}, {"f", "_f", "f.c", 1}, {"g", "_f", "f.c", 1},
        {"f", "_g", "f.c", 1}, {"f", "_f", "g.c", 1}, {"f", "_f", "f.c", 2},
    };
    struct pp_profile *profile = new_profile();
    for (uint32_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        uint32_t function = pp_profile_add_function(
            profile, pp_slice_of(functions[i].name),
            pp_slice_of(functions[i].system_name),
            pp_slice_of(functions[i].filename), functions[i].start_line);
        uint32_t location = pp_profile_add_location(profile, PP_NONE, 0);
        pp_profile_set_lines(profile, location,
                             &(struct pp_line){function, 0, 0}, 1);
        add_sample(profile, location);
    }
    struct pp_profile *merged = compact(profile);
    assert_int_equal(merged->functions.count, 5);
    assert_int_equal(merged->locations.count, 5);
    assert_int_equal(merged->values.items[0], 2);
    pp_profile_free(merged);
}

/* ---- samples ------------------------------------------------------------ */

static struct pp_profile *two_labelled(const struct pp_label *a,
                                       uint32_t count_a,
                                       const struct pp_label *b,
                                       uint32_t count_b)
{
    struct pp_profile *profile = new_profile();
    pp_profile_add_string(profile, pp_slice_of("one"));
    pp_profile_add_string(profile, pp_slice_of("two"));
    uint32_t location = pp_profile_add_location(profile, PP_NONE, 1);
    add_sample(profile, location);
    for (uint32_t i = 0; i < count_a; i++)
        pp_profile_add_label(profile, a[i]);
    add_sample(profile, location);
    for (uint32_t i = 0; i < count_b; i++)
        pp_profile_add_label(profile, b[i]);
    return compact(profile);
}

static uint32_t sample_count(const struct pp_label *a, uint32_t count_a,
                             const struct pp_label *b, uint32_t count_b)
{
    struct pp_profile *merged = two_labelled(a, count_a, b, count_b);
    uint32_t count = merged->samples.count;
    assert_int_equal(merged->labels.count,
                     count_a + (count == 2 ? count_b : 0));
    pp_profile_free(merged);
    return count;
}

static void samples_with_other_labels_stay_apart(void **state)
{
    (void)state;
    const struct pp_label text = {.key = 3, .string = 4};
    const struct pp_label number = {.key = 3, .number = 5, .number_unit = 4};
    struct pp_label labels[] = {number, text}, others[] = {text, number};
    /* The order of the keys says nothing; that within a key does. */
    assert_int_equal(sample_count(labels, 2, others, 2), 1);
    labels[0].string = 3, labels[0].number = 0, labels[0].number_unit = 0;
    others[1] = labels[0];
    assert_int_equal(sample_count(labels, 2, others, 2), 2);

    assert_int_equal(sample_count(&number, 1, &number, 1), 1);
    assert_int_equal(sample_count(&number, 1, NULL, 0), 2);
    struct pp_label other = number;
    other.number = 6;
    assert_int_equal(sample_count(&number, 1, &other, 1), 2);
    other = number, other.number_unit = 3;
    assert_int_equal(sample_count(&number, 1, &other, 1), 2);
    other = number, other.key = 4;
    assert_int_equal(sample_count(&number, 1, &other, 1), 2);
}

static void stacks_differ_in_order_and_depth(void **state)
{
    (void)state;
    struct pp_profile *profile = new_profile();
    uint32_t x = pp_profile_add_location(profile, PP_NONE, 1);
    uint32_t y = pp_profile_add_location(profile, PP_NONE, 2);
    const uint32_t stacks[][3] = {{x, y, x}, {y, x, y}, {x, y, x}};
    int64_t one = 1;
    for (uint32_t depth = 0; depth <= 3; depth++)
        for (uint32_t i = 0; i < 3; i++)
            pp_profile_add_sample(profile, stacks[i], depth, &one);
    struct pp_profile *merged = compact(profile);
    assert_int_equal(merged->samples.count, 1 + 3 * 2);
    assert_int_equal(merged->values.items[0], 3);
    assert_int_equal(merged->values.items[1], 2);
    assert_int_equal(merged->values.items[2], 1);
    pp_profile_free(merged);
}

/* A sample in each of two functions, the second of that name first if so. */
static struct pp_profile *two_functions(bool is_swapped)
{
    static const char *const names[] = {"first", "second"};
    struct pp_profile *profile = new_profile();
    for (uint32_t i = 0; i < 2; i++) {
        struct pp_slice name = pp_slice_of(names[i ^ is_swapped]);
        struct pp_line line = {
            .function = pp_profile_add_function(profile, name, name, name, 1)};
        uint32_t location = pp_profile_add_location(profile, PP_NONE, 0);
        assert_int_equal(pp_profile_set_lines(profile, location, &line, 1),
                         PP_OK);
        add_sample(profile, location);
    }
    return profile;
}

/* What a number meant in the source before is a guess, and no more. */
static void numbers_mean_something_else_in_each_source(void **state)
{
    (void)state;
    struct pp_profile *sources[] = {two_functions(false), two_functions(true),
                                    two_functions(true), two_functions(false)};
    struct pp_profile *merged;
    assert_int_equal(pp_profile_merge((const struct pp_profile *const *)sources,
                                      4, &merged, NULL),
                     PP_OK);
    assert_int_equal(merged->functions.count, 2);
    assert_int_equal(merged->locations.count, 2);
    assert_int_equal(merged->samples.count, 2);
    for (uint32_t i = 0; i < 2; i++) {
        assert_int_equal(pp_sample_values(merged, i)[0], 4);
        assert_true(pp_slice_equal(
            pp_profile_text(merged, merged->functions.items[i].name),
            pp_slice_of(i ? "second" : "first")));
    }
    for (uint32_t i = 0; i < 4; i++)
        pp_profile_free(sources[i]);
    pp_profile_free(merged);
}

static void values_wrap_as_the_references_do(void **state)
{
    (void)state;
    struct pp_profile *profile = new_profile();
    for (int i = 0; i < 2; i++)
        pp_profile_add_sample(profile, NULL, 0, (int64_t[]){INT64_MAX});
    struct pp_profile *merged = compact(profile);
    assert_int_equal(merged->values.items[0], -2);
    pp_profile_free(merged);
}

/* ---- memory ------------------------------------------------------------- */

/* Many of everything, all different. */
static struct pp_profile *large_profile(void)
{
    struct pp_profile *profile = new_profile();
    for (uint32_t i = 0; i < 3000; i++) {
        struct pp_slice name = {(const char *)&i, sizeof i};
        uint32_t mapping = pp_profile_add_mapping(profile, i, i, i, name, name);
        struct pp_line line = {
            .function = pp_profile_add_function(profile, name, name, name, 1)};
        uint32_t location = pp_profile_add_location(profile, mapping, i);
        pp_profile_set_lines(profile, location, &line, 1);
        add_sample(profile, location);
        pp_profile_add_label(profile, (struct pp_label){.number = i + 1});
    }
    return profile;
}

/* Fails in each of the three arenas at each of their allocations. */
static void any_ceiling_is_survived(void **state)
{
    (void)state;
    struct pp_profile *source = large_profile();
    size_t failures[3] = {0};
    for (int limited = 0; limited < 3; limited++) {
        int status = PP_E_MEMORY;
        for (size_t ceiling = 256 << 10; status != PP_OK; ceiling += 16 << 10) {
            struct pp_merger merger = {
                .merged = pp_profile_new(limited == 0 ? ceiling : 0),
                .arena.ceiling = limited == 1 ? ceiling - (256 << 10) + 1 : 0,
                .source_arena.ceiling =
                    limited == 2 ? ceiling - (256 << 10) + 1 : 0,
            };
            pp_profile_add_sample_type(merger.merged, "n", "count");
            status = pp_merger_add(&merger, source);
            failures[limited] += status < 0;
            if (status == PP_OK)
                assert_int_equal(merger.merged->samples.count, 3000);
            pp_merger_release(&merger);
            pp_profile_free(merger.merged);
        }
    }
    assert_in_range(failures[0], 5, 1000);
    assert_in_range(failures[1], 5, 1000);
    assert_in_range(failures[2], 5, 1000);
    pp_profile_free(source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mappings_may_move),
        cmocka_unit_test(mappings_go_by_build_id_or_else_by_file),
        cmocka_unit_test(the_first_mapping_stays_first),
        cmocka_unit_test(locations_differ_by_each_of_their_parts),
        cmocka_unit_test(functions_differ_by_each_of_their_parts),
        cmocka_unit_test(samples_with_other_labels_stay_apart),
        cmocka_unit_test(stacks_differ_in_order_and_depth),
        cmocka_unit_test(numbers_mean_something_else_in_each_source),
        cmocka_unit_test(values_wrap_as_the_references_do),
        cmocka_unit_test(any_ceiling_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
