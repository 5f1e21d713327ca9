/* Demangling: libiberty's callback demanglers, and a pass over their text that
 * drops what the shorter modes leave out.
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
 * not understand the brackets the text still stands as it was.
 *
 * The modes are those of the reference (pprof -symbolize=demangle=...): simple
 * is Go's demangle.NoParams, NoEnclosingParams, NoTemplateParams; templates
 * the first two; full is NoClones. The mangling is that of the Itanium C++
 * ABI, section 5.1, and Rust's RFC 2603. */
#include "object/object.h"

#include <libiberty/demangle.h>
#include <setjmp.h>

enum {
    NAME_SIZE_MAX = 4096,   /* libiberty's stack grows with the name */
    SHORT_NAME_SIZE = 1024, /* libiberty refuses longer ones unless told to */
    TEXT_SIZE_MAX = 65536,  /* substitutions can double at every step */
    DEPTH_MAX = 256,        /* of brackets */
};

/* ---- libiberty ---------------------------------------------------------- */

struct sink {
    struct pp_buffer *out;
    size_t start; /* of the text in out */
    jmp_buf give_up;
};

/* libiberty's callback cannot say stop, and a name of a hundred bytes can
 * stand for a text of gigabytes: jump out of it, it holds nothing. */
static void receive(const char *text, size_t size, void *opaque)
{
    struct sink *sink = opaque;
    if (sink->out->size - sink->start + size > TEXT_SIZE_MAX)
        longjmp(sink->give_up, 1);
    pp_buffer_append(sink->out, text, size);
}

typedef int demangler(const char *name, int options,
                      demangle_callbackref callback, void *opaque);

/* Append what the demangler makes of the name, or nothing. */
static bool run(demangler *demangle, const char *name, int options,
                struct pp_buffer *out)
{
    struct sink sink = {.out = out, .start = out->size};
    if (setjmp(sink.give_up) == 0 && demangle(name, options, receive, &sink) &&
        !out->failed && out->size > sink.start)
        return true;
    out->size = sink.start;
    if (out->data)
        out->data[out->size] = 0;
    return false;
}

/* ---- shortening: what both languages share ------------------------------ */

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
    size_t to;
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

/* ---- shortening: C++ ---------------------------------------------------- */

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

static bool close_brace(struct rewrite *r)
{
    copy(r, 1);
    return pop(r, '{') != NULL;
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

/* ---- shortening: Rust --------------------------------------------------- */

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

/* ---- the modes ---------------------------------------------------------- */

/* The languages names are mangled for, and how their text is shortened. */
struct language {
    demangler *demangle;
    bool (*step)(struct rewrite *);
};

static bool step_nothing(struct rewrite *r)
{
    copy(r, r->size - r->from);
    return true;
}

static const struct language cplusplus = {cplus_demangle_v3_callback,
                                          step_cplusplus};
static const struct language rust = {rust_demangle_callback, step_rust};
/* Rust before RFC 2603: the names are mere text. */
static const struct language old_rust = {rust_demangle_callback, step_nothing};

/* Shorten the text of `out` from start on by the steps of a language. */
static void shorten(struct pp_buffer *out, size_t start,
                    bool (*step)(struct rewrite *), enum pp_demangle mode)
{
    size_t size = out->size - start;
    char *fresh = pp_buffer_room(out, 2 * size); /* a space behind every '>' */
    if (!fresh)
        return;
    struct rewrite r = {
        .text = out->data + start,
        .size = size,
        .fresh = fresh,
        .drop_templates = mode == PP_DEMANGLE_SIMPLE,
        .drop_enclosing = mode != PP_DEMANGLE_FULL,
    };
    while (r.from < r.size)
        if (!step(&r))
            return;
    if (r.depth > 0)
        return;
    memmove(out->data + start, fresh, r.to);
    out->size = start + r.to;
}

/* "f(int) [clone .cold] [clone .1]" is f(int). */
static void drop_clones(struct pp_buffer *out, size_t start)
{
    static const char mark[] = " [clone ";
    const char *text = out->data + start;
    const char *found = memmem(text, out->size - start, mark, sizeof mark - 1);
    if (found)
        out->size = (size_t)(found - out->data);
}

static bool demangle_as(const struct language *language, const char *name,
                        enum pp_demangle mode, struct pp_buffer *out)
{
    size_t start = out->size;
    int options = mode == PP_DEMANGLE_FULL ? DMGL_PARAMS | DMGL_ANSI : 0;
    if (strlen(name) > SHORT_NAME_SIZE)
        options |= DMGL_NO_RECURSE_LIMIT;
    if (!run(language->demangle, name, options, out))
        return false;
    if (mode == PP_DEMANGLE_FULL)
        drop_clones(out, start);
    shorten(out, start, language->step, mode);
    out->data[out->size] = 0;
    /* A name may consist of what is left out. */
    return out->size > start && !out->failed;
}

static bool demangle_any(const char *name, enum pp_demangle mode,
                         struct pp_buffer *out)
{
    if (name[1] == 'R')
        return demangle_as(&rust, name, mode, out);
    /* An old Rust name is a C++ name with a hash for its last part. */
    return demangle_as(&old_rust, name, mode, out) ||
           demangle_as(&cplusplus, name, mode, out);
}

bool pp_demangle(struct pp_slice name, enum pp_demangle mode,
                 struct pp_buffer *out)
{
    static const char stub[] = "@plt"; /* see plt.c */
    char text[NAME_SIZE_MAX + 1];
    if (mode == PP_DEMANGLE_NONE || name.size < 3 ||
        name.size > NAME_SIZE_MAX || name.data[0] != '_')
        return false;
    memcpy(text, name.data, name.size);
    text[name.size] = 0;
    /* Or a version: some linkers leave it in .symtab. */
    size_t end = strcspn(text, "@");
    bool is_stub = strcmp(text + end, stub) == 0;
    text[end] = 0;
    if (!demangle_any(text, mode, out))
        return false;
    if (is_stub)
        pp_buffer_append_text(out, stub);
    return true;
}
