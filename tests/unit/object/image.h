/* ELF files made up for a test: a .text section, segments, and one symbol
 * table, in either class and byte order. */
#ifndef PP_TESTS_OBJECT_IMAGE_H
#define PP_TESTS_OBJECT_IMAGE_H

#include <elf.h>
#include <string.h>

#include "object/object.h"

enum {
    IMAGE_SIZE = 16384,
    IMAGE_TEXT = 1, /* section indices */
    IMAGE_SYMTAB = 2,
    IMAGE_STRTAB = 3,
    IMAGE_NAMES = 4,
    IMAGE_SECTION_COUNT = 5,
    IMAGE_SEGMENTS_AT = 64, /* offsets in the file */
    IMAGE_NOTE_AT = 1024,
    IMAGE_SECTIONS_AT = 1280,
    IMAGE_NAMES_AT = 1664,
    IMAGE_STRTAB_AT = 2048,
    IMAGE_SYMTAB_AT = 8192,
};

struct image {
    unsigned char bytes[IMAGE_SIZE];
    bool is_64, is_big;
    uint16_t type, machine;
    uint64_t text_address, text_size;
    uint32_t segment_count, symbol_count, strtab_size;
};

/* ---- numbers ------------------------------------------------------------ */

static inline void image_put(struct image *image, size_t at, size_t size,
                             uint64_t value)
{
    for (size_t i = 0; i < size; i++) {
        size_t shift = image->is_big ? size - 1 - i : i;
        image->bytes[at + i] = (unsigned char)(value >> 8 * shift);
    }
}

/* Put a member of a structure that both classes have. */
#define IMAGE_PUT(image, at, kind, member, value)                              \
    ((image)->is_64                                                            \
         ? image_put((image), (at) + offsetof(Elf64_##kind, member),           \
                     sizeof(((Elf64_##kind *)0)->member), (value))             \
         : image_put((image), (at) + offsetof(Elf32_##kind, member),           \
                     sizeof(((Elf32_##kind *)0)->member), (value)))
#define IMAGE_SIZEOF(image, kind)                                              \
    ((image)->is_64 ? sizeof(Elf64_##kind) : sizeof(Elf32_##kind))

/* ---- adding ------------------------------------------------------------- */

static inline void image_init(struct image *image, bool is_64, bool is_big,
                              uint16_t type)
{
    memset(image, 0, sizeof *image);
    image->is_64 = is_64;
    image->is_big = is_big;
    image->type = type;
    image->machine = EM_X86_64;
    image->text_address = 0x1000;
    image->text_size = 0x10000;
    image->strtab_size = 1;
    image->symbol_count = 1;
}

static inline void image_add_segment(struct image *image, uint32_t type,
                                     uint32_t flags, uint64_t offset,
                                     uint64_t address, uint64_t file_size,
                                     uint64_t memory_size)
{
    size_t at =
        IMAGE_SEGMENTS_AT + image->segment_count++ * IMAGE_SIZEOF(image, Phdr);
    IMAGE_PUT(image, at, Phdr, p_type, type);
    IMAGE_PUT(image, at, Phdr, p_flags, flags);
    IMAGE_PUT(image, at, Phdr, p_offset, offset);
    IMAGE_PUT(image, at, Phdr, p_vaddr, address);
    IMAGE_PUT(image, at, Phdr, p_filesz, file_size);
    IMAGE_PUT(image, at, Phdr, p_memsz, memory_size);
    IMAGE_PUT(image, at, Phdr, p_align, type == PT_NOTE ? 4 : 4096);
}

/* A symbol of .text. info: ELF64_ST_INFO. */
static inline void image_add_symbol(struct image *image, const char *name,
                                    unsigned char info, uint64_t value,
                                    uint64_t size)
{
    size_t at =
        IMAGE_SYMTAB_AT + image->symbol_count++ * IMAGE_SIZEOF(image, Sym);
    IMAGE_PUT(image, at, Sym, st_name, image->strtab_size);
    IMAGE_PUT(image, at, Sym, st_info, info);
    IMAGE_PUT(image, at, Sym, st_shndx, IMAGE_TEXT);
    IMAGE_PUT(image, at, Sym, st_value, value);
    IMAGE_PUT(image, at, Sym, st_size, size);
    memcpy(image->bytes + IMAGE_STRTAB_AT + image->strtab_size, name,
           strlen(name) + 1);
    image->strtab_size += (uint32_t)strlen(name) + 1;
}

/* A segment with a note that has a build id. */
static inline void image_add_build_id(struct image *image, const char *id)
{
    size_t size = strlen(id);
    image_put(image, IMAGE_NOTE_AT, 4, 4);
    image_put(image, IMAGE_NOTE_AT + 4, 4, size);
    image_put(image, IMAGE_NOTE_AT + 8, 4, NT_GNU_BUILD_ID);
    memcpy(image->bytes + IMAGE_NOTE_AT + 12, "GNU", 4);
    memcpy(image->bytes + IMAGE_NOTE_AT + 16, id, size);
    image_add_segment(image, PT_NOTE, PF_R, IMAGE_NOTE_AT, IMAGE_NOTE_AT,
                      16 + size, 16 + size);
}

/* ---- finishing ---------------------------------------------------------- */

static inline void image_put_section(struct image *image, uint32_t index,
                                     uint32_t name, uint32_t type,
                                     uint64_t offset, uint64_t size)
{
    size_t at = IMAGE_SECTIONS_AT + index * IMAGE_SIZEOF(image, Shdr);
    IMAGE_PUT(image, at, Shdr, sh_name, name);
    IMAGE_PUT(image, at, Shdr, sh_type, type);
    IMAGE_PUT(image, at, Shdr, sh_offset, offset);
    IMAGE_PUT(image, at, Shdr, sh_size, size);
    if (type == SHT_SYMTAB)
        IMAGE_PUT(image, at, Shdr, sh_link, IMAGE_STRTAB);
    if (index == IMAGE_TEXT) {
        IMAGE_PUT(image, at, Shdr, sh_flags, SHF_ALLOC | SHF_EXECINSTR);
        IMAGE_PUT(image, at, Shdr, sh_addr, image->text_address);
    }
}

static inline void image_put_sections(struct image *image)
{
    static const char names[] = "\0.text\0.symtab\0.strtab\0.shstrtab";
    memcpy(image->bytes + IMAGE_NAMES_AT, names, sizeof names);
    image_put_section(image, IMAGE_TEXT, 1, SHT_PROGBITS, 0x1000,
                      image->text_size);
    image_put_section(image, IMAGE_SYMTAB, 7, SHT_SYMTAB, IMAGE_SYMTAB_AT,
                      image->symbol_count * IMAGE_SIZEOF(image, Sym));
    image_put_section(image, IMAGE_STRTAB, 15, SHT_STRTAB, IMAGE_STRTAB_AT,
                      image->strtab_size);
    image_put_section(image, IMAGE_NAMES, 23, SHT_STRTAB, IMAGE_NAMES_AT,
                      sizeof names);
}

/* Write the headers for what was added. The file is image->bytes. */
static inline void image_finish(struct image *image)
{
    memcpy(image->bytes, ELFMAG, SELFMAG);
    image->bytes[EI_CLASS] = image->is_64 ? ELFCLASS64 : ELFCLASS32;
    image->bytes[EI_DATA] = image->is_big ? ELFDATA2MSB : ELFDATA2LSB;
    image->bytes[EI_VERSION] = EV_CURRENT;
    IMAGE_PUT(image, 0, Ehdr, e_type, image->type);
    IMAGE_PUT(image, 0, Ehdr, e_machine, image->machine);
    IMAGE_PUT(image, 0, Ehdr, e_phoff, IMAGE_SEGMENTS_AT);
    IMAGE_PUT(image, 0, Ehdr, e_phentsize, IMAGE_SIZEOF(image, Phdr));
    IMAGE_PUT(image, 0, Ehdr, e_phnum, image->segment_count);
    IMAGE_PUT(image, 0, Ehdr, e_shoff, IMAGE_SECTIONS_AT);
    IMAGE_PUT(image, 0, Ehdr, e_shentsize, IMAGE_SIZEOF(image, Shdr));
    IMAGE_PUT(image, 0, Ehdr, e_shnum, IMAGE_SECTION_COUNT);
    IMAGE_PUT(image, 0, Ehdr, e_shstrndx, IMAGE_NAMES);
    image_put_sections(image);
}

#endif
