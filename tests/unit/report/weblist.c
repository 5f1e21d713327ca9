/* -weblist: a page of a small program word for word, that names of all kinds
 * stay text, and that no sample is lost where files are.
 *
 * usage: weblist DIRECTORY [PROGRAM]
 *
 * DIRECTORY has weblist_sample.c; PROGRAM is weblist_sample.s, built. */
#include "print.h"

#include <unistd.h>

#include "os/os.h"
#include "symbolize/symbolize.h"

static const char *directory, *program;

/* ---- profiles ----------------------------------------------------------- */

struct place {
    const char *function, *file;
    int64_t line;
};

/* The location has frames, innermost first, up to one without a function. */
static uint32_t add_location(struct pp_profile *profile, uint32_t mapping,
                             uint64_t address, const struct place *frames)
{
    uint32_t location = pp_profile_add_location(profile, mapping, address);
    struct pp_line lines[4];
    uint32_t count = 0;
    for (; frames[count].function; count++) {
        struct pp_slice name = pp_slice_of(frames[count].function);
        lines[count] = (struct pp_line){
            .function = pp_profile_add_function(
                profile, name, name, pp_slice_of(frames[count].file), 0),
            .line = frames[count].line,
        };
    }
    pp_profile_set_lines(profile, location, lines, count);
    return location;
}

static void add_sample(struct pp_profile *profile, uint32_t leaf,
                       uint32_t caller, int64_t value)
{
    const uint32_t stack[] = {leaf, caller};
    pp_profile_add_sample(profile, stack, caller == PP_NONE ? 1 : 2, &value);
}

/* Samples in inner and outer, and the calls that led there. */
static struct pp_profile *sample_profile(const char *path)
{
    static const char file[] = "/src/weblist_sample.c";
    struct pp_profile *profile = stacks_new("cpu", "nanoseconds");
    uint32_t mapping =
        pp_profile_add_mapping(profile, 0x401000, 0x402000, 0x1000,
                               pp_slice_of(path), pp_slice_literal(""));
    uint32_t inner = add_location(
        profile, mapping, 0x401002,
        (struct place[]){
            {"inner", file, 3}, {"middle", file, 8}, {"outer", file, 13}, {0}});
    uint32_t outer = add_location(profile, mapping, 0x401007,
                                  (struct place[]){{"outer", file, 13}, {0}});
    uint32_t first = add_location(profile, mapping, 0x401013,
                                  (struct place[]){{"_start", file, 36}, {0}});
    uint32_t second = add_location(profile, mapping, 0x40101a,
                                   (struct place[]){{"_start", file, 36}, {0}});
    add_sample(profile, inner, first, 30000000);
    add_sample(profile, outer, first, 10000000);
    add_sample(profile, outer, second, 10000000);
    return profile;
}

/* ---- pages -------------------------------------------------------------- */

static struct pp_options options_for(const char *pattern)
{
    struct pp_options options = pp_options_default;
    options.pattern = pattern;
    options.source_path = directory;
    options.trim_path = "/src";
    return options;
}

/* What follows the script. */
static const char *body(const struct printed *printed)
{
    assert_string_equal(printed->err.text, "");
    const char *end = strstr(printed->out.data, "</script>\n");
    assert_non_null(end);
    return end + strlen("</script>\n");
}

static struct printed print_sample(const char *pattern)
{
    const struct pp_symbolize_options names = {.local = true};
    struct pp_options options = options_for(pattern);
    options.binaries = pp_binaries_new(&names);
    struct printed printed =
        print("weblist", sample_profile(program), &options);
    pp_binaries_free(options.binaries);
    return printed;
}

#define assert_has(page, part)                                                 \
    do {                                                                       \
        if (!strstr(page, part))                                               \
            fail_msg("not in the page: %s\n%s", part, page);                   \
    } while (0)

#define assert_has_not(page, part)                                             \
    do {                                                                       \
        if (strstr(page, part))                                                \
            fail_msg("in the page: %s\n%s", part, page);                       \
    } while (0)

/* ---- a program ---------------------------------------------------------- */

/* Line for line, so that one sees where they part. */
static void assert_same_lines(const char *text, const char *expected)
{
    for (uint32_t number = 1; *text || *expected; number++) {
        struct pp_slice line = pp_slice_first_line(pp_slice_of(text));
        struct pp_slice wanted = pp_slice_first_line(pp_slice_of(expected));
        if (!pp_slice_equal(line, wanted))
            fail_msg("line %u:\n" PP_SLICE_FORMAT "\nand not\n" PP_SLICE_FORMAT,
                     number, PP_SLICE_ARGS(line), PP_SLICE_ARGS(wanted));
        text += line.size + (text[line.size] == '\n');
        expected += wanted.size + (expected[wanted.size] == '\n');
    }
}

static void is_word_for_word(void **state)
{
    char path[400];
    struct pp_buffer expected = {0};
    (void)state;
    if (!program)
        skip();
    snprintf(path, sizeof path, "%s/weblist_sample.html", directory);
    assert_int_equal(pp_os_read_file(path, &expected), 0);
    struct printed printed = print_sample("outer");
    assert_same_lines(body(&printed), expected.data);
    printed_free(&printed);
    pp_buffer_release(&expected);
}

/* A function that is inlined is shown where it stands, too. */
static void inlined_functions_have_their_own_lines(void **state)
{
    (void)state;
    if (!program)
        skip();
    struct printed printed = print_sample("inner");
    assert_has(body(&printed), ">inner</h2>");
    assert_has(body(&printed), "  Total:        30ms       30ms (flat, cum) "
                               "60.00%");
    assert_has(body(&printed), "   401002:     ");
    assert_has_not(body(&printed), "401007");
    assert_has_not(body(&printed), "inlinesrc");
    printed_free(&printed);
}

/* The samples of a call are in its middle. */
static void samples_count_where_their_instruction_begins(void **state)
{
    (void)state;
    if (!program)
        skip();
    struct printed printed = print_sample("_start");
    assert_has(body(&printed), "                   .       40ms   40100f: ");
    assert_has(body(&printed), "                   .       10ms   401016: ");
    assert_has(body(&printed), "  Total:           0       50ms (flat, cum)   "
                               "100%");
    printed_free(&printed);
}

static void an_address_chooses_what_contains_it(void **state)
{
    (void)state;
    if (!program)
        skip();
    struct printed printed = print_sample("0x401002");
    assert_has(body(&printed), ">outer</h2>");
    assert_has_not(body(&printed), ">inner</h2>");
    assert_has_not(body(&printed), ">_start</h2>");
    printed_free(&printed);
}

static void files_and_programs_match_as_well(void **state)
{
    (void)state;
    if (!program)
        skip();
    struct printed printed = print_sample("weblist_sample.c");
    assert_has(body(&printed), ">inner</h2>");
    assert_has(body(&printed), ">_start</h2>");
    printed_free(&printed);
    printed = print_sample("/weblist-sample$");
    assert_has(body(&printed), ">inner</h2>");
    assert_has(body(&printed), ">outer</h2>"); /* innermost at 0x401007 */
    assert_has_not(body(&printed), ">middle</h2>");
    printed_free(&printed);
}

/* ---- no program --------------------------------------------------------- */

static void without_the_program_samples_keep_their_lines(void **state)
{
    const struct pp_symbolize_options names = {.local = true};
    struct pp_options options = options_for("outer|_start");
    (void)state;
    options.binaries = pp_binaries_new(&names);
    struct printed printed =
        print("weblist", sample_profile("/nowhere/sample"), &options);
    assert_has(body(&printed), "  Total:        50ms       50ms (flat, cum)");
    assert_has(body(&printed), "  Total:           0       50ms (flat, cum)");
    assert_has(body(&printed), "    return middle(x) ^ x; </span>");
    assert_has(body(&printed), "class=\"inlinesrc\"");
    assert_has_not(body(&printed), "401007");
    assert_has(printed.warnings.data, "No machine code of /nowhere/sample: ");
    assert_has_not(strchr(printed.warnings.data, '\n') + 1, "sample");
    pp_binaries_free(options.binaries);
    printed_free(&printed);
}

static void without_the_source_it_is_said_where_it_was_looked_for(void **state)
{
    struct pp_options options = options_for("outer");
    (void)state;
    options.source_path = "/nowhere/a:/nowhere/b";
    struct printed printed =
        print("weblist", sample_profile("/nowhere/sample"), &options);
    assert_has(body(&printed),
               "<p class=\"error\">could not find file weblist_sample.c on "
               "path /nowhere/a:/nowhere/b</p>");
    assert_has(body(&printed), "50ms           ??? </span>");
    printed_free(&printed);
}

static void nothing_matches(void **state)
{
    struct pp_options options = options_for("nobody");
    (void)state;
    assert_refuses("weblist", sample_profile("/nowhere/sample"), &options,
                   "no matches found for regexp: nobody");
}

/* ---- locations ---------------------------------------------------------- */

/* Without addresses each location is a place of its own. */
static void locations_need_no_address(void **state)
{
    struct pp_profile *profile = stacks_new("cpu", "nanoseconds");
    struct pp_options options = options_for("^f$");
    (void)state;
    for (int64_t line = 1; line <= 2; line++)
        add_sample(profile,
                   add_location(
                       profile, PP_NONE, 0,
                       (struct place[]){{"f", "weblist_sample.c", line}, {0}}),
                   PP_NONE, line * 1000000);
    struct printed printed = print("weblist", profile, &options);
    assert_has(body(&printed), "  Total:         3ms        3ms (flat, cum)   "
                               "100%");
    assert_has(body(&printed),
               "hot2\">         1ms        1ms           static int inner");
    printed_free(&printed);
}

static void lines_from_outside_are_bounded(void **state)
{
    static const int64_t lines[] = {INT64_MIN, -1, 1LL << 40, INT64_MAX,
                                    INT32_MAX};
    struct pp_profile *profile = stacks_new("cpu", "nanoseconds");
    struct pp_options options = options_for("^f$");
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        add_sample(profile,
                   add_location(profile, PP_NONE, 0,
                                (struct place[]){
                                    {"f", "weblist_sample.c", lines[i]}, {0}}),
                   PP_NONE, 1000000);
    struct printed printed = print("weblist", profile, &options);
    assert_has(body(&printed), "  Total:         4ms        4ms (flat, cum) "
                               "80.00%");
    assert_has(body(&printed),
               "&lt;instructions with unknown line numbers&gt;");
    assert_has(body(&printed), "<span class=\"line\"> 2147483647</span>");
    printed_free(&printed);
}

static void means_are_of_each_sample(void **state)
{
    struct pp_profile *profile = stacks_new("contentions", "count");
    struct pp_options options = options_for("^f$");
    const int64_t values[] = {4, 40000000};
    (void)state;
    options.mean = true;
    pp_profile_add_sample_type(profile, "delay", "nanoseconds");
    uint32_t location =
        add_location(profile, PP_NONE, 0,
                     (struct place[]){{"f", "weblist_sample.c", 3}, {0}});
    pp_profile_add_sample(profile, &location, 1, values);
    struct printed printed = print("weblist", profile, &options);
    assert_has(body(&printed), "  Total:        10ms       10ms (flat, cum)");
    printed_free(&printed);
}

/* ---- source ------------------------------------------------------------- */

/* A line of 100 KB, and behind it one whose code stands behind tabs. */
static char *write_source(void)
{
    static char path[] = "/tmp/pprof-weblist-XXXXXX";
    FILE *file = fdopen(mkstemp(path), "w");
    assert_non_null(file);
    for (int i = 0; i < 100000; i++)
        fputc('x', file);
    fputs("\n\t  call(); // a\tb\n", file);
    fclose(file);
    return path;
}

static void lines_may_be_long(void **state)
{
    struct pp_profile *profile = stacks_new("cpu", "nanoseconds");
    struct pp_options options = options_for("^f$");
    char *path = write_source();
    (void)state;
    add_sample(profile,
               add_location(
                   profile, PP_NONE, 0,
                   (struct place[]){{"callee", path, 1}, {"f", path, 2}, {0}}),
               PP_NONE, 1000000);
    struct printed printed = print("weblist", profile, &options);
    const char *line = strstr(body(&printed), "\"line\">      1<");
    assert_non_null(line);
    assert_true(strchr(line, '\n') - line > 100000);
    assert_has(line, "1ms           \t  call(); // a\tb </span>");
    /* The same, as what an instruction is inlined at: cut, and behind the
     * indentation of the line that it belongs to, and a step. */
    const char *inlined = strstr(line, "\"inlinesrc\">");
    assert_non_null(inlined);
    inlined += strlen("\"inlinesrc\">");
    assert_int_equal(strspn(inlined, " "), 8 + 2 + 4);
    assert_int_equal(strspn(inlined + 14, "x"), 400);
    printed_free(&printed);
    unlink(path);
}

/* ---- hostile text ------------------------------------------------------- */

#define EVIL "</span></pre><script>alert('\"&')</script>"

/* Wherever it comes from. */
static void names_stay_text(void **state)
{
    struct pp_profile *profile = stacks_new(EVIL "type", EVIL "unit");
    struct pp_options options = options_for("alert");
    (void)state;
    uint32_t mapping = pp_profile_add_mapping(
        profile, 0x1000, 0x2000, 0, pp_slice_literal("/" EVIL "mapping"),
        pp_slice_literal(EVIL "id"));
    for (int64_t line = 0; line < 2; line++)
        add_sample(
            profile,
            add_location(
                profile, mapping, 0x1000 + (uint64_t)line,
                (struct place[]){{EVIL "inlined", "/" EVIL "inlined.c", line},
                                 {EVIL "function", "/" EVIL "file.c", line},
                                 {0}}),
            PP_NONE, 12345);
    pp_profile_add_comment(profile, pp_slice_literal(EVIL "comment"));
    options.source_path = EVIL "path";
    struct printed printed = print("weblist", profile, &options);
    const char *page = body(&printed);
    assert_has(page, "function</h2>");
    assert_has(page, "inlined.c");
    assert_has_not(page, "<script");
    assert_has_not(page, "</script");
    assert_has_not(page, "alert('");
    *strstr(printed.out.data, "</head>") = 0; /* the title */
    assert_has_not(printed.out.data, "<script");
    assert_has(printed.out.data, "&lt;script&gt;");
    printed_free(&printed);
}

static void the_source_stays_text(void **state)
{
    struct pp_options options = options_for("outer|middle");
    (void)state;
    struct printed printed =
        print("weblist", sample_profile("/nowhere/sample"), &options);
    assert_has(body(&printed), "/* &lt;b&gt;&quot;&amp;&quot;&lt;/b&gt; */");
    assert_has_not(body(&printed), "<b>");
    printed_free(&printed);
}

/* Nothing may act but what the page names by its hash, nothing may be
 * loaded. */
static void nothing_else_may_act(void **state)
{
    struct pp_options options = options_for("outer");
    (void)state;
    struct printed printed =
        print("weblist", sample_profile("/nowhere/sample"), &options);
    assert_has(printed.out.data,
               "content=\"default-src 'none'; style-src 'sha256-");
    assert_has_not(printed.out.data, "unsafe");
    assert_has_not(printed.out.data, " on");
    assert_has_not(printed.out.data, "http:");
    assert_has_not(printed.out.data, "https:");
    assert_has_not(printed.out.data, " style=");
    printed_free(&printed);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_word_for_word),
        cmocka_unit_test(inlined_functions_have_their_own_lines),
        cmocka_unit_test(samples_count_where_their_instruction_begins),
        cmocka_unit_test(an_address_chooses_what_contains_it),
        cmocka_unit_test(files_and_programs_match_as_well),
        cmocka_unit_test(without_the_program_samples_keep_their_lines),
        cmocka_unit_test(without_the_source_it_is_said_where_it_was_looked_for),
        cmocka_unit_test(nothing_matches),
        cmocka_unit_test(locations_need_no_address),
        cmocka_unit_test(lines_from_outside_are_bounded),
        cmocka_unit_test(means_are_of_each_sample),
        cmocka_unit_test(lines_may_be_long),
        cmocka_unit_test(names_stay_text),
        cmocka_unit_test(the_source_stays_text),
        cmocka_unit_test(nothing_else_may_act),
    };
    if (argc < 2)
        return 1;
    directory = argv[1];
    program = argc > 2 ? argv[2] : NULL;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
