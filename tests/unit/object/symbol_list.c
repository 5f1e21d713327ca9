/* Symbols told by others: lists, the kernel's text, perf map files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "object/object.h"

static const char path[] = "symbol-list-text";

static void write_text(const char *text, size_t size)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    fclose(file);
}

static void check_name(const struct pp_symbols *symbols, uint64_t address,
                       const char *wanted)
{
    struct pp_slice name = {0};
    bool is_found = pp_symbols_find(symbols, address, &name, NULL);
    assert_int_equal(is_found, wanted[0] != 0);
    if (is_found)
        assert_string_equal(name.data, wanted);
}

/* ---- lists -------------------------------------------------------------- */

static void test_list(void **state)
{
    const struct pp_listed_symbol list[] = {
        {pp_slice_literal("second"), 0x2000, 0},
        {pp_slice_literal("beta"), 0x1000, 0x10},
        {pp_slice_literal("alpha"), 0x1000, 0x20},
        {pp_slice_literal("beta"), 0x1000, 0x18},
        {pp_slice_literal("far"), 0x7fff00000000, 4},
    };
    static const char *const order[] = {"alpha", "beta", "second", "far"};
    static const uint64_t sizes[] = {0x20, 0x18, 0x7fff00000000 - 0x2000, 4};
    struct pp_symbols *symbols;
    struct pp_listed_symbol symbol;
    (void)state;
    assert_int_equal(pp_symbols_from_list(NULL, list, 5, &symbols, NULL),
                     PP_OK);
    for (uint32_t i = 0; i < 4; i++) {
        assert_true(pp_symbols_at(symbols, i, &symbol));
        assert_string_equal(symbol.name.data, order[i]);
        assert_int_equal(symbol.size, sizes[i]);
    }
    assert_false(pp_symbols_at(symbols, 4, &symbol));
    check_name(symbols, 0x101f, "alpha");
    check_name(symbols, 0x1020, "");
    check_name(symbols, 0x7fff00000003, "far");
    check_name(symbols, 0x7fff00000004, "");
    check_name(symbols, 0x7ffeffffffff, "");
    assert_string_equal(pp_symbols_build_id(symbols).data, "");
    pp_symbols_free(symbols);
}

static void test_empty_list(void **state)
{
    struct pp_symbols *symbols;
    (void)state;
    assert_int_equal(pp_symbols_from_list(NULL, NULL, 0, &symbols, NULL),
                     PP_OK);
    assert_int_equal(pp_symbols_count(symbols), 0);
    check_name(symbols, 0, "");
    pp_symbols_free(symbols);
}

/* More aliases than are put in order, and a good many regions. */
static void test_many(void **state)
{
    enum { COUNT = 3000 };
    static struct pp_listed_symbol list[COUNT];
    static char names[COUNT][16];
    struct pp_symbols *symbols;
    struct pp_listed_symbol symbol;
    uint32_t count = 0;
    (void)state;
    for (uint32_t i = 0; i < COUNT; i++) {
        int size = snprintf(names[i], sizeof names[i], "n%u", COUNT - i);
        list[i] =
            (struct pp_listed_symbol){{names[i], (size_t)size}, 0x1000, 16};
        if (i % 2)
            list[i].start += (uint64_t)i << 33;
    }
    assert_int_equal(pp_symbols_from_list(NULL, list, COUNT, &symbols, NULL),
                     PP_OK);
    while (pp_symbols_at(symbols, count, &symbol))
        count++;
    assert_int_equal(count, COUNT);
    check_name(symbols, 0x100f + ((uint64_t)77 << 33), "n2923");
    check_name(symbols, 0x1010 + ((uint64_t)77 << 33), "");
    pp_symbols_free(symbols);
}

/* ---- the kernel --------------------------------------------------------- */

static void test_kallsyms(void **state)
{
    static const char text[] = "0000000000000000 A fixed_percpu_data\n"
                               "ffffffff81000000 T _stext\n"
                               "ffffffff81000040 t local\n"
                               "ffffffff81000100 D data\n"
                               "nonsense\n"
                               "ffffffff81000200 W weak\n"
                               "ffffffffc0a81000 t hook\t[netfilter]";
    struct pp_symbols *symbols;
    (void)state;
    write_text(text, sizeof text - 1);
    assert_int_equal(pp_symbols_open_kallsyms(path, &symbols, NULL), PP_OK);
    assert_int_equal(pp_symbols_count(symbols), 4);
    check_name(symbols, 0xffffffff80ffffff, "");
    check_name(symbols, 0xffffffff8100003f, "_stext");
    check_name(symbols, 0xffffffff81000180, "local");
    check_name(symbols, 0xffffffff81000200, "weak");
    check_name(symbols, 0xffffffffc0a81010, "hook");
    pp_symbols_free(symbols);
    unlink(path);
}

static void test_hidden_kallsyms(void **state)
{
    static const char text[] = "0000000000000000 T _stext\n"
                               "0000000000000000 t local\n";
    struct pp_symbols *symbols;
    struct pp_error err = {0};
    (void)state;
    write_text(text, sizeof text - 1);
    assert_int_equal(pp_symbols_open_kallsyms(path, &symbols, &err),
                     PP_E_NOT_FOUND);
    assert_null(symbols);
    assert_non_null(strstr(err.text, "kptr_restrict"));
    unlink(path);
}

/* ---- JIT code ----------------------------------------------------------- */

static void test_perf_map(void **state)
{
    static const char text[] = "7f3c5e0a2000 1c0 LazyCompile:~main /app.js:12\n"
                               "7f3c5e0a2000 100 Optimized\n"
                               "0x7f3c5e0a3000 0x10 prefixed\n"
                               "55d000000000 10 low\n"
                               "7f3c5e0a4000 0 empty\n"
                               "7f3c5e0a5000 ffffffffffffffff wraps\n"
                               "7f3c5e0a6000 10\n"
                               "7f3c5e0a7000 10 \n"
                               "x\0y\n"
                               "7f3c5e0a8000 10 cut\0off\n"
                               "11112222333344445 10 long";
    struct pp_symbols *symbols;
    (void)state;
    write_text(text, sizeof text - 1);
    assert_int_equal(pp_symbols_open_perf_map(path, &symbols, NULL), PP_OK);
    assert_int_equal(pp_symbols_count(symbols), 4);
    check_name(symbols, 0x7f3c5e0a20ff, "Optimized");
    check_name(symbols, 0x7f3c5e0a2100, "");
    check_name(symbols, 0x55d00000000f, "low");
    check_name(symbols, 0x7f3c5e0a4000, "");
    check_name(symbols, 0x7f3c5e0a7000, "");
    check_name(symbols, 0x7f3c5e0a8000, "cut");
    pp_symbols_free(symbols);
    unlink(path);
}

static void test_no_regular_file(void **state)
{
    struct pp_symbols *symbols;
    struct pp_error err = {0};
    (void)state;
    assert_int_equal(pp_symbols_open_perf_map("/nonexistent", &symbols, &err),
                     PP_E_SYSTEM);
    assert_null(symbols);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(pp_symbols_open_perf_map(path, &symbols, NULL),
                     PP_E_SYSTEM);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_empty_list),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_kallsyms),
        cmocka_unit_test(test_hidden_kallsyms),
        cmocka_unit_test(test_perf_map),
        cmocka_unit_test(test_no_regular_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
