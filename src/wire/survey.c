/* The first look at a profile's bytes: where each kind of field stands and how
 * much there is of everything, so that parse.c allocates each array once, and
 * the numbers of the profile itself. Invariant: afterwards the profile's own
 * fields, and those of samples and locations, are known to be whole. */
#include "wire/parser.h"

typedef int survey_field(struct pp_wire_parser *parser,
                         const struct pp_wire_field *field);

static int survey_bytes(struct pp_wire_parser *parser,
                        const struct pp_wire_field *field)
{
    return field->type == PP_WIRE_BYTES ? PP_OK
                                        : pp_wire_fail_type(parser, field);
}

/* How many numbers a "repeated" field holds: one, or all of a packed list. */
static int survey_repeated(struct pp_wire_parser *parser,
                           const struct pp_wire_field *field, size_t *count)
{
    if (field->type == PP_WIRE_VARINT) {
        *count += 1;
        return PP_OK;
    }
    if (field->type != PP_WIRE_BYTES)
        return pp_wire_fail_type(parser, field);
    struct pp_wire_span bytes = field->bytes;
    if (bytes.at < bytes.end && bytes.end[-1] >= 0x80)
        return pp_wire_fail_fault(parser, field->at, PP_WIRE_VARINT_CUT);
    *count += pp_wire_count_varints(bytes);
    return PP_OK;
}

static int survey_inside(struct pp_wire_parser *parser,
                         const struct pp_wire_field *message,
                         survey_field *survey)
{
    if (message->type != PP_WIRE_BYTES)
        return pp_wire_fail_type(parser, message);
    struct pp_wire_span span = message->bytes;
    while (span.at < span.end) {
        struct pp_wire_field field = {0};
        int status = pp_wire_next_field(parser, &span, &field);
        if (status >= 0)
            status = survey(parser, &field);
        if (status < 0)
            return status;
    }
    return PP_OK;
}

static int survey_sample_field(struct pp_wire_parser *parser,
                               const struct pp_wire_field *field)
{
    switch (field->number) {
    case SAMPLE_LOCATION:
        return survey_repeated(parser, field, &parser->stack_count);
    case SAMPLE_VALUE:
        return survey_repeated(parser, field, &parser->value_count);
    case SAMPLE_LABEL:
        parser->label_count++;
        return survey_bytes(parser, field);
    default:
        return PP_OK;
    }
}

/* Mark this sample when the last mark is a good piece of the input away. */
static void mark_sample(struct pp_wire_parser *parser, const uint8_t *at)
{
    size_t step =
        (size_t)(parser->input.end - parser->input.at) / PP_WIRE_MARKS_MAX + 1;
    uint32_t count = parser->mark_count;
    if (count > 0 && (size_t)(at - parser->marks[count - 1].at) < step)
        return;
    assert(count < PP_WIRE_MARKS_MAX);
    parser->marks[parser->mark_count++] = (struct pp_wire_mark){
        .at = at,
        .sample_count = parser->ordinal - 1,
        .stack_count = parser->stack_count,
        .value_count = parser->value_count,
        .label_count = parser->label_count,
    };
}

static int survey_sample(struct pp_wire_parser *parser,
                         const struct pp_wire_field *field)
{
    mark_sample(parser, field->at);
    return survey_inside(parser, field, survey_sample_field);
}

static int survey_location_field(struct pp_wire_parser *parser,
                                 const struct pp_wire_field *field)
{
    if (field->number != LOCATION_LINE)
        return PP_OK;
    parser->line_count++;
    return survey_bytes(parser, field);
}

static int survey_location(struct pp_wire_parser *parser,
                           const struct pp_wire_field *field)
{
    return survey_inside(parser, field, survey_location_field);
}

static int survey_string(struct pp_wire_parser *parser,
                         const struct pp_wire_field *field)
{
    if (field->type != PP_WIRE_BYTES)
        return pp_wire_fail_type(parser, field);
    if (parser->ordinal == 1 && field->bytes.at < field->bytes.end)
        return pp_wire_fail(parser, field->at, "string_table[0] must be ''");
    return PP_OK;
}

static int survey_number(struct pp_wire_parser *parser,
                         const struct pp_wire_field *field)
{
    if (field->type != PP_WIRE_VARINT)
        return pp_wire_fail_type(parser, field);
    parser->fields[field->number].value = field->value;
    return PP_OK;
}

/* A profile has one time; profiles that were put behind each other in a file,
 * a mistake of people, have more. */
static int survey_time(struct pp_wire_parser *parser,
                       const struct pp_wire_field *field)
{
    if (parser->fields[PROFILE_TIME_NANOS].value != 0)
        return pp_fail(parser->err, PP_E_FORMAT,
                       "parsing profile: concatenated profiles detected: a "
                       "second time at byte %zu",
                       (size_t)(field->at - parser->input.at));
    return survey_number(parser, field);
}

static int survey_period_type(struct pp_wire_parser *parser,
                              const struct pp_wire_field *field)
{
    if (field->type != PP_WIRE_BYTES)
        return pp_wire_fail_type(parser, field);
    return pp_wire_read_numbers(parser, field->bytes, parser->period_type,
                                TYPE_FIELDS);
}

static int survey_comment(struct pp_wire_parser *parser,
                          const struct pp_wire_field *field)
{
    return survey_repeated(parser, field, &parser->comment_count);
}

static const struct {
    const char *name;
    survey_field *survey;
} kinds[PROFILE_FIELDS] = {
    [PROFILE_SAMPLE_TYPE] = {"sample type", survey_bytes},
    [PROFILE_SAMPLE] = {"sample", survey_sample},
    [PROFILE_MAPPING] = {"mapping", survey_bytes},
    [PROFILE_LOCATION] = {"location", survey_location},
    [PROFILE_FUNCTION] = {"function", survey_bytes},
    [PROFILE_STRING] = {"string", survey_string},
    [PROFILE_DROP_FRAMES] = {"drop_frames", survey_number},
    [PROFILE_KEEP_FRAMES] = {"keep_frames", survey_number},
    [PROFILE_TIME_NANOS] = {"time_nanos", survey_time},
    [PROFILE_DURATION_NANOS] = {"duration_nanos", survey_number},
    [PROFILE_PERIOD_TYPE] = {"period_type", survey_period_type},
    [PROFILE_PERIOD] = {"period", survey_number},
    [PROFILE_COMMENT] = {"comment", survey_comment},
    [PROFILE_DEFAULT_SAMPLE_TYPE] = {"default_sample_type", survey_number},
    [PROFILE_DOC_URL] = {"doc_url", survey_number},
};

int pp_wire_survey(struct pp_wire_parser *parser)
{
    struct pp_wire_span span = parser->input;
    while (span.at < span.end) {
        struct pp_wire_field field = {0};
        parser->message = "profile";
        parser->ordinal = 0;
        int status = pp_wire_next_field(parser, &span, &field);
        if (status < 0)
            return status;
        if (field.number >= PROFILE_FIELDS || !kinds[field.number].survey)
            continue;
        __typeof__(&parser->fields[0]) seen = &parser->fields[field.number];
        if (seen->count++ == 0)
            seen->span.at = field.at;
        seen->span.end = span.at;
        parser->message = kinds[field.number].name;
        parser->ordinal = seen->count;
        status = kinds[field.number].survey(parser, &field);
        if (status < 0)
            return status;
    }
    return PP_OK;
}
