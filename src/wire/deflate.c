/* gzip around the encoded profile. One member, without name or time, so that
 * the same profile gives the same bytes. */
#include "wire/wire.h"

#include <libdeflate.h>

/* As small as what Go writes, and quicker. */
enum { LEVEL = 4 };

static void deflate(struct libdeflate_compressor *compressor,
                    struct pp_slice bytes, struct pp_buffer *out)
{
    size_t room = libdeflate_gzip_compress_bound(compressor, bytes.size);
    char *space = pp_buffer_room(out, room);
    if (!space)
        return;
    size_t size = libdeflate_gzip_compress(compressor, bytes.data, bytes.size,
                                           space, room);
    out->size += size;
    out->data[out->size] = 0;
}

int pp_wire_encode_gzip(const struct pp_profile *profile, struct pp_buffer *out,
                        struct pp_error *err)
{
    struct pp_buffer bare = {.ceiling = out->ceiling};
    int status = pp_wire_encode(profile, &bare, err);
    struct libdeflate_compressor *compressor =
        libdeflate_alloc_compressor(LEVEL);
    if (status >= 0 && compressor)
        deflate(compressor, pp_buffer_slice(&bare), out);
    if (status >= 0 && (!compressor || out->failed))
        status = pp_fail_memory(err);
    libdeflate_free_compressor(compressor);
    pp_buffer_release(&bare);
    return status;
}
