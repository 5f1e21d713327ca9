/* Mappings as text: lines of /proc/PID/maps or of a brief form, maybe behind
 * what a logger writes in front, and between them lines "name=value", which say
 * what $name in the lines below stands for. Everything else is skipped, as the
 * reference does (parseProcMapsFromScanner in legacy_profile.go of
 * google/pprof). */
#include "formats/memory_map.h"

#include "formats/addresses.h"
#include "formats/attributes.h"
#include "formats/mapping_line.h"
#include "formats/mappings.h"

/* What attributes may add to a text of this size. Real ones add a path to a
 * line, which is a few times its size. */
static size_t room_for(struct pp_slice text)
{
    return (text.size << 3) + (1 << 16);
}

static int read_line(struct pp_profile *profile, struct pp_slice line,
                     struct pp_attributes *attributes, struct pp_error *err)
{
    struct pp_mapping_line mapping;
    int status = pp_attributes_fill_in(
        attributes, pp_mapping_line_without_log(line), &line, err);
    if (status < 0)
        return status;
    if (!pp_mapping_line_read(line, &mapping))
        return pp_attributes_define(attributes, line) < 0 ? pp_fail_memory(err)
                                                          : PP_OK;
    if (!mapping.is_executable)
        return PP_OK;
    uint32_t added = pp_profile_add_mapping(profile, mapping.start,
                                            mapping.limit, mapping.offset,
                                            mapping.filename, mapping.build_id);
    return added == PP_NONE ? pp_fail_memory(err) : PP_OK;
}

static int read_lines(struct pp_profile *profile, struct pp_lines *lines,
                      struct pp_error *err)
{
    struct pp_arena scratch = {0};
    struct pp_attributes attributes = {
        .scratch = &scratch,
        .room = room_for(lines->rest),
    };
    int status = PP_OK;
    while (status >= 0 && pp_lines_next(lines))
        status = read_line(profile, lines->line, &attributes, err);
    pp_attributes_release(&attributes);
    pp_arena_release(&scratch);
    return status;
}

bool pp_memory_map_begins(struct pp_slice line)
{
    return pp_slice_contains(line, pp_slice_literal("--- Memory map: ---")) ||
           pp_slice_contains(line, pp_slice_literal("MAPPED_LIBRARIES:"));
}

int pp_memory_map_read(struct pp_profile *profile, struct pp_lines *lines,
                       struct pp_error *err)
{
    int status = read_lines(profile, lines, err);
    if (status >= 0)
        status = pp_mappings_tidy(profile, err);
    if (status >= 0)
        status = pp_addresses_renumber(profile, err);
    return status < 0 ? status : pp_mappings_assign(profile, err);
}

int pp_memory_map_find(struct pp_profile *profile, struct pp_lines *lines,
                       struct pp_error *err)
{
    while (!pp_memory_map_begins(lines->line) && pp_lines_next(lines))
        continue;
    return pp_memory_map_read(profile, lines, err);
}
