/* The flame graph's SVG: what it says, that it is well-formed whatever the
 * names are, and that it stays small. What its script does is tested in
 * tests/browser. */
#include "report/report.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

/* ---- profiles and pictures ---------------------------------------------- */

static uint32_t location_of(struct pp_profile *profile, struct pp_slice name)
{
    uint32_t function =
        pp_profile_add_function(profile, name, name, pp_slice_literal(""), 0);
    uint32_t location = pp_profile_add_location(profile, PP_NONE, 0);
    struct pp_line line = {.function = function};
    assert_int_equal(pp_profile_set_lines(profile, location, &line, 1), 0);
    return location;
}

/* "main;work": root first. A ";" in a name is not needed here. */
static void add_stack(struct pp_profile *profile, const char *folded,
                      int64_t value)
{
    uint32_t stack[16], depth = 0;
    char text[200];
    snprintf(text, sizeof text, "%s", folded);
    char *rest = text, *name;
    while ((name = strsep(&rest, ";")))
        stack[15 - depth++] = location_of(profile, pp_slice_of(name));
    pp_profile_add_sample(profile, stack + 16 - depth, depth, &value);
}

static struct pp_profile *new_profile(void)
{
    struct pp_profile *profile = pp_profile_new(0);
    pp_profile_add_sample_type(profile, "cpu", "nanoseconds");
    return profile;
}

/* The SVG; uses the profile up. */
static char *draw_with(struct pp_profile *profile,
                       const struct pp_options *options)
{
    struct pp_buffer out = {0};
    struct pp_error err = {0};
    const struct pp_report *report =
        pp_report_find(pp_slice_literal("flamegraph"));
    assert_non_null(report);
    struct pp_report_output output = {.out = &out};
    int status = pp_report_print(report, profile, options, &output, &err);
    if (status)
        fail_msg("%s", err.text);
    char *svg = strndup(out.data, out.size);
    assert_int_equal(strlen(svg), out.size); /* no NUL in it */
    pp_buffer_release(&out);
    pp_profile_free(profile);
    return svg;
}

static char *draw(struct pp_profile *profile)
{
    return draw_with(profile, &pp_options_default);
}

#define assert_has(svg, part)                                                  \
    do {                                                                       \
        if (!strstr(svg, part))                                                \
            fail_msg("not in the picture: %s", part);                          \
    } while (0)

static unsigned count(const char *svg, const char *part)
{
    unsigned number = 0;
    for (; (svg = strstr(svg, part)); svg += strlen(part))
        number++;
    return number;
}

/* ---- well-formed, as far as we write XML -------------------------------- */

static bool is_entity(const char *at)
{
    static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;",
                                        "&#39;"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strncmp(at, known[i], strlen(known[i])) == 0)
            return true;
    return false;
}

static void check_characters(const char *svg)
{
    size_t size = mbstowcs(NULL, svg, 0);
    if (size == (size_t)-1)
        fail_msg("not UTF-8");
    for (const char *at = svg; *at; at++)
        if ((unsigned char)*at < 0x20 && *at != '\n' && *at != '\t')
            fail_msg("control character 0x%02x", *at);
}

/* Tags balance, attributes are quoted, "&" only begins an entity. */
static void check_xml(const char *svg)
{
    char open[16][32];
    unsigned depth = 0, roots = 0;
    check_characters(svg);
    for (const char *at = svg; *at; at++) {
        if (*at == '&' && !is_entity(at))
            fail_msg("stray &: %.40s", at);
        if (*at != '<')
            continue;
        if (strncmp(at, "<?", 2) == 0) {
            at = strstr(at, "?>") + 1;
        } else if (strncmp(at, "<![CDATA[", 9) == 0) {
            at = strstr(at, "]]>") + 2;
        } else if (at[1] == '/') {
            assert_true(depth > 0);
            size_t size = strlen(open[--depth]);
            if (strncmp(at + 2, open[depth], size) || at[2 + size] != '>')
                fail_msg("</%s> expected: %.40s", open[depth], at);
        } else {
            size_t size = strcspn(at + 1, " />\n");
            assert_in_range(size, 1, 31);
            assert_true(depth < 16);
            snprintf(open[depth], sizeof *open, "%.*s", (int)size, at + 1);
            roots += depth++ == 0;
            bool quoted = false;
            for (at++; *at && (quoted || *at != '>'); at++) {
                quoted ^= *at == '"';
                if (*at == '<')
                    fail_msg("< in a tag: %.40s", at);
            }
            depth -= at[-1] == '/';
        }
    }
    assert_int_equal(depth, 0);
    assert_int_equal(roots, 1);
}

/* ---- what it says ------------------------------------------------------- */

static void says_names_values_and_shares(void **state)
{
    (void)state;
    struct pp_profile *profile = new_profile();
    pp_profile_add_mapping(profile, 0, 1, 0,
                           pp_slice_literal("/usr/bin/server"),
                           pp_slice_literal(""));
    profile->duration_nanos = 4000000000;
    add_stack(profile, "main;work", 1250000000);
    add_stack(profile, "main", 750000000);
    char *svg = draw(profile);
    check_xml(svg);
    assert_has(svg, "<title>server: cpu</title>");
    assert_has(svg, ">server: cpu</text>");
    assert_has(svg, ">2s in 4s</text>");
    assert_has(svg, "<title>all (2s, 100.00%)</title>");
    assert_has(svg, "<title>main (2s, 100.00%)</title>");
    assert_has(svg, "<title>work (1.25s, 62.50%)</title>"
                    "<rect x=\"10\" y=\"66\" width=\"737.5\" height=\"15\"/>"
                    "<text x=\"13\" y=\"77\">work</text>");
    static const char *const ids[] = {"title",   "subtitle", "details",
                                      "unzoom",  "search",   "ignorecase",
                                      "matched", "frames"};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        char id[40];
        snprintf(id, sizeof id, " id=\"%s\"", ids[i]);
        assert_int_equal(count(svg, id), 1);
    }
    free(svg);
}

static void options_have_their_say(void **state)
{
    (void)state;
    struct pp_profile *profile = new_profile();
    add_stack(profile, "main;work", 300);
    add_stack(profile, "main;rest", 100);
    struct pp_options options = pp_options_default;
    options.title = "Before & after";
    options.focus = "work";
    char *svg = draw_with(profile, &options);
    check_xml(svg);
    assert_has(svg, ">Before &amp; after</text>");
    assert_has(svg, ">300ns of 400ns (75.00%)</text>");
    assert_has(svg, "<title>main (300ns, 75.00%)</title>");
    assert_null(strstr(svg, "rest ("));
    free(svg);

    profile = new_profile();
    add_stack(profile, "main;work", 300);
    add_stack(profile, "main;rest", 100);
    options.relative_percentages = true;
    options.unit = "us";
    svg = draw_with(profile, &options);
    assert_has(svg, "<title>main (0.30us, 100.00%)</title>");
    free(svg);
}

static void chooses_the_sample_type(void **state)
{
    (void)state;
    struct pp_profile *profile = pp_profile_new(0);
    pp_profile_add_sample_type(profile, "samples", "count");
    pp_profile_add_sample_type(profile, "cpu", "nanoseconds");
    uint32_t location = location_of(profile, pp_slice_literal("main"));
    pp_profile_add_sample(profile, &location, 1, (int64_t[]){3, 30000000});
    struct pp_options options = pp_options_default;
    options.sample_index = "samples";
    char *svg = draw_with(profile, &options);
    assert_has(svg, "<title>main (3, 100.00%)</title>");
    assert_has(svg, ">Flame Graph: samples</text>");
    free(svg);
}

static void nothing_is_a_picture_too(void **state)
{
    (void)state;
    char *svg = draw(new_profile());
    check_xml(svg);
    assert_has(svg, "<title>all (0, 0.00%)</title>"
                    "<rect x=\"10\" y=\"66\" width=\"1180\"");
    free(svg);
}

/* ---- looks -------------------------------------------------------------- */

static void kinds_have_classes(void **state)
{
    (void)state;
    struct pp_profile *profile = new_profile();
    uint32_t kernel = pp_profile_add_mapping(
        profile, 0, 1, 0, pp_slice_literal("[kernel.kallsyms]"),
        pp_slice_literal(""));
    uint32_t stack[2] = {location_of(profile, pp_slice_literal("do_idle")),
                         location_of(profile, pp_slice_literal("[lost]"))};
    profile->locations.items[stack[0]].mapping = kernel;
    uint32_t both = location_of(profile, pp_slice_literal("main"));
    struct pp_line lines[] = {{.function = 0}, {.function = 2}};
    pp_profile_set_lines(profile, both, lines, 2);
    pp_profile_add_sample(profile, stack, 2, (int64_t[]){5});
    pp_profile_add_sample(profile, &both, 1, (int64_t[]){5});
    char *svg = draw(profile);
    check_xml(svg);
    assert_int_equal(count(svg, "<g class=\"s"), 2); /* all, [lost] */
    assert_int_equal(count(svg, "<g class=\"k"), 2);
    assert_has(svg, " i\"><title>do_idle (5ns, 50.00%, inlined)</title>");
    free(svg);
}

static void colours_are_of_the_name(void **state)
{
    (void)state;
    const char *names[] = {"main;work", "other;work;main"};
    char class[2][8];
    for (int i = 0; i < 2; i++) {
        struct pp_profile *profile = new_profile();
        add_stack(profile, names[i], 1 + i);
        char *svg = draw(profile);
        const char *title = strstr(svg, "\"><title>work (");
        assert_non_null(title);
        sscanf(title - 4, "%*[^w]%7[w0-9]", class[i]);
        assert_int_equal(class[i][0], 'w');
        free(svg);
    }
    assert_string_equal(class[0], class[1]);
}

static void differences_have_signs(void **state)
{
    (void)state;
    struct pp_profile *profile = new_profile();
    add_stack(profile, "more", 300);
    add_stack(profile, "less", -100);
    char *svg = draw(profile);
    check_xml(svg);
    assert_has(svg, "class=\"m4\"><title>more (300ns, 75.00%)</title>");
    assert_has(svg, "class=\"l4\"><title>less (-100ns, 25.00%)</title>");
    assert_has(svg, "red is more, blue is less");
    free(svg);
}

/* A box with room for so many characters, and beside it one that fills up. */
static void assert_label(const char *name, unsigned room, const char *label)
{
    struct pp_profile *profile = new_profile();
    int64_t part = (int64_t)((room * 7.22 + 7) * 1000000 / 1180);
    add_stack(profile, name, part);
    add_stack(profile, "~", 1000000 - part);
    char *svg = draw(profile);
    char expected[100];
    snprintf(expected, sizeof expected, "\">%s</text></g>", label);
    if (!strstr(svg, expected))
        fail_msg("no label %s for %s in %u", label, name, room);
    free(svg);
}

/* Which part of a name that is: see flamegraph_label.c. */
static void labels_show_what_fits(void **state)
{
    (void)state;
    assert_label("runtime.mallocgc", 16, "runtime.mallocgc");
    assert_label("runtime.mallocgc", 15, "mallocgc");
    assert_label("runtime.mallocgc", 7, "mallo..");
    assert_label("runtime.mallocgc", 3, "m..");
    assert_label("std::map<int>", 7, "map&lt;i..");
    assert_label("main.evil\u061c\u2028", 6, "evil\xef\xbf\xbd\xef\xbf\xbd");
}

/* ---- hostile and large -------------------------------------------------- */

static void hostile_names_stay_text(void **state)
{
    (void)state;
    static const struct pp_slice names[] = {
        {"</script><script>alert(1)</script>", 34},
        {"]]>", 3},
        {"\" onclick=\"x\" '", 15},
        {"&amp;&#0;&", 10},
        {"a\x00\x01\x1b\x7f z", 7},
        {"evil\xe2\x80\xae gnp.exe", 15},
        {"\xff\xfe broken \xc3", 11},
        {"\xed\xa0\x80 surrogate", 13},
        {"<title>all (1, 100%)</title>", 28},
        {"\xef\xbf\xbf", 3},
    };
    struct pp_profile *profile = new_profile();
    pp_profile_add_mapping(profile, 0, 1, 0, names[0], names[1]);
    profile->sample_types.items[0].unit =
        pp_profile_add_string(profile, pp_slice_literal("<&\">"));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        uint32_t location = location_of(profile, names[i]);
        pp_profile_add_sample(profile, &location, 1, (int64_t[]){1});
    }
    char *svg = draw(profile);
    check_xml(svg);
    assert_int_equal(count(svg, "<script"), 1);
    assert_int_equal(count(svg, "</script>"), 1);
    assert_int_equal(count(svg, "]]>"), 1);
    assert_null(strstr(svg, "\xe2\x80\xae"));
    assert_has(svg, "<title>&lt;title&gt;all (1, 100%)&lt;/title&gt; (1");
    assert_has(svg, "<title>evil\xef\xbf\xbd gnp.exe (1");
    free(svg);
}

static void long_names_lose_their_middle(void **state)
{
    (void)state;
    struct pp_buffer name = {0};
    for (int i = 0; i < 7000; i++)
        pp_buffer_append_text(&name, "語");
    pp_buffer_append_text(&name, "END");
    struct pp_profile *profile = new_profile();
    uint32_t location = location_of(profile, pp_buffer_slice(&name));
    pp_profile_add_sample(profile, &location, 1, (int64_t[]){1});
    char *svg = draw(profile);
    check_xml(svg);
    assert_has(svg, "語…語");
    assert_has(svg, "語END (1ns, 100.00%)");
    assert_true(strlen(svg) < 60000);
    pp_buffer_release(&name);
    free(svg);
}

/* Seconds to draw one function of that name calling itself, so often. */
static double seconds_to_draw(struct pp_slice name, uint32_t depth)
{
    struct pp_profile *profile = new_profile();
    uint32_t *stack = calloc(depth, sizeof *stack); /* all of location 0 */
    assert_int_equal(location_of(profile, name), 0);
    pp_profile_add_sample(profile, stack, depth, (int64_t[]){1});
    free(stack);
    clock_t start = clock();
    char *svg = draw(profile);
    clock_t end = clock();
    check_xml(svg);
    assert_in_range(strlen(svg), 500000, 1000000);
    free(svg);
    return (double)(end - start) / CLOCKS_PER_SEC;
}

/* A box costs what it shows, not what its name is long: minutes, here. */
static void long_names_cost_nothing_in_deep_stacks(void **state)
{
    (void)state;
    static const char *const parts[] = {"a.", "a::", "a/", "a", "<", "語"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct pp_buffer name = {0};
        for (int j = 0; j < 500 * 1000; j++)
            pp_buffer_append_text(&name, parts[i]);
        assert_true(seconds_to_draw(pp_buffer_slice(&name), 5000) < 3);
        pp_buffer_release(&name);
    }
}

/* So many functions with names of that size, of 1, 2, 3 ... ns. */
static char *draw_many(unsigned functions, int size, unsigned *weight)
{
    struct pp_profile *profile = new_profile();
    char name[1000];
    *weight = 0;
    for (unsigned i = 1; i <= functions; i++) {
        snprintf(name, sizeof name, "f%0*u", size - 1, i);
        uint32_t location = location_of(profile, pp_slice_of(name));
        pp_profile_add_sample(profile, &location, 1, (int64_t[]){i});
        *weight += i;
    }
    return draw(profile);
}

static void leaves_out_and_says_so(void **state)
{
    (void)state;
    unsigned weight, left_out = 7000 - 4999; /* the root is a box too */
    char *svg = draw_many(7000, 5, &weight), expected[200];
    check_xml(svg);
    assert_int_equal(count(svg, "<g class="), 5000);
    snprintf(expected, sizeof expected,
             " · %u boxes too small to draw hold %.2f%%</text>", left_out,
             100.0 * left_out * (left_out + 1) / 2 / weight);
    assert_has(svg, expected);
    assert_has(svg, "<title>f7000 (");
    assert_has(svg, "<title>f2002 (");
    assert_null(strstr(svg, "<title>f2001 ("));
    free(svg);
}

static void stays_below_a_megabyte(void **state)
{
    (void)state;
    unsigned weight;
    char *svg = draw_many(6000, 900, &weight);
    check_xml(svg);
    assert_in_range(strlen(svg), 800000, 1000000);
    assert_in_range(count(svg, "<g class="), 700, 1100);
    free(svg);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_names_values_and_shares),
        cmocka_unit_test(options_have_their_say),
        cmocka_unit_test(chooses_the_sample_type),
        cmocka_unit_test(nothing_is_a_picture_too),
        cmocka_unit_test(kinds_have_classes),
        cmocka_unit_test(colours_are_of_the_name),
        cmocka_unit_test(differences_have_signs),
        cmocka_unit_test(labels_show_what_fits),
        cmocka_unit_test(hostile_names_stay_text),
        cmocka_unit_test(long_names_lose_their_middle),
        cmocka_unit_test(long_names_cost_nothing_in_deep_stacks),
        cmocka_unit_test(leaves_out_and_says_so),
        cmocka_unit_test(stays_below_a_megabyte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
