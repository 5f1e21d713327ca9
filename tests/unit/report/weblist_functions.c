/* Which lines of a file are shown together, as one function. */
#include "../stacks.h"

#include "report/weblist.h"

/* Entries "source name line", each of its own instruction that took 1. */
struct setting {
    struct pp_arena arena;
    struct pp_weblist_code code;
    struct pp_weblist_choice choice;
    struct pp_weblist_functions functions;
};

static void exhausted(void)
{
    abort();
}

static void begin(struct setting *setting)
{
    static const char *const names[] = {"f", "g"};
    memset(setting, 0, sizeof *setting);
    pp_arena_init_fatal(&setting->arena, exhausted);
    for (int i = 0; i < 2; i++)
        pp_vector_add(&setting->arena, &setting->choice.names)->shown =
            pp_slice_of(names[i]);
}

static void end(struct setting *setting)
{
    pp_arena_release(&setting->arena);
}

static void add(struct setting *setting, uint32_t source, char name,
                int64_t line)
{
    struct pp_weblist_entry entry = {
        .source = source,
        .name = name == 'f' ? 0 : 1,
        .line = line,
        .instruction = setting->code.instructions.count,
    };
    struct pp_weblist_instruction *instruction =
        pp_vector_add(&setting->arena, &setting->code.instructions);
    instruction->flat = 1;
    instruction->cum = 2;
    *pp_vector_add(&setting->arena, &setting->code.entries) = entry;
}

/* "f0:1-12=3": the function, its source, its lines, what it took. */
static void assert_found(struct setting *setting, const char *expected)
{
    struct pp_buffer text = {0};
    pp_weblist_find_functions(&setting->functions, &setting->arena,
                              &setting->code, &setting->choice);
    for (uint32_t i = 0; i < setting->functions.count; i++) {
        const struct pp_weblist_function *function =
            &setting->functions.items[i];
        assert_int_equal(function->cum, 2 * function->flat);
        pp_buffer_format(&text, "%s" PP_SLICE_FORMAT "%u:%ld-%ld=%ld",
                         i ? " " : "", PP_SLICE_ARGS(function->name),
                         function->source, (long)function->begin,
                         (long)function->end - 1, (long)function->flat);
    }
    assert_string_equal(text.data ? text.data : "", expected);
    pp_buffer_release(&text);
}

static void nothing_is_no_function(void **state)
{
    struct setting setting;
    (void)state;
    begin(&setting);
    assert_found(&setting, "");
    end(&setting);
}

static void lines_around_are_shown(void **state)
{
    struct setting setting;
    (void)state;
    begin(&setting);
    add(&setting, 0, 'f', 10);
    add(&setting, 0, 'f', 10);
    add(&setting, 0, 'f', 12);
    assert_found(&setting, "f0:5-17=3");
    end(&setting);
}

static void the_first_line_is_1(void **state)
{
    struct setting setting;
    (void)state;
    begin(&setting);
    add(&setting, 0, 'f', 3);
    assert_found(&setting, "f0:1-8=1");
    end(&setting);
}

static void unknown_lines_stand_for_themselves(void **state)
{
    struct setting setting;
    (void)state;
    begin(&setting);
    add(&setting, 0, 'f', 0);
    add(&setting, 0, 'f', 100);
    assert_found(&setting, "f0:0-5=1 f0:95-105=1");
    end(&setting);
}

static void a_gap_parts(void **state)
{
    struct setting setting;
    (void)state;
    begin(&setting);
    add(&setting, 0, 'f', 100);
    add(&setting, 0, 'f', 120); /* 19 lines between */
    add(&setting, 0, 'f', 141); /* 20 */
    assert_found(&setting, "f0:95-125=2 f0:136-146=1");
    end(&setting);
}

static void neighbours_share_what_is_between(void **state)
{
    struct setting setting;
    (void)state;
    begin(&setting);
    add(&setting, 0, 'f', 10);
    add(&setting, 0, 'g', 15); /* 4 lines between */
    add(&setting, 0, 'f', 16);
    assert_found(&setting, "f0:5-12=1 g0:13-15=1 f0:16-21=1");
    end(&setting);
}

static void files_do_not_mix(void **state)
{
    struct setting setting;
    (void)state;
    begin(&setting);
    add(&setting, 0, 'f', 10);
    add(&setting, 1, 'f', 10);
    add(&setting, 1, 'f', 11);
    assert_found(&setting, "f0:5-15=1 f1:5-16=2");
    end(&setting);
}

static void the_first_entry_names_a_line(void **state)
{
    struct setting setting;
    (void)state;
    begin(&setting);
    add(&setting, 0, 'g', 10);
    add(&setting, 0, 'f', 10);
    assert_found(&setting, "g0:5-15=2");
    end(&setting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_no_function),
        cmocka_unit_test(lines_around_are_shown),
        cmocka_unit_test(the_first_line_is_1),
        cmocka_unit_test(unknown_lines_stand_for_themselves),
        cmocka_unit_test(a_gap_parts),
        cmocka_unit_test(neighbours_share_what_is_between),
        cmocka_unit_test(files_do_not_mix),
        cmocka_unit_test(the_first_entry_names_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
