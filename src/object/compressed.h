/* Compressed sections. Private to object/. */
#ifndef PP_OBJECT_COMPRESSED_H
#define PP_OBJECT_COMPRESSED_H

#include "object/elf.h"

enum pp_compression {
    PP_COMPRESSION_NONE,
    PP_COMPRESSION_ZLIB,
    PP_COMPRESSION_ZSTD,
};

struct pp_compressed {
    enum pp_compression compression;
    struct pp_slice bytes; /* behind the header */
    size_t size;           /* uncompressed, as the header claims */
};

/* Take the bytes of a compressed section apart. false when nothing that could
 * be uncompressed is there, or it claims a size that so few bytes cannot have.
 */
bool pp_compressed_parse(const struct pp_elf *elf,
                         const struct pp_elf_section *section,
                         struct pp_slice bytes,
                         struct pp_compressed *compressed);

/* Uncompress into `out`, which has compressed->size bytes. False when it does
 * not become exactly that many. */
bool pp_uncompress(const struct pp_compressed *compressed, char *out);

#endif
