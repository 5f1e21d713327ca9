/* What `perf script` prints: events, each a head and, below it, its stack from
 * the leaf (perf_head.c, perf_frame.c). An event becomes a sample; its kind
 * (say "cycles") a sample type, in which the sample weighs its period.
 *
 * Two looks: the survey finds out the kinds, since sample types come before
 * samples; then samples are read. Invariant: both go through next_event, so
 * they see the same events. What is neither head nor frame is left out, but
 * counted, and a comment of the profile says so. */
#include "formats/format.h"
#include "formats/frames.h"
#include "formats/lines.h"
#include "formats/perf_frame.h"
#include "formats/perf_head.h"
#include "formats/scan.h"

enum {
    KINDS_MAX = 64, /* a sample has a value for each: keep the product small */
    ADDRESS_WIDTH = 16,
};

static const char form[] = "perf script";

/* ---- events ------------------------------------------------------------- */

struct reader {
    struct pp_lines lines;
    uint64_t stray_count; /* lines that were not understood */
    size_t first_stray;   /* the number of the first */
};

struct event {
    struct pp_perf_head head;
    struct pp_slice stack; /* lines, maybe none */
    size_t stack_line;     /* the number of the first */
};

static void count_stray(struct reader *reader, size_t line)
{
    if (reader->stray_count++ == 0)
        reader->first_stray = line;
}

static bool peek(const struct pp_lines *lines, struct pp_slice *line)
{
    struct pp_lines ahead = *lines;
    bool is_there = pp_lines_next(&ahead);
    *line = ahead.line;
    return is_there;
}

/* A frame by its looks: a tab, and an address right-aligned. */
static bool looks_like_frame(struct pp_slice line)
{
    struct pp_perf_frame frame;
    struct pp_slice text = line;
    bool is_indented = pp_take(&text, pp_slice_literal("\t"));
    pp_take_while(&text, pp_is_blank);
    pp_take_while(&text, pp_is_hex);
    return is_indented && line.size - text.size >= 1 + ADDRESS_WIDTH &&
           pp_perf_frame_read(line, &frame);
}

static bool frame_comes_next(const struct pp_lines *lines)
{
    struct pp_slice next;
    return peek(lines, &next) && looks_like_frame(next);
}

/* mmap, comm and the like, which --show-mmap-events and others print. */
static bool is_record(struct pp_slice line)
{
    return pp_slice_contains(line, pp_slice_literal(" PERF_RECORD_"));
}

static bool is_of_stack(struct pp_slice line)
{
    struct pp_perf_head head;
    if (pp_slice_starts_with(line, pp_slice_literal("\t")))
        return true;
    return pp_slice_starts_with(line, pp_slice_literal("  ")) &&
           pp_utf8_trim(line).size > 0 &&
           !(pp_perf_head_read(line, &head) && head.is_sure);
}

/* The lines below the head. Where no stack was recorded the only frame stands
 * behind it. */
static void take_stack(struct pp_lines *lines, struct event *event)
{
    struct pp_perf_frame frame;
    struct pp_slice rest = event->head.rest, next;
    bool is_behind = rest.size && pp_perf_frame_read(rest, &frame);
    const char *start = is_behind ? rest.data : lines->rest.data;
    event->stack_line = lines->number + !is_behind;
    while (peek(lines, &next) && is_of_stack(next))
        pp_lines_next(lines);
    event->stack = (struct pp_slice){start, (size_t)(lines->rest.data - start)};
}

static bool next_event(struct reader *reader, struct event *event)
{
    struct pp_lines *lines = &reader->lines;
    while (pp_lines_next(lines)) {
        if (pp_line_is_blank(lines->line) || is_record(lines->line))
            continue;
        if (!pp_perf_head_read(lines->line, &event->head) ||
            (!event->head.is_sure && !frame_comes_next(lines))) {
            count_stray(reader, lines->number);
            continue;
        }
        take_stack(lines, event);
        return true;
    }
    return false;
}

/* ---- is it that? -------------------------------------------------------- */

/* The first line that is no remark tells. */
static bool is_perf_script(struct pp_slice bytes)
{
    struct pp_lines lines = {.rest = bytes};
    struct pp_perf_head head;
    while (pp_lines_next(&lines))
        if (!pp_line_is_blank(lines.line) && !is_record(lines.line))
            return pp_perf_head_read(lines.line, &head) &&
                   ((head.has_time && head.event.size) ||
                    frame_comes_next(&lines));
    return false;
}

/* ---- kinds of events ---------------------------------------------------- */

struct survey {
    struct pp_strings kinds;
    bool has_period[KINDS_MAX];
    bool has_time;
    int64_t first_ns, last_ns;
};

static int survey_event(const struct pp_perf_head *head, struct pp_arena *arena,
                        struct survey *survey, struct pp_error *err)
{
    if (head->has_time &&
        (!survey->has_time || head->time_ns < survey->first_ns))
        survey->first_ns = head->time_ns;
    if (head->has_time &&
        (!survey->has_time || head->time_ns > survey->last_ns))
        survey->last_ns = head->time_ns;
    survey->has_time = survey->has_time || head->has_time;
    if (head->event.size == 0)
        return PP_OK;
    uint32_t kind = pp_strings_add(&survey->kinds, arena, head->event);
    if (kind == PP_NONE)
        return pp_fail_memory(err);
    if (kind >= KINDS_MAX)
        return pp_fail(err, PP_E_FORMAT, "more than %d kinds of events",
                       KINDS_MAX);
    survey->has_period[kind] = survey->has_period[kind] || head->has_period;
    return PP_OK;
}

static int survey_events(struct pp_slice bytes, struct pp_arena *arena,
                         struct survey *survey, struct pp_error *err)
{
    struct reader reader = {.lines = {.rest = bytes}};
    struct event event;
    while (next_event(&reader, &event)) {
        int status = survey_event(&event.head, arena, survey, err);
        if (status < 0)
            return pp_lines_fail(&reader.lines, form, status, err);
    }
    return PP_OK;
}

/* Clocks count nanoseconds; their names may have modifiers behind a colon. */
static const char *unit_of(struct pp_slice kind, bool has_period)
{
    const char *colon = memchr(kind.data, ':', kind.size);
    if (colon)
        kind.size = (size_t)(colon - kind.data);
    bool is_clock = pp_slice_equal(kind, pp_slice_literal("cpu-clock")) ||
                    pp_slice_equal(kind, pp_slice_literal("task-clock"));
    return is_clock && has_period ? "nanoseconds" : "count";
}

/* The number of samples first, then the kinds; the first of them is told unless
 * another is asked for. */
static int add_sample_types(struct pp_profile *profile,
                            const struct survey *survey)
{
    if (pp_profile_add_sample_type(profile, "samples", "count") == PP_NONE)
        return PP_E_MEMORY;
    for (uint32_t i = 0; i < survey->kinds.all.count; i++) {
        struct pp_slice kind = survey->kinds.all.items[i];
        const char *name = pp_slice_copy(&profile->arena, kind);
        if (!name ||
            pp_profile_add_sample_type(
                profile, name, unit_of(kind, survey->has_period[i])) == PP_NONE)
            return PP_E_MEMORY;
        if (i == 0)
            profile->default_sample_type = profile->sample_types.items[1].type;
    }
    if (survey->has_time)
        profile->duration_nanos = survey->last_ns - survey->first_ns;
    return PP_OK;
}

/* ---- locations ---------------------------------------------------------- */

/* Go on to the source line of the frame at hand, if there is one. */
static bool take_source(struct pp_lines *lines, struct pp_perf_source *source)
{
    struct pp_slice next;
    struct pp_perf_frame frame;
    if (peek(lines, &next) && pp_perf_source_read(next, source) &&
        !pp_perf_frame_read(next, &frame))
        return pp_lines_next(lines);
    *source = (struct pp_perf_source){0};
    return false;
}

/* Go on to the next frame if the one at hand was inlined into it. */
static bool take_caller(struct pp_lines *lines, struct pp_perf_frame *frame)
{
    struct pp_slice next;
    struct pp_perf_frame caller;
    if (!peek(lines, &next) || !pp_perf_frame_read(next, &caller) ||
        caller.address != frame->address)
        return false;
    *frame = caller;
    return pp_lines_next(lines);
}

/* The text of one location, whose first frame is at hand: those inlined, the
 * one that they are inlined into, and their source lines. */
static struct pp_slice take_location(struct pp_lines *lines,
                                     struct pp_perf_frame frame)
{
    struct pp_perf_source source;
    const char *start = lines->line.data;
    do
        take_source(lines, &source);
    while ((frame.is_inlined || source.is_inlined) &&
           take_caller(lines, &frame));
    const char *end = lines->line.data + lines->line.size;
    return (struct pp_slice){start, (size_t)(end - start)};
}

static int set_mapping(struct pp_frames *frames, struct pp_slice filename,
                       uint32_t location)
{
    struct pp_profile *profile = frames->profile;
    struct pp_location *at = &profile->locations.items[location];
    uint32_t index = pp_frames_mapping(frames, filename);
    if (index == PP_NONE)
        return PP_E_MEMORY;
    struct pp_mapping *mapping = &profile->mappings.items[index];
    if (at->address >= mapping->limit)
        mapping->limit = at->address + (at->address < UINT64_MAX);
    mapping->has_functions = mapping->has_functions || frames->lines.count > 0;
    at->mapping = index;
    return PP_OK;
}

static int add_line(struct pp_frames *frames, const struct pp_perf_frame *frame,
                    const struct pp_perf_source *source)
{
    if (frame->symbol.size == 0)
        return PP_OK;
    struct pp_line line = {
        .function = pp_frames_function(frames, frame->symbol, source->filename),
        .line = source->line,
    };
    return line.function == PP_NONE ? PP_E_MEMORY
                                    : pp_frames_add_line(frames, line);
}

static int read_location(struct pp_frames *frames, struct pp_slice text,
                         uint32_t location)
{
    struct pp_lines lines = {.rest = text};
    struct pp_perf_frame frame = {0};
    struct pp_perf_source source;
    while (pp_lines_next(&lines)) {
        pp_perf_frame_read(lines.line, &frame);
        take_source(&lines, &source);
        if (add_line(frames, &frame, &source) < 0)
            return PP_E_MEMORY;
    }
    frames->profile->locations.items[location].address = frame.address;
    if (frame.object.size && set_mapping(frames, frame.object, location) < 0)
        return PP_E_MEMORY;
    return pp_frames_end_location(frames, location);
}

/* ---- samples ------------------------------------------------------------ */

/* `line`: the number of the stack's first. */
static int push_stack(struct pp_frames *frames, struct pp_slice stack,
                      size_t line, struct reader *reader)
{
    struct pp_lines lines = {.rest = stack};
    struct pp_perf_frame frame;
    while (pp_lines_next(&lines)) {
        if (!pp_perf_frame_read(lines.line, &frame)) {
            count_stray(reader, line + lines.number - 1);
            continue;
        }
        struct pp_slice text = take_location(&lines, frame);
        bool is_new;
        uint32_t location = pp_frames_find(frames, text, &is_new);
        if (location == PP_NONE ||
            (is_new && read_location(frames, text, location) < 0) ||
            pp_frames_push(frames, location) < 0)
            return PP_E_MEMORY;
    }
    return PP_OK;
}

static int add_label(struct pp_profile *profile, const char *key,
                     struct pp_slice text, int64_t number)
{
    struct pp_label label = {
        .key = pp_profile_add_string(profile, pp_slice_of(key)),
        .string = pp_profile_add_string(profile, text),
        .number = number,
    };
    if (label.key == PP_NONE || label.string == PP_NONE)
        return PP_E_MEMORY;
    return pp_profile_add_label(profile, label);
}

static int add_labels(struct pp_profile *profile,
                      const struct pp_perf_head *head)
{
    const struct pp_slice none = {0};
    if ((head->command.size &&
         add_label(profile, "thread", head->command, 0) < 0) ||
        (head->has_pid && add_label(profile, "pid", none, head->pid) < 0) ||
        (head->has_tid && add_label(profile, "tid", none, head->tid) < 0))
        return PP_E_MEMORY;
    return PP_OK;
}

static int add_event(struct pp_frames *frames, const struct survey *survey,
                     const struct event *event, struct reader *reader)
{
    const struct pp_perf_head *head = &event->head;
    int64_t values[1 + KINDS_MAX] = {1};
    if (head->event.size)
        values[1 + pp_strings_find(&survey->kinds, head->event)] =
            head->has_period ? head->period : 1;
    if (push_stack(frames, event->stack, event->stack_line, reader) < 0 ||
        pp_frames_end_sample(frames, values) < 0)
        return PP_E_MEMORY;
    return add_labels(frames->profile, head);
}

/* ---- the whole ---------------------------------------------------------- */

static int add_comment(struct pp_profile *profile, const struct reader *reader)
{
    char space[128];
    struct pp_buffer words = pp_buffer_in(space);
    if (reader->stray_count == 0)
        return PP_OK;
    pp_buffer_format(&words,
                     "%s: %llu of %zu lines were not understood, the first is "
                     "line %zu",
                     form, (unsigned long long)reader->stray_count,
                     reader->lines.number, reader->first_stray);
    int status = pp_profile_add_comment(profile, pp_buffer_slice(&words));
    pp_buffer_release(&words);
    return status;
}

static int read_events(struct pp_frames *frames, struct pp_slice bytes,
                       const struct survey *survey)
{
    struct reader reader = {.lines = {.rest = bytes}};
    struct event event;
    while (next_event(&reader, &event))
        if (add_event(frames, survey, &event, &reader) < 0)
            return PP_E_MEMORY;
    return add_comment(frames->profile, &reader);
}

static int read_perf_script(struct pp_profile *profile, struct pp_slice bytes,
                            struct pp_error *err)
{
    if (!is_perf_script(bytes))
        return PP_E_NOT_FOUND;
    struct pp_frames frames;
    struct survey survey = {0};
    pp_frames_init(&frames, profile);
    int status = survey_events(bytes, &frames.arena, &survey, err);
    if (status >= 0 && (add_sample_types(profile, &survey) < 0 ||
                        read_events(&frames, bytes, &survey) < 0))
        status = pp_fail_memory(err);
    pp_frames_release(&frames);
    return status;
}

const struct pp_format pp_format_perf_script = {
    .name = form,
    .read = read_perf_script,
};
