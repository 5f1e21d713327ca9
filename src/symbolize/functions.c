/* Adding functions to a profile, each once. See functions.h. */
#include "symbolize/functions.h"

void pp_function_adder_init(struct pp_function_adder *adder,
                            struct pp_profile *profile)
{
    *adder = (struct pp_function_adder){.profile = profile, .id_next = 1};
    for (uint32_t i = 0; i < profile->functions.count; i++)
        if (profile->functions.items[i].id >= adder->id_next)
            adder->id_next = profile->functions.items[i].id + 1;
}

void pp_function_adder_release(struct pp_function_adder *adder)
{
    pp_arena_release(&adder->arena);
}

static uint64_t hash_of(const struct pp_function *function)
{
    uint64_t hash = pp_hash_u64(function->name);
    hash = pp_hash_add(hash, function->system_name);
    hash = pp_hash_add(hash, function->filename);
    return pp_hash_add(hash, (uint64_t)function->start_line);
}

static bool is_same(const struct pp_function *a, const struct pp_function *b)
{
    return a->name == b->name && a->system_name == b->system_name &&
           a->filename == b->filename && a->start_line == b->start_line;
}

static uint32_t find(const struct pp_function_adder *adder,
                     const struct pp_function *wanted)
{
    uint32_t at, index;
    pp_table_each (&adder->table, hash_of(wanted), at, index) {
        if (is_same(&adder->profile->functions.items[index], wanted))
            return index;
    }
    return PP_NONE;
}

static uint32_t append(struct pp_function_adder *adder,
                       const struct pp_function *wanted)
{
    struct pp_profile *profile = adder->profile;
    struct pp_function *function =
        pp_vector_add(&profile->arena, &profile->functions);
    if (!function)
        return PP_NONE;
    *function = *wanted;
    uint32_t index = profile->functions.count - 1;
    if (pp_table_insert(&adder->table, &adder->arena, hash_of(wanted), index) <
        0) {
        profile->functions.count--;
        return PP_NONE;
    }
    function->id = adder->id_next++;
    return index;
}

uint32_t pp_function_add(struct pp_function_adder *adder, struct pp_slice name,
                         struct pp_slice system_name, struct pp_slice filename,
                         int64_t start_line)
{
    struct pp_function wanted = {
        .name = pp_profile_add_string(adder->profile, name),
        .system_name = pp_profile_add_string(adder->profile, system_name),
        .filename = pp_profile_add_string(adder->profile, filename),
        .start_line = start_line,
    };
    if (wanted.name == PP_NONE || wanted.system_name == PP_NONE ||
        wanted.filename == PP_NONE)
        return PP_NONE;
    uint32_t index = find(adder, &wanted);
    return index == PP_NONE ? append(adder, &wanted) : index;
}
