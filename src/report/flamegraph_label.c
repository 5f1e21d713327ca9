/* Names, shortened to be read: in a title, in a box. See flamegraph_label.h.
 *
 * Invariants: a text is only ever parted between characters (of utf8.h), so
 * the parts take as many cells as the whole. labelFor in web/flamegraph.js
 * follows the same rules, for boxes that are zoomed. */
#include "report/flamegraph_label.h"

#include <assert.h>

enum {
    NAME_MAX_BYTES = 1000,
    TAIL_BYTES = 250, /* of a name without its middle */
    CHARACTER_MAX_BYTES = 4,
};

static struct pp_slice behind(struct pp_slice text, size_t size)
{
    return (struct pp_slice){text.data + size, text.size - size};
}

/* ---- long names --------------------------------------------------------- */

/* Where the first character starts that starts at this byte or behind it.
 * Begun as many bytes before as a character can have left, reading is in step
 * when it arrives. */
static size_t next_character(struct pp_slice text, size_t at)
{
    size_t start = at - (CHARACTER_MAX_BYTES - 1);
    while (start < at)
        start += pp_utf8_first(behind(text, start)).size;
    return start;
}

struct pp_slice pp_flamegraph_name(struct pp_arena *arena, struct pp_slice name)
{
    static const struct pp_slice dots = {"…", sizeof "…" - 1};
    if (name.size <= NAME_MAX_BYTES)
        return name;
    size_t head = next_character(name, NAME_MAX_BYTES - dots.size - TAIL_BYTES -
                                           (CHARACTER_MAX_BYTES - 1));
    struct pp_slice tail =
        behind(name, next_character(name, name.size - TAIL_BYTES));
    size_t size = head + dots.size + tail.size;
    char *text = pp_arena_array(arena, size, sizeof *text);
    memcpy(text, name.data, head);
    memcpy(text + head, dots.data, dots.size);
    memcpy(text + head + dots.size, tail.data, tail.size);
    return (struct pp_slice){text, size};
}

/* ---- cells -------------------------------------------------------------- */

/* East Asian characters and pictures are wide, in monospaced fonts too. */
static unsigned cells_of_character(uint32_t point)
{
    static const struct {
        uint32_t first, last;
    } wide[] = {
        {0x1100, 0x115f},    /* Hangul Jamo */
        {0x2e80, 0xd7a3},    /* CJK, kana, Hangul */
        {0xf900, 0xfaff},    /* CJK compatibility ideographs */
        {0xfe30, 0xff60},    /* full-width forms */
        {0x1f300, 0x10ffff}, /* pictures, rare ideographs */
    };
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (point <= wide[i].last)
            return point >= wide[i].first ? 2 : 1;
    return 1;
}

static size_t cells_of(struct pp_slice text)
{
    size_t cells = 0;
    while (text.size) {
        struct pp_character first = pp_utf8_first(text);
        cells += cells_of_character(first.point);
        text = behind(text, first.size);
    }
    return cells;
}

/* How many bytes of the text stand in so many cells. */
static size_t bytes_in_cells(struct pp_slice text, unsigned cells)
{
    struct pp_slice rest = text;
    while (rest.size) {
        struct pp_character first = pp_utf8_first(rest);
        unsigned width = cells_of_character(first.point);
        if (width > cells)
            break;
        cells -= width;
        rest = behind(rest, first.size);
    }
    return text.size - rest.size;
}

/* ---- parts of names ----------------------------------------------------- */

/* Where the part behind a '.' is no name of its own: what compilers append to
 * copies of functions, and Go to closures. */
static bool is_clone_suffix(struct pp_slice text)
{
    static const char *const words[] = {
        "isra", "part", "constprop", "", "cold", "lto_priv", "llvm", "func"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct pp_slice word = pp_slice_of(words[i]);
        if (!pp_slice_starts_with(text, word))
            continue;
        char next = text.size > word.size ? text.data[word.size] : '.';
        if (next == '.' || (next >= '0' && next <= '9'))
            return true;
    }
    return false;
}

/* The bytes of the name's first package, namespace or class with what parts
 * it from the rest, which is never empty; 0 if it has none. Those of
 * "a/b.(*T).f" are "a/", "b." and "(*T).". What stands in brackets or behind
 * a space is not looked into. */
static size_t outermost_size(struct pp_slice name)
{
    unsigned depth = 0;
    for (size_t i = 0; i + 1 < name.size; i++) {
        struct pp_slice rest = behind(name, i + 1);
        char c = name.data[i];
        if (c && strchr("(<[{", c))
            depth++;
        else if (c && depth && strchr(")>]}", c))
            depth--;
        else if (depth)
            continue;
        else if (c == ' ')
            break;
        else if (c == '/' || (c == '.' && !is_clone_suffix(rest)))
            return i + 1;
        else if (c == ':' && rest.data[0] == ':' && rest.size > 1)
            return i + 2;
    }
    return 0;
}

struct pp_flamegraph_label pp_flamegraph_label(struct pp_slice name,
                                               unsigned cells)
{
    static const unsigned dots = 2;
    size_t needed = cells_of(name), outermost;
    assert(cells >= dots);
    while (needed > cells && (outermost = outermost_size(name))) {
        needed -= cells_of((struct pp_slice){name.data, outermost});
        name = behind(name, outermost);
    }
    bool is_cut = needed > cells;
    if (is_cut)
        name.size = bytes_in_cells(name, cells - dots);
    return (struct pp_flamegraph_label){name, is_cut};
}
