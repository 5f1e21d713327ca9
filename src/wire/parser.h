/* What survey.c, parse.c and samples.c share: the state of one parse, its
 * failures, and the reading of messages that hold numbers only. For this
 * folder only. */
#ifndef PP_WIRE_PARSER_H
#define PP_WIRE_PARSER_H

#include "wire/decode.h"
#include "wire/fields.h"
#include "wire/ids.h"
#include "wire/varint.h"

#include <assert.h>

/* Where the reading of samples may begin: at a sample, and how much of
 * everything stands before it. */
struct pp_wire_mark {
    const uint8_t *at;
    size_t sample_count, stack_count, value_count, label_count;
};

enum { PP_WIRE_MARKS_MAX = 64 };

struct pp_wire_parser {
    struct pp_profile *profile;
    struct pp_error *err;
    struct pp_wire_span input;

    /* What is being read, for the words of a failure. */
    const char *message;
    size_t ordinal; /* from 1; 0: there is only one */
    const uint8_t *message_at;

    /* What the survey finds: of each of the profile's fields where the first
     * starts and the last ends, how many there are, and of a number the last
     * value. */
    struct {
        struct pp_wire_span span;
        size_t count;
        uint64_t value;
    } fields[PROFILE_FIELDS];
    uint64_t period_type[TYPE_FIELDS];

    /* And of what is repeated inside of messages, how many in all. */
    size_t stack_count, value_count, label_count, line_count, comment_count;

    /* The first sample, and further ones about equally many bytes apart. */
    struct pp_wire_mark marks[PP_WIRE_MARKS_MAX];
    uint32_t mark_count;

    struct pp_arena scratch; /* of the ids */
    struct pp_wire_ids mapping_ids, location_ids, function_ids;
};

/* The first look at the whole input; see parse.c. */
int pp_wire_survey(struct pp_wire_parser *parser);

/* Fail with the message that is being read, the byte `at`, and these words. */
int pp_wire_fail(struct pp_wire_parser *parser, const uint8_t *at,
                 const char *format, ...) __attribute__((format(printf, 3, 4)));
int pp_wire_fail_fault(struct pp_wire_parser *parser, const uint8_t *at,
                       enum pp_wire_fault fault);
int pp_wire_fail_type(struct pp_wire_parser *parser,
                      const struct pp_wire_field *field);

/* The next field of a span that is not at its end. */
static inline int pp_wire_next_field(struct pp_wire_parser *parser,
                                     struct pp_wire_span *span,
                                     struct pp_wire_field *field)
{
    enum pp_wire_fault fault = pp_wire_field(span, field);
    return fault ? pp_wire_fail_fault(parser, field->at, fault) : PP_OK;
}

/* Put a field, which must be a number if its number is below `count`, into
 * values[field number]. Other fields are unknown, and skipped. */
int pp_wire_keep_number(struct pp_wire_parser *parser,
                        const struct pp_wire_field *field, uint64_t *values,
                        unsigned count);

/* Read a message of numbers only into all of values[0 .. count). */
int pp_wire_read_numbers(struct pp_wire_parser *parser,
                         struct pp_wire_span span, uint64_t *values,
                         unsigned count);

/* Take a number of the file for a reference into the string table. */
int pp_wire_read_string(struct pp_wire_parser *parser, uint64_t value,
                        pp_string *string);

/* Read all samples, in that many parts at the same time, 0: as many as it is
 * worth. Everything else is there already: the bytes of the samples are given
 * back. */
int pp_wire_read_samples(struct pp_wire_parser *parser, uint32_t part_count);

/* The index of an id in an array of the profile, or PP_NONE. */
#define pp_wire_find_id(ids, vector, id)                                       \
    pp_wire_ids_find(                                                          \
        (ids), (struct pp_wire_items){(vector).items, sizeof *(vector).items}, \
        (id))

/* There is room for everything: the survey counted the same bytes. */
#define pp_wire_next_item(vector)                                              \
    (assert((vector).count < (vector).capacity),                               \
     &(vector).items[(vector).count++])

#endif
