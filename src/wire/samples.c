/* Reading samples: most of a profile's bytes, and nearly all of the time that a
 * parse takes. See parse.c. */
#include "wire/parser.h"

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

static int read_stack(struct pp_wire_parser *parser, struct pp_wire_span span)
{
    struct pp_profile *profile = parser->profile;
    const uint64_t in_order = parser->location_ids.in_order;
    uint32_t *out = profile->stacks.items + profile->stacks.count;
    while (span.at < span.end) {
        uint64_t id;
        const uint8_t *at = span.at;
        enum pp_wire_fault fault = next_varint(&span, &id);
        if (fault)
            return pp_wire_fail_fault(parser, at, fault);
        *out = id - 1 < in_order ? (uint32_t)(id - 1)
                                 : pp_wire_find_id(&parser->location_ids,
                                                   profile->locations, id);
        if (*out++ == PP_NONE)
            return pp_wire_fail(parser, at,
                                "sample has nil location: id %llu is none",
                                (unsigned long long)id);
    }
    profile->stacks.count = (uint32_t)(out - profile->stacks.items);
    assert(profile->stacks.count <= profile->stacks.capacity);
    return PP_OK;
}

static int read_values(struct pp_wire_parser *parser, struct pp_wire_span span)
{
    while (span.at < span.end) {
        uint64_t value;
        const uint8_t *at = span.at;
        enum pp_wire_fault fault = next_varint(&span, &value);
        if (fault)
            return pp_wire_fail_fault(parser, at, fault);
        *pp_wire_next_item(parser->profile->values) = (int64_t)value;
    }
    return PP_OK;
}

static int read_label(struct pp_wire_parser *parser, struct pp_wire_span bytes)
{
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
        *pp_wire_next_item(parser->profile->labels) = label;
    return status;
}

static int read_sample_field(struct pp_wire_parser *parser,
                             const struct pp_wire_field *field,
                             struct pp_wire_span after)
{
    switch (field->number) {
    case SAMPLE_LOCATION:
        return read_stack(parser, repeated_bytes(field, after));
    case SAMPLE_VALUE:
        return read_values(parser, repeated_bytes(field, after));
    case SAMPLE_LABEL:
        return read_label(parser, field->bytes);
    default:
        return PP_OK;
    }
}

int pp_wire_read_sample(struct pp_wire_parser *parser,
                        const struct pp_wire_field *message)
{
    struct pp_profile *profile = parser->profile;
    uint32_t stack_start = profile->stacks.count;
    uint32_t value_start = profile->values.count;
    uint32_t label_start = profile->labels.count;
    struct pp_wire_span span = message->bytes;
    struct pp_wire_field field = {0};
    while (span.at < span.end) {
        int status = pp_wire_next_field(parser, &span, &field);
        if (status >= 0)
            status = read_sample_field(parser, &field, span);
        if (status < 0)
            return status;
    }
    uint32_t value_count = profile->values.count - value_start;
    if (value_count != profile->sample_types.count)
        return pp_wire_fail(parser, message->at,
                            "mismatch: sample has %u values vs. %u types",
                            value_count, profile->sample_types.count);
    *pp_wire_next_item(profile->samples) = (struct pp_sample){
        .stack_start = stack_start,
        .stack_depth = profile->stacks.count - stack_start,
        .label_start = label_start,
        .label_count = profile->labels.count - label_start,
    };
    return PP_OK;
}
