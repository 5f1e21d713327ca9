/* Reading samples: most of a profile's bytes, and nearly all of the time that a
 * parse takes. Large profiles are read in parts, each on a processor of its
 * own, from a mark of the survey to a later one: a mark says how much stands
 * before it, so each part fills its own piece of the arrays.
 *
 * Invariant: a part writes to its piece, its state, and nothing else; nothing
 * is allocated; the result is that of reading all in a row. See parse.c. */
#include "wire/parser.h"

#include <endian.h>
#include <sys/mman.h>

#include "os/os.h"

enum {
    PARTS_MAX = 8,
    PART_ENOUGH = 512 * 1024,    /* numbers: some milliseconds' work */
    GIVE_BACK_UNIT = 256 * 1024, /* bytes; whatever the system's page is */
};

struct part {
    struct pp_wire_parser parser; /* a copy, for the words of a failure */
    struct pp_error err;
    int status;
    struct pp_wire_span span;
    const uint8_t *held; /* what stands before it was given back; or NULL */

    /* Where the next one goes. */
    struct pp_sample *sample;
    uint32_t *stack;
    int64_t *value;
    struct pp_label *label;
};

/* ---- numbers ------------------------------------------------------------ */

/* The bytes of a repeated number: of the packed list, or of the one. Sound, the
 * survey says: the last byte ends a varint, so that reading a varint needs no
 * look at the end. */
static struct pp_wire_span repeated_bytes(const struct pp_wire_field *field,
                                          struct pp_wire_span after)
{
    if (field->type == PP_WIRE_BYTES)
        return field->bytes;
    const uint8_t *at = field->at;
    while (*at++ >= 0x80)
        ;
    return (struct pp_wire_span){at, after.at};
}

/* A varint that is known to end before its span does. The sizes that ids have
 * in large profiles, one to three bytes, are in line. */
static inline enum pp_wire_fault next_varint(struct pp_wire_span *span,
                                             uint64_t *value)
{
    const uint8_t *at = span->at;
    if (at[0] < 0x80) {
        *value = at[0];
        span->at += 1;
        return PP_WIRE_SOUND;
    }
    if (at[1] < 0x80) {
        *value = (at[0] & 0x7fu) | (uint64_t)at[1] << 7;
        span->at += 2;
        return PP_WIRE_SOUND;
    }
    if (at[2] < 0x80) {
        *value = (at[0] & 0x7fu) | (at[1] & 0x7fu) << 7 | (uint64_t)at[2] << 14;
        span->at += 3;
        return PP_WIRE_SOUND;
    }
    return pp_wire_varint(span, value);
}

/* Two varints of at most four bytes each in one word of eight, without a branch
 * that depends on their sizes, which no processor can guess. Returns how many
 * bytes they have; 0 when they are not such ones. */
static inline unsigned two_varints(const uint8_t *at, uint32_t values[2])
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    word = le64toh(word);
    uint64_t first_end = ~word & 0x8080808080808080u;
    uint64_t second_end = first_end & (first_end - 1);
    if (!second_end)
        return 0;
    unsigned first_bits = (unsigned)__builtin_ctzll(first_end) + 1;
    unsigned both_bits = (unsigned)__builtin_ctzll(second_end) + 1;
    uint64_t first = word & (first_end ^ (first_end - 1));
    uint64_t second = (word & (second_end ^ (second_end - 1))) >> first_bits;
    if ((first | second) >> 32)
        return 0;
    /* Push the sevens of bits together in both halves at once: to fourteens,
     * then to twenty-eights. */
    uint64_t x = first | second << 32;
    x = (x & 0x007f007f007f007f) | (x & 0x7f007f007f007f00) >> 1;
    x = (x & 0x00003fff00003fff) | (x & 0x3fff00003fff0000) >> 2;
    values[0] = (uint32_t)x;
    values[1] = (uint32_t)(x >> 32);
    return both_bits / 8;
}

/* ---- one sample --------------------------------------------------------- */

static inline uint32_t find_location(const struct pp_wire_parser *parser,
                                     uint64_t id)
{
    return pp_wire_find_id(&parser->location_ids, parser->profile->locations,
                           id);
}

/* Two ids at a time, as long as that goes; the rest, and what is wrong, are
 * left in the span. */
static void read_id_pairs(struct part *part, struct pp_wire_span *span)
{
    const uint32_t in_order = part->parser.location_ids.in_order;
    const uint8_t *at = span->at;
    uint32_t *out = part->stack;
    while (span->end - at >= 8) {
        uint32_t ids[2];
        unsigned size = two_varints(at, ids);
        if (!size || ids[0] - 1 >= in_order || ids[1] - 1 >= in_order)
            break;
        *out++ = ids[0] - 1;
        *out++ = ids[1] - 1;
        at += size;
    }
    span->at = at;
    part->stack = out;
}

static int read_stack(struct part *part, struct pp_wire_span span)
{
    struct pp_wire_parser *parser = &part->parser;
    while (span.at < span.end) {
        uint64_t id;
        read_id_pairs(part, &span);
        if (span.at == span.end)
            break;
        const uint8_t *at = span.at;
        enum pp_wire_fault fault = next_varint(&span, &id);
        if (fault)
            return pp_wire_fail_fault(parser, at, fault);
        uint32_t location = find_location(parser, id);
        if (location == PP_NONE)
            return pp_wire_fail(parser, at,
                                "sample has nil location: id %llu is none",
                                (unsigned long long)id);
        *part->stack++ = location;
    }
    return PP_OK;
}

static int read_values(struct part *part, struct pp_wire_span span)
{
    while (span.at < span.end) {
        uint64_t value;
        const uint8_t *at = span.at;
        enum pp_wire_fault fault = next_varint(&span, &value);
        if (fault)
            return pp_wire_fail_fault(&part->parser, at, fault);
        *part->value++ = (int64_t)value;
    }
    return PP_OK;
}

static int read_label(struct part *part, struct pp_wire_span bytes)
{
    struct pp_wire_parser *parser = &part->parser;
    uint64_t values[LABEL_FIELDS];
    struct pp_label label = {0};
    int status = pp_wire_read_numbers(parser, bytes, values, LABEL_FIELDS);
    if (status < 0 || (status = pp_wire_read_string(parser, values[LABEL_KEY],
                                                    &label.key)) < 0)
        return status;
    if (values[LABEL_STRING]) {
        status =
            pp_wire_read_string(parser, values[LABEL_STRING], &label.string);
    } else {
        label.number = (int64_t)values[LABEL_NUMBER];
        status = pp_wire_read_string(parser, values[LABEL_NUMBER_UNIT],
                                     &label.number_unit);
    }
    if (status >= 0 && (label.string || label.number || label.number_unit))
        *part->label++ = label;
    return status;
}

static int read_sample_field(struct part *part,
                             const struct pp_wire_field *field,
                             struct pp_wire_span after)
{
    switch (field->number) {
    case SAMPLE_LOCATION:
        return read_stack(part, repeated_bytes(field, after));
    case SAMPLE_VALUE:
        return read_values(part, repeated_bytes(field, after));
    case SAMPLE_LABEL:
        return read_label(part, field->bytes);
    default:
        return PP_OK;
    }
}

static int read_sample(struct part *part, const struct pp_wire_field *message)
{
    struct pp_wire_parser *parser = &part->parser;
    const struct pp_profile *profile = parser->profile;
    const uint32_t *stack_start = part->stack;
    const int64_t *value_start = part->value;
    const struct pp_label *label_start = part->label;
    struct pp_wire_span span = message->bytes;
    struct pp_wire_field field = {0};
    while (span.at < span.end) {
        int status = pp_wire_next_field(parser, &span, &field);
        if (status >= 0)
            status = read_sample_field(part, &field, span);
        if (status < 0)
            return status;
    }
    uint32_t value_count = (uint32_t)(part->value - value_start);
    if (value_count != profile->sample_types.count)
        return pp_wire_fail(parser, message->at,
                            "mismatch: sample has %u values vs. %u types",
                            value_count, profile->sample_types.count);
    *part->sample++ = (struct pp_sample){
        .stack_start = (uint64_t)(stack_start - profile->stacks.items),
        .stack_depth = (uint32_t)(part->stack - stack_start),
        .label_start = (uint32_t)(label_start - profile->labels.items),
        .label_count = (uint32_t)(part->label - label_start),
    };
    return PP_OK;
}

/* ---- one part ----------------------------------------------------------- */

static uintptr_t round_up(const uint8_t *at)
{
    return ((uintptr_t)at + GIVE_BACK_UNIT - 1) / GIVE_BACK_UNIT *
           GIVE_BACK_UNIT;
}

/* The bytes from *held to `end` were read and are of no more use: their memory
 * goes back to the system. What is not a whole unit stays held. */
static void give_back(const uint8_t **held, const uint8_t *end)
{
    if (!*held || end - *held < GIVE_BACK_UNIT)
        return;
    uintptr_t first = round_up(*held);
    uintptr_t last = (uintptr_t)end / GIVE_BACK_UNIT * GIVE_BACK_UNIT;
    if (first >= last)
        return;
    madvise((void *)first, last - first, MADV_DONTNEED);
    *held = (const uint8_t *)last;
}

static int read_part(struct part *part)
{
    struct pp_wire_parser *parser = &part->parser;
    struct pp_wire_span span = part->span;
    while (span.at < span.end) {
        struct pp_wire_field field = {0};
        int status = pp_wire_next_field(parser, &span, &field);
        if (status < 0)
            return status;
        if (field.number != PROFILE_SAMPLE)
            continue;
        parser->ordinal++;
        parser->message_at = field.at;
        status = read_sample(part, &field);
        if (status < 0)
            return status;
        give_back(&part->held, span.at);
    }
    return PP_OK;
}

static void run_part(void *context, uint32_t index)
{
    struct part *part = (struct part *)context + index;
    part->status = read_part(part);
}

/* ---- all ---------------------------------------------------------------- */

/* Where the bytes begin that nobody needs once the samples are read; NULL where
 * strings stand between the samples. The very first byte stays, and so its unit
 * does: when all fails decode.c looks at how the bytes start. */
static const uint8_t *first_to_give_back(const struct pp_wire_parser *parser)
{
    struct pp_wire_span samples = parser->fields[PROFILE_SAMPLE].span;
    struct pp_wire_span strings = parser->fields[PROFILE_STRING].span;
    if (strings.at < samples.end && samples.at < strings.end)
        return NULL;
    return samples.at > parser->input.at ? samples.at : samples.at + 1;
}

static void init_part(struct part *part, const struct pp_wire_parser *parser,
                      const struct pp_wire_mark *mark, const uint8_t *end)
{
    const struct pp_profile *profile = parser->profile;
    const uint8_t *held = first_to_give_back(parser);
    part->parser = *parser;
    part->parser.err = &part->err;
    part->parser.message = "sample";
    part->parser.ordinal = mark->sample_count;
    part->err = (struct pp_error){0};
    part->span = (struct pp_wire_span){mark->at, end};
    part->held = held && held < mark->at ? mark->at : held;
    part->sample = profile->samples.items + mark->sample_count;
    part->stack = profile->stacks.items + mark->stack_count;
    part->value = profile->values.items + mark->value_count;
    part->label = profile->labels.items + mark->label_count;
}

/* The survey counted labels that say nothing, too, and none was stored. Close
 * the gap that they left before a part. */
static void move_labels(struct pp_profile *profile, const struct part *part,
                        const struct pp_wire_mark *mark)
{
    const struct pp_label *labels = profile->labels.items + mark->label_count;
    uint32_t count = (uint32_t)(part->label - labels);
    uint32_t gap = (uint32_t)mark->label_count - profile->labels.count;
    struct pp_sample *sample = profile->samples.items + mark->sample_count;
    if (gap > 0) {
        memmove(profile->labels.items + profile->labels.count, labels,
                count * sizeof *labels);
        for (; sample < part->sample; sample++)
            sample->label_start -= gap;
    }
    profile->labels.count += count;
}

/* How many parts there will be, and with which mark each begins: the marks are
 * about equally far from each other. */
static uint32_t choose_marks(const struct pp_wire_parser *parser,
                             uint32_t part_count,
                             const struct pp_wire_mark *marks[PARTS_MAX])
{
    if (part_count == 0)
        part_count = pp_os_part_count(parser->stack_count + parser->value_count,
                                      PART_ENOUGH);
    if (part_count > PARTS_MAX)
        part_count = PARTS_MAX;
    if (part_count > parser->mark_count)
        part_count = parser->mark_count;
    for (uint32_t i = 0; i < part_count; i++)
        marks[i] = &parser->marks[i * parser->mark_count / part_count];
    return part_count;
}

int pp_wire_read_samples(struct pp_wire_parser *parser, uint32_t part_count)
{
    struct pp_profile *profile = parser->profile;
    const uint8_t *end = parser->fields[PROFILE_SAMPLE].span.end;
    const struct pp_wire_mark *marks[PARTS_MAX];
    struct part parts[PARTS_MAX];
    uint32_t count = choose_marks(parser, part_count, marks);
    if (count == 0)
        return PP_OK;
    for (uint32_t i = 0; i < count; i++)
        init_part(&parts[i], parser, marks[i],
                  i + 1 < count ? marks[i + 1]->at : end);
    pp_os_run_parts(count, run_part, parts);
    for (uint32_t i = 0; i < count; i++) {
        if (parts[i].status < 0) {
            if (parser->err)
                *parser->err = parts[i].err;
            return parts[i].status;
        }
        move_labels(profile, &parts[i], marks[i]);
    }
    profile->samples.count = (uint32_t)parser->fields[PROFILE_SAMPLE].count;
    profile->stacks.count = (uint32_t)parser->stack_count;
    profile->values.count = (uint32_t)parser->value_count;
    return PP_OK;
}
