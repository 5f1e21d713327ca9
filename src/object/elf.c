/* ELF headers, segments and sections. See elf.h.
 *
 * Invariant: no byte is looked at that pp_elf_read did not deliver, and no
 * count from the file is believed beyond the ceilings below.
 *
 * Specification: System V ABI, chapter 4 (object files) and 5 (program
 * headers). */
#include "object/elf.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "object/foreign.h"

enum {
    SEGMENT_COUNT_MAX = 4096,
    SECTION_COUNT_MAX = 65536,
};

/* ---- numbers ------------------------------------------------------------ */

uint16_t pp_elf_u16(const struct pp_elf *elf, const uint8_t *at)
{
    uint16_t value;
    memcpy(&value, at, sizeof value);
    return elf->is_swapped ? __builtin_bswap16(value) : value;
}

uint32_t pp_elf_u32(const struct pp_elf *elf, const uint8_t *at)
{
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return elf->is_swapped ? __builtin_bswap32(value) : value;
}

uint64_t pp_elf_u64(const struct pp_elf *elf, const uint8_t *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return elf->is_swapped ? __builtin_bswap64(value) : value;
}

uint64_t pp_elf_word(const struct pp_elf *elf, const uint8_t *at)
{
    return elf->is_64 ? pp_elf_u64(elf, at) : pp_elf_u32(elf, at);
}

/* The value of a member that both classes have, at another offset and, for
 * addresses, of another size. */
#define MEMBER(elf, at, kind, member)                                          \
    ((elf)->is_64 ? number((elf), (at) + offsetof(Elf64_##kind, member),       \
                           sizeof(((Elf64_##kind *)0)->member))                \
                  : number((elf), (at) + offsetof(Elf32_##kind, member),       \
                           sizeof(((Elf32_##kind *)0)->member)))

static uint64_t number(const struct pp_elf *elf, const uint8_t *at, size_t size)
{
    if (size == sizeof(uint64_t))
        return pp_elf_u64(elf, at);
    return size == sizeof(uint32_t) ? pp_elf_u32(elf, at) : pp_elf_u16(elf, at);
}

/* ---- bytes -------------------------------------------------------------- */

static int read_file(const struct pp_elf *elf, uint64_t offset, uint8_t *bytes,
                     size_t size, struct pp_error *err)
{
    while (size > 0) {
        ssize_t got = pread(elf->fd, bytes, size, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return pp_fail_errno(err, errno, "read %s", elf->path);
        if (got == 0)
            return pp_fail(err, PP_E_FORMAT, "%s: truncated while being read",
                           elf->path);
        bytes += got;
        offset += (uint64_t)got;
        size -= (size_t)got;
    }
    return PP_OK;
}

int pp_elf_read(const struct pp_elf *elf, uint64_t offset, void *bytes,
                size_t size, struct pp_error *err)
{
    if (size > elf->size || offset > elf->size - size)
        return pp_fail(err, PP_E_FORMAT,
                       "%s: byte %llu: end of file, wanted %zu bytes",
                       elf->path, (unsigned long long)offset, size);
    if (!elf->image)
        return read_file(elf, offset, bytes, size, err);
    memcpy(bytes, elf->image + offset, size);
    return PP_OK;
}

struct pp_slice pp_elf_bytes(const struct pp_elf *elf, uint64_t offset,
                             uint64_t size, struct pp_arena *arena)
{
    if (size > elf->size || offset > elf->size - size)
        return (struct pp_slice){0};
    if (elf->image)
        return (struct pp_slice){(const char *)elf->image + offset,
                                 (size_t)size};
    char *bytes = pp_arena_alloc(arena, (size_t)size);
    if (!bytes || pp_elf_read(elf, offset, bytes, (size_t)size, NULL) < 0)
        return (struct pp_slice){0};
    return (struct pp_slice){bytes, (size_t)size};
}

/* Whether all bytes that a section says it has are in the file. */
static bool holds(const struct pp_elf *elf,
                  const struct pp_elf_section *section)
{
    return section->type != SHT_NOBITS && section->size <= elf->size &&
           section->offset <= elf->size - section->size;
}

struct pp_slice pp_elf_section_bytes(const struct pp_elf *elf,
                                     const struct pp_elf_section *section,
                                     struct pp_arena *arena)
{
    if (!holds(elf, section))
        return (struct pp_slice){0};
    return pp_elf_bytes(elf, section->offset, section->size, arena);
}

/* `count` table entries of `entry_size` bytes; NULL with err told. */
static uint8_t *read_table(const struct pp_elf *elf, struct pp_arena *arena,
                           uint64_t offset, uint32_t count, size_t entry_size,
                           struct pp_error *err)
{
    uint8_t *bytes = pp_arena_array(arena, count, entry_size);
    if (!bytes) {
        pp_fail_memory(err);
        return NULL;
    }
    if (pp_elf_read(elf, offset, bytes, count * entry_size, err) < 0)
        return NULL;
    return bytes;
}

/* ---- tables ------------------------------------------------------------- */

static void decode_segment(const struct pp_elf *elf, const uint8_t *at,
                           struct pp_elf_segment *segment)
{
    *segment = (struct pp_elf_segment){
        .type = (uint32_t)MEMBER(elf, at, Phdr, p_type),
        .flags = (uint32_t)MEMBER(elf, at, Phdr, p_flags),
        .offset = MEMBER(elf, at, Phdr, p_offset),
        .address = MEMBER(elf, at, Phdr, p_vaddr),
        .file_size = MEMBER(elf, at, Phdr, p_filesz),
        .memory_size = MEMBER(elf, at, Phdr, p_memsz),
        .align = MEMBER(elf, at, Phdr, p_align),
    };
}

static void decode_section(const struct pp_elf *elf, const uint8_t *at,
                           struct pp_elf_section *section)
{
    *section = (struct pp_elf_section){
        .name = (uint32_t)MEMBER(elf, at, Shdr, sh_name),
        .type = (uint32_t)MEMBER(elf, at, Shdr, sh_type),
        .link = (uint32_t)MEMBER(elf, at, Shdr, sh_link),
        .flags = MEMBER(elf, at, Shdr, sh_flags),
        .address = MEMBER(elf, at, Shdr, sh_addr),
        .offset = MEMBER(elf, at, Shdr, sh_offset),
        .size = MEMBER(elf, at, Shdr, sh_size),
        .entry_size = MEMBER(elf, at, Shdr, sh_entsize),
        .align = MEMBER(elf, at, Shdr, sh_addralign),
    };
}

static int read_segments(struct pp_elf *elf, struct pp_arena *arena,
                         uint64_t offset, uint32_t count, struct pp_error *err)
{
    size_t entry_size = elf->is_64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
    if (count > SEGMENT_COUNT_MAX)
        return pp_fail(err, PP_E_FORMAT, "%s: %u program headers", elf->path,
                       count);
    const uint8_t *bytes =
        read_table(elf, arena, offset, count, entry_size, err);
    if (!bytes)
        return err->status;
    elf->segments = pp_arena_array(arena, count, sizeof *elf->segments);
    if (!elf->segments)
        return pp_fail_memory(err);
    for (uint32_t i = 0; i < count; i++)
        decode_segment(elf, bytes + i * entry_size, &elf->segments[i]);
    elf->segment_count = count;
    return PP_OK;
}

static int read_sections(struct pp_elf *elf, struct pp_arena *arena,
                         uint64_t offset, uint64_t count, struct pp_error *err)
{
    size_t entry_size = elf->is_64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
    if (count > SECTION_COUNT_MAX)
        return pp_fail(err, PP_E_FORMAT, "%s: %llu section headers", elf->path,
                       (unsigned long long)count);
    const uint8_t *bytes =
        read_table(elf, arena, offset, (uint32_t)count, entry_size, err);
    if (!bytes)
        return err->status;
    elf->sections = pp_arena_array(arena, count, sizeof *elf->sections);
    if (!elf->sections)
        return pp_fail_memory(err);
    for (uint32_t i = 0; i < count; i++)
        decode_section(elf, bytes + i * entry_size, &elf->sections[i]);
    elf->section_count = (uint32_t)count;
    return PP_OK;
}

/* ---- the header --------------------------------------------------------- */

/* Counts that do not fit the header stand in section 0. */
static int read_overflow(struct pp_elf *elf, uint64_t section_offset,
                         uint64_t *section_count, uint32_t *names,
                         uint32_t *segment_count, struct pp_error *err)
{
    uint8_t bytes[sizeof(Elf64_Shdr)];
    size_t size = elf->is_64 ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
    if (section_offset == 0 || (*section_count != 0 && *names != SHN_XINDEX &&
                                *segment_count != PN_XNUM))
        return PP_OK;
    if (pp_elf_read(elf, section_offset, bytes, size, err) < 0)
        return err->status;
    if (*section_count == 0)
        *section_count = MEMBER(elf, bytes, Shdr, sh_size);
    if (*names == SHN_XINDEX)
        *names = (uint32_t)MEMBER(elf, bytes, Shdr, sh_link);
    if (*segment_count == PN_XNUM)
        *segment_count = (uint32_t)MEMBER(elf, bytes, Shdr, sh_info);
    return PP_OK;
}

static int refuse(const struct pp_elf *elf, const uint8_t *ident,
                  struct pp_error *err)
{
    const char *kind = pp_foreign_kind(ident);
    return kind ? pp_fail(err, PP_E_FORMAT, "%s is %s, not an ELF file",
                          elf->path, kind)
                : pp_fail(err, PP_E_FORMAT, "unrecognized binary format: %s",
                          elf->path);
}

static int read_ident(struct pp_elf *elf, const uint8_t *ident,
                      struct pp_error *err)
{
    if (memcmp(ident, ELFMAG, SELFMAG) != 0)
        return refuse(elf, ident, err);
    uint8_t class = ident[EI_CLASS], order = ident[EI_DATA];
    if ((class != ELFCLASS64 && class != ELFCLASS32) ||
        (order != ELFDATA2LSB && order != ELFDATA2MSB))
        return pp_fail(err, PP_E_FORMAT,
                       "%s: ELF of class %d and byte order %d", elf->path,
                       class, order);
    elf->is_64 = class == ELFCLASS64;
    elf->is_swapped =
        (order == ELFDATA2MSB) != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
    return PP_OK;
}

/* The vDSO and stripped files have section headers cut off or none: do with
 * what is in the file. */
static int read_headers(struct pp_elf *elf, struct pp_arena *arena,
                        struct pp_error *err)
{
    uint8_t header[sizeof(Elf64_Ehdr)] = {0};
    if (pp_elf_read(elf, 0, header, EI_NIDENT, err) < 0 ||
        read_ident(elf, header, err) < 0 ||
        pp_elf_read(elf, 0, header,
                    elf->is_64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr),
                    err) < 0)
        return err->status;
    elf->type = (uint16_t)MEMBER(elf, header, Ehdr, e_type);
    if (elf->type == ET_CORE)
        return pp_fail(err, PP_E_FORMAT, "%s is a core dump, not a program",
                       elf->path);
    elf->machine = (uint16_t)MEMBER(elf, header, Ehdr, e_machine);
    uint64_t section_offset = MEMBER(elf, header, Ehdr, e_shoff);
    uint64_t section_count = MEMBER(elf, header, Ehdr, e_shnum);
    uint32_t names = (uint32_t)MEMBER(elf, header, Ehdr, e_shstrndx);
    uint32_t segment_count = (uint32_t)MEMBER(elf, header, Ehdr, e_phnum);
    uint64_t segment_offset = MEMBER(elf, header, Ehdr, e_phoff);

    if (read_overflow(elf, section_offset, &section_count, &names,
                      &segment_count, err) < 0 ||
        read_segments(elf, arena, segment_offset, segment_count, err) < 0)
        return err->status;
    if (section_offset != 0 && section_offset < elf->size &&
        read_sections(elf, arena, section_offset, section_count, err) < 0)
        return err->status;
    elf->names = names < elf->section_count ? names : PP_NONE;
    return PP_OK;
}

/* ---- opening ------------------------------------------------------------ */

static int open_file(struct pp_elf *elf, struct pp_error *err)
{
    struct stat status;
    /* Not to be stopped by a FIFO or a terminal that lies at the path. */
    elf->fd = open(elf->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (elf->fd < 0)
        return pp_fail_errno(err, errno, "open %s", elf->path);
    if (fstat(elf->fd, &status) < 0)
        return pp_fail_errno(err, errno, "stat %s", elf->path);
    if (!S_ISREG(status.st_mode))
        return pp_fail(err, PP_E_FORMAT, "%s: not a regular file", elf->path);
    elf->size = (uint64_t)status.st_size;
    return PP_OK;
}

int pp_elf_open(struct pp_elf *elf, struct pp_arena *arena, const char *path,
                struct pp_error *err)
{
    struct pp_error own = {0};
    *elf = (struct pp_elf){.path = path, .fd = -1, .names = PP_NONE};
    err = err ? err : &own;
    if (open_file(elf, err) < 0 || read_headers(elf, arena, err) < 0)
        pp_elf_close(elf);
    return err->status;
}

int pp_elf_open_image(struct pp_elf *elf, struct pp_arena *arena,
                      const void *image, size_t size, struct pp_error *err)
{
    struct pp_error own = {0};
    *elf = (struct pp_elf){.path = "image in memory",
                           .fd = -1,
                           .image = image,
                           .size = size,
                           .names = PP_NONE};
    err = err ? err : &own;
    return read_headers(elf, arena, err);
}

void pp_elf_close(struct pp_elf *elf)
{
    if (elf->fd >= 0)
        close(elf->fd);
    elf->fd = -1;
}

/* ---- sections by name --------------------------------------------------- */

static bool has_name(const struct pp_elf *elf,
                     const struct pp_elf_section *section, const char *name)
{
    char bytes[64];
    const struct pp_elf_section *names = &elf->sections[elf->names];
    size_t size = strlen(name) + 1;
    return size <= sizeof bytes && section->name < names->size &&
           names->size - section->name >= size &&
           pp_elf_read(elf, names->offset + section->name, bytes, size, NULL) ==
               PP_OK &&
           memcmp(bytes, name, size) == 0;
}

const struct pp_elf_section *pp_elf_section(const struct pp_elf *elf,
                                            const char *name)
{
    if (elf->names == PP_NONE || !holds(elf, &elf->sections[elf->names]))
        return NULL;
    for (uint32_t i = elf->section_count; i-- > 0;)
        if (has_name(elf, &elf->sections[i], name))
            return &elf->sections[i];
    return NULL;
}
