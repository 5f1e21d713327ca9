/* Which code lies around samples: what is near is one range, ranges stay in
 * their mapping, even at its very start and end, and do not overlap. */
#include "../stacks.h"

#include "report/weblist.h"

struct setting {
    struct pp_arena arena;
    struct pp_profile *profile;
    struct pp_weblist_place places[64];
    uint32_t count;
    struct pp_weblist_ranges ranges;
};

static void exhausted(void)
{
    abort();
}

static void begin(struct setting *setting)
{
    memset(setting, 0, sizeof *setting);
    pp_arena_init_fatal(&setting->arena, exhausted);
    setting->profile = stacks_new("cpu", "nanoseconds");
}

static void end(struct setting *setting)
{
    pp_profile_free(setting->profile);
    pp_arena_release(&setting->arena);
}

static uint32_t map(struct setting *setting, uint64_t start, uint64_t limit,
                    const char *file)
{
    return pp_profile_add_mapping(setting->profile, start, limit, 0,
                                  pp_slice_of(file), pp_slice_literal(""));
}

/* A wanted place; they come by address. */
static void want(struct setting *setting, uint32_t mapping, uint64_t address,
                 int64_t flat)
{
    setting->places[setting->count++] = (struct pp_weblist_place){
        .address = address,
        .location = pp_profile_add_location(setting->profile, mapping, address),
        .flat = flat,
        .cum = flat,
    };
}

static void find(struct setting *setting)
{
    pp_weblist_find_ranges(&setting->ranges, &setting->arena, setting->profile,
                           setting->places, setting->count);
}

static void assert_range(const struct setting *setting, uint32_t index,
                         uint64_t from, uint64_t to, int64_t flat)
{
    assert_true(index < setting->ranges.count);
    const struct pp_weblist_range *range = &setting->ranges.items[index];
    assert_int_equal(range->begin, from);
    assert_int_equal(range->end, to);
    assert_int_equal(range->flat, flat);
}

static void near_places_are_one_range(void **state)
{
    struct setting setting;
    (void)state;
    begin(&setting);
    uint32_t mapping = map(&setting, 0x400000, 0x500000, "/bin/a");
    want(&setting, mapping, 0x410000, 1);
    want(&setting, mapping, 0x410000 + 1000, 2); /* meet */
    want(&setting, mapping, 0x410000 + 2001, 4); /* do not */
    find(&setting);
    assert_int_equal(setting.ranges.count, 2);
    assert_range(&setting, 0, 0x410000 + 1501, 0x410000 + 2501, 4);
    assert_range(&setting, 1, 0x410000 - 500, 0x410000 + 1500, 3);
    end(&setting);
}

static void what_took_most_comes_first(void **state)
{
    struct setting setting;
    (void)state;
    begin(&setting);
    uint32_t mapping = map(&setting, 0x400000, 0x500000, "/bin/a");
    want(&setting, mapping, 0x410000, -5);
    want(&setting, mapping, 0x420000, 7);
    want(&setting, mapping, 0x430000, 0);
    want(&setting, mapping, 0x440000, 7);
    find(&setting);
    assert_int_equal(setting.ranges.count, 4);
    assert_int_equal(setting.ranges.items[0].first, 0x420000);
    assert_int_equal(setting.ranges.items[1].first, 0x440000);
    assert_int_equal(setting.ranges.items[2].first, 0x430000);
    assert_int_equal(setting.ranges.items[3].first, 0x410000);
    end(&setting);
}

static void ranges_stay_in_their_mapping(void **state)
{
    struct setting setting;
    (void)state;
    begin(&setting);
    uint32_t low = map(&setting, 0x1000, 0x2000, "/bin/a");
    uint32_t high = map(&setting, UINT64_MAX - 0xfff, UINT64_MAX, "/bin/b");
    want(&setting, low, 0x1000, 4);
    want(&setting, low, 0x1fff, 3);
    want(&setting, high, UINT64_MAX - 0xffe, 2);
    want(&setting, high, UINT64_MAX - 1, 1);
    find(&setting);
    assert_int_equal(setting.ranges.count, 4);
    assert_range(&setting, 0, 0x1000, 0x1000 + 500, 4);
    assert_range(&setting, 1, 0x1fff - 500, 0x2000, 3);
    assert_range(&setting, 2, UINT64_MAX - 0xfff, UINT64_MAX - 0xffe + 500, 2);
    assert_range(&setting, 3, UINT64_MAX - 501, UINT64_MAX, 1);
    end(&setting);
}

static void a_mapping_that_was_made_up_has_no_limit(void **state)
{
    struct setting setting;
    (void)state;
    begin(&setting);
    want(&setting, map(&setting, 0, 0, "/bin/a"), 0x401000, 1);
    find(&setting);
    assert_range(&setting, 0, 0x401000 - 500, 0x401000 + 500, 1);
    end(&setting);
}

static void what_has_no_file_is_left_out(void **state)
{
    struct setting setting;
    (void)state;
    begin(&setting);
    want(&setting, PP_NONE, 0, 1);
    want(&setting, map(&setting, 0x1000, 0x2000, "/bin/a"), 0x500, 1);
    want(&setting, map(&setting, 0x1000, 0x2000, ""), 0x1800, 1);
    want(&setting, PP_NONE, 0x1900, 1);
    want(&setting, 0, 0x3000, 1);
    setting.places[setting.count++] =
        (struct pp_weblist_place){.address = 0x4000, .location = PP_NONE};
    find(&setting);
    assert_int_equal(setting.ranges.count, 0);
    end(&setting);
}

static void long_ranges_are_parted_without_overlap(void **state)
{
    struct setting setting;
    uint64_t next = 0x400000;
    int64_t flat = 0;
    (void)state;
    begin(&setting);
    uint32_t mapping = map(&setting, 0x100000, 0x10000000, "/bin/a");
    struct pp_weblist_place *places =
        pp_arena_array(&setting.arena, 2000, sizeof *places);
    for (uint32_t i = 0; i < 2000; i++)
        places[i] = (struct pp_weblist_place){
            .address = 0x400000 + 700 * (uint64_t)i,
            .location = pp_profile_add_location(setting.profile, mapping, 1),
            .flat = 2000 - i, /* so that they stay in order */
        };
    pp_weblist_find_ranges(&setting.ranges, &setting.arena, setting.profile,
                           places, 2000);
    assert_true(setting.ranges.count > 20);
    for (uint32_t i = 0; i < setting.ranges.count; i++) {
        const struct pp_weblist_range *range = &setting.ranges.items[i];
        assert_true(range->begin >= next || i == 0);
        assert_true(range->begin <= range->first);
        assert_true(range->last < range->end);
        assert_true(range->last - range->first <= 64 << 10);
        next = range->end;
        flat += range->flat;
    }
    assert_int_equal(flat, 2000 * 2001 / 2);
    end(&setting);
}

static void mappings_over_each_other_have_ranges_of_their_own(void **state)
{
    struct setting setting;
    (void)state;
    begin(&setting);
    uint32_t one = map(&setting, 0x1000, 0x9000, "/bin/a");
    uint32_t other = map(&setting, 0x1000, 0x9000, "/bin/b");
    want(&setting, one, 0x2000, 3);
    want(&setting, other, 0x2010, 1);
    want(&setting, one, 0x2020, 4);
    find(&setting);
    assert_int_equal(setting.ranges.count, 2);
    assert_range(&setting, 0, 0x2000 - 500, 0x2020 + 500, 7);
    assert_range(&setting, 1, 0x2010 - 500, 0x2010 + 500, 1);
    end(&setting);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(near_places_are_one_range),
        cmocka_unit_test(what_took_most_comes_first),
        cmocka_unit_test(ranges_stay_in_their_mapping),
        cmocka_unit_test(a_mapping_that_was_made_up_has_no_limit),
        cmocka_unit_test(what_has_no_file_is_left_out),
        cmocka_unit_test(long_ranges_are_parted_without_overlap),
        cmocka_unit_test(mappings_over_each_other_have_ranges_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
