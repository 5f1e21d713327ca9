/* Go programs of any bytes: their functions, and the frames at addresses.
 * Whatever is found lies in the file.
 *
 * Input: the file. */
#include "lines/go_table.h"

#include <stdlib.h>

#include "fuzz.h"

enum { FRAME_MAX = 8, FUNCTION_MAX = 64, WORK_MAX = 1 << 16 };

struct input {
    const char *data;
    size_t size;
};

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void require_inside(const struct input *input, struct pp_slice text)
{
    require(text.size == 0 ||
            (text.data >= input->data && text.size <= input->size &&
             (size_t)(text.data - input->data) <= input->size - text.size));
}

static void look_up(const struct input *input, const struct pp_go_table *table,
                    uint64_t address)
{
    struct pp_frame frames[FRAME_MAX];
    uint32_t count = pp_go_table_find(table, address, frames, FRAME_MAX);
    require(count <= FRAME_MAX);
    for (uint32_t i = 0; i < count; i++) {
        require_inside(input, frames[i].function);
        require_inside(input, frames[i].file);
        require(frames[i].line >= 0);
    }
}

static void look_up_functions(const struct input *input,
                              const struct pp_go_table *table)
{
    struct pp_go_function function;
    uint32_t count = pp_go_table_count(table);
    size_t work = WORK_MAX;
    for (uint32_t i = 0; i < count && i < FUNCTION_MAX; i++) {
        if (!pp_go_table_function(table, i, &work, &function))
            continue;
        require(function.name.size > 0 && work <= WORK_MAX);
        require_inside(input, function.name);
        for (uint64_t at = 0; at < 0x40; at += 4)
            look_up(input, table, function.start + at);
        look_up(input, table, function.end);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct input input = {(const char *)data, size};
    struct pp_arena arena = {0};
    struct pp_error err = {0};
    struct pp_object *object;
    struct pp_go_table *table;
    if (pp_object_open_image(data, size, NULL, &object, &err) < 0)
        return 0;
    int status = pp_go_table_open(object, &arena, &table, &err);
    require((status == 0) == (table != NULL) && (status < 0) == !!err.text[0]);
    if (table) {
        look_up_functions(&input, table);
        look_up(&input, table, 0);
        look_up(&input, table, UINT64_MAX);
    }
    pp_object_free(object);
    pp_arena_release(&arena);
    return 0;
}
