/* The colours of a flame graph.
 *
 * Invariant: a colour is a class, "w17", so that one file has the colours of
 * day and night; which class a frame has depends on its name and kind alone,
 * so that it is the same in every picture. See flamegraph_style.h. */
#include "report/flamegraph_style.h"

#include <math.h>

enum {
    HUES = 8, /* of the warm colours, and shades of each */
    SHADES = 4,
};

/* ---- colours ------------------------------------------------------------ */

/* Where the name of the package, class or family ends that a function is one
 * of: at the last "::" before arguments, at the first '.' behind the last '/',
 * or at the first '_'. */
static size_t family_size(struct pp_slice name)
{
    size_t colons = 0, dot = 0, underscore = 0;
    for (size_t i = 1; i < name.size; i++) {
        char c = name.data[i];
        if (c == '(' || c == '<')
            break;
        if (c == ':' && name.data[i - 1] == ':')
            colons = i - 1;
        else if (c == '/')
            dot = 0;
        else if (c == '.' && !dot)
            dot = i;
        else if (c == '_' && !underscore)
            underscore = i;
    }
    size_t end = colons ? colons : dot ? dot : underscore;
    return end ? end : name.size;
}

/* Families have their hue, give or take one; functions their shade. */
static unsigned warm_colour(struct pp_slice name)
{
    uint64_t family = pp_hash_bytes_stable(name.data, family_size(name));
    uint64_t function = pp_hash_bytes_stable(name.data, name.size);
    unsigned hue = (unsigned)(family % HUES + function / SHADES % 3) % HUES;
    return hue * SHADES + (unsigned)(function % SHADES);
}

/* Of a difference: 0 for none, 4 for all of the box's width. */
static unsigned strength(const struct pp_flame *tree, uint32_t node)
{
    double net = fabs((double)tree->net[node]);
    double total = (double)tree->nodes[node].total;
    return total > 0 ? (unsigned)ceil(4 * fmin(net / total, 1)) : 0;
}

void pp_flamegraph_class(struct pp_buffer *out, const struct pp_flame *tree,
                         uint32_t node)
{
    static const char letters[] = {
        [PP_FLAME_CODE] = 'w',
        [PP_FLAME_KERNEL] = 'k',
        [PP_FLAME_JIT] = 'j',
        [PP_FLAME_SYNTHETIC] = 's',
    };
    const struct pp_flame_node *box = &tree->nodes[node];
    if (tree->net) {
        pp_buffer_format(out, "%c%u", tree->net[node] < 0 ? 'l' : 'm',
                         strength(tree, node));
    } else if (box->frame == PP_NONE) {
        pp_buffer_append_text(out, "s0");
    } else {
        const struct pp_flame_frame *frame = &tree->frames[box->frame];
        unsigned colour = warm_colour(frame->name);
        if (frame->kind != PP_FLAME_CODE)
            colour %= SHADES;
        pp_buffer_format(out, "%c%u", letters[frame->kind], colour);
    }
    if (box->inlined)
        pp_buffer_append_text(out, " i");
}

static void append_colour(struct pp_buffer *out, char letter, unsigned number,
                          double hue, double saturation, double lightness)
{
    pp_buffer_format(out, ".%c%u{fill:hsl(%.0f,%.0f%%,%.0f%%)}", letter, number,
                     hue, saturation, lightness);
}

/* The colours of day, or of night: less bright, and less of colour. */
static void append_palette(struct pp_buffer *out, bool night)
{
    double saturation = night ? 58 : 90, dim = night ? 2 : 0;
    for (unsigned i = 0; i < HUES * SHADES; i++)
        append_colour(out, 'w', i, 12 + 5.6 * (double)(i / SHADES), saturation,
                      62 + 4 * (double)(i % SHADES) - dim);
    for (unsigned i = 0; i < SHADES; i++) {
        double lightness = 68 + 4 * (double)i - dim;
        append_colour(out, 'k', i, 208, saturation * 2 / 3, lightness);
        append_colour(out, 'j', i, 130, saturation / 2, lightness);
        append_colour(out, 's', i, 30, 6, lightness + 4);
    }
    for (unsigned i = 0; i <= 4; i++) {
        double lightness = 94 - 7 * (double)i - 2 * dim;
        append_colour(out, 'l', i, 212, i ? saturation : 0, lightness);
        append_colour(out, 'm', i, 12, i ? saturation : 0, lightness);
    }
    pp_buffer_append_char(out, '\n');
}

/* ---- the style ---------------------------------------------------------- */

static const char style[] =
    "svg{font:12px system-ui,-apple-system,\"Segoe UI\",Cantarell,"
    "\"DejaVu Sans\",sans-serif}\n"
    "text{fill:#222}\n"
    "svg{background:#fffdf9}\n" /* the window's, beyond the picture */
    "#background,.bar{fill:#fffdf9}\n"
    "#title{font-size:17px;font-weight:600;text-anchor:middle}\n"
    "#subtitle{fill:#666;text-anchor:middle}\n"
    "#search,#ignorecase,#matched{text-anchor:end}\n"
    "#unzoom,#search,#ignorecase{cursor:pointer;fill:#8a4b08}\n"
    "#unzoom:hover,#search:hover,#ignorecase:hover{text-decoration:underline}\n"
    "#ignorecase{opacity:.45}\n"
    "#ignorecase.on{opacity:1;font-weight:700}\n"
    "#details,#matched,#frames text{font-family:ui-monospace,Menlo,"
    "\"DejaVu Sans Mono\",\"Liberation Mono\",monospace}\n"
    "#frames text{fill:#1c1410;pointer-events:none}\n"
    "#frames g{cursor:pointer;outline:none}\n"
    "#frames rect{rx:1px}\n"
    "#frames g:hover rect,#frames g:focus-visible rect"
    "{stroke:#222;stroke-width:1.2}\n"
    ".i text{font-style:italic}\n"
    ".i rect{fill-opacity:.66}\n"
    ".parent rect{fill-opacity:.5}\n"
    ".hide{display:none}\n"
    ".searching #frames g:not(.match) rect{fill-opacity:.45}\n"
    "#frames .match rect{fill:rgb(230,0,230);fill-opacity:1}\n"
    "#frames .match text{fill:#000;font-weight:700}\n"
    "input{box-sizing:border-box;width:100%;height:26px;padding:2px 8px;"
    "font:12px ui-monospace,Menlo,\"DejaVu Sans Mono\",monospace;"
    "color:#222;background:#fff;border:1px solid #b98a5a;border-radius:4px}\n"
    "input.invalid{border-color:#c00;outline:2px solid #c00}\n";

static const char dark_style[] =
    "text{fill:#ddd}\n"
    "svg{background:#1d1b1a}\n"
    "#background,.bar{fill:#1d1b1a}\n"
    "#subtitle{fill:#a29a94}\n"
    "#unzoom,#search,#ignorecase{fill:#f0b070}\n"
    "#frames g:hover rect,#frames g:focus-visible rect{stroke:#fff}\n"
    ".i rect{fill-opacity:.88}\n"
    ".parent rect,.searching #frames g:not(.match) rect{fill-opacity:.33}\n"
    "#frames .parent text,.searching #frames g:not(.match) text"
    "{fill:#f4ece2}\n"
    "#frames .match rect{fill:rgb(255,85,255)}\n"
    "#frames .match text{fill:#000}\n"
    "input{color:#eee;background:#2a2725}\n";

/* The person chose the colours: boxes are outlines, what was found is what
 * they have for selected. */
static const char forced_style[] =
    "svg{background:Canvas}\n"
    "#background,.bar,#frames rect{fill:Canvas;fill-opacity:1}\n"
    "#frames rect{stroke:CanvasText}\n"
    "text,#frames text{fill:CanvasText}\n"
    "#frames .match rect{fill:Highlight}\n"
    "#frames .match text{fill:HighlightText}\n";

void pp_flamegraph_style(struct pp_buffer *out)
{
    pp_buffer_append_text(out, "<style>\n");
    pp_buffer_append_text(out, style);
    append_palette(out, false);
    pp_buffer_append_text(out, "@media (prefers-color-scheme:dark){\n");
    pp_buffer_append_text(out, dark_style);
    append_palette(out, true);
    pp_buffer_append_text(out, "}\n@media (forced-colors:active){\n");
    pp_buffer_append_text(out, forced_style);
    pp_buffer_append_text(out, "}\n</style>\n");
}
