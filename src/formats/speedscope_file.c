/* A speedscope file, read as a stream: of the JSON only what is used is kept,
 * and a profile's stacks or events only until its end, where they go into the
 * tree of calls. Keys come in any order.
 *
 * Where we are in the document is a short stack of elements; `elements` says
 * what each is and `keys` what stands in which object. Invariant: an element is
 * entered and left by the parser alone, which pairs its brackets; what no key
 * leads to is skipped whole.
 *
 * Form: https://www.speedscope.app/file-format-schema.json */
#include "formats/speedscope_file.h"

#include <math.h>
#include <stdlib.h>

#include <yajl/yajl_parse.h>

#include "formats/scan.h"

enum {
    OPEN_MAX = 8,       /* elements within each other, of those we know */
    SKIPPED_MAX = 1000, /* and of those we do not */
    NUMBER_MAX = 64,    /* characters */
};

struct event {
    double at;
    uint32_t frame;
    char type; /* 'O' opens a frame, 'C' closes it */
};

/* The profile at hand. What it has many of lies in the reader's arena, and is
 * used again by the next. */
struct body {
    struct pp_slice type;
    struct {
        uint32_t *items; /* frames, stack after stack, root first */
        uint32_t count, capacity;
    } stacks;
    struct {
        uint32_t *items; /* where each stack ends */
        uint32_t count, capacity;
    } ends;
    struct {
        double *items;
        uint32_t count, capacity;
    } weights;
    struct {
        struct event *items;
        uint32_t count, capacity;
    } events;
};

enum element {
    UNKNOWN,
    DOCUMENT,
    SHARED,
    FRAMES,
    FRAME,
    FRAME_NAME,
    FRAME_FILE,
    FRAME_LINE,
    FRAME_COLUMN,
    PROFILES,
    PROFILE,
    PROFILE_TYPE,
    PROFILE_NAME,
    PROFILE_UNIT,
    STACKS,
    STACK,
    STACK_FRAME,
    WEIGHTS,
    WEIGHT,
    EVENTS,
    EVENT,
    EVENT_TYPE,
    EVENT_FRAME,
    EVENT_AT,
};

struct reader {
    struct pp_speedscope_file *file;
    struct pp_arena arena;
    struct body body;
    enum element open[OPEN_MAX];
    uint32_t open_count;
    enum element next; /* in an object: what the last key leads to */
    size_t skipped;    /* brackets open within what is unknown */
    struct pp_error *err;
};

/* ---- the end of a profile ----------------------------------------------- */

static int fail_profile(struct reader *reader, const char *what, uint32_t at,
                        const char *why)
{
    return pp_fail(reader->err, PP_E_FORMAT, "profile %u: %s %u %s",
                   reader->file->profiles.count, what, at + 1, why);
}

static int add_stacks(struct reader *reader, uint32_t root)
{
    struct pp_call_tree *tree = &reader->file->tree;
    const struct body *body = &reader->body;
    uint32_t at = 0;
    if (body->ends.count != body->weights.count)
        return pp_fail(reader->err, PP_E_FORMAT,
                       "profile %u: %u samples, but %u weights",
                       reader->file->profiles.count, body->ends.count,
                       body->weights.count);
    for (uint32_t i = 0; i < body->ends.count; i++) {
        uint32_t call = root;
        for (; at < body->ends.items[i] && call != PP_NONE; at++)
            call = pp_call_tree_child(tree, call, body->stacks.items[at]);
        if (call == PP_NONE)
            return pp_fail_memory(reader->err);
        tree->calls.items[call].weight += body->weights.items[i];
    }
    return PP_OK;
}

/* Time goes to the frame that is open innermost. */
static int add_event(struct reader *reader, uint32_t at, uint32_t *call)
{
    struct pp_call_tree *tree = &reader->file->tree;
    const struct event *event = &reader->body.events.items[at];
    double elapsed = at ? event->at - event[-1].at : 0;
    struct pp_call *current = &tree->calls.items[*call];
    if (elapsed < 0)
        return fail_profile(reader, "event", at, "is before the last");
    current->weight += elapsed;
    if (event->type == 'O') {
        *call = pp_call_tree_child(tree, *call, event->frame);
        return *call == PP_NONE ? pp_fail_memory(reader->err) : PP_OK;
    }
    if (event->type != 'C')
        return fail_profile(reader, "event", at, "has no type");
    if (current->parent == PP_NONE || current->frame != event->frame)
        return fail_profile(reader, "event", at,
                            "closes a frame that is not the innermost");
    *call = current->parent;
    return PP_OK;
}

static int add_events(struct reader *reader, uint32_t root)
{
    uint32_t call = root, count = reader->body.events.count;
    for (uint32_t i = 0; i < count; i++) {
        int status = add_event(reader, i, &call);
        if (status < 0)
            return status;
    }
    if (call != root)
        return fail_profile(reader, "event", count - 1,
                            "is the last, but frames are open still");
    return PP_OK;
}

static int end_profile(struct reader *reader)
{
    struct body *body = &reader->body;
    uint32_t index = reader->file->profiles.count - 1;
    uint32_t root = pp_call_tree_child(&reader->file->tree, PP_NONE, index);
    if (root == PP_NONE)
        return pp_fail_memory(reader->err);
    if (pp_slice_equal(body->type, pp_slice_literal("sampled")))
        return add_stacks(reader, root);
    if (pp_slice_equal(body->type, pp_slice_literal("evented")))
        return add_events(reader, root);
    return pp_fail(reader->err, PP_E_FORMAT,
                   "profile %u: it is neither sampled nor evented", index + 1);
}

/* ---- elements begin and end --------------------------------------------- */

static struct pp_speedscope_frame *frame_at_hand(struct reader *reader)
{
    return &reader->file->frames.items[reader->file->frames.count - 1];
}

static struct pp_speedscope_profile *profile_at_hand(struct reader *reader)
{
    return &reader->file->profiles.items[reader->file->profiles.count - 1];
}

static struct event *event_at_hand(struct reader *reader)
{
    return &reader->body.events.items[reader->body.events.count - 1];
}

static int check_added(struct reader *reader, const void *added)
{
    return added ? PP_OK : pp_fail_memory(reader->err);
}

static int begin_frame(struct reader *reader)
{
    return check_added(
        reader, pp_vector_add(&reader->file->arena, &reader->file->frames));
}

static int begin_profile(struct reader *reader)
{
    struct body *body = &reader->body;
    body->type = (struct pp_slice){0};
    body->stacks.count = body->ends.count = 0;
    body->weights.count = body->events.count = 0;
    return check_added(
        reader, pp_vector_add(&reader->file->arena, &reader->file->profiles));
}

static int begin_event(struct reader *reader)
{
    return check_added(reader,
                       pp_vector_add(&reader->arena, &reader->body.events));
}

static int end_stack(struct reader *reader)
{
    uint32_t *end = pp_vector_add(&reader->arena, &reader->body.ends);
    if (!end)
        return pp_fail_memory(reader->err);
    *end = reader->body.stacks.count;
    return PP_OK;
}

/* ---- values ------------------------------------------------------------- */

static int set_string(struct reader *reader, enum element element,
                      struct pp_slice text)
{
    const char *copy = pp_slice_copy(&reader->file->arena, text);
    struct pp_slice kept = {copy, text.size};
    if (!copy)
        return pp_fail_memory(reader->err);
    if (element == FRAME_NAME)
        frame_at_hand(reader)->name = kept;
    else if (element == FRAME_FILE)
        frame_at_hand(reader)->filename = kept;
    else if (element == PROFILE_NAME)
        profile_at_hand(reader)->name = kept;
    else if (element == PROFILE_UNIT)
        profile_at_hand(reader)->unit = kept;
    else if (element == PROFILE_TYPE)
        reader->body.type = kept;
    else
        event_at_hand(reader)->type = text.size == 1 ? text.data[0] : 0;
    return PP_OK;
}

static bool read_number(struct pp_slice text, double *number)
{
    char copy[NUMBER_MAX];
    int64_t whole;
    if (text.size >= sizeof copy)
        return false;
    if (text.size < 16 && pp_read_decimal(text, &whole)) {
        *number = (double)whole;
        return true;
    }
    memcpy(copy, text.data, text.size);
    copy[text.size] = 0;
    *number = strtod(copy, NULL);
    return isfinite(*number);
}

static int add_weight(struct reader *reader, double weight)
{
    double *added = pp_vector_add(&reader->arena, &reader->body.weights);
    if (!added)
        return pp_fail_memory(reader->err);
    *added = weight;
    return PP_OK;
}

static int set_number(struct reader *reader, enum element element,
                      struct pp_slice text)
{
    double number;
    if (!read_number(text, &number))
        return pp_fail(reader->err, PP_E_FORMAT, "a number is too large");
    if (element == WEIGHT)
        return add_weight(reader, number);
    event_at_hand(reader)->at = number;
    return PP_OK;
}

static int set_integer(struct reader *reader, enum element element,
                       struct pp_slice text)
{
    int64_t number;
    if (!pp_read_decimal(text, &number) || number < 0 || number >= PP_NONE)
        return pp_fail(reader->err, PP_E_FORMAT,
                       "the number of a frame, line or column is none");
    if (element == FRAME_LINE)
        frame_at_hand(reader)->line = number;
    else if (element == FRAME_COLUMN)
        frame_at_hand(reader)->column = number;
    else if (element == EVENT_FRAME)
        event_at_hand(reader)->frame = (uint32_t)number;
    else {
        uint32_t *frame = pp_vector_add(&reader->arena, &reader->body.stacks);
        if (!frame)
            return pp_fail_memory(reader->err);
        *frame = (uint32_t)number;
    }
    return PP_OK;
}

/* ---- what is where ------------------------------------------------------ */

enum kind { ANYTHING, OBJECT, ARRAY, STRING, NUMBER };

static const struct {
    enum kind kind;
    enum element item; /* of an array */
    int (*begin)(struct reader *reader);
    int (*end)(struct reader *reader);
    int (*set)(struct reader *reader, enum element element,
               struct pp_slice text);
} elements[] = {
    [UNKNOWN] = {ANYTHING},
    [DOCUMENT] = {OBJECT},
    [SHARED] = {OBJECT},
    [FRAMES] = {ARRAY, .item = FRAME},
    [FRAME] = {OBJECT, .begin = begin_frame},
    [FRAME_NAME] = {STRING, .set = set_string},
    [FRAME_FILE] = {STRING, .set = set_string},
    [FRAME_LINE] = {NUMBER, .set = set_integer},
    [FRAME_COLUMN] = {NUMBER, .set = set_integer},
    [PROFILES] = {ARRAY, .item = PROFILE},
    [PROFILE] = {OBJECT, .begin = begin_profile, .end = end_profile},
    [PROFILE_TYPE] = {STRING, .set = set_string},
    [PROFILE_NAME] = {STRING, .set = set_string},
    [PROFILE_UNIT] = {STRING, .set = set_string},
    [STACKS] = {ARRAY, .item = STACK},
    [STACK] = {ARRAY, .item = STACK_FRAME, .end = end_stack},
    [STACK_FRAME] = {NUMBER, .set = set_integer},
    [WEIGHTS] = {ARRAY, .item = WEIGHT},
    [WEIGHT] = {NUMBER, .set = set_number},
    [EVENTS] = {ARRAY, .item = EVENT},
    [EVENT] = {OBJECT, .begin = begin_event},
    [EVENT_TYPE] = {STRING, .set = set_string},
    [EVENT_FRAME] = {NUMBER, .set = set_integer},
    [EVENT_AT] = {NUMBER, .set = set_number},
};

static const struct {
    enum element object;
    struct pp_slice key;
    enum element value;
} keys[] = {
    {DOCUMENT, pp_slice_literal("shared"), SHARED},
    {DOCUMENT, pp_slice_literal("profiles"), PROFILES},
    {SHARED, pp_slice_literal("frames"), FRAMES},
    {FRAME, pp_slice_literal("name"), FRAME_NAME},
    {FRAME, pp_slice_literal("file"), FRAME_FILE},
    {FRAME, pp_slice_literal("line"), FRAME_LINE},
    {FRAME, pp_slice_literal("col"), FRAME_COLUMN},
    {PROFILE, pp_slice_literal("type"), PROFILE_TYPE},
    {PROFILE, pp_slice_literal("name"), PROFILE_NAME},
    {PROFILE, pp_slice_literal("unit"), PROFILE_UNIT},
    {PROFILE, pp_slice_literal("samples"), STACKS},
    {PROFILE, pp_slice_literal("weights"), WEIGHTS},
    {PROFILE, pp_slice_literal("events"), EVENTS},
    {EVENT, pp_slice_literal("type"), EVENT_TYPE},
    {EVENT, pp_slice_literal("frame"), EVENT_FRAME},
    {EVENT, pp_slice_literal("at"), EVENT_AT},
};

static enum element find_key(enum element object, struct pp_slice key)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (keys[i].object == object && pp_slice_equal(keys[i].key, key))
            return keys[i].value;
    return UNKNOWN;
}

/* What the value that begins now is. */
static enum element element_at_hand(const struct reader *reader)
{
    if (reader->open_count == 0)
        return DOCUMENT;
    enum element open = reader->open[reader->open_count - 1];
    return elements[open].kind == ARRAY ? elements[open].item : reader->next;
}

/* ---- what the parser says ----------------------------------------------- */

enum { STOP = 0, GO_ON = 1 };

static int fail_kind(struct reader *reader)
{
    pp_fail(reader->err, PP_E_FORMAT,
            "a value is of another type than it should be");
    return STOP;
}

static int skip_bracket(struct reader *reader)
{
    if (++reader->skipped <= SKIPPED_MAX)
        return GO_ON;
    pp_fail(reader->err, PP_E_FORMAT, "brackets more than %d deep",
            SKIPPED_MAX);
    return STOP;
}

static int open_element(struct reader *reader, enum kind kind)
{
    enum element element = element_at_hand(reader);
    if (reader->skipped || element == UNKNOWN)
        return skip_bracket(reader);
    if (elements[element].kind != kind)
        return fail_kind(reader);
    reader->open[reader->open_count++] = element;
    return !elements[element].begin || elements[element].begin(reader) >= 0
               ? GO_ON
               : STOP;
}

static int close_element(void *context)
{
    struct reader *reader = context;
    if (reader->skipped) {
        reader->skipped--;
        return GO_ON;
    }
    enum element element = reader->open[--reader->open_count];
    return !elements[element].end || elements[element].end(reader) >= 0 ? GO_ON
                                                                        : STOP;
}

static int on_object(void *context)
{
    return open_element(context, OBJECT);
}

static int on_array(void *context)
{
    return open_element(context, ARRAY);
}

static int on_key(void *context, const unsigned char *text, size_t size)
{
    struct reader *reader = context;
    if (reader->skipped == 0)
        reader->next = find_key(reader->open[reader->open_count - 1],
                                (struct pp_slice){(const char *)text, size});
    return GO_ON;
}

static int set_value(struct reader *reader, enum kind kind,
                     struct pp_slice text)
{
    enum element element = element_at_hand(reader);
    if (reader->skipped || element == UNKNOWN)
        return GO_ON;
    if (elements[element].kind != kind)
        return fail_kind(reader);
    return elements[element].set(reader, element, text) >= 0 ? GO_ON : STOP;
}

static int on_string(void *context, const unsigned char *text, size_t size)
{
    return set_value(context, STRING,
                     (struct pp_slice){(const char *)text, size});
}

static int on_number(void *context, const char *text, size_t size)
{
    return set_value(context, NUMBER, (struct pp_slice){text, size});
}

static int on_boolean(void *context, int value)
{
    (void)value;
    return set_value(context, ANYTHING, (struct pp_slice){0});
}

/* Null is as good as not there, but not in a list, where others count on it. */
static int on_null(void *context)
{
    struct reader *reader = context;
    bool is_listed =
        reader->open_count > 0 &&
        elements[reader->open[reader->open_count - 1]].kind == ARRAY;
    return reader->skipped || (reader->open_count && !is_listed)
               ? GO_ON
               : set_value(reader, ANYTHING, (struct pp_slice){0});
}

static yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_object,
    .yajl_map_key = on_key,
    .yajl_end_map = close_element,
    .yajl_start_array = on_array,
    .yajl_end_array = close_element,
};

/* ---- the whole ---------------------------------------------------------- */

/* What the parser has to say is one line, and then the text around it. */
static int fail_parser(yajl_handle parser, struct pp_error *err)
{
    unsigned char *words = yajl_get_error(parser, 0, NULL, 0);
    if (!words)
        return pp_fail_memory(err);
    int size = (int)strcspn((const char *)words, "\n");
    int status = pp_fail(err, PP_E_FORMAT, "%.*s", size, (const char *)words);
    yajl_free_error(parser, words);
    return status;
}

static int parse(struct reader *reader, yajl_handle parser,
                 struct pp_slice bytes)
{
    const unsigned char *text = (const unsigned char *)bytes.data;
    yajl_status status = yajl_parse(parser, text, bytes.size);
    size_t consumed = yajl_get_bytes_consumed(parser);
    if (status == yajl_status_ok)
        status = yajl_complete_parse(parser);
    if (status == yajl_status_ok)
        return PP_OK;
    if (status == yajl_status_error)
        fail_parser(parser, reader->err);
    return pp_error_prefix(reader->err, "speedscope: byte %zu: ", consumed);
}

int pp_speedscope_file_read(struct pp_speedscope_file *file,
                            struct pp_slice bytes, struct pp_error *err)
{
    struct pp_error own = {0};
    struct reader reader = {.file = file, .err = &own};
    yajl_handle parser = yajl_alloc(&callbacks, NULL, &reader);
    if (!parser)
        return pp_fail_memory(err);
    int status = parse(&reader, parser, bytes);
    yajl_free(parser);
    pp_arena_release(&reader.arena);
    return status < 0 ? pp_fail(err, own.status, "%s", own.text) : PP_OK;
}

void pp_speedscope_file_release(struct pp_speedscope_file *file)
{
    pp_call_tree_release(&file->tree);
    pp_arena_release(&file->arena);
}
