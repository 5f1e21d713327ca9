/* zstd: any number of frames, one behind the other. Invariant: out never passes
 * its ceiling, whatever the bytes claim. Only the tool reads it: libpprof.so
 * needs no libzstd. */
#include "wire/decode.h"

#include <zstd.h>

/* Room for the next piece, at most up to the ceiling; none there: 0. */
static size_t next_room(struct pp_buffer *out, size_t wanted)
{
    size_t left = out->ceiling ? out->ceiling - out->size : wanted;
    size_t room = left < wanted ? left : wanted;
    return pp_buffer_room(out, room) ? room : 0;
}

static int unfold(ZSTD_DStream *stream, struct pp_slice bytes,
                  struct pp_buffer *out, struct pp_error *err)
{
    ZSTD_inBuffer in = {bytes.data, bytes.size, 0};
    size_t hint = 1; /* 0: a frame has ended */
    while (in.pos < in.size || hint != 0) {
        size_t room = next_room(out, ZSTD_DStreamOutSize());
        ZSTD_outBuffer piece = {out->data + out->size, room, 0};
        size_t in_before = in.pos;
        hint = ZSTD_decompressStream(stream, &piece, &in);
        if (ZSTD_isError(hint))
            return pp_fail(err, PP_E_FORMAT,
                           "decompressing profile: zstd: %s, before byte %zu",
                           ZSTD_getErrorName(hint), in.pos);
        out->size += piece.pos;
        if (piece.pos || in.pos > in_before || hint == 0)
            continue;
        if (room == 0)
            return pp_wire_fail_full(out, err);
        return pp_fail(err, PP_E_FORMAT,
                       "decompressing profile: zstd: cut short at byte %zu",
                       in.pos);
    }
    return PP_OK;
}

int pp_wire_unfold_zstd(struct pp_slice bytes, struct pp_buffer *out,
                        struct pp_error *err)
{
    ZSTD_DStream *stream = ZSTD_createDStream();
    if (!stream)
        return pp_fail_memory(err);
    int status = unfold(stream, bytes, out, err);
    ZSTD_freeDStream(stream);
    return status;
}
