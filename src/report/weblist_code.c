/* Instructions, and the source lines that they belong to (expandAddresses,
 * addStack and handleUnprocessed of google/pprof's internal/report).
 *
 * Invariants: each place counts once, in the one instruction that covers it.
 * No wanted place is lost: where code cannot be had, is too much, or belongs to
 * no wanted function by what the binary says, the place itself stands at the
 * lines that the profile has for it. The reference leaves it out. */
#include "report/weblist.h"

#include <stdlib.h>

#include "graph/graph.h"
#include "report/format.h"

enum {
    RANGES_MAX = 25,
    ENTRIES_MAX = 100 * 1000, /* a page of 40 MB or so */
    NEIGHBOURHOOD = 32, /* bytes of a function behind a line that have none */
    LINE_MAX = INT32_MAX,
};

struct coder {
    struct pp_weblist_code *code;
    struct pp_weblist_choice *choice;
    const struct pp_report_job *job;
    uint8_t *is_shown; /* by place */
    uint8_t *is_told;  /* by mapping: that it cannot be disassembled */
};

/* Frames of an instruction, in code->frames. */
struct stack {
    uint32_t start, count;
};

/* The way through the instructions of a range. */
struct walk {
    const struct pp_weblist_region *region;
    uint32_t next_place; /* the first behind the instructions so far */
    struct stack last;   /* with a line number */
    uint64_t last_address;
};

/* ---- names of files ----------------------------------------------------- */

static struct pp_slice without(struct pp_slice path, struct pp_slice start)
{
    if (pp_slice_starts_with(path, start)) {
        path.data += start.size;
        path.size -= start.size;
    }
    return path;
}

static uint32_t path_number(struct coder *coder, struct pp_slice path)
{
    struct pp_weblist_code *code = coder->code;
    struct pp_arena *arena = coder->job->arena;
    uint32_t number = pp_strings_add_copy(&code->paths, arena, path);
    if (number < code->source_of.count)
        return number;
    path = code->paths.all.items[number];
    path = without(path, pp_slice_literal("/proc/self/cwd/"));
    path = without(path, pp_slice_literal("./"));
    *pp_vector_add(arena, &code->source_of) =
        pp_strings_add(&code->sources, arena, pp_path_clean(path, arena));
    return number;
}

/* ---- frames ------------------------------------------------------------- */

static void add_frame(struct coder *coder, struct pp_slice function,
                      struct pp_slice path, int64_t line)
{
    struct pp_weblist_frame frame = {
        .name = pp_weblist_name(coder->choice, coder->job->arena, function),
        .path = path_number(coder, path),
        .line = line < 0 || line > LINE_MAX ? 0 : line,
    };
    *pp_vector_add(coder->job->arena, &coder->code->frames) = frame;
}

/* Those that the binary knows. The name of the outermost one is the symbol's,
 * as it is in profiles. */
static struct stack find_frames(struct coder *coder,
                                const struct pp_binary *binary,
                                uint64_t address)
{
    struct pp_frame frames[PP_FRAMES_MAX];
    struct stack stack = {.start = coder->code->frames.count};
    if (binary->lines)
        stack.count =
            pp_lines_find(binary->lines, address, frames, PP_FRAMES_MAX);
    struct pp_slice name;
    if (pp_symbols_find(binary->symbols, address, &name, NULL)) {
        if (stack.count == 0)
            frames[stack.count++] = (struct pp_frame){0};
        frames[stack.count - 1].function = pp_lines_function_name(name);
    }
    for (uint32_t i = 0; i < stack.count; i++)
        add_frame(coder, frames[i].function, frames[i].file, frames[i].line);
    return stack;
}

/* Those that the profile has for a wanted place. */
static struct stack own_frames(struct coder *coder,
                               const struct pp_weblist_place *place)
{
    const struct pp_profile *profile = coder->job->profile;
    const struct pp_location *location =
        &profile->locations.items[place->location];
    struct stack stack = {.start = coder->code->frames.count};
    for (uint32_t i = 0; i < location->line_count; i++) {
        const struct pp_line *line =
            &profile->lines.items[location->line_start + i];
        if (line->function == PP_NONE)
            continue;
        const struct pp_function *function =
            &profile->functions.items[line->function];
        add_frame(coder, pp_profile_text(profile, function->name),
                  pp_profile_text(profile, function->filename), line->line);
        stack.count++;
    }
    return stack;
}

static bool has_line(const struct coder *coder, struct stack stack)
{
    return stack.count && coder->code->frames.items[stack.start].line != 0;
}

/* ---- lines of wanted functions ------------------------------------------ */

/* Put an instruction at the lines of the wanted functions on its stack. false:
 * there are none, and it is left out. */
static bool show(struct coder *coder,
                 const struct pp_weblist_instruction *instruction,
                 struct stack stack)
{
    struct pp_weblist_code *code = coder->code;
    uint32_t before = code->entries.count;
    for (uint32_t i = 0; i < stack.count; i++) {
        const struct pp_weblist_frame *frame =
            &code->frames.items[stack.start + i];
        if (!coder->choice->names.items[frame->name].is_wanted)
            continue;
        *pp_vector_add(coder->job->arena, &code->entries) =
            (struct pp_weblist_entry){
                .source = code->source_of.items[frame->path],
                .name = frame->name,
                .line = frame->line,
                .instruction = code->instructions.count,
                .depth = i,
            };
    }
    if (code->entries.count == before)
        return false;
    struct pp_weblist_instruction *shown =
        pp_vector_add(coder->job->arena, &code->instructions);
    *shown = *instruction;
    shown->text.data = pp_slice_copy(coder->job->arena, instruction->text);
    return true;
}

/* ---- instructions ------------------------------------------------------- */

/* The places that an instruction covers: of a call samples have an address in
 * its middle. */
struct covered {
    uint32_t from, to;
};

static struct covered cover(const struct coder *coder, struct walk *walk,
                            const struct pp_weblist_decoded *decoded)
{
    const struct pp_weblist_choice *choice = coder->choice;
    uint64_t address = decoded->address + walk->region->base;
    uint32_t at = walk->next_place;
    while (at < choice->place_count && choice->places[at].address < address)
        at++;
    struct covered covered = {at, at};
    while (covered.to < choice->place_count &&
           choice->places[covered.to].address - address < decoded->size)
        covered.to++;
    walk->next_place = covered.to;
    return covered;
}

static void weigh(const struct coder *coder, struct covered covered,
                  struct pp_weblist_instruction *instruction)
{
    for (uint32_t i = covered.from; i < covered.to; i++) {
        const struct pp_weblist_place *place = &coder->choice->places[i];
        if (coder->is_shown[i])
            continue;
        pp_value_add(&instruction->flat, place->flat);
        pp_value_add(&instruction->cum, place->cum);
    }
}

/* A binary without lines may have had some where the profile was named. */
static struct stack frames_of(struct coder *coder, const struct walk *walk,
                              const struct pp_weblist_decoded *decoded,
                              struct covered covered)
{
    struct stack stack =
        find_frames(coder, walk->region->binary, decoded->address);
    for (uint32_t i = covered.from; i < covered.to; i++) {
        if (has_line(coder, stack))
            break;
        const struct pp_weblist_place *place = &coder->choice->places[i];
        if (place->location == PP_NONE)
            continue;
        struct stack own = own_frames(coder, place);
        if (has_line(coder, own))
            stack = own;
    }
    return stack;
}

/* Where it is in the source: in the innermost function. */
static void set_position(const struct coder *coder, struct stack stack,
                         struct pp_weblist_instruction *instruction)
{
    if (stack.count == 0)
        return;
    instruction->path = coder->code->frames.items[stack.start].path;
    instruction->line = coder->code->frames.items[stack.start].line;
}

static void take_instruction(struct coder *coder, struct walk *walk,
                             const struct pp_weblist_decoded *decoded)
{
    struct covered covered = cover(coder, walk, decoded);
    struct stack stack = frames_of(coder, walk, decoded, covered);
    struct pp_weblist_instruction instruction = {
        .address = decoded->address + walk->region->base,
        .file_address = decoded->address,
        .size = decoded->size,
        .text = decoded->text,
        .path = PP_NONE,
    };
    weigh(coder, covered, &instruction);
    set_position(coder, stack, &instruction);
    if (has_line(coder, stack)) {
        walk->last = stack;
        walk->last_address = decoded->address;
    } else if (stack.count && walk->last.count &&
               decoded->address - walk->last_address <= NEIGHBOURHOOD) {
        stack = walk->last;
    }
    instruction.frames = stack.start;
    if (!show(coder, &instruction, stack))
        return;
    for (uint32_t i = covered.from; i < covered.to; i++)
        coder->is_shown[i] = 1;
}

/* ---- ranges ------------------------------------------------------------- */

/* The first place at or behind an address. */
static uint32_t find_place(const struct pp_weblist_choice *choice,
                           uint64_t address)
{
    uint32_t low = 0, high = choice->place_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (choice->places[middle].address < address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void tell_failed(struct coder *coder, uint32_t mapping, const char *why)
{
    const struct pp_profile *profile = coder->job->profile;
    if (coder->is_told[mapping])
        return;
    coder->is_told[mapping] = 1;
    pp_report_warn(coder->job->output,
                   "No machine code of " PP_SLICE_FORMAT ": %s",
                   PP_SLICE_ARGS(pp_profile_text(
                       profile, profile->mappings.items[mapping].filename)),
                   why);
}

static void take_range(struct coder *coder,
                       const struct pp_weblist_range *range)
{
    struct pp_weblist_region region;
    struct walk walk = {
        .region = &region,
        .next_place = find_place(coder->choice, range->begin),
    };
    struct pp_arena scratch;
    struct pp_error err = {0};
    pp_arena_init_fatal(&scratch, coder->job->arena->on_exhausted);
    if (pp_weblist_disassemble(&region, &scratch, coder->job, range, &err) < 0)
        tell_failed(coder, range->mapping, err.text);
    for (uint32_t i = 0; i < region.decoded.count; i++)
        take_instruction(coder, &walk, &region.decoded.items[i]);
    pp_arena_release(&scratch);
}

/* What no instruction stands for. */
static void take_place(struct coder *coder, uint32_t index)
{
    const struct pp_weblist_place *place = &coder->choice->places[index];
    if (coder->is_shown[index] || place->location == PP_NONE)
        return;
    struct stack stack = own_frames(coder, place);
    struct pp_weblist_instruction instruction = {
        .address = place->address,
        .file_address = place->address,
        .size = 1,
        .frames = stack.start,
        .path = PP_NONE,
        .flat = place->flat,
        .cum = place->cum,
    };
    show(coder, &instruction, stack);
}

/* ---- all ---------------------------------------------------------------- */

/* By path, by line; those of one line as they came. */
static int compare_entries(const void *left, const void *right, void *context)
{
    const struct pp_weblist_entry *a = left, *b = right;
    const struct pp_slice *sources = context;
    if (a->source != b->source)
        return pp_slice_compare(sources[a->source], sources[b->source]);
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    if (a->instruction != b->instruction)
        return a->instruction < b->instruction ? -1 : 1;
    return (a->depth > b->depth) - (a->depth < b->depth);
}

void pp_weblist_find_code(struct pp_weblist_code *code,
                          struct pp_weblist_choice *choice,
                          const struct pp_report_job *job)
{
    struct pp_arena *arena = job->arena;
    struct coder coder = {
        .code = code,
        .choice = choice,
        .job = job,
        .is_shown = pp_arena_alloc(arena, choice->place_count),
        .is_told = pp_arena_alloc(arena, job->profile->mappings.count),
    };
    struct pp_weblist_ranges ranges;
    *code = (struct pp_weblist_code){0};
    pp_weblist_find_ranges(&ranges, arena, job->profile, choice->places,
                           choice->place_count);
    code->range_count = ranges.count;
    while (code->code_count < ranges.count && code->code_count < RANGES_MAX &&
           code->entries.count < ENTRIES_MAX)
        take_range(&coder, &ranges.items[code->code_count++]);
    for (uint32_t i = 0; i < choice->place_count; i++)
        take_place(&coder, i);
    if (code->entries.count)
        qsort_r(code->entries.items, code->entries.count,
                sizeof *code->entries.items, compare_entries,
                code->sources.all.items);
}
