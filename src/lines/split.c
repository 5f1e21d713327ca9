/* Split units. See split.h.
 *
 * A split file has sections of the names that it would have otherwise, with
 * ".dwo" behind, and borrows the addresses from the file of its skeleton. All
 * units of a file that is read are noted by their ids, so that no file is read
 * twice, however many units it has.
 *
 * Invariant: a split unit is taken by its id alone, whatever file it is in.
 *
 * Specification: DWARF 5, 3.1.2, 3.1.3 and 7.3.2; GNU's DebugFission before. */
#include "lines/split.h"

#include <limits.h>

#include "lines/constants.h"
#include "lines/package.h"

static const char *const section_names[PP_DWARF_SECTION_COUNT] = {
    [PP_DWARF_INFO] = ".debug_info.dwo",
    [PP_DWARF_ABBREV] = ".debug_abbrev.dwo",
    [PP_DWARF_STR] = ".debug_str.dwo",
    [PP_DWARF_STR_OFFSETS] = ".debug_str_offsets.dwo",
    [PP_DWARF_RNGLISTS] = ".debug_rnglists.dwo",
};

static void take_sections(struct pp_object *object,
                          struct pp_slice sections[PP_DWARF_SECTION_COUNT])
{
    for (uint32_t i = 0; i < PP_DWARF_SECTION_COUNT; i++)
        if (section_names[i])
            pp_object_section(object, section_names[i], &sections[i], NULL);
}

/* Open a file whose bytes are to stay. */
static int open_object(struct pp_splits *splits, const char *path,
                       struct pp_object **object, struct pp_error *err)
{
    struct pp_object **kept = pp_vector_add(splits->arena, &splits->objects);
    *object = NULL;
    if (!kept)
        return pp_fail_memory(err);
    int status = pp_object_open(path, &splits->files, kept, err);
    *object = *kept;
    if (status < 0)
        splits->objects.count--;
    return status;
}

/* ---- units by id -------------------------------------------------------- */

static const struct pp_dwarf_unit *find_noted(const struct pp_splits *splits,
                                              uint64_t id)
{
    uint64_t hash = pp_hash_foreign_u64(id);
    uint32_t at, index;
    pp_table_each (&splits->units_by_id, hash, at, index)
        if (splits->units.items[index]->split_id == id)
            return splits->units.items[index];
    return NULL;
}

static int note_unit(struct pp_splits *splits, const struct pp_dwarf_unit *unit)
{
    if (unit->type == DW_UT_split_type || find_noted(splits, unit->split_id))
        return PP_OK;
    uint32_t index = splits->units.count;
    const struct pp_dwarf_unit **noted =
        pp_vector_add(splits->arena, &splits->units);
    if (!noted)
        return PP_E_MEMORY;
    *noted = unit;
    return pp_table_insert(&splits->units_by_id, splits->arena,
                           pp_hash_foreign_u64(unit->split_id), index);
}

/* Read the units of the sections of a split file. */
static int note_units(struct pp_splits *splits,
                      const struct pp_slice sections[PP_DWARF_SECTION_COUNT],
                      const struct pp_dwarf_file *main)
{
    struct pp_dwarf_file *file =
        pp_arena_new(splits->arena, struct pp_dwarf_file);
    if (!file)
        return PP_E_MEMORY;
    memcpy(file->sections, sections, sizeof file->sections);
    file->sections[PP_DWARF_ADDR] = main->sections[PP_DWARF_ADDR];
    file->sections[PP_DWARF_RANGES] = main->sections[PP_DWARF_RANGES];
    file->is_swapped = main->is_swapped;
    file->is_split = true;
    file->arena = splits->arena;
    int status = pp_dwarf_read_units(file, NULL, NULL);
    for (uint32_t i = 0; status == PP_OK && i < file->units.count; i++)
        status = note_unit(splits, &file->units.items[i]);
    return status;
}

/* ---- in the package ----------------------------------------------------- */

/* Open the package, if there is one. */
static void seek_package(struct pp_splits *splits)
{
    char space[256];
    struct pp_buffer path = pp_buffer_in(space);
    struct pp_object *object;
    pp_buffer_format(&path, "%s.dwp", splits->path);
    splits->has_sought_package = true;
    if (!path.failed &&
        open_object(splits, path.data, &object, NULL) == PP_OK) {
        take_sections(object, splits->package);
        pp_object_section(object, ".debug_cu_index", &splits->package_index,
                          NULL);
        pp_object_close_file(object);
    }
    pp_buffer_release(&path);
}

/* What is outside of the section is not there. */
static struct pp_slice cut(struct pp_slice section, struct pp_package_part part)
{
    if (part.offset > section.size || part.size > section.size - part.offset)
        return (struct pp_slice){0};
    return (struct pp_slice){section.data + part.offset, (size_t)part.size};
}

/* Note what the package has by the id of a skeleton. */
static int note_packaged(struct pp_splits *splits,
                         const struct pp_dwarf_unit *skeleton)
{
    struct pp_package_part parts[PP_DWARF_SECTION_COUNT];
    struct pp_slice sections[PP_DWARF_SECTION_COUNT];
    if (!splits->has_sought_package)
        seek_package(splits);
    if (!pp_package_find(splits->package_index, skeleton->file->is_swapped,
                         skeleton->split_id, parts))
        return PP_OK;
    memcpy(sections, splits->package, sizeof sections);
    for (uint32_t i = 0; i < PP_DWARF_SECTION_COUNT; i++)
        if (parts[i].size > 0)
            sections[i] = cut(splits->package[i], parts[i]);
    return note_units(splits, sections, skeleton->file);
}

/* ---- in files ----------------------------------------------------------- */

/* Note what the file at a path has, if it was not tried before. Only
 * PP_E_MEMORY is a failure. */
static int note_file(struct pp_splits *splits, struct pp_slice path,
                     const struct pp_dwarf_file *main)
{
    struct pp_slice sections[PP_DWARF_SECTION_COUNT] = {0};
    struct pp_object *object;
    char *copy;
    if (pp_strings_find(&splits->paths, path) != PP_NONE)
        return PP_OK;
    uint32_t index = pp_strings_add_copy(&splits->paths, splits->arena, path);
    if (index == PP_NONE || !(copy = pp_slice_copy(splits->arena, path)))
        return PP_E_MEMORY;
    if (open_object(splits, copy, &object, NULL) < 0 ||
        pp_object_is_swapped(object) != main->is_swapped)
        return PP_OK;
    take_sections(object, sections);
    pp_object_close_file(object);
    return note_units(splits, sections, main);
}

static bool is_absolute(struct pp_slice path)
{
    return path.size > 0 && path.data[0] == '/';
}

/* Where the compiler says it wrote the file. */
static void append_named(struct pp_buffer *path,
                         const struct pp_dwarf_unit *skeleton)
{
    if (!is_absolute(skeleton->split_name) && skeleton->directory.size > 0) {
        pp_buffer_append_slice(path, skeleton->directory);
        pp_buffer_append_char(path, '/');
    }
    pp_buffer_append_slice(path, skeleton->split_name);
}

/* Beside the file with the code, where they may have been moved together. */
static void append_beside(struct pp_buffer *path, const char *main,
                          const struct pp_dwarf_unit *skeleton)
{
    struct pp_slice whole = pp_slice_of(main);
    whole.size -= pp_slice_base_name(whole).size;
    pp_buffer_append_slice(path, whole);
    pp_buffer_append_slice(path, pp_slice_base_name(skeleton->split_name));
}

/* Note what the files have in which the skeleton's unit may be; it is told to
 * err where it is in neither. */
static int note_files(struct pp_splits *splits,
                      const struct pp_dwarf_unit *skeleton,
                      struct pp_error *err)
{
    struct pp_buffer named = {.ceiling = PATH_MAX};
    struct pp_buffer beside = {.ceiling = PATH_MAX};
    const struct pp_dwarf_file *main = skeleton->file;
    append_named(&named, skeleton);
    append_beside(&beside, splits->path, skeleton);
    int status = PP_OK;
    if (!named.failed)
        status = note_file(splits, pp_buffer_slice(&named), main);
    bool is_there = find_noted(splits, skeleton->split_id) != NULL;
    if (status == PP_OK && !is_there && !beside.failed)
        status = note_file(splits, pp_buffer_slice(&beside), main);
    if (status < 0)
        pp_fail_memory(err);
    else if (!find_noted(splits, skeleton->split_id))
        status = pp_fail(err, PP_E_NOT_FOUND,
                         "%.*s: no split unit %016llx, neither there nor in "
                         "%.*s",
                         PP_SLICE_ARGS(pp_buffer_slice(&named)),
                         (unsigned long long)skeleton->split_id,
                         PP_SLICE_ARGS(pp_buffer_slice(&beside)));
    pp_buffer_release(&named);
    pp_buffer_release(&beside);
    return status;
}

/* ---- the door ----------------------------------------------------------- */

int pp_splits_find(struct pp_splits *splits,
                   const struct pp_dwarf_unit *skeleton,
                   const struct pp_dwarf_unit **unit, struct pp_error *err)
{
    *unit = NULL;
    if (!find_noted(splits, skeleton->split_id) &&
        note_packaged(splits, skeleton) < 0)
        return pp_fail_memory(err);
    if (!find_noted(splits, skeleton->split_id)) {
        int status = note_files(splits, skeleton, err);
        if (status < 0)
            return status;
    }
    /* A copy: two skeletons may have one unit, but each its own addresses. */
    struct pp_dwarf_unit *joined =
        pp_arena_new(splits->arena, struct pp_dwarf_unit);
    if (!joined)
        return pp_fail_memory(err);
    *joined = *find_noted(splits, skeleton->split_id);
    pp_dwarf_join_skeleton(joined, skeleton);
    *unit = joined;
    return PP_OK;
}

size_t pp_splits_memory(const struct pp_splits *splits)
{
    size_t memory = 0;
    for (uint32_t i = 0; i < splits->objects.count; i++)
        memory += pp_object_memory(splits->objects.items[i]);
    return memory;
}

void pp_splits_release(struct pp_splits *splits)
{
    for (uint32_t i = 0; i < splits->objects.count; i++)
        pp_object_free(splits->objects.items[i]);
    splits->objects.count = 0;
}
