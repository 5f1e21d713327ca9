/* Abbreviations, read and compiled. See abbreviations.h.
 *
 * Invariant: all that is read of .debug_abbrev for one file is bounded by a
 * few times its size, whatever offsets its units claim: honest units share
 * whole tables, and never parts of them. */
#include "lines/abbreviations.h"

#include "lines/constants.h"

enum { READ_TIMES_MAX = 16, READ_EXTRA = 1 << 16, SKIP_MAX = 0x8000 };

/* What one entry may have. No compiler comes near; but attributes may take no
 * bytes, and entries that are asked for may lie inside of one another. */
enum { ATTRIBUTE_MAX = 256, ENTRY_SIZE_MAX = 64 << 10 };

/* ---- declarations ------------------------------------------------------- */

/* An abbreviation as it stands there. */
struct declaration {
    uint64_t code, tag;
    bool has_children;
    const uint8_t *attributes;
};

/* One attribute of it; false behind the last. */
static bool next_attribute(struct pp_cursor *cursor, uint64_t *name,
                           uint64_t *form, int64_t *implicit)
{
    *name = pp_cursor_uleb(cursor);
    *form = pp_cursor_uleb(cursor);
    *implicit = *form == DW_FORM_implicit_const ? pp_cursor_sleb(cursor) : 0;
    return !cursor->has_failed && (*name | *form) != 0;
}

/* The next one's head; false behind the last. */
static bool next_declaration(struct pp_cursor *cursor,
                             struct declaration *declaration)
{
    declaration->code = pp_cursor_uleb(cursor);
    if (declaration->code == 0)
        return false;
    declaration->tag = pp_cursor_uleb(cursor);
    declaration->has_children = pp_cursor_u8(cursor) != 0;
    declaration->attributes = cursor->at;
    return !cursor->has_failed;
}

static void skip_attributes(struct pp_cursor *cursor)
{
    uint64_t name, form;
    int64_t implicit;
    while (next_attribute(cursor, &name, &form, &implicit))
        ;
}

static struct pp_cursor abbreviations_at(const struct pp_dwarf_unit *unit)
{
    const struct pp_dwarf_file *file = unit->file;
    return pp_cursor_at(file->sections[PP_DWARF_ABBREV], unit->abbreviations,
                        file->is_swapped);
}

/* Whether more may be read for the file than it was made to read already. */
static bool may_read(const struct pp_dwarf_file *file)
{
    uint64_t size = file->sections[PP_DWARF_ABBREV].size;
    return file->abbreviation_bytes / READ_TIMES_MAX <= size + READ_EXTRA;
}

/* Account for what was read from a place of the section on, which becomes the
 * cursor's. */
static void account(struct pp_dwarf_file *file, const struct pp_cursor *cursor,
                    const uint8_t **from)
{
    file->abbreviation_bytes += (uint64_t)(cursor->at - *from);
    *from = cursor->at;
}

/* ---- compiling ---------------------------------------------------------- */

static bool is_code(uint64_t tag)
{
    return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine;
}

static const struct pp_step unknown_step = {PP_FORM_UNKNOWN, PP_KEPT_COUNT, 0};

/* What is kept of an attribute. */
static enum pp_kept kept_of(uint64_t tag, uint64_t name)
{
    if (name == DW_AT_sibling)
        return PP_KEPT_SIBLING;
    if (!is_code(tag))
        return PP_KEPT_COUNT;
    return name == DW_AT_low_pc    ? PP_KEPT_LOW_PC
           : name == DW_AT_high_pc ? PP_KEPT_HIGH_PC
           : name == DW_AT_ranges  ? PP_KEPT_RANGES
                                   : PP_KEPT_COUNT;
}

/* Add a step, or lengthen the last one. */
static int add_step(struct pp_abbreviations *table, struct pp_arena *arena,
                    struct pp_abbreviation *abbreviation, struct pp_step step)
{
    if (abbreviation->step_count > 0 && step.kept == PP_KEPT_COUNT &&
        step.kind == PP_FORM_FIXED) {
        struct pp_step *last = &table->steps.items[table->steps.count - 1];
        if (last->kind == PP_FORM_FIXED && last->kept == PP_KEPT_COUNT &&
            last->number < SKIP_MAX) {
            last->number = (uint16_t)(last->number + step.number);
            return PP_OK;
        }
    }
    if (abbreviation->step_count == ATTRIBUTE_MAX)
        return PP_OK; /* the last one ends the walk */
    struct pp_step *added = pp_vector_add(arena, &table->steps);
    if (!added)
        return PP_E_MEMORY;
    abbreviation->step_count++;
    *added = abbreviation->step_count < ATTRIBUTE_MAX ? step : unknown_step;
    return PP_OK;
}

/* `seen` has a bit for each value that is kept already: the first one counts.
 */
static struct pp_step make_step(const struct pp_dwarf_unit *unit, uint64_t tag,
                                uint64_t name, uint64_t form, uint32_t *seen)
{
    if (form > UINT16_MAX)
        return unknown_step;
    struct pp_form_layout layout = pp_form_layout(unit, (uint16_t)form);
    enum pp_kept kept = kept_of(tag, name);
    uint32_t bit = 1u << kept;
    /* Such a constant stands here, where a walk does not look. */
    if (form == DW_FORM_implicit_const || *seen & bit)
        kept = PP_KEPT_COUNT;
    *seen |= bit;
    return (struct pp_step){
        .kind = layout.kind,
        .kept = (uint8_t)kept,
        .number = kept == PP_KEPT_COUNT ? layout.size : (uint16_t)form,
    };
}

/* Most entries are plain: parameters, members, variables. */
static void find_plain(const struct pp_abbreviations *table,
                       struct pp_abbreviation *abbreviation)
{
    if (abbreviation->has_children || abbreviation->step_count != 1)
        return;
    const struct pp_step *step = &table->steps.items[abbreviation->step_first];
    abbreviation->is_plain =
        step->kept == PP_KEPT_COUNT && step->kind == PP_FORM_FIXED;
    abbreviation->plain_size = step->number;
}

static int compile(struct pp_abbreviations *table, struct pp_arena *arena,
                   const struct pp_dwarf_unit *unit,
                   const struct declaration *declaration,
                   struct pp_cursor *cursor)
{
    uint64_t name, form;
    int64_t implicit;
    uint32_t seen = 0;
    struct pp_abbreviation *abbreviation = pp_vector_add(arena, &table->all);
    if (!abbreviation)
        return PP_E_MEMORY;
    *abbreviation = (struct pp_abbreviation){
        .code = declaration->code,
        .attributes = declaration->attributes,
        .step_first = table->steps.count,
        .tag = declaration->tag <= UINT16_MAX ? (uint16_t)declaration->tag : 0,
        .has_children = declaration->has_children,
    };
    while (next_attribute(cursor, &name, &form, &implicit))
        if (add_step(table, arena, abbreviation,
                     make_step(unit, declaration->tag, name, form, &seen)) < 0)
            return PP_E_MEMORY;
    find_plain(table, abbreviation);
    return PP_OK;
}

/* Of several with one code the first counts. */
static int index_codes(struct pp_abbreviations *table, struct pp_arena *arena)
{
    table->is_dense = true;
    for (uint32_t i = 0; i < table->all.count; i++)
        table->is_dense &= table->all.items[i].code == i + 1;
    for (uint32_t i = 0; !table->is_dense && i < table->all.count; i++) {
        uint64_t code = table->all.items[i].code;
        if (!pp_abbreviations_find(table, code) &&
            pp_table_insert(&table->by_code, arena, pp_hash_foreign_u64(code),
                            i) < 0)
            return PP_E_MEMORY;
    }
    return PP_OK;
}

static int read_table(struct pp_abbreviations *table,
                      const struct pp_dwarf_unit *unit)
{
    struct pp_arena *arena = unit->file->arena;
    struct pp_cursor cursor = abbreviations_at(unit);
    const uint8_t *from = cursor.at;
    struct declaration declaration;
    *table = (struct pp_abbreviations){
        .offset = unit->abbreviations,
        .address_size = unit->address_size,
        .offset_size = unit->offset_size,
        .is_version_2 = unit->version <= 2,
    };
    while (may_read(unit->file) && next_declaration(&cursor, &declaration)) {
        if (compile(table, arena, unit, &declaration, &cursor) < 0)
            return PP_E_MEMORY;
        account(unit->file, &cursor, &from);
    }
    return index_codes(table, arena);
}

static bool is_of(const struct pp_abbreviations *table,
                  const struct pp_dwarf_unit *unit)
{
    return table->offset == unit->abbreviations &&
           table->address_size == unit->address_size &&
           table->offset_size == unit->offset_size &&
           table->is_version_2 == (unit->version <= 2);
}

const struct pp_abbreviations *pp_abbreviations_of(
    const struct pp_dwarf_unit *unit)
{
    struct pp_dwarf_file *file = unit->file;
    uint64_t hash = pp_hash_u64(unit->abbreviations);
    uint32_t at, index;
    pp_table_each (&file->abbreviations_by_offset, hash, at, index)
        if (is_of(file->abbreviations.items[index], unit))
            return file->abbreviations.items[index];
    struct pp_abbreviations *table =
        pp_arena_new(file->arena, struct pp_abbreviations);
    index = file->abbreviations.count;
    if (!table || read_table(table, unit) < 0)
        return NULL;
    const struct pp_abbreviations **kept =
        pp_vector_add(file->arena, &file->abbreviations);
    if (!kept)
        return NULL;
    *kept = table;
    if (pp_table_insert(&file->abbreviations_by_offset, file->arena, hash,
                        index) < 0)
        return NULL;
    return table;
}

/* ---- walking ------------------------------------------------------------ */

/* Skip one value that has no fixed size. */
static void skip_value(const struct pp_step *step,
                       const struct pp_dwarf_unit *unit,
                       struct pp_cursor *cursor)
{
    switch (step->kind) {
    case PP_FORM_LEB:
        pp_cursor_skip_leb(cursor);
        return;
    case PP_FORM_TEXT:
        pp_cursor_text(cursor);
        return;
    case PP_FORM_BLOCK:
        pp_cursor_skip(cursor, step->number
                                   ? pp_cursor_number(cursor, step->number)
                                   : pp_cursor_uleb(cursor));
        return;
    case PP_FORM_INDIRECT:
        pp_form_skip(cursor, unit, DW_FORM_indirect);
        return;
    }
    pp_cursor_fail(cursor);
}

void pp_abbreviation_walk(const struct pp_abbreviations *table,
                          const struct pp_abbreviation *abbreviation,
                          const struct pp_dwarf_unit *unit,
                          struct pp_cursor *cursor,
                          struct pp_kept_values *values)
{
    uint32_t first = abbreviation->step_first;
    uint32_t end = first + abbreviation->step_count;
    for (uint32_t i = 0; i < PP_KEPT_COUNT; i++)
        values->of[i].form = 0;
    for (uint32_t i = first; i < end; i++) {
        const struct pp_step *step = &table->steps.items[i];
        if (step->kept < PP_KEPT_COUNT)
            pp_form_read(cursor, unit, step->number, 0,
                         &values->of[step->kept]);
        else if (step->kind == PP_FORM_FIXED)
            pp_cursor_skip(cursor, step->number);
        else
            skip_value(step, unit, cursor);
    }
}

/* ---- single entries ----------------------------------------------------- */

/* A cursor at an entry of the unit, over what may be its bytes. */
static struct pp_cursor entry_cursor(const struct pp_dwarf_unit *unit,
                                     uint64_t offset)
{
    struct pp_slice section = unit->file->sections[PP_DWARF_INFO];
    section.size = (size_t)unit->end;
    struct pp_cursor cursor =
        pp_cursor_at(section, offset, unit->file->is_swapped);
    if (pp_cursor_left(&cursor) > ENTRY_SIZE_MAX)
        cursor.end = cursor.at + ENTRY_SIZE_MAX;
    return cursor;
}

bool pp_entry_at(struct pp_entry *entry, const struct pp_dwarf_unit *unit,
                 uint64_t offset, const struct pp_abbreviations *table)
{
    struct pp_cursor cursor = entry_cursor(unit, offset);
    uint64_t code = pp_cursor_uleb(&cursor);
    const struct pp_abbreviation *abbreviation =
        code ? pp_abbreviations_find(table, code) : NULL;
    if (!abbreviation)
        return false;
    *entry = (struct pp_entry){
        .unit = unit,
        .cursor = cursor,
        .attributes = abbreviations_at(unit),
        .tag = abbreviation->tag,
        .has_children = abbreviation->has_children,
    };
    entry->attributes.at = abbreviation->attributes;
    return true;
}

bool pp_entry_first(struct pp_entry *entry, const struct pp_dwarf_unit *unit)
{
    struct pp_cursor cursor = entry_cursor(unit, unit->entries);
    struct pp_cursor attributes = abbreviations_at(unit);
    const uint8_t *from = attributes.at;
    uint64_t code = pp_cursor_uleb(&cursor);
    struct declaration declaration;
    while (code && may_read(unit->file) &&
           next_declaration(&attributes, &declaration)) {
        if (declaration.code == code) {
            *entry = (struct pp_entry){
                .unit = unit,
                .cursor = cursor,
                .attributes = attributes,
                .tag = (uint16_t)declaration.tag,
                .has_children = declaration.has_children,
            };
            return true;
        }
        skip_attributes(&attributes);
        account(unit->file, &attributes, &from);
    }
    return false;
}

bool pp_entry_next(struct pp_entry *entry, struct pp_attribute *attribute)
{
    uint64_t name, form;
    int64_t implicit;
    if (entry->attribute_count++ == ATTRIBUTE_MAX ||
        !next_attribute(&entry->attributes, &name, &form, &implicit) ||
        form > UINT16_MAX)
        return false;
    attribute->name = name <= UINT16_MAX ? (uint16_t)name : 0;
    pp_form_read(&entry->cursor, entry->unit, (uint16_t)form, implicit,
                 &attribute->value);
    return !entry->cursor.has_failed;
}
