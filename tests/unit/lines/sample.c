/* A program whose machine code the test of lines.c asks for: calls inlined
 * into each other, a loop, a switch, and a function that is called. */
#include <stdio.h>
#include <stdlib.h>

static inline __attribute__((always_inline)) int innermost(int value)
{
    return value * value + (value >> 3);
}

static inline __attribute__((always_inline)) int middle(int value)
{
    int sum = 0;
    for (int i = 0; i < value; i++)
        sum += innermost(sum ^ i);
    return sum;
}

__attribute__((noinline)) int outermost(int value)
{
    if (value > 100)
        return middle(value - 100);
    return innermost(value) + 1;
}

__attribute__((noinline)) static int choose(int value)
{
    switch (value & 7) {
    case 0:
        return outermost(value);
    case 1:
        return middle(value) - 1;
    case 2:
        return rand();
    case 3:
        puts("three");
        return 3;
    default:
        return innermost(value);
    }
}

int main(int argc, char **argv)
{
    int sum = 0;
    for (int i = 0; i < argc; i++)
        sum += choose(atoi(argv[i]));
    printf("%d\n", sum);
    return 0;
}
