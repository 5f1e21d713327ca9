/* A profile that has one of everything, and the question whether two profiles
 * say the same. */
#ifndef TEST_WIRE_RICH_H
#define TEST_WIRE_RICH_H

#include "profile/profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static inline pp_string rich_text(struct pp_profile *profile, const char *text)
{
    return pp_profile_add_string(profile, pp_slice_of(text));
}

static inline void rich_header(struct pp_profile *profile)
{
    profile->drop_frames = rich_text(profile, "^drop$");
    profile->keep_frames = rich_text(profile, "^keep$");
    profile->default_sample_type = rich_text(profile, "cpu");
    profile->doc_url = rich_text(profile, "https://example.org/doc");
    profile->time_nanos = 1700000000123456789;
    profile->duration_nanos = -5;
    profile->period_type.type = rich_text(profile, "cpu");
    profile->period_type.unit = rich_text(profile, "nanoseconds");
    profile->period = INT64_MIN;
    for (int i = 0; i < 4; i++)
        pp_profile_add_comment(profile, pp_slice_of(i % 2 ? "odd" : "even"));
}

static inline void rich_locations(struct pp_profile *profile)
{
    struct pp_slice none = {0};
    pp_profile_add_mapping(profile, 0x400000, 0x500000, 0x1000,
                           pp_slice_of("/bin/program"), pp_slice_of("abc123"));
    uint32_t last = pp_profile_add_mapping(profile, UINT64_MAX - 1, UINT64_MAX,
                                           0, none, none);
    struct pp_mapping *mapping = &profile->mappings.items[last];
    mapping->id = 1ull << 40;
    mapping->has_functions = mapping->has_filenames = true;
    mapping->has_line_numbers = mapping->has_inline_frames = true;

    pp_profile_add_function(profile, pp_slice_of("main"), pp_slice_of("_main"),
                            pp_slice_of("main.c"), 10);
    pp_profile_add_function(profile, pp_slice_of("caf\xc3\xa9<T>"), none, none,
                            -1);
    profile->functions.items[1].id = UINT64_MAX;

    for (uint32_t i = 0; i < 300; i++)
        pp_profile_add_location(profile, i % 3 ? i % 3 - 1 : PP_NONE,
                                i ? UINT64_MAX / i : 0);
    profile->locations.items[7].id = 1ull << 63;
    profile->locations.items[8].is_folded = true;
    struct pp_line lines[] = {{1, 12, 3}, {0, INT64_MAX, 0}, {1, -1, -1}};
    pp_profile_set_lines(profile, 0, lines, 3);
    pp_profile_set_lines(profile, 299, lines, 1);
}

/* Labels in the order in which the encoder writes them. */
static inline void rich_labels(struct pp_profile *profile)
{
    const struct pp_label labels[] = {
        {.key = rich_text(profile, "a"), .string = rich_text(profile, "2")},
        {.key = rich_text(profile, "a"), .string = rich_text(profile, "1")},
        {.key = rich_text(profile, "b"), .string = rich_text(profile, "a")},
        {.key = rich_text(profile, "B"), .number = -1},
        {.key = rich_text(profile, "a"), .number = 7},
        {.key = rich_text(profile, "a"),
         .number_unit = rich_text(profile, "bytes")},
    };
    for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
        pp_profile_add_label(profile, labels[i]);
}

static inline struct pp_profile *rich_profile(void)
{
    static const int64_t values[][3] = {{0, 0, 0},
                                        {1, -1, 127},
                                        {128, 1 << 14, 1 << 21},
                                        {INT64_MAX, INT64_MIN, 0}};
    struct pp_profile *profile = pp_profile_new(0);
    pp_profile_add_sample_type(profile, "samples", "count");
    pp_profile_add_sample_type(profile, "cpu", "nanoseconds");
    pp_profile_add_sample_type(profile, "", "");
    rich_header(profile);
    rich_locations(profile);
    uint32_t stack[300];
    for (uint32_t depth = 0; depth < 300; depth++) {
        stack[depth] = 299 - depth;
        pp_profile_add_sample(profile, stack, depth, values[depth % 4]);
        if (depth % 50 == 1)
            rich_labels(profile);
    }
    return profile;
}

static inline void assert_same_text(const struct pp_profile *a, pp_string in_a,
                                    const struct pp_profile *b, pp_string in_b)
{
    struct pp_slice text_a = pp_profile_text(a, in_a);
    struct pp_slice text_b = pp_profile_text(b, in_b);
    assert_int_equal(text_a.size, text_b.size);
    assert_memory_equal(text_a.data, text_b.data, text_a.size);
}

static inline void assert_same_type(const struct pp_profile *a,
                                    struct pp_value_type type_a,
                                    const struct pp_profile *b,
                                    struct pp_value_type type_b)
{
    assert_same_text(a, type_a.type, b, type_b.type);
    assert_same_text(a, type_a.unit, b, type_b.unit);
}

static inline void assert_same_header(const struct pp_profile *a,
                                      const struct pp_profile *b)
{
    assert_same_text(a, a->drop_frames, b, b->drop_frames);
    assert_same_text(a, a->keep_frames, b, b->keep_frames);
    assert_same_text(a, a->default_sample_type, b, b->default_sample_type);
    assert_same_text(a, a->doc_url, b, b->doc_url);
    assert_true(a->time_nanos == b->time_nanos);
    assert_true(a->duration_nanos == b->duration_nanos);
    assert_same_type(a, a->period_type, b, b->period_type);
    assert_true(a->period == b->period);
    assert_int_equal(a->comments.count, b->comments.count);
    for (uint32_t i = 0; i < a->comments.count; i++)
        assert_same_text(a, a->comments.items[i], b, b->comments.items[i]);
    assert_int_equal(a->sample_types.count, b->sample_types.count);
    for (uint32_t i = 0; i < a->sample_types.count; i++)
        assert_same_type(a, a->sample_types.items[i], b,
                         b->sample_types.items[i]);
}

static inline void assert_same_mappings(const struct pp_profile *a,
                                        const struct pp_profile *b)
{
    assert_int_equal(a->mappings.count, b->mappings.count);
    for (uint32_t i = 0; i < a->mappings.count; i++) {
        const struct pp_mapping *x = &a->mappings.items[i];
        const struct pp_mapping *y = &b->mappings.items[i];
        assert_true(x->id == y->id && x->start == y->start &&
                    x->limit == y->limit && x->offset == y->offset);
        assert_same_text(a, x->filename, b, y->filename);
        assert_same_text(a, x->build_id, b, y->build_id);
        assert_true(x->has_functions == y->has_functions &&
                    x->has_filenames == y->has_filenames &&
                    x->has_line_numbers == y->has_line_numbers &&
                    x->has_inline_frames == y->has_inline_frames);
    }
}

static inline void assert_same_locations(const struct pp_profile *a,
                                         const struct pp_profile *b)
{
    assert_int_equal(a->locations.count, b->locations.count);
    for (uint32_t i = 0; i < a->locations.count; i++) {
        const struct pp_location *x = &a->locations.items[i];
        const struct pp_location *y = &b->locations.items[i];
        assert_true(x->id == y->id && x->address == y->address &&
                    x->mapping == y->mapping && x->is_folded == y->is_folded);
        assert_int_equal(x->line_count, y->line_count);
        for (uint32_t j = 0; j < x->line_count; j++) {
            struct pp_line line_a = a->lines.items[x->line_start + j];
            struct pp_line line_b = b->lines.items[y->line_start + j];
            assert_true(line_a.function == line_b.function &&
                        line_a.line == line_b.line &&
                        line_a.column == line_b.column);
        }
    }
}

static inline void assert_same_functions(const struct pp_profile *a,
                                         const struct pp_profile *b)
{
    assert_int_equal(a->functions.count, b->functions.count);
    for (uint32_t i = 0; i < a->functions.count; i++) {
        const struct pp_function *x = &a->functions.items[i];
        const struct pp_function *y = &b->functions.items[i];
        assert_true(x->id == y->id && x->start_line == y->start_line);
        assert_same_text(a, x->name, b, y->name);
        assert_same_text(a, x->system_name, b, y->system_name);
        assert_same_text(a, x->filename, b, y->filename);
    }
}

static inline void assert_same_labels(const struct pp_profile *a,
                                      const struct pp_sample *x,
                                      const struct pp_profile *b,
                                      const struct pp_sample *y)
{
    assert_int_equal(x->label_count, y->label_count);
    for (uint32_t j = 0; j < x->label_count; j++) {
        const struct pp_label *l = &a->labels.items[x->label_start + j];
        const struct pp_label *m = &b->labels.items[y->label_start + j];
        assert_same_text(a, l->key, b, m->key);
        assert_same_text(a, l->string, b, m->string);
        assert_same_text(a, l->number_unit, b, m->number_unit);
        assert_true(l->number == m->number);
    }
}

static inline void assert_same_samples(const struct pp_profile *a,
                                       const struct pp_profile *b)
{
    assert_int_equal(a->samples.count, b->samples.count);
    for (uint32_t i = 0; i < a->samples.count; i++) {
        const struct pp_sample *x = &a->samples.items[i];
        const struct pp_sample *y = &b->samples.items[i];
        assert_int_equal(x->stack_depth, y->stack_depth);
        assert_memory_equal(pp_sample_stack(a, x), pp_sample_stack(b, y),
                            x->stack_depth * sizeof(uint32_t));
        assert_memory_equal(pp_sample_values(a, i), pp_sample_values(b, i),
                            a->sample_types.count * sizeof(int64_t));
        assert_same_labels(a, x, b, y);
    }
}

static inline void assert_same_profile(const struct pp_profile *a,
                                       const struct pp_profile *b)
{
    assert_same_header(a, b);
    assert_same_mappings(a, b);
    assert_same_functions(a, b);
    assert_same_locations(a, b);
    assert_same_samples(a, b);
}

#endif
