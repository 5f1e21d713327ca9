/* For the tests of forms that are read by pp_format: a profile as short text.
 *
 *     samples/count
 *     leaf | inlined,caller:12 | main 5 {pid=7 thread=work}
 *
 * A location is its lines (function, and :LINE where there is one), innermost
 * first, then @ADDRESS and [MAPPING] if it has them. */
#ifndef TEST_UNIT_FORMATS_SHOW_H
#define TEST_UNIT_FORMATS_SHOW_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "formats/format.h"

/* Read from a copy of the exact size, so that a sanitizer sees the first byte
 * that is read too many. The profile lives until the process ends. */
static inline int read_form(const struct pp_format *form, struct pp_slice bytes,
                            struct pp_profile **profile, struct pp_error *err)
{
    *profile = pp_profile_new(0);
    assert_non_null(*profile);
    char *copy = malloc(bytes.size ? bytes.size : 1);
    assert_non_null(copy);
    if (bytes.size)
        memcpy(copy, bytes.data, bytes.size);
    int status = form->read(*profile, (struct pp_slice){copy, bytes.size}, err);
    free(copy);
    return status;
}

static inline void show_location(struct pp_buffer *out,
                                 const struct pp_profile *profile,
                                 const struct pp_location *location)
{
    for (uint32_t i = 0; i < location->line_count; i++) {
        const struct pp_line *line =
            &profile->lines.items[location->line_start + i];
        pp_buffer_append_text(out, i ? "," : "");
        pp_buffer_append_slice(
            out, pp_profile_text(
                     profile, profile->functions.items[line->function].name));
        if (line->line)
            pp_buffer_format(out, ":%lld", (long long)line->line);
    }
    if (location->address)
        pp_buffer_format(out, "@%llx", (unsigned long long)location->address);
    if (location->mapping != PP_NONE)
        pp_buffer_format(
            out, "[" PP_SLICE_FORMAT "]",
            PP_SLICE_ARGS(pp_profile_text(
                profile, profile->mappings.items[location->mapping].filename)));
}

static inline void show_label(struct pp_buffer *out,
                              const struct pp_profile *profile,
                              const struct pp_label *label)
{
    pp_buffer_append_slice(out, pp_profile_text(profile, label->key));
    pp_buffer_append_char(out, '=');
    if (label->string)
        pp_buffer_append_slice(out, pp_profile_text(profile, label->string));
    else
        pp_buffer_format(out, "%lld", (long long)label->number);
}

static inline void show_sample(struct pp_buffer *out,
                               const struct pp_profile *profile, uint32_t index)
{
    const struct pp_sample *sample = &profile->samples.items[index];
    const uint32_t *stack = pp_sample_stack(profile, sample);
    const int64_t *values = pp_sample_values(profile, index);
    for (uint32_t i = 0; i < sample->stack_depth; i++) {
        pp_buffer_append_text(out, i ? " | " : "");
        show_location(out, profile, &profile->locations.items[stack[i]]);
    }
    for (uint32_t i = 0; i < profile->sample_types.count; i++)
        pp_buffer_format(out, " %lld", (long long)values[i]);
    for (uint32_t i = 0; i < sample->label_count; i++) {
        pp_buffer_append_text(out, i ? " " : " {");
        show_label(out, profile,
                   &profile->labels.items[sample->label_start + i]);
    }
    pp_buffer_append_text(out, sample->label_count ? "}\n" : "\n");
}

static inline void show(struct pp_buffer *out, const struct pp_profile *profile)
{
    for (uint32_t i = 0; i < profile->sample_types.count; i++) {
        const struct pp_value_type *type = &profile->sample_types.items[i];
        pp_buffer_format(out, "%s" PP_SLICE_FORMAT "/" PP_SLICE_FORMAT,
                         i ? " " : "",
                         PP_SLICE_ARGS(pp_profile_text(profile, type->type)),
                         PP_SLICE_ARGS(pp_profile_text(profile, type->unit)));
    }
    pp_buffer_append_char(out, '\n');
    for (uint32_t i = 0; i < profile->samples.count; i++)
        show_sample(out, profile, i);
}

/* The bytes are read, and are a valid profile that shows as `expected`. */
static inline struct pp_profile *require_read(const struct pp_format *form,
                                              struct pp_slice bytes,
                                              const char *expected)
{
    struct pp_profile *profile;
    struct pp_error err = {0};
    int status = read_form(form, bytes, &profile, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(status, PP_OK);
    assert_int_equal(pp_profile_check(profile, &err), PP_OK);
    struct pp_buffer out = {0};
    show(&out, profile);
    assert_string_equal(out.data, expected);
    pp_buffer_release(&out);
    return profile;
}

/* The bytes are of that form, but broken. */
static inline void require_words(const struct pp_format *form,
                                 struct pp_slice bytes, const char *words)
{
    struct pp_profile *profile;
    struct pp_error err = {0};
    assert_int_equal(read_form(form, bytes, &profile, &err), PP_E_FORMAT);
    assert_string_equal(err.text, words);
    pp_profile_free(profile);
}

/* The bytes are of another form: no words are lost on that, and the profile is
 * as it was. */
static inline void require_other(const struct pp_format *form,
                                 struct pp_slice bytes)
{
    struct pp_profile *profile;
    struct pp_error err = {0};
    assert_int_equal(read_form(form, bytes, &profile, &err), PP_E_NOT_FOUND);
    assert_string_equal(err.text, "");
    assert_int_equal(profile->sample_types.count, 0);
    assert_int_equal(profile->samples.count, 0);
    assert_int_equal(profile->functions.count, 0);
    pp_profile_free(profile);
}

#endif
