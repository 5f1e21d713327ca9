/* Whatever bytes come: decoding ends, in a profile or in words. A profile is
 * valid in every index, and says the same when it is encoded and decoded
 * again, or merged with itself. */
#include "profile/profile.h"
#include "wire/decode.h"
#include "wire/wire.h"

#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

/* Enough for inputs of a few kilobytes; a bomb is no news. */
enum { INFLATED_MAX = 1 << 20 };

#define require(condition) ((condition) ? (void)0 : fail(#condition, __LINE__))

static void fail(const char *condition, int line)
{
    fprintf(stderr, "wire_decode.c:%d: not so: %s\n", line, condition);
    abort();
}

/* ---- every index is in range -------------------------------------------- */

static void require_string(const struct pp_profile *profile, pp_string string)
{
    require(string < profile->strings.count);
    struct pp_slice text = pp_profile_text(profile, string);
    require(pp_slice_equal(text, text)); /* reads all of it */
}

static void require_type(const struct pp_profile *profile,
                         struct pp_value_type type)
{
    require_string(profile, type.type);
    require_string(profile, type.unit);
}

static void require_header(const struct pp_profile *profile)
{
    require(pp_profile_text(profile, 0).size == 0);
    for (uint32_t i = 0; i < profile->sample_types.count; i++)
        require_type(profile, profile->sample_types.items[i]);
    require_type(profile, profile->period_type);
    require_string(profile, profile->drop_frames);
    require_string(profile, profile->keep_frames);
    require_string(profile, profile->default_sample_type);
    require_string(profile, profile->doc_url);
    for (uint32_t i = 0; i < profile->comments.count; i++)
        require_string(profile, profile->comments.items[i]);
}

static void require_tables(const struct pp_profile *profile)
{
    for (uint32_t i = 0; i < profile->mappings.count; i++) {
        require_string(profile, profile->mappings.items[i].filename);
        require_string(profile, profile->mappings.items[i].build_id);
    }
    for (uint32_t i = 0; i < profile->functions.count; i++) {
        require_string(profile, profile->functions.items[i].name);
        require_string(profile, profile->functions.items[i].system_name);
        require_string(profile, profile->functions.items[i].filename);
    }
    for (uint32_t i = 0; i < profile->locations.count; i++) {
        const struct pp_location *location = &profile->locations.items[i];
        require(location->mapping == PP_NONE ||
                location->mapping < profile->mappings.count);
        require((uint64_t)location->line_start + location->line_count <=
                profile->lines.count);
    }
    for (uint32_t i = 0; i < profile->lines.count; i++)
        require(profile->lines.items[i].function < profile->functions.count);
}

static void require_samples(const struct pp_profile *profile)
{
    require(profile->values.count ==
            (uint64_t)profile->samples.count * profile->sample_types.count);
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        const struct pp_sample *sample = &profile->samples.items[i];
        require(sample->stack_start + sample->stack_depth <=
                profile->stacks.count);
        require((uint64_t)sample->label_start + sample->label_count <=
                profile->labels.count);
    }
    for (uint32_t i = 0; i < profile->stacks.count; i++)
        require(profile->stacks.items[i] < profile->locations.count);
    for (uint32_t i = 0; i < profile->labels.count; i++) {
        require_string(profile, profile->labels.items[i].key);
        require_string(profile, profile->labels.items[i].string);
        require_string(profile, profile->labels.items[i].number_unit);
    }
}

static void require_valid(const struct pp_profile *profile)
{
    struct pp_error err = {0};
    require_header(profile);
    require_tables(profile);
    require_samples(profile);
    require(pp_profile_check(profile, &err) == PP_OK);
}

/* ---- it says the same again --------------------------------------------- */

/* Labels may be fewer: a text that is empty has no other encoding than that of
 * no text. */
static void require_same_counts(const struct pp_profile *a,
                                const struct pp_profile *b)
{
    require(a->sample_types.count == b->sample_types.count);
    require(a->samples.count == b->samples.count);
    require(a->stacks.count == b->stacks.count);
    require(a->mappings.count == b->mappings.count);
    require(a->locations.count == b->locations.count);
    require(a->lines.count == b->lines.count);
    require(a->functions.count == b->functions.count);
    require(a->comments.count == b->comments.count);
    require(a->labels.count >= b->labels.count);
}

static struct pp_profile *again(const struct pp_profile *profile,
                                struct pp_buffer *bytes)
{
    struct pp_profile *back;
    require(pp_wire_encode(profile, bytes, NULL) == PP_OK);
    require(pp_wire_decode(bytes->data, bytes->size, 0, &back, NULL) == PP_OK);
    require_valid(back);
    require_same_counts(profile, back);
    return back;
}

static void require_mergeable(struct pp_profile *a, struct pp_profile *b)
{
    struct pp_profile *both[] = {a, b}, *merged;
    struct pp_error err = {0};
    if (pp_profile_unify(both, 2, &err) < 0)
        require(err.text[0] && a->sample_types.count == 0);
    const struct pp_profile *sources[] = {a, b};
    require(pp_profile_merge(sources, 2, &merged, NULL) == PP_OK);
    require_valid(merged);
    require(merged->samples.count <= a->samples.count);
    pp_profile_free(merged);
}

static void try_profile(struct pp_profile *profile)
{
    struct pp_buffer bytes = {0}, same_bytes = {0};
    require_valid(profile);
    struct pp_profile *second = again(profile, &bytes);
    pp_buffer_clear(&bytes);
    struct pp_profile *third = again(second, &bytes);
    require(pp_wire_encode(third, &same_bytes, NULL) == PP_OK);
    require(
        pp_slice_equal(pp_buffer_slice(&bytes), pp_buffer_slice(&same_bytes)));
    require_mergeable(second, third);
    pp_buffer_release(&bytes);
    pp_buffer_release(&same_bytes);
    pp_profile_free(second);
    pp_profile_free(third);
}

/* ---- the targets -------------------------------------------------------- */

/* As the tool does it: folded or not. */
static void try_decode(const uint8_t *data, size_t size)
{
    struct pp_profile *profile;
    struct pp_error err = {0};
    int status = pp_wire_decode(data, size, INFLATED_MAX, &profile, &err);
    require((status < 0) == (err.text[0] != 0));
    require((status < 0) == !profile);
    if (status >= 0)
        try_profile(profile);
    pp_profile_free(profile);
}

/* Parsed from a copy of its exact size, so that a sanitizer sees the first
 * byte that is read too many. */
static void try_parse(const uint8_t *data, size_t size)
{
    struct pp_profile *profile = pp_profile_new(0);
    struct pp_error err = {0};
    char *copy = malloc(size ? size : 1);
    require(profile && copy);
    memcpy(copy, data, size);
    profile->input.data = copy;
    profile->input.size = size;
    int status = pp_wire_parse(profile, size % 4, &err);
    require((status < 0) == (err.text[0] != 0));
    if (status >= 0)
        require_valid(profile);
    profile->input = (struct pp_buffer){0};
    pp_profile_free(profile);
    free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    try_parse(data, size);
    try_decode(data, size);
    return 0;
}
