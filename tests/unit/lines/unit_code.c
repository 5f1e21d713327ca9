/* Units that are read when touched, and forgotten when room is wanted. */
#include "lines/unit_code.h"
#include "entries.h"

enum { UNIT = 1, FUNCTION, CALL, CALL_COUNT = 12000, UNIT_COUNT = 30 };
static const size_t room = 4 << 20;

static struct made_file made;
static struct pp_unit_codes codes;

/* A unit with a function of many calls. */
static void put_unit(void)
{
    begin_unit(&made, 0);
    put_u8(&made.info, UNIT);
    put_u8(&made.info, FUNCTION);
    put(&made.info, 0x1000, 8), put(&made.info, CALL_COUNT, 4);
    for (uint32_t i = 0; i < CALL_COUNT; i++) {
        put_u8(&made.info, CALL);
        put(&made.info, 0x1000 + i, 8), put_u8(&made.info, 1);
    }
    put_u8(&made.info, 0), put_u8(&made.info, 0);
    end_unit(&made);
}

/* Many of that unit, which make several groups. */
static void begin(size_t memory_max)
{
    make_file(&made);
    put_abbreviation(&made, UNIT, DW_TAG_compile_unit, true, ATTRIBUTES(0));
    put_abbreviation(
        &made, FUNCTION, DW_TAG_subprogram, true,
        ATTRIBUTES(DW_AT_low_pc, DW_FORM_addr, DW_AT_high_pc, DW_FORM_data4));
    put_abbreviation(
        &made, CALL, DW_TAG_inlined_subroutine, false,
        ATTRIBUTES(DW_AT_low_pc, DW_FORM_addr, DW_AT_high_pc, DW_FORM_data1));
    put_u8(&made.abbrev, 0);
    put_unit();
    char *info = pp_arena_array(&made.arena, UNIT_COUNT, made.info.size);
    for (uint32_t i = 0; i < UNIT_COUNT; i++)
        memcpy(info + i * made.info.size, made.info.data, made.info.size);
    made.file.sections[PP_DWARF_ABBREV] = slice_of(&made.abbrev);
    made.file.sections[PP_DWARF_INFO] =
        (struct pp_slice){info, UNIT_COUNT * made.info.size};
    assert_int_equal(pp_dwarf_read_units(&made.file, NULL, NULL), PP_OK);
    codes = (struct pp_unit_codes){.memory_max = memory_max};
    codes.splits.arena = &made.arena;
    assert_int_equal(pp_unit_codes_init(&codes, &made.arena, &made.file),
                     PP_OK);
    assert_int_equal(codes.count, UNIT_COUNT);
    assert_true(codes.groups.count >= 3);
}

static void finish(void)
{
    pp_unit_codes_release(&codes);
    assert_int_equal(codes.memory, 0);
    assert_int_equal(codes.line_bytes, 0);
    release_file(&made);
}

static void check_unit(uint32_t index)
{
    const struct pp_unit_code *code = pp_unit_codes_get(&codes, index);
    assert_true(code->has_scopes);
    assert_int_equal(code->scopes.all.count, CALL_COUNT + 1);
    assert_int_equal(pp_ranges_find(&code->scopes.ranges, 0x1000 + 77), 78);
}

static void prepare(uint32_t first, uint32_t count)
{
    uint32_t indices[UNIT_COUNT];
    for (uint32_t i = 0; i < count; i++)
        indices[i] = first + i;
    pp_unit_codes_prepare(&codes, indices, count);
}

static uint32_t count_read(void)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < codes.count; i++)
        count += codes.items[i].has_scopes;
    return count;
}

static void test_read_once(void **state)
{
    (void)state;
    begin(0);
    check_unit(3);
    assert_int_equal(count_read(), 1);
    const void *scopes = codes.items[3].scopes.all.items;
    prepare(0, 5);
    assert_int_equal(count_read(), 5);
    check_unit(3);
    assert_ptr_equal(codes.items[3].scopes.all.items, scopes);
    finish();
}

static void test_all_at_once(void **state)
{
    (void)state;
    for (int one_thread = 0; one_thread < 2; one_thread++) {
        begin(0);
        codes.one_thread = one_thread;
        prepare(0, UNIT_COUNT);
        assert_int_equal(count_read(), UNIT_COUNT);
        size_t memory = codes.memory;
        for (uint32_t i = 0; i < UNIT_COUNT; i++)
            check_unit(i);
        assert_int_equal(codes.memory, memory);
        finish();
    }
}

/* What was used longest ago goes first. */
static void test_little_room(void **state)
{
    (void)state;
    begin(room);
    for (uint32_t round = 0; round < 2; round++)
        for (uint32_t i = 0; i < UNIT_COUNT; i++) {
            check_unit(i);
            assert_true(codes.memory <= room);
        }
    assert_false(codes.items[0].has_scopes);
    assert_true(codes.items[UNIT_COUNT - 1].has_scopes);
    prepare(0, UNIT_COUNT);
    assert_true(codes.memory <= room);
    assert_true(count_read() < UNIT_COUNT);
    for (uint32_t i = 0; i < UNIT_COUNT; i++)
        check_unit(i);
    finish();
}

/* A unit that does not fit has no scopes, and is not read again and again. */
static void test_no_room(void **state)
{
    (void)state;
    begin(300 << 10);
    const struct pp_unit_code *code = pp_unit_codes_get(&codes, 0);
    assert_true(code->has_scopes);
    assert_int_equal(code->scopes.all.count, 0);
    assert_int_equal(pp_ranges_find(&code->scopes.ranges, 0x1001), PP_NONE);
    finish();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_once),
        cmocka_unit_test(test_all_at_once),
        cmocka_unit_test(test_little_room),
        cmocka_unit_test(test_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
