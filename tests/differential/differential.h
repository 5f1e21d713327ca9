/* The differential test: our tool and the reference on the same generated
 * profiles with the same options.
 *
 *   make_case(number) -> a command line and the profiles that it names
 *   make_profile(seed, variant) -> a profile
 *
 *                 ours(...) == reference(...) ?
 *
 * Everything follows from the number of the case, so a case can be repeated.
 */
#ifndef PP_TESTS_DIFFERENTIAL_H
#define PP_TESTS_DIFFERENTIAL_H

#include "profile/profile.h"

/* ---- random.c: numbers that are the same on every machine --------------- */

struct random {
    uint64_t state;
};

struct random random_new(uint64_t seed, uint64_t stream);

/* 0 .. below - 1 */
uint32_t random_below(struct random *random, uint32_t below);

/* True once in `times`. */
bool random_once_in(struct random *random, uint32_t times);

#define random_pick(random, array)                                             \
    ((array)[random_below((random), sizeof(array) / sizeof *(array))])

/* ---- profiles.c --------------------------------------------------------- */

/* A profile with some of what profiles may have: several sample types,
 * inlined lines, missing functions and files, recursion, negative values,
 * labels, ... Variants of one seed are related: they share some of their
 * sample types, functions and stacks, as what is merged or compared does. The
 * caller frees it. */
#define DOC_URL "https://example.com/doc?a=b" /* of the profiles with one */
struct pp_profile *make_profile(uint64_t seed, uint32_t variant);

/* ---- sources.c ---------------------------------------------------------- */

/* Write source files that the profiles name, some below `directory`, some
 * below its folder "sources". */
void write_sources(const char *directory);

/* ---- cases.c ------------------------------------------------------------ */

enum { ARGUMENTS_MAX = 60, VARIANTS = 4 };

struct arguments {
    char *items[ARGUMENTS_MAX + 1]; /* NULL at the end; malloc'ed */
    uint32_t count;
};

/* Variant i of the profile stands in the file variant_files[i]. */
extern const char *const variant_files[VARIANTS];

/* What -output names; and an argument that the reference does not know. */
extern const char output_file[];
extern const char all_frames[];

struct test_case {
    uint32_t command; /* see command_name */
    struct arguments arguments;
    uint64_t profile;        /* its seed */
    bool variants[VARIANTS]; /* those that the arguments name */
    bool all_frames;         /* one of the arguments is -all_frames */
};

/* Case `number`; of any command when command is command_count(). */
struct test_case make_case(uint64_t number, uint32_t command);
void test_case_free(struct test_case *test_case);

bool is_command(const struct test_case *test_case, const char *name);
bool has_option(const struct test_case *test_case, const char *name);

/* The commands that there are. A name that there is not: command_count(). */
uint32_t command_count(void);
const char *command_name(uint32_t place);
uint32_t command_place(const char *name);

/* ---- run.c -------------------------------------------------------------- */

/* One run of one tool. */
struct run {
    int status;                /* of exit, -1 when it was killed */
    bool to_file;              /* -output was written to */
    struct pp_buffer out, err; /* out: of the file, too */
};

/* Print the words and errno's, and exit. */
_Noreturn void die(const char *what);

/* Both with paths that are taken from `directory`. */
void write_file(const char *directory, const char *name,
                const struct pp_buffer *bytes);
void remove_file(const char *directory, const char *name);

/* Run the tool there and wait for it. What is in gzip is unfolded. */
void run_tool(const char *tool, const char *directory,
              const struct arguments *arguments, struct run *run);

/* Runs do not share memory; assignment moves. */
struct run run_copy(const struct run *run);
void run_free(struct run *run);

/* What differs, or NULL. */
const char *run_difference(const struct run *a, const struct run *b);

/* ---- known.c ------------------------------------------------------------ */

/* A difference that is meant to be: the one place that says where the output
 * may differ and still counts as equal. */
struct known {
    const char *name, *reason;
    /* Counts only where the reference contradicts itself. */
    bool random;
    /* Take the difference out of either side. */
    void (*normalize)(const struct test_case *test_case, struct run *ours,
                      struct run *reference);
};

enum { KNOWN_MAX = 32 };
extern const struct known known[];
uint32_t known_count(void);

/* The fewest rows that make the two equal, as bits; 0 if all of them do not.
 * Rows of random order take part where `contradicted`. */
uint32_t known_explain(const struct test_case *test_case,
                       const struct run *ours, const struct run *reference,
                       bool contradicted);

#endif
