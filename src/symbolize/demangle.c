/* Demangling the functions of a profile, as the reference does it. See
 * symbolize.h.
 *
 * A function whose name is not its system name has been demangled before, and
 * is left alone. A system name that is no mangled one but looks like C++ was
 * demangled by whoever wrote it, in full: the modes that leave things out then
 * leave out all groups of brackets. That is a guess, as in the reference; but
 * "(anonymous namespace)" and "operator()", which the reference's guess eats,
 * are kept. */
#include "symbolize/demangled.h"
#include "symbolize/desk.h"

/* ---- the guess ---------------------------------------------------------- */

static bool contains(struct pp_slice text, const char *part)
{
    return pp_slice_contains(text, pp_slice_of(part));
}

/* Neither Java ("Class.<init>") nor Go ("pkg.(*List[...]).Push"). */
static bool looks_like_cplusplus(struct pp_slice name)
{
    if (contains(name, ".<") || contains(name, "])."))
        return false;
    return contains(name, "<") || contains(name, ">") || contains(name, "[") ||
           contains(name, "]") || contains(name, "::");
}

/* The bytes at `at` that are no group although they look like one. */
static size_t keep_size(struct pp_slice name, size_t at)
{
    static const char *const kept[] = {"(anonymous namespace)", "operator()"};
    struct pp_slice rest = {name.data + at, name.size - at};
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (pp_slice_starts_with(rest, pp_slice_of(kept[i])))
            return strlen(kept[i]);
    return 0;
}

/* Remove all groups between `open` and `close`, in place. As in the reference
 * the text from a mismatch on stays as it is. */
static void remove_groups(struct pp_buffer *text, char open, char close)
{
    struct pp_slice name = pp_buffer_slice(text);
    size_t to = 0, group = 0; /* where the outermost open group began */
    uint32_t depth = 0;
    for (size_t at = 0; at < name.size;) {
        size_t size = open == '(' && depth == 0 ? keep_size(name, at) : 0;
        if (size > 0) {
            memmove(text->data + to, name.data + at, size);
            to += size;
            at += size;
            continue;
        }
        char c = name.data[at];
        if (c == close && depth == 0) {
            memmove(text->data + to, name.data + at, name.size - at);
            to += name.size - at;
            break;
        }
        if (c == open && depth++ == 0)
            group = to;
        text->data[to++] = c;
        at++;
        if (c == close && --depth == 0)
            to = group;
    }
    text->size = to;
}

/* ---- one function ------------------------------------------------------- */

/* Append what the mode makes of a system name, or nothing when that is the
 * name itself. Apple's compilers put one more underscore before all names. */
static void demangle_name(struct pp_slice name, enum pp_demangle mode,
                          struct pp_buffer *out)
{
    struct pp_slice inner = {name.data + 1, name.size - 1};
    if (mode == PP_DEMANGLE_NONE || pp_demangle(name, mode, out) ||
        pp_demangle_d(name, mode, out) ||
        (name.size > 1 && name.data[0] == '_' && pp_demangle(inner, mode, out)))
        return;
    if (mode == PP_DEMANGLE_FULL || !looks_like_cplusplus(name))
        return;
    pp_buffer_append_slice(out, name);
    remove_groups(out, '(', ')');
    if (mode == PP_DEMANGLE_SIMPLE)
        remove_groups(out, '<', '>');
}

/* What demangling needs besides the profile. */
struct demangling {
    enum pp_demangle mode;
    struct pp_demangled *known;
    struct pp_buffer scratch;
};

/* The same from memory, if it was asked for before. */
static int demangle_once(struct demangling *demangling, struct pp_slice name,
                         struct pp_slice *result)
{
    const struct pp_slice *known =
        pp_demangled_find(demangling->known, name, demangling->mode);
    if (known) {
        *result = *known;
        return PP_OK;
    }
    pp_buffer_clear(&demangling->scratch);
    demangle_name(name, demangling->mode, &demangling->scratch);
    if (demangling->scratch.failed)
        return PP_E_MEMORY;
    *result = pp_buffer_slice(&demangling->scratch);
    pp_demangled_add(demangling->known, name, demangling->mode, *result);
    return PP_OK;
}

static int demangle_function(struct demangling *demangling,
                             struct pp_profile *profile,
                             struct pp_function *function)
{
    struct pp_slice demangled;
    if (function->name != 0 && function->name != function->system_name)
        return PP_OK;
    function->name = function->system_name;
    if (function->system_name == 0)
        return PP_OK;
    if (demangle_once(demangling,
                      pp_profile_text(profile, function->system_name),
                      &demangled) < 0)
        return PP_E_MEMORY;
    if (demangled.size == 0)
        return PP_OK;
    pp_string name = pp_profile_add_string(profile, demangled);
    if (name == PP_NONE)
        return PP_E_MEMORY;
    function->name = name;
    return PP_OK;
}

int pp_demangle_functions(struct pp_profile *profile,
                          const struct pp_symbolize_options *options,
                          struct pp_demangled *known)
{
    struct demangling demangling = {.mode = options->demangle, .known = known};
    int status = PP_OK;
    for (uint32_t i = 0; i < profile->functions.count && status == PP_OK; i++) {
        struct pp_function *function = &profile->functions.items[i];
        if (options->force && function->name != 0 && function->system_name != 0)
            function->name = function->system_name;
        status = demangle_function(&demangling, profile, function);
    }
    pp_buffer_release(&demangling.scratch);
    return status;
}

int pp_symbolize_demangle(struct pp_profile *profile,
                          const struct pp_symbolize_options *options,
                          struct pp_error *err)
{
    struct pp_demangled known = {0};
    int status = pp_demangle_functions(profile, options, &known);
    pp_demangled_release(&known);
    return status < 0 ? pp_fail_memory(err) : PP_OK;
}
