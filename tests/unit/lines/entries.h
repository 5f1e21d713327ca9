/* A DWARF file put together by hand, for tests of what reads entries. */
#ifndef TEST_UNIT_LINES_ENTRIES_H
#define TEST_UNIT_LINES_ENTRIES_H

#include "bytes.h"
#include "lines/constants.h"
#include "lines/units.h"

struct made_file {
    struct bytes info, abbrev, strings, ranges;
    size_t unit; /* where the unit that is being made begins */
    struct pp_dwarf_file file;
    struct pp_arena arena;
    struct pp_ranges code;
};

static inline void make_file(struct made_file *made)
{
    made->info.size = made->abbrev.size = 0;
    made->strings.size = made->ranges.size = 0;
    made->file = (struct pp_dwarf_file){.arena = &made->arena};
    made->code = (struct pp_ranges){0};
}

static inline void release_file(struct made_file *made)
{
    pp_arena_release(&made->arena);
}

/* An abbreviation: pairs of name and form, 0 at the end. */
static inline void put_abbreviation(struct made_file *made, uint64_t code,
                                    uint64_t tag, bool has_children,
                                    const uint64_t *attributes)
{
    put_uleb(&made->abbrev, code);
    put_uleb(&made->abbrev, tag);
    put_u8(&made->abbrev, has_children);
    for (; *attributes; attributes++)
        put_uleb(&made->abbrev, *attributes);
    put(&made->abbrev, 0, 2);
}
#define ATTRIBUTES(...) ((const uint64_t[]){__VA_ARGS__, 0})

/* A unit of DWARF 4, 32-bit, with addresses of 8 bytes. */
static inline void begin_unit(struct made_file *made, uint64_t abbreviations)
{
    made->unit = made->info.size;
    put(&made->info, 0, 4);
    put(&made->info, 4, 2);
    put(&made->info, abbreviations, 4);
    put_u8(&made->info, 8);
}

static inline void end_unit(struct made_file *made)
{
    put_at(&made->info, made->unit, made->info.size - made->unit - 4, 4);
}

/* Where the next entry will be, from the unit's start. */
static inline uint32_t here(const struct made_file *made)
{
    return (uint32_t)(made->info.size - made->unit);
}

/* Read all units of what was made. */
static inline void read_file(struct made_file *made)
{
    struct pp_slice *sections = made->file.sections;
    sections[PP_DWARF_INFO] = slice_of(&made->info);
    sections[PP_DWARF_ABBREV] = slice_of(&made->abbrev);
    sections[PP_DWARF_STR] = slice_of(&made->strings);
    sections[PP_DWARF_RANGES] = slice_of(&made->ranges);
    assert_int_equal(
        pp_dwarf_read_units(&made->file, &made->code, &made->arena), PP_OK);
}

#endif
