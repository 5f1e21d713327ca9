/* Stacks of addresses become stacks of locations. Invariant: a location is one
 * address, found by the table, and stays where it is until renumbering. The
 * order of locations and functions is the reference's (remapLocationIDs and
 * remapFunctionIDs of google/pprof's profile package). */
#include "formats/addresses.h"

#include "formats/scan.h"

void pp_addresses_release(struct pp_addresses *addresses)
{
    pp_arena_release(&addresses->scratch);
}

uint32_t pp_addresses_find(const struct pp_addresses *addresses,
                           uint64_t address)
{
    uint32_t at, location;
    pp_table_each (&addresses->table, pp_hash_u64(address), at, location) {
        if (addresses->profile->locations.items[location].address == address)
            return location;
    }
    return PP_NONE;
}

static uint32_t intern(struct pp_addresses *addresses, uint64_t address)
{
    uint32_t location = pp_addresses_find(addresses, address);
    if (location != PP_NONE)
        return location;
    location = pp_profile_add_location(addresses->profile, PP_NONE, address);
    if (location == PP_NONE ||
        pp_table_insert(&addresses->table, &addresses->scratch,
                        pp_hash_u64(address), location) < 0)
        return PP_NONE;
    return location;
}

int pp_addresses_push(struct pp_addresses *addresses, uint64_t address,
                      struct pp_error *err)
{
    bool is_leaf = addresses->stack.count == 0;
    if (addresses->returns == PP_RETURNS_ALL ||
        (addresses->returns == PP_RETURNS_CALLERS && !is_leaf))
        address--;
    uint32_t location = intern(addresses, address);
    if (location == PP_NONE)
        return pp_fail_memory(err);
    uint32_t *frame = pp_vector_add(&addresses->scratch, &addresses->stack);
    if (!frame)
        return pp_fail_memory(err);
    *frame = location;
    return PP_OK;
}

int pp_addresses_push_text(struct pp_addresses *addresses, struct pp_slice text,
                           struct pp_error *err)
{
    while (pp_take_past(&text, pp_slice_literal("0x"))) {
        struct pp_slice digits = pp_take_while(&text, pp_is_hex_small);
        if (digits.size == 0)
            continue;
        uint64_t address;
        if (!pp_read_hex(digits, &address))
            return pp_fail(err, PP_E_FORMAT,
                           "an address has more than 64 bits");
        int status = pp_addresses_push(addresses, address, err);
        if (status < 0)
            return status;
    }
    return PP_OK;
}

int pp_addresses_add_sample(struct pp_addresses *addresses,
                            const int64_t *values, struct pp_error *err)
{
    uint32_t sample =
        pp_profile_add_sample(addresses->profile, addresses->stack.items,
                              addresses->stack.count, values);
    addresses->stack.count = 0;
    return sample == PP_NONE ? pp_fail_memory(err) : PP_OK;
}

/* ---- dropping frames ---------------------------------------------------- */

/* Drop the second frames that the test is true for. Stacks move up, so that
 * they lie side by side afterwards, too. */
static void drop_seconds(struct pp_profile *profile,
                         bool (*is_dropped)(const struct pp_profile *profile,
                                            const uint32_t *stack,
                                            uint32_t location),
                         uint32_t location)
{
    uint32_t *stacks = profile->stacks.items;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        struct pp_sample *sample = &profile->samples.items[i];
        uint32_t *stack = stacks + sample->stack_start;
        if (sample->stack_depth > 1 && is_dropped(profile, stack, location)) {
            stack[1] = stack[0];
            stack++;
            sample->stack_depth--;
        }
        memmove(stacks + kept, stack, sample->stack_depth * sizeof *stack);
        sample->stack_start = kept;
        kept += sample->stack_depth;
    }
    profile->stacks.count = kept;
}

static bool is_location(const struct pp_profile *profile, const uint32_t *stack,
                        uint32_t location)
{
    (void)profile;
    return stack[1] == location;
}

void pp_addresses_drop_second(struct pp_profile *profile, uint32_t location)
{
    drop_seconds(profile, is_location, location);
}

static bool is_twin(const struct pp_profile *profile, const uint32_t *stack,
                    uint32_t location)
{
    const struct pp_location *locations = profile->locations.items;
    (void)location;
    return locations[stack[0]].address == locations[stack[1]].address + 1;
}

void pp_addresses_drop_twins(struct pp_profile *profile)
{
    drop_seconds(profile, is_twin, PP_NONE);
}

/* ---- renumbering -------------------------------------------------------- */

/* New numbers in the order of asking. */
struct numbers {
    uint32_t *new_of, *old_of;
    uint32_t count;
};

static int init_numbers(struct numbers *numbers, struct pp_arena *arena,
                        uint32_t count)
{
    numbers->new_of = pp_arena_array(arena, count, sizeof *numbers->new_of);
    numbers->old_of = pp_arena_array(arena, count, sizeof *numbers->old_of);
    numbers->count = 0;
    if (!numbers->new_of || !numbers->old_of)
        return PP_E_MEMORY;
    memset(numbers->new_of, 0xff, count * sizeof *numbers->new_of); /* NONE */
    return PP_OK;
}

static uint32_t renumber(struct numbers *numbers, uint32_t old)
{
    if (numbers->new_of[old] == PP_NONE) {
        numbers->old_of[numbers->count] = old;
        numbers->new_of[old] = numbers->count++;
    }
    return numbers->new_of[old];
}

static void renumber_stacks(struct pp_profile *profile, struct numbers *numbers)
{
    for (uint32_t i = 0; i < profile->samples.count; i++) {
        const struct pp_sample *sample = &profile->samples.items[i];
        uint32_t *stack = profile->stacks.items + sample->stack_start;
        for (uint32_t depth = 0; depth < sample->stack_depth; depth++)
            stack[depth] = renumber(numbers, stack[depth]);
    }
}

static void renumber_lines(struct pp_profile *profile, struct numbers *numbers)
{
    for (uint32_t i = 0; i < profile->locations.count; i++) {
        const struct pp_location *location = &profile->locations.items[i];
        struct pp_line *lines = profile->lines.items + location->line_start;
        for (uint32_t line = 0; line < location->line_count; line++)
            lines[line].function = renumber(numbers, lines[line].function);
    }
}

/* Bring items into their new order. An id is the first member of each. */
static int reorder(void *items, size_t item_size, const struct numbers *numbers,
                   struct pp_arena *scratch)
{
    char *ordered = pp_arena_array(scratch, numbers->count, item_size);
    if (!ordered)
        return PP_E_MEMORY;
    for (uint32_t i = 0; i < numbers->count; i++) {
        uint64_t id = (uint64_t)i + 1;
        char *item = ordered + i * item_size;
        memcpy(item, (char *)items + numbers->old_of[i] * item_size, item_size);
        memcpy(item, &id, sizeof id);
    }
    memcpy(items, ordered, numbers->count * item_size);
    return PP_OK;
}

static int renumber_all(struct pp_profile *profile, struct pp_arena *scratch)
{
    struct numbers locations, functions;
    if (init_numbers(&locations, scratch, profile->locations.count) < 0 ||
        init_numbers(&functions, scratch, profile->functions.count) < 0)
        return PP_E_MEMORY;
    renumber_stacks(profile, &locations);
    if (reorder(profile->locations.items, sizeof *profile->locations.items,
                &locations, scratch) < 0)
        return PP_E_MEMORY;
    profile->locations.count = locations.count;
    renumber_lines(profile, &functions);
    if (reorder(profile->functions.items, sizeof *profile->functions.items,
                &functions, scratch) < 0)
        return PP_E_MEMORY;
    profile->functions.count = functions.count;
    return PP_OK;
}

int pp_addresses_renumber(struct pp_profile *profile, struct pp_error *err)
{
    struct pp_arena scratch = {0};
    int status = renumber_all(profile, &scratch);
    pp_arena_release(&scratch);
    return status < 0 ? pp_fail_memory(err) : PP_OK;
}
