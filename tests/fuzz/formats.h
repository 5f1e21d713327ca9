/* For the targets of forms that come one at a time: whatever bytes come, the
 * form reads them, or says in words why not, or leaves them to another without
 * a word, and without having touched the profile. */
#ifndef TEST_FUZZ_FORMATS_H
#define TEST_FUZZ_FORMATS_H

#include <stdio.h>
#include <stdlib.h>

#include "formats/format.h"
#include "fuzz.h"

/* Of memory, for each byte of the input and for an input of none: two bytes
 * can be a location with its function, its names and their places in tables,
 * and vectors and tables double. */
enum { MEMORY_PER_BYTE = 2000, MEMORY_ALWAYS = 32 << 20 };

static inline void require(bool condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "not so: %s\n", what);
    abort();
}

/* Merging follows every index that there is. */
static inline void require_valid(const struct pp_profile *profile)
{
    struct pp_profile *merged = NULL;
    struct pp_error err = {0};
    require(pp_profile_check(profile, &err) == PP_OK || err.text[0],
            "words for what is not valid");
    if (err.text[0] == 0)
        require(pp_profile_merge(&profile, 1, &merged, &err) == PP_OK,
                "it can be merged");
    pp_profile_free(merged);
}

/* From a copy of its exact size, so that a sanitizer sees the first byte that
 * is read too many. */
static inline int try_form(const struct pp_format *form, const uint8_t *data,
                           size_t size)
{
    struct pp_profile *profile =
        pp_profile_new(size * MEMORY_PER_BYTE + MEMORY_ALWAYS);
    struct pp_error err = {0};
    char *copy = malloc(size ? size : 1);
    require(profile && copy, "memory");
    if (size)
        memcpy(copy, data, size);
    int status = form->read(profile, (struct pp_slice){copy, size}, &err);
    free(copy);
    bool is_other = status == PP_E_NOT_FOUND;
    require(status != PP_E_MEMORY, "memory is bounded by the input");
    require((status < 0 && !is_other) == (err.text[0] != 0), "words");
    require(!is_other || (profile->functions.count == 0 &&
                          profile->sample_types.count == 0),
            "untouched");
    if (status >= 0)
        require_valid(profile);
    pp_profile_free(profile);
    return 0;
}

#endif
