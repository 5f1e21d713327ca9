/* From profile.proto's bytes to a profile, in two looks: the survey counts, so
 * that each array is allocated once at its size and the order in which a
 * writer put things does not matter; then kind by kind is read, names first, so
 * that each id and each string is resolved as it is met. Samples are nearly all
 * of it: they have samples.c.
 *
 * Invariant: what is stored is in range, or the parse fails. What is read
 * leniently is the reference's choice: the last of several scalars counts,
 * unknown fields are skipped, a location may name a mapping that is not there
 * and then has none, a label with neither text nor number is none.
 *
 * Format: proto/profile.proto of github.com/google/pprof. */
#include "wire/parser.h"

/* ---- references --------------------------------------------------------- */

static int read_value_type(struct pp_wire_parser *parser,
                           const uint64_t *values, struct pp_value_type *type)
{
    int status = pp_wire_read_string(parser, values[TYPE_TYPE], &type->type);
    return status < 0
               ? status
               : pp_wire_read_string(parser, values[TYPE_UNIT], &type->unit);
}

/* An id is not 0, and not given twice: `found` is what it meant so far. */
static int add_id(struct pp_wire_parser *parser, struct pp_wire_ids *ids,
                  uint32_t found, uint64_t id)
{
    if (id == 0)
        return pp_wire_fail(parser, parser->message_at,
                            "found %s with reserved ID=0", parser->message);
    if (found != PP_NONE)
        return pp_wire_fail(parser, parser->message_at,
                            "multiple %ss with same id: %llu", parser->message,
                            (unsigned long long)id);
    if (pp_wire_ids_add(ids, &parser->scratch, id) < 0)
        return pp_fail_memory(parser->err);
    return PP_OK;
}

/* ---- one message, each -------------------------------------------------- */

static int read_string_table(struct pp_wire_parser *parser,
                             const struct pp_wire_field *field)
{
    struct pp_wire_span bytes = field->bytes;
    *pp_wire_next_item(parser->profile->strings) = (struct pp_slice){
        (const char *)bytes.at, (size_t)(bytes.end - bytes.at)};
    return PP_OK;
}

static int read_sample_type(struct pp_wire_parser *parser,
                            const struct pp_wire_field *field)
{
    uint64_t values[TYPE_FIELDS];
    int status =
        pp_wire_read_numbers(parser, field->bytes, values, TYPE_FIELDS);
    return status < 0 ? status
                      : read_value_type(
                            parser, values,
                            pp_wire_next_item(parser->profile->sample_types));
}

static int read_mapping(struct pp_wire_parser *parser,
                        const struct pp_wire_field *field)
{
    struct pp_profile *profile = parser->profile;
    uint64_t values[MAPPING_FIELDS];
    int status =
        pp_wire_read_numbers(parser, field->bytes, values, MAPPING_FIELDS);
    if (status < 0)
        return status;
    struct pp_mapping mapping = {
        .id = values[MAPPING_ID],
        .start = values[MAPPING_START],
        .limit = values[MAPPING_LIMIT],
        .offset = values[MAPPING_OFFSET],
        .has_functions = values[MAPPING_HAS_FUNCTIONS] != 0,
        .has_filenames = values[MAPPING_HAS_FILENAMES] != 0,
        .has_line_numbers = values[MAPPING_HAS_LINE_NUMBERS] != 0,
        .has_inline_frames = values[MAPPING_HAS_INLINE_FRAMES] != 0,
    };
    uint32_t found =
        pp_wire_find_id(&parser->mapping_ids, profile->mappings, mapping.id);
    if ((status = pp_wire_read_string(parser, values[MAPPING_FILENAME],
                                      &mapping.filename)) < 0 ||
        (status = pp_wire_read_string(parser, values[MAPPING_BUILD_ID],
                                      &mapping.build_id)) < 0 ||
        (status = add_id(parser, &parser->mapping_ids, found, mapping.id)) < 0)
        return status;
    *pp_wire_next_item(profile->mappings) = mapping;
    return PP_OK;
}

static int read_function(struct pp_wire_parser *parser,
                         const struct pp_wire_field *field)
{
    struct pp_profile *profile = parser->profile;
    uint64_t values[FUNCTION_FIELDS];
    int status =
        pp_wire_read_numbers(parser, field->bytes, values, FUNCTION_FIELDS);
    if (status < 0)
        return status;
    struct pp_function function = {
        .id = values[FUNCTION_ID],
        .start_line = (int64_t)values[FUNCTION_START_LINE],
    };
    uint32_t found =
        pp_wire_find_id(&parser->function_ids, profile->functions, function.id);
    if ((status = pp_wire_read_string(parser, values[FUNCTION_NAME],
                                      &function.name)) < 0 ||
        (status = pp_wire_read_string(parser, values[FUNCTION_SYSTEM_NAME],
                                      &function.system_name)) < 0 ||
        (status = pp_wire_read_string(parser, values[FUNCTION_FILENAME],
                                      &function.filename)) < 0 ||
        (status = add_id(parser, &parser->function_ids, found, function.id)) <
            0)
        return status;
    *pp_wire_next_item(profile->functions) = function;
    return PP_OK;
}

static int read_line(struct pp_wire_parser *parser, struct pp_wire_span bytes)
{
    struct pp_profile *profile = parser->profile;
    uint64_t values[LINE_FIELDS];
    int status = pp_wire_read_numbers(parser, bytes, values, LINE_FIELDS);
    if (status < 0)
        return status;
    uint32_t function = pp_wire_find_id(
        &parser->function_ids, profile->functions, values[LINE_FUNCTION]);
    if (function == PP_NONE)
        return pp_wire_fail(parser, parser->message_at,
                            "has a line with nil function: id %llu is none",
                            (unsigned long long)values[LINE_FUNCTION]);
    *pp_wire_next_item(profile->lines) = (struct pp_line){
        .function = function,
        .line = (int64_t)values[LINE_LINE],
        .column = (int64_t)values[LINE_COLUMN],
    };
    return PP_OK;
}

static int read_location(struct pp_wire_parser *parser,
                         const struct pp_wire_field *message)
{
    struct pp_profile *profile = parser->profile;
    uint64_t values[LOCATION_FIELDS] = {0};
    uint32_t line_start = profile->lines.count;
    struct pp_wire_span span = message->bytes;
    struct pp_wire_field field = {0};
    while (span.at < span.end) {
        pp_wire_field(&span, &field); /* sound, says the survey */
        int status =
            field.number == LOCATION_LINE
                ? read_line(parser, field.bytes)
                : pp_wire_keep_number(parser, &field, values, LOCATION_FIELDS);
        if (status < 0)
            return status;
    }
    uint64_t id = values[LOCATION_ID];
    int status = add_id(
        parser, &parser->location_ids,
        pp_wire_find_id(&parser->location_ids, profile->locations, id), id);
    if (status < 0)
        return status;
    *pp_wire_next_item(profile->locations) = (struct pp_location){
        .id = id,
        .address = values[LOCATION_ADDRESS],
        .mapping = pp_wire_find_id(&parser->mapping_ids, profile->mappings,
                                   values[LOCATION_MAPPING]),
        .line_start = line_start,
        .line_count = profile->lines.count - line_start,
        .is_folded = values[LOCATION_IS_FOLDED] != 0,
    };
    return PP_OK;
}

/* ---- the whole ---------------------------------------------------------- */

static int read_comment(struct pp_wire_parser *parser,
                        const struct pp_wire_field *field)
{
    struct pp_wire_span span = field->bytes;
    if (field->type == PP_WIRE_VARINT)
        return pp_wire_read_string(
            parser, field->value, pp_wire_next_item(parser->profile->comments));
    while (span.at < span.end) {
        uint64_t value;
        const uint8_t *at = span.at;
        enum pp_wire_fault fault = pp_wire_varint(&span, &value);
        if (fault)
            return pp_wire_fail_fault(parser, at, fault);
        int status = pp_wire_read_string(
            parser, value, pp_wire_next_item(parser->profile->comments));
        if (status < 0)
            return status;
    }
    return PP_OK;
}

/* In the order of their references: what is named before what names it. The
 * samples come last. */
static const struct {
    unsigned number;
    const char *name;
    int (*read)(struct pp_wire_parser *, const struct pp_wire_field *);
} readers[] = {
    {PROFILE_STRING, "string", read_string_table},
    {PROFILE_SAMPLE_TYPE, "sample type", read_sample_type},
    {PROFILE_MAPPING, "mapping", read_mapping},
    {PROFILE_FUNCTION, "function", read_function},
    {PROFILE_LOCATION, "location", read_location},
    {PROFILE_COMMENT, "comment", read_comment},
};

/* Read all messages of one kind; others may stand between them. */
static int read_kind(struct pp_wire_parser *parser, size_t kind)
{
    unsigned number = readers[kind].number;
    struct pp_wire_span span = parser->fields[number].span;
    parser->message = readers[kind].name;
    parser->ordinal = 0;
    while (span.at < span.end) {
        struct pp_wire_field field = {0};
        int status = pp_wire_next_field(parser, &span, &field);
        if (status < 0)
            return status;
        if (field.number != number)
            continue;
        parser->ordinal++;
        parser->message_at = field.at;
        status = readers[kind].read(parser, &field);
        if (status < 0)
            return status;
    }
    return PP_OK;
}

static int read_header(struct pp_wire_parser *parser)
{
    struct pp_profile *profile = parser->profile;
    const struct {
        unsigned number;
        const char *name;
        pp_string *string;
    } strings[] = {
        {PROFILE_DROP_FRAMES, "drop_frames", &profile->drop_frames},
        {PROFILE_KEEP_FRAMES, "keep_frames", &profile->keep_frames},
        {PROFILE_DEFAULT_SAMPLE_TYPE, "default_sample_type",
         &profile->default_sample_type},
        {PROFILE_DOC_URL, "doc_url", &profile->doc_url},
    };
    parser->ordinal = 0;
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        parser->message = strings[i].name;
        parser->message_at = parser->fields[strings[i].number].span.at;
        int status = pp_wire_read_string(
            parser, parser->fields[strings[i].number].value, strings[i].string);
        if (status < 0)
            return status;
    }
    profile->time_nanos = (int64_t)parser->fields[PROFILE_TIME_NANOS].value;
    profile->duration_nanos =
        (int64_t)parser->fields[PROFILE_DURATION_NANOS].value;
    profile->period = (int64_t)parser->fields[PROFILE_PERIOD].value;
    parser->message = "period_type";
    parser->message_at = parser->fields[PROFILE_PERIOD_TYPE].span.at;
    return read_value_type(parser, parser->period_type, &profile->period_type);
}

static int reserve(struct pp_wire_parser *parser)
{
    struct pp_profile *profile = parser->profile;
    struct pp_arena *arena = &profile->arena;
#define RESERVE(vector, count) pp_vector_reserve(arena, &profile->vector, count)
    int failed =
        RESERVE(strings, parser->fields[PROFILE_STRING].count) |
        RESERVE(sample_types, parser->fields[PROFILE_SAMPLE_TYPE].count) |
        RESERVE(mappings, parser->fields[PROFILE_MAPPING].count) |
        RESERVE(functions, parser->fields[PROFILE_FUNCTION].count) |
        RESERVE(locations, parser->fields[PROFILE_LOCATION].count) |
        RESERVE(lines, parser->line_count) |
        RESERVE(samples, parser->fields[PROFILE_SAMPLE].count) |
        RESERVE(stacks, parser->stack_count) |
        RESERVE(values, parser->value_count) |
        RESERVE(labels, parser->label_count) |
        RESERVE(comments, parser->comment_count);
#undef RESERVE
    return failed ? pp_fail_memory(parser->err) : PP_OK;
}

static int parse(struct pp_wire_parser *parser, uint32_t part_count)
{
    int status = pp_wire_survey(parser);
    if (status < 0)
        return status;
    parser->message = "profile";
    parser->ordinal = 0;
    if (parser->fields[PROFILE_STRING].count == 0)
        return pp_wire_fail(parser, parser->input.end,
                            "the string table is missing");
    if (parser->fields[PROFILE_SAMPLE].count &&
        !parser->fields[PROFILE_SAMPLE_TYPE].count)
        return pp_wire_fail(parser, parser->input.end,
                            "missing sample type information");
    /* A new profile has string 0, and so has the table of this one. */
    parser->profile->strings.count = 0;
    parser->profile->interned = (struct pp_table){0};
    parser->profile->indexed = 0;
    status = reserve(parser);
    for (size_t i = 0; status >= 0 && i < sizeof readers / sizeof *readers; i++)
        status = read_kind(parser, i);
    if (status >= 0)
        status = pp_wire_read_samples(parser, part_count);
    return status < 0 ? status : read_header(parser);
}

int pp_wire_parse(struct pp_profile *profile, uint32_t part_count,
                  struct pp_error *err)
{
    const uint8_t *start = (const uint8_t *)profile->input.data;
    struct pp_wire_parser parser = {
        .profile = profile,
        .err = err,
        .input = {start, start + profile->input.size},
    };
    int status = parse(&parser, part_count);
    pp_arena_release(&parser.scratch);
    return status;
}
