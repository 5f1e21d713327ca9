/* Debug files and supplementary files: where they are found, which are
 * believed, and what is said of those that are not. The samples are made by
 * make_samples.sh: debug_search FOLDER. */
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "object/object.h"
#include "os/os.h"

static const char *samples; /* absolute, as is the place of each test */
static char place[1024];

/* ---- a folder for each test --------------------------------------------- */

static int make_place(void **state)
{
    char here[512];
    (void)state;
    snprintf(place, sizeof place, "%s/debug-search-XXXXXX",
             getcwd(here, sizeof here));
    return mkdtemp(place) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *about, int kind,
                      struct FTW *walk)
{
    (void)about;
    (void)kind;
    (void)walk;
    return remove(path);
}

static int remove_place(void **state)
{
    (void)state;
    return nftw(place, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* A path in the place, good until 64 more were asked for. */
static const char *in_place(const char *name)
{
    static char paths[64][4096];
    static unsigned turn;
    turn = (turn + 1) % 64;
    snprintf(paths[turn], sizeof paths[turn], "%s/%s", place, name);
    return paths[turn];
}

/* Put a sample there, making the folders that it needs. */
static void put(const char *sample, const char *name)
{
    char command[8192];
    snprintf(command, sizeof command, "mkdir -p $(dirname %s) && cp %s/%s %s",
             in_place(name), samples, sample, in_place(name));
    assert_int_equal(system(command), 0);
}

/* ---- looking ------------------------------------------------------------ */

static struct pp_debug_search search_in(const char *const *directories)
{
    return (struct pp_debug_search){.directories = directories};
}

static int look(const char *name, const struct pp_debug_search *search,
                char found[2048], struct pp_error *err)
{
    struct pp_object *object, *debug;
    *err = (struct pp_error){0};
    found[0] = 0;
    assert_int_equal(pp_object_open(in_place(name), NULL, &object, err), PP_OK);
    int status = pp_debug_file_open(object, search, NULL, &debug, err);
    assert_int_equal(status, err->status);
    if (debug)
        snprintf(found, 2048, "%s", pp_object_path(debug));
    pp_object_free(debug);
    pp_object_free(object);
    return status;
}

static void check_found(const char *name, const struct pp_debug_search *search,
                        const char *wanted)
{
    char found[2048];
    struct pp_error err;
    if (look(name, search, found, &err) < 0)
        fail_msg("%s", err.text);
    assert_string_equal(found, wanted);
}

static void check_missing(const char *name,
                          const struct pp_debug_search *search,
                          const char *wanted)
{
    char found[2048];
    struct pp_error err;
    assert_int_equal(look(name, search, found, &err), PP_E_NOT_FOUND);
    if (!strstr(err.text, wanted))
        fail_msg("%s", err.text);
}

/* The path by build id of the sample "full" below a directory of the place. */
static const char *id_path(const char *directory)
{
    static char path[2048];
    struct pp_buffer id = {0};
    char full[2048];
    snprintf(full, sizeof full, "%s/full", samples);
    assert_int_equal(pp_object_build_id(full, &id, NULL), PP_OK);
    snprintf(path, sizeof path, "%s/.build-id/%.2s/%s.debug", directory,
             id.data, id.data + 2);
    pp_buffer_release(&id);
    return path;
}

static void test_by_build_id(void **state)
{
    const char *const directories[] = {in_place("nowhere"), in_place("debug"),
                                       NULL};
    const struct pp_debug_search search = search_in(directories);
    (void)state;
    put("full.stripped", "bin/program");
    check_missing("bin/program", &search, id_path(directories[1]));
    put("full.debug", id_path("debug"));
    check_found("bin/program", &search, id_path(directories[1]));
    put("other", id_path("debug"));
    check_missing("bin/program", &search, "(its build id differs)");
    put("sample.c", id_path("debug"));
    check_missing("bin/program", &search, "(is no ELF file)");
    put("full.stripped", id_path("debug"));
    check_missing("bin/program", &search, "(has no debug information)");
}

static void test_by_link(void **state)
{
    const char *const directories[] = {in_place("debug"), NULL};
    const struct pp_debug_search search = search_in(directories);
    char below[2048];
    (void)state;
    put("full.stripped", "bin/program");
    snprintf(below, sizeof below, "debug%s/bin/full.debug", place);
    put("full.debug", below);
    check_found("bin/program", &search, in_place(below));
    put("full.debug", "bin/.debug/full.debug");
    check_found("bin/program", &search, in_place("bin/.debug/full.debug"));
    put("full.debug", "bin/full.debug");
    check_found("bin/program", &search, in_place("bin/full.debug"));
    /* By a link from elsewhere, too. */
    assert_int_equal(symlink(in_place("bin/program"), in_place("alias")), 0);
    check_found("alias", &search, in_place("bin/full.debug"));
}

/* Without a build id the checksum decides; with one it does not matter. */
static void test_checksum(void **state)
{
    const struct pp_debug_search search = search_in(NULL);
    (void)state;
    put("no-id.stripped", "program");
    check_missing("program", &search, in_place("no-id.debug"));
    put("no-id.debug", "no-id.debug");
    check_found("program", &search, in_place("no-id.debug"));
    FILE *file = fopen(in_place("no-id.debug"), "a");
    assert_int_equal(fputc('x', file), 'x');
    fclose(file);
    check_missing("program", &search, "(its checksum differs)");
    put("full.stripped", "with-id");
    put("zlib", "full.debug");
    check_found("with-id", &search, in_place("full.debug"));
}

static void test_nothing_to_go_by(void **state)
{
    (void)state;
    put("no-id", "program");
    check_missing("program", &pp_debug_search_default, "no build id and no");
}

static bool fetch(void *context, struct pp_slice id, struct pp_buffer *path)
{
    assert_int_equal(id.size, 40);
    pp_buffer_append_text(path, context);
    return true;
}

static void test_fetched_last(void **state)
{
    const char *const directories[] = {in_place("debug"), NULL};
    char cache[2048];
    const struct pp_debug_search search = {directories, fetch, cache};
    (void)state;
    snprintf(cache, sizeof cache, "%s", in_place("cache"));
    put("full.stripped", "program");
    check_missing("program", &search, "cache");
    put("full.debug", "cache");
    check_found("program", &search, cache);
    put("full.debug", id_path("debug"));
    check_found("program", &search, id_path(directories[0]));
}

/* ---- supplementary files ------------------------------------------------ */

static int look_for_supplement(const char *name,
                               const struct pp_debug_search *search,
                               char found[2048], struct pp_error *err)
{
    struct pp_object *object, *supplement;
    *err = (struct pp_error){0};
    found[0] = 0;
    assert_int_equal(pp_object_open(in_place(name), NULL, &object, err), PP_OK);
    int status = pp_supplement_open(object, search, NULL, &supplement, err);
    if (supplement)
        snprintf(found, 2048, "%s", pp_object_path(supplement));
    pp_object_free(supplement);
    pp_object_free(object);
    return status;
}

static void test_supplement(void **state)
{
    const char *const directories[] = {in_place("debug"), NULL};
    const struct pp_debug_search search = search_in(directories);
    char found[2048];
    struct pp_error err;
    (void)state;
    put("dwz-1", "bin/program");
    assert_int_equal(look_for_supplement("bin/program", &search, found, &err),
                     PP_E_NOT_FOUND);
    assert_non_null(strstr(err.text, "bin/.dwz/common, "));
    put(".dwz/common", "debug/.dwz/common");
    assert_int_equal(look_for_supplement("bin/program", &search, found, &err),
                     PP_OK);
    assert_string_equal(found, in_place("debug/.dwz/common"));
    put(".dwz/common", "bin/.dwz/common");
    assert_int_equal(look_for_supplement("bin/program", NULL, found, &err),
                     PP_OK);
    assert_string_equal(found, in_place("bin/.dwz/common"));
    put("other", "bin/.dwz/common");
    assert_int_equal(look_for_supplement("bin/program", NULL, found, &err),
                     PP_E_NOT_FOUND);
    assert_non_null(strstr(err.text, "(its build id differs)"));
    put("full", "bin/program");
    assert_int_equal(look_for_supplement("bin/program", NULL, found, &err),
                     PP_E_NOT_FOUND);
    assert_non_null(strstr(err.text, "refers to no supplementary file"));
}

/* ---- symbols from there ------------------------------------------------- */

static bool lists(const char *name, const struct pp_debug_search *search,
                  const char *symbol_name)
{
    struct pp_object *object;
    struct pp_symbols *symbols;
    struct pp_listed_symbol symbol;
    bool is_found = false;
    assert_int_equal(pp_object_open(in_place(name), NULL, &object, NULL),
                     PP_OK);
    assert_int_equal(pp_symbols_open_object(object, search, &symbols, NULL),
                     PP_OK);
    pp_object_free(object);
    for (uint32_t i = 0; pp_symbols_at(symbols, i, &symbol); i++)
        is_found |= strcmp(symbol.name.data, symbol_name) == 0;
    pp_symbols_free(symbols);
    return is_found;
}

static void test_symbols(void **state)
{
    const struct pp_debug_search search = search_in(NULL);
    (void)state;
    put("full", "full");
    put("full.stripped", "program");
    put("mini", "mini");
    assert_true(lists("full", NULL, "hidden"));
    assert_false(lists("program", &search, "hidden"));
    put("full.debug", "full.debug");
    assert_false(lists("program", NULL, "hidden"));
    assert_true(lists("program", &search, "hidden"));
    assert_true(lists("mini", NULL, "hidden"));
}

#define TEST(function)                                                         \
    cmocka_unit_test_setup_teardown(function, make_place, remove_place)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(test_by_build_id),  TEST(test_by_link),
        TEST(test_checksum),     TEST(test_nothing_to_go_by),
        TEST(test_fetched_last), TEST(test_supplement),
        TEST(test_symbols),
    };
    if (argc != 2)
        return 2;
    samples = realpath(argv[1], NULL);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
