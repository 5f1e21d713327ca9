/* Where a mapped file lies: the number to take off an address of the process
 * to get the file's own.
 *
 * For programs and libraries it follows from the one load segment that the
 * mapping shows: file offset and address of both are known. The hard parts are
 * which segment that is, where several share a page, and the kernel, whose
 * mappings are told in several ways. The rules, and the order in which they
 * are tried, are the reference's (google/pprof, internal/elfexec and
 * internal/binutils), so that both tools symbolize alike. */
#include "object/symbols.h"

enum { FILE_PAGE_SIZE = 4096 };

/* A mapping, and what is known of the kernel that it may be of. */
struct place {
    uint64_t start, limit, offset;
    const uint64_t *kernel_start; /* address of _stext, NULL: not a kernel */
};

static bool is_aligned(uint64_t value)
{
    return value % FILE_PAGE_SIZE == 0;
}

/* ---- the kernel --------------------------------------------------------- */

/* The file offset that 64-bit PowerPC kernels' mappings give. */
static const uint64_t powerpc_page_offset = 0xc000000000000000;

/* perf begins the mapping at that symbol, and remapping keeps the place within
 * the page. */
static bool starts_at_symbol(const struct place *place)
{
    return place->kernel_start && place->start % FILE_PAGE_SIZE ==
                                      *place->kernel_start % FILE_PAGE_SIZE;
}

/* The base if the mapping looks like a kernel's. */
static bool kernel_base(const struct pp_elf_segment *segment,
                        const struct place *place, uint64_t *base)
{
    uint64_t start = place->start, offset = place->offset;
    if (segment->address == start - offset) {
        *base = offset;
    } else if (start == 0 && place->limit != 0 && place->kernel_start) {
        *base = start - *place->kernel_start;
    } else if (start >= segment->address && place->limit > start &&
               (offset == 0 || offset == powerpc_page_offset ||
                offset == start)) {
        *base = start - (starts_at_symbol(place) ? *place->kernel_start
                                                 : segment->address);
    } else if (!is_aligned(start) && starts_at_symbol(place)) {
        *base = start - *place->kernel_start;
    } else {
        return false;
    }
    return true;
}

/* ---- which segment ------------------------------------------------------ */

/* Whether the mapping may show this segment of the file. */
static bool may_show(const struct pp_elf_segment *segment,
                     const struct place *place)
{
    uint64_t map_end = place->offset + (place->limit - place->start);
    uint64_t end = segment->offset + segment->memory_size;
    /* Without bytes in the file its offset means nothing. */
    if (segment->file_size == 0 || place->offset >= end ||
        segment->offset >= map_end)
        return false;
    /* A mapping of this segment would start at its page or behind. */
    uint64_t page_offset = segment->address % FILE_PAGE_SIZE;
    if (segment->offset > page_offset &&
        place->offset < segment->offset - page_offset)
        return false;
    /* Only the last page, and then more: that is the next segment's. */
    return !(place->offset > segment->offset &&
             end < place->offset + FILE_PAGE_SIZE &&
             map_end >= end + FILE_PAGE_SIZE);
}

/* The segment that holds a file offset, of those the mapping may show. */
static int find_by_offset(const struct pp_symbols *symbols,
                          const struct place *place, uint64_t file_offset,
                          const struct pp_elf_segment **found,
                          struct pp_error *err)
{
    *found = NULL;
    for (uint32_t i = 0; i < symbols->segment_count; i++) {
        const struct pp_elf_segment *segment = &symbols->segments[i];
        if (!may_show(segment, place) || file_offset < segment->offset ||
            file_offset - segment->offset >= segment->memory_size)
            continue;
        if (*found)
            return pp_fail(err, PP_E_FORMAT,
                           "file offset %#llx lies in two load segments",
                           (unsigned long long)file_offset);
        *found = segment;
    }
    if (!*found)
        return pp_fail(err, PP_E_FORMAT,
                       "file offset %#llx lies in no load segment",
                       (unsigned long long)file_offset);
    return PP_OK;
}

/* The segment behind a mapping; NULL where the file has none. */
static int find_segment(const struct pp_symbols *symbols,
                        const struct place *place, uint64_t address,
                        const struct pp_elf_segment **found,
                        struct pp_error *err)
{
    uint32_t count = 0;
    *found = NULL;
    if (place->kernel_start || place->start >= place->limit ||
        place->limit >> 63) {
        if (symbols->text_segment != PP_NONE)
            *found = &symbols->segments[symbols->text_segment];
        return PP_OK;
    }
    for (uint32_t i = 0; i < symbols->segment_count; i++) {
        if (may_show(&symbols->segments[i], place)) {
            *found = &symbols->segments[i];
            count++;
        }
    }
    if (count == 0 && symbols->segment_count > 0)
        return pp_fail(err, PP_E_FORMAT, "no load segment matches the mapping");
    if (count < 2)
        return PP_OK;
    return find_by_offset(symbols, place,
                          address - place->start + place->offset, found, err);
}

static uint64_t page_of(uint64_t address)
{
    return address - address % FILE_PAGE_SIZE;
}

/* A separate debug file tells where segments are loaded to, but has no bytes of
 * them, nor their offsets in the program: its code is known by its size. The
 * reference finds no base there. NULL unless exactly one segment fits. */
static const struct pp_elf_segment *find_in_debug_file(
    const struct pp_symbols *symbols, const struct place *place)
{
    const struct pp_elf_segment *found = NULL;
    for (uint32_t i = 0; i < symbols->segment_count; i++) {
        const struct pp_elf_segment *segment = &symbols->segments[i];
        uint64_t end = segment->address + segment->memory_size;
        uint64_t size =
            page_of(end + FILE_PAGE_SIZE - 1) - page_of(segment->address);
        if (!(segment->flags & PF_X) || segment->file_size > 0 ||
            size != place->limit - place->start)
            continue;
        if (found)
            return NULL;
        found = segment;
    }
    return found;
}

/* ---- the base ----------------------------------------------------------- */

/* Whether nothing about the mapping is the kernel's. */
static bool is_of_user(const struct place *place)
{
    return !place->kernel_start && place->start > 0 && !(place->start >> 63);
}

static uint64_t user_base(const struct pp_elf_segment *segment,
                          const struct place *place)
{
    return place->start - place->offset + segment->offset - segment->address;
}

/* A program at fixed addresses. */
static int program_base(const struct pp_elf_segment *segment,
                        const struct place *place, uint64_t *base,
                        struct pp_error *err)
{
    *base = 0;
    if (!segment)
        return PP_OK;
    if (is_of_user(place)) {
        *base = user_base(segment, place);
        return PP_OK;
    }
    if (kernel_base(segment, place, base))
        return PP_OK;
    if (place->start == 0 && place->limit != 0 && !place->kernel_start) {
        *base = place->start - segment->address;
        return PP_OK;
    }
    return pp_fail(err, PP_E_FORMAT,
                   "load segment at %#llx does not fit a mapping at %#llx of "
                   "offset %#llx",
                   (unsigned long long)segment->address,
                   (unsigned long long)place->start,
                   (unsigned long long)place->offset);
}

/* A library, or a position independent program. The reference tries the
 * kernel's rules first here, and so misplaces a segment that begins in the
 * middle of the file's first page. */
static uint64_t library_base(const struct pp_elf_segment *segment,
                             const struct place *place)
{
    uint64_t base;
    if (!segment)
        return place->start - place->offset;
    if (!is_of_user(place) && kernel_base(segment, place, &base))
        return base;
    return user_base(segment, place);
}

int pp_symbols_base(const struct pp_symbols *symbols, uint64_t start,
                    uint64_t limit, uint64_t offset, uint64_t address,
                    uint64_t *base, struct pp_error *err)
{
    struct place place = {start, limit, offset, NULL};
    const struct pp_elf_segment *segment;
    if (symbols->has_kernel_start &&
        (symbols->is_kernel || !is_aligned(start) || !is_aligned(limit) ||
         !is_aligned(offset)))
        place.kernel_start = &symbols->kernel_start;
    const struct pp_elf_segment *bare = find_in_debug_file(symbols, &place);
    if (bare && is_of_user(&place)) {
        *base = start - page_of(bare->address);
        return PP_OK;
    }
    int status = find_segment(symbols, &place, address, &segment, err);
    if (status < 0)
        return status;
    *base = 0;
    /* A mapping of everything: its addresses are the file's already. */
    if (start == 0 && offset == 0 && (limit == UINT64_MAX || limit == 0))
        return PP_OK;
    switch (symbols->type) {
    case ET_EXEC:
        return program_base(segment, &place, base, err);
    case ET_DYN:
        *base = library_base(segment, &place);
        return PP_OK;
    case ET_REL:
        *base = start;
        if (offset == 0)
            return PP_OK;
        return pp_fail(err, PP_E_FORMAT,
                       "relocatable file mapped from offset %#llx",
                       (unsigned long long)offset);
    }
    return pp_fail(err, PP_E_FORMAT, "ELF file of type %d is nothing to run",
                   symbols->type);
}
