/* Numbers that are the same on every machine: splitmix64. */
#include "differential.h"

static uint64_t next(struct random *random)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

struct random random_new(uint64_t seed, uint64_t stream)
{
    struct random random = {seed * 0x2545f4914f6cdd1du + stream};
    next(&random);
    return random;
}

uint32_t random_below(struct random *random, uint32_t below)
{
    return (uint32_t)((next(random) >> 32) * below >> 32);
}

bool random_once_in(struct random *random, uint32_t times)
{
    return random_below(random, times) == 0;
}
