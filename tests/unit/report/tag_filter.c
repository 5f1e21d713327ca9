/* tagfocus and tagignore. */
#include "print.h"

static struct pp_profile *labelled(void)
{
    struct pp_profile *profile = stacks_new("n", "count");
    stacks_add(profile, "a", 1);
    stacks_label(profile, "thread", "worker-1", 0, "");
    stacks_label(profile, "size", NULL, 2048, "bytes");
    stacks_add(profile, "b", 2);
    stacks_label(profile, "thread", "main", 0, "");
    stacks_label(profile, "url", "worker", 0, "");
    stacks_add(profile, "c", 4);
    stacks_label(profile, "size", NULL, 1, "megabyte");
    stacks_add(profile, "d", 8);
    return profile;
}

/* Which of a, b, c, d are left, as the sum of their values. */
static void assert_left(const char *tagfocus, const char *tagignore,
                        int expected)
{
    char line[100];
    struct pp_options options = pp_options_default;
    options.tagfocus = tagfocus;
    options.tagignore = tagignore;
    snprintf(line, sizeof line, "accounting for %d,", expected);
    struct printed printed = print("top", labelled(), &options);
    assert_string_equal(printed.err.text, "");
    if (!strstr(printed.out.data, line))
        fail_msg("-tagfocus=%s -tagignore=%s: %s", tagfocus, tagignore,
                 printed.out.data);
    printed_free(&printed);
}

static void expressions_look_at_key_and_value(void **state)
{
    (void)state;
    assert_left("worker", "", 3);
    assert_left("^thread:worker", "", 1);
    assert_left("thread=^worker", "", 1);
    assert_left("thread=worker,main", "", 3); /* with a key: any */
    assert_left("worker,main", "", 2);        /* without: all */
    assert_left("=worker", "", 3);
    assert_left("", "thread=.", 12);
    assert_left("worker", "main", 1);
    assert_left("", "nothing", 15);
}

static void ranges_know_units(void **state)
{
    (void)state;
    assert_left("2kb", "", 1);
    assert_left("1kb:", "", 1);
    assert_left(":2kb", "", 1 + 4); /* the key's first unit is bytes */
    assert_left("size=1kb:3kb", "", 1);
    assert_left("other=1kb:3kb", "", 0);
    assert_left("2048b:2048b", "", 1);
    assert_left("", "2kb", 14);
    assert_left("2ms", "", 0);
}

static void mistakes_are_told(void **state)
{
    struct pp_options options = pp_options_default;
    (void)state;
    options.tagfocus = "a,(";
    assert_refuses("top", labelled(), &options,
                   "parsing tagfocus regexp: error parsing regexp: missing "
                   "closing ): `(`");
    options.tagfocus = "";
    options.tagignore = "99999999999999999999kb";
    assert_refuses("top", labelled(), &options,
                   "parsing tagignore: 99999999999999999999kb is out of "
                   "range");
}

static void a_range_is_told(void **state)
{
    struct pp_options options = pp_options_default;
    (void)state;
    options.tagfocus = "size=2kb";
    assert_warns(labelled(), &options,
                 "For tag size used unit bytes, also encountered unit(s) "
                 "megabyte\n"
                 "tagfocus:Interpreted '2kb' as range, not regexp\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expressions_look_at_key_and_value),
        cmocka_unit_test(ranges_know_units),
        cmocka_unit_test(mistakes_are_told),
        cmocka_unit_test(a_range_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
