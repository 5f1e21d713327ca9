/* svg: see svg.h. What Graphviz writes,
 *
 *     <svg width="100pt" height="50pt"
 *      viewBox="0 0 100 50" ...>
 *     <g id="graph0" ...> ... </g>
 *     </svg>
 *
 * gets the size of its window, a script (web/svgpan.js), and a group around
 * everything for the script to move. A picture of another shape stays as it is.
 *
 * Invariant: the marks are looked for in front of the first thing drawn and
 * behind the last, where no text of a profile stands.
 *
 * Specification: massageSVG of the reference, whose elements these are.
 */
#include "draw/svg.h"

extern const char pp_web_svgpan_js[];
extern const size_t pp_web_svgpan_js_size;

/* ---- characters --------------------------------------------------------- */

/* What XML 1.0 allows in a document. */
static bool is_allowed(uint32_t point)
{
    return point >= 0x20 ? point != 0xfffe && point != 0xffff
                         : point == '\t' || point == '\n' || point == '\r';
}

static void append_allowed(struct pp_buffer *out, struct pp_slice text)
{
    size_t start = 0, at = 0;
    while (at < text.size) {
        struct pp_slice rest = {text.data + at, text.size - at};
        struct pp_character next = pp_utf8_first(rest);
        if (!next.is_valid || !is_allowed(next.point)) {
            pp_buffer_append(out, text.data + start, at - start);
            pp_buffer_append_text(out, PP_UTF8_REPLACEMENT);
            start = at + next.size;
        }
        at += next.size;
    }
    pp_buffer_append(out, text.data + start, at - start);
}

/* ---- places ------------------------------------------------------------- */

/* The text from where the mark begins; empty when it is not there. */
static struct pp_slice from_mark(struct pp_slice text, const char *mark)
{
    const char *found = memmem(text.data, text.size, mark, strlen(mark));
    if (!found)
        return (struct pp_slice){text.data + text.size, 0};
    return (struct pp_slice){found, text.size - (size_t)(found - text.data)};
}

/* Skip an attribute and the space before it. */
static bool skip_attribute(struct pp_slice *text, const char *name)
{
    size_t at = 0, size = strlen(name);
    while (at < text->size && strchr(" \t\r\n", text->data[at]))
        at++;
    if (text->size - at < size + 2 ||
        memcmp(text->data + at, name, size) != 0 ||
        memcmp(text->data + at + size, "=\"", 2) != 0)
        return false;
    at += size + 2;
    const char *end = memchr(text->data + at, '"', text->size - at);
    if (!end)
        return false;
    size_t skipped = (size_t)(end + 1 - text->data);
    *text = (struct pp_slice){end + 1, text->size - skipped};
    return true;
}

/* The start of the last "</svg>". */
static const char *find_end(struct pp_slice text)
{
    static const struct pp_slice mark = pp_slice_literal("</svg>");
    for (size_t at = text.size; at >= mark.size; at--)
        if (memcmp(text.data + at - mark.size, mark.data, mark.size) == 0)
            return text.data + at - mark.size;
    return NULL;
}

static struct pp_slice between(const char *start, const char *end)
{
    return (struct pp_slice){start, (size_t)(end - start)};
}

/* ---- the whole ---------------------------------------------------------- */

void pp_svg_finish(struct pp_buffer *out, struct pp_slice picture)
{
    static const char opening[] = "<svg";
    struct pp_slice svg = from_mark(picture, opening);
    struct pp_slice graph = from_mark(svg, "<g id=\"graph");
    const char *end = find_end(graph);
    struct pp_slice rest = svg;
    if (end) {
        rest.data += sizeof(opening) - 1;
        rest.size -= sizeof(opening) - 1;
    }
    if (!end || !skip_attribute(&rest, "width") ||
        !skip_attribute(&rest, "height") || !skip_attribute(&rest, "viewBox")) {
        append_allowed(out, picture);
        return;
    }
    append_allowed(out, between(picture.data, svg.data));
    pp_buffer_append_text(out, "<svg width=\"100%\" height=\"100%\"");
    append_allowed(out, between(rest.data, graph.data));
    pp_buffer_append_text(out, "<script type=\"text/ecmascript\"><![CDATA[\n");
    pp_buffer_append(out, pp_web_svgpan_js, pp_web_svgpan_js_size);
    pp_buffer_append_text(out, "]]></script><g id=\"viewport\" transform=\""
                               "scale(0.5,0.5) translate(0,0)\">");
    append_allowed(out, between(graph.data, end));
    pp_buffer_append_text(out, "</g>");
    append_allowed(out, between(end, picture.data + picture.size));
}
