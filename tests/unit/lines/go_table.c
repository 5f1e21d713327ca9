/* Go's own table: small ones made up here, of every version, and those of real
 * programs. Argument: the go command that builds these. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "go_image.h"
#include "lines/go_table.h"

enum { FRAME_MAX = 16 };

struct opened {
    struct pp_arena arena;
    struct pp_object *object;
    struct pp_go_table *table; /* NULL: it was refused */
};

static void close_table(struct opened *opened)
{
    pp_object_free(opened->object);
    pp_arena_release(&opened->arena);
}

static struct opened open_bytes(const uint8_t *bytes, size_t size)
{
    struct opened opened = {0};
    struct pp_error err = {0};
    if (pp_object_open_image(bytes, size, NULL, &opened.object, &err) < 0)
        return opened;
    int status =
        pp_go_table_open(opened.object, &opened.arena, &opened.table, &err);
    assert_int_equal(status, opened.table ? PP_OK : PP_E_NOT_FOUND);
    assert_int_equal(err.text[0] != 0, !opened.table);
    return opened;
}

static struct opened open_image(const struct go_image *image)
{
    return open_bytes(image->bytes, sizeof image->bytes);
}

/* ---- frames of made up programs ----------------------------------------- */

struct wanted_frame {
    const char *function, *file;
    int line, start_line;
};

struct wanted {
    uint64_t offset; /* in the text */
    struct wanted_frame frames[4];
};

#define OUTER(line) "main.outer", "/src/outer.go", line, 9
#define MIDDLE(line) "main.middle", "/src/inner.go", line, 20
#define INNER(line) "main.inner", "/src/inner.go", line, 30
#define LEAF(line) "main.leaf", "/src/outer.go", line, 39

static const struct wanted with_calls[] = {
    {0x00, {{OUTER(10)}}},
    {0x07, {{OUTER(10)}}},
    {0x08, {{OUTER(12)}}},
    {0x10, {{MIDDLE(22)}, {OUTER(12)}}},
    {0x14, {{INNER(31)}, {MIDDLE(22)}, {OUTER(12)}}},
    {0x17, {{INNER(31)}, {MIDDLE(22)}, {OUTER(12)}}},
    {0x18, {{MIDDLE(23)}, {OUTER(12)}}},
    {0x20, {{OUTER(13)}}},
    {0x3f, {{OUTER(13)}}},
    {0x40, {{LEAF(40)}}},
    {0x4f, {{LEAF(40)}}},
    {0},
};

/* The code's own positions, all as the function's. */
static const struct wanted without_calls[] = {
    {0x00, {{OUTER(10)}}},
    {0x14, {{"main.outer", "/src/inner.go", 31, 9}}},
    {0x40, {{LEAF(40)}}},
    {0},
};

static void check_frame(const struct pp_frame *frame,
                        const struct wanted_frame *wanted, bool has_start_lines)
{
    assert_true(pp_slice_equal(frame->function, pp_slice_of(wanted->function)));
    assert_true(pp_slice_equal(frame->file, pp_slice_of(wanted->file)));
    assert_int_equal(frame->line, wanted->line);
    assert_int_equal(frame->column, 0);
    assert_int_equal(frame->start_line,
                     has_start_lines ? wanted->start_line : 0);
}

static uint32_t count_of(const struct wanted *wanted)
{
    uint32_t count = 0;
    while (wanted->frames[count].function)
        count++;
    return count;
}

/* Check the answers for all rows; with little room the first of them. */
static void check_frames(const struct go_image *image,
                         const struct wanted *wanted)
{
    struct pp_frame frames[FRAME_MAX];
    struct opened opened = open_image(image);
    assert_non_null(opened.table);
    for (; wanted->frames[0].function; wanted++)
        for (uint32_t room = 0; room < FRAME_MAX; room++) {
            uint32_t count = pp_go_table_find(
                opened.table, GO_TEXT + wanted->offset, frames, room);
            uint32_t all = count_of(wanted);
            assert_int_equal(count, room < all ? room : all);
            for (uint32_t i = 0; i < count; i++)
                check_frame(&frames[i], &wanted->frames[i],
                            image->version >= GO_1_20);
        }
    assert_int_equal(
        pp_go_table_find(opened.table, GO_TEXT + 0x50, frames, FRAME_MAX), 0);
    assert_int_equal(
        pp_go_table_find(opened.table, GO_TEXT - 1, frames, FRAME_MAX), 0);
    assert_int_equal(
        pp_go_table_find(opened.table, GO_TEXT + GO_END, frames, FRAME_MAX), 0);
    assert_int_equal(
        pp_go_table_find(opened.table, UINT64_MAX, frames, FRAME_MAX), 0);
    close_table(&opened);
}

static const struct wanted *wanted_of(enum go_version version)
{
    return version == GO_1_2 ? without_calls : with_calls;
}

/* Call `check` with an image of each version, class and byte order. */
static void for_each_image(void (*check)(struct go_image *image))
{
    static struct go_image image;
    for (int i = 0; i < 4 * GO_VERSION_COUNT; i++) {
        image = (struct go_image){.version = (enum go_version)(i / 4),
                                  .is_64 = i & 1,
                                  .is_big = i & 2};
        go_image_build(&image);
        check(&image);
    }
}

static void check_versions(struct go_image *image)
{
    check_frames(image, wanted_of(image->version));
}

static void test_versions(void **state)
{
    (void)state;
    for_each_image(check_versions);
}

static void check_functions(struct go_image *image)
{
    struct pp_go_function function;
    size_t work = 100, none = 0;
    struct opened opened = open_image(image);
    assert_int_equal(pp_go_table_count(opened.table), 2);
    assert_true(pp_go_table_function(opened.table, 0, &work, &function));
    assert_true(pp_slice_equal(function.name, pp_slice_literal("main.outer")));
    assert_int_equal(function.start, GO_TEXT);
    assert_int_equal(function.end, GO_TEXT + GO_LEAF);
    assert_true(pp_go_table_function(opened.table, 1, &work, &function));
    assert_true(pp_slice_equal(function.name, pp_slice_literal("main.leaf")));
    assert_int_equal(function.start, GO_TEXT + GO_LEAF);
    assert_int_equal(function.end, GO_TEXT + 0x50);
    assert_in_range(work, 1, 99);
    assert_true(pp_go_table_function(opened.table, 1, &none, &function));
    assert_int_equal(function.end, GO_TEXT + GO_END);
    close_table(&opened);
}

static void test_functions(void **state)
{
    (void)state;
    for_each_image(check_functions);
}

/* A stripped program gets symbols, once. */
static void check_symbols(struct go_image *image)
{
    struct opened opened = open_image(image);
    struct pp_error err = {0};
    struct pp_symbols *symbols, *completed;
    struct pp_slice name;
    uint64_t start;
    pp_symbols_open_object(opened.object, NULL, &symbols, &err);
    assert_int_equal(pp_symbols_count(symbols), 0);
    assert_int_equal(pp_lines_complete_symbols(opened.object, &symbols, &err),
                     PP_OK);
    assert_int_equal(pp_symbols_count(symbols), 2);
    assert_true(pp_symbols_find(symbols, GO_TEXT + GO_LEAF + 1, &name, &start));
    assert_true(pp_slice_equal(name, pp_slice_literal("main.leaf")));
    assert_int_equal(start, GO_TEXT + GO_LEAF);
    assert_false(pp_symbols_find(symbols, GO_TEXT + 0x50, &name, &start));
    completed = symbols;
    assert_int_equal(pp_lines_complete_symbols(opened.object, &symbols, &err),
                     PP_OK);
    assert_ptr_equal(symbols, completed);
    pp_symbols_free(symbols);
    close_table(&opened);
}

static void test_symbols(void **state)
{
    (void)state;
    for_each_image(check_symbols);
}

static void test_function_name(void **state)
{
    static const char *const names[][2] = {
        {"runtime.memmove.abi0", "runtime.memmove"},
        {"runtime.memmove.abiinternal", "runtime.memmove"},
        {"runtime.memmove", "runtime.memmove"},
        {"main.x.abi01", "main.x.abi01"},
        {".abi0", ".abi0"},
        {"", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_true(
            pp_slice_equal(pp_lines_function_name(pp_slice_of(names[i][0])),
                           pp_slice_of(names[i][1])));
}

/* ---- where it is found -------------------------------------------------- */

/* The linker put it among other constants. */
static void check_shared_section(struct go_image *image)
{
    image->table_section = ".data.rel.ro";
    go_image_build(image);
    check_frames(image, wanted_of(image->version));
}

/* Trees of Go 1.16 are found by .rodata only. */
static void check_without_sections(struct go_image *image)
{
    image->without_sections = true;
    go_image_build(image);
    check_frames(image, image->version < GO_1_18 ? without_calls : with_calls);
}

static void check_relocated(struct go_image *image)
{
    image->is_relocated = true;
    go_image_build(image);
    if (image->is_64 || image->version < GO_1_18)
        check_frames(image, wanted_of(image->version));
}

static void test_places(void **state)
{
    (void)state;
    for_each_image(check_shared_section);
    for_each_image(check_without_sections);
    for_each_image(check_relocated);
}

/* ---- what does not fit -------------------------------------------------- */

static void check_refused(struct go_image *image)
{
    struct opened opened = open_image(image);
    assert_null(opened.table);
    close_table(&opened);
}

/* Without module data the header is believed, and calls are not known. */
static void check_other_module(struct go_image *image)
{
    if (image->version < GO_1_18)
        return;
    go_put_module_word(image, 1, GO_BASE + GO_TABLE_AT + GO_NAMES + 1);
    check_frames(image, without_calls);
}

/* Neither module data nor the header say where text starts. */
static void check_no_text(struct go_image *image)
{
    if (image->version < GO_1_18)
        return;
    image->is_relocated = true;
    go_image_build(image);
    memset(image->bytes + GO_RELOCATIONS_AT, 0, 24);
    check_refused(image);
}

/* A tree that is no tree: names begin in the middle of others. */
static void check_other_tree(struct go_image *image)
{
    go_put_call(image, 0, GO_MIDDLE_NAME + 1, 0x08, 20);
    go_put_call(image, 1, 1 << 20, 0x10, 30);
    check_frames(image, without_calls);
}

/* A call that is its own parent fills the room. */
static void check_loop(struct go_image *image)
{
    struct pp_frame frames[FRAME_MAX];
    if (image->version == GO_1_2)
        return;
    go_put_call(image, 1, GO_INNER_NAME, 0x14, 30);
    struct opened opened = open_image(image);
    assert_int_equal(
        pp_go_table_find(opened.table, GO_TEXT + 0x14, frames, FRAME_MAX),
        FRAME_MAX);
    close_table(&opened);
}

static void check_too_many(struct go_image *image)
{
    go_put_word(image, GO_TABLE_AT + 8, image->is_64 ? UINT64_MAX : UINT32_MAX);
    check_refused(image);
    go_put_word(image, GO_TABLE_AT + 8, 0);
    check_refused(image);
    go_put_word(image, GO_TABLE_AT + 8, 0x1000);
    check_refused(image);
}

static void check_other_magic(struct go_image *image)
{
    go_put(image, GO_TABLE_AT, 4, 0xfffffff2);
    check_refused(image);
}

static void test_wrong(void **state)
{
    (void)state;
    for_each_image(check_other_module);
    for_each_image(check_no_text);
    for_each_image(check_other_tree);
    for_each_image(check_loop);
    for_each_image(check_too_many);
    for_each_image(check_other_magic);
}

/* ---- real programs ------------------------------------------------------ */

static const char *go;

/* Lines are counted from 1. */
static const char program[] = "package main\n"
                              "\n"
                              "//go:noinline\n"
                              "func outer(n int) int {\n"
                              "\treturn middle(n) + 1\n"
                              "}\n"
                              "\n"
                              "func middle(n int) int {\n"
                              "\tn += 2\n"
                              "\treturn inner(n) * n\n"
                              "}\n"
                              "\n"
                              "func inner(n int) int {\n"
                              "\treturn n / (n + 3)\n"
                              "}\n"
                              "\n"
                              "func main() {\n"
                              "\tprintln(outer(4))\n"
                              "}\n";

static void run(const char *format, const char *a, const char *b)
{
    char command[4096];
    snprintf(command, sizeof command, format, a, b);
    assert_int_equal(system(command), 0);
}

static bool find_function(const struct pp_go_table *table, const char *name,
                          struct pp_go_function *function)
{
    size_t work = SIZE_MAX;
    for (uint32_t i = 0; i < pp_go_table_count(table); i++)
        if (pp_go_table_function(table, i, &work, function) &&
            pp_slice_equal(function->name, pp_slice_of(name)))
            return true;
    return false;
}

static bool is_frame(const struct pp_frame *frame, const char *function,
                     int64_t line, int64_t start_line)
{
    return pp_slice_equal(frame->function, pp_slice_of(function)) &&
           pp_slice_equal(pp_slice_base_name(frame->file),
                          pp_slice_literal("main.go")) &&
           frame->line == line && frame->start_line == start_line;
}

/* Somewhere in main.outer both calls are nested. */
static void check_real(const char *path)
{
    struct opened opened = {0};
    struct pp_error err = {0};
    struct pp_go_function function;
    struct pp_frame frames[FRAME_MAX];
    uint32_t nested = 0;
    pp_object_open(path, NULL, &opened.object, &err);
    pp_go_table_open(opened.object, &opened.arena, &opened.table, &err);
    assert_string_equal(err.text, "");
    assert_true(find_function(opened.table, "main.outer", &function));
    assert_true(function.end > function.start);
    for (uint64_t at = function.start; at < function.end; at++) {
        uint32_t count = pp_go_table_find(opened.table, at, frames, FRAME_MAX);
        assert_true(count > 0);
        assert_true(pp_slice_equal(frames[count - 1].function, function.name));
        if (count != 3)
            continue;
        assert_true(is_frame(&frames[0], "main.inner", 14, 13));
        assert_true(is_frame(&frames[1], "main.middle", 10, 8));
        assert_true(is_frame(&frames[2], "main.outer", 5, 4));
        nested++;
    }
    assert_true(nested > 0);
    close_table(&opened);
}

static void test_real(void **state)
{
    static const struct {
        const char *environment, *flags;
    } builds[] = {
        {"", ""},
        {"", "-ldflags='-s -w'"},
        {"", "-buildmode=pie -ldflags='-s -w'"},
        {"GOARCH=386", "-ldflags='-s -w'"},
        {"GOARCH=arm64", "-buildmode=pie -ldflags='-s -w'"},
        {"GOARCH=s390x", "-ldflags='-s -w'"},
    };
    char directory[] = "go-XXXXXX", path[64];
    (void)state;
    assert_non_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/main.go", directory);
    FILE *source = fopen(path, "w");
    assert_non_null(source);
    fputs(program, source);
    fclose(source);
    snprintf(path, sizeof path, "%s/program", directory);
    for (size_t i = 0; i < sizeof builds / sizeof *builds; i++) {
        char words[256];
        snprintf(words, sizeof words, "CGO_ENABLED=0 %s '%s' build %s",
                 builds[i].environment, go, builds[i].flags);
        run("cd %s && %s -o program main.go", directory, words);
        check_real(path);
    }
    run("rm -r %s%s", directory, "");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_versions), cmocka_unit_test(test_functions),
        cmocka_unit_test(test_symbols),  cmocka_unit_test(test_function_name),
        cmocka_unit_test(test_places),   cmocka_unit_test(test_wrong),
        cmocka_unit_test(test_real),
    };
    if (argc != 2) {
        fprintf(stderr, "usage: %s GO\n", argv[0]);
        return 2;
    }
    go = argv[1];
    return cmocka_run_group_tests(tests, NULL, NULL);
}
