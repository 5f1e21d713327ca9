/* Writes the profiles that the benchmarks read, as a big C++ server's might be
 * that was sampled for hours.
 *
 *     large_profile FILE scattered|walks|labels
 *         [SAMPLES [DEPTH [LOCATIONS [SEED]]]]
 *
 * There are LOCATIONS / 4 functions. Scattered: each frame is any location, as
 * likely as any other, so that neither caches nor compression find a pattern.
 * Walks: stacks lead through a call graph. A location is a call site, nine in
 * ten of which call one function and the others one of three; hot functions
 * are called far more often than others; one location in twenty holds an
 * inlined call. Labels: walks whose samples tell the thread, the request and
 * the bytes that they belong to. The same arguments give the same bytes.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/os.h"
#include "profile/profile.h"
#include "wire/wire.h"

enum { SITES_PER_FUNCTION = 4, INLINED_EVERY = 20 };

static uint64_t random_state = 88172645463325252u;

static uint32_t random_below(uint32_t limit)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)((random_state >> 32) * limit >> 32);
}

/* Small numbers are much likelier than large ones. */
static uint32_t skewed_below(uint32_t limit)
{
    uint64_t a = random_below(limit), b = random_below(limit);
    return (uint32_t)(a * b / limit);
}

static void die(const char *what)
{
    fprintf(stderr, "large_profile: %s\n", what);
    exit(1);
}

static void add_functions(struct pp_profile *profile, uint32_t count)
{
    char name[128], file[64];
    for (uint32_t i = 0; i < count; i++) {
        snprintf(name, sizeof name,
                 "project::module%u::Class%u<std::string>::method_%u", i % 97,
                 i % 1013, i);
        snprintf(file, sizeof file, "/src/project/module%u/class%u.cc", i % 97,
                 i % 1013);
        if (pp_profile_add_function(profile, pp_slice_of(name),
                                    pp_slice_of(name), pp_slice_of(file),
                                    1 + i % 500) == PP_NONE)
            die("no memory");
    }
}

static void add_locations(struct pp_profile *profile, uint32_t count,
                          bool with_inlined)
{
    uint32_t mapping = pp_profile_add_mapping(
        profile, 0x400000, 0x400000 + 64 * (uint64_t)count, 0,
        pp_slice_literal("/usr/bin/bigserver"),
        pp_slice_literal("0123456789abcdef0123456789abcdef01234567"));
    profile->mappings.items[mapping].has_functions = true;
    profile->mappings.items[mapping].has_filenames = true;
    profile->mappings.items[mapping].has_line_numbers = true;
    profile->mappings.items[mapping].has_inline_frames = true;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t function = i / SITES_PER_FUNCTION;
        struct pp_line lines[2] = {
            {0}, {.function = function, .line = 10 + i % 400}};
        uint32_t inlined = with_inlined && i % INLINED_EVERY == 0;
        lines[0] = (struct pp_line){.function = (function * 7 + 1) %
                                                profile->functions.count,
                                    .line = 5 + i % 90};
        uint32_t location = pp_profile_add_location(
            profile, mapping, 0x400000 + 64 * (uint64_t)i);
        if (location == PP_NONE ||
            pp_profile_set_lines(profile, location, lines + 1 - inlined,
                                 1 + inlined) < 0)
            die("no memory");
    }
}

/* The function that a call site calls this time. */
static uint32_t callee_of(uint32_t site, uint32_t function_count)
{
    uint32_t choice = site % 10 == 9 ? random_below(3) : 0;
    uint64_t mixed = pp_hash_u64((uint64_t)site * 4 + choice);
    uint32_t low = (uint32_t)mixed, high = (uint32_t)(mixed >> 32);
    return (uint32_t)(((uint64_t)low * high >> 32) * function_count >> 32);
}

static void fill_walk(const struct pp_profile *profile, uint32_t *stack,
                      uint32_t depth)
{
    uint32_t function = 0;
    for (uint32_t level = depth; level-- > 0;) {
        stack[level] =
            function * SITES_PER_FUNCTION + skewed_below(SITES_PER_FUNCTION);
        function = callee_of(stack[level], profile->functions.count);
    }
}

static void fill_scattered(const struct pp_profile *profile, uint32_t *stack,
                           uint32_t depth)
{
    for (uint32_t level = 0; level < depth; level++)
        stack[level] = random_below(profile->locations.count);
}

static pp_string add_text(struct pp_profile *profile, const char *kind,
                          uint32_t number)
{
    char text[64];
    snprintf(text, sizeof text, "%s-%u", kind, number);
    return pp_profile_add_string(profile, pp_slice_of(text));
}

/* Of the sample that was added last. */
static void add_labels(struct pp_profile *profile)
{
    struct pp_label labels[] = {
        {.string = add_text(profile, "worker", skewed_below(64))},
        {.string = add_text(profile, "GET /page", skewed_below(500))},
        {.number = 16 << skewed_below(16)},
    };
    static const char *const keys[] = {"thread", "request", "bytes"};
    labels[2].number_unit =
        pp_profile_add_string(profile, pp_slice_literal("bytes"));
    for (int i = 0; i < 3; i++) {
        labels[i].key = pp_profile_add_string(profile, pp_slice_of(keys[i]));
        if (pp_profile_add_label(profile, labels[i]) < 0)
            die("no memory");
    }
}

static void add_samples(struct pp_profile *profile, uint32_t count,
                        uint32_t depth, bool labelled,
                        void (*fill)(const struct pp_profile *, uint32_t *,
                                     uint32_t))
{
    uint32_t *stack = calloc(depth, sizeof *stack);
    if (!stack)
        die("no memory");
    for (uint32_t i = 0; i < count; i++) {
        fill(profile, stack, depth);
        int64_t ticks = 1 + skewed_below(20);
        int64_t values[2] = {ticks, ticks * 10000000};
        if (pp_profile_add_sample(profile, stack, depth, values) == PP_NONE)
            die("no memory");
        if (labelled)
            add_labels(profile);
    }
    free(stack);
}

static void write_file(const struct pp_profile *profile, const char *path)
{
    struct pp_buffer bytes = {0};
    struct pp_error err = {0};
    if (pp_wire_encode_gzip(profile, &bytes, &err) < 0)
        die(err.text);
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0644);
    if (fd < 0 || pp_os_write_all(fd, bytes.data, bytes.size) < 0)
        die(path);
    close(fd);
}

static uint32_t number(int argc, char **argv, int index, uint32_t otherwise)
{
    return index < argc ? (uint32_t)atoi(argv[index]) : otherwise;
}

int main(int argc, char **argv)
{
    const char *kind = argc > 2 ? argv[2] : "";
    bool labelled = strcmp(kind, "labels") == 0;
    bool walks = labelled || strcmp(kind, "walks") == 0;
    if (!walks && strcmp(kind, "scattered") != 0)
        die("usage: large_profile FILE scattered|walks|labels "
            "[SAMPLES [DEPTH [LOCATIONS [SEED]]]]");
    uint32_t samples = number(argc, argv, 3, 200000);
    uint32_t depth = number(argc, argv, 4, 40);
    uint32_t functions = number(argc, argv, 5, 60000) / SITES_PER_FUNCTION;
    random_state += UINT64_C(0x9e3779b97f4a7c15) * number(argc, argv, 6, 0);
    struct pp_profile *profile = pp_profile_new(0);
    if (!profile || functions == 0)
        die("no memory, or too few locations");
    pp_profile_add_sample_type(profile, "samples", "count");
    pp_profile_add_sample_type(profile, "cpu", "nanoseconds");
    profile->period_type = profile->sample_types.items[1];
    profile->period = 10000000;
    profile->duration_nanos = 3600000000000;
    add_functions(profile, functions);
    add_locations(profile, functions * SITES_PER_FUNCTION, walks);
    add_samples(profile, samples, depth, labelled,
                walks ? fill_walk : fill_scattered);
    write_file(profile, argv[1]);
    return 0;
}
