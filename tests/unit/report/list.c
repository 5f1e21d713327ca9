/* -list: which lines of which files, and what is said of files that cannot be
 * read. */
#include "print.h"

#include <sys/stat.h>
#include <unistd.h>

static char directory[] = "/tmp/pprof-list-XXXXXX";

static void write_file(const char *name, const char *text, size_t size)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    fclose(file);
}

static void add_line(struct pp_profile *profile, const char *name,
                     const char *file, int64_t start_line, int64_t number,
                     int64_t value)
{
    uint32_t function =
        pp_profile_add_function(profile, pp_slice_of(name), pp_slice_of(name),
                                pp_slice_of(file), start_line);
    uint32_t location = pp_profile_add_location(profile, PP_NONE, 0);
    struct pp_line line = {.function = function, .line = number};
    pp_profile_set_lines(profile, location, &line, 1);
    pp_profile_add_sample(profile, &location, 1, &value);
}

static struct pp_options options_for(const char *pattern)
{
    struct pp_options options = pp_options_default;
    options.pattern = pattern;
    options.source_path = directory;
    return options;
}

static int set_up(void **state)
{
    static const char text[] = "one\ntwo\r\nthree\n\nfive\nsix\nseven\neight\n"
                               "nine\nten\neleven\ntwelve";
    (void)state;
    return mkdtemp(directory) ? (write_file("a.c", text, sizeof text - 1), 0)
                              : -1;
}

static int tear_down(void **state)
{
    char command[100];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", directory);
    return system(command);
}

static void prints_from_the_first_line_to_behind_the_last(void **state)
{
    struct pp_profile *profile = stacks_new("cpu", "nanoseconds");
    struct pp_options options = options_for("f");
    (void)state;
    add_line(profile, "f", "a.c", 2, 3, 1000000);
    add_line(profile, "f", "a.c", 2, 5, 1000000000);
    add_line(profile, "other", "a.c", 2, 1, 1000000);
    assert_prints("list", profile, &options,
                  "Total: 1s\n"
                  "ROUTINE ======================== f in a.c\n"
                  "        1s         1s (flat, cum) 99.90% of Total\n"
                  "         .          .      2:two\n"
                  "       1ms        1ms      3:three\n"
                  "         .          .      4:\n"
                  "        1s         1s      5:five\n"
                  "         .          .      6:six\n"
                  "         .          .      7:seven\n"
                  "         .          .      8:eight\n"
                  "         .          .      9:nine\n"
                  "         .          .     10:ten\n");
}

static void a_function_may_be_in_several_files(void **state)
{
    struct pp_profile *profile = stacks_new("cpu", "count");
    struct pp_options options = options_for(".");
    char expected[1000];
    (void)state;
    add_line(profile, "f", "missing.c", 0, 7, 1);
    add_line(profile, "f", "/no/such.c", 0, 7, 1);
    add_line(profile, "f", "a.c", 0, 20, 1);
    add_line(profile, "g", "", 0, 7, 1);
    snprintf(expected, sizeof expected,
             "Total: 4\n"
             "ROUTINE ======================== f in /no/such.c\n"
             "         1          1 (flat, cum) 25.00%% of Total\n"
             " Error: open /no/such.c: no such file or directory\n"
             "ROUTINE ======================== f in a.c\n"
             "         1          1 (flat, cum) 25.00%% of Total\n"
             "ROUTINE ======================== f in missing.c\n"
             "         1          1 (flat, cum) 25.00%% of Total\n"
             " Error: could not find file missing.c on path %s\n"
             "No source information for g\n",
             directory);
    assert_prints("list", profile, &options, expected);
}

static void says_what_decides_where_to_look(void **state)
{
    struct pp_profile *profile = stacks_new("cpu", "count");
    struct pp_options options = options_for("f");
    char expected[1000];
    (void)state;
    add_line(profile, "f", "missing.c", 0, 7, 1);
    add_line(profile, "f", "/no/such.c", 0, 7, 1);
    add_line(profile, "f", "a.c", 0, 7, 1);
    snprintf(expected, sizeof expected,
             "Source files that were not found: 2. Relative names are looked "
             "for in %s and the directories above (-source_path); -trim_path "
             "makes names relative.\n",
             directory);
    struct printed printed = print("list", profile, &options);
    assert_string_equal(printed.warnings.data, expected);
    printed_free(&printed);
    profile = stacks_new("cpu", "count");
    add_line(profile, "f", "a.c", 0, 7, 1);
    printed = print("list", profile, &options);
    assert_string_equal(printed.warnings.data, "");
    printed_free(&printed);
}

static void what_is_no_file_is_not_opened(void **state)
{
    struct pp_profile *profile = stacks_new("cpu", "count");
    struct pp_options options = options_for(".");
    char path[200], expected[1000];
    (void)state;
    snprintf(path, sizeof path, "%s/pipe", directory);
    assert_int_equal(mkfifo(path, 0600), 0);
    options.trim_path = "/nothing";
    add_line(profile, "f", path, 0, 1, 1);
    snprintf(expected, sizeof expected,
             "Total: 1\n"
             "ROUTINE ======================== f in %s\n"
             "         1          1 (flat, cum)   100%% of Total\n"
             " Error: open %s: not a regular file\n",
             path, path);
    assert_prints("list", profile, &options, expected);
}

static void lines_may_be_long(void **state)
{
    enum { LENGTH = 100000 };
    static char text[LENGTH + 3];
    struct pp_profile *profile = stacks_new("cpu", "count");
    struct pp_options options = options_for("f");
    (void)state;
    memset(text, 'x', LENGTH);
    memcpy(text + LENGTH, "\ny", 2);
    write_file("long.c", text, LENGTH + 2);
    add_line(profile, "f", "long.c", 0, 2, 1);
    struct printed printed = print("list", profile, &options);
    assert_int_equal(printed.status, 0);
    assert_true(printed.out.size > LENGTH);
    assert_non_null(
        strstr(printed.out.data, "         1          1      2:y\n"));
    printed_free(&printed);
}

static void says_that_nothing_matches(void **state)
{
    struct pp_profile *profile = stacks_new("cpu", "count");
    struct pp_options options = options_for("no.such");
    (void)state;
    add_line(profile, "f", "a.c", 0, 1, 1);
    add_line(profile, "no_such", "a.c", 0, 1, 0);
    assert_refuses("list", profile, &options,
                   "no matches found for regexp: no.such");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prints_from_the_first_line_to_behind_the_last),
        cmocka_unit_test(a_function_may_be_in_several_files),
        cmocka_unit_test(says_what_decides_where_to_look),
        cmocka_unit_test(what_is_no_file_is_not_opened),
        cmocka_unit_test(lines_may_be_long),
        cmocka_unit_test(says_that_nothing_matches),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
