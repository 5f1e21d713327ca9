/* Opening the file with a file's debug information, as GDB finds it: by build
 * id, by the name in .gnu_debuglink, or from a server. See object.h.
 *
 * Invariant: no file is handed out that is not known to be of the same build:
 * by its build id, which the linker made of the content; else by the checksum
 * that .gnu_debuglink has of the whole debug file. Where both have a build id
 * the checksum is not asked: it changes when the debug file is packed or
 * deduplicated later, which the id survives.
 *
 * Specification: GDB's manual, "Debugging Information in Separate Files". */
#include "object/debug_search.h"

#include <libdeflate.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

enum { SEEN_SIZE_MAX = 4096, PATH_SIZE = PP_DEBUG_FILE_PATH_SIZE };

static const char *const system_directories[] = {PP_DEBUG_DIRECTORY, NULL};

const struct pp_debug_search pp_debug_search_default = {
    .directories = system_directories,
};

/* ---- looking ------------------------------------------------------------ */

static void note(struct pp_debug_quest *quest, const char *path,
                 const char *fault)
{
    pp_buffer_format(&quest->seen, "%s%s", quest->seen.size ? ", " : "", path);
    if (fault)
        pp_buffer_format(&quest->seen, " (%s)", fault);
}

bool pp_debug_quest_try(struct pp_debug_quest *quest, const char *path)
{
    struct pp_error err = {0};
    struct pp_object *candidate;
    const char *fault = NULL;
    if (pp_object_open(path, quest->options, &candidate, &err) < 0) {
        note(quest, path, err.status == PP_E_SYSTEM ? NULL : "is no ELF file");
        return false;
    }
    fault = quest->judge(quest, candidate);
    if (!fault) {
        quest->found = candidate;
        return true;
    }
    note(quest, path, fault);
    pp_object_free(candidate);
    return false;
}

bool pp_debug_quest_by_id(struct pp_debug_quest *quest)
{
    char path[PATH_SIZE];
    const char *const *directory = quest->search->directories;
    for (; directory && *directory; directory++)
        if (pp_debug_file_path(*directory, quest->id, path) &&
            pp_debug_quest_try(quest, path))
            return true;
    return false;
}

bool pp_debug_quest_fetch(struct pp_debug_quest *quest)
{
    const struct pp_debug_search *search = quest->search;
    struct pp_buffer path = {.ceiling = PATH_SIZE};
    bool is_found =
        search->fetch && quest->id[0] &&
        search->fetch(search->context, pp_slice_of(quest->id), &path) &&
        path.size > 0 && !path.failed && pp_debug_quest_try(quest, path.data);
    pp_buffer_release(&path);
    return is_found;
}

bool pp_debug_quest_directory(const struct pp_debug_quest *quest,
                              char directory[PATH_SIZE])
{
    const struct pp_object *object = quest->object;
    char real[PATH_MAX];
    bool is_file = object->mapped || object->elf.fd >= 0;
    if (!is_file || !realpath(object->elf.path, real))
        return false;
    char *slash = strrchr(real, '/');
    snprintf(directory, PATH_SIZE, "%.*s", (int)(slash - real), real);
    return true;
}

/* ---- the right one ------------------------------------------------------ */

/* The CRC-32 of the whole file. */
static uint32_t checksum_of(const struct pp_elf *elf)
{
    char piece[32 << 10];
    uint32_t checksum = 0;
    for (uint64_t at = 0; at < elf->size;) {
        uint64_t left = elf->size - at;
        size_t size = left < sizeof piece ? (size_t)left : sizeof piece;
        if (pp_elf_read(elf, at, piece, size, NULL) < 0)
            return 0;
        checksum = libdeflate_crc32(checksum, piece, size);
        at += size;
    }
    return checksum;
}

static bool adds_section(const struct pp_debug_quest *quest,
                         const struct pp_object *candidate, const char *name)
{
    return pp_object_has_section(candidate, name) &&
           !pp_object_has_section(quest->object, name);
}

/* Whether it is of the same build, and has what the object has not. */
static const char *judge(const struct pp_debug_quest *quest,
                         struct pp_object *candidate)
{
    struct pp_slice id = pp_object_id(candidate);
    if (id.size > 0 && quest->id[0]) {
        if (!pp_slice_equal(id, pp_slice_of(quest->id)))
            return "its build id differs";
    } else if (!quest->has_checksum ||
               checksum_of(&candidate->elf) != quest->checksum) {
        return quest->has_checksum ? "its checksum differs" : "has no build id";
    }
    bool has_more = adds_section(quest, candidate, ".debug_info") ||
                    adds_section(quest, candidate, ".symtab");
    return has_more ? NULL : "has no debug information";
}

/* ---- .gnu_debuglink ----------------------------------------------------- */

/* The name there, in the section's bytes, NULL when there is none; and the
 * checksum. */
static const char *read_link(struct pp_debug_quest *quest)
{
    struct pp_slice bytes;
    if (!pp_object_section(quest->object, ".gnu_debuglink", &bytes, NULL))
        return NULL;
    size_t size = strnlen(bytes.data, bytes.size);
    size_t at = (size + 1 + 3) / 4 * 4;
    if (size == 0 || at + 4 > bytes.size || memchr(bytes.data, '/', size))
        return NULL;
    quest->has_checksum = true;
    quest->checksum =
        pp_elf_u32(&quest->object->elf, (const uint8_t *)bytes.data + at);
    return bytes.data;
}

/* Look for DIRECTORY + MIDDLE + NAME. */
static bool try_joined(struct pp_debug_quest *quest, const char *directory,
                       const char *middle, const char *name)
{
    char path[PATH_SIZE];
    int size = snprintf(path, sizeof path, "%s%s/%s", directory, middle, name);
    return size < PATH_SIZE && pp_debug_quest_try(quest, path);
}

static bool by_link(struct pp_debug_quest *quest, const char *name)
{
    char own[PATH_SIZE];
    const char *const *directory = quest->search->directories;
    if (!name || !pp_debug_quest_directory(quest, own))
        return false;
    if (try_joined(quest, own, "", name) ||
        try_joined(quest, own, "/.debug", name))
        return true;
    for (; directory && *directory; directory++)
        if (try_joined(quest, *directory, own, name))
            return true;
    return false;
}

int pp_debug_file_open(struct pp_object *object,
                       const struct pp_debug_search *search,
                       const struct pp_object_options *options,
                       struct pp_object **debug, struct pp_error *err)
{
    struct pp_debug_quest quest = {
        .object = object,
        .search = search,
        .options = options,
        .judge = judge,
        .id = object->build_id,
        .seen = {.ceiling = SEEN_SIZE_MAX},
    };
    const char *name = read_link(&quest);
    bool is_found = pp_debug_quest_by_id(&quest) || by_link(&quest, name) ||
                    pp_debug_quest_fetch(&quest);
    *debug = quest.found;
    if (!is_found && quest.seen.size > 0)
        pp_fail(err, PP_E_NOT_FOUND, "%s: no debug file; looked for %s",
                object->elf.path, quest.seen.data);
    else if (!is_found)
        pp_fail(err, PP_E_NOT_FOUND,
                "%s: no build id and no .gnu_debuglink to find a debug file by",
                object->elf.path);
    pp_buffer_release(&quest.seen);
    return is_found ? PP_OK : PP_E_NOT_FOUND;
}
