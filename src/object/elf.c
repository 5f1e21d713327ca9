/* ELF headers, segments, sections and notes. See elf.h.
 *
 * Invariant: no byte is looked at that pp_elf_read did not deliver, and no
 * count from the file is believed beyond the ceilings below.
 *
 * Specification: System V ABI, chapter 4 (object files) and 5 (program
 * headers); the notes as in "Note Section" of chapter 5. */
#include "object/elf.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "object/object.h"

enum {
    SEGMENT_COUNT_MAX = 4096,
    SECTION_COUNT_MAX = 65536,
    NOTES_SIZE_MAX = 4096, /* build ids stand among the first notes */
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

bool pp_elf_holds(const struct pp_elf *elf,
                  const struct pp_elf_section *section)
{
    return section->type != SHT_NOBITS && section->size <= elf->size &&
           section->offset <= elf->size - section->size;
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

static int read_ident(struct pp_elf *elf, const uint8_t *ident,
                      struct pp_error *err)
{
    if (memcmp(ident, ELFMAG, SELFMAG) != 0)
        return pp_fail(err, PP_E_FORMAT, "unrecognized binary format: %s",
                       elf->path);
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
    if (elf->names == PP_NONE || !pp_elf_holds(elf, &elf->sections[elf->names]))
        return NULL;
    for (uint32_t i = 0; i < elf->section_count; i++)
        if (has_name(elf, &elf->sections[i], name))
            return &elf->sections[i];
    return NULL;
}

/* ---- the build id ------------------------------------------------------- */

struct note {
    uint32_t type;
    struct pp_slice name, content;
};

static size_t align_up(size_t value, size_t unit)
{
    return (value + unit - 1) / unit * unit;
}

/* The note at *at, which moves behind it. false at the end, or where the notes
 * make no sense. */
static bool next_note(const struct pp_elf *elf, struct pp_slice notes,
                      size_t align, size_t *at, struct note *note)
{
    const uint8_t *bytes = (const uint8_t *)notes.data;
    if (*at > notes.size || notes.size - *at < sizeof(Elf64_Nhdr))
        return false;
    size_t name_size = pp_elf_u32(elf, bytes + *at);
    size_t content_size = pp_elf_u32(elf, bytes + *at + 4);
    size_t name = *at + sizeof(Elf64_Nhdr);
    if (name_size > notes.size || content_size > notes.size)
        return false;
    size_t content = align_up(name + name_size, align);
    if (content > notes.size || content_size > notes.size - content)
        return false;
    note->type = pp_elf_u32(elf, bytes + *at + 8);
    note->name = (struct pp_slice){notes.data + name, name_size};
    note->content = (struct pp_slice){notes.data + content, content_size};
    *at = align_up(content + content_size, align);
    return true;
}

static void write_hex(struct pp_slice bytes, char hex[PP_BUILD_ID_HEX_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.size; i++) {
        uint8_t byte = (uint8_t)bytes.data[i];
        hex[2 * i] = digits[byte >> 4];
        hex[2 * i + 1] = digits[byte & 15];
    }
    hex[2 * bytes.size] = 0;
}

/* How many build ids the notes at offset hold; the last of them in hex. */
static uint32_t find_build_id(const struct pp_elf *elf, uint64_t offset,
                              uint64_t size, uint64_t align,
                              char hex[PP_BUILD_ID_HEX_SIZE])
{
    char bytes[NOTES_SIZE_MAX];
    struct note note;
    uint32_t count = 0;
    size_t at = 0;
    if (size > sizeof bytes)
        size = sizeof bytes;
    if (pp_elf_read(elf, offset, bytes, (size_t)size, NULL) < 0)
        return 0;
    struct pp_slice notes = {bytes, (size_t)size};
    while (next_note(elf, notes, align == 8 ? 8 : 4, &at, &note)) {
        if (note.type != NT_GNU_BUILD_ID || note.content.size == 0 ||
            note.content.size > (PP_BUILD_ID_HEX_SIZE - 1) / 2 ||
            !pp_slice_equal(note.name, (struct pp_slice){"GNU", 4}))
            continue;
        write_hex(note.content, hex);
        count++;
    }
    return count;
}

void pp_elf_build_id(const struct pp_elf *elf, char hex[PP_BUILD_ID_HEX_SIZE])
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < elf->segment_count && count == 0; i++) {
        const struct pp_elf_segment *segment = &elf->segments[i];
        if (segment->type == PT_NOTE)
            count = find_build_id(elf, segment->offset, segment->file_size,
                                  segment->align, hex);
    }
    for (uint32_t i = 0; i < elf->section_count && count == 0; i++) {
        const struct pp_elf_section *section = &elf->sections[i];
        if (section->type == SHT_NOTE)
            count = find_build_id(elf, section->offset, section->size,
                                  section->align, hex);
    }
    if (count != 1)
        hex[0] = 0;
}

int pp_object_build_id(const char *path, struct pp_buffer *id,
                       struct pp_error *err)
{
    char hex[PP_BUILD_ID_HEX_SIZE];
    struct pp_arena arena = {0};
    struct pp_elf elf;
    int status = pp_elf_open(&elf, &arena, path, err);
    if (status == PP_OK) {
        pp_elf_build_id(&elf, hex);
        pp_buffer_append_text(id, hex);
        pp_elf_close(&elf);
    }
    pp_arena_release(&arena);
    return status;
}
