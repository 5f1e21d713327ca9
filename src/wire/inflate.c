/* gzip: any number of members, one behind the other. libdeflate unfolds a
 * member whole, so the room is guessed first, and a guess that was too small
 * is doubled; memory that is not written to costs nothing. Invariant: out never
 * passes its ceiling, whatever the bytes claim. */
#include "wire/decode.h"

#include <libdeflate.h>

enum {
    FOOTER_SIZE = 4,    /* the member's unfolded size, modulo 2^32 */
    FOLDING_MAX = 1032, /* no deflate stream unfolds to more times its size */
    FOLDING_GUESS = 4,
};

/* A room that is likely enough for what is left: the size at the very end is
 * right when there is one member. It may be a lie, so it is not believed where
 * it is impossible. */
static size_t guess_room(struct pp_slice bytes)
{
    size_t room = bytes.size * FOLDING_GUESS, told = 0;
    if (bytes.size < FOOTER_SIZE)
        return room;
    const char *footer = bytes.data + bytes.size - FOOTER_SIZE;
    for (unsigned i = 0; i < FOOTER_SIZE; i++)
        told |= (size_t)(unsigned char)footer[i] << (8 * i);
    return told > room && told / FOLDING_MAX <= bytes.size ? told : room;
}

/* Unfold the first member of the bytes; how many of them it was in *used. */
static enum libdeflate_result inflate_member(
    struct libdeflate_decompressor *decompressor, struct pp_slice bytes,
    struct pp_buffer *out, size_t *used)
{
    size_t room = guess_room(bytes), room_max = SIZE_MAX / 4;
    if (out->ceiling)
        room_max = out->ceiling - out->size;
    for (;; room *= 2) {
        if (room > room_max)
            room = room_max;
        size_t size = 0;
        char *space = pp_buffer_room(out, room);
        if (!space)
            return LIBDEFLATE_INSUFFICIENT_SPACE;
        enum libdeflate_result result = libdeflate_gzip_decompress_ex(
            decompressor, bytes.data, bytes.size, space, room, used, &size);
        if (result == LIBDEFLATE_SUCCESS)
            out->size += size;
        if (result != LIBDEFLATE_INSUFFICIENT_SPACE || room == room_max)
            return result;
    }
}

static int inflate_members(struct libdeflate_decompressor *decompressor,
                           struct pp_slice bytes, struct pp_buffer *out,
                           struct pp_error *err)
{
    size_t at = 0, used = 0;
    for (; at < bytes.size; at += used) {
        struct pp_slice rest = {bytes.data + at, bytes.size - at};
        enum libdeflate_result result =
            inflate_member(decompressor, rest, out, &used);
        if (result == LIBDEFLATE_INSUFFICIENT_SPACE)
            return pp_wire_fail_full(out, err);
        if (result != LIBDEFLATE_SUCCESS)
            return pp_fail(err, PP_E_FORMAT,
                           "decompressing profile: gzip: the member at byte "
                           "%zu is damaged or cut short",
                           at);
    }
    return PP_OK;
}

int pp_wire_inflate(struct pp_slice bytes, struct pp_buffer *out,
                    struct pp_error *err)
{
    struct libdeflate_decompressor *decompressor =
        libdeflate_alloc_decompressor();
    if (!decompressor)
        return pp_fail_memory(err);
    int status = inflate_members(decompressor, bytes, out, err);
    libdeflate_free_decompressor(decompressor);
    return status;
}
