/* x86 operands as objdump writes them: what capstone says in other words.
 *
 *   capstone                         objdump
 *   movl $5, -4(%rbp)                movl   $0x5,-0x4(%rbp)
 *   addq $-0x80, %rsp                add    $0xffffffffffffff80,%rsp
 *   nopw (%rax, %rax)                nopw   0x0(%rax,%rax,1)
 *   mov dword ptr [rbp - 4], 5       mov    DWORD PTR [rbp-0x4],0x5
 *
 * One pass over the text, a token at a time. Invariant: each step takes at
 * least one character, and what is not understood is copied. */
#include "assembly/operands.h"

#include "assembly/mnemonic.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>

/* ---- tokens ------------------------------------------------------------- */

struct writer {
    struct pp_buffer *out;
    const struct cs_insn *insn;
    const char *at;
    uint32_t width; /* of an immediate operand: bytes */
    uint32_t address_width;
    uint32_t parts; /* commas in the parentheses or brackets we are in */
    bool is_inside; /* them */
};

static bool is_negative_number(const char *text)
{
    return text[0] == '-' && isdigit((unsigned char)text[1]);
}

static uint64_t cut(uint64_t value, uint32_t width)
{
    return width >= 8 ? value : value & ((UINT64_C(1) << 8 * width) - 1);
}

static uint64_t take_number(struct writer *writer)
{
    char *end;
    uint64_t value = strtoull(writer->at, &end, 0);
    writer->at = end;
    return value;
}

static void copy_number(struct writer *writer, uint32_t width)
{
    bool negative = writer->at[0] == '-';
    writer->at += negative;
    uint64_t value = take_number(writer);
    pp_buffer_format(writer->out, "0x%" PRIx64,
                     cut(negative ? 0 - value : value, width));
}

/* -0x8(%rbp): with a sign where a register stands behind it. */
static void copy_displacement(struct writer *writer)
{
    if (writer->at[0] != '-') {
        copy_number(writer, 8);
        return;
    }
    writer->at++;
    uint64_t value = take_number(writer);
    if (writer->at[0] == '(')
        pp_buffer_format(writer->out, "-0x%" PRIx64, value);
    else
        pp_buffer_format(writer->out, "0x%" PRIx64,
                         cut(0 - value, writer->address_width));
}

static void copy_char(struct writer *writer)
{
    pp_buffer_append_char(writer->out, *writer->at++);
}

static void copy_word(struct writer *writer)
{
    while (isalnum((unsigned char)*writer->at))
        copy_char(writer);
}

static void skip_spaces(struct writer *writer)
{
    while (*writer->at == ' ')
        writer->at++;
}

static void copy_comma(struct writer *writer)
{
    copy_char(writer);
    writer->parts++;
    skip_spaces(writer);
}

/* " {%k1} {z}", the mask of AVX-512: without the spaces. */
static bool skip_to_mask(struct writer *writer)
{
    const char *at = writer->at + strspn(writer->at, " ");
    bool is_mask = at > writer->at && (*at == '{' || *at == ',');
    if (is_mask)
        writer->at = at;
    return is_mask;
}

/* Bytes of the widest operand that is no immediate: the immediate is cut, or
 * extended, to that. */
static uint32_t width_of(const struct cs_insn *insn, uint32_t none)
{
    const cs_x86 *x86 = &insn->detail->x86;
    uint32_t width = 0;
    for (uint8_t i = 0; i < x86->op_count; i++)
        if (x86->operands[i].type != X86_OP_IMM &&
            x86->operands[i].size > width)
            width = x86->operands[i].size;
    return width ? width : none;
}

static struct writer writer_of(struct pp_buffer *out,
                               const struct cs_insn *insn, bool is_64)
{
    uint32_t address_width = is_64 ? 8 : 4;
    return (struct writer){
        .out = out,
        .insn = insn,
        .at = insn->op_str,
        .width = width_of(insn, address_width),
        .address_width = address_width,
    };
}

/* ---- AT&T's syntax ------------------------------------------------------ */

/* A register with the number behind it: %st(1). */
static void copy_register(struct writer *writer)
{
    copy_char(writer);
    copy_word(writer);
    if (writer->at[0] == '(')
        while (*writer->at && writer->at[-1] != ')')
            copy_char(writer);
}

/* What string instructions reach is written with its segment. */
static void append_segment(struct writer *writer)
{
    const char *at = writer->at;
    bool has_segment = at > writer->insn->op_str && at[-1] == ':';
    if (!has_segment)
        pp_buffer_append_text(writer->out, strncmp(at, "(%rdi)", 6) == 0 ||
                                                   strncmp(at, "(%edi)", 6) == 0
                                               ? "%es:"
                                               : "%ds:");
}

/* objdump shows a displacement that is there but 0, and a scale of 1. */
static void open_parenthesis(struct writer *writer)
{
    const cs_x86 *x86 = &writer->insn->detail->x86;
    bool has_number = writer->at > writer->insn->op_str &&
                      isxdigit((unsigned char)writer->at[-1]);
    if (!has_number && x86->encoding.disp_size)
        pp_buffer_append_text(writer->out, "0x0");
    else if (!has_number && pp_is_string(writer->insn))
        append_segment(writer);
    copy_char(writer);
    writer->is_inside = true;
    writer->parts = 0;
}

static void close_parenthesis(struct writer *writer)
{
    if (writer->parts == 1)
        pp_buffer_append_text(writer->out, ",1");
    copy_char(writer);
    writer->is_inside = false;
}

static void copy_att_token(struct writer *writer)
{
    const char *at = writer->at;
    if (skip_to_mask(writer)) {
        return;
    } else if (*at == '%') {
        copy_register(writer);
    } else if (*at == ',') {
        copy_comma(writer);
    } else if (*at == '(') {
        open_parenthesis(writer);
    } else if (*at == ')') {
        close_parenthesis(writer);
    } else if (*at == '$' &&
               (isdigit((unsigned char)at[1]) || is_negative_number(at + 1))) {
        copy_char(writer);
        copy_number(writer, writer->width);
    } else if (!writer->is_inside &&
               (isdigit((unsigned char)*at) || is_negative_number(at))) {
        copy_displacement(writer);
    } else if (isalnum((unsigned char)*at)) {
        copy_word(writer);
    } else {
        copy_char(writer);
    }
}

/* Shifts by one bit have no immediate operand of their own. */
static bool is_short_shift(const struct cs_insn *insn)
{
    return pp_is_shift(insn) && !insn->detail->x86.encoding.imm_size &&
           strncmp(insn->op_str, "$1, ", 4) == 0;
}

void pp_operands_append_att(struct pp_buffer *out, const struct cs_insn *insn,
                            bool is_64)
{
    struct writer writer = writer_of(out, insn, is_64);
    if (is_short_shift(insn) || pp_is_segment_nop(insn))
        writer.at += 4;
    while (*writer.at)
        copy_att_token(&writer);
}

/* ---- Intel's syntax ----------------------------------------------------- */

/* "dword ptr " is written large; any other word as it is. Behind an index that
 * is not multiplied comes a scale of 1. */
static void copy_intel_word(struct writer *writer)
{
    const char *end = writer->at;
    while (isalnum((unsigned char)*end))
        end++;
    if (strncmp(end, " ptr ", 5) != 0) {
        bool is_index = writer->is_inside && writer->at[-1] == ' ';
        copy_word(writer);
        if (is_index && *end != '*')
            pp_buffer_append_text(writer->out, "*1");
        return;
    }
    for (end += 5; writer->at < end; writer->at++)
        pp_buffer_append_char(writer->out,
                              (char)toupper((unsigned char)*writer->at));
}

/* " + " and " - " between the parts of an address. */
static bool copy_sign(struct writer *writer)
{
    const char *at = writer->at;
    bool is_sign =
        at[0] == ' ' && (at[1] == '+' || at[1] == '-') && at[2] == ' ';
    if (is_sign) {
        pp_buffer_append_char(writer->out, at[1]);
        writer->at += 3;
    }
    return is_sign;
}

/* objdump shows a displacement that is there but 0. */
static void close_bracket(struct writer *writer)
{
    const cs_x86_encoding *encoding = &writer->insn->detail->x86.encoding;
    if (encoding->disp_size && writer->insn->detail->x86.disp == 0)
        pp_buffer_append_text(writer->out, "+0x0");
    copy_char(writer);
    writer->is_inside = false;
}

/* Within parentheses or behind a '*' a number is no quantity. */
static bool is_plain_number(const struct writer *writer)
{
    char before = writer->at > writer->insn->op_str ? writer->at[-1] : 0;
    return before == '*' || before == '(';
}

static void copy_intel_token(struct writer *writer)
{
    const char *at = writer->at;
    if (copy_sign(writer) || skip_to_mask(writer)) {
        return;
    } else if (*at == ',') {
        copy_comma(writer);
    } else if (isdigit((unsigned char)*at) && is_plain_number(writer)) {
        copy_word(writer);
    } else if (isdigit((unsigned char)*at) || is_negative_number(at)) {
        copy_number(writer, writer->is_inside ? 8 : writer->width);
    } else if (isalpha((unsigned char)*at)) {
        copy_intel_word(writer);
    } else if (*at == ']') {
        close_bracket(writer);
    } else {
        writer->is_inside |= *at == '[';
        copy_char(writer);
    }
}

void pp_operands_append_intel(struct pp_buffer *out, const struct cs_insn *insn,
                              bool is_64)
{
    struct writer writer = writer_of(out, insn, is_64);
    while (*writer.at)
        copy_intel_token(&writer);
}

/* ---- addresses ---------------------------------------------------------- */

bool pp_operands_relative(const struct cs_insn *insn, uint64_t *address)
{
    const cs_x86 *x86 = &insn->detail->x86;
    for (uint8_t i = 0; i < x86->op_count; i++) {
        const cs_x86_op *operand = &x86->operands[i];
        if (operand->type != X86_OP_MEM || operand->mem.base != X86_REG_RIP)
            continue;
        *address = insn->address + insn->size + (uint64_t)operand->mem.disp;
        return true;
    }
    return false;
}
