/* speedscope's JSON. The content is read into a tree of calls first
 * (speedscope_file.c), because the frames' names may come last; here each call
 * with a weight of its own becomes a sample.
 *
 * Units decide on sample types: profiles that weigh in time are in one, told in
 * nanoseconds, whatever their unit was; bytes and plain counts are others.
 * Where there are several profiles, a label tells them apart. What was recorded
 * with an empty stack is idle, and left out.
 *
 * Invariant: stacks written out are longer than the tree, which a file can make
 * a single long chain; so FRAMES_PER_BYTE bounds them by the input's size. */
#include "formats/format.h"

#include <math.h>

#include "formats/frames.h"
#include "formats/speedscope_file.h"

enum {
    FRAMES_PER_BYTE = 16,
    FRAMES_SPARE = 1 << 20, /* for small files */
};

static const char form[] = "speedscope";

/* ---- is it that? -------------------------------------------------------- */

static bool is_speedscope(struct pp_slice bytes)
{
    struct pp_slice text = pp_utf8_trim(bytes);
    if (!pp_slice_starts_with(text, pp_slice_literal("{")))
        return false;
    return pp_slice_contains(text, pp_slice_literal("\"profiles\"")) &&
           pp_slice_contains(text, pp_slice_literal("\"shared\""));
}

/* ---- units -------------------------------------------------------------- */

enum family { COUNTS, TIMES, BYTES, FAMILIES };

static const struct {
    const char *type, *unit;
} families[FAMILIES] = {
    [COUNTS] = {"samples", "count"},
    [TIMES] = {"time", "nanoseconds"},
    [BYTES] = {"space", "bytes"},
};

static const struct {
    struct pp_slice name;
    enum family family;
    double factor;
} units[] = {
    {pp_slice_literal(""), COUNTS, 1},
    {pp_slice_literal("none"), COUNTS, 1},
    {pp_slice_literal("nanoseconds"), TIMES, 1},
    {pp_slice_literal("microseconds"), TIMES, 1e3},
    {pp_slice_literal("milliseconds"), TIMES, 1e6},
    {pp_slice_literal("seconds"), TIMES, 1e9},
    {pp_slice_literal("bytes"), BYTES, 1},
};

enum { UNITS = sizeof units / sizeof *units };

/* UNITS where it is none. */
static uint32_t find_unit(struct pp_slice name)
{
    uint32_t unit = 0;
    while (unit < UNITS && !pp_slice_equal(units[unit].name, name))
        unit++;
    return unit;
}

/* ---- from calls to samples ---------------------------------------------- */

struct writer {
    struct pp_profile *profile;
    const struct pp_speedscope_file *file;
    struct pp_frames frames;
    uint32_t *locations;      /* of each frame; PP_NONE: not yet */
    uint32_t *units;          /* of each profile */
    uint32_t types[FAMILIES]; /* PP_NONE: no profile has it */
    uint64_t frames_left;     /* that stacks may have yet */
    struct pp_error *err;
};

static int find_units(struct writer *writer)
{
    for (uint32_t i = 0; i < writer->file->profiles.count; i++) {
        struct pp_slice name = writer->file->profiles.items[i].unit;
        writer->units[i] = find_unit(name);
        if (writer->units[i] == UNITS)
            return pp_fail(writer->err, PP_E_FORMAT,
                           "%s: profile %u: unknown unit " PP_SLICE_FORMAT,
                           form, i + 1, PP_SLICE_ARGS(name));
    }
    return PP_OK;
}

static int add_sample_types(struct writer *writer)
{
    for (uint32_t i = 0; i < writer->file->profiles.count; i++) {
        enum family family = units[writer->units[i]].family;
        uint32_t *type = &writer->types[family];
        if (*type == PP_NONE)
            *type = pp_profile_add_sample_type(
                writer->profile, families[family].type, families[family].unit);
        if (*type == PP_NONE)
            return pp_fail_memory(writer->err);
    }
    return PP_OK;
}

static int add_location(struct writer *writer, uint32_t frame)
{
    const struct pp_speedscope_frame *from = &writer->file->frames.items[frame];
    struct pp_line line = {
        .function =
            pp_frames_function(&writer->frames, from->name, from->filename),
        .line = from->line,
        .column = from->column,
    };
    uint32_t location = pp_profile_add_location(writer->profile, PP_NONE, 0);
    writer->locations[frame] = location;
    return line.function == PP_NONE || location == PP_NONE ||
                   pp_profile_set_lines(writer->profile, location, &line, 1) < 0
               ? pp_fail_memory(writer->err)
               : PP_OK;
}

static int push_frame(struct writer *writer, uint32_t frame)
{
    if (frame >= writer->file->frames.count)
        return pp_fail(writer->err, PP_E_FORMAT,
                       "%s: frame %u of %u is not there", form, frame,
                       writer->file->frames.count);
    if (writer->frames_left-- == 0)
        return pp_fail(writer->err, PP_E_FORMAT,
                       "%s: its stacks are far longer than the file", form);
    int status = writer->locations[frame] == PP_NONE
                     ? add_location(writer, frame)
                     : PP_OK;
    if (status < 0)
        return status;
    return pp_frames_push(&writer->frames, writer->locations[frame]) < 0
               ? pp_fail_memory(writer->err)
               : PP_OK;
}

static int label_sample(struct writer *writer, uint32_t index)
{
    struct pp_slice name = writer->file->profiles.items[index].name;
    if (writer->file->profiles.count < 2 || name.size == 0)
        return PP_OK;
    struct pp_label label = {
        .key =
            pp_profile_add_string(writer->profile, pp_slice_literal("profile")),
        .string = pp_profile_add_string(writer->profile, name),
    };
    return label.key == PP_NONE || label.string == PP_NONE ||
                   pp_profile_add_label(writer->profile, label) < 0
               ? pp_fail_memory(writer->err)
               : PP_OK;
}

/* The stack is the way from the call to its root, which names the profile. */
static int add_call(struct writer *writer, const struct pp_call *call)
{
    const struct pp_call *calls = writer->file->tree.calls.items;
    int64_t values[FAMILIES] = {0};
    const struct pp_call *at = call;
    for (; at->parent != PP_NONE; at = &calls[at->parent]) {
        int status = push_frame(writer, at->frame);
        if (status < 0)
            return status;
    }
    uint32_t unit = writer->units[at->frame];
    values[writer->types[units[unit].family]] =
        pp_unit_truncate(round(call->weight * units[unit].factor));
    return pp_frames_end_sample(&writer->frames, values) < 0
               ? pp_fail_memory(writer->err)
               : label_sample(writer, at->frame);
}

static int add_calls(struct writer *writer)
{
    const struct pp_call_tree *tree = &writer->file->tree;
    for (uint32_t i = 0; i < tree->calls.count; i++) {
        const struct pp_call *call = &tree->calls.items[i];
        bool is_idle = call->parent == PP_NONE;
        int status =
            is_idle || call->weight == 0 ? PP_OK : add_call(writer, call);
        if (status < 0)
            return status;
    }
    return PP_OK;
}

/* ---- the whole ---------------------------------------------------------- */

static int write_profile(struct writer *writer)
{
    const struct pp_speedscope_file *file = writer->file;
    struct pp_arena *arena = &writer->frames.arena;
    writer->locations =
        pp_arena_array(arena, file->frames.count, sizeof *writer->locations);
    writer->units =
        pp_arena_array(arena, file->profiles.count, sizeof *writer->units);
    if (!writer->locations || !writer->units)
        return pp_fail_memory(writer->err);
    memset(writer->locations, 0xff,
           file->frames.count * sizeof *writer->locations);
    memset(writer->types, 0xff, sizeof writer->types);
    int status = find_units(writer);
    if (status >= 0)
        status = add_sample_types(writer);
    return status < 0 ? status : add_calls(writer);
}

static int read_speedscope(struct pp_profile *profile, struct pp_slice bytes,
                           struct pp_error *err)
{
    if (!is_speedscope(bytes))
        return PP_E_NOT_FOUND;
    struct pp_speedscope_file file = {0};
    struct writer writer = {
        .profile = profile,
        .file = &file,
        .frames_left = FRAMES_SPARE + (uint64_t)FRAMES_PER_BYTE * bytes.size,
        .err = err,
    };
    pp_frames_init(&writer.frames, profile);
    int status = pp_speedscope_file_read(&file, bytes, err);
    if (status >= 0)
        status = write_profile(&writer);
    pp_frames_release(&writer.frames);
    pp_speedscope_file_release(&file);
    return status;
}

const struct pp_format pp_format_speedscope = {
    .name = form,
    .read = read_speedscope,
};
