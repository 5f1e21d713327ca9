/* Folded stacks, one a line, as stackcollapse-*.pl, inferno and -folded write
 * them:
 *
 *     root;caller;leaf 42            a stack, and how often it was seen
 *     root;caller;leaf 42 57         before and after (difffolded.pl)
 *     root;caller;callee_[i] 42      callee is inlined into caller
 *     # a remark
 *
 * Such lines have nothing of their own to be known by, so all of them are
 * looked at before one is read. Invariant: bytes are folded stacks only if
 * every line that is not blank ends in a count and some stack is deeper than
 * one frame; once SURE_AFTER lines were right a wrong one is an error of the
 * file, and no sign of another form.
 *
 * Form: README.md of github.com/brendangregg/FlameGraph, and stackcollapse-
 * perf.pl there for the annotations; _[k] and _[j] stay in the names. */
#include "formats/format.h"
#include "formats/frames.h"
#include "formats/lines.h"
#include "formats/scan.h"

enum {
    SURE_AFTER = 10, /* lines */
    COLUMNS_MAX = 2,
};

static const char form[] = "folded stacks";
static const struct pp_slice inlined_mark = pp_slice_literal("_[i]");

/* ---- a line: a stack and its counts ------------------------------------- */

static bool is_count(struct pp_slice word)
{
    pp_take(&word, pp_slice_literal("-"));
    struct pp_slice whole = pp_take_while(&word, pp_is_digit);
    if (pp_take(&word, pp_slice_literal(".")))
        pp_take_while(&word, pp_is_digit);
    return whole.size > 0 && word.size == 0;
}

static struct pp_slice trim_end(struct pp_slice text)
{
    while (text.size && pp_is_space(text.data[text.size - 1]))
        text.size--;
    return text;
}

/* Take the count off the end of `text`, leaving what is in front of it, which
 * is something. */
static bool take_count(struct pp_slice *text, struct pp_slice *count)
{
    struct pp_slice front = trim_end(*text);
    size_t end = front.size;
    while (front.size && !pp_is_space(front.data[front.size - 1]))
        front.size--;
    *count = (struct pp_slice){front.data + front.size, end - front.size};
    front = trim_end(front);
    if (front.size == 0 || !is_count(*count))
        return false;
    *text = front;
    return true;
}

/* The decimals of a count that is a whole number say nothing. */
static int read_count(struct pp_slice text, int64_t *count,
                      struct pp_error *err)
{
    const char *point = memchr(text.data, '.', text.size);
    struct pp_slice whole = text;
    if (point) {
        whole.size = (size_t)(point - text.data);
        for (size_t i = whole.size + 1; i < text.size; i++)
            if (text.data[i] != '0')
                return pp_fail(err, PP_E_FORMAT,
                               "the count " PP_SLICE_FORMAT
                               " is not a whole number: scale all counts up "
                               "so that they are",
                               PP_SLICE_ARGS(text));
    }
    if (!pp_read_decimal(whole, count))
        return pp_fail(err, PP_E_FORMAT,
                       "the count " PP_SLICE_FORMAT " is too large",
                       PP_SLICE_ARGS(text));
    return PP_OK;
}

/* ---- is it that? -------------------------------------------------------- */

struct survey {
    uint32_t columns; /* that all lines have */
    bool has_caller;
};

static bool survey_line(struct pp_slice line, struct survey *survey)
{
    struct pp_slice count;
    if (!take_count(&line, &count))
        return false;
    survey->has_caller =
        survey->has_caller || memchr(line.data, ';', line.size) != NULL;
    if (survey->columns == COLUMNS_MAX && !take_count(&line, &count))
        survey->columns = 1;
    return true;
}

static int survey_lines(struct pp_slice bytes, struct survey *survey,
                        struct pp_error *err)
{
    struct pp_lines lines = {.rest = bytes};
    size_t good = 0;
    *survey = (struct survey){.columns = COLUMNS_MAX};
    if (bytes.size == 0 || memchr(bytes.data, 0, bytes.size))
        return PP_E_NOT_FOUND;
    while (pp_lines_next(&lines)) {
        if (pp_line_is_blank(lines.line))
            continue;
        if (survey_line(lines.line, survey)) {
            good++;
            continue;
        }
        if (good < SURE_AFTER || !survey->has_caller)
            return PP_E_NOT_FOUND;
        pp_fail(err, PP_E_FORMAT, "no count at its end");
        return pp_lines_fail(&lines, form, PP_E_FORMAT, err);
    }
    return survey->has_caller ? PP_OK : PP_E_NOT_FOUND;
}

/* ---- stacks ------------------------------------------------------------- */

static bool is_inlined(struct pp_slice frame)
{
    return frame.size >= inlined_mark.size &&
           memcmp(frame.data + frame.size - inlined_mark.size,
                  inlined_mark.data, inlined_mark.size) == 0;
}

/* Take the last frame off a stack. False when it was the only one. */
static bool take_leaf(struct pp_slice *stack, struct pp_slice *frame)
{
    const char *mark =
        stack->size ? memrchr(stack->data, ';', stack->size) : NULL;
    size_t start = mark ? (size_t)(mark + 1 - stack->data) : 0;
    *frame = (struct pp_slice){stack->data + start, stack->size - start};
    stack->size = mark ? start - 1 : 0;
    return mark != NULL;
}

/* A new location has the lines that its text tells: one for each frame. */
static int read_frames(struct pp_frames *frames, struct pp_slice text,
                       uint32_t location)
{
    bool has_more;
    do {
        struct pp_slice name;
        has_more = take_leaf(&text, &name);
        if (has_more)
            name.size -= inlined_mark.size;
        uint32_t function =
            pp_frames_function(frames, name, (struct pp_slice){0});
        struct pp_line line = {.function = function};
        if (function == PP_NONE || pp_frames_add_line(frames, line) < 0)
            return PP_E_MEMORY;
    } while (has_more);
    return pp_frames_end_location(frames, location);
}

static int push_location(struct pp_frames *frames, struct pp_slice text)
{
    bool is_new;
    uint32_t location = pp_frames_find(frames, text, &is_new);
    if (location == PP_NONE ||
        (is_new && read_frames(frames, text, location) < 0))
        return PP_E_MEMORY;
    return pp_frames_push(frames, location);
}

/* Frame by frame from the leaf; those inlined stay with the one that they were
 * inlined into, on their left. */
static int push_stack(struct pp_frames *frames, struct pp_slice stack)
{
    bool has_more;
    do {
        struct pp_slice frame;
        size_t end = stack.size;
        do {
            has_more = take_leaf(&stack, &frame);
        } while (has_more && is_inlined(frame));
        size_t start = (size_t)(frame.data - stack.data);
        frame.size = end - start;
        if (push_location(frames, frame) < 0)
            return PP_E_MEMORY;
    } while (has_more);
    return PP_OK;
}

/* ---- the whole ---------------------------------------------------------- */

static int read_line(struct pp_frames *frames, struct pp_slice line,
                     uint32_t columns, struct pp_error *err)
{
    int64_t values[COLUMNS_MAX] = {0};
    for (uint32_t i = columns; i-- > 0;) {
        struct pp_slice count;
        take_count(&line, &count);
        int status = read_count(count, &values[i], err);
        if (status < 0)
            return status;
    }
    if (push_stack(frames, line) < 0 ||
        pp_frames_end_sample(frames, values) < 0)
        return pp_fail_memory(err);
    return PP_OK;
}

static int read_lines(struct pp_frames *frames, struct pp_slice bytes,
                      uint32_t columns, struct pp_error *err)
{
    struct pp_lines lines = {.rest = bytes};
    while (pp_lines_next(&lines)) {
        if (pp_line_is_blank(lines.line))
            continue;
        int status = read_line(frames, lines.line, columns, err);
        if (status < 0)
            return pp_lines_fail(&lines, form, status, err);
    }
    return PP_OK;
}

static int add_sample_types(struct pp_profile *profile, uint32_t columns)
{
    static const char *const names[][COLUMNS_MAX] = {{"samples"},
                                                     {"before", "after"}};
    for (uint32_t i = 0; i < columns; i++)
        if (pp_profile_add_sample_type(profile, names[columns - 1][i],
                                       "count") == PP_NONE)
            return PP_E_MEMORY;
    return PP_OK;
}

static int read_folded(struct pp_profile *profile, struct pp_slice bytes,
                       struct pp_error *err)
{
    struct survey survey;
    int status = survey_lines(bytes, &survey, err);
    if (status < 0)
        return status;
    if (add_sample_types(profile, survey.columns) < 0)
        return pp_fail_memory(err);
    struct pp_frames frames;
    pp_frames_init(&frames, profile);
    status = read_lines(&frames, bytes, survey.columns, err);
    pp_frames_release(&frames);
    return status;
}

const struct pp_format pp_format_folded = {
    .name = form,
    .read = read_folded,
};
