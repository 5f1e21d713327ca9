/* One label for all samples. */
#include "../stacks.h"

static void label(struct pp_profile *profile, const char *key, const char *text,
                  int64_t number)
{
    struct pp_label added = {
        .key = pp_profile_add_string(profile, pp_slice_of(key)),
        .string = pp_profile_add_string(profile, pp_slice_of(text)),
        .number = number,
    };
    assert_int_equal(pp_profile_add_label(profile, added), PP_OK);
}

/* "key=text " or "key:number " of each label. */
static void assert_labels(const struct pp_profile *profile, uint32_t index,
                          const char *expected)
{
    const struct pp_sample *sample = &profile->samples.items[index];
    struct pp_buffer text = {0};
    pp_buffer_append_text(&text, "");
    for (uint32_t i = 0; i < sample->label_count; i++) {
        const struct pp_label *one =
            &profile->labels.items[sample->label_start + i];
        pp_buffer_append_slice(&text, pp_profile_text(profile, one->key));
        if (one->string)
            pp_buffer_append_char(&text, '=');
        else
            pp_buffer_format(&text, ":%d", (int)one->number);
        pp_buffer_append_slice(&text, pp_profile_text(profile, one->string));
        pp_buffer_append_char(&text, ' ');
    }
    assert_string_equal(text.data, expected);
    pp_buffer_release(&text);
}

static void every_sample_gets_it(void **state)
{
    (void)state;
    struct pp_profile *profile = stacks_new("n", "count");
    stacks_add(profile, "a", 1);
    label(profile, "x", "y", 0);
    label(profile, "base", "", 7);
    stacks_add(profile, "b", 2);
    stacks_add(profile, "c", 3);
    label(profile, "base", "false", 0);
    label(profile, "base", "maybe", 0);
    label(profile, "z", "z", 0);
    assert_int_equal(pp_profile_label_all(profile, pp_slice_literal("base"),
                                          pp_slice_literal("true")),
                     PP_OK);
    assert_labels(profile, 0, "x=y base:7 base=true ");
    assert_labels(profile, 1, "base=true ");
    assert_labels(profile, 2, "z=z base=true ");
    /* The last sample can still be given more. */
    label(profile, "more", "m", 0);
    assert_labels(profile, 2, "z=z base=true more=m ");
    pp_profile_free(profile);
}

static void without_samples_there_is_nothing_to_label(void **state)
{
    (void)state;
    struct pp_profile *profile = stacks_new("n", "count");
    assert_int_equal(pp_profile_label_all(profile, pp_slice_literal("k"),
                                          pp_slice_literal("v")),
                     PP_OK);
    assert_int_equal(profile->labels.count, 0);
    assert_non_null(profile->labels.items);
    pp_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sample_gets_it),
        cmocka_unit_test(without_samples_there_is_nothing_to_label),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
