/* Source lines and inlined calls by address: see lines.h.
 *
 * An address finds its unit among the ranges of all units, in the unit the
 * innermost scope (scopes.h), and from there outwards the frames: the line
 * table tells where the innermost one is, and each inlined call where the
 * frame around it is.
 *
 *     scopes        frame           its position is told by
 *     inlined g     g               the line table
 *     inlined f     f               g's call site
 *     function e    e               f's call site
 *
 * What addresses of a unit need is read when the first of them is asked for
 * (unit_code.h), so that the cost is one pass over each unit touched and two
 * binary searches for each address.
 *
 * Invariant: texts are borrowed from sections or live in the arena, never in
 * what may be forgotten. */
#include "lines/lines.h"

#include "lines/go_table.h"
#include "lines/names.h"
#include "lines/unit_code.h"

/* What is innermost at an address: where it is, and the scope it is in. */
struct innermost {
    uint64_t address;
    uint32_t unit, scope; /* PP_NONE: there is none */
    uint32_t line, column;
    struct pp_slice file;
    bool is_known;
};

struct pp_lines {
    struct pp_arena arena;    /* of everything that stays, itself included */
    struct pp_object *object; /* the caller's */
    struct pp_object *debug;  /* has the DWARF, when the object has not */
    struct pp_go_table *go;   /* NULL: it is no Go program */
    struct pp_object *supplement; /* NULL: there is none */
    struct pp_dwarf_file file, supplementary;
    struct pp_unit_codes codes;
    struct pp_ranges ranges; /* of indices of units */
    struct pp_names names;
    struct pp_strings paths;
    struct innermost *answers; /* for addresses that are asked for again, each
                                  in the place of its hash; NULL: none yet */
    uint32_t answer_mask;      /* how many there may be, minus one */
};

/* ---- opening ------------------------------------------------------------ */

/* Functions that several units have, but the linker has kept once, are those of
 * the first unit: ranges that come later are found first. */
static void reverse(struct pp_ranges *ranges)
{
    for (uint32_t i = 0; i < ranges->count / 2; i++) {
        struct pp_range *other = &ranges->items[ranges->count - 1 - i];
        struct pp_range range = ranges->items[i];
        ranges->items[i] = *other;
        *other = range;
    }
}

/* Find which unit has which addresses. */
static int read_units(struct pp_lines *lines)
{
    struct pp_arena scratch;
    pp_arena_init(&scratch, lines->arena.ceiling);
    int status = pp_dwarf_read_units(&lines->file, &lines->ranges, &scratch);
    reverse(&lines->ranges);
    if (status == PP_OK)
        status = pp_ranges_build(&lines->ranges, &lines->arena);
    if (status == PP_OK)
        status = pp_unit_codes_init(&lines->codes, &lines->arena, &lines->file);
    pp_arena_release(&scratch);
    return status;
}

/* Open the file with what several files have in common, where the object has
 * left that out. Without it names are missing, but no lines. */
static int open_supplement(struct pp_lines *lines, struct pp_object *object,
                           const struct pp_lines_options *options)
{
    if (!pp_object_has_section(object, ".gnu_debugaltlink") &&
        !pp_object_has_section(object, ".debug_sup"))
        return PP_OK;
    if (pp_supplement_open(object, options->search, &options->object,
                           &lines->supplement, &lines->codes.missing) < 0)
        return PP_OK;
    pp_dwarf_take_sections(&lines->supplementary, lines->supplement);
    pp_object_close_file(lines->supplement);
    lines->supplementary.arena = &lines->arena;
    lines->file.supplement = &lines->supplementary;
    return pp_dwarf_read_units(&lines->supplementary, NULL, NULL);
}

static int open_dwarf(struct pp_lines *lines, struct pp_object *object,
                      const struct pp_lines_options *options,
                      struct pp_error *err)
{
    pp_dwarf_take_sections(&lines->file, object);
    if (open_supplement(lines, object, options) < 0 || read_units(lines) < 0)
        return pp_fail_memory(err);
    return PP_OK;
}

/* Where the lines are: Go's table, for Go code; DWARF of the object or, where
 * there is neither, of its debug file. */
static int find_source(struct pp_lines *lines,
                       const struct pp_lines_options *options,
                       struct pp_error *err)
{
    struct pp_object *object = lines->object;
    pp_go_table_open(object, &lines->arena, &lines->go, NULL);
    if (pp_object_has_section(object, ".debug_info"))
        return open_dwarf(lines, object, options, err);
    if (lines->go)
        return PP_OK;
    int status = pp_debug_file_open(object, options->search, &options->object,
                                    &lines->debug, err);
    if (status == PP_OK)
        status = open_dwarf(lines, lines->debug, options, err);
    if (status == PP_OK)
        pp_object_close_file(lines->debug);
    return status;
}

int pp_lines_open(struct pp_object *object,
                  const struct pp_lines_options *options, struct pp_lines **out,
                  struct pp_error *err)
{
    struct pp_arena arena;
    *out = NULL;
    pp_arena_init(&arena, options->memory_max);
    struct pp_lines *lines = pp_arena_new(&arena, struct pp_lines);
    if (!lines)
        return pp_fail_memory(err);
    lines->arena = arena;
    lines->object = object;
    lines->file.arena = lines->names.arena = &lines->arena;
    lines->codes.memory_max = options->memory_max;
    lines->codes.one_thread = options->one_thread;
    lines->codes.splits.arena = &lines->arena;
    lines->codes.splits.path = pp_object_path(object);
    lines->codes.splits.files = options->object;
    int status = find_source(lines, options, err);
    if (status < 0) {
        pp_lines_free(lines);
        return status;
    }
    *out = lines;
    return PP_OK;
}

void pp_lines_free(struct pp_lines *lines)
{
    if (!lines)
        return;
    pp_unit_codes_release(&lines->codes);
    pp_object_free(lines->debug);
    pp_object_free(lines->supplement);
    /* The arena holds the object that holds the arena. */
    struct pp_arena arena = lines->arena;
    pp_arena_release(&arena);
}

/* ---- frames ------------------------------------------------------------- */

/* The name of a file of the unit, where it stays. */
static struct pp_slice file_name(struct pp_lines *lines,
                                 struct pp_unit_code *code, uint64_t number)
{
    struct pp_unit_code *owner = &lines->codes.items[code->table_owner];
    struct pp_slice path = pp_line_table_file(
        &owner->table, pp_unit_codes_arena(&lines->codes, owner), number);
    uint32_t index = pp_strings_add_copy(&lines->paths, &lines->arena, path);
    return index == PP_NONE ? (struct pp_slice){0}
                            : lines->paths.all.items[index];
}

static struct innermost look_up(struct pp_lines *lines, uint64_t address)
{
    struct innermost found = {
        .address = address,
        .unit = pp_ranges_find(&lines->ranges, address),
        .scope = PP_NONE,
        .is_known = true,
    };
    struct pp_line_row row;
    if (found.unit == PP_NONE)
        return found;
    struct pp_unit_code *code = pp_unit_codes_get(&lines->codes, found.unit);
    found.scope = pp_ranges_find(&code->scopes.ranges, address);
    if (pp_line_table_find(&lines->codes.items[code->table_owner].table,
                           address, &row)) {
        found.file = file_name(lines, code, row.file);
        found.line = row.line;
        found.column = row.column;
    }
    return found;
}

static struct innermost look_up_once(struct pp_lines *lines, uint64_t address)
{
    if (!lines->answers)
        return look_up(lines, address);
    struct innermost *answer =
        &lines->answers[pp_hash_u64(address) & lines->answer_mask];
    if (!answer->is_known || answer->address != address)
        *answer = look_up(lines, address);
    return *answer;
}

/* What is known of a scope, told in the units of frames. */
static struct pp_known_scope ask_scope(struct pp_lines *lines,
                                       struct pp_unit_code *code,
                                       const struct pp_scope *scope)
{
    struct pp_scope_facts facts;
    pp_names_of_scope(&lines->names, code->tree,
                      code->tree->offset + scope->entry, &facts);
    bool is_call = scope->parent != PP_NONE;
    return (struct pp_known_scope){
        .function = facts.function.linkage.size > 0 ? facts.function.linkage
                                                    : facts.function.name,
        .start_line = facts.function.start_line,
        .call_file = is_call ? file_name(lines, code, facts.call_file)
                             : (struct pp_slice){0},
        .call_line = facts.call_line,
        .call_column = facts.call_column,
    };
}

static struct pp_known_scope know_scope(struct pp_lines *lines,
                                        struct pp_unit_code *code,
                                        struct pp_scope *scope)
{
    if (scope->known != PP_NONE)
        return code->known.items[scope->known];
    struct pp_known_scope known = ask_scope(lines, code, scope);
    struct pp_known_scope *kept =
        pp_vector_add(pp_unit_codes_arena(&lines->codes, code), &code->known);
    if (kept) {
        *kept = known;
        scope->known = code->known.count - 1;
    }
    return known;
}

/* From the scope at `at` outwards; frames[0] is located already. */
static uint32_t unfold(struct pp_lines *lines, struct pp_unit_code *code,
                       uint32_t at, struct pp_frame *frames, uint32_t frame_max)
{
    uint32_t count = 1;
    for (;;) {
        struct pp_scope *scope = &code->scopes.all.items[at];
        struct pp_known_scope known = know_scope(lines, code, scope);
        frames[count - 1].function = known.function;
        frames[count - 1].start_line = known.start_line;
        if (scope->parent == PP_NONE || count == frame_max)
            return count;
        frames[count++] = (struct pp_frame){.file = known.call_file,
                                            .line = known.call_line,
                                            .column = known.call_column};
        at = scope->parent;
    }
}

static uint32_t find_in_dwarf(struct pp_lines *lines, uint64_t address,
                              struct pp_frame *frames, uint32_t frame_max)
{
    struct innermost found = look_up_once(lines, address);
    if (found.unit == PP_NONE || frame_max == 0)
        return 0;
    struct pp_unit_code *code = pp_unit_codes_get(&lines->codes, found.unit);
    frames[0] = (struct pp_frame){
        .file = found.file, .line = found.line, .column = found.column};
    if (found.scope >= code->scopes.all.count)
        return found.line != 0;
    return unfold(lines, code, found.scope, frames, frame_max);
}

uint32_t pp_lines_find(struct pp_lines *lines, uint64_t address,
                       struct pp_frame *frames, uint32_t frame_max)
{
    uint32_t count =
        lines->go ? pp_go_table_find(lines->go, address, frames, frame_max) : 0;
    return count > 0 ? count : find_in_dwarf(lines, address, frames, frame_max);
}

/* Room for so many answers, if that is not too much. */
static void reserve_answers(struct pp_lines *lines, uint32_t count)
{
    enum { ANSWERS_MIN = 1 << 10, ANSWERS_MAX = 1 << 16 };
    uint32_t room = ANSWERS_MIN;
    while (room < ANSWERS_MAX && room / 2 < count)
        room *= 2;
    if (lines->answers && room <= lines->answer_mask + 1)
        return;
    struct innermost *answers =
        pp_arena_array(&lines->arena, room, sizeof *answers);
    if (!answers)
        return;
    lines->answers = answers;
    lines->answer_mask = room - 1;
}

/* What Go's table tells needs no unit. */
static bool is_in_go_table(const struct pp_lines *lines, uint64_t address)
{
    struct pp_frame frame;
    return lines->go && pp_go_table_find(lines->go, address, &frame, 1) > 0;
}

void pp_lines_prepare(struct pp_lines *lines, const uint64_t *addresses,
                      uint32_t count)
{
    struct pp_arena scratch = {0};
    uint32_t *indices = pp_arena_array(&scratch, count, sizeof *indices);
    uint32_t found = 0;
    reserve_answers(lines, count);
    for (uint32_t i = 0; indices && i < count; i++) {
        uint32_t index = pp_ranges_find(&lines->ranges, addresses[i]);
        if (index != PP_NONE && !is_in_go_table(lines, addresses[i]))
            indices[found++] = index;
    }
    pp_unit_codes_prepare(&lines->codes, indices, found);
    pp_arena_release(&scratch);
}

const char *pp_lines_missing(const struct pp_lines *lines)
{
    return lines->codes.missing.text;
}

static size_t memory_of(const struct pp_object *object)
{
    return object ? pp_object_memory(object) : 0;
}

size_t pp_lines_memory(const struct pp_lines *lines)
{
    return lines->arena.used + lines->codes.memory + memory_of(lines->debug) +
           memory_of(lines->supplement) +
           pp_splits_memory(&lines->codes.splits);
}
