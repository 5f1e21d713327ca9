/* Scopes and line tables of the units that were touched. See unit_code.h.
 *
 * Each has an arena of its own, so that it is read by whichever thread comes
 * first, and goes as a whole when room is wanted.
 *
 * Invariant: what several units share, abbreviations, is read before threads
 * start; a thread writes to the unit that it reads only. What is read of
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

/* Find, for each unit, the first one with the same line table. */
static int find_owners(struct pp_unit_codes *codes)
{
    struct pp_arena scratch = {0};
    struct pp_table table = {0};
    int status = PP_OK;
    for (uint32_t i = 0; status == PP_OK && i < codes->count; i++) {
        const struct pp_dwarf_unit *unit = codes->items[i].unit;
        uint64_t hash = pp_hash_add(pp_hash_u64(unit->line_table),
                                    (uintptr_t)unit->directory.data);
        uint32_t at, index, owner = PP_NONE;
        pp_table_each (&table, hash, at, index)
            if (have_one_table(codes->items[index].unit, unit))
                owner = index;
        codes->items[i].table_owner = owner == PP_NONE ? i : owner;
        if (owner == PP_NONE)
            status = pp_table_insert(&table, &scratch, hash, i);
    }
    pp_arena_release(&scratch);
    return status;
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
    return find_owners(codes);
}

/* Account for what a unit holds now: it also grows while it is used. */
static void settle(struct pp_unit_codes *codes, struct pp_unit_code *code)
{
    size_t memory = code->scopes_arena.used + code->table_arena.used;
    codes->memory += memory - code->memory;
    code->memory = memory;
}

static void forget_scopes(struct pp_unit_code *code)
{
    pp_arena_release(&code->scopes_arena);
    memset(&code->scopes, 0, sizeof code->scopes);
    memset(&code->known, 0, sizeof code->known);
}

static void forget_table(struct pp_unit_code *code)
{
    pp_arena_release(&code->table_arena);
    memset(&code->table, 0, sizeof code->table);
}

static void forget(struct pp_unit_codes *codes, struct pp_unit_code *code)
{
    forget_scopes(code);
    forget_table(code);
    settle(codes, code);
    codes->line_bytes -= code->table_bytes;
    code->table_bytes = 0;
    code->has_scopes = code->has_table = false;
}

void pp_unit_codes_release(struct pp_unit_codes *codes)
{
    for (uint32_t i = 0; i < codes->count; i++)
        forget(codes, &codes->items[i]);
    pp_splits_release(&codes->splits);
}

/* ---- reading ------------------------------------------------------------ */

/* What does not fit into memory stays empty: it would not fit the next time
 * either. */
static void read_scopes(struct pp_unit_code *code, size_t memory_max)
{
    const struct pp_abbreviations *table =
        code->tree ? pp_abbreviations_of(code->tree) : NULL;
    pp_arena_init(&code->scopes_arena, memory_max);
    if (table && pp_scopes_read(&code->scopes, &code->scopes_arena, code->tree,
                                table) < 0)
        forget_scopes(code);
}

/* A skeleton's functions are in its split unit. */
static void find_tree(struct pp_unit_codes *codes, struct pp_unit_code *code)
{
    if (!code->has_tree && code->unit->split_name.size > 0)
        pp_splits_find(&codes->splits, code->unit, &code->tree,
                       &codes->missing);
    code->has_tree = true;
}

static void read_table(struct pp_unit_code *code, size_t memory_max)
{
    pp_arena_init(&code->table_arena, memory_max);
    if (code->table_bytes > 0 &&
        pp_line_table_read(&code->table, &code->table_arena, code->unit) < 0)
        forget_table(code);
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
    code->has_table = true;
    if ((codes->line_bytes + size) / PROGRAM_TIMES_MAX >
        section.size + PROGRAM_EXTRA)
        return;
    code->table_bytes = size;
    codes->line_bytes += size;
}

/* ---- room --------------------------------------------------------------- */

/* The unit that was used longest ago and is not `wanted`; NULL when all room is
 * the wanted one's. */
static struct pp_unit_code *find_oldest(struct pp_unit_codes *codes,
                                        const struct pp_unit_code *wanted)
{
    const struct pp_unit_code *owner = &codes->items[wanted->table_owner];
    struct pp_unit_code *oldest = NULL;
    for (uint32_t i = 0; i < codes->count; i++) {
        struct pp_unit_code *code = &codes->items[i];
        if (code->memory > 0 && code != wanted && code != owner &&
            (!oldest || code->used_at < oldest->used_at))
            oldest = code;
    }
    return oldest;
}

static void make_room(struct pp_unit_codes *codes,
                      const struct pp_unit_code *wanted)
{
    while (codes->memory_max > 0 && codes->memory > codes->memory_max) {
        struct pp_unit_code *oldest = find_oldest(codes, wanted);
        if (!oldest)
            return;
        forget(codes, oldest);
    }
}

struct pp_unit_code *pp_unit_codes_get(struct pp_unit_codes *codes,
                                       uint32_t index)
{
    struct pp_unit_code *code = &codes->items[index];
    struct pp_unit_code *owner = &codes->items[code->table_owner];
    code->used_at = owner->used_at = ++codes->use_count;
    find_tree(codes, code);
    if (!code->has_scopes)
        read_scopes(code, codes->memory_max);
    code->has_scopes = true;
    if (!owner->has_table) {
        claim_table(codes, owner);
        read_table(owner, codes->memory_max);
    }
    settle(codes, owner);
    settle(codes, code);
    make_room(codes, code);
    return code;
}

/* ---- several at once ---------------------------------------------------- */

/* What threads do: the scopes of some units, and the tables of some. */
struct crew {
    struct pp_unit_codes *codes;
    struct {
        uint32_t *items;
        uint32_t count, capacity;
    } scopes, tables;
    atomic_uint next;
    atomic_size_t memory;
};

/* One of the jobs, unless there is no room left: half is enough to begin with,
 * for the rest goes to what the other threads are at. */
static void do_job(struct crew *crew, uint32_t job)
{
    bool is_table = job >= crew->scopes.count;
    uint32_t index = is_table ? crew->tables.items[job - crew->scopes.count]
                              : crew->scopes.items[job];
    struct pp_unit_code *code = &crew->codes->items[index];
    size_t memory_max = crew->codes->memory_max;
    bool has_room =
        memory_max == 0 || atomic_load(&crew->memory) < memory_max / 2;
    if (is_table)
        code->has_table = has_room;
    else
        code->has_scopes = has_room;
    if (!has_room)
        return;
    if (is_table)
        read_table(code, memory_max);
    else
        read_scopes(code, memory_max);
    atomic_fetch_add(&crew->memory, is_table ? code->table_arena.used
                                             : code->scopes_arena.used);
}

static void work(void *context, uint32_t part)
{
    struct crew *crew = context;
    uint32_t job, count = crew->scopes.count + crew->tables.count;
    (void)part;
    while ((job = atomic_fetch_add(&crew->next, 1)) < count)
        do_job(crew, job);
}

/* List what has to be read of a unit; abbreviations are read at once. How many
 * bytes that is, or 0. */
static uint64_t list_jobs(struct crew *crew, struct pp_arena *scratch,
                          uint32_t index)
{
    struct pp_unit_codes *codes = crew->codes;
    struct pp_unit_code *code = &codes->items[index];
    struct pp_unit_code *owner = &codes->items[code->table_owner];
    uint64_t bytes = 0;
    code->used_at = owner->used_at = ++codes->use_count;
    find_tree(codes, code);
    if (!code->has_scopes && code->tree && pp_abbreviations_of(code->tree)) {
        uint32_t *job = pp_vector_add(scratch, &crew->scopes);
        if (job)
            *job = index;
        code->has_scopes = job != NULL;
        bytes += code->tree->end - code->tree->offset;
    }
    if (!owner->has_table) {
        uint32_t *job = pp_vector_add(scratch, &crew->tables);
        if (job) {
            *job = code->table_owner;
            claim_table(codes, owner);
        }
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
        bytes += list_jobs(&crew, &scratch, indices[i]);
    pp_os_run_parts(codes->one_thread ? 1 : pp_os_part_count(bytes, ENOUGH),
                    work, &crew);
    for (uint32_t i = 0; i < count; i++) {
        struct pp_unit_code *code = &codes->items[indices[i]];
        settle(codes, code);
        settle(codes, &codes->items[code->table_owner]);
    }
    pp_arena_release(&scratch);
}
