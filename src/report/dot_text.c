/* Names, values and colours as the dot language has them.
 *
 * Invariant: nothing that comes from the profile ends a quoted string. For
 * text without quotes and backslashes bytes are those of google/pprof's
 * internal/graph (dotgraph.go), which escapes some texts only. */
#include "report/dot_text.h"

#include <math.h>

#include "report/format.h"
#include "report/shorten.h"

/* ---- text --------------------------------------------------------------- */

static void append_character(struct pp_buffer *out, char c)
{
    if (c == '\\' || c == '"')
        pp_buffer_append_char(out, '\\');
    pp_buffer_append_char(out, c);
}

void pp_dot_append(struct pp_buffer *out, struct pp_slice text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] == '\n')
            pp_buffer_append_text(out, "\\l");
        else
            append_character(out, text.data[i]);
}

static bool stands_at(struct pp_slice text, size_t from, struct pp_slice part)
{
    struct pp_slice rest = {text.data + from, text.size - from};
    return pp_slice_starts_with(rest, part);
}

void pp_dot_append_lines(struct pp_buffer *out, struct pp_slice text)
{
    struct pp_slice end = pp_slice_literal("\\n");
    for (size_t i = 0; i < text.size; i++)
        if (stands_at(text, i, end)) {
            pp_buffer_append_slice(out, end);
            i += end.size - 1;
        } else {
            append_character(out, text.data[i]);
        }
}

/* Units are any text. */
void pp_dot_append_value(const struct pp_report_job *job, struct pp_buffer *out,
                         int64_t value)
{
    char space[64];
    struct pp_buffer label = pp_buffer_in(space);
    pp_report_value(job, &label, value);
    pp_dot_append(out, pp_buffer_slice(&label));
    pp_buffer_release(&label);
}

/* ---- names -------------------------------------------------------------- */

/* Scopes and packages end lines, but for the dots that stand for the type
 * parameters of Go. */
static void append_function(struct pp_buffer *out, struct pp_slice name)
{
    static const struct {
        const char *from, *to;
    } replacements[] = {{"::", "\\n"}, {"[...]", "[…]"}, {".", "\\n"}};
    for (size_t i = 0; i < name.size;) {
        size_t k = 0;
        while (k < 3 && !stands_at(name, i, pp_slice_of(replacements[k].from)))
            k++;
        if (k < 3) {
            pp_buffer_append_text(out, replacements[k].to);
            i += strlen(replacements[k].from);
        } else {
            pp_dot_append(out, (struct pp_slice){name.data + i++, 1});
        }
    }
}

static struct pp_slice base_of(struct pp_slice path, struct pp_buffer *space)
{
    pp_dot_append_lines(space, pp_slice_base_name(path));
    return pp_buffer_slice(space);
}

void pp_dot_append_name(struct pp_buffer *out, const struct pp_node *node,
                        struct pp_arena *arena)
{
    struct pp_buffer function = {0}, file = {0}, object = {0};
    struct pp_node shown = *node;
    append_function(&function, pp_function_name_shorten(node->name, arena));
    shown.name = pp_buffer_slice(&function);
    shown.file = base_of(node->file, &file);
    shown.object = base_of(node->object, &object);
    pp_node_append_name(out, &shown, "\\n");
    pp_buffer_append_text(out, "\\n");
    pp_buffer_release(&function);
    pp_buffer_release(&file);
    pp_buffer_release(&object);
}

/* ---- colours ------------------------------------------------------------ */

/* Go makes no number of what is none, and 0 of that. */
static unsigned channel(double value)
{
    return isnan(value) ? 0 : (unsigned)(value * 255);
}

static double clamp(double share)
{
    if (isnan(share))
        return share;
    return fmax(-1, fmin(1, share));
}

void pp_dot_append_color(struct pp_buffer *out, double share,
                         bool is_background)
{
    double saturation = is_background ? 0.1 : 1;
    double value = is_background ? 0.93 : 0.7;
    share = clamp(share);
    /* Grey shall stay grey, not become yellow... */
    if (fabs(share) < 0.2)
        saturation *= fabs(share) / 0.2;
    /* ... but small shares shall be seen. */
    double shift = pow(fabs(share), 0.3);
    double weak = value * (1 - saturation * shift);
    double red = share < 0 ? weak : value;
    double green = share < 0 ? value : weak;
    pp_buffer_format(out, "#%02x%02x%02x", channel(red), channel(green),
                     channel(value * (1 - saturation)));
}
