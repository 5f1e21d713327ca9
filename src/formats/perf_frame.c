/* The frames of a stack, and the source lines between them:
 *
 *     	           1ab70 f(int)+0x10 (/usr/bin/program)
 *       program.cc:12
 *     	           1ab70 inlined_one (inlined)
 *     	ffffffff813fd9d8 [unknown] ([kernel.kallsyms])
 *
 * Names and files may hold blanks and parentheses: invariant: the file stands
 * in the last pair of parentheses that has its match, with a blank before it.
 *
 * Form: tools/perf/util/evsel_fprintf.c of the Linux kernel
 * (sample__fprintf_callchain). */
#include "formats/perf_frame.h"

#include "formats/scan.h"

static const struct pp_slice unknown = pp_slice_literal("[unknown]");
static const struct pp_slice inlined = pp_slice_literal("(inlined)");

static struct pp_slice known(struct pp_slice text)
{
    return pp_slice_equal(text, unknown) ? (struct pp_slice){0} : text;
}

/* Where the parenthesis opens that the text's last character closes; the
 * text's size where there is none. */
static size_t last_group(struct pp_slice text)
{
    size_t open = 0;
    for (size_t i = text.size; i-- > 0;) {
        open += text.data[i] == ')';
        open -= text.data[i] == '(';
        if (open == 0)
            return text.data[i] == '(' ? i : text.size;
    }
    return text.size;
}

/* Take " (...)" off the end: what is in the parentheses, and they too. */
static struct pp_slice take_group(struct pp_slice *text)
{
    size_t start = last_group(*text);
    struct pp_slice group = {text->data + start, text->size - start};
    if (group.size == 0 || (start > 0 && text->data[start - 1] != ' '))
        return (struct pp_slice){0};
    *text = pp_utf8_trim((struct pp_slice){text->data, start});
    return group;
}

static struct pp_slice without_offset(struct pp_slice symbol)
{
    const char *plus =
        symbol.size ? memrchr(symbol.data, '+', symbol.size) : NULL;
    if (!plus)
        return symbol;
    size_t size = (size_t)(plus - symbol.data);
    struct pp_slice offset = {plus, symbol.size - size};
    uint64_t number;
    bool is_offset = pp_take(&offset, pp_slice_literal("+0x")) &&
                     pp_read_hex(offset, &number);
    return is_offset ? (struct pp_slice){symbol.data, size} : symbol;
}

bool pp_perf_frame_read(struct pp_slice line, struct pp_perf_frame *frame)
{
    struct pp_slice text = pp_utf8_trim(line);
    struct pp_slice address = pp_take_while(&text, pp_is_hex);
    *frame = (struct pp_perf_frame){0};
    if (!pp_read_hex(address, &frame->address) ||
        (text.size && !pp_is_space(text.data[0])))
        return false;
    text = pp_utf8_trim(text);
    struct pp_slice group = take_group(&text);
    frame->is_inlined = pp_slice_equal(group, inlined);
    if (group.size && !frame->is_inlined)
        frame->object =
            known((struct pp_slice){group.data + 1, group.size - 2});
    frame->symbol = known(without_offset(text));
    return true;
}

bool pp_perf_source_read(struct pp_slice line, struct pp_perf_source *source)
{
    struct pp_slice text = pp_utf8_trim(line);
    *source = (struct pp_perf_source){0};
    if (!pp_slice_starts_with(line, pp_slice_literal("  ")) || text.size == 0)
        return false;
    source->is_inlined = pp_slice_equal(take_group(&text), inlined);
    const char *colon = text.size ? memrchr(text.data, ':', text.size) : NULL;
    if (!colon)
        return true;
    size_t size = (size_t)(colon - text.data);
    struct pp_slice number = {colon + 1, text.size - size - 1};
    if (pp_read_decimal(number, &source->line) && source->line > 0)
        source->filename = (struct pp_slice){text.data, size};
    else
        source->line = 0;
    return true;
}
