/* Small profiles for tests, from stacks as people write them:
 *
 *     struct pp_profile *profile = stacks_new("cpu", "nanoseconds");
 *     stacks_add(profile, "main;work;inner<outer", 10);
 *
 * Root first. "inner<outer" is one location in which inner was inlined into
 * outer. "@7" is a location at address 7 without lines. Equal texts are one
 * location. A function's file is "<name>.c", its lines are numbered 1. */
#ifndef PP_TESTS_STACKS_H
#define PP_TESTS_STACKS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "profile/profile.h"

static inline struct pp_profile *stacks_new(const char *type, const char *unit)
{
    struct pp_profile *profile = pp_profile_new(0);
    assert_non_null(profile);
    assert_int_equal(pp_profile_add_sample_type(profile, type, unit), 0);
    return profile;
}

static inline uint32_t stacks_function(struct pp_profile *profile,
                                       const char *name)
{
    char file[200];
    for (uint32_t i = 0; i < profile->functions.count; i++)
        if (pp_slice_equal(
                pp_profile_text(profile, profile->functions.items[i].name),
                pp_slice_of(name)))
            return i;
    snprintf(file, sizeof file, "%s.c", name);
    return pp_profile_add_function(profile, pp_slice_of(name),
                                   pp_slice_of(name), pp_slice_of(file), 0);
}

static inline bool stacks_same_lines(const struct pp_profile *profile,
                                     const struct pp_location *location,
                                     const struct pp_line *lines,
                                     uint32_t count)
{
    const struct pp_line *own = profile->lines.items + location->line_start;
    if (location->line_count != count)
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (own[i].function != lines[i].function)
            return false;
    return true;
}

static inline uint32_t stacks_location(struct pp_profile *profile, char *text)
{
    struct pp_line lines[8];
    uint32_t count = 0;
    uint64_t address = text[0] == '@' ? strtoull(text + 1, NULL, 0) : 0;
    for (char *name; !address && (name = strsep(&text, "<"));)
        lines[count++] = (struct pp_line){
            .function = stacks_function(profile, name), .line = 1};
    for (uint32_t i = 0; i < profile->locations.count; i++)
        if (profile->locations.items[i].address == address &&
            stacks_same_lines(profile, &profile->locations.items[i], lines,
                              count))
            return i;
    uint32_t location = pp_profile_add_location(profile, PP_NONE, address);
    assert_int_equal(pp_profile_set_lines(profile, location, lines, count), 0);
    return location;
}

static inline void stacks_add(struct pp_profile *profile, const char *folded,
                              int64_t value)
{
    enum { DEPTH_MAX = 32 };
    char copy[1000];
    uint32_t stack[DEPTH_MAX], depth = 0;
    int64_t values[4] = {value, value, value, value};
    char *rest = copy;
    snprintf(copy, sizeof copy, "%s", folded);
    for (char *part; (part = strsep(&rest, ";")) && part[0];)
        stack[DEPTH_MAX - ++depth] = stacks_location(profile, part);
    assert_int_not_equal(pp_profile_add_sample(
                             profile, stack + DEPTH_MAX - depth, depth, values),
                         PP_NONE);
}

/* Label the last sample: with a text, or when that is NULL with a number. */
static inline void stacks_label(struct pp_profile *profile, const char *key,
                                const char *text, int64_t number,
                                const char *unit)
{
    struct pp_label label = {
        .key = pp_profile_add_string(profile, pp_slice_of(key)),
        .number = number,
        .number_unit = pp_profile_add_string(profile, pp_slice_of(unit)),
    };
    if (text)
        label.string = pp_profile_add_string(profile, pp_slice_of(text));
    assert_int_equal(pp_profile_add_label(profile, label), 0);
}

/* The stacks that are there now, as they were written, "a;b 3\n" each. */
static inline void stacks_print(const struct pp_profile *profile,
                                struct pp_buffer *out)
{
    pp_buffer_clear(out);
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        const struct pp_sample *sample = &profile->samples.items[i];
        const uint32_t *stack = pp_sample_stack(profile, sample);
        for (uint32_t k = sample->stack_depth; k-- > 0;) {
            const struct pp_location *location =
                &profile->locations.items[stack[k]];
            if (location->line_count == 0)
                pp_buffer_format(out, "@%llu",
                                 (unsigned long long)location->address);
            for (uint32_t n = 0; n < location->line_count; n++) {
                const struct pp_line *line =
                    &profile->lines.items[location->line_start + n];
                pp_buffer_append_text(out, n ? "<" : "");
                pp_buffer_append_slice(
                    out, pp_profile_text(
                             profile,
                             profile->functions.items[line->function].name));
            }
            pp_buffer_append_text(out, k ? ";" : "");
        }
        pp_buffer_format(out, " %lld\n",
                         (long long)pp_sample_values(profile, i)[0]);
    }
}

static inline void stacks_assert(const struct pp_profile *profile,
                                 const char *expected)
{
    struct pp_buffer out = {0};
    stacks_print(profile, &out);
    assert_string_equal(out.data ? out.data : "", expected);
    pp_buffer_release(&out);
}

#endif
