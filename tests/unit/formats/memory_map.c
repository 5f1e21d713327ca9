/* Memory maps: attributes, what is joined, which mapping is the program, and
 * where addresses go. */
#include "show.h"

/* The mappings of a profile whose samples have these addresses. */
static void require_map(const char *addresses, const char *map,
                        const char *expected)
{
    struct pp_buffer text = {0}, out = {0};
    struct pp_profile *profile;
    pp_buffer_format(&text, "--- mutex:\n1 1 @ %s\n--- Memory map: ---\n%s\n",
                     addresses, map);
    assert_int_equal(read_form(&pp_format_contention, pp_buffer_slice(&text),
                               &profile, NULL),
                     PP_OK);
    pp_buffer_append_text(&out, "");
    for (uint32_t i = 0; i < profile->locations.count; i++)
        pp_buffer_format(&out, "%u ", profile->locations.items[i].mapping);
    for (uint32_t i = 0; i < profile->mappings.count; i++) {
        const struct pp_mapping *mapping = &profile->mappings.items[i];
        assert_int_equal(mapping->id, i + 1);
        pp_buffer_format(
            &out, "%llx-%llx@%llx" PP_SLICE_FORMAT " ",
            (unsigned long long)mapping->start,
            (unsigned long long)mapping->limit,
            (unsigned long long)mapping->offset,
            PP_SLICE_ARGS(pp_profile_text(profile, mapping->filename)));
    }
    assert_string_equal(out.data, expected);
    pp_buffer_release(&text);
    pp_buffer_release(&out);
    pp_profile_free(profile);
}

static void neighbours_are_joined(void **state)
{
    (void)state;
    require_map("0x2001", "1000-2000 /a (@10)\n2000-3000 /a (@1010)\n",
                "0 1000-3000@10/a ");
    require_map("0x2001", "1000-2000 /a (@10)\n2000-3000 /a (@10)\n",
                "1 1000-2000@10/a 2000-3000@10/a ");
    require_map("0x2001", "1000-2000 /a\n2000-3000 /b\n",
                "1 1000-2000@0/a 2000-3000@0/b ");
}

static void the_program_comes_first(void **state)
{
    (void)state;
    require_map("0x5001",
                "1000-2000 /lib/a.so\n3000-4000 /lib/b.so.6\n"
                "4800-4900 [vdso]\n5000-6000 /bin/prog(deleted)\n",
                "0 5000-6000@0/bin/prog(deleted) 3000-4000@0/lib/b.so.6 "
                "4800-4900@0[vdso] 1000-2000@0/lib/a.so ");
}

static void the_first_mapping_is_mended(void **state)
{
    (void)state;
    require_map("0x400101",
                "400000-401000 /anon_hugepage\n"
                "401000-402000 /a (@1000)\n",
                "0 400000-402000@0/a ");
}

static void addresses_find_the_first_mapping_that_holds_them(void **state)
{
    (void)state;
    require_map("0x1501 0x2501 0x1", "1000-2000 /a\n1400-3000 /b\n",
                "0 1 4294967295 1000-2000@0/a 1400-3000@0/b ");
    require_map("0x801 0x901", "1000-2000 /a (@900)\n", "0 0 700-2000@0/a ");
    require_map("0x501 0x801 0x1001", "1000-2000 /a (@900)\n",
                "1 1 0 1000-2000@900/a 0-ffffffffffffffff@0 ");
}

static void attributes_are_filled_in(void **state)
{
    (void)state;
    require_map("0x1001",
                "build = /x\nI1 f.cc:1] dir=$build/y\nbuild=/late\n"
                "1000-2000 $dir/$prog$\nprog=late",
                "0 1000-2000@0/x/y/$prog$ ");
    require_map("0x1001", "x=1\nxy=2\n1000-2000 /$xy$x\n",
                "0 1000-2000@0/1y1 ");
}

/* Forty lines that would fill in 2^40 bytes. */
static void attributes_cannot_fill_the_memory(void **state)
{
    (void)state;
    struct pp_buffer text = {0};
    struct pp_profile *profile;
    struct pp_error err = {0};
    pp_buffer_append_text(&text, "--- mutex:\n--- Memory map: ---\nx00=xx\n");
    for (int i = 1; i < 40; i++)
        pp_buffer_format(&text, "y%02d=$x%02d$x%02d\nx%02d=$y%02d\n", i, i - 1,
                         i - 1, i, i);
    assert_int_equal(read_form(&pp_format_contention, pp_buffer_slice(&text),
                               &profile, &err),
                     PP_E_FORMAT);
    assert_true(pp_slice_contains(
        pp_slice_of(err.text),
        pp_slice_of("its attributes stand for more text than there is room "
                    "for")));
    pp_buffer_release(&text);
    pp_profile_free(profile);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_are_joined),
        cmocka_unit_test(the_program_comes_first),
        cmocka_unit_test(the_first_mapping_is_mended),
        cmocka_unit_test(addresses_find_the_first_mapping_that_holds_them),
        cmocka_unit_test(attributes_are_filled_in),
        cmocka_unit_test(attributes_cannot_fill_the_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
