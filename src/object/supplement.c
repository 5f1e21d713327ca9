/* Supplementary files, which hold what dwz found to be the same in the debug
 * information of several files. See object.h.
 *
 * Invariant: only a file with the id that the reference tells is handed out,
 * since nothing else about the two fits together otherwise.
 *
 * Specification: DWARF 5, 7.3.6 (.debug_sup); dwz(1) and GDB's manual for
 * .gnu_debugaltlink: a name, a NUL, and the build id. */
#include <stdio.h>

#include "object/debug_search.h"

enum { PATH_SIZE = PP_DEBUG_FILE_PATH_SIZE };

/* What a section tells of the supplementary file, or of itself being one. */
struct reference {
    const char *name; /* in the section's bytes */
    char id[PP_BUILD_ID_HEX_SIZE];
};

/* ---- the sections ------------------------------------------------------- */

/* A name up to a NUL, and behind it the id's bytes. */
static bool read_name_and_id(struct pp_slice bytes, struct pp_slice *id,
                             struct reference *reference)
{
    size_t size = strnlen(bytes.data, bytes.size);
    if (size == bytes.size)
        return false;
    reference->name = bytes.data;
    *id = (struct pp_slice){bytes.data + size + 1, bytes.size - size - 1};
    return true;
}

static bool keep_id(struct pp_slice id, struct reference *reference)
{
    if (id.size == 0 || id.size > (PP_BUILD_ID_HEX_SIZE - 1) / 2)
        return false;
    pp_elf_write_hex(id, reference->id);
    return true;
}

static bool read_alternative_link(struct pp_object *object,
                                  struct reference *reference)
{
    struct pp_slice bytes, id;
    return pp_object_section(object, ".gnu_debugaltlink", &bytes, NULL) &&
           read_name_and_id(bytes, &id, reference) && keep_id(id, reference);
}

/* version, is_supplementary, name, size of the id (one byte of LEB128), id */
static bool read_debug_sup(struct pp_object *object, bool is_supplement,
                           struct reference *reference)
{
    enum { HEADER_SIZE = 3 };
    struct pp_slice bytes, id;
    if (!pp_object_section(object, ".debug_sup", &bytes, NULL) ||
        bytes.size < HEADER_SIZE || bytes.data[2] != is_supplement)
        return false;
    bytes.data += HEADER_SIZE;
    bytes.size -= HEADER_SIZE;
    if (!read_name_and_id(bytes, &id, reference) || id.size == 0)
        return false;
    size_t size = (uint8_t)id.data[0];
    if (size > 0x7f || size > id.size - 1)
        return false;
    return keep_id((struct pp_slice){id.data + 1, size}, reference);
}

/* ---- looking ------------------------------------------------------------ */

static const char *judge(const struct pp_debug_quest *quest,
                         struct pp_object *candidate)
{
    struct reference own;
    if (pp_slice_equal(pp_object_id(candidate), pp_slice_of(quest->id)) ||
        (read_debug_sup(candidate, true, &own) &&
         strcmp(own.id, quest->id) == 0))
        return NULL;
    return "its build id differs";
}

static bool by_name(struct pp_debug_quest *quest, const char *name)
{
    char path[PATH_SIZE], directory[PATH_SIZE];
    if (name[0] == '/')
        return pp_debug_quest_try(quest, name);
    if (!pp_debug_quest_directory(quest, directory))
        return false;
    int size = snprintf(path, sizeof path, "%s/%s", directory, name);
    return size < PATH_SIZE && pp_debug_quest_try(quest, path);
}

/* Below DIRECTORY/.dwz, where distributions have them: by what stands behind
 * ".dwz/" in the name. */
static bool in_directories(struct pp_debug_quest *quest, const char *name)
{
    static const char mark[] = ".dwz/";
    char path[PATH_SIZE];
    const char *part = strstr(name, mark);
    const char *const *directory = quest->search->directories;
    for (; part && directory && *directory; directory++) {
        int size = snprintf(path, sizeof path, "%s/%s", *directory, part);
        if (size < PATH_SIZE && pp_debug_quest_try(quest, path))
            return true;
    }
    return false;
}

int pp_supplement_open(struct pp_object *object,
                       const struct pp_debug_search *search,
                       const struct pp_object_options *options,
                       struct pp_object **supplement, struct pp_error *err)
{
    static const struct pp_debug_search nowhere = {0};
    struct reference reference;
    *supplement = NULL;
    if (!read_alternative_link(object, &reference) &&
        !read_debug_sup(object, false, &reference))
        return pp_fail(err, PP_E_NOT_FOUND,
                       "%s: refers to no supplementary file",
                       pp_object_path(object));
    struct pp_debug_quest quest = {
        .object = object,
        .search = search ? search : &nowhere,
        .options = options,
        .judge = judge,
        .id = reference.id,
        .seen = {.ceiling = PATH_SIZE},
    };
    bool is_found =
        by_name(&quest, reference.name) || pp_debug_quest_by_id(&quest) ||
        in_directories(&quest, reference.name) || pp_debug_quest_fetch(&quest);
    *supplement = quest.found;
    if (!is_found)
        pp_fail(err, PP_E_NOT_FOUND,
                "%s: no supplementary file %s; looked for %s",
                pp_object_path(object), reference.name,
                quest.seen.size ? quest.seen.data : "nothing");
    pp_buffer_release(&quest.seen);
    return is_found ? PP_OK : PP_E_NOT_FOUND;
}
