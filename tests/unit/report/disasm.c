/* -disasm: which functions of a program, which instructions, and what each of
 * them took. The arguments are a program and a library, made of
 * disasm_sample.s, and the debug file of the program. */
#include "print.h"

enum { START = 0x401000, LIMIT = 0x402000, OFFSET = 0x1000 };

static const char *sample_path, *library_path, *debug_path;

/* ---- profiles ----------------------------------------------------------- */

static struct pp_profile *profile_of(const char *path)
{
    struct pp_profile *profile = stacks_new("cpu", "count");
    assert_int_equal(pp_profile_add_mapping(profile, START, LIMIT, OFFSET,
                                            pp_slice_of(path),
                                            pp_slice_literal("")),
                     0);
    return profile;
}

static void add_sample(struct pp_profile *profile, const char *function,
                       uint64_t address, int64_t value)
{
    struct pp_line line = {
        .function = pp_profile_add_function(
            profile, pp_slice_of(function), pp_slice_of(function),
            pp_slice_literal("/src/other.c"), 0),
        .line = 7,
    };
    uint32_t location = pp_profile_add_location(profile, 0, address);
    assert_int_equal(pp_profile_set_lines(profile, location, &line, 1), 0);
    pp_profile_add_sample(profile, &location, 1, &value);
}

/* ---- printing ----------------------------------------------------------- */

struct listing {
    struct pp_binaries *binaries;
    struct printed printed;
};

static struct listing disassemble(struct pp_profile *profile,
                                  const char *pattern, bool intel, bool lines)
{
    struct pp_symbolize_options symbolize = {.local = true, .fast = !lines};
    struct pp_options options = pp_options_default;
    struct listing listing = {.binaries = pp_binaries_new(&symbolize)};
    assert_non_null(listing.binaries);
    options.pattern = pattern;
    options.intel_syntax = intel;
    options.binaries = listing.binaries;
    listing.printed = print("disasm", profile, &options);
    return listing;
}

static void listing_free(struct listing *listing)
{
    printed_free(&listing->printed);
    pp_binaries_free(listing->binaries);
}

static void assert_listing(struct pp_profile *profile, const char *pattern,
                           const char *expected)
{
    struct listing listing = disassemble(profile, pattern, false, false);
    assert_string_equal(listing.printed.err.text, "");
    assert_string_equal(listing.printed.out.data, expected);
    assert_string_equal(listing.printed.warnings.data, "");
    listing_free(&listing);
}

static void assert_error(struct pp_profile *profile, const char *pattern,
                         const char *words)
{
    struct listing listing = disassemble(profile, pattern, false, false);
    assert_int_equal(listing.printed.status, PP_E_USAGE);
    assert_string_equal(listing.printed.err.text, words);
    listing_free(&listing);
}

/* ---- what is shown ------------------------------------------------------ */

static void shows_what_each_instruction_took(void **state)
{
    struct pp_profile *profile = profile_of(sample_path);
    (void)state;
    add_sample(profile, "work", 0x401001, 3);
    add_sample(profile, "work", 0x401003, 4); /* in the middle of it */
    add_sample(profile, "work", 0x40100e, 5); /* the last byte */
    add_sample(profile, "math::step(int)", 0x401010, 8);
    assert_listing(
        profile, "^work$",
        "Total: 20\n"
        "ROUTINE ======================== work\n"
        "        12         12 (flat, cum) 60.00% of Total\n"
        "         .          .     401000: push   %rbp\n"
        "         7          7     401001: call   401010 <math::step(int)>"
        "         ;work other.c:7\n"
        "         .          .     401006: movl   $0x5,-0x4(%rbp)\n"
        "         .          .     40100d: pop    %rbp\n"
        "         5          5     40100e: ret"
        "                                     ;work other.c:7\n");
}

static void shows_intel_syntax(void **state)
{
    struct pp_profile *profile = profile_of(sample_path);
    (void)state;
    add_sample(profile, "work", 0x401006, 1);
    struct listing listing = disassemble(profile, "work", true, false);
    assert_non_null(strstr(listing.printed.out.data,
                           "401006: mov    DWORD PTR [rbp-0x4],0x5"));
    listing_free(&listing);
}

/* The assembler told where each line is. */
static void shows_where_in_the_source(void **state)
{
    struct pp_profile *profile = profile_of(sample_path);
    (void)state;
    add_sample(profile, "work", 0x401001, 1);
    struct listing listing = disassemble(profile, "work", false, true);
    assert_non_null(
        strstr(listing.printed.out.data, "401006: movl   $0x5,-0x4(%rbp)"));
    assert_non_null(strstr(listing.printed.out.data, "disasm_sample.s:11\n"));
    assert_null(strstr(listing.printed.out.data, "other.c"));
    listing_free(&listing);
}

static void functions_come_by_name(void **state)
{
    struct pp_profile *profile = profile_of(sample_path);
    (void)state;
    add_sample(profile, "work", 0x40100e, 1);
    add_sample(profile, "step", 0x401012, 2);
    add_sample(profile, "idle", 0x401014, 4);
    assert_listing(profile, "^idle|step",
                   "Total: 7\n"
                   "ROUTINE ======================== _ZN4math4stepEi\n"
                   "         2          2 (flat, cum) 28.57% of Total\n"
                   "         2          2     401010: lea    0x1(%rdi),%eax"
                   "                   ;step other.c:7\n"
                   "         .          .     401013: ret\n"
                   "ROUTINE ======================== idle\n"
                   "         4          4 (flat, cum) 57.14% of Total\n"
                   "         4          4     401014: jmp    401014 <idle>"
                   "                    ;idle other.c:7\n");
}

static void a_name_may_match_demangled(void **state)
{
    struct pp_profile *profile = profile_of(sample_path);
    (void)state;
    add_sample(profile, "math::step", 0x401013, 2);
    struct listing listing =
        disassemble(profile, "math::step.int", false, false);
    assert_string_equal(listing.printed.err.text,
                        "no matches found for regexp math::step.int");
    listing_free(&listing);
    profile = profile_of(sample_path);
    add_sample(profile, "math::step(int)", 0x401013, 2);
    listing = disassemble(profile, "math::step.int", false, false);
    assert_non_null(strstr(listing.printed.out.data,
                           "ROUTINE ======================== math::step(int)"
                           "\n"));
    listing_free(&listing);
}

/* ---- addresses ---------------------------------------------------------- */

static void an_address_means_its_function_by_all_names(void **state)
{
    struct pp_profile *profile = profile_of(sample_path);
    (void)state;
    add_sample(profile, "work", 0x401000, 1);
    struct listing listing = disassemble(profile, "0x401006", false, false);
    assert_string_equal(listing.printed.err.text, "");
    assert_memory_equal(listing.printed.out.data,
                        "Total: 1\n"
                        "ROUTINE ======================== toil\n"
                        "    AKA ======================== work\n",
                        85);
    listing_free(&listing);
}

static void an_address_without_samples_is_told(void **state)
{
    struct pp_profile *profile = profile_of(sample_path);
    (void)state;
    add_sample(profile, "work", 0x401000, 1);
    assert_error(profile, "0x401014",
                 "address 0x401014 found in binary, but the corresponding "
                 "symbols do not have samples in the profile");
    profile = profile_of(sample_path);
    add_sample(profile, "work", 0x401000, 1);
    assert_error(profile, "0x401800", "no matches found for address 0x401800");
}

/* A library lies anywhere; what is printed are its own addresses, which mean
 * the same. */
static void an_address_is_one_of_the_process_or_of_the_file(void **state)
{
    static const char *const patterns[] = {"work", "0x7f0000001006", "0x1006",
                                           "4102"};
    (void)state;
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        struct pp_profile *profile = stacks_new("cpu", "count");
        pp_profile_add_mapping(profile, 0x7f0000001000, 0x7f0000002000, 0x1000,
                               pp_slice_of(library_path), pp_slice_literal(""));
        add_sample(profile, "work", 0x7f000000100d, 1);
        struct listing listing =
            disassemble(profile, patterns[i], false, false);
        assert_string_equal(listing.printed.err.text, "");
        assert_non_null(strstr(listing.printed.out.data,
                               "         1          1       100d: pop "));
        listing_free(&listing);
    }
}

/* ---- what cannot be shown ----------------------------------------------- */

static void nothing_that_matches_is_an_error(void **state)
{
    struct pp_profile *profile = profile_of(sample_path);
    (void)state;
    add_sample(profile, "work", 0x401000, 1);
    assert_error(profile, "nothing", "no matches found for regexp nothing");
    /* In the program, but without samples. */
    profile = profile_of(sample_path);
    add_sample(profile, "work", 0x401000, 1);
    assert_error(profile, "idle", "no matches found for regexp idle");
}

static void a_missing_program_is_told(void **state)
{
    struct pp_profile *profile = profile_of("/no/such/program");
    (void)state;
    add_sample(profile, "work", 0x401000, 1);
    struct listing listing = disassemble(profile, "work", false, false);
    assert_string_equal(listing.printed.err.text,
                        "no matches found for regexp work");
    assert_non_null(strstr(listing.printed.warnings.data, "/no/such/program"));
    listing_free(&listing);
}

static void code_that_is_elsewhere_is_told(void **state)
{
    struct pp_profile *profile = stacks_new("cpu", "count");
    char expected[1000];
    (void)state;
    pp_profile_add_mapping(profile, START, LIMIT, OFFSET,
                           pp_slice_of(debug_path), pp_slice_literal(""));
    add_sample(profile, "work", 0x401000, 1);
    add_sample(profile, "idle", 0x401014, 1);
    snprintf(expected, sizeof expected,
             "%s: no code at address 401014 of the file\n", debug_path);
    struct listing listing = disassemble(profile, "work|idle", false, false);
    assert_string_equal(listing.printed.err.text, "");
    assert_string_equal(listing.printed.warnings.data, expected);
    listing_free(&listing);
}

/* Samples outside of all functions harm nobody. */
static void any_address_is_no_harm(void **state)
{
    struct pp_profile *profile = profile_of(sample_path);
    (void)state;
    add_sample(profile, "work", 0, 1);
    add_sample(profile, "work", UINT64_MAX, 1);
    add_sample(profile, "work", 0x40100f, 1);
    add_sample(profile, "work", 0x401fff, 1);
    assert_error(profile, "work", "no matches found for regexp work");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_what_each_instruction_took),
        cmocka_unit_test(shows_intel_syntax),
        cmocka_unit_test(shows_where_in_the_source),
        cmocka_unit_test(functions_come_by_name),
        cmocka_unit_test(a_name_may_match_demangled),
        cmocka_unit_test(an_address_means_its_function_by_all_names),
        cmocka_unit_test(an_address_without_samples_is_told),
        cmocka_unit_test(an_address_is_one_of_the_process_or_of_the_file),
        cmocka_unit_test(nothing_that_matches_is_an_error),
        cmocka_unit_test(a_missing_program_is_told),
        cmocka_unit_test(code_that_is_elsewhere_is_told),
        cmocka_unit_test(any_address_is_no_harm),
    };
    if (argc != 4) {
        fprintf(stderr,
                "usage: unit-report-disasm PROGRAM LIBRARY DEBUG-FILE\n");
        return 2;
    }
    sample_path = argv[1];
    library_path = argv[2];
    debug_path = argv[3];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
