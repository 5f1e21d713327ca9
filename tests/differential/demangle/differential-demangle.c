/* Compares our demangled names with the reference's, in each mode:
 *
 *     differential-demangle NAMES REFERENCE
 *
 * of which the second has three lines for each one of the first, as
 * reference.go prints them.
 *
 * The two are not equal in everything, since ours are libiberty's. What differs
 * is rare, and of these kinds:
 *
 *   - names inside of unresolved ones: "_ZN3fooIiEENSt9enable_ifIXsr7is_good
 *     IT_EE..." The reference counts "is_good" among what may be referred back
 *     to, which the ABI does not, and so names wrong types behind it.
 *   - the type of a function whose address is a template argument, the
 *     parameters of a lambda that takes a pack, and parentheses in expressions,
 *     which are written in other ways
 *   - constructors taken over from a base, which libiberty calls by the base's
 *     name (there are none among the symbols of these files)
 *
 * So as many may differ as that comes to, and no more. Of Rust's old names the
 * reference drops a '_' at the start of a part ("Path::_join"); those are not
 * counted. */
#include <stdio.h>
#include <stdlib.h>

#include "object/object.h"

struct mode {
    enum pp_demangle mode;
    const char *name;
    uint32_t allowed; /* of ten thousand names */
};

static const struct mode modes[] = {
    {PP_DEMANGLE_SIMPLE, "simple", 0},
    {PP_DEMANGLE_TEMPLATES, "templates", 0},
    {PP_DEMANGLE_FULL, "full", 100},
};

enum { MODE_COUNT = sizeof modes / sizeof *modes, SHOWN_MAX = 5 };

/* The next line of a file without its end; false at the end of the file. */
static bool read_line(FILE *file, char **line, size_t *room)
{
    ssize_t size = getline(line, room, file);
    if (size > 0 && (*line)[size - 1] == '\n')
        (*line)[size - 1] = 0;
    return size > 0;
}

static bool is_same(const char *name, enum pp_demangle mode, const char *wanted,
                    struct pp_buffer *ours)
{
    pp_buffer_clear(ours);
    if (!pp_demangle(pp_slice_of(name), mode, ours))
        pp_buffer_append_text(ours, "-");
    return strcmp(ours->data, wanted) == 0;
}

/* Whether the reference only left out a '_' at the start of some parts. */
static bool is_without_underscores(const char *ours, const char *wanted)
{
    for (char before = 0; *ours; before = *ours++) {
        if (*ours == *wanted)
            wanted++;
        else if (*ours != '_' || (before != ':' && before != '_'))
            return false;
    }
    return *wanted == 0;
}

static FILE *open_text(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file)
        return file;
    perror(path);
    exit(2);
}

int main(int argc, char **argv)
{
    uint32_t count = 0, differing[MODE_COUNT] = {0}, failed = 0;
    char *name = NULL, *wanted = NULL;
    size_t name_room = 0, wanted_room = 0;
    struct pp_buffer ours = {0};
    if (argc != 3)
        return 2;
    FILE *names = open_text(argv[1]), *reference = open_text(argv[2]);
    for (; read_line(names, &name, &name_room); count++) {
        for (int i = 0; i < MODE_COUNT; i++) {
            if (!read_line(reference, &wanted, &wanted_room))
                return 2;
            if (is_same(name, modes[i].mode, wanted, &ours) ||
                is_without_underscores(ours.data, wanted))
                continue;
            if (differing[i]++ < SHOWN_MAX)
                printf("%s, %s:\n  ours      %s\n  reference %s\n", name,
                       modes[i].name, ours.data, wanted);
        }
    }
    for (int i = 0; i < MODE_COUNT; i++) {
        printf("%s: %u of %u names differ, %s\n", argv[1], differing[i], count,
               modes[i].name);
        failed += count == 0 || (uint64_t)differing[i] * 10000 >
                                    (uint64_t)modes[i].allowed * count;
    }
    free(name);
    free(wanted);
    fclose(names);
    fclose(reference);
    pp_buffer_release(&ours);
    return failed > 0;
}
