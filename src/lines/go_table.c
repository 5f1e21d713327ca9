/* Frames from Go's table of functions and lines. See go_table.h.
 *
 * The line and the file at an address are those of the innermost call that was
 * inlined there. The tree of calls tells its name, and an instruction that
 * stands, with its own line and file, for the place of the call; and so on
 * outwards, until an instruction belongs to no inlined call:
 *
 *     address             position       call      name
 *     the one asked for   in g           g in f    g, from the tree
 *     parent of that      in f           f in e    f, from the tree
 *     parent of that      in e           none      e, the function's own
 *
 * Invariant: one question reads WORK_MAX bytes of values at most, and gets no
 * more frames than there is room for, whatever the table says. */
#include "lines/go_table.h"

#include "lines/go_format.h"
#include "lines/go_module.h"

enum { WORK_MAX = 1 << 20 };

struct pp_go_table {
    struct pp_go_module module;
};

/* ---- opening ------------------------------------------------------------ */

int pp_go_table_open(struct pp_object *object, struct pp_arena *arena,
                     struct pp_go_table **table, struct pp_error *err)
{
    struct pp_go_module module;
    *table = NULL;
    if (!pp_go_module_find(object, &module))
        return pp_fail(err, PP_E_NOT_FOUND, "%s: no table of Go functions",
                       pp_object_path(object));
    *table = pp_arena_new(arena, struct pp_go_table);
    if (!*table)
        return pp_fail_memory(err);
    (*table)->module = module;
    return PP_OK;
}

/* ---- functions ---------------------------------------------------------- */

uint32_t pp_go_table_count(const struct pp_go_table *table)
{
    return table->module.header.function_count;
}

bool pp_go_table_function(const struct pp_go_table *table, uint32_t index,
                          size_t *work, struct pp_go_function *function)
{
    const struct pp_go_header *header = &table->module.header;
    struct pp_go_record record;
    if (!pp_go_record_read(header, index, &record))
        return false;
    *function = (struct pp_go_function){
        .name = pp_go_name(header, record.name),
        .start = record.entry,
        .end = pp_go_entry(header, index + 1),
    };
    uint64_t size = pp_go_values_end(header, record.line_values, work);
    if (size > 0 && size < function->end - function->start)
        function->end = function->start + size;
    return function->name.size > 0;
}

/* The record of the function that holds an address. */
static bool find_record(const struct pp_go_header *header, uint64_t address,
                        struct pp_go_record *record)
{
    uint32_t low = 0, high = header->function_count;
    if (address >= pp_go_entry(header, high))
        return false;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (pp_go_entry(header, middle) <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 && pp_go_record_read(header, low - 1, record);
}

/* ---- frames ------------------------------------------------------------- */

/* A question on its way outwards. */
struct walk {
    const struct pp_go_module *module;
    struct pp_go_record record;
    uint64_t distance; /* from the record's entry */
    size_t work;       /* that may still be done */
};

/* false where nothing is known of the position. */
static bool locate(struct walk *walk, struct pp_frame *frame)
{
    const struct pp_go_header *header = &walk->module->header;
    const struct pp_go_record *record = &walk->record;
    int32_t value;
    if (pp_go_value(header, record->file_values, walk->distance, &walk->work,
                    &value))
        frame->file = pp_go_file(header, record->unit, value);
    if (pp_go_value(header, record->line_values, walk->distance, &walk->work,
                    &value))
        frame->line = value > 0 ? value : 0;
    return frame->file.size > 0 || frame->line > 0;
}

/* The inlined call that the code belongs to; false when it is the function's
 * own. */
static bool find_call(struct walk *walk, struct pp_go_call *call)
{
    const struct pp_go_module *module = walk->module;
    const struct pp_go_record *record = &walk->record;
    int32_t index;
    return record->has_calls &&
           pp_go_value(&module->header, record->call_values, walk->distance,
                       &walk->work, &index) &&
           index >= 0 &&
           pp_go_call_read(&module->header, module->calls,
                           record->calls - module->calls_base, (uint32_t)index,
                           call);
}

uint32_t pp_go_table_find(const struct pp_go_table *table, uint64_t address,
                          struct pp_frame *frames, uint32_t frame_max)
{
    const struct pp_go_header *header = &table->module.header;
    struct walk walk = {.module = &table->module, .work = WORK_MAX};
    struct pp_go_call call;
    if (!find_record(header, address, &walk.record))
        return 0;
    walk.distance = address - walk.record.entry;
    for (uint32_t count = 0; count < frame_max; walk.distance = call.parent) {
        struct pp_frame *frame = &frames[count++];
        *frame = (struct pp_frame){0};
        if (!locate(&walk, frame) && count == 1)
            return 0;
        if (!find_call(&walk, &call)) {
            frame->function = pp_go_name(header, walk.record.name);
            frame->start_line = walk.record.start_line;
            return count;
        }
        frame->function = call.name;
        frame->start_line = call.start_line;
    }
    return frame_max;
}
