#include "present/arguments.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { WORDS_MAX = 16 };

static char warned[200];

static void warn(const char *line)
{
    snprintf(warned, sizeof(warned), "%s", line);
}

/* Parse a command line written as one text, words separated by spaces. The
 * words live until the next call. */
static int parse(const char *line, struct pp_arguments *arguments,
                 struct pp_error *err)
{
    static char text[500], name[] = "pprof";
    static char *words[WORDS_MAX + 1];
    int count = 1;
    words[0] = name;
    snprintf(text, sizeof(text), "%s", line);
    for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
        assert_true(count < WORDS_MAX);
        words[count++] = word;
    }
    words[count] = NULL;
    warned[0] = 0;
    memset(err, 0, sizeof(*err));
    return pp_arguments_parse(arguments, count, words, warn, err);
}

static void assert_refused(const char *line, const char *words)
{
    struct pp_arguments arguments;
    struct pp_error err;
    assert_true(parse(line, &arguments, &err) < 0);
    assert_string_equal(err.text, words);
    pp_arguments_release(&arguments);
}

/* What was taken lives until the next call. */
static struct pp_arguments assert_taken(const char *line)
{
    static struct pp_arguments arguments;
    struct pp_error err;
    pp_arguments_release(&arguments);
    if (parse(line, &arguments, &err) < 0)
        fail_msg("%s: %s", line, err.text);
    return arguments;
}

static void flags_are_written_as_in_go(void **state)
{
    struct pp_arguments arguments =
        assert_taken("-top --nodecount=5 -cum -unit ms -trim=false "
                     "-nodefraction=0.25 -seconds 0x10 a b");
    assert_string_equal(arguments.report->name, "top");
    assert_int_equal(arguments.settings.report.nodecount, 5);
    assert_true(arguments.settings.report.sort_cum);
    assert_string_equal(arguments.settings.report.unit, "ms");
    assert_false(arguments.settings.report.trim);
    assert_true(arguments.settings.report.nodefraction == 0.25);
    assert_int_equal(arguments.settings.seconds, 16);
    assert_int_equal(arguments.settings.timeout, -1);
    assert_int_equal(arguments.source_count, 2);
    assert_string_equal(arguments.sources[0], "a");
    assert_string_equal(arguments.sources[1], "b");
    (void)state;
}

static void the_last_of_two_counts(void **state)
{
    struct pp_arguments arguments =
        assert_taken("-cum -cum=false -nodecount 3 -nodecount 4 -raw "
                     "-raw=false a");
    assert_false(arguments.settings.report.sort_cum);
    assert_int_equal(arguments.settings.report.nodecount, 4);
    assert_int_equal(arguments.action, PP_ACTION_SHELL); /* no report */
    (void)state;
}

static void flags_may_stand_behind_sources(void **state)
{
    struct pp_arguments arguments = assert_taken("a -cum b -nodecount 3");
    assert_true(arguments.settings.report.sort_cum);
    assert_int_equal(arguments.settings.report.nodecount, 3);
    assert_int_equal(arguments.source_count, 2);
    assert_string_equal(arguments.sources[1], "b");
    (void)state;
}

static void a_file_with_a_flags_name_is_a_source(void **state)
{
    char directory[] = "/tmp/pprof-unit-XXXXXX";
    assert_non_null(mkdtemp(directory));
    assert_int_equal(chdir(directory), 0);
    FILE *file = fopen("-cum", "w");
    assert_non_null(file);
    fclose(file);

    struct pp_arguments arguments = assert_taken("a -cum");
    assert_int_equal(arguments.source_count, 2);
    assert_false(arguments.settings.report.sort_cum);
    arguments = assert_taken("-cum a"); /* as Go: in front it is a flag */
    assert_int_equal(arguments.source_count, 1);
    assert_true(arguments.settings.report.sort_cum);

    assert_int_equal(unlink("-cum"), 0);
    assert_int_equal(rmdir(directory), 0);
    (void)state;
}

static void two_dashes_end_the_flags(void **state)
{
    struct pp_arguments arguments = assert_taken("-cum -- -flat -top");
    assert_true(arguments.settings.report.sort_cum);
    assert_int_equal(arguments.source_count, 2);
    assert_string_equal(arguments.sources[0], "-flat");
    arguments = assert_taken("- -cum");
    assert_string_equal(arguments.sources[0], "-");
    (void)state;
}

static void what_is_wrong_is_said_in_gos_words(void **state)
{
    assert_refused("", "no profile source specified");
    assert_refused("-top", "no profile source specified");
    assert_refused("-foo a", "flag provided but not defined: -foo "
                             "(pprof -help lists the flags)");
    assert_refused("-http :0 a", "-http is not in this version");
    assert_refused("a -base", "flag needs an argument: -base");
    assert_refused("a -list", "flag needs an argument: -list");
    assert_refused("---x a", "bad flag syntax: ---x");
    assert_refused("-=x a", "bad flag syntax: -=x");
    assert_refused("a -nodecount", "flag needs an argument: -nodecount");
    assert_refused("-nodecount=x a", "invalid value \"x\" for flag -nodecount: "
                                     "parse error");
    assert_refused("-nodecount= a", "invalid value \"\" for flag -nodecount: "
                                    "parse error");
    assert_refused("-nodecount=9223372036854775808 a",
                   "invalid value \"9223372036854775808\" for flag "
                   "-nodecount: value out of range");
    assert_refused("-divide_by=1x a", "invalid value \"1x\" for flag "
                                      "-divide_by: parse error");
    assert_refused("-cum=2 a",
                   "invalid boolean value \"2\" for -cum: parse error");
    assert_refused("-top=yes a",
                   "invalid boolean value \"yes\" for -top: parse error");
    assert_refused("-cum -flat a", "conflicting options set: [cum flat]");
    assert_refused("-lines -files a", "conflicting options set: [files lines]");
    assert_refused("-top -raw a", "must set at most one output format");
    assert_refused("-list x -peek y a", "must set at most one output format");
    assert_refused("-no_browser a", "-no_browser only makes sense with -http");
    assert_refused("-base b -diff_base c a",
                   "-base and -diff_base flags cannot both be specified");
    assert_refused("-normalize a", "must have base profile to normalize by");
    assert_refused("-normalize -base= a",
                   "must have base profile to normalize by");
    (void)state;
}

/* Of two mistakes the reference's first one is told. */
static void mistakes_have_an_order(void **state)
{
    static const char *const words[] = {
        "-normalize", "-base b -diff_base c", "-no_browser",
        "-top -raw",  "-cum -flat",
    };
    static const char *const told[] = {
        "must have base profile to normalize by",
        "-base and -diff_base flags cannot both be specified",
        "-no_browser only makes sense with -http",
        "must set at most one output format",
        "conflicting options set: [cum flat]",
    };
    char line[200] = "a";
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        strcat(strcat(line, " "), words[i]);
        assert_refused(line, told[i]);
    }
    assert_refused(line + 1, "no profile source specified");
    (void)state;
}

static void all_bases_are_used(void **state)
{
    struct pp_arguments arguments =
        assert_taken("-base b a -base=c -base= -normalize");
    assert_int_equal(arguments.source_count, 1);
    assert_int_equal(arguments.base_count, 2);
    assert_string_equal(arguments.bases[0], "b");
    assert_string_equal(arguments.bases[1], "c");
    assert_false(arguments.diff_base);
    assert_true(arguments.settings.report.normalize);
    arguments = assert_taken("-top -diff_base b a");
    assert_int_equal(arguments.base_count, 1);
    assert_true(arguments.diff_base);
    (void)state;
}

static void a_report_may_have_a_pattern(void **state)
{
    struct pp_arguments arguments = assert_taken("-list=main a");
    assert_string_equal(arguments.report->name, "list");
    assert_string_equal(arguments.settings.report.pattern, "main");
    arguments = assert_taken("-peek x a");
    assert_string_equal(arguments.settings.report.pattern, "x");
    arguments = assert_taken("-peek= -top -all_frames a");
    assert_string_equal(arguments.report->name, "top");
    assert_string_equal(arguments.settings.report.pattern, "");
    assert_true(arguments.all_frames);
    (void)state;
}

static void old_flags_choose_a_sample_type(void **state)
{
    struct pp_arguments arguments = assert_taken("-inuse_space a");
    assert_string_equal(arguments.settings.report.sample_index, "inuse_space");
    assert_string_equal(warned, "");
    arguments = assert_taken("-alloc_space -inuse_space a");
    assert_string_equal(arguments.settings.report.sample_index, "inuse_space");
    assert_string_equal(warned,
                        "Multiple value selections, ignoring -alloc_space");
    arguments = assert_taken("-mean_delay a");
    assert_string_equal(arguments.settings.report.sample_index, "delay");
    assert_true(arguments.settings.report.mean);
    arguments = assert_taken("-contentions -sample_index=1 a");
    assert_string_equal(arguments.settings.report.sample_index, "1");
    (void)state;
}

static void the_first_of_several_may_be_a_binary(void **state)
{
    struct pp_arguments arguments = assert_taken("/proc/self/exe a b");
    assert_string_equal(arguments.executable, "/proc/self/exe");
    assert_int_equal(arguments.source_count, 2);
    assert_string_equal(arguments.sources[0], "a");
    arguments = assert_taken("/proc/self/exe");
    assert_string_equal(arguments.executable, "");
    assert_int_equal(arguments.source_count, 1);
    arguments = assert_taken("/dev/null a");
    assert_string_equal(arguments.executable, "");
    assert_int_equal(arguments.source_count, 2);
    (void)state;
}

static void help_and_version_need_nothing_else(void **state)
{
    assert_int_equal(assert_taken("-h").action, PP_ACTION_HELP);
    assert_int_equal(assert_taken("a --help -foo").action, PP_ACTION_HELP);
    assert_int_equal(assert_taken("-version").action, PP_ACTION_VERSION);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flags_are_written_as_in_go),
        cmocka_unit_test(the_last_of_two_counts),
        cmocka_unit_test(flags_may_stand_behind_sources),
        cmocka_unit_test(a_file_with_a_flags_name_is_a_source),
        cmocka_unit_test(two_dashes_end_the_flags),
        cmocka_unit_test(what_is_wrong_is_said_in_gos_words),
        cmocka_unit_test(mistakes_have_an_order),
        cmocka_unit_test(all_bases_are_used),
        cmocka_unit_test(a_report_may_have_a_pattern),
        cmocka_unit_test(old_flags_choose_a_sample_type),
        cmocka_unit_test(the_first_of_several_may_be_a_binary),
        cmocka_unit_test(help_and_version_need_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
