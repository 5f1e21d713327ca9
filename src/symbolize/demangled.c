/* See demangled.h. A person may ask for any number of profiles: when what is
 * kept has grown large it goes, and is gathered anew. */
#include "symbolize/demangled.h"

static const size_t memory_max = (size_t)64 << 20;

void pp_demangled_release(struct pp_demangled *demangled)
{
    pp_arena_release(&demangled->arena);
    *demangled = (struct pp_demangled){0};
}

const struct pp_slice *pp_demangled_find(const struct pp_demangled *demangled,
                                         struct pp_slice name,
                                         enum pp_demangle mode)
{
    uint32_t at, index;
    if (demangled->names.count == 0 || demangled->mode != mode)
        return NULL;
    pp_table_each (&demangled->by_name, pp_hash_bytes(name.data, name.size), at,
                   index) {
        const struct pp_demangled_name *known = &demangled->names.items[index];
        if (pp_slice_equal(known->name, name))
            return &known->demangled;
    }
    return NULL;
}

/* A copy in the arena; its data are NULL without memory. */
static struct pp_slice keep(struct pp_demangled *demangled,
                            struct pp_slice text)
{
    return (struct pp_slice){pp_slice_copy(&demangled->arena, text), text.size};
}

void pp_demangled_add(struct pp_demangled *demangled, struct pp_slice name,
                      enum pp_demangle mode, struct pp_slice result)
{
    if (demangled->mode != mode || demangled->arena.used > memory_max)
        pp_demangled_release(demangled);
    demangled->mode = mode;
    struct pp_demangled_name entry = {keep(demangled, name),
                                      keep(demangled, result)};
    struct pp_demangled_name *added =
        pp_vector_add(&demangled->arena, &demangled->names);
    if (!added)
        return;
    *added = entry;
    if (!entry.name.data || !entry.demangled.data ||
        pp_table_insert(&demangled->by_name, &demangled->arena,
                        pp_hash_bytes(name.data, name.size),
                        demangled->names.count - 1) < 0)
        demangled->names.count--;
}
