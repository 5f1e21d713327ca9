/* The frames at random addresses of a program's code, as pp_symbolize gives
 * them to a profile and as llvm-symbolizer prints them.
 *
 *     differential-lines NAME PROGRAM [COUNT [-v]]
 *
 * Fails when an address differs in what no row of known.c explains, and when
 * most have no line at all, which proves nothing. -v shows what is explained.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lines.h"
#include "os/os.h"
#include "symbolize/symbolize.h"

enum { SHOWN_MAX = 10, KNOWN_MAX = 32 };

struct test {
    const char *name, *program;
    uint32_t count;
    bool is_verbose;
    struct question *questions;
    struct pp_arena arena;
    struct pp_profile *profile; /* has the texts of our answers */
    uint32_t explained[KNOWN_MAX];
    uint32_t equal, different, with_line, inlined;
};

/* Of the program: there is one a run. */
static struct pp_symbols *symbols;

static void fail(const char *words)
{
    fprintf(stderr, "differential-lines: %s\n", words);
    exit(1);
}

/* ---- addresses ---------------------------------------------------------- */

/* Always the same ones; and the symbols are read. */
static void choose_addresses(struct test *test)
{
    struct pp_object *object;
    struct pp_error err = {0};
    struct pp_slice text;
    uint64_t start;
    if (pp_object_open(test->program, NULL, &object, &err) < 0)
        fail(err.text);
    if (!pp_object_section(object, ".text", &text, &start))
        fail("no section .text");
    for (uint32_t i = 0; i < test->count; i++)
        test->questions[i].address = start + pp_hash_u64(i) % text.size;
    if (pp_symbols_open_object(object, &pp_debug_search_default, &symbols,
                               &err) < 0)
        fail(err.text);
    pp_object_free(object);
}

bool is_symbol_at(uint64_t address, struct pp_slice name)
{
    struct pp_listed_symbol symbol;
    struct pp_slice found;
    uint64_t start;
    if (!pp_symbols_find(symbols, address, &found, &start))
        return false;
    for (uint32_t i = 0; pp_symbols_at(symbols, i, &symbol); i++)
        if (symbol.start == start && pp_slice_equal(symbol.name, name))
            return true;
    return false;
}

/* ---- ours --------------------------------------------------------------- */

static void warn(const char *line)
{
    fprintf(stderr, "%s\n", line);
}

static struct pp_profile *make_profile(const struct test *test)
{
    struct pp_profile *profile = pp_profile_new(0);
    pp_profile_add_mapping(profile, 0, UINT64_MAX, 0,
                           pp_slice_of(test->program), (struct pp_slice){0});
    for (uint32_t i = 0; i < test->count; i++)
        pp_profile_add_location(profile, 0, test->questions[i].address);
    return profile;
}

static struct frame frame_of(const struct pp_profile *profile,
                             const struct pp_line *line)
{
    const struct pp_function *function =
        &profile->functions.items[line->function];
    return (struct frame){
        .function = pp_profile_text(profile, function->system_name),
        .file = pp_profile_text(profile, function->filename),
        .line = line->line,
    };
}

static void read_answer(const struct pp_profile *profile, uint32_t index,
                        struct answer *answer)
{
    const struct pp_location *location = &profile->locations.items[index];
    for (uint32_t i = 0; i < location->line_count && i < FRAME_MAX; i++)
        answer->frames[answer->count++] =
            frame_of(profile, &profile->lines.items[location->line_start + i]);
}

static void ask_us(struct test *test)
{
    struct pp_symbolize_options options = {0};
    struct pp_error err = {0};
    pp_symbolize_parse("local:force:demangle=none", &options, warn);
    struct pp_binaries *binaries = pp_binaries_new(&options);
    test->profile = make_profile(test);
    if (pp_symbolize(test->profile, &options, binaries, warn, &err) < 0)
        fail(err.text);
    for (uint32_t i = 0; i < test->count; i++)
        read_answer(test->profile, i, &test->questions[i].ours);
    pp_binaries_free(binaries);
}

/* ---- llvm-symbolizer ---------------------------------------------------- */

/* A child that reads the addresses from an unlinked file. */
static int start_peer(const struct test *test, pid_t *pid)
{
    char path[] = "addresses-XXXXXX", object[4096];
    int from_peer[2], addresses = mkstemp(path);
    FILE *out = fdopen(dup(addresses), "w");
    for (uint32_t i = 0; i < test->count; i++)
        fprintf(out, "%#" PRIx64 "\n", test->questions[i].address);
    fclose(out);
    unlink(path);
    lseek(addresses, 0, SEEK_SET);
    snprintf(object, sizeof object, "--obj=%s", test->program);
    if (pipe(from_peer) < 0 || (*pid = fork()) < 0)
        fail("cannot start llvm-symbolizer");
    if (*pid == 0) {
        dup2(addresses, STDIN_FILENO);
        dup2(from_peer[1], STDOUT_FILENO);
        close(from_peer[0]);
        execlp("llvm-symbolizer", "llvm-symbolizer", "--inlines",
               "--no-demangle", "--functions=linkage", object, NULL);
        _exit(127);
    }
    close(addresses);
    close(from_peer[1]);
    return from_peer[0];
}

static struct pp_slice known_text(struct test *test, const char *text)
{
    if (strcmp(text, "??") == 0)
        return (struct pp_slice){0};
    size_t size = strlen(text);
    return (struct pp_slice){
        pp_slice_copy(&test->arena, (struct pp_slice){text, size}), size};
}

static char *cut_at_last(char *text, char mark)
{
    char *at = strrchr(text, mark);
    if (!at)
        fail("llvm-symbolizer prints something else than FILE:LINE:COLUMN");
    *at = 0;
    return at + 1;
}

/* A function's name, then FILE:LINE:COLUMN; an empty line ends the address. */
static void read_peer_answer(struct test *test, FILE *in, struct answer *answer)
{
    static char *name, *place;
    static size_t name_room, place_room;
    for (;;) {
        ssize_t size = getline(&name, &name_room, in);
        if (size < 0)
            fail("llvm-symbolizer ended early");
        name[size - 1] = 0;
        if (!name[0])
            return;
        size = getline(&place, &place_room, in);
        if (size < 0 || answer->count == FRAME_MAX)
            fail("llvm-symbolizer: half a frame, or too many");
        place[size - 1] = 0;
        cut_at_last(place, ':');
        int64_t line = strtoll(cut_at_last(place, ':'), NULL, 10);
        answer->frames[answer->count++] = (struct frame){
            known_text(test, name), known_text(test, place), line};
    }
}

static void ask_peer(struct test *test)
{
    pid_t pid;
    int status;
    FILE *in = fdopen(start_peer(test, &pid), "r");
    for (uint32_t i = 0; i < test->count; i++)
        read_peer_answer(test, in, &test->questions[i].peer);
    fclose(in);
    waitpid(pid, &status, 0);
    if (status != 0)
        fail("llvm-symbolizer failed");
}

/* ---- comparing ---------------------------------------------------------- */

static bool same_frames(const struct frame *a, const struct frame *b)
{
    return pp_slice_equal(a->function, b->function) &&
           pp_slice_equal(a->file, b->file) && a->line == b->line;
}

/* Nothing is as good as one frame of nothing. */
static bool same_answers(const struct answer *a, const struct answer *b)
{
    static const struct frame nothing;
    uint32_t count = a->count > b->count ? a->count : b->count;
    if (a->count != b->count && count > 1)
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (!same_frames(i < a->count ? &a->frames[i] : &nothing,
                         i < b->count ? &b->frames[i] : &nothing))
            return false;
    return true;
}

static void show_answer(const char *whose, const struct answer *answer)
{
    for (uint32_t i = 0; i < answer->count; i++)
        printf("    %s " PP_SLICE_FORMAT " " PP_SLICE_FORMAT ":%" PRId64 "\n",
               whose, PP_SLICE_ARGS(answer->frames[i].function),
               PP_SLICE_ARGS(answer->frames[i].file), answer->frames[i].line);
}

static void show(const struct question *question, const char *what)
{
    printf("  %#" PRIx64 " %s\n", question->address, what);
    show_answer("ours", &question->ours);
    show_answer("peer", &question->peer);
}

/* Whether what is known explains the whole difference; counts its rows. */
static bool explain(struct test *test, struct question question)
{
    uint32_t used = 0;
    for (const struct known *row = known; row->name; row++)
        if (row->mend(&question))
            used |= 1u << (row - known);
    if (!same_answers(&question.ours, &question.peer))
        return false;
    for (uint32_t i = 0; i < KNOWN_MAX; i++)
        test->explained[i] += used >> i & 1;
    return true;
}

static void compare(struct test *test, const struct question *question)
{
    test->with_line += question->peer.frames[0].line != 0;
    test->inlined += question->peer.count > 1;
    if (same_answers(&question->ours, &question->peer)) {
        test->equal++;
    } else if (explain(test, *question)) {
        if (test->is_verbose)
            show(question, "is known");
    } else if (test->different++ < SHOWN_MAX) {
        show(question, "differs");
    }
}

static void tell(const struct test *test)
{
    for (const struct known *row = known; row->name; row++)
        if (test->explained[row - known])
            printf("  %u %s: %s\n", test->explained[row - known], row->name,
                   row->why);
    printf("%s: %u addresses, %u with a line, %u with inlined calls: %u equal, "
           "%u explained, %u different\n",
           test->name, test->count, test->with_line, test->inlined, test->equal,
           test->count - test->equal - test->different, test->different);
}

int main(int argc, char **argv)
{
    struct test test = {.count = 2000};
    if (argc < 3)
        fail("usage: differential-lines NAME PROGRAM [COUNT [-v]]");
    test.name = argv[1];
    test.program = argv[2];
    if (argc > 3)
        test.count = (uint32_t)strtoul(argv[3], NULL, 10);
    test.is_verbose = argc > 4;
    test.questions =
        pp_arena_array(&test.arena, test.count, sizeof *test.questions);
    if (test.count == 0 || !test.questions)
        fail("no addresses");
    choose_addresses(&test);
    ask_us(&test);
    ask_peer(&test);
    for (uint32_t i = 0; i < test.count; i++)
        compare(&test, &test.questions[i]);
    tell(&test);
    if (test.with_line < test.count / 2)
        fail("too few addresses have lines: is the debug file installed?");
    pp_profile_free(test.profile);
    pp_symbols_free(symbols);
    pp_arena_release(&test.arena);
    return test.different > 0;
}
