/* Shortening demangled names. See shorten.h.
 *
 * libiberty can leave out the parameters of the function itself, but neither
 * those of a function around it (foo(int)::{lambda()#1}) nor template
 * arguments. Both are bracketed groups in a text whose brackets are balanced
 * once the operators' are told apart, so the pass keeps a stack of open
 * groups and, when one closes, forgets what it wrote since it opened:
 *
 *     std::vector<int, std::allocator<int> >::push_back
 *                ^ open here ............. ^ closed: write on from the first
 *
 * Invariant: the pass writes behind the text it reads, so that where it does
 * not understand the brackets the text still stands as it was; and there is
 * room for twice of what is left to be read. */
#include "object/shorten.h"

enum { DEPTH_MAX = 256 }; /* of brackets */

/* ---- what both languages share ------------------------------------------ */

/* An open bracket: which, and where it was written to. */
struct group {
    char bracket;
    bool keep; /* its content, whatever the mode */
    uint32_t at;
};

/* A text being read at `from` and written anew at `to`. */
struct rewrite {
    const char *text;
    size_t size, from;
    char *fresh;
    size_t to, room;
    bool drop_templates, drop_enclosing;
    uint32_t depth;
    struct group open[DEPTH_MAX];
};

static bool ends_with(const struct rewrite *r, const char *end)
{
    size_t size = strlen(end);
    return r->to >= size && memcmp(r->fresh + r->to - size, end, size) == 0;
}

static bool has_at(const struct rewrite *r, size_t at, const char *word)
{
    size_t size = strlen(word);
    return r->size - at >= size && memcmp(r->text + at, word, size) == 0;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           (unsigned char)c >= 0x80;
}

/* Whether what was written last is this very word. */
static bool ends_with_word(const struct rewrite *r, const char *word)
{
    size_t size = strlen(word);
    return ends_with(r, word) &&
           (r->to == size || !is_word(r->fresh[r->to - size - 1]));
}

static void copy(struct rewrite *r, size_t size)
{
    memcpy(r->fresh + r->to, r->text + r->from, size);
    r->to += size;
    r->from += size;
}

static bool push(struct rewrite *r, char bracket, bool keep)
{
    if (r->depth == DEPTH_MAX)
        return false;
    r->open[r->depth++] = (struct group){bracket, keep, (uint32_t)r->to};
    copy(r, 1);
    return true;
}

/* The group that a closing bracket ends: the innermost of its kind. A '<'
 * inside that never closed was the operator. NULL when there is none. */
static const struct group *pop(struct rewrite *r, char bracket)
{
    while (r->depth > 0) {
        const struct group *group = &r->open[--r->depth];
        if (group->bracket == bracket)
            return group;
        if (group->bracket != '<')
            return NULL;
    }
    return NULL;
}

/* ---- C++ ---------------------------------------------------------------- */

/* The operators spelled with brackets, longest first. */
static const char *const bracket_operators[] = {
    "<=>", "<<=", ">>=", "->*", "<<", ">>", "<=", ">=", "->", "()", "<", ">",
};

/* Copy such an operator if the text has just said "operator". */
static bool copy_operator(struct rewrite *r)
{
    const size_t count = sizeof bracket_operators / sizeof *bracket_operators;
    if (!ends_with_word(r, "operator"))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (has_at(r, r->from, bracket_operators[i])) {
            copy(r, strlen(bracket_operators[i]));
            return true;
        }
    }
    return false;
}

/* Behind a name '<' opens an argument list, behind ')' or '}' it compares (in
 * an expression among some template's arguments). */
static bool opens_template(const struct rewrite *r)
{
    return ends_with(r, "operator()") ||
           !(ends_with(r, ")") || ends_with(r, "}"));
}

static bool close_template(struct rewrite *r)
{
    bool compares = r->depth == 0 || r->open[r->depth - 1].bracket != '<';
    if (compares) {
        copy(r, 1);
        return true;
    }
    const struct group *group = pop(r, '<');
    if (r->drop_templates && !group->keep) {
        r->to = group->at;
        r->from++;
        /* "operator< <int>": the space was for the list. */
        if (ends_with(r, "< "))
            r->to--;
        return true;
    }
    /* libiberty forgets the space of "> >" behind an empty pack. */
    if (ends_with(r, ">"))
        r->fresh[r->to++] = ' ';
    copy(r, 1);
    return true;
}

/* Whether the parentheses that end here held a function's parameters and
 * something inside of that function follows: ")::x", ") const::x". */
static bool encloses(const struct rewrite *r)
{
    static const char *const words[] = {" const", " volatile", " &&", " &"};
    size_t at = r->from;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (has_at(r, at, words[i]))
            at += strlen(words[i]);
    return has_at(r, at, "::");
}

static bool open_parenthesis(struct rewrite *r)
{
    bool keep = has_at(r, r->from, "(anonymous namespace)") ||
                ends_with_word(r, "decltype ") || ends_with_word(r, "decltype");
    return push(r, '(', keep);
}

static bool close_parenthesis(struct rewrite *r)
{
    const struct group *group = pop(r, '(');
    if (!group)
        return false;
    copy(r, 1);
    if (r->drop_enclosing && !group->keep && encloses(r)) {
        r->to = group->at;
        memcpy(r->fresh + r->to, "()", 2);
        r->to += 2;
    }
    return true;
}

static size_t word_size(const struct rewrite *r, size_t at)
{
    size_t end = at;
    while (end < r->size && is_word(r->text[end]))
        end++;
    return end - at;
}

/* Whether the word at `at`, a member of a lambda or of a type without a name,
 * is the name of its constructor or destructor. Nobody knows a lambda's other
 * members but these. */
static bool is_structor(const struct rewrite *r, size_t at, bool is_lambda)
{
    return has_at(r, at - 1, "~") ||
           (is_lambda && !has_at(r, at, "operator") && !has_at(r, at, "_FUN"));
}

/* libiberty calls constructors and destructors by the name it read last, which
 * is any where the type has none: write the type instead. */
static bool name_structor(struct rewrite *r, const struct group *group)
{
    const char *type = r->fresh + group->at;
    size_t type_size = r->to - group->at;
    bool is_lambda = pp_slice_starts_with((struct pp_slice){type, type_size},
                                          pp_slice_literal("{lambda("));
    size_t lead = has_at(r, r->from, "::~") ? 3 : 2;
    size_t word = r->from + lead < r->size ? word_size(r, r->from + lead) : 0;
    if (!has_at(r, r->from, "::") || word == 0 ||
        !is_structor(r, r->from + lead, is_lambda))
        return true;
    if (r->room - r->to < type_size + 2 * (r->size - r->from))
        return false;
    copy(r, lead);
    memcpy(r->fresh + r->to, type, type_size);
    r->to += type_size;
    r->from += word;
    return true;
}

static bool close_brace(struct rewrite *r)
{
    copy(r, 1);
    const struct group *group = pop(r, '{');
    return group && name_structor(r, group);
}

/* How much comes that is no bracket, nor begins an operator with one. */
static size_t plain_size(const struct rewrite *r)
{
    static const bool is_special[256] = {
        ['('] = true, [')'] = true, ['{'] = true, ['}'] = true,
        ['<'] = true, ['>'] = true, ['-'] = true,
    };
    size_t at = r->from;
    while (at < r->size && !is_special[(unsigned char)r->text[at]])
        at++;
    return at - r->from;
}

static bool step_cplusplus(struct rewrite *r)
{
    size_t plain = plain_size(r);
    if (plain > 0) {
        copy(r, plain);
        return true;
    }
    if (copy_operator(r))
        return true;
    switch (r->text[r->from]) {
    case '(':
        return open_parenthesis(r);
    case ')':
        return close_parenthesis(r);
    case '{':
        return push(r, '{', true);
    case '}':
        return close_brace(r);
    case '<':
        if (opens_template(r))
            return push(r, '<', ends_with(r, "{lambda"));
        break;
    case '>':
        return close_template(r);
    }
    copy(r, 1);
    return true;
}

/* ---- Rust --------------------------------------------------------------- */

/* "Vec<T>" and "grow::<T>" hold generic arguments; "<T as Trait>::f" and
 * "for<'a> fn()" say what the path is. */
static bool opens_generics(const struct rewrite *r)
{
    if (r->to == 0 || ends_with_word(r, "for"))
        return false;
    return is_word(r->fresh[r->to - 1]) || ends_with(r, ":");
}

/* The reference leaves the brackets of the arguments it drops. */
static bool close_generics(struct rewrite *r)
{
    const struct group *group = pop(r, '<');
    if (!group)
        return false;
    if (r->drop_templates && !group->keep)
        r->to = group->at + 1;
    copy(r, 1);
    return true;
}

static bool step_rust(struct rewrite *r)
{
    char c = r->text[r->from];
    if (c == '<')
        return push(r, '<', !opens_generics(r));
    if (c == '>' && !ends_with(r, "-"))
        return close_generics(r);
    copy(r, 1);
    return true;
}

/* ---- a text ------------------------------------------------------------- */

static bool step_nothing(struct rewrite *r)
{
    copy(r, r->size - r->from);
    return true;
}

void pp_shorten(struct pp_buffer *out, size_t start,
                enum pp_shorten_language language, enum pp_demangle mode)
{
    static bool (*const step[])(struct rewrite *) = {
        [PP_SHORTEN_NOTHING] = step_nothing,
        [PP_SHORTEN_CPLUSPLUS] = step_cplusplus,
        [PP_SHORTEN_RUST] = step_rust,
    };
    size_t size = out->size - start;
    size_t room = 3 * size; /* a space behind every '>', and types twice */
    char *fresh = pp_buffer_room(out, room);
    if (!fresh)
        return;
    struct rewrite r = {
        .text = out->data + start,
        .size = size,
        .fresh = fresh,
        .room = room,
        .drop_templates = mode == PP_DEMANGLE_SIMPLE,
        .drop_enclosing = mode != PP_DEMANGLE_FULL,
    };
    while (r.from < r.size)
        if (!step[language](&r))
            return;
    if (r.depth > 0)
        return;
    memmove(out->data + start, fresh, r.to);
    out->size = start + r.to;
}
