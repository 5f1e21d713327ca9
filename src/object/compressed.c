/* Uncompressing sections. See compressed.h.
 *
 * Invariant: no more is promised than the bytes that are there can give, so
 * that a header alone cannot ask for memory.
 *
 * Specification: System V ABI (gABI), "Section Compression"; the older form,
 * ".zdebug_" with "ZLIB" and a size in front, is GNU's; RFC 1950; RFC 8878. */
#define ZSTD_STATIC_LINKING_ONLY /* for a context in memory of ours */
#include "object/compressed.h"

#include <libdeflate.h>
#include <zstd.h>

#ifndef ELFCOMPRESS_ZSTD
enum { ELFCOMPRESS_ZSTD = 2 };
#endif

enum { OLD_HEADER_SIZE = 12 };

/* ---- headers ------------------------------------------------------------ */

static bool parse_old(struct pp_slice bytes, struct pp_compressed *compressed,
                      uint64_t *size)
{
    if (bytes.size < OLD_HEADER_SIZE || memcmp(bytes.data, "ZLIB", 4) != 0)
        return false;
    *size = 0;
    for (int i = 4; i < OLD_HEADER_SIZE; i++)
        *size = *size << 8 | (uint8_t)bytes.data[i];
    compressed->compression = PP_COMPRESSION_ZLIB;
    compressed->bytes = (struct pp_slice){bytes.data + OLD_HEADER_SIZE,
                                          bytes.size - OLD_HEADER_SIZE};
    return true;
}

static enum pp_compression compression_of(uint32_t type)
{
    return type == ELFCOMPRESS_ZLIB   ? PP_COMPRESSION_ZLIB
           : type == ELFCOMPRESS_ZSTD ? PP_COMPRESSION_ZSTD
                                      : PP_COMPRESSION_NONE;
}

static bool parse_header(const struct pp_elf *elf, struct pp_slice bytes,
                         struct pp_compressed *compressed, uint64_t *size)
{
    const uint8_t *at = (const uint8_t *)bytes.data;
    size_t header = elf->is_64 ? sizeof(Elf64_Chdr) : sizeof(Elf32_Chdr);
    if (bytes.size < header)
        return false;
    *size = elf->is_64 ? pp_elf_u64(elf, at + offsetof(Elf64_Chdr, ch_size))
                       : pp_elf_u32(elf, at + offsetof(Elf32_Chdr, ch_size));
    compressed->compression = compression_of(pp_elf_u32(elf, at));
    compressed->bytes =
        (struct pp_slice){bytes.data + header, bytes.size - header};
    return compressed->compression != PP_COMPRESSION_NONE;
}

/* The most that so many compressed bytes can become. What is large is a
 * program's, which shrinks to a fifth and not to a thousandth: a file that
 * claims so wants our memory. */
static uint64_t size_limit(const struct pp_compressed *compressed)
{
    /* deflate's longest match takes two bits, a block of zstd three bytes. */
    static const uint64_t ratios[] = {
        [PP_COMPRESSION_NONE] = 0,
        [PP_COMPRESSION_ZLIB] = 1032,
        [PP_COMPRESSION_ZSTD] = ZSTD_BLOCKSIZE_MAX / 3,
    };
    const uint64_t plausible_extra = (uint64_t)256 << 20, plausible_ratio = 64;
    uint64_t possible =
        compressed->bytes.size * ratios[compressed->compression];
    uint64_t plausible =
        compressed->bytes.size * plausible_ratio + plausible_extra;
    return possible < plausible ? possible : plausible;
}

bool pp_compressed_parse(const struct pp_elf *elf,
                         const struct pp_elf_section *section,
                         struct pp_slice bytes,
                         struct pp_compressed *compressed)
{
    uint64_t size;
    bool is_known = section->flags & SHF_COMPRESSED
                        ? parse_header(elf, bytes, compressed, &size)
                        : parse_old(bytes, compressed, &size);
    if (!is_known || size == 0 || size > size_limit(compressed))
        return false;
    compressed->size = (size_t)size;
    return true;
}

/* ---- uncompressing ------------------------------------------------------ */

static bool uncompress_zlib(const struct pp_compressed *compressed, char *out)
{
    struct libdeflate_decompressor *decompressor =
        libdeflate_alloc_decompressor();
    if (!decompressor)
        return false;
    enum libdeflate_result result = libdeflate_zlib_decompress(
        decompressor, compressed->bytes.data, compressed->bytes.size, out,
        compressed->size, NULL);
    libdeflate_free_decompressor(decompressor);
    return result == LIBDEFLATE_SUCCESS;
}

static bool uncompress_zstd(const struct pp_compressed *compressed, char *out)
{
    struct pp_arena scratch = {0};
    size_t size = ZSTD_estimateDCtxSize(), got = 0;
    void *space = pp_arena_alloc(&scratch, size);
    ZSTD_DCtx *context = space ? ZSTD_initStaticDCtx(space, size) : NULL;
    if (context)
        got =
            ZSTD_decompressDCtx(context, out, compressed->size,
                                compressed->bytes.data, compressed->bytes.size);
    pp_arena_release(&scratch);
    return got == compressed->size; /* errors are larger than any size */
}

bool pp_uncompress(const struct pp_compressed *compressed, char *out)
{
    return compressed->compression == PP_COMPRESSION_ZLIB
               ? uncompress_zlib(compressed, out)
               : uncompress_zstd(compressed, out);
}
