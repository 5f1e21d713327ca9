/* ELF files of any bytes with DWARF: units, entries, names, line programs and
 * lists of ranges, in bounded time and memory. Whatever is found can be read,
 * and is found again alike.
 *
 * Input: the file. Addresses are asked for where the code of the corpus lies.
 */
#include "lines/lines.h"

#include <stdlib.h>

#include "fuzz.h"

enum {
    FRAME_MAX = 24,
    ADDRESS_COUNT = 80,
    CODE_START = 0x1000,
    STEP = 5, /* from one address to the next */
};

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* Also touches every byte, for the sanitizers to see. */
static void read_text(struct pp_slice text)
{
    require(text.size == 0 || !memchr(text.data, 0, text.size));
}

static void look_up(struct pp_lines *lines, uint64_t address)
{
    struct pp_frame frames[FRAME_MAX], again[FRAME_MAX];
    uint32_t count = pp_lines_find(lines, address, frames, FRAME_MAX);
    require(count <= FRAME_MAX);
    for (uint32_t i = 0; i < count; i++) {
        read_text(frames[i].function);
        read_text(frames[i].file);
    }
    require(pp_lines_find(lines, address, again, FRAME_MAX) == count);
    for (uint32_t i = 0; i < count; i++) {
        require(frames[i].line == again[i].line);
        require(pp_slice_equal(frames[i].function, again[i].function));
    }
}

static void look_around(struct pp_lines *lines)
{
    uint64_t addresses[ADDRESS_COUNT];
    for (uint32_t i = 0; i < ADDRESS_COUNT; i++)
        addresses[i] = CODE_START + i * STEP;
    pp_lines_prepare(lines, addresses, ADDRESS_COUNT);
    for (uint32_t i = 0; i < ADDRESS_COUNT; i++)
        look_up(lines, addresses[i]);
    look_up(lines, UINT64_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const size_t memory_max = 16 << 20;
    static const char *const nowhere[] = {NULL};
    const struct pp_debug_search search = {.directories = nowhere};
    const struct pp_object_options object_options = {.memory_max = memory_max};
    const struct pp_lines_options options = {
        .search = &search,
        .object = object_options,
        .memory_max = memory_max,
        .one_thread = true,
    };
    struct pp_object *object;
    struct pp_lines *lines;
    struct pp_error err = {0};
    if (pp_object_open_image(data, size, &object_options, &object, &err) < 0)
        return 0;
    if (pp_lines_open(object, &options, &lines, &err) < 0)
        require(lines == NULL && err.text[0]);
    else
        look_around(lines);
    pp_lines_free(lines);
    pp_object_free(object);
    return 0;
}
