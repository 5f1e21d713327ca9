/* Reading symbol tables. See symbol_table.h.
 *
 * Entries and names are read in pieces: first the entries, of which those of
 * code are kept, then the names of these, in the order of the string table, so
 * that a table of hundreds of megabytes passes through a small window once.
 *
 * Specification: System V ABI, chapter 4, "Symbol Table" and "String Table".
 */
#include "object/symbol_table.h"

enum {
    ENTRY_COUNT_MAX = 8 << 20, /* of a symbol table */
    PIECE_COUNT = 2048,        /* entries read at a time */
    WINDOW_SIZE = 256 << 10,   /* of names, read at a time */
    NAME_SIZE_MAX = 16 << 10,  /* longer ones are cut */
    VERSION_SIZE = 2,          /* bytes of .gnu.version for an entry */
    VERSION_HIDDEN = 0x8000,   /* in it: only old programs find the symbol */
};

/* ---- entries ------------------------------------------------------------ */

struct entry {
    uint64_t value, size;
    uint32_t name;
    uint16_t section;
    uint8_t type, binding;
    bool is_hidden;
};

static struct entry decode_entry(const struct pp_elf *elf, const uint8_t *at)
{
    struct entry entry = {.name = pp_elf_u32(elf, at)};
    uint8_t info;
    if (elf->is_64) {
        info = at[offsetof(Elf64_Sym, st_info)];
        entry.section = pp_elf_u16(elf, at + offsetof(Elf64_Sym, st_shndx));
        entry.value = pp_elf_u64(elf, at + offsetof(Elf64_Sym, st_value));
        entry.size = pp_elf_u64(elf, at + offsetof(Elf64_Sym, st_size));
    } else {
        info = at[offsetof(Elf32_Sym, st_info)];
        entry.section = pp_elf_u16(elf, at + offsetof(Elf32_Sym, st_shndx));
        entry.value = pp_elf_u32(elf, at + offsetof(Elf32_Sym, st_value));
        entry.size = pp_elf_u32(elf, at + offsetof(Elf32_Sym, st_size));
    }
    entry.type = ELF64_ST_TYPE(info);
    entry.binding = ELF64_ST_BIND(info);
    return entry;
}

/* The end of the section that the entry's code is in, 0 when it is not code.
 * Without sections (the vDSO may have none) everything is believed. */
static uint64_t code_end(const struct pp_elf *elf, const struct entry *entry)
{
    if (entry->section == SHN_UNDEF || entry->section == SHN_ABS ||
        entry->section == SHN_COMMON)
        return 0;
    if (elf->section_count == 0 || entry->section >= SHN_LORESERVE)
        return UINT64_MAX;
    if (entry->section >= elf->section_count)
        return 0;
    const struct pp_elf_section *section = &elf->sections[entry->section];
    bool holds = entry->value >= section->address &&
                 entry->value - section->address < section->size;
    if (!holds || !(section->flags & SHF_EXECINSTR))
        return 0;
    uint64_t end = section->address + section->size;
    return end > section->address ? end : UINT64_MAX;
}

static enum pp_symbol_rank rank_of(const struct entry *entry)
{
    if (entry->type == STT_NOTYPE)
        return PP_SYMBOL_LABEL;
    if (entry->is_hidden)
        return PP_SYMBOL_OLD;
    if (entry->binding == STB_LOCAL)
        return PP_SYMBOL_LOCAL;
    return entry->binding == STB_WEAK ? PP_SYMBOL_WEAK : PP_SYMBOL_GLOBAL;
}

/* What the entry says of code; false when nothing. */
static bool to_symbol(const struct pp_elf *elf, const struct entry *entry,
                      struct pp_symbol *symbol)
{
    bool may_be_code = entry->type == STT_FUNC ||
                       entry->type == STT_GNU_IFUNC ||
                       entry->type == STT_NOTYPE;
    uint64_t section_end = code_end(elf, entry);
    if (entry->name == 0 || section_end == 0 || !may_be_code)
        return false;
    *symbol = (struct pp_symbol){
        .start = entry->value,
        .size = entry->size,
        .section_end = section_end,
        .name = entry->name,
        .rank = rank_of(entry),
    };
    if (elf->machine == EM_ARM)
        symbol->start &= ~(uint64_t)1; /* says that the code is Thumb */
    if (symbol->size > section_end - symbol->start)
        symbol->size = section_end - symbol->start;
    return true;
}

/* Entries read at a time, and the versions of dynamic ones. */
struct piece {
    uint8_t *entries, *versions;
    bool has_versions;
    uint32_t count;
};

/* Add the code symbols among the entries of a piece. */
static int add_piece(struct pp_symbol_table *table, struct pp_arena *arena,
                     const struct pp_elf *elf, const struct piece *piece)
{
    size_t entry_size = elf->is_64 ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
    for (uint32_t i = 0; i < piece->count; i++) {
        struct entry entry = decode_entry(elf, piece->entries + i * entry_size);
        struct pp_symbol symbol;
        entry.is_hidden =
            piece->has_versions &&
            pp_elf_u16(elf, piece->versions + (size_t)VERSION_SIZE * i) &
                VERSION_HIDDEN;
        if (!to_symbol(elf, &entry, &symbol))
            continue;
        struct pp_symbol *added = pp_vector_add(arena, &table->symbols);
        if (!added)
            return PP_E_MEMORY;
        *added = symbol;
    }
    return PP_OK;
}

/* The versions of a symbol table's entries, NULL when it has none. */
static const struct pp_elf_section *find_versions(
    const struct pp_elf *elf, const struct pp_elf_section *symbols)
{
    for (uint32_t i = 0; i < elf->section_count; i++) {
        const struct pp_elf_section *section = &elf->sections[i];
        if (section->type == SHT_GNU_versym &&
            section->link == (uint32_t)(symbols - elf->sections))
            return section;
    }
    return NULL;
}

/* Read the entries from the one numbered `first` on, as many as the piece's
 * count says; false where the file ends. */
static bool read_piece(const struct pp_elf *elf,
                       const struct pp_elf_section *symbols,
                       const struct pp_elf_section *versions, uint64_t first,
                       struct piece *piece)
{
    size_t entry_size = elf->is_64 ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
    size_t versions_size = (size_t)VERSION_SIZE * piece->count;
    uint64_t versions_at = VERSION_SIZE * first;
    piece->has_versions =
        versions && versions_at + versions_size <= versions->size &&
        pp_elf_read(elf, versions->offset + versions_at, piece->versions,
                    versions_size, NULL) == PP_OK;
    return pp_elf_read(elf, symbols->offset + entry_size * first,
                       piece->entries, entry_size * piece->count,
                       NULL) == PP_OK;
}

static int add_entries(struct pp_symbol_table *table, struct pp_arena *arena,
                       const struct pp_elf *elf,
                       const struct pp_elf_section *section)
{
    size_t entry_size = elf->is_64 ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
    const struct pp_elf_section *versions = find_versions(elf, section);
    uint64_t count = section->size / entry_size;
    struct piece piece = {
        .entries = pp_arena_array(arena, PIECE_COUNT, entry_size),
        .versions = pp_arena_array(arena, PIECE_COUNT, VERSION_SIZE),
    };
    if (!piece.entries || !piece.versions)
        return PP_E_MEMORY;
    if (count > ENTRY_COUNT_MAX)
        count = ENTRY_COUNT_MAX;
    for (uint64_t first = 0; first < count; first += piece.count) {
        uint64_t left = count - first;
        piece.count = left < PIECE_COUNT ? (uint32_t)left : PIECE_COUNT;
        if (!read_piece(elf, section, versions, first, &piece))
            return PP_OK;
        int status = add_piece(table, arena, elf, &piece);
        if (status < 0)
            return status;
    }
    return PP_OK;
}

/* ---- names -------------------------------------------------------------- */

/* A piece of a string table: bytes[0..size) stand at `at` of it. */
struct window {
    const struct pp_elf *elf;
    const struct pp_elf_section *strings;
    char *bytes;
    uint64_t at;
    size_t size;
};

/* The name at an offset, as far as the window has it. */
static struct pp_slice name_in_window(const struct window *window,
                                      uint64_t offset)
{
    if (offset < window->at || offset - window->at >= window->size)
        return (struct pp_slice){0};
    const char *name = window->bytes + (offset - window->at);
    size_t room = window->size - (size_t)(offset - window->at);
    return (struct pp_slice){
        name, strnlen(name, room < NAME_SIZE_MAX ? room : NAME_SIZE_MAX)};
}

/* Move the window to an offset; empty where the file ends. */
static void slide(struct window *window, uint64_t offset)
{
    uint64_t left =
        window->strings->size > offset ? window->strings->size - offset : 0;
    window->at = offset;
    window->size = left < WINDOW_SIZE ? (size_t)left : WINDOW_SIZE;
    if (pp_elf_read(window->elf, window->strings->offset + offset,
                    window->bytes, window->size, NULL) < 0)
        window->size = 0;
}

/* The name at an offset; "" when the file does not hold it. Offsets come in
 * rising order, so that one window serves many of them. */
static struct pp_slice read_name(struct window *window, uint64_t offset)
{
    uint64_t end = window->at + window->size;
    bool is_near_end =
        end < window->strings->size && offset + NAME_SIZE_MAX > end;
    if (offset < window->at || offset >= end || is_near_end)
        slide(window, offset);
    return name_in_window(window, offset);
}

/* Copy a name and a suffix behind the others. The offset, or PP_NONE without
 * memory. */
static uint32_t add_name(struct pp_symbol_table *table, struct pp_arena *arena,
                         struct pp_slice name, const char *suffix)
{
    size_t suffix_size = strlen(suffix) + 1;
    if (pp_vector_reserve(arena, &table->names, name.size + suffix_size) < 0)
        return PP_NONE;
    uint32_t at = table->names.count;
    if (name.size > 0)
        memcpy(table->names.items + at, name.data, name.size);
    memcpy(table->names.items + at + name.size, suffix, suffix_size);
    table->names.count += (uint32_t)(name.size + suffix_size);
    return at;
}

/* Keys that order the symbols from `first` on by where their names stand. */
static struct pp_sort_key *order_by_name(const struct pp_symbol_table *table,
                                         uint32_t first, struct pp_arena *arena)
{
    uint32_t count = table->symbols.count - first;
    struct pp_sort_key *keys = pp_arena_array(arena, count, sizeof *keys);
    if (!keys)
        return NULL;
    for (uint32_t i = 0; i < count; i++)
        keys[i] = (struct pp_sort_key){table->symbols.items[first + i].name,
                                       first + i};
    return pp_sort(keys, count, arena) < 0 ? NULL : keys;
}

/* Whether a name is kept for old programs only: "cfree@GLIBC_2.2.5"; new ones
 * get that of "free@@GLIBC_2.2.5", which is mostly written "free". */
static bool is_old_version(struct pp_slice name)
{
    const char *at = name.size > 0 ? memchr(name.data, '@', name.size) : NULL;
    return at && at + 1 < name.data + name.size && at[1] != '@';
}

/* Replace string table offsets by offsets in the names, for the symbols from
 * `first` on. Those whose name is not there get "". */
static int add_names(struct pp_symbol_table *table, uint32_t first,
                     struct pp_arena *arena, const struct pp_elf *elf,
                     const struct pp_elf_section *strings)
{
    struct window window = {.elf = elf, .strings = strings};
    uint32_t count = table->symbols.count - first;
    struct pp_sort_key *keys = order_by_name(table, first, arena);
    bool is_old = false;
    window.bytes = pp_arena_alloc(arena, WINDOW_SIZE);
    if (!keys || !window.bytes)
        return PP_E_MEMORY;
    for (uint32_t i = 0, at = 0; i < count; i++) {
        struct pp_symbol *symbol = &table->symbols.items[keys[i].index];
        if (i == 0 || keys[i].key != keys[i - 1].key) {
            struct pp_slice name = read_name(&window, keys[i].key);
            is_old = is_old_version(name);
            at = add_name(table, arena, name, "");
        }
        if (at == PP_NONE)
            return PP_E_MEMORY;
        symbol->name = at;
        if (is_old && symbol->rank < PP_SYMBOL_OLD)
            symbol->rank = PP_SYMBOL_OLD;
    }
    return PP_OK;
}

/* ---- names that mean nothing -------------------------------------------- */

/* Whether a name only marks where code or data begins: "$x", "$d.12", as the
 * ABIs of ARM and RISC-V have it. */
static bool is_mark(const struct pp_elf *elf, const char *name)
{
    bool is_riscv = elf->machine == EM_RISCV;
    bool has_marks =
        is_riscv || elf->machine == EM_ARM || elf->machine == EM_AARCH64;
    return has_marks && name[0] == '$' && name[1] && strchr("adtx", name[1]) &&
           (name[2] == 0 || name[2] == '.' || is_riscv);
}

/* Take out the symbols from `first` on that have no name of use. */
static void drop_nameless(struct pp_symbol_table *table, uint32_t first,
                          const struct pp_elf *elf)
{
    uint32_t kept = first;
    for (uint32_t i = first; i < table->symbols.count; i++) {
        struct pp_symbol symbol = table->symbols.items[i];
        const char *name = pp_symbol_name(table, &symbol);
        if (*name && !is_mark(elf, name))
            table->symbols.items[kept++] = symbol;
    }
    table->symbols.count = kept;
}

/* ---- tables ------------------------------------------------------------- */

int pp_symbol_table_add(struct pp_symbol_table *table, struct pp_arena *arena,
                        const struct pp_symbol *symbol, struct pp_slice name,
                        const char *suffix)
{
    uint32_t at = add_name(table, arena, name, suffix);
    struct pp_symbol *added =
        at == PP_NONE ? NULL : pp_vector_add(arena, &table->symbols);
    if (!added)
        return PP_E_MEMORY;
    *added = *symbol;
    added->name = at;
    return PP_OK;
}

static const struct pp_elf_section *find_table(const struct pp_elf *elf,
                                               uint32_t type)
{
    for (uint32_t i = 0; i < elf->section_count; i++)
        if (elf->sections[i].type == type)
            return &elf->sections[i];
    return NULL;
}

const struct pp_elf_section *pp_symbol_table_section(
    const struct pp_elf *elf, uint32_t type,
    const struct pp_elf_section **strings)
{
    const struct pp_elf_section *section = find_table(elf, type);
    if (!section || section->link >= elf->section_count ||
        elf->sections[section->link].type != SHT_STRTAB)
        return NULL;
    *strings = &elf->sections[section->link];
    return section;
}

int pp_symbol_table_read(struct pp_symbol_table *table, struct pp_arena *arena,
                         const struct pp_elf *elf)
{
    static const uint32_t types[] = {SHT_SYMTAB, SHT_DYNSYM};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        const struct pp_elf_section *strings;
        const struct pp_elf_section *section =
            pp_symbol_table_section(elf, types[i], &strings);
        uint32_t first = table->symbols.count;
        if (!section)
            continue;
        if (add_entries(table, arena, elf, section) < 0 ||
            add_names(table, first, arena, elf, strings) < 0)
            return PP_E_MEMORY;
        drop_nameless(table, first, elf);
    }
    return PP_OK;
}

bool pp_symbol_table_is_full(const struct pp_elf *elf)
{
    return find_table(elf, SHT_SYMTAB) != NULL;
}
