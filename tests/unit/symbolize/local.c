/* Naming from local binaries: the sample program of tests/unit/object, mapped
 * to an address. Arguments: the sample. */
#include "symbolize/symbolize.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "warnings.h"

enum { BIAS = 0x55500000 };

static const char *sample;

/* What ends the lines on files that are not there. */
#define INCOMPLETE                                                             \
    "Some binary filenames not available. Symbolization may be incomplete.\n"  \
    "Try setting PPROF_BINARY_PATH to the search path for local binaries.\n"   \
    "Looked in /nonexistent and /usr/lib/debug; DEBUGINFOD_URLS names no "     \
    "server.\n"

/* ---- profiles ----------------------------------------------------------- */

/* An address of the sample at which `function` is, `depth` calls deep. */
static uint64_t find_address(const char *function, uint32_t depth)
{
    const struct pp_lines_options lines_options = {0};
    struct pp_symbols *symbols;
    struct pp_object *object;
    struct pp_lines *lines;
    struct pp_slice name;
    struct pp_frame frames[8];
    uint64_t found = 0;
    assert_int_equal(pp_symbols_open(sample, &symbols, NULL), PP_OK);
    assert_int_equal(pp_object_open(sample, NULL, &object, NULL), PP_OK);
    assert_int_equal(pp_lines_open(object, &lines_options, &lines, NULL),
                     PP_OK);
    for (uint64_t address = 0x1000; address < 0x3000 && !found; address++)
        if (pp_symbols_find(symbols, address, &name, NULL) &&
            pp_slice_equal(name, pp_slice_of(function)) &&
            pp_lines_find(lines, address, frames, 8) == depth)
            found = address;
    pp_symbols_free(symbols);
    pp_lines_free(lines);
    pp_object_free(object);
    assert_true(found != 0);
    return found;
}

static struct pp_slice sample_build_id(void)
{
    static struct pp_buffer id;
    pp_buffer_clear(&id);
    assert_int_equal(pp_object_build_id(sample, &id, NULL), PP_OK);
    return pp_buffer_slice(&id);
}

/* The sample's code mapped, with a location three calls deep in outermost, one
 * in choose, and one of no code. */
static struct pp_profile *make_profile(const char *file, struct pp_slice id)
{
    struct pp_profile *profile = pp_profile_new(0);
    pp_profile_add_mapping(profile, BIAS + 0x1000, BIAS + 0x2000, 0x1000,
                           pp_slice_of(file), id);
    pp_profile_add_location(profile, 0, BIAS + find_address("outermost", 3));
    pp_profile_add_location(profile, 0, BIAS + find_address("choose", 1));
    pp_profile_add_location(profile, 0, BIAS + 0x1fff);
    return profile;
}

/* Give a location a line of its own. */
static void name_location(struct pp_profile *profile, uint32_t location,
                          const char *name, int64_t number)
{
    uint32_t function = pp_profile_add_function(
        profile, pp_slice_of(name), pp_slice_of(name), pp_slice_literal(""), 0);
    struct pp_line line = {.function = function, .line = number};
    assert_int_equal(pp_profile_set_lines(profile, location, &line, 1), PP_OK);
}

static void symbolize(struct pp_profile *profile, const char *mode)
{
    struct pp_symbolize_options options = {.binary_path = "/nonexistent"};
    struct pp_error err = {0};
    pp_symbolize_parse(mode, &options, warn);
    struct pp_binaries *binaries = pp_binaries_new(&options);
    assert_int_equal(pp_symbolize(profile, &options, binaries, warn, &err),
                     PP_OK);
    pp_binaries_free(binaries);
    assert_string_equal(err.text, "");
}

/* Hold a location's functions, innermost first, against "a<b<c". */
static void check_names(const struct pp_profile *profile, uint32_t index,
                        const char *wanted)
{
    const struct pp_location *location = &profile->locations.items[index];
    struct pp_buffer names = {0};
    pp_buffer_append_text(&names, "");
    for (uint32_t i = 0; i < location->line_count; i++) {
        const struct pp_line *line =
            &profile->lines.items[location->line_start + i];
        pp_buffer_append_text(&names, i > 0 ? "<" : "");
        pp_buffer_append_slice(
            &names,
            pp_profile_text(profile,
                            profile->functions.items[line->function].name));
    }
    assert_string_equal(names.data, wanted);
    pp_buffer_release(&names);
}

static const struct pp_line *line_of(const struct pp_profile *profile,
                                     uint32_t location, uint32_t line)
{
    return &profile->lines
                .items[profile->locations.items[location].line_start + line];
}

/* ---- what is named ------------------------------------------------------ */

static void test_lines(void **state)
{
    struct pp_profile *profile = make_profile(sample, sample_build_id());
    const struct pp_mapping *mapping = &profile->mappings.items[0];
    (void)state;
    symbolize(profile, "local");
    assert_warned("");
    check_names(profile, 0, "innermost<middle<outermost");
    check_names(profile, 1, "choose");
    check_names(profile, 2, "");
    assert_true(mapping->has_functions && mapping->has_filenames &&
                mapping->has_line_numbers && mapping->has_inline_frames);
    const struct pp_line *call = line_of(profile, 0, 2);
    const struct pp_function *function =
        &profile->functions.items[call->function];
    assert_int_equal(call->line, 22);
    assert_int_equal(function->start_line, 19);
    assert_non_null(
        strstr(pp_profile_text(profile, function->filename).data, "sample.c"));
    assert_int_equal(profile->functions.count, 4);
    pp_profile_free(profile);
}

static void test_fast(void **state)
{
    struct pp_profile *profile = make_profile(sample, sample_build_id());
    const struct pp_mapping *mapping = &profile->mappings.items[0];
    (void)state;
    symbolize(profile, "fastlocal");
    assert_warned("");
    check_names(profile, 0, "outermost");
    assert_int_equal(line_of(profile, 0, 0)->line, 0);
    assert_true(mapping->has_functions);
    assert_false(mapping->has_filenames || mapping->has_line_numbers ||
                 mapping->has_inline_frames);
    pp_profile_free(profile);
}

/* Two mappings of one file, loaded twice, and one of another between: each is
 * named by what it shows of its own file. */
static void test_file_mapped_again(void **state)
{
    uint64_t address = find_address("choose", 1);
    struct pp_profile *profile = pp_profile_new(0);
    (void)state;
    for (uint64_t i = 0; i < 4; i++) {
        uint64_t bias = BIAS + i * 0x100000;
        uint32_t mapping = pp_profile_add_mapping(
            profile, bias + 0x1000, bias + 0x2000, 0x1000,
            pp_slice_of(i == 2 ? "/nonexistent/prog" : sample),
            i == 1 ? pp_slice_literal("abcdef") : sample_build_id());
        pp_profile_add_location(profile, mapping, bias + address);
    }
    symbolize(profile, "local");
    check_names(profile, 0, "choose");
    check_names(profile, 1, "");
    check_names(profile, 2, "");
    check_names(profile, 3, "choose");
    assert_non_null(strstr(warnings.data, "(build ID abcdef): build ID "
                                          "mismatch: "));
    assert_non_null(strstr(warnings.data, "open /nonexistent/prog: "));
    pp_buffer_release(&warnings);
    pp_profile_free(profile);
}

/* No build id in the profile: the file is believed. */
static void test_without_build_id(void **state)
{
    struct pp_profile *profile = make_profile(sample, (struct pp_slice){0});
    (void)state;
    symbolize(profile, "");
    assert_warned("");
    check_names(profile, 1, "choose");
    pp_profile_free(profile);
}

static void test_not_wanted(void **state)
{
    static const char *const modes[] = {"none", "remote"};
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct pp_profile *profile = make_profile(sample, sample_build_id());
        symbolize(profile, modes[i]);
        assert_warned("");
        check_names(profile, 0, "");
        pp_profile_free(profile);
    }
}

/* ---- what is kept ------------------------------------------------------- */

static void test_named_mapping(void **state)
{
    (void)state;
    for (int flag = 0; flag < 3; flag++) {
        struct pp_profile *profile = make_profile(sample, sample_build_id());
        struct pp_mapping *mapping = &profile->mappings.items[0];
        mapping->has_functions = flag == 0;
        mapping->has_filenames = flag == 1;
        mapping->has_line_numbers = flag == 2;
        symbolize(profile, "local");
        check_names(profile, 0, "");
        symbolize(profile, "local:force");
        check_names(profile, 0, "innermost<middle<outermost");
        assert_warned("");
        pp_profile_free(profile);
    }
}

static void check_completed(const struct pp_profile *profile)
{
    const struct pp_line *outermost = line_of(profile, 0, 2);
    const struct pp_function *function =
        &profile->functions.items[outermost->function];
    assert_int_equal(outermost->line, 22);
    assert_string_equal(pp_profile_text(profile, function->system_name).data,
                        "its own name");
    assert_non_null(
        strstr(pp_profile_text(profile, function->filename).data, "sample.c"));
    assert_true(profile->mappings.items[0].has_line_numbers);
}

/* Completed, never damaged: a name stays and gets its lines, if the binary says
 * the same name; lines stay; what has no name gets one unless the mapping says
 * that all have. */
static void test_named_locations(void **state)
{
    (void)state;
    for (int has_functions = 0; has_functions < 2; has_functions++) {
        struct pp_profile *profile = make_profile(sample, sample_build_id());
        name_location(profile, 0, "outermost", 0);
        profile->functions.items[0].system_name =
            pp_profile_add_string(profile, pp_slice_literal("its own name"));
        name_location(profile, 1, "with a line", 5);
        name_location(profile, 2, "of no code", 0);
        pp_profile_add_location(profile, 0, BIAS + find_address("choose", 1));
        profile->functions.items[1].id = 90; /* ids may have gaps */
        profile->mappings.items[0].has_functions = has_functions;
        symbolize(profile, "local");
        check_names(profile, 0, "innermost<middle<outermost");
        check_completed(profile);
        check_names(profile, 1, "with a line");
        check_names(profile, 2, "of no code");
        check_names(profile, 3, has_functions ? "" : "choose");
        assert_int_equal(profile->functions.items[3].id, 91);
        symbolize(profile, "local:force");
        check_names(profile, 1, "choose");
        check_names(profile, 2, "of no code");
        assert_warned("");
        pp_profile_free(profile);
    }
}

/* Another name than the binary's: it may be of another build. */
static void test_other_names(void **state)
{
    struct pp_profile *profile = make_profile(sample, sample_build_id());
    (void)state;
    name_location(profile, 0, "middle", 0); /* inlined there */
    name_location(profile, 1, "chose", 0);
    symbolize(profile, "local");
    check_names(profile, 0, "middle");
    check_names(profile, 1, "chose");
    assert_warned("");
    pp_profile_free(profile);
}

/* Names are all that is wanted. */
static void test_fast_leaves_names(void **state)
{
    struct pp_profile *profile =
        make_profile("/nonexistent/prog", sample_build_id());
    (void)state;
    profile->mappings.items[0].has_functions = true;
    for (uint32_t i = 0; i < 3; i++)
        name_location(profile, i, "outermost", 0);
    symbolize(profile, "fastlocal");
    check_names(profile, 0, "outermost");
    assert_warned("");
    pp_profile_free(profile);
}

/* ---- what cannot be named ----------------------------------------------- */

static void test_wrong_build_id(void **state)
{
    struct pp_profile *profile =
        make_profile(sample, pp_slice_literal("abcdef"));
    char wanted[512];
    (void)state;
    symbolize(profile, "local");
    check_names(profile, 0, "");
    snprintf(wanted, sizeof wanted,
             "Local symbolization failed for %s (build ID abcdef): build ID "
             "mismatch: %s has %s\n",
             pp_slice_base_name(pp_slice_of(sample)).data, sample,
             sample_build_id().data);
    assert_warned(wanted);
    pp_profile_free(profile);
}

static void test_missing_file(void **state)
{
    struct pp_profile *profile =
        make_profile("/nonexistent/prog", (struct pp_slice){0});
    (void)state;
    symbolize(profile, "local");
    assert_warned("Local symbolization failed for prog: open "
                  "/nonexistent/prog: no such file or directory\n" INCOMPLETE);
    pp_profile_free(profile);
}

static void test_no_file_name(void **state)
{
    struct pp_profile *profile = make_profile("", (struct pp_slice){0});
    (void)state;
    symbolize(profile, "local");
    assert_warned("Main binary filename not available.\n");
    pp_profile_add_mapping(profile, 0x9000, 0xa000, 0, (struct pp_slice){0},
                           (struct pp_slice){0});
    pp_profile_add_location(profile, 1, 0x9010);
    symbolize(profile, "local");
    assert_warned("Main binary filename not available.\n" INCOMPLETE);
    pp_profile_free(profile);
}

/* What never has a file is not talked about. */
static void test_no_files(void **state)
{
    static const char *const files[] = {
        "[vdso]",         "linux-vdso.so.1",      "//anon",
        "/dev/dri/card0", "/memfd:jit (deleted)", "http://host/debug/pprof/",
    };
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct pp_profile *profile =
            make_profile(files[i], (struct pp_slice){0});
        symbolize(profile, "local");
        assert_warned("");
        pp_profile_free(profile);
    }
}

/* A copy of the sample with nothing in it to name anything by. */
static void strip_sample(const char *path)
{
    char command[1024];
    snprintf(command, sizeof command, "strip -s -R .dynsym -o %s '%s'", path,
             sample);
    assert_int_equal(system(command), 0);
}

static const char advice[] =
    ": no names for most addresses. Install the debug symbols (Debian: package "
    "NAME-dbgsym), set PPROF_BINARY_PATH to where unstripped files are, or "
    "DEBUGINFOD_URLS to a server that has them.\n";

static void test_stripped_file(void **state)
{
    char path[] = "stripped-XXXXXX", wanted[256];
    (void)state;
    close(mkstemp(path));
    strip_sample(path);
    struct pp_profile *profile = make_profile(path, (struct pp_slice){0});
    symbolize(profile, "local");
    check_names(profile, 0, "");
    snprintf(wanted, sizeof wanted, "%s%s", path, advice);
    assert_warned(wanted);
    /* One of three has a name: still worth a line. */
    name_location(profile, 0, "known", 0);
    symbolize(profile, "local");
    assert_warned(wanted);
    /* Two: as in every system library. */
    name_location(profile, 1, "known too", 0);
    symbolize(profile, "local");
    assert_warned("");
    symbolize(profile, "local:force");
    assert_warned("");
    check_names(profile, 0, "known");
    unlink(path);
    pp_profile_free(profile);
}

/* However many files there are, it is one line; a file counts once. */
static void test_stripped_files(void **state)
{
    char path[64], wanted[512];
    struct pp_profile *profile = pp_profile_new(0);
    (void)state;
    for (uint32_t i = 0; i < 5; i++) {
        snprintf(path, sizeof path, "stripped-%u", i);
        strip_sample(path);
        for (uint64_t part = 2 * i; part < 2 * i + 2; part++) {
            uint64_t start = BIAS + part * 0x100000;
            uint32_t mapping =
                pp_profile_add_mapping(profile, start, start + 0x1000, 0x1000,
                                       pp_slice_of(path), (struct pp_slice){0});
            pp_profile_add_location(profile, mapping, start + 0x10);
        }
    }
    symbolize(profile, "local");
    snprintf(wanted, sizeof wanted,
             "stripped-0, stripped-1, stripped-2 and 2 more%s", advice);
    assert_warned(wanted);
    for (uint32_t i = 0; i < 5; i++) {
        snprintf(path, sizeof path, "stripped-%u", i);
        unlink(path);
    }
    pp_profile_free(profile);
}

/* Nor is a file that is not there missed where most has names. */
static void test_named_without_file(void **state)
{
    static const char *const files[] = {"/nonexistent/prog", ""};
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct pp_profile *profile =
            make_profile(files[i], (struct pp_slice){0});
        name_location(profile, 0, "known", 0);
        name_location(profile, 1, "known too", 0);
        symbolize(profile, "local");
        assert_warned("");
        symbolize(profile, "local:force");
        assert_true(warnings.size > 0);
        pp_buffer_release(&warnings);
        pp_profile_free(profile);
    }
}

/* A file that does not fit the mapping. */
static void test_impossible_mapping(void **state)
{
    struct pp_profile *profile = make_profile(sample, sample_build_id());
    (void)state;
    profile->mappings.items[0].offset = 0x700000;
    symbolize(profile, "local");
    assert_non_null(
        strstr(warnings.data, "no load segment matches the mapping"));
    pp_buffer_release(&warnings);
    check_names(profile, 0, "");
    pp_profile_free(profile);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_fast),
        cmocka_unit_test(test_file_mapped_again),
        cmocka_unit_test(test_without_build_id),
        cmocka_unit_test(test_not_wanted),
        cmocka_unit_test(test_named_mapping),
        cmocka_unit_test(test_named_locations),
        cmocka_unit_test(test_other_names),
        cmocka_unit_test(test_fast_leaves_names),
        cmocka_unit_test(test_wrong_build_id),
        cmocka_unit_test(test_missing_file),
        cmocka_unit_test(test_no_file_name),
        cmocka_unit_test(test_no_files),
        cmocka_unit_test(test_stripped_file),
        cmocka_unit_test(test_stripped_files),
        cmocka_unit_test(test_named_without_file),
        cmocka_unit_test(test_impossible_mapping),
    };
    if (argc < 2) {
        fprintf(stderr, "usage: %s SAMPLE\n", argv[0]);
        return 2;
    }
    sample = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
