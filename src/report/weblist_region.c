/* The machine code of a range.
 *
 * Invariant: no instruction is cut in two where symbols tell where a function
 * begins, since reading starts there. */
#include "report/weblist.h"

#include <inttypes.h>

#include "report/machine_code.h"

enum { LEAD_MAX_BYTES = 1 << 20 }; /* from a function's start to the range */

static int open_binary(struct pp_weblist_region *region,
                       const struct pp_report_job *job,
                       const struct pp_weblist_range *range,
                       struct pp_error *err)
{
    const struct pp_mapping *mapping =
        &job->profile->mappings.items[range->mapping];
    if (!job->options->binaries)
        return pp_fail(err, PP_E_NOT_FOUND, "no binaries are at hand");
    /* Code of another build would be shown with the wrong samples. */
    if (pp_binaries_find(job->options->binaries,
                         pp_profile_text(job->profile, mapping->filename),
                         pp_profile_text(job->profile, mapping->build_id), true,
                         &region->binary, err) < 0)
        return err->status;
    return pp_symbols_base(region->binary->symbols, mapping->start,
                           mapping->limit, mapping->offset, range->first,
                           &region->base, err);
}

/* Where to begin to read: with the function that the range begins in, or where
 * it begins in none, behind what lies in front of its first place's. */
static uint64_t find_start(const struct pp_weblist_region *region,
                           const struct pp_weblist_range *range)
{
    const struct pp_symbols *symbols = region->binary->symbols;
    uint64_t begin = range->begin - region->base, start;
    struct pp_slice name;
    if (pp_symbols_find(symbols, begin, &name, &start))
        return begin - start <= LEAD_MAX_BYTES ? start : begin;
    if (pp_symbols_find(symbols, range->first - region->base, &name, &start) &&
        start > begin)
        return start;
    return begin;
}

static void decode(struct pp_weblist_region *region, struct pp_arena *arena,
                   struct pp_assembly *assembly, struct pp_slice code,
                   uint64_t address, uint64_t begin)
{
    struct pp_instruction instruction;
    while (pp_assembly_next(assembly, &code, &address, &instruction)) {
        if (instruction.address < begin)
            continue;
        *pp_vector_add(arena, &region->decoded) = (struct pp_weblist_decoded){
            .address = instruction.address,
            .size = instruction.size,
            .text = {pp_slice_copy(arena, instruction.text),
                     instruction.text.size},
        };
    }
}

static void prepare_lines(const struct pp_weblist_region *region,
                          struct pp_arena *arena)
{
    uint32_t count = region->decoded.count;
    uint64_t *addresses = pp_arena_array(arena, count, sizeof *addresses);
    for (uint32_t i = 0; i < count; i++)
        addresses[i] = region->decoded.items[i].address;
    if (region->binary->lines)
        pp_lines_prepare(region->binary->lines, addresses, count);
}

int pp_weblist_disassemble(struct pp_weblist_region *region,
                           struct pp_arena *arena,
                           const struct pp_report_job *job,
                           const struct pp_weblist_range *range,
                           struct pp_error *err)
{
    struct pp_assembly *assembly;
    struct pp_slice code;
    *region = (struct pp_weblist_region){0};
    if (open_binary(region, job, range, err) < 0)
        return err->status;
    uint64_t start = find_start(region, range);
    if (!pp_report_code(region->binary, start, range->end - region->base,
                        &code))
        return pp_fail(err, PP_E_NOT_FOUND, "the file has nothing at %#" PRIx64,
                       start);
    if (pp_report_assembly_open(region->binary, job->options->intel_syntax,
                                &assembly, err) < 0)
        return err->status;
    decode(region, arena, assembly, code, start, range->begin - region->base);
    pp_assembly_free(assembly);
    prepare_lines(region, arena);
    return PP_OK;
}
