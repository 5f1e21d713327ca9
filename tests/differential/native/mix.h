/* Inlined into each other and into calls.c. */
static inline unsigned long mix(unsigned long x)
{
    x ^= x >> 31;
    return x * 6364136223846793005u + 1442695040888963407u;
}

static inline unsigned long twice(unsigned long x)
{
    return mix(mix(x) + 1);
}
