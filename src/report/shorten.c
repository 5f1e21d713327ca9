/* Short names of functions.
 *
 * Invariant: each scanner finds exactly what the regular expression above it
 * would, the longest choice first and a shorter one where that fails. They are
 * those of google/pprof's internal/graph (ShortenFunctionName), on which
 * pictures in many a document rest. */
#include "report/shorten.h"

/* ---- characters --------------------------------------------------------- */

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* \w */
static bool is_word(char c)
{
    return is_lower(c) || is_upper(c) || is_digit(c) || c == '_';
}

/* [\w\$] */
static bool is_java(char c)
{
    return is_word(c) || c == '$';
}

/* [\w\-\.] */
static bool is_path(char c)
{
    return is_word(c) || c == '-' || c == '.';
}

/* [_a-zA-Z] */
static bool starts_word(char c)
{
    return is_word(c) && !is_digit(c);
}

/* The character at a place; NUL behind the end, which no scanner looks for. */
static char at(struct pp_slice text, size_t place)
{
    return place < text.size ? text.data[place] : 0;
}

/* Where the characters of a kind end. */
static size_t skip(struct pp_slice text, size_t from, bool (*is_one)(char))
{
    while (from < text.size && is_one(text.data[from]))
        from++;
    return from;
}

static bool stands_at(struct pp_slice text, size_t from, const char *part)
{
    if (from > text.size)
        return false;
    struct pp_slice rest = {text.data + from, text.size - from};
    return pp_slice_starts_with(rest, pp_slice_of(part));
}

static struct pp_slice cut(struct pp_slice text, size_t start, size_t end)
{
    return (struct pp_slice){text.data + start, end - start};
}

static size_t line_end(struct pp_slice text, size_t from)
{
    while (from < text.size && text.data[from] != '\n')
        from++;
    return from;
}

/* ---- what is dropped in any case ---------------------------------------- */

static struct pp_slice drop_anonymous(struct pp_slice name)
{
    static const char prefix[] = "(anonymous namespace)::";
    if (!stands_at(name, 0, prefix))
        return name;
    return cut(name, sizeof prefix - 1, name.size);
}

/* `/v(?:[2-9]|[1-9][0-9]+)[./]`: how far the version goes, 0: there is none. */
static size_t match_version(struct pp_slice name, size_t from)
{
    if (!stands_at(name, from, "/v"))
        return 0;
    size_t first = from + 2;
    size_t end = skip(name, first, is_digit);
    bool is_version = end - first == 1 ? at(name, first) >= '2'
                                       : end > first && at(name, first) != '0';
    if (!is_version || (at(name, end) != '.' && at(name, end) != '/'))
        return 0;
    return end;
}

/* `^(.*?)/v(?:[2-9]|[1-9][0-9]+)([./].*)$`, without the version. */
static struct pp_slice drop_version(struct pp_slice name,
                                    struct pp_arena *arena)
{
    if (line_end(name, 0) != name.size)
        return name;
    for (size_t i = 0; i < name.size; i++) {
        size_t end = match_version(name, i);
        if (end == 0)
            continue;
        char *rest = pp_arena_alloc(arena, name.size);
        memcpy(rest, name.data, i);
        memcpy(rest + i, name.data + end, name.size - end);
        return (struct pp_slice){rest, i + name.size - end};
    }
    return name;
}

/* ---- languages ---------------------------------------------------------- */

/* `[^.]+\..+` */
static bool match_go_symbol(struct pp_slice name, size_t from, size_t *end)
{
    size_t dot = from;
    while (dot < name.size && name.data[dot] != '.')
        dot++;
    if (dot == from || dot >= name.size)
        return false;
    *end = line_end(name, dot + 1);
    return *end > dot + 1;
}

/* `^(?:[\w\-\.]+\/)+([^.]+\..+)` */
static bool shorten_go(struct pp_slice name, struct pp_slice *part)
{
    size_t path_end = 0;
    for (;;) {
        size_t next = skip(name, path_end, is_path);
        if (next == path_end || at(name, next) != '/')
            break;
        path_end = next + 1;
    }
    /* Back over one directory after the other. */
    for (size_t start = path_end; start > 0;) {
        size_t end;
        if (match_go_symbol(name, start, &end)) {
            *part = cut(name, start, end);
            return true;
        }
        for (start--; start > 0 && name.data[start - 1] != '/'; start--)
            ;
    }
    return false;
}

/* `<init>|[a-z][\w\$]*(?:\$\d+)?`; `from` where there is neither. */
static size_t match_java_method(struct pp_slice name, size_t from)
{
    static const char init[] = "<init>";
    if (stands_at(name, from, init))
        return from + sizeof init - 1;
    return is_lower(at(name, from)) ? skip(name, from, is_java) : from;
}

/* `^(?:[a-z]\w*\.)*([A-Z][\w\$]*\.(?:<init>|[a-z][\w\$]*(?:\$\d+)?))(?:(?:\()|$)`
 */
static bool shorten_java(struct pp_slice name, struct pp_slice *part)
{
    size_t start = 0;
    while (is_lower(at(name, start))) {
        size_t end = skip(name, start, is_word);
        if (at(name, end) != '.')
            return false;
        start = end + 1;
    }
    if (!is_upper(at(name, start)))
        return false;
    size_t dot = skip(name, start, is_java);
    if (at(name, dot) != '.')
        return false;
    size_t end = match_java_method(name, dot + 1);
    if (end == dot + 1 || (end < name.size && name.data[end] != '('))
        return false;
    *part = cut(name, start, end);
    return true;
}

/* `[_a-zA-Z]\w*::`; `from` where there is none. */
static size_t match_cpp_scope(struct pp_slice name, size_t from)
{
    if (!starts_word(at(name, from)))
        return from;
    size_t end = skip(name, from, is_word);
    return stands_at(name, end, "::") ? end + 2 : from;
}

/* `_*[A-Z]`: so a class is named. */
static bool is_class(struct pp_slice name, size_t from)
{
    while (at(name, from) == '_')
        from++;
    return is_upper(at(name, from));
}

/* `(?:<.*>)?`, as much of it as there is on the line. */
static size_t match_cpp_arguments(struct pp_slice name, size_t from)
{
    if (at(name, from) != '<')
        return from;
    for (size_t end = line_end(name, from); end > from + 1; end--)
        if (name.data[end - 1] == '>')
            return end;
    return from;
}

/* `~?[_a-zA-Z]\w*(?:<.*>)?`; `from` where there is none. */
static size_t match_cpp_member(struct pp_slice name, size_t from)
{
    size_t word = from + (at(name, from) == '~');
    if (!starts_word(at(name, word)))
        return from;
    return match_cpp_arguments(name, skip(name, word, is_word));
}

/* `^(?:[_a-zA-Z]\w*::)+(_*[A-Z]\w*::~?[_a-zA-Z]\w*(?:<.*>)?)` */
static bool shorten_cpp(struct pp_slice name, struct pp_slice *part)
{
    bool found = false;
    size_t start = match_cpp_scope(name, 0);
    size_t next;
    if (start == 0)
        return false;
    for (; (next = match_cpp_scope(name, start)) > start; start = next) {
        size_t end = match_cpp_member(name, next);
        if (end == next || !is_class(name, start))
            continue;
        *part = cut(name, start, end);
        found = true;
    }
    return found;
}

struct pp_slice pp_function_name_shorten(struct pp_slice name,
                                         struct pp_arena *arena)
{
    struct pp_slice part;
    if (name.size == 0)
        return name;
    name = drop_version(drop_anonymous(name), arena);
    if (shorten_go(name, &part) || shorten_java(name, &part) ||
        shorten_cpp(name, &part))
        return part;
    return name;
}
