/* From a profile to profile.proto's bytes, the same bytes that the reference
 * writes: its string table starts afresh, numbered in the order in which the
 * messages name strings; fields come in the order of their numbers, zeros are
 * left out, and repeated numbers are packed from three on.
 *
 * A message is written at the end of the buffer first, and then moved on a
 * little, to put its tag and size in front. The buffer's first failure sticks
 * and turns everything after it into nothing.
 *
 * Format: proto/profile.proto of github.com/google/pprof. */
#include "wire/fields.h"
#include "wire/varint.h"
#include "wire/wire.h"

struct encoder {
    const struct pp_profile *profile;
    struct pp_buffer *out;
    struct pp_arena scratch;
    struct pp_strings strings;
    uint32_t *string_numbers; /* by the profile's; PP_NONE: not met so far */
    uint32_t *label_order;    /* of one sample */
};

/* ---- numbers and messages ----------------------------------------------- */

static char *write_varint(char *at, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        *at++ = (char)(value | 0x80);
    *at++ = (char)value;
    return at;
}

static void put_varint(struct pp_buffer *out, uint64_t value)
{
    char *room = pp_buffer_room(out, PP_WIRE_VARINT_MAX);
    if (room)
        out->size += (size_t)(write_varint(room, value) - room);
}

static void put_tag(struct pp_buffer *out, unsigned field,
                    enum pp_wire_type type)
{
    put_varint(out, (uint64_t)field << 3 | type);
}

/* A number that is written even when it is 0. */
static void put_any_number(struct pp_buffer *out, unsigned field,
                           uint64_t value)
{
    put_tag(out, field, PP_WIRE_VARINT);
    put_varint(out, value);
}

static void put_number(struct pp_buffer *out, unsigned field, uint64_t value)
{
    if (value)
        put_any_number(out, field, value);
}

/* Make what was written since `start` the content of a field. */
static void end_message(struct pp_buffer *out, unsigned field, size_t start)
{
    char head[2 * PP_WIRE_VARINT_MAX];
    size_t size = out->size - start;
    char *end = write_varint(head, (uint64_t)field << 3 | PP_WIRE_BYTES);
    size_t head_size = (size_t)(write_varint(end, size) - head);
    if (!pp_buffer_room(out, head_size))
        return;
    memmove(out->data + start + head_size, out->data + start, size);
    memcpy(out->data + start, head, head_size);
    out->size += head_size;
}

/* The fewest that are packed. */
enum { PACKED_MIN = 3 };

/* The i-th of a repeated field's numbers. */
typedef uint64_t number_at(const struct encoder *encoder, const void *numbers,
                           uint32_t i);

static inline void put_repeated(struct encoder *encoder, unsigned field,
                                const void *numbers, uint32_t count,
                                number_at *at)
{
    struct pp_buffer *out = encoder->out;
    if (count < PACKED_MIN) {
        for (uint32_t i = 0; i < count; i++)
            put_any_number(out, field, at(encoder, numbers, i));
        return;
    }
    size_t start = out->size;
    char *room = pp_buffer_room(out, (size_t)count * PP_WIRE_VARINT_MAX);
    if (!room)
        return;
    for (uint32_t i = 0; i < count; i++)
        room = write_varint(room, at(encoder, numbers, i));
    out->size = (size_t)(room - out->data);
    end_message(out, field, start);
}

/* ---- strings ------------------------------------------------------------ */

static uint64_t string_number(struct encoder *encoder, pp_string string)
{
    uint32_t *number = &encoder->string_numbers[string];
    if (*number == PP_NONE)
        *number = pp_strings_add(&encoder->strings, &encoder->scratch,
                                 pp_profile_text(encoder->profile, string));
    if (*number == PP_NONE)
        encoder->out->failed = true;
    return *number;
}

static void put_string(struct encoder *encoder, unsigned field,
                       pp_string string)
{
    put_number(encoder->out, field, string_number(encoder, string));
}

/* ---- the messages ------------------------------------------------------- */

static void put_value_type(struct encoder *encoder, unsigned field,
                           struct pp_value_type type)
{
    size_t start = encoder->out->size;
    put_string(encoder, TYPE_TYPE, type.type);
    put_string(encoder, TYPE_UNIT, type.unit);
    end_message(encoder->out, field, start);
}

static uint64_t location_id_at(const struct encoder *encoder,
                               const void *numbers, uint32_t i)
{
    uint32_t location = ((const uint32_t *)numbers)[i];
    return encoder->profile->locations.items[location].id;
}

static uint64_t value_at(const struct encoder *encoder, const void *numbers,
                         uint32_t i)
{
    (void)encoder;
    return (uint64_t)((const int64_t *)numbers)[i];
}

static void put_labels(struct encoder *encoder, const struct pp_sample *sample)
{
    uint32_t *order = encoder->label_order;
    pp_sample_order_labels(encoder->profile, sample, order);
    for (uint32_t i = 0; i < sample->label_count; i++) {
        struct pp_label label = encoder->profile->labels.items[order[i]];
        size_t start = encoder->out->size;
        put_string(encoder, LABEL_KEY, label.key);
        put_string(encoder, LABEL_STRING, label.string);
        if (!label.string) {
            put_number(encoder->out, LABEL_NUMBER, (uint64_t)label.number);
            put_string(encoder, LABEL_NUMBER_UNIT, label.number_unit);
        }
        end_message(encoder->out, SAMPLE_LABEL, start);
    }
}

static void put_sample(struct encoder *encoder, uint32_t i)
{
    const struct pp_profile *profile = encoder->profile;
    const struct pp_sample *sample = &profile->samples.items[i];
    size_t start = encoder->out->size;
    put_repeated(encoder, SAMPLE_LOCATION, pp_sample_stack(profile, sample),
                 sample->stack_depth, location_id_at);
    put_repeated(encoder, SAMPLE_VALUE, pp_sample_values(profile, i),
                 profile->sample_types.count, value_at);
    put_labels(encoder, sample);
    end_message(encoder->out, PROFILE_SAMPLE, start);
}

static void put_mapping(struct encoder *encoder,
                        const struct pp_mapping *mapping)
{
    struct pp_buffer *out = encoder->out;
    size_t start = out->size;
    put_number(out, MAPPING_ID, mapping->id);
    put_number(out, MAPPING_START, mapping->start);
    put_number(out, MAPPING_LIMIT, mapping->limit);
    put_number(out, MAPPING_OFFSET, mapping->offset);
    put_string(encoder, MAPPING_FILENAME, mapping->filename);
    put_string(encoder, MAPPING_BUILD_ID, mapping->build_id);
    put_number(out, MAPPING_HAS_FUNCTIONS, mapping->has_functions);
    put_number(out, MAPPING_HAS_FILENAMES, mapping->has_filenames);
    put_number(out, MAPPING_HAS_LINE_NUMBERS, mapping->has_line_numbers);
    put_number(out, MAPPING_HAS_INLINE_FRAMES, mapping->has_inline_frames);
    end_message(out, PROFILE_MAPPING, start);
}

static void put_line(struct encoder *encoder, const struct pp_line *line)
{
    struct pp_buffer *out = encoder->out;
    size_t start = out->size;
    if (line->function != PP_NONE)
        put_number(out, LINE_FUNCTION,
                   encoder->profile->functions.items[line->function].id);
    put_number(out, LINE_LINE, (uint64_t)line->line);
    put_number(out, LINE_COLUMN, (uint64_t)line->column);
    end_message(out, LOCATION_LINE, start);
}

static void put_location(struct encoder *encoder,
                         const struct pp_location *location)
{
    const struct pp_profile *profile = encoder->profile;
    struct pp_buffer *out = encoder->out;
    size_t start = out->size;
    put_number(out, LOCATION_ID, location->id);
    if (location->mapping != PP_NONE)
        put_number(out, LOCATION_MAPPING,
                   profile->mappings.items[location->mapping].id);
    put_number(out, LOCATION_ADDRESS, location->address);
    for (uint32_t i = 0; i < location->line_count; i++)
        put_line(encoder, &profile->lines.items[location->line_start + i]);
    put_number(out, LOCATION_IS_FOLDED, location->is_folded);
    end_message(out, PROFILE_LOCATION, start);
}

static void put_function(struct encoder *encoder,
                         const struct pp_function *function)
{
    struct pp_buffer *out = encoder->out;
    size_t start = out->size;
    put_number(out, FUNCTION_ID, function->id);
    put_string(encoder, FUNCTION_NAME, function->name);
    put_string(encoder, FUNCTION_SYSTEM_NAME, function->system_name);
    put_string(encoder, FUNCTION_FILENAME, function->filename);
    put_number(out, FUNCTION_START_LINE, (uint64_t)function->start_line);
    end_message(out, PROFILE_FUNCTION, start);
}

static void put_string_table(struct encoder *encoder)
{
    for (uint32_t i = 0; i < encoder->strings.all.count; i++) {
        struct pp_slice text = encoder->strings.all.items[i];
        put_tag(encoder->out, PROFILE_STRING, PP_WIRE_BYTES);
        put_varint(encoder->out, text.size);
        pp_buffer_append_slice(encoder->out, text);
    }
}

/* ---- the whole ---------------------------------------------------------- */

static uint64_t comment_at(const struct encoder *encoder, const void *numbers,
                           uint32_t i)
{
    return encoder->string_numbers[((const pp_string *)numbers)[i]];
}

/* The string table stands before these, so they have been named already. */
static void put_header(struct encoder *encoder)
{
    const struct pp_profile *profile = encoder->profile;
    struct pp_buffer *out = encoder->out;
    put_string(encoder, PROFILE_DROP_FRAMES, profile->drop_frames);
    put_string(encoder, PROFILE_KEEP_FRAMES, profile->keep_frames);
    put_number(out, PROFILE_TIME_NANOS, (uint64_t)profile->time_nanos);
    put_number(out, PROFILE_DURATION_NANOS, (uint64_t)profile->duration_nanos);
    if (string_number(encoder, profile->period_type.type) ||
        string_number(encoder, profile->period_type.unit))
        put_value_type(encoder, PROFILE_PERIOD_TYPE, profile->period_type);
    put_number(out, PROFILE_PERIOD, (uint64_t)profile->period);
    put_repeated(encoder, PROFILE_COMMENT, profile->comments.items,
                 profile->comments.count, comment_at);
    put_any_number(out, PROFILE_DEFAULT_SAMPLE_TYPE,
                   string_number(encoder, profile->default_sample_type));
    put_string(encoder, PROFILE_DOC_URL, profile->doc_url);
}

/* Give the strings of the header their numbers. */
static void name_header(struct encoder *encoder)
{
    const struct pp_profile *profile = encoder->profile;
    string_number(encoder, profile->drop_frames);
    string_number(encoder, profile->keep_frames);
    string_number(encoder, profile->period_type.type);
    string_number(encoder, profile->period_type.unit);
    for (uint32_t i = 0; i < profile->comments.count; i++)
        string_number(encoder, profile->comments.items[i]);
    string_number(encoder, profile->default_sample_type);
    string_number(encoder, profile->doc_url);
}

static void put_profile(struct encoder *encoder)
{
    const struct pp_profile *profile = encoder->profile;
    for (uint32_t i = 0; i < profile->sample_types.count; i++)
        put_value_type(encoder, PROFILE_SAMPLE_TYPE,
                       profile->sample_types.items[i]);
    for (uint32_t i = 0; i < profile->samples.count; i++)
        put_sample(encoder, i);
    for (uint32_t i = 0; i < profile->mappings.count; i++)
        put_mapping(encoder, &profile->mappings.items[i]);
    for (uint32_t i = 0; i < profile->locations.count; i++)
        put_location(encoder, &profile->locations.items[i]);
    for (uint32_t i = 0; i < profile->functions.count; i++)
        put_function(encoder, &profile->functions.items[i]);
    name_header(encoder);
    put_string_table(encoder);
    put_header(encoder);
}

/* Room to work in; "" is number 0. */
static int prepare(struct encoder *encoder)
{
    const struct pp_profile *profile = encoder->profile;
    size_t string_count = profile->strings.count;
    encoder->string_numbers = pp_arena_array(&encoder->scratch, string_count,
                                             sizeof *encoder->string_numbers);
    encoder->label_order =
        pp_arena_array(&encoder->scratch, pp_profile_label_count_max(profile),
                       sizeof *encoder->label_order);
    if (!encoder->string_numbers || !encoder->label_order)
        return PP_E_MEMORY;
    memset(encoder->string_numbers, 0xff,
           string_count * sizeof *encoder->string_numbers);
    return string_number(encoder, 0) == 0 ? PP_OK : PP_E_MEMORY;
}

int pp_wire_encode(const struct pp_profile *profile, struct pp_buffer *out,
                   struct pp_error *err)
{
    struct encoder encoder = {.profile = profile, .out = out};
    if (prepare(&encoder) < 0)
        out->failed = true;
    else
        put_profile(&encoder);
    pp_buffer_append(out, NULL, 0); /* the NUL at the end */
    pp_arena_release(&encoder.scratch);
    return out->failed ? pp_fail_memory(err) : PP_OK;
}
