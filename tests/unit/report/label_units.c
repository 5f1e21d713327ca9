/* What is said of keys whose numbers come in several units. */
#include "print.h"

static void add(struct pp_profile *profile, const char *key, const char *unit)
{
    stacks_add(profile, "main", 1);
    stacks_label(profile, key, "", 1, unit);
}

static void each_unit_is_told_once_and_in_order(void **state)
{
    struct pp_profile *profile = stacks_new("cpu", "count");
    static const char *const units[] = {"kb", "s", "b", "s", "", "kb", "b"};
    (void)state;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        add(profile, "z", units[i]);
        add(profile, "a", units[i]);
    }
    assert_warns(profile, &pp_options_default,
                 "For tag a used unit kb, also encountered unit(s) b, s\n"
                 "For tag z used unit kb, also encountered unit(s) b, s\n");
}

static void one_unit_is_no_news(void **state)
{
    struct pp_profile *profile = stacks_new("cpu", "count");
    (void)state;
    add(profile, "a", "");
    add(profile, "a", "kb");
    add(profile, "a", "kb");
    add(profile, "b", "s");
    assert_warns(profile, &pp_options_default, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_unit_is_told_once_and_in_order),
        cmocka_unit_test(one_unit_is_no_news),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
