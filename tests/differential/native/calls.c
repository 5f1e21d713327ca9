/* What is measured: calls, inlined ones of a header, a clone of the compiler's.
 */
#include "mix.h"

volatile unsigned long sink;

__attribute__((noinline)) unsigned long work(unsigned long count)
{
    unsigned long sum = 1;
    for (unsigned long i = 0; i < count; i++)
        sum = mix(sum) ^ i;
    return sum;
}

__attribute__((noinline)) static unsigned long divide(unsigned long count)
{
    unsigned long sum = 1;
    for (unsigned long i = 1; i < count; i++)
        sum += twice(count) / i;
    return sum;
}

__attribute__((noinline)) unsigned long copy(char *to, const char *from,
                                             unsigned long size)
{
    for (unsigned long i = 0; i < size; i++)
        to[i] = (char)mix((unsigned char)from[i]);
    return work(size);
}

int MAIN(int count, char **words)
{
    static char buffer[4096];
    for (int i = 0; i < count; i++)
        sink += divide(1000) + copy(buffer, words[i], sizeof buffer);
    return sink == 1;
}
