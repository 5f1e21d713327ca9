/* Whatever bytes come: a form of old reads them or says in words why not, never
 * touches a byte beyond them, and what it reads is valid in every index. What
 * it takes for that is bounded by the size of the input. */
#include "formats/formats.h"

#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

/* Bytes of memory for each of the input, and for an input of none: a record of
 * 8 bytes is a sample of two values, a digit of 2 is a location; attributes of
 * a memory map may fill in more. Vectors double, tables too. */
enum { MEMORY_PER_BYTE = 2000, MEMORY_ALWAYS = 32 << 20 };

#define require(condition) ((condition) ? (void)0 : fail(#condition, __LINE__))

static void fail(const char *condition, int line)
{
    fprintf(stderr, "formats_legacy.c:%d: not so: %s\n", line, condition);
    abort();
}

static void require_string(const struct pp_profile *profile, pp_string string)
{
    require(string < profile->strings.count);
}

static void require_tables(const struct pp_profile *profile)
{
    for (uint32_t i = 0; i < profile->mappings.count; i++) {
        require(profile->mappings.items[i].id == (uint64_t)i + 1);
        require_string(profile, profile->mappings.items[i].filename);
        require_string(profile, profile->mappings.items[i].build_id);
    }
    for (uint32_t i = 0; i < profile->locations.count; i++) {
        const struct pp_location *location = &profile->locations.items[i];
        require(location->mapping == PP_NONE ||
                location->mapping < profile->mappings.count);
        require((uint64_t)location->line_start + location->line_count <=
                profile->lines.count);
        for (uint32_t line = 0; line < location->line_count; line++)
            require(profile->lines.items[location->line_start + line].function <
                    profile->functions.count);
    }
    for (uint32_t i = 0; i < profile->functions.count; i++) {
        require_string(profile, profile->functions.items[i].name);
        require_string(profile, profile->functions.items[i].filename);
    }
}

static void require_samples(const struct pp_profile *profile)
{
    require(profile->values.count ==
            (uint64_t)profile->samples.count * profile->sample_types.count);
    uint64_t depth_sum = 0;
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        const struct pp_sample *sample = &profile->samples.items[i];
        const uint32_t *stack = pp_sample_stack(profile, sample);
        require(sample->stack_start + sample->stack_depth <=
                profile->stacks.count);
        require((uint64_t)sample->label_start + sample->label_count <=
                profile->labels.count);
        for (uint32_t depth = 0; depth < sample->stack_depth; depth++)
            require(stack[depth] < profile->locations.count);
        depth_sum += sample->stack_depth;
    }
    require(depth_sum == profile->stacks.count); /* no gaps */
    for (uint32_t i = 0; i < profile->labels.count; i++)
        require_string(profile, profile->labels.items[i].key);
}

/* Read from a copy of its exact size, so that a sanitizer sees the first byte
 * that is read too many. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pp_profile *profile =
        pp_profile_new(size * MEMORY_PER_BYTE + MEMORY_ALWAYS);
    struct pp_error err = {0};
    char *copy = malloc(size ? size : 1);
    require(profile && copy);
    memcpy(copy, data, size);
    int status = pp_formats_read(profile, (struct pp_slice){copy, size}, &err);
    require((status < 0) == (err.text[0] != 0));
    require(status != PP_E_MEMORY);
    if (status >= 0) {
        require_tables(profile);
        require_samples(profile);
        struct pp_error reason = {0};
        require(pp_profile_check(profile, &reason) == PP_OK || reason.text[0]);
    }
    pp_profile_free(profile);
    free(copy);
    return 0;
}
