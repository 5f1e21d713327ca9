/* Scopes and line tables of the units that were touched. See unit_code.h.
 *
 * Units next to each other have an arena in common, so that a group is read by
 * whichever thread comes first, and goes as a whole when room is wanted.
 *
 * Invariant: what groups share, abbreviations, is read before threads start; a
 * thread writes to the group that it reads only. What is read of
 * .debug_line is bounded by a few times its size, whatever offsets units
 * claim. */
#include "lines/unit_code.h"

#include <stdatomic.h>

#include "os/os.h"

enum { PROGRAM_TIMES_MAX = 16, PROGRAM_EXTRA = 1 << 20 };

/* ---- life --------------------------------------------------------------- */

/* Units that have it from one place also have one text for their directory. */
static bool have_one_table(const struct pp_dwarf_unit *a,
                           const struct pp_dwarf_unit *b)
{
    return a->line_table == b->line_table &&
           a->directory.data == b->directory.data;
}

/* Find, for each unit, the first one with the same line table; itself, if it
 * has none. */
static int find_owners(struct pp_unit_codes *codes)
{
    struct pp_arena scratch = {0};
    struct pp_table table = {0};
    int status = PP_OK;
    for (uint32_t i = 0; status == PP_OK && i < codes->count; i++) {
        const struct pp_dwarf_unit *unit = codes->items[i].unit;
        uint64_t hash = pp_hash_add(pp_hash_foreign_u64(unit->line_table),
                                    (uintptr_t)unit->directory.data);
        uint32_t at, index, owner = PP_NONE;
        pp_table_each (&table, hash, at, index)
            if (have_one_table(codes->items[index].unit, unit))
                owner = index;
        bool is_owner =
            owner == PP_NONE || unit->line_table == PP_DWARF_NO_OFFSET;
        codes->items[i].table_owner = is_owner ? i : owner;
        if (owner == PP_NONE)
            status = pp_table_insert(&table, &scratch, hash, i);
    }
    pp_arena_release(&scratch);
    return status;
}

/* Put each unit into the group of those before it, or a new one. */
static int group_units(struct pp_unit_codes *codes, struct pp_arena *arena)
{
    enum { GROUP_SIZE = 1 << 20 }; /* of units, in bytes */
    uint64_t size = GROUP_SIZE;
    for (uint32_t i = 0; i < codes->count; i++) {
        const struct pp_dwarf_unit *unit = codes->items[i].unit;
        if (size >= GROUP_SIZE) {
            struct pp_unit_group *group = pp_vector_add(arena, &codes->groups);
            if (!group)
                return PP_E_MEMORY;
            group->first = i;
            size = 0;
        }
        codes->items[i].group = codes->groups.count - 1;
        codes->groups.items[codes->groups.count - 1].count++;
        size += unit->end - unit->offset;
    }
    for (uint32_t i = 0; i < codes->groups.count; i++)
        pp_arena_init(&codes->groups.items[i].arena, codes->memory_max);
    return PP_OK;
}

int pp_unit_codes_init(struct pp_unit_codes *codes, struct pp_arena *arena,
                       const struct pp_dwarf_file *file)
{
    codes->items =
        pp_arena_array(arena, file->units.count, sizeof *codes->items);
    if (!codes->items)
        return PP_E_MEMORY;
    codes->count = file->units.count;
    for (uint32_t i = 0; i < codes->count; i++) {
        codes->items[i].unit = &file->units.items[i];
        codes->items[i].tree = &file->units.items[i];
    }
    return find_owners(codes) < 0 ? PP_E_MEMORY : group_units(codes, arena);
}

/* Account for what a group holds now: it also grows while it is used. */
static void settle(struct pp_unit_codes *codes, struct pp_unit_group *group)
{
    codes->memory += group->arena.used - group->memory;
    group->memory = group->arena.used;
}

static void forget_scopes(struct pp_unit_code *code)
{
    memset(&code->scopes, 0, sizeof code->scopes);
    memset(&code->known, 0, sizeof code->known);
    code->has_scopes = false;
}

static void forget_table(struct pp_unit_code *code)
{
    memset(&code->table, 0, sizeof code->table);
    code->has_table = false;
}

static void forget(struct pp_unit_codes *codes, struct pp_unit_group *group)
{
    for (uint32_t i = group->first; i < group->first + group->count; i++) {
        struct pp_unit_code *code = &codes->items[i];
        forget_scopes(code);
        forget_table(code);
        codes->line_bytes -= code->table_bytes;
        code->table_bytes = 0;
    }
    pp_arena_release(&group->arena);
    settle(codes, group);
}

void pp_unit_codes_release(struct pp_unit_codes *codes)
{
    for (uint32_t i = 0; i < codes->groups.count; i++)
        forget(codes, &codes->groups.items[i]);
    pp_splits_release(&codes->splits);
}

/* ---- reading ------------------------------------------------------------ */

/* A skeleton's functions are in its split unit. */
static void find_tree(struct pp_unit_codes *codes, struct pp_unit_code *code)
{
    if (!code->has_tree && code->unit->split_name.size > 0)
        pp_splits_find(&codes->splits, code->unit, &code->tree,
                       &codes->missing);
    code->has_tree = true;
}

/* Both are false, and leave what there is empty, when it does not fit into
 * memory. */
static bool read_scopes(struct pp_unit_codes *codes, struct pp_unit_code *code)
{
    const struct pp_abbreviations *table =
        code->tree ? pp_abbreviations_of(code->tree) : NULL;
    code->has_scopes =
        !table ||
        pp_scopes_read(&code->scopes, pp_unit_codes_arena(codes, code),
                       code->tree, table) == PP_OK;
    if (!code->has_scopes)
        forget_scopes(code);
    return code->has_scopes;
}

static bool read_table(struct pp_unit_codes *codes, struct pp_unit_code *code)
{
    code->has_table =
        code->table_bytes == 0 ||
        pp_line_table_read(&code->table, pp_unit_codes_arena(codes, code),
                           code->unit) == PP_OK;
    if (!code->has_table)
        forget_table(code);
    return code->has_table;
}

/* Account for a line program that is read next, if it may be. */
static void claim_table(struct pp_unit_codes *codes, struct pp_unit_code *code)
{
    const struct pp_dwarf_file *file = code->unit->file;
    struct pp_slice section = file->sections[PP_DWARF_LINE];
    struct pp_cursor cursor =
        pp_cursor_at(section, code->unit->line_table, file->is_swapped);
    uint8_t offset_size;
    uint64_t size = pp_cursor_unit_length(&cursor, &offset_size);
    if (code->table_bytes > 0 ||
        (codes->line_bytes + size) / PROGRAM_TIMES_MAX >
            section.size + PROGRAM_EXTRA)
        return;
    code->table_bytes = size;
    codes->line_bytes += size;
}

/* ---- room --------------------------------------------------------------- */

static struct pp_unit_group *group_of(struct pp_unit_codes *codes,
                                      uint32_t unit)
{
    return &codes->groups.items[codes->items[unit].group];
}

/* The groups of a unit and of its line table are used now. */
static void touch(struct pp_unit_codes *codes, const struct pp_unit_code *code)
{
    codes->use_count++;
    codes->groups.items[code->group].used_at = codes->use_count;
    group_of(codes, code->table_owner)->used_at = codes->use_count;
}

/* The group that was used longest ago; NULL when all room is that of the last
 * ones used. */
static struct pp_unit_group *find_oldest(struct pp_unit_codes *codes)
{
    struct pp_unit_group *oldest = NULL;
    for (uint32_t i = 0; i < codes->groups.count; i++) {
        struct pp_unit_group *group = &codes->groups.items[i];
        if (group->memory > 0 && group->used_at < codes->use_count &&
            (!oldest || group->used_at < oldest->used_at))
            oldest = group;
    }
    return oldest;
}

static void make_room(struct pp_unit_codes *codes)
{
    while (codes->memory_max > 0 && codes->memory > codes->memory_max) {
        struct pp_unit_group *oldest = find_oldest(codes);
        if (!oldest)
            return;
        forget(codes, oldest);
    }
}

/* Read what is not there. false when it does not fit. */
static bool read_unit(struct pp_unit_codes *codes, struct pp_unit_code *code,
                      struct pp_unit_code *owner)
{
    if (!owner->has_table)
        claim_table(codes, owner);
    return (code->has_scopes || read_scopes(codes, code)) &&
           (owner->has_table || read_table(codes, owner));
}

struct pp_unit_code *pp_unit_codes_get(struct pp_unit_codes *codes,
                                       uint32_t index)
{
    struct pp_unit_code *code = &codes->items[index];
    struct pp_unit_code *owner = &codes->items[code->table_owner];
    struct pp_unit_group *group = group_of(codes, index);
    struct pp_unit_group *owners = group_of(codes, code->table_owner);
    touch(codes, code);
    find_tree(codes, code);
    if (!read_unit(codes, code, owner)) {
        /* Perhaps others of the group left it no room. */
        forget(codes, group);
        forget(codes, owners);
        read_unit(codes, code, owner);
    }
    /* What still does not fit stays empty: it would not the next time. */
    code->has_scopes = owner->has_table = true;
    settle(codes, group);
    settle(codes, owners);
    make_room(codes);
    return code;
}

/* ---- several at once ---------------------------------------------------- */

/* What threads do: some groups. */
struct crew {
    struct pp_unit_codes *codes;
    struct {
        struct pp_unit_group **items;
        uint32_t count, capacity;
    } groups;
    atomic_uint next;
    atomic_size_t memory;
};

/* Read what is wanted of a group, unless there is no room left: half is enough
 * to begin with, for the rest goes to what the other threads are at. */
static void read_group(struct crew *crew, struct pp_unit_group *group)
{
    struct pp_unit_codes *codes = crew->codes;
    bool has_room = codes->memory_max == 0 ||
                    atomic_load(&crew->memory) < codes->memory_max / 2;
    for (uint32_t i = group->first; i < group->first + group->count; i++) {
        struct pp_unit_code *code = &codes->items[i];
        if (has_room && code->wants_scopes)
            read_scopes(codes, code);
        if (has_room && code->wants_table)
            read_table(codes, code);
        code->wants_scopes = code->wants_table = false;
    }
    atomic_fetch_add(&crew->memory, group->arena.used - group->memory);
}

static void work(void *context, uint32_t part)
{
    struct crew *crew = context;
    uint32_t index;
    (void)part;
    while ((index = atomic_fetch_add(&crew->next, 1)) < crew->groups.count)
        read_group(crew, crew->groups.items[index]);
}

static bool list_group(struct crew *crew, struct pp_arena *scratch,
                       struct pp_unit_group *group)
{
    if (group->is_listed)
        return true;
    struct pp_unit_group **listed = pp_vector_add(scratch, &crew->groups);
    if (listed)
        *listed = group;
    group->is_listed = listed != NULL;
    return group->is_listed;
}

/* List what has to be read of a unit; abbreviations are read at once. How many
 * bytes that is. */
static uint64_t list_unit(struct crew *crew, struct pp_arena *scratch,
                          uint32_t index)
{
    struct pp_unit_codes *codes = crew->codes;
    struct pp_unit_code *code = &codes->items[index];
    struct pp_unit_code *owner = &codes->items[code->table_owner];
    uint64_t bytes = 0;
    touch(codes, code);
    find_tree(codes, code);
    if (!code->has_scopes && !code->wants_scopes && code->tree &&
        pp_abbreviations_of(code->tree)) {
        code->wants_scopes = list_group(crew, scratch, group_of(codes, index));
        bytes += code->tree->end - code->tree->offset;
    }
    if (!owner->has_table && !owner->wants_table) {
        claim_table(codes, owner);
        owner->wants_table =
            list_group(crew, scratch, group_of(codes, code->table_owner));
        bytes += owner->table_bytes;
    }
    return bytes;
}

void pp_unit_codes_prepare(struct pp_unit_codes *codes, const uint32_t *indices,
                           uint32_t count)
{
    enum { ENOUGH = 1 << 20 }; /* bytes for a thread to be worth it */
    struct pp_arena scratch = {0};
    struct crew crew = {.codes = codes, .memory = codes->memory};
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < count; i++)
        bytes += list_unit(&crew, &scratch, indices[i]);
    pp_os_run_parts(codes->one_thread ? 1 : pp_os_part_count(bytes, ENOUGH),
                    work, &crew);
    for (uint32_t i = 0; i < crew.groups.count; i++) {
        crew.groups.items[i]->is_listed = false;
        settle(codes, crew.groups.items[i]);
    }
    make_room(codes);
    pp_arena_release(&scratch);
}
