/* The differential test: our tool and the reference on the same generated
 * profiles with the same options.
 *
 *   make_profile(seed) -> a file        make_case(seed) -> a command line
 *                  \                     /
 *                   ours(...) == reference(...) ?
 *
 * Everything follows from the number of the case, so a case can be repeated.
 */
#ifndef PP_TESTS_DIFFERENTIAL_H
#define PP_TESTS_DIFFERENTIAL_H

#include "profile/profile.h"

/* ---- random.c: numbers that are the same on every machine --------------- */

struct random {
    uint64_t state;
};

struct random random_new(uint64_t seed, uint64_t stream);

/* 0 .. below - 1 */
uint32_t random_below(struct random *random, uint32_t below);

/* True once in `times`. */
bool random_once_in(struct random *random, uint32_t times);

#define random_pick(random, array)                                             \
    ((array)[random_below((random), sizeof(array) / sizeof *(array))])

/* ---- profiles.c --------------------------------------------------------- */

/* A profile with some of what profiles may have: several sample types,
 * inlined lines, missing functions and files, recursion, negative values,
 * labels, ... The caller frees it. */
struct pp_profile *make_profile(uint64_t seed);

/* ---- cases.c ------------------------------------------------------------ */

struct arguments {
    char *items[40]; /* NULL at the end; malloc'ed */
    uint32_t count;
};

/* A command and options for the profile of the same number. */
struct arguments make_case(uint64_t seed);
void arguments_free(struct arguments *arguments);

#endif
