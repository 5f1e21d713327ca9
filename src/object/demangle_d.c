/* Demangling of D, in the tool only: libiberty's demangler of that language
 * calls malloc. The reference has none. See object.h.
 *
 * Its text has parameters and template arguments in parentheses, the latter
 * behind '!', and the shorter modes leave out what they leave out of C++:
 *
 *     std.stdio.File.lockingTextWriter!(char).put(dchar)
 *
 * Invariant: a name that could stand for more text than memory is not tried:
 * each reference back can double what is there.
 *
 * Specification: the D language's ABI, "Name Mangling". */
#include "object/object.h"

#include <libiberty/demangle.h>
#include <stdlib.h>

enum {
    NAME_SIZE_MAX = 1024,
    REFERENCES_MAX = 12, /* 'Q's, be they letters of names */
    DEPTH_MAX = 64,      /* of parentheses */
};

/* ---- which names -------------------------------------------------------- */

static bool may_try(struct pp_slice name)
{
    uint32_t references = 0;
    if (name.size < 3 || name.size > NAME_SIZE_MAX || name.data[0] != '_' ||
        name.data[1] != 'D')
        return false;
    for (size_t i = 0; i < name.size; i++)
        references += name.data[i] == 'Q';
    return references <= REFERENCES_MAX;
}

/* ---- the modes ---------------------------------------------------------- */

/* Whether a parenthesis that opens behind the first `size` bytes stays. */
static bool stays(const char *text, size_t size, enum pp_demangle mode)
{
    bool is_template = size > 0 && text[size - 1] == '!';
    return mode == PP_DEMANGLE_FULL ||
           (is_template && mode == PP_DEMANGLE_TEMPLATES);
}

/* Leave out of the text what the mode does, in place. false when it is not
 * understood. */
static bool shorten(char *text, enum pp_demangle mode)
{
    size_t begins[DEPTH_MAX], to = 0, depth = 0;
    bool keeps[DEPTH_MAX];
    for (const char *from = text; *from; from++) {
        text[to++] = *from;
        if (*from == '(') {
            if (depth == DEPTH_MAX)
                return false;
            begins[depth] = to - 1;
            keeps[depth++] = stays(text, to - 1, mode);
        } else if (*from == ')') {
            if (depth-- == 0)
                return false;
            if (!keeps[depth])
                to = begins[depth];
            if (!keeps[depth] && to > 0 && text[to - 1] == '!')
                to--;
        }
    }
    text[to] = 0;
    return depth == 0;
}

/* What a member function says of its object, at the end of the text; 0 where
 * it says nothing. */
static size_t attribute_size(const char *text)
{
    static const char *const words[] = {" const", " immutable", " inout",
                                        " shared"};
    size_t size = strlen(text);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t word = strlen(words[i]);
        if (size > word && strcmp(text + size - word, words[i]) == 0)
            return word;
    }
    return 0;
}

static void drop_attributes(char *text)
{
    size_t size;
    while ((size = attribute_size(text)) > 0)
        text[strlen(text) - size] = 0;
}

bool pp_demangle_d(struct pp_slice name, enum pp_demangle mode,
                   struct pp_buffer *out)
{
    char mangled[NAME_SIZE_MAX + 1];
    if (mode == PP_DEMANGLE_NONE || !may_try(name))
        return false;
    memcpy(mangled, name.data, name.size);
    mangled[name.size] = 0;
    char *text = dlang_demangle(mangled, 0);
    bool is_understood = text && shorten(text, mode) && *text;
    if (is_understood && mode != PP_DEMANGLE_FULL)
        drop_attributes(text);
    if (is_understood)
        pp_buffer_append_text(out, text);
    free(text);
    return is_understood && !out->failed;
}
