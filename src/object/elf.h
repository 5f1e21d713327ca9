/* The parts of an ELF file that everything in this folder needs: its header,
 * segments, sections and notes. Private to object/.
 *
 * The bytes come from a file by pread(), so that whoever truncates it while we
 * read gets an error from us, not a SIGBUS; or from memory. Every offset is
 * checked against the size the file had when it was opened. */
#ifndef PP_OBJECT_ELF_H
#define PP_OBJECT_ELF_H

#include <elf.h>

#include "base/base.h"

struct pp_elf_segment {
    uint32_t type, flags; /* PT_*, PF_* */
    uint64_t offset, address, file_size, memory_size, align;
};

struct pp_elf_section {
    uint32_t name, type, link; /* name: an offset; type: SHT_* */
    uint64_t flags, address, offset, size, entry_size, align;
};

struct pp_elf {
    const char *path;     /* for messages; borrowed */
    int fd;               /* -1: the image */
    const uint8_t *image; /* NULL: the file */
    uint64_t size;        /* of either, in bytes */
    bool is_64;
    bool is_swapped;        /* of the other byte order than ours */
    uint16_t type, machine; /* ET_*, EM_* */
    uint32_t segment_count, section_count;
    struct pp_elf_segment *segments; /* in the arena given to open */
    struct pp_elf_section *sections;
    uint32_t names; /* the section of section names, or PP_NONE */
};

/* Read the headers. Segments and sections are allocated from `arena`, which
 * must be a soft one. Only regular files are opened. */
int pp_elf_open(struct pp_elf *elf, struct pp_arena *arena, const char *path,
                struct pp_error *err);
int pp_elf_open_image(struct pp_elf *elf, struct pp_arena *arena,
                      const void *image, size_t size, struct pp_error *err);
void pp_elf_close(struct pp_elf *elf);

/* Exactly `size` bytes from `offset` of the file. */
int pp_elf_read(const struct pp_elf *elf, uint64_t offset, void *bytes,
                size_t size, struct pp_error *err);

/* The same as a slice: in place, when the file is in memory, else a copy in the
 * (soft) arena. Empty when they cannot be had. */
struct pp_slice pp_elf_bytes(const struct pp_elf *elf, uint64_t offset,
                             uint64_t size, struct pp_arena *arena);

/* The bytes of a section, as pp_elf_bytes gives them; empty also when the file
 * does not hold all of them. */
struct pp_slice pp_elf_section_bytes(const struct pp_elf *elf,
                                     const struct pp_elf_section *section,
                                     struct pp_arena *arena);

/* The section of this name, NULL if there is none. Of several, as unlinked
 * files have them, it is the last: gcc puts those of a program's types in
 * front. */
const struct pp_elf_section *pp_elf_section(const struct pp_elf *elf,
                                            const char *name);

/* The build id in hex, into `hex` (NUL-terminated); "" when there is none, or
 * more than one. */
enum { PP_BUILD_ID_HEX_SIZE = 2 * 64 + 1 };
void pp_elf_build_id(const struct pp_elf *elf, char hex[PP_BUILD_ID_HEX_SIZE]);

/* Write the bytes of an id, 64 at most, in hex. */
void pp_elf_write_hex(struct pp_slice bytes, char hex[PP_BUILD_ID_HEX_SIZE]);

/* Numbers of the file's byte order; a word has the size of its addresses. */
uint64_t pp_elf_word(const struct pp_elf *elf, const uint8_t *at);
uint16_t pp_elf_u16(const struct pp_elf *elf, const uint8_t *at);
uint32_t pp_elf_u32(const struct pp_elf *elf, const uint8_t *at);
uint64_t pp_elf_u64(const struct pp_elf *elf, const uint8_t *at);

#endif
