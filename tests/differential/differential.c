/* Runs our tool and the reference side by side on generated cases, and tells
 * where they differ.
 *
 *   differential PPROF REFERENCE DIRECTORY [FIRST [COUNT [COMMAND]]]
 *
 * COMMAND ("dot") makes every case one of that command. Compared are standard
 * output, byte for byte (of what is compressed, what it holds), the exit
 * status, standard error, and what -output writes. What differs on purpose
 * stands in the table of known.c. The files of the first cases that differ stay
 * in DIRECTORY, and the command to repeat each is printed.
 *
 * A run of FULL_COUNT cases or more of all commands also fails when a row of
 * the table explains nothing any more. */
#include "differential.h"

#include "wire/wire.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    FULL_COUNT = 10000,
    PARALLEL = 2,
    COMMANDS_MAX = 20,
    TOLD_MAX = 25, /* differences that each worker tells in full */
    RUNS_MAX = 16, /* of a reference that contradicts itself */
};

struct setup {
    const char *ours, *reference, *directory;
    uint64_t first, end;
    uint32_t command; /* of all cases, or command_count() */
};

/* What came of some cases. */
struct tally {
    uint64_t cases[COMMANDS_MAX], different[COMMANDS_MAX];
    uint64_t refused;              /* alike, by both tools */
    uint64_t explained[KNOWN_MAX]; /* by row of the table */
    uint64_t random;               /* another run of the reference is ours */
};

/* ---- the files of a case ------------------------------------------------ */

static void write_profile(const struct test_case *test_case, uint32_t variant,
                          bool frames, const char *directory)
{
    struct pp_profile *profile = make_profile(test_case->profile, variant);
    struct pp_buffer bytes = {0};
    struct pp_error err = {0};
    if (!frames)
        profile->drop_frames = profile->keep_frames = 0;
    if (pp_wire_encode_gzip(profile, &bytes, &err) < 0)
        die(err.text);
    write_file(directory, variant_files[variant], &bytes);
    pp_buffer_release(&bytes);
    pp_profile_free(profile);
}

static void write_profiles(const struct test_case *test_case, bool frames,
                           const char *directory)
{
    for (uint32_t i = 0; i < VARIANTS; i++)
        if (test_case->variants[i])
            write_profile(test_case, i, frames, directory);
}

static void remove_files(const char *directory)
{
    for (uint32_t i = 0; i < VARIANTS; i++)
        remove_file(directory, variant_files[i]);
    rmdir(directory);
}

/* ---- telling ------------------------------------------------------------ */

static void append_quoted(struct pp_buffer *out, const char *word)
{
    pp_buffer_append_text(out, " '");
    for (; *word; word++) {
        if (*word == '\'')
            pp_buffer_append_text(out, "'\\'");
        pp_buffer_append_char(out, *word);
    }
    pp_buffer_append_char(out, '\'');
}

static void save_run(const char *directory, const char *whose,
                     const struct run *run)
{
    char name[40];
    snprintf(name, sizeof name, "%s.out", whose);
    write_file(directory, name, &run->out);
    snprintf(name, sizeof name, "%s.err", whose);
    write_file(directory, name, &run->err);
}

static void tell(const struct setup *setup, uint64_t number, const char *what,
                 const struct test_case *test_case, const char *directory,
                 const struct run *ours, const struct run *reference)
{
    struct pp_buffer command = {0};
    for (uint32_t i = 0; i < test_case->arguments.count; i++)
        append_quoted(&command, test_case->arguments.items[i]);
    save_run(directory, "ours", ours);
    save_run(directory, "reference", reference);
    printf("case %llu: different %s (status %d, reference %d)\n"
           "  cd %s && %s%s\n"
           "  diff reference.out ours.out; diff reference.err ours.err\n",
           (unsigned long long)number, what, ours->status, reference->status,
           directory, setup->ours, command.data);
    fflush(stdout);
    pp_buffer_release(&command);
}

/* ---- comparing ---------------------------------------------------------- */

static void count_rows(struct tally *tally, uint32_t rows)
{
    for (uint32_t i = 0; i < known_count(); i++)
        tally->explained[i] += rows >> i & 1;
}

static bool equal_or_explained(struct tally *tally,
                               const struct test_case *test_case,
                               const struct run *ours,
                               const struct run *reference, bool contradicted)
{
    if (!run_difference(ours, reference))
        return true;
    uint32_t rows = known_explain(test_case, ours, reference, contradicted);
    count_rows(tally, rows);
    return rows != 0;
}

/* Does the reference, asked again, say what we say? Where it says something
 * else each time, the rows of random order count, too. */
static bool reference_is_random(const struct setup *setup, struct tally *tally,
                                const char *directory,
                                const struct test_case *test_case,
                                const struct arguments *arguments,
                                const struct run *ours,
                                const struct run *reference)
{
    bool contradicted = false, equal = false;
    for (uint32_t i = 0; i < RUNS_MAX && !equal; i++) {
        struct run again = {0};
        run_tool(setup->reference, directory, arguments, &again);
        if (run_difference(reference, &again)) {
            contradicted = true;
            equal = equal_or_explained(tally, test_case, ours, &again, false);
        }
        run_free(&again);
    }
    if (equal)
        tally->random++;
    return equal || (contradicted && equal_or_explained(tally, test_case, ours,
                                                        reference, true));
}

/* The reference of Go has no -all_frames yet: it gets the profile without the
 * expressions that this would turn off. */
static struct arguments without_all_frames(const struct arguments *arguments)
{
    struct arguments rest = {0};
    for (uint32_t i = 0; i < arguments->count; i++)
        if (strcmp(arguments->items[i], all_frames) != 0)
            rest.items[rest.count++] = arguments->items[i];
    return rest;
}

static void run_case(const struct setup *setup, uint64_t number,
                     struct tally *tally)
{
    char directory[1000];
    struct test_case test_case = make_case(number, setup->command);
    struct arguments arguments = without_all_frames(&test_case.arguments);
    struct run ours = {0}, reference = {0};
    snprintf(directory, sizeof directory, "%s/%llu", setup->directory,
             (unsigned long long)number);
    if (mkdir(directory, 0755) < 0 && errno != EEXIST)
        die(directory);
    write_profiles(&test_case, true, directory);
    run_tool(setup->ours, directory, &test_case.arguments, &ours);
    if (test_case.all_frames)
        write_profiles(&test_case, false, directory);
    run_tool(setup->reference, directory, &arguments, &reference);

    bool equal =
        equal_or_explained(tally, &test_case, &ours, &reference, false) ||
        reference_is_random(setup, tally, directory, &test_case, &arguments,
                            &ours, &reference);
    uint64_t *different = &tally->different[test_case.command];
    if (!equal && ++*different <= TOLD_MAX) {
        write_profiles(&test_case, true, directory);
        tell(setup, number, run_difference(&ours, &reference), &test_case,
             directory, &ours, &reference);
    } else {
        remove_files(directory);
    }
    tally->cases[test_case.command]++;
    tally->refused += equal && ours.status != 0;
    run_free(&ours);
    run_free(&reference);
    test_case_free(&test_case);
}

/* ---- all of them -------------------------------------------------------- */

/* Every PARALLEL-th case; the tally goes through the pipe. */
static void start_worker(const struct setup *setup, uint64_t first,
                         int write_to)
{
    pid_t child = fork();
    if (child < 0)
        die("fork");
    if (child > 0)
        return;
    struct tally tally = {0};
    for (uint64_t number = first; number < setup->end; number += PARALLEL)
        run_case(setup, number, &tally);
    if (write(write_to, &tally, sizeof tally) != sizeof tally)
        die("pipe");
    _exit(0);
}

static void add_tally(struct tally *total, const struct tally *part)
{
    for (uint32_t i = 0; i < COMMANDS_MAX; i++) {
        total->cases[i] += part->cases[i];
        total->different[i] += part->different[i];
    }
    for (uint32_t i = 0; i < KNOWN_MAX; i++)
        total->explained[i] += part->explained[i];
    total->refused += part->refused;
    total->random += part->random;
}

static struct tally run_all(const struct setup *setup)
{
    int ends[2];
    struct tally total = {0}, part;
    if (pipe(ends) < 0)
        die("pipe");
    for (uint64_t i = 0; i < PARALLEL; i++)
        start_worker(setup, setup->first + i, ends[1]);
    close(ends[1]);
    for (uint64_t i = 0; i < PARALLEL; i++) {
        if (read(ends[0], &part, sizeof part) != sizeof part)
            die("a worker died");
        add_tally(&total, &part);
    }
    while (wait(NULL) > 0)
        continue;
    return total;
}

static void print_commands(const struct tally *tally)
{
    for (uint32_t i = 0; i < command_count(); i++)
        if (tally->cases[i])
            printf("%-10s %6llu cases, %llu different\n", command_name(i),
                   (unsigned long long)tally->cases[i],
                   (unsigned long long)tally->different[i]);
}

/* Says what each row explained. How many explained nothing? */
static uint32_t print_rows(const struct tally *tally)
{
    uint32_t idle = 0;
    for (uint32_t i = 0; i < known_count(); i++) {
        printf("%6llu by \"%s\": %s\n", (unsigned long long)tally->explained[i],
               known[i].name, known[i].reason);
        idle += tally->explained[i] == 0;
    }
    printf("%6llu as another run of the reference has it\n",
           (unsigned long long)tally->random);
    return idle;
}

/* Nothing of the person's own shall reach the tools. */
static void set_environment(const char *directory)
{
    char path[1100];
    const char *old_path = getenv("PATH");
    snprintf(path, sizeof path, "%s", old_path ? old_path : "/usr/bin:/bin");
    clearenv();
    setenv("PATH", path, 1);
    setenv("HOME", directory, 1);
    setenv("PPROF_TMPDIR", directory, 1);
    setenv("PPROF_BINARY_PATH", directory, 1);
    setenv("TZ", "UTC", 1);
    setenv("LC_ALL", "C.UTF-8", 1);
}

static const char *find_tool(const char *path, char absolute[PATH_MAX])
{
    if (!realpath(path, absolute) || access(absolute, X_OK) < 0)
        die(path);
    return absolute;
}

static uint64_t number(int argc, char **argv, int index, uint64_t otherwise)
{
    return argc > index ? strtoull(argv[index], NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "usage: differential PPROF REFERENCE DIRECTORY "
                        "[FIRST [COUNT [COMMAND]]]\n");
        return 3;
    }
    if (mkdir(argv[3], 0755) < 0 && errno != EEXIST)
        die(argv[3]);
    char paths[3][PATH_MAX];
    struct setup setup = {
        .ours = find_tool(argv[1], paths[0]),
        .reference = find_tool(argv[2], paths[1]),
        .directory = find_tool(argv[3], paths[2]),
        .first = number(argc, argv, 4, 0),
        .command = command_place(argc > 6 ? argv[6] : ""),
    };
    uint64_t count = number(argc, argv, 5, argc > 4 ? 1 : FULL_COUNT);
    setup.end = setup.first + count;
    set_environment(setup.directory);
    write_sources(setup.directory);
    struct tally tally = run_all(&setup);

    uint64_t different = 0;
    print_commands(&tally);
    uint32_t idle = print_rows(&tally);
    for (uint32_t i = 0; i < command_count(); i++)
        different += tally.different[i];
    printf("%llu cases, %llu equal (%llu of them refused alike), "
           "%llu different\n",
           (unsigned long long)count, (unsigned long long)(count - different),
           (unsigned long long)tally.refused, (unsigned long long)different);
    bool full = count >= FULL_COUNT && setup.command == command_count();
    if (full && idle)
        printf("%u rows of the table explain nothing: they are to go\n", idle);
    return different || (full && idle) ? 1 : 0;
}
