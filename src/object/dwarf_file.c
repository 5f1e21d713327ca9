/* Finding DWARF: in the file itself, in the debug file of its build id, or in
 * the one that its .gnu_debuglink names, which must have that build id too
 * (the link's checksum would cost reading all of it). See dwarf_file.h. */
#include "object/dwarf_file.h"

#include <elfutils/libdwelf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "object/debug_file.h"

enum { PATH_SIZE = 4096 };

/* ---- one file ----------------------------------------------------------- */

static bool has_units(Dwarf *dwarf)
{
    Dwarf_CU *unit = NULL;
    Dwarf_Die die;
    return dwarf_get_units(dwarf, NULL, &unit, NULL, NULL, &die, NULL) == 0;
}

/* Open what stands at the path, with its DWARF if it has some. */
static int open_one(struct pp_dwarf_file *file, const char *path,
                    struct pp_error *err)
{
    *file = (struct pp_dwarf_file){.fd = open(path, O_RDONLY | O_CLOEXEC)};
    if (file->fd < 0)
        return pp_fail_errno(err, errno, "open %s", path);
    elf_version(EV_CURRENT);
    file->elf = elf_begin(file->fd, ELF_C_READ_MMAP, NULL);
    if (!file->elf || elf_kind(file->elf) != ELF_K_ELF) {
        pp_dwarf_file_close(file);
        return pp_fail(err, PP_E_FORMAT, "unrecognized binary format: %s",
                       path);
    }
    file->dwarf = dwarf_begin_elf(file->elf, DWARF_C_READ, NULL);
    return PP_OK;
}

void pp_dwarf_file_close(struct pp_dwarf_file *file)
{
    dwarf_end(file->dwarf);
    elf_end(file->elf);
    if (file->fd >= 0)
        close(file->fd);
    *file = (struct pp_dwarf_file){.fd = -1};
}

/* ---- the debug file ----------------------------------------------------- */

static struct pp_slice build_id(Elf *elf)
{
    const void *id;
    ssize_t size = dwelf_elf_gnu_build_id(elf, &id);
    return size > 0 ? (struct pp_slice){id, (size_t)size}
                    : (struct pp_slice){0};
}

/* Put the file at the path in place of `file`, if it has the same build id and
 * DWARF. */
static bool replace(struct pp_dwarf_file *file, const char *path)
{
    struct pp_dwarf_file found;
    if (open_one(&found, path, NULL) < 0)
        return false;
    if (!pp_slice_equal(build_id(found.elf), build_id(file->elf)) ||
        !has_units(found.dwarf)) {
        pp_dwarf_file_close(&found);
        return false;
    }
    pp_dwarf_file_close(file);
    *file = found;
    return true;
}

static bool replace_by_id(struct pp_dwarf_file *file)
{
    struct pp_slice id = build_id(file->elf);
    char hex[PP_BUILD_ID_HEX_SIZE], path[PP_DEBUG_FILE_PATH_SIZE];
    if (2 * id.size >= sizeof hex)
        return false;
    for (size_t i = 0; i < id.size; i++)
        snprintf(hex + 2 * i, 3, "%02x", (uint8_t)id.data[i]);
    pp_debug_file_path(hex, path);
    return path[0] && replace(file, path);
}

/* Where GDB looks for what .gnu_debuglink names: beside the file, below it,
 * and in the system's tree. */
static bool replace_by_link(struct pp_dwarf_file *file, const char *path)
{
    static const struct {
        const char *before, *behind; /* the file's directory */
    } places[] = {{"", "/"}, {"", "/.debug/"}, {"/usr/lib/debug", "/"}};
    GElf_Word checksum;
    char candidate[PATH_SIZE];
    const char *name = dwelf_elf_gnu_debuglink(file->elf, &checksum);
    const char *slash = strrchr(path, '/');
    int directory_size = slash ? (int)(slash - path) : 1;
    if (!name || strchr(name, '/'))
        return false;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        int size = snprintf(candidate, sizeof candidate, "%s%.*s%s%s",
                            places[i].before, directory_size,
                            slash ? path : ".", places[i].behind, name);
        if (size > 0 && size < PATH_SIZE && replace(file, candidate))
            return true;
    }
    return false;
}

int pp_dwarf_file_open(struct pp_dwarf_file *file, const char *path,
                       struct pp_error *err)
{
    int status = open_one(file, path, err);
    if (status < 0)
        return status;
    bool has_id = build_id(file->elf).size > 0;
    if (has_units(file->dwarf) ||
        (has_id && (replace_by_id(file) || replace_by_link(file, path))))
        return PP_OK;
    pp_dwarf_file_close(file);
    return pp_fail(err, PP_E_NOT_FOUND, "%s: no debug information", path);
}
