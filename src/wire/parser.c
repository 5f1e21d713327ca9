/* What survey.c and parse.c share. See parser.h. */
#include "wire/parser.h"

#include <stdarg.h>
#include <stdio.h>

int pp_wire_fail(struct pp_wire_parser *parser, const uint8_t *at,
                 const char *format, ...)
{
    char reason[300], ordinal[40] = "";
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reason, sizeof reason, format, arguments);
    va_end(arguments);
    if (parser->ordinal)
        snprintf(ordinal, sizeof ordinal, " %zu", parser->ordinal);
    return pp_fail(parser->err, PP_E_FORMAT,
                   "malformed profile: %s%s at byte %zu: %s", parser->message,
                   ordinal, (size_t)(at - parser->input.at), reason);
}

int pp_wire_fail_fault(struct pp_wire_parser *parser, const uint8_t *at,
                       enum pp_wire_fault fault)
{
    static const char *const words[] = {
        [PP_WIRE_VARINT_CUT] = "cut short within a number",
        [PP_WIRE_VARINT_LONG] = "a number of more than 10 bytes",
        [PP_WIRE_FIELD_CUT] = "cut short: a field is longer than what is left",
        [PP_WIRE_TYPE_UNKNOWN] = "unknown wire type",
    };
    return pp_wire_fail(parser, at, "%s", words[fault]);
}

int pp_wire_fail_type(struct pp_wire_parser *parser,
                      const struct pp_wire_field *field)
{
    return pp_wire_fail(parser, field->at,
                        "type mismatch: field %u cannot have wire type %d",
                        (unsigned)field->number, (int)field->type);
}

int pp_wire_keep_number(struct pp_wire_parser *parser,
                        const struct pp_wire_field *field, uint64_t *values,
                        unsigned count)
{
    if (field->number == 0 || field->number >= count)
        return PP_OK;
    if (field->type != PP_WIRE_VARINT)
        return pp_wire_fail_type(parser, field);
    values[field->number] = field->value;
    return PP_OK;
}

int pp_wire_read_numbers(struct pp_wire_parser *parser,
                         struct pp_wire_span span, uint64_t *values,
                         unsigned count)
{
    memset(values, 0, count * sizeof *values);
    while (span.at < span.end) {
        struct pp_wire_field field = {0};
        int status = pp_wire_next_field(parser, &span, &field);
        if (status >= 0)
            status = pp_wire_keep_number(parser, &field, values, count);
        if (status < 0)
            return status;
    }
    return PP_OK;
}

int pp_wire_read_string(struct pp_wire_parser *parser, uint64_t value,
                        pp_string *string)
{
    uint32_t count = parser->profile->strings.count;
    if (value >= count)
        return pp_wire_fail(parser, parser->message_at,
                            "string index %lld is past the table of %u",
                            (long long)value, count);
    *string = (pp_string)value;
    return PP_OK;
}
