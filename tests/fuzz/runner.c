/* Runs a fuzz target without libFuzzer: over every file of a corpus, and over
 * mutations of them that are the same in each run.
 *
 *     fuzz-TARGET CORPUS_DIRECTORY MUTATIONS_PER_FILE
 *
 * Where the target aborts, the input that made it do so is in the file
 * fuzz-failure of the working directory. */
#include "fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUT_MAX = 1 << 16, EDITS_MAX = 6 };

struct input {
    uint8_t bytes[INPUT_MAX];
    size_t size;
};

static uint64_t random_state;

/* xorshift: below `bound`, which is not 0. */
static size_t random_below(size_t bound)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (size_t)(random_state % bound);
}

/* ---- edits: each leaves at most INPUT_MAX bytes ------------------------- */

static void flip_bit(struct input *input)
{
    if (input->size)
        input->bytes[random_below(input->size)] ^=
            (uint8_t)(1 << random_below(8));
}

static void set_byte(struct input *input)
{
    static const uint8_t telling[] = {0, 1, 2, 0x7f, 0x80, 0xff, 0x0a, 0x12};
    if (input->size)
        input->bytes[random_below(input->size)] =
            telling[random_below(sizeof telling)];
}

static void cut_end(struct input *input)
{
    input->size = random_below(input->size + 1);
}

static void take_out(struct input *input)
{
    size_t at = random_below(input->size + 1);
    size_t size = random_below(input->size - at + 1);
    memmove(input->bytes + at, input->bytes + at + size,
            input->size - at - size);
    input->size -= size;
}

/* Copy a piece of the input to some place in front of or behind it. */
static void repeat(struct input *input)
{
    size_t from = random_below(input->size + 1);
    size_t size = random_below(input->size - from + 1);
    size_t to = random_below(input->size + 1);
    uint8_t piece[INPUT_MAX];
    if (input->size + size > INPUT_MAX)
        return;
    memcpy(piece, input->bytes + from, size);
    memmove(input->bytes + to + size, input->bytes + to, input->size - to);
    memcpy(input->bytes + to, piece, size);
    input->size += size;
}

static void (*const edits[])(struct input *) = {flip_bit, set_byte, set_byte,
                                                cut_end,  take_out, repeat};

/* ---- running ------------------------------------------------------------ */

/* What the target was given last. */
static const struct input *running;

static void save(void)
{
    FILE *file = running ? fopen("fuzz-failure", "wb") : NULL;
    if (!file)
        return;
    fwrite(running->bytes, 1, running->size, file);
    fclose(file);
}

static void save_and_die(int signal_number)
{
    save();
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

/* Sanitizers catch the signals of a crash themselves, and say so. */
extern void __sanitizer_set_death_callback(void (*callback)(void))
    __attribute__((weak));

static void watch_for_death(void)
{
    signal(SIGABRT, save_and_die);
    if (__sanitizer_set_death_callback) {
        __sanitizer_set_death_callback(save);
        return;
    }
    signal(SIGSEGV, save_and_die);
    signal(SIGBUS, save_and_die);
    signal(SIGFPE, save_and_die);
}

static void run(const struct input *input)
{
    running = input;
    LLVMFuzzerTestOneInput(input->bytes, input->size);
}

static void run_mutations(const struct input *original, long count)
{
    static struct input input;
    for (long i = 0; i < count; i++) {
        input = *original;
        for (size_t left = 1 + random_below(EDITS_MAX); left; left--)
            edits[random_below(sizeof edits / sizeof *edits)](&input);
        run(&input);
    }
}

static int read_input(const char *directory, const char *name,
                      struct input *input)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return -1;
    }
    input->size = fread(input->bytes, 1, INPUT_MAX, file);
    fclose(file);
    return 0;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
    static struct input input;
    struct dirent **entries;
    if (argc != 3) {
        fprintf(stderr, "usage: %s CORPUS_DIRECTORY MUTATIONS_PER_FILE\n",
                argv[0]);
        return 2;
    }
    watch_for_death();
    int count = scandir(argv[1], &entries, is_visible, alphasort);
    if (count <= 0) {
        fprintf(stderr, "%s: no corpus there\n", argv[1]);
        return 2;
    }
    for (int i = 0; i < count; i++) {
        random_state = 0x9e3779b97f4a7c15u + (uint64_t)i;
        if (read_input(argv[1], entries[i]->d_name, &input) < 0)
            return 2;
        run(&input);
        run_mutations(&input, atol(argv[2]));
        free(entries[i]);
    }
    free(entries);
    printf("%d files, each with %s mutations\n", count, argv[2]);
    return 0;
}
