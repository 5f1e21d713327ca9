/* Names addresses as the tool does, and prints what it found as
 * llvm-symbolizer does, for bench/symbolize.
 *
 *     symbolizer PROGRAM names|lines ROUNDS < ADDRESSES
 *     symbolizer PROGRAM profile FILE < ADDRESSES
 *
 * All rounds share what is kept of binaries between profiles; how long each
 * took, in seconds, goes to standard error. `profile` writes one that has
 * nothing but the addresses. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "os/os.h"
#include "symbolize/symbolize.h"
#include "wire/wire.h"

struct addresses {
    struct pp_arena arena;
    uint64_t *items;
    uint32_t count, capacity;
};

static void fail(const char *words)
{
    fprintf(stderr, "symbolizer: %s\n", words);
    exit(1);
}

static void tell(const char *line)
{
    fprintf(stderr, "%s\n", line);
}

static void read_addresses(struct addresses *addresses)
{
    char line[64];
    while (fgets(line, sizeof line, stdin)) {
        uint64_t *address = pp_vector_add(&addresses->arena, addresses);
        if (!address)
            fail("out of memory");
        *address = strtoull(line, NULL, 0);
    }
}

/* Each address in a sample of its own. */
static struct pp_profile *make_profile(const char *program,
                                       const struct addresses *addresses)
{
    const int64_t once = 1;
    struct pp_profile *profile = pp_profile_new(0);
    pp_profile_add_sample_type(profile, "samples", "count");
    pp_profile_add_mapping(profile, 0, UINT64_MAX, 0, pp_slice_of(program),
                           (struct pp_slice){0});
    for (uint32_t i = 0; i < addresses->count; i++)
        if (pp_profile_add_location(profile, 0, addresses->items[i]) ==
                PP_NONE ||
            pp_profile_add_sample(profile, &i, 1, &once) == PP_NONE)
            fail("out of memory");
    return profile;
}

static void print_frame(const struct pp_profile *profile,
                        const struct pp_line *line)
{
    const struct pp_function *function =
        &profile->functions.items[line->function];
    struct pp_slice name = pp_profile_text(profile, function->system_name);
    struct pp_slice file = pp_profile_text(profile, function->filename);
    printf(PP_SLICE_FORMAT "\n" PP_SLICE_FORMAT ":%" PRId64 ":%" PRId64 "\n",
           PP_SLICE_ARGS(name), PP_SLICE_ARGS(file), line->line, line->column);
}

static void print(const struct pp_profile *profile)
{
    for (uint32_t i = 0; i < profile->locations.count; i++) {
        const struct pp_location *location = &profile->locations.items[i];
        for (uint32_t l = 0; l < location->line_count; l++)
            print_frame(profile,
                        &profile->lines.items[location->line_start + l]);
        putchar('\n');
    }
}

static void write_profile(const char *program,
                          const struct addresses *addresses, const char *path)
{
    struct pp_profile *profile = make_profile(program, addresses);
    struct pp_buffer bytes = {0};
    struct pp_error err = {0};
    if (pp_wire_encode_gzip(profile, &bytes, &err) < 0)
        fail(err.text);
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0644);
    if (fd < 0 || pp_os_write_all(fd, bytes.data, bytes.size) < 0)
        fail("cannot write the profile");
    close(fd);
    pp_buffer_release(&bytes);
    pp_profile_free(profile);
}

static void name(const char *program, const struct addresses *addresses,
                 const char *how, long rounds)
{
    struct pp_symbolize_options options = {0};
    struct pp_error err = {0};
    pp_symbolize_parse(how, &options, tell);
    struct pp_binaries *binaries = pp_binaries_new(&options);
    for (long round = 1; round <= rounds; round++) {
        struct pp_profile *profile = make_profile(program, addresses);
        int64_t start = pp_os_now_ns();
        if (pp_symbolize(profile, &options, binaries, tell, &err) < 0)
            fail(err.text);
        fprintf(stderr, "%.3f\n", (double)(pp_os_now_ns() - start) / 1e9);
        if (round == rounds)
            print(profile);
        pp_profile_free(profile);
    }
    pp_binaries_free(binaries);
}

int main(int argc, char **argv)
{
    struct addresses addresses = {0};
    if (argc != 4)
        fail("usage: symbolizer PROGRAM names|lines ROUNDS < ADDRESSES\n"
             "       symbolizer PROGRAM profile FILE < ADDRESSES");
    read_addresses(&addresses);
    if (strcmp(argv[2], "profile") == 0)
        write_profile(argv[1], &addresses, argv[3]);
    else
        name(argv[1], &addresses,
             strcmp(argv[2], "names") == 0 ? "fastlocal" : "local",
             strtol(argv[3], NULL, 10));
    pp_arena_release(&addresses.arena);
    return 0;
}
