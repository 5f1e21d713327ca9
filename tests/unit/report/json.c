/* -json: read back by another parser. */
#include "print.h"

#include <yajl/yajl_tree.h>

static yajl_val parse(struct pp_profile *profile,
                      const struct pp_options *options)
{
    char reason[200];
    struct printed printed = print("json", profile, options);
    assert_int_equal(printed.status, 0);
    yajl_val document =
        yajl_tree_parse(printed.out.data, reason, sizeof reason);
    assert_non_null(document);
    printed_free(&printed);
    return document;
}

/* path: names and indices with dots between them: "nodes.0.name". */
static yajl_val at(yajl_val value, const char *path)
{
    char copy[200];
    char *rest = copy;
    snprintf(copy, sizeof copy, "%s", path);
    for (char *part; value && (part = strsep(&rest, "."));) {
        const char *names[] = {part, NULL};
        if (YAJL_IS_ARRAY(value))
            value = strtoul(part, NULL, 10) < value->u.array.len
                        ? value->u.array.values[strtoul(part, NULL, 10)]
                        : NULL;
        else
            value = yajl_tree_get(value, names, yajl_t_any);
    }
    return value;
}

static void assert_number(yajl_val document, const char *path,
                          const char *expected)
{
    yajl_val value = at(document, path);
    assert_true(YAJL_IS_NUMBER(value));
    assert_string_equal(YAJL_GET_NUMBER(value), expected);
}

static void assert_text(yajl_val document, const char *path,
                        const char *expected)
{
    yajl_val value = at(document, path);
    assert_true(YAJL_IS_STRING(value));
    assert_string_equal(YAJL_GET_STRING(value), expected);
}

static void entries_and_calls_are_told(void **state)
{
    struct pp_profile *profile = stacks_new("cpu", "nanoseconds");
    struct pp_options options = pp_options_default;
    (void)state;
    stacks_add(profile, "main;b<a", 9007199254740993);
    pp_profile_add_mapping(profile, 1, 2, 0, pp_slice_literal("/bin/x"),
                           pp_slice_literal("abc"));
    pp_profile_add_comment(profile, pp_slice_literal("made by hand"));
    options.focus = "a";
    yajl_val document = parse(profile, &options);
    assert_number(document, "version", "1");
    assert_text(document, "profile.file", "/bin/x");
    assert_text(document, "profile.build_id", "abc");
    assert_text(document, "profile.type", "cpu");
    assert_text(document, "profile.unit", "nanoseconds");
    assert_text(document, "profile.comments.0", "made by hand");
    assert_number(document, "profile.total", "9007199254740993");
    assert_text(document, "filters.focus", "a");
    assert_null(at(document, "filters.hide"));
    assert_text(document, "nodes.0.name", "b");
    assert_number(document, "nodes.0.flat", "9007199254740993");
    assert_number(document, "nodes.0.flat_percent", "100");
    assert_true(YAJL_IS_TRUE(at(document, "nodes.0.inline")));
    assert_true(YAJL_IS_FALSE(at(document, "nodes.1.inline")));
    assert_text(document, "nodes.2.address", "0x0");
    assert_number(document, "edges.0.source", "1");
    assert_number(document, "edges.0.target", "0");
    assert_true(YAJL_IS_TRUE(at(document, "edges.0.inline")));
    assert_number(document, "edges.1.source", "2");
    assert_null(at(document, "edges.2"));
    yajl_tree_free(document);
}

static void labels_are_told_by_key(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    (void)state;
    stacks_add(profile, "a", 1);
    stacks_label(profile, "thread", "one", 0, "");
    stacks_label(profile, "bytes", NULL, 512, "bytes");
    stacks_add(profile, "a", 3);
    stacks_label(profile, "thread", "two", 0, "");
    yajl_val document = parse(profile, &pp_options_default);
    assert_text(document, "tags.thread.0.text", "two");
    assert_number(document, "tags.thread.0.weight_percent", "75");
    assert_text(document, "tags.thread.1.text", "one");
    assert_number(document, "tags.thread.1.weight", "1");
    assert_number(document, "tags.bytes.0.number", "512");
    assert_text(document, "tags.bytes.0.unit", "bytes");
    yajl_tree_free(document);
}

static void an_empty_profile_has_all_members(void **state)
{
    (void)state;
    yajl_val document = parse(stacks_new("n", "count"), &pp_options_default);
    assert_true(YAJL_IS_ARRAY(at(document, "nodes")));
    assert_true(YAJL_IS_ARRAY(at(document, "edges")));
    assert_true(YAJL_IS_OBJECT(at(document, "tags")));
    assert_number(document, "trimmed.nodes", "0");
    assert_text(document, "profile.file", "");
    yajl_tree_free(document);
}

static void names_are_text_whatever_they_are(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    (void)state;
    stacks_add(profile, "a", 1);
    profile->functions.items[0].name = pp_profile_add_string(
        profile, pp_slice_literal("\"\\\n\x01\xff\xe2\x82</script>"));
    yajl_val document = parse(profile, &pp_options_default);
    assert_text(document, "nodes.0.function",
                "\"\\\n\x01\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd</script>");
    yajl_tree_free(document);
}

static void what_is_left_out_is_counted(void **state)
{
    struct pp_profile *profile = stacks_new("n", "count");
    struct pp_options options = pp_options_default;
    (void)state;
    stacks_add(profile, "main;a", 6);
    stacks_add(profile, "main;b", 4);
    options.nodecount = 1;
    yajl_val document = parse(profile, &options);
    assert_number(document, "trimmed.nodes", "2");
    assert_null(at(document, "nodes.1"));
    yajl_tree_free(document);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_and_calls_are_told),
        cmocka_unit_test(labels_are_told_by_key),
        cmocka_unit_test(an_empty_profile_has_all_members),
        cmocka_unit_test(names_are_text_whatever_they_are),
        cmocka_unit_test(what_is_left_out_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
