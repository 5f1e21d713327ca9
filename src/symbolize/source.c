/* Naming at the source: inside the measured program, from the symbol tables of
 * the files that are mapped, so that a profile can be read anywhere without
 * them. See symbolize.h.
 *
 * Nothing here calls malloc, and nothing fails: what cannot be named stays as
 * it is. */
#include <link.h>
#include <stdio.h>

#include "symbolize/functions.h"
#include "symbolize/tables.h"

enum {
    PATH_SIZE = 4096,
    MANGLED_SIZE_MAX = 512, /* longer names are demangled at the desk, since
                               the stacks here may be small */
};

/* ---- a profile ---------------------------------------------------------- */

/* A mapping of the profile being named. */
struct mapped {
    const struct pp_symbols *symbols;
    uint64_t base;
    bool is_open; /* or was tried to */
    bool has_locations;
    bool has_unnamed; /* locations */
};

/* A symbol that is a function of the profile by now. */
struct known {
    const char *name; /* in its table, whose address identifies it */
    uint32_t function;
};

struct naming {
    struct pp_source_names *names;
    struct pp_profile *profile;
    struct pp_arena arena;
    struct mapped *mapped; /* by mapping index */
    struct {
        struct known *items;
        uint32_t count, capacity;
    } known;
    struct pp_table known_by_name;
    struct pp_function_adder functions;
    struct pp_buffer demangled;
};

/* Open the file behind a mapping, for its first location. */
static void open_mapped(struct naming *naming, struct mapped *mapped,
                        const struct pp_mapping *mapping, uint64_t address)
{
    char path[PATH_SIZE];
    struct pp_slice file = pp_profile_text(naming->profile, mapping->filename);
    mapped->is_open = true;
    if (file.size >= sizeof path)
        return;
    memcpy(path, file.data, file.size);
    path[file.size] = 0;
    struct pp_mapped_file wanted = {
        .path = path,
        .build_id = pp_profile_text(naming->profile, mapping->build_id),
        .start = mapping->start,
        .limit = mapping->limit,
    };
    mapped->symbols = pp_tables_get(naming->names, &wanted);
    if (mapped->symbols &&
        pp_symbols_base(mapped->symbols, mapping->start, mapping->limit,
                        mapping->offset, address, &mapped->base, NULL) < 0)
        mapped->symbols = NULL;
}

/* The demangled name, or the name itself. */
static struct pp_slice demangle(struct pp_buffer *scratch, struct pp_slice name)
{
    pp_buffer_clear(scratch);
    if (name.size <= MANGLED_SIZE_MAX &&
        pp_demangle(name, PP_DEMANGLE_SIMPLE, scratch))
        return pp_buffer_slice(scratch);
    return name;
}

/* The function of a symbol's name, which is borrowed from its table. */
static uint32_t get_function(struct naming *naming, struct pp_slice name)
{
    uint32_t at, index;
    uint64_t hash = pp_hash_u64((uintptr_t)name.data);
    pp_table_each (&naming->known_by_name, hash, at, index) {
        if (naming->known.items[index].name == name.data)
            return naming->known.items[index].function;
    }
    uint32_t function =
        pp_function_add(&naming->functions, demangle(&naming->demangled, name),
                        name, (struct pp_slice){0}, 0);
    struct known *known = pp_vector_add(&naming->arena, &naming->known);
    if (known) {
        *known = (struct known){name.data, function};
        pp_table_insert(&naming->known_by_name, &naming->arena, hash,
                        naming->known.count - 1);
    }
    return function;
}

/* Name one location; false when that cannot be. */
static bool name_location(struct naming *naming, uint32_t index,
                          struct mapped *mapped)
{
    const struct pp_location *location =
        &naming->profile->locations.items[index];
    struct pp_slice name;
    if (!mapped->is_open)
        open_mapped(naming, mapped,
                    &naming->profile->mappings.items[location->mapping],
                    location->address);
    if (!mapped->symbols ||
        !pp_symbols_find(mapped->symbols, location->address - mapped->base,
                         &name, NULL))
        return false;
    struct pp_line line = {.function = get_function(naming, name)};
    return line.function != PP_NONE &&
           pp_profile_set_lines(naming->profile, index, &line, 1) == PP_OK;
}

static void name_locations(struct naming *naming)
{
    const struct pp_profile *profile = naming->profile;
    for (uint32_t i = 0; i < profile->locations.count; i++) {
        const struct pp_location *location = &profile->locations.items[i];
        if (location->mapping == PP_NONE)
            continue;
        struct mapped *mapped = &naming->mapped[location->mapping];
        mapped->has_locations = true;
        if (location->line_count == 0 && !name_location(naming, i, mapped))
            mapped->has_unnamed = true;
    }
}

void pp_source_name_profile(struct pp_source_names *names,
                            struct pp_profile *profile)
{
    struct naming naming = {.names = names, .profile = profile};
    naming.mapped = pp_arena_array(&naming.arena, profile->mappings.count,
                                   sizeof *naming.mapped);
    pp_function_adder_init(&naming.functions, profile);
    if (naming.mapped) {
        name_locations(&naming);
        for (uint32_t m = 0; m < profile->mappings.count; m++)
            if (naming.mapped[m].has_locations && !naming.mapped[m].has_unnamed)
                profile->mappings.items[m].has_functions = true;
    }
    pp_function_adder_release(&naming.functions);
    pp_buffer_release(&naming.demangled);
    pp_arena_release(&naming.arena);
    pp_tables_trim(names);
}

/* ---- one address -------------------------------------------------------- */

/* The loaded object that holds an address. */
struct object_search {
    uint64_t address;
    uint64_t bias; /* address - bias is the file's own */
    char path[PATH_SIZE];
    bool is_found;
};

static int look_at_object(struct dl_phdr_info *info, size_t size, void *opaque)
{
    struct object_search *search = opaque;
    uint64_t address = search->address - info->dlpi_addr;
    (void)size;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || address < segment->p_vaddr ||
            address - segment->p_vaddr >= segment->p_memsz)
            continue;
        search->bias = info->dlpi_addr;
        search->is_found = true;
        /* The program has no name here. */
        snprintf(search->path, sizeof search->path, "%s",
                 info->dlpi_name[0] ? info->dlpi_name : "/proc/self/exe");
        return 1;
    }
    return 0;
}

bool pp_source_name_address(struct pp_source_names *names, uint64_t address,
                            struct pp_buffer *out)
{
    struct object_search search = {.address = address};
    struct pp_slice name;
    dl_iterate_phdr(look_at_object, &search);
    if (!search.is_found)
        return false;
    struct pp_mapped_file wanted = {.path = search.path};
    const struct pp_symbols *symbols = pp_tables_get(names, &wanted);
    bool is_known =
        symbols && pp_symbols_find(symbols, address - search.bias, &name, NULL);
    if (is_known && (name.size > MANGLED_SIZE_MAX ||
                     !pp_demangle(name, PP_DEMANGLE_SIMPLE, out)))
        pp_buffer_append_slice(out, name);
    pp_tables_trim(names);
    return is_known && !out->failed;
}
