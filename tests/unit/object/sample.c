/* A program to be looked into: functions that the linker keeps, one of them
 * local, and calls through the PLT. Without headers, which are not there for
 * other machines. */
int printf(const char *format, ...);
int atoi(const char *text);

static __attribute__((noinline)) int hidden(int value)
{
    return printf("%d\n", value);
}

__attribute__((noinline)) int visible(int value);

__attribute__((noinline)) int visible(int value)
{
    return hidden(value + 1) + 1;
}

__attribute__((weak, alias("visible"))) int also_visible(int value);

int main(int argc, char **argv)
{
    return argc > 1 ? visible(atoi(argv[1])) : also_visible(argc);
}
