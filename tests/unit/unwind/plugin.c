/* A library that the tests load and unload. Compiled twice, with different
 * frames; it calls back, so that its own frame is in the middle of a walk. */
#define EXPORT __attribute__((visibility("default")))

EXPORT int plugin_call(int (*back)(void *), void *argument);
EXPORT unsigned plugin_spin(unsigned rounds);

int plugin_call(int (*back)(void *), void *argument)
{
    volatile char space[FRAME_SIZE];
    space[0] = 1;
    int result = back ? back(argument) : 0;
    return result + space[0];
}

/* Something to spend time in. */
unsigned plugin_spin(unsigned rounds)
{
    volatile unsigned sum = 0;
    for (unsigned i = 0; i < rounds; i++)
        sum = sum * 31 + i;
    return sum;
}
