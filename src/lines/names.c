/* Names of functions through the entries that they are spread over: a call or
 * a function refers to what all its copies have in common (abstract origin),
 * and that to what was declared in a class (specification). See names.h.
 *
 * Invariant: a chain of references is followed for so many steps only, so that
 * cycles end.
 *
 * Specification: DWARF 5, 2.13 and 3.3.8. */
#include "lines/names.h"

#include "lines/constants.h"
#include "lines/units.h"

enum { CHAIN_MAX = 16 };

struct pp_named_entry {
    const struct pp_dwarf_file *file;
    uint64_t offset;
    struct pp_function_names function;
};

/* One entry's own words, and the one that says more. */
struct own_facts {
    struct pp_scope_facts facts;
    struct pp_form_value origin, specification; /* form 0: none */
};

static void take_attribute(const struct pp_dwarf_unit *unit,
                           const struct pp_attribute *attribute,
                           struct own_facts *own)
{
    const struct pp_form_value *value = &attribute->value;
    struct pp_scope_facts *facts = &own->facts;
    switch (attribute->name) {
    case DW_AT_linkage_name:
    case DW_AT_MIPS_linkage_name:
        facts->function.linkage = pp_form_text(unit, value);
        return;
    case DW_AT_name:
        facts->function.name = pp_form_text(unit, value);
        return;
    case DW_AT_decl_line:
        facts->function.start_line = (int64_t)value->number;
        return;
    case DW_AT_call_file:
        facts->call_file = value->number;
        return;
    case DW_AT_call_line:
        facts->call_line = (int64_t)value->number;
        return;
    case DW_AT_call_column:
        facts->call_column = (int64_t)value->number;
        return;
    case DW_AT_abstract_origin:
        own->origin = *value;
        return;
    case DW_AT_specification:
        own->specification = *value;
        return;
    }
}

/* Read the entry; `next` becomes the one it refers to, if it does. */
static bool read_entry(const struct pp_dwarf_unit *unit, uint64_t offset,
                       struct pp_scope_facts *facts,
                       struct pp_dwarf_reference *next)
{
    struct own_facts own = {0};
    struct pp_entry entry;
    struct pp_attribute attribute;
    const struct pp_abbreviations *table = pp_abbreviations_of(unit);
    bool is_there = table && pp_entry_at(&entry, unit, offset, table);
    while (is_there && pp_entry_next(&entry, &attribute))
        take_attribute(unit, &attribute, &own);
    *facts = own.facts;
    return pp_form_reference(unit, &own.origin, next) ||
           pp_form_reference(unit, &own.specification, next);
}

/* Fill in what is not known yet. */
static void complete(struct pp_function_names *function,
                     const struct pp_function_names *more)
{
    if (function->linkage.size == 0)
        function->linkage = more->linkage;
    if (function->name.size == 0)
        function->name = more->name;
    if (function->start_line == 0)
        function->start_line = more->start_line;
}

static struct pp_function_names follow(struct pp_dwarf_reference reference)
{
    struct pp_function_names function = {0};
    struct pp_scope_facts facts;
    bool goes_on = true;
    for (int step = 0; goes_on && step < CHAIN_MAX; step++) {
        const struct pp_dwarf_unit *unit =
            pp_dwarf_unit_at(reference.file, reference.offset);
        if (!unit)
            break;
        goes_on = read_entry(unit, reference.offset, &facts, &reference);
        complete(&function, &facts.function);
    }
    return function;
}

static struct pp_function_names follow_once(struct pp_names *names,
                                            struct pp_dwarf_reference reference)
{
    uint64_t hash = pp_hash_add((uintptr_t)reference.file, reference.offset);
    uint32_t at, index;
    pp_table_each (&names->by_entry, hash, at, index) {
        const struct pp_named_entry *known = &names->entries.items[index];
        if (known->offset == reference.offset && known->file == reference.file)
            return known->function;
    }
    struct pp_function_names function = follow(reference);
    index = names->entries.count;
    struct pp_named_entry *added = pp_vector_add(names->arena, &names->entries);
    if (added) {
        *added =
            (struct pp_named_entry){reference.file, reference.offset, function};
        pp_table_insert(&names->by_entry, names->arena, hash, index);
    }
    return function;
}

void pp_names_of_scope(struct pp_names *names, const struct pp_dwarf_unit *unit,
                       uint64_t offset, struct pp_scope_facts *facts)
{
    struct pp_dwarf_reference next;
    if (!read_entry(unit, offset, facts, &next))
        return;
    struct pp_function_names more = follow_once(names, next);
    complete(&facts->function, &more);
}
