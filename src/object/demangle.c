/* Demangling: libiberty's callback demanglers, and shorten.h for what the
 * shorter modes leave out.
 *
 * Invariant: libiberty allocates nothing, writes no more than a ceiling, and
 * where it fails nothing was appended.
 *
 * The modes are those of the reference (pprof -symbolize=demangle=...): simple
 * is Go's demangle.NoParams, NoEnclosingParams, NoTemplateParams; templates
 * the first two; full is NoClones. The mangling is that of the Itanium C++
 * ABI, section 5.1, and Rust's RFC 2603. */
#include "object/object.h"
#include "object/shorten.h"

#include <libiberty/demangle.h>
#include <setjmp.h>

enum {
    NAME_SIZE_MAX = 4096,   /* libiberty's stack grows with the name */
    SHORT_NAME_SIZE = 1024, /* libiberty refuses longer ones unless told to */
    TEXT_SIZE_MAX = 65536,  /* substitutions can double at every step */
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

/* ---- the modes ---------------------------------------------------------- */

/* The languages names are mangled for, and how their text is shortened. */
struct language {
    demangler *demangle;
    enum pp_shorten_language shorten;
};

static const struct language cplusplus = {cplus_demangle_v3_callback,
                                          PP_SHORTEN_CPLUSPLUS};
static const struct language rust = {rust_demangle_callback, PP_SHORTEN_RUST};
/* Rust before RFC 2603: the names are mere text. */
static const struct language old_rust = {rust_demangle_callback,
                                         PP_SHORTEN_NOTHING};

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
    pp_shorten(out, start, language->shorten, mode);
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
