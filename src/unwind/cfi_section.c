/* An .eh_frame section (LSB core 5.0, 10.6) to a table. First the whole chain
 * of entries is read, then the functions are sorted, then their programs run
 * in address order. Invariant: an FDE counts only if its CIE pointer names a
 * CIE that was read before it, so that bytes behind a section without a
 * terminator do not turn into functions. */
#include "unwind/arch.h"
#include "unwind/cfi.h"

struct function {
    uint32_t start, size; /* in the text */
    uint32_t program;     /* in the section; its entry ends it */
    uint32_t entry_end;
    uint32_t cie; /* index */
};

struct chain {
    const struct pp_cfi_section *section;
    uint64_t text_start, text_size;
    struct pp_arena arena;
    struct {
        struct pp_cfi_cie *items;
        uint32_t count, capacity;
    } cies; /* in the order of the section */
    struct {
        struct function *items;
        uint32_t count, capacity;
    } functions;
    bool sorted;
    bool failed; /* out of memory */
};

uint64_t pp_cfi_read_form(struct pp_cursor *cursor, unsigned encoding)
{
    switch (encoding & PP_CFI_POINTER_FORM) {
    case 0x00: /* absptr */
    case 0x04: /* udata8 */
    case 0x0c: /* sdata8 */
        return pp_cursor_bytes(cursor, 8);
    case 0x01:
        return pp_cursor_uleb(cursor);
    case 0x02:
        return pp_cursor_bytes(cursor, 2);
    case 0x03:
        return pp_cursor_u32(cursor);
    case 0x09:
        return (uint64_t)pp_cursor_sleb(cursor);
    case 0x0a:
        return (uint64_t)(int16_t)pp_cursor_bytes(cursor, 2);
    case 0x0b:
        return (uint64_t)(int32_t)pp_cursor_u32(cursor);
    }
    pp_cursor_fail(cursor);
    return 0;
}

static uint64_t read_pointer(const struct chain *chain, struct pp_cursor *in,
                             unsigned encoding)
{
    uint64_t here =
        chain->section->address + (uint64_t)(in->at - chain->section->bytes);
    uint64_t value = pp_cfi_read_form(in, encoding);
    switch (encoding & PP_CFI_POINTER_BASE) {
    case PP_CFI_POINTER_ABSOLUTE:
        return value;
    case PP_CFI_POINTER_FROM_HERE:
        return value + here;
    }
    pp_cursor_fail(in);
    return 0;
}

/* The augmentation string tells which data follow ("zR", "zPLR", "zRS" ...).
 * Letters that take no data and that we know: S a signal trampoline, B and G
 * AArch64's keys and tags. */
static bool read_augmentation(struct pp_cfi_cie *cie, const char *letters,
                              struct pp_cursor *in)
{
    cie->pointer_encoding = PP_CFI_POINTER_ABSOLUTE;
    if (letters[0] == 0)
        return true;
    if (letters[0] != 'z')
        return false;
    cie->augmented = true;
    uint64_t size = pp_cursor_uleb(in);
    struct pp_cursor data = *in;
    pp_cursor_skip(in, size);
    for (const char *letter = letters + 1; *letter; letter++) {
        unsigned encoding;
        switch (*letter) {
        case 'R':
            cie->pointer_encoding = pp_cursor_u8(&data);
            break;
        case 'P':
            encoding = pp_cursor_u8(&data);
            pp_cfi_read_form(&data, encoding);
            break;
        case 'L':
            pp_cursor_u8(&data);
            break;
        case 'S':
            cie->signal_frame = true;
            break;
        case 'B':
        case 'G':
            break;
        default:
            return false;
        }
    }
    return !data.failed;
}

static void read_cie(struct chain *chain, uint32_t offset, struct pp_cursor in)
{
    struct pp_cfi_cie *cie = pp_vector_add(&chain->arena, &chain->cies);
    if (!cie) {
        chain->failed = true;
        return;
    }
    cie->offset = offset;
    uint8_t version = pp_cursor_u8(&in);
    const uint8_t *letters = in.at;
    const uint8_t *letters_end = memchr(letters, 0, pp_cursor_left(&in));
    if (!letters_end || (version != 1 && version != 3))
        return;
    in.at = letters_end + 1;
    cie->code_align = pp_cursor_uleb(&in);
    cie->data_align = pp_cursor_sleb(&in);
    uint64_t ra = version == 1 ? pp_cursor_u8(&in) : pp_cursor_uleb(&in);
    if (!read_augmentation(cie, (const char *)letters, &in) || in.failed ||
        ra != PP_ARCH_RA)
        return;
    cie->usable = pp_cfi_run_initial(cie, in);
}

/* The CIE at this offset, or PP_NONE. Usually it is the last one read. */
static uint32_t find_cie(const struct chain *chain, uint64_t offset)
{
    uint32_t low = 0, high = chain->cies.count;
    if (high && chain->cies.items[high - 1].offset == offset)
        return high - 1;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (chain->cies.items[middle].offset < offset)
            low = middle + 1;
        else
            high = middle;
    }
    bool found =
        low < chain->cies.count && chain->cies.items[low].offset == offset;
    return found ? low : PP_NONE;
}

static uint32_t offset_of(const struct chain *chain, const uint8_t *at)
{
    return (uint32_t)(at - chain->section->bytes);
}

static void add_function(struct chain *chain, uint64_t start, uint64_t size,
                         const struct function *found)
{
    uint64_t offset = start - chain->text_start;
    if (size == 0 || offset >= chain->text_size ||
        size > chain->text_size - offset)
        return; /* discarded by the linker, or another segment's */
    uint32_t count = chain->functions.count;
    if (count && chain->functions.items[count - 1].start > offset)
        chain->sorted = false;
    struct function *function = pp_vector_add(&chain->arena, &chain->functions);
    if (!function) {
        chain->failed = true;
        return;
    }
    *function = *found;
    function->start = (uint32_t)offset;
    function->size = (uint32_t)size;
}

static void read_fde(struct chain *chain, uint64_t cie_offset,
                     struct pp_cursor in)
{
    uint32_t index = find_cie(chain, cie_offset);
    if (index == PP_NONE || !chain->cies.items[index].usable)
        return;
    const struct pp_cfi_cie *cie = &chain->cies.items[index];
    uint64_t start = read_pointer(chain, &in, cie->pointer_encoding);
    uint64_t size = pp_cfi_read_form(&in, cie->pointer_encoding);
    if (cie->augmented)
        pp_cursor_skip(&in, pp_cursor_uleb(&in));
    if (in.failed)
        return;
    struct function found = {
        .program = offset_of(chain, in.at),
        .entry_end = offset_of(chain, in.end),
        .cie = index,
    };
    add_function(chain, start, size, &found);
}

/* One entry: length, CIE pointer (0: this is a CIE), the rest. False at the
 * end of the chain. */
static bool read_entry(struct chain *chain, struct pp_cursor *in)
{
    uint32_t offset = offset_of(chain, in->at);
    uint64_t size = pp_cursor_u32(in);
    if (size == UINT32_MAX)
        size = pp_cursor_bytes(in, 8);
    if (size == 0 || size > pp_cursor_left(in))
        return false;
    struct pp_cursor entry = pp_cursor_of(in->at, size);
    pp_cursor_skip(in, size);
    uint32_t pointer_at = offset_of(chain, entry.at);
    uint32_t pointer = pp_cursor_u32(&entry);
    if (entry.failed)
        return false;
    if (pointer == 0)
        read_cie(chain, offset, entry);
    else
        read_fde(chain, (uint64_t)pointer_at - pointer, entry);
    return !chain->failed;
}

/* By start, 11 bits at a time, stably: of equals the section's first wins. */
static bool sort_functions(struct chain *chain)
{
    enum { DIGITS = 1 << 11 };
    uint32_t count = chain->functions.count;
    struct function *from = chain->functions.items;
    struct function *to = pp_arena_array(&chain->arena, count, sizeof *to);
    uint32_t *ends = pp_arena_array(&chain->arena, DIGITS, sizeof *ends);
    if (!to || !ends)
        return false;
    for (int shift = 0; shift < 33; shift += 11) {
        memset(ends, 0, DIGITS * sizeof *ends);
        for (uint32_t i = 0; i < count; i++)
            ends[from[i].start >> shift & (DIGITS - 1)]++;
        for (uint32_t digit = 1; digit < DIGITS; digit++)
            ends[digit] += ends[digit - 1];
        for (uint32_t i = count; i-- > 0;)
            to[--ends[from[i].start >> shift & (DIGITS - 1)]] = from[i];
        struct function *swap = from;
        from = to;
        to = swap;
    }
    chain->functions.items = from;
    return true;
}

/* Of functions that overlap (identical code folded by the linker has an FDE
 * for each name) the first counts. Behind each there is nothing, until the
 * next one. */
static void run_programs(const struct chain *chain,
                         struct pp_unwind_builder *builder)
{
    static const struct pp_unwind_rule none = {.cfa = PP_CFA_NONE};
    const uint8_t *bytes = chain->section->bytes;
    uint32_t covered = 0;
    for (uint32_t i = 0; i < chain->functions.count; i++) {
        const struct function *function = &chain->functions.items[i];
        if (function->start < covered)
            continue;
        covered = function->start + function->size;
        pp_cfi_run(&chain->cies.items[function->cie],
                   pp_cursor_of(bytes + function->program,
                                function->entry_end - function->program),
                   function->start, covered, builder);
        pp_unwind_builder_add(builder, covered, &none);
    }
}

static struct pp_unwind_table *build(struct chain *chain)
{
    struct pp_cursor in =
        pp_cursor_of(chain->section->bytes, chain->section->size);
    while (pp_cursor_left(&in) >= 4 && read_entry(chain, &in))
        continue;
    if (chain->failed || (!chain->sorted && !sort_functions(chain)))
        return NULL;
    struct pp_unwind_builder builder;
    pp_unwind_builder_init(&builder, &chain->arena, (uint32_t)chain->text_size);
    run_programs(chain, &builder);
    return pp_unwind_builder_finish(&builder);
}

int pp_cfi_compile(const struct pp_cfi_section *section, uint64_t text_start,
                   uint64_t text_size, struct pp_unwind_table **table,
                   struct pp_error *err)
{
    if (text_size == 0 || text_size > UINT32_MAX || section->size > UINT32_MAX)
        return pp_fail(err, PP_E_FORMAT,
                       "%#llx bytes of code, %#zx of unwind information: "
                       "expected less than 4 GB and some code",
                       (unsigned long long)text_size, section->size);
    struct chain chain = {
        .section = section,
        .text_start = text_start,
        .text_size = text_size,
        .sorted = true,
    };
    *table = build(&chain);
    pp_arena_release(&chain.arena);
    return *table ? PP_OK : pp_fail_memory(err);
}
