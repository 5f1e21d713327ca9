/* The build id of an ELF file, from its notes. See elf.h and object.h.
 *
 * Invariant: a note is believed when all of it lies in the notes that were
 * read; where there are two ids the file has none.
 *
 * Specification: System V ABI, chapter 5, "Note Section"; the id is GNU ld's
 * --build-id. */
#include "object/elf.h"
#include "object/object.h"

enum { NOTES_SIZE_MAX = 4096 }; /* build ids stand among the first notes */

/* ---- notes -------------------------------------------------------------- */

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

/* ---- the build id ------------------------------------------------------- */

void pp_elf_write_hex(struct pp_slice bytes, char hex[PP_BUILD_ID_HEX_SIZE])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.size; i++) {
        uint8_t byte = (uint8_t)bytes.data[i];
        hex[2 * i] = digits[byte >> 4];
        hex[2 * i + 1] = digits[byte & 15];
    }
    hex[2 * bytes.size] = 0;
}

/* How many build ids the notes hold; the last of them in hex. */
static uint32_t find_in_notes(const struct pp_elf *elf, struct pp_slice notes,
                              size_t align, char hex[PP_BUILD_ID_HEX_SIZE])
{
    struct note note;
    uint32_t count = 0;
    size_t at = 0;
    while (next_note(elf, notes, align, &at, &note)) {
        if (note.type != NT_GNU_BUILD_ID || note.content.size == 0 ||
            note.content.size > (PP_BUILD_ID_HEX_SIZE - 1) / 2 ||
            !pp_slice_equal(note.name, (struct pp_slice){"GNU", 4}))
            continue;
        pp_elf_write_hex(note.content, hex);
        count++;
    }
    return count;
}

/* The same of the notes at an offset. */
static uint32_t find_build_id(const struct pp_elf *elf, uint64_t offset,
                              uint64_t size, uint64_t align,
                              char hex[PP_BUILD_ID_HEX_SIZE])
{
    char bytes[NOTES_SIZE_MAX];
    if (size > sizeof bytes)
        size = sizeof bytes;
    if (pp_elf_read(elf, offset, bytes, (size_t)size, NULL) < 0)
        return 0;
    return find_in_notes(elf, (struct pp_slice){bytes, (size_t)size},
                         align == 8 ? 8 : 4, hex);
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

void pp_object_build_id_of_notes(struct pp_slice notes, struct pp_buffer *id)
{
    static const struct pp_elf ours = {.fd = -1};
    char hex[PP_BUILD_ID_HEX_SIZE];
    if (find_in_notes(&ours, notes, 4, hex) == 1)
        pp_buffer_append_text(id, hex);
}
