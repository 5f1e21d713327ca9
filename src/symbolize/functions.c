/* Adding functions to a profile, each once. See functions.h. */
#include "symbolize/functions.h"

/* ---- adding ------------------------------------------------------------- */

/* Large programs have some hundred megabytes of names in all. A file of names
 * that lie inside of one another could tell without end. */
static const size_t text_size_max = (size_t)1 << 30;

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
        .is_start_found = adder->finds_starts,
    };
    if (wanted.name == PP_NONE || wanted.system_name == PP_NONE ||
        wanted.filename == PP_NONE)
        return PP_NONE;
    uint32_t index = find(adder, &wanted);
    if (index != PP_NONE)
        return index;
    adder->text_size += name.size + system_name.size + filename.size;
    return adder->text_size <= text_size_max ? append(adder, &wanted) : PP_NONE;
}

/* ---- by frame ----------------------------------------------------------- */

struct pp_frame_function {
    struct pp_slice name, file;
    int64_t start_line;
    uint32_t function;
};

static bool lies_there(struct pp_slice a, struct pp_slice b)
{
    return a.data == b.data && a.size == b.size;
}

static uint64_t hash_of_frame(const struct pp_frame *frame)
{
    uint64_t hash = pp_hash_u64((uintptr_t)frame->function.data);
    hash = pp_hash_add(hash, (uintptr_t)frame->file.data);
    return pp_hash_add(hash, (uint64_t)frame->start_line);
}

uint32_t pp_frame_functions_find(const struct pp_frame_functions *functions,
                                 const struct pp_frame *frame)
{
    uint32_t at, index;
    pp_table_each (&functions->by_place, hash_of_frame(frame), at, index) {
        const struct pp_frame_function *known = &functions->all.items[index];
        if (lies_there(known->name, frame->function) &&
            lies_there(known->file, frame->file) &&
            known->start_line == frame->start_line)
            return known->function;
    }
    return PP_NONE;
}

void pp_frame_functions_add(struct pp_frame_functions *functions,
                            const struct pp_frame *frame, uint32_t function)
{
    struct pp_frame_function *added =
        pp_vector_add(&functions->arena, &functions->all);
    if (!added)
        return;
    *added = (struct pp_frame_function){frame->function, frame->file,
                                        frame->start_line, function};
    if (pp_table_insert(&functions->by_place, &functions->arena,
                        hash_of_frame(frame), functions->all.count - 1) < 0)
        functions->all.count--;
}

void pp_frame_functions_release(struct pp_frame_functions *functions)
{
    pp_arena_release(&functions->arena);
    *functions = (struct pp_frame_functions){0};
}
