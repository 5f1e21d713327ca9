/* Unpacking MiniDebugInfo. See minidebug.h.
 *
 * Invariant: all memory is the arena's, liblzma's own included, and so bounded
 * by its ceiling; what is unpacked besides by a size of ours.
 *
 * Specification: GDB's manual, "MiniDebugInfo"; the .xz file format. */
#include "object/minidebug.h"

#include <lzma.h>

enum {
    FIRST_SIZE = 1 << 20,
    UNPACKED_SIZE_MAX = 128 << 20,
    DICTIONARY_MAX = 64 << 20, /* xz -9 */
};

/* ---- unpacking ---------------------------------------------------------- */

static void *lzma_take(void *opaque, size_t count, size_t size)
{
    return pp_arena_array(opaque, count, size);
}

static void lzma_give(void *opaque, void *memory)
{
    (void)opaque; /* it goes with the arena */
    (void)memory;
}

/* An ELF file being unpacked. */
struct unpacked {
    char *bytes;
    size_t size, room;
};

/* Twice the room; false when that is too much. */
static bool make_room(struct unpacked *out, struct pp_arena *arena)
{
    size_t room = out->room ? 2 * out->room : FIRST_SIZE;
    char *grown = room > UNPACKED_SIZE_MAX
                      ? NULL
                      : pp_arena_grow(arena, out->bytes, out->room, room);
    if (!grown)
        return false;
    out->bytes = grown;
    out->room = room;
    return true;
}

static bool unpack(struct unpacked *out, struct pp_slice packed,
                   struct pp_arena *arena)
{
    const lzma_allocator allocator = {lzma_take, lzma_give, arena};
    lzma_stream stream = LZMA_STREAM_INIT;
    lzma_ret result = LZMA_OK;
    stream.allocator = &allocator;
    if (lzma_stream_decoder(&stream, DICTIONARY_MAX + (1 << 20), 0) != LZMA_OK)
        return false;
    stream.next_in = (const uint8_t *)packed.data;
    stream.avail_in = packed.size;
    while (result == LZMA_OK) {
        if (out->size == out->room && !make_room(out, arena))
            break;
        stream.next_out = (uint8_t *)out->bytes + out->size;
        stream.avail_out = out->room - out->size;
        result = lzma_code(&stream, LZMA_FINISH);
        out->size = out->room - stream.avail_out;
    }
    lzma_end(&stream);
    return result == LZMA_STREAM_END;
}

/* ---- reading ------------------------------------------------------------ */

int pp_minidebug_read(struct pp_symbol_table *table, struct pp_arena *arena,
                      struct pp_slice packed)
{
    struct pp_arena scratch;
    struct unpacked out = {0};
    struct pp_elf elf;
    int status = PP_OK;
    pp_arena_init(&scratch, 2 * (size_t)UNPACKED_SIZE_MAX);
    if (unpack(&out, packed, &scratch) &&
        pp_elf_open_image(&elf, &scratch, out.bytes, out.size, NULL) == PP_OK)
        status = pp_symbol_table_read(table, arena, &elf);
    pp_arena_release(&scratch);
    return status;
}
