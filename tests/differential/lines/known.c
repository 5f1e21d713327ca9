/* Where we differ from llvm-symbolizer 14 on purpose. A row takes its
 * difference out of llvm-symbolizer's answer, and changes as little as it can:
 * what differs beside it must stay a difference. */
#include "lines.h"

/* ---- the outermost function --------------------------------------------- */

/* The functions of the outermost frames, where there are as many. */
static bool take_outermost(struct question *question, struct pp_slice *ours,
                           struct pp_slice **peer)
{
    uint32_t count = question->ours.count;
    if (count == 0 || count != question->peer.count)
        return false;
    *ours = question->ours.frames[count - 1].function;
    *peer = &question->peer.frames[count - 1].function;
    return !pp_slice_equal(*ours, **peer);
}

/* "f.cold", "f.part.0" for f. */
static bool mend_clone(struct question *question)
{
    struct pp_slice ours, *peer;
    if (!take_outermost(question, &ours, &peer) || peer->size == 0 ||
        ours.size <= peer->size || ours.data[peer->size] != '.' ||
        !pp_slice_starts_with(ours, *peer))
        return false;
    *peer = ours;
    return true;
}

/* Two symbols of one address. */
static bool mend_alias(struct question *question)
{
    struct pp_slice ours, *peer;
    if (!take_outermost(question, &ours, &peer) ||
        !is_symbol_at(question->address, ours) ||
        !is_symbol_at(question->address, *peer))
        return false;
    *peer = ours;
    return true;
}

/* DWARF's short name, or none, where the symbol table has the mangled one. */
static bool mend_short_name(struct question *question)
{
    static const struct pp_slice mangled = {"_Z", 2};
    struct pp_slice ours, *peer;
    if (!take_outermost(question, &ours, &peer) ||
        !is_symbol_at(question->address, ours) ||
        pp_slice_starts_with(*peer, mangled) ||
        (peer->size > 0 && !pp_slice_starts_with(ours, mangled)))
        return false;
    *peer = ours;
    return true;
}

/* "_ZN1AC4Ev", which no symbol is called, for "_ZN1AC2Ev.constprop.0". */
static bool mend_unified(struct question *question)
{
    struct pp_slice ours, *peer;
    if (!take_outermost(question, &ours, &peer) || ours.size < peer->size)
        return false;
    size_t at = 0;
    while (at < peer->size && ours.data[at] == peer->data[at])
        at++;
    if (at == 0 || at == peer->size || peer->data[at] != '4' ||
        !strchr("CD", peer->data[at - 1]) ||
        memcmp(ours.data + at + 1, peer->data + at + 1, peer->size - at - 1) ||
        (ours.size > peer->size && ours.data[peer->size] != '.'))
        return false;
    *peer = ours;
    return true;
}

/* "f@@VERSION" for f. */
static bool mend_version(struct question *question)
{
    struct pp_slice ours, *peer;
    if (!take_outermost(question, &ours, &peer) || peer->size <= ours.size ||
        peer->data[ours.size] != '@' || !pp_slice_starts_with(*peer, ours))
        return false;
    *peer = ours;
    return true;
}

/* ---- files -------------------------------------------------------------- */

/* "./csu/./csu/init.c" for "./csu/init.c". */
static bool is_doubled(struct pp_slice doubled, struct pp_slice file)
{
    size_t directory = doubled.size - file.size;
    return doubled.size > file.size && directory <= file.size &&
           doubled.data[directory - 1] == '/' &&
           memcmp(doubled.data, file.data, directory) == 0 &&
           memcmp(doubled.data + directory, file.data, file.size) == 0;
}

static bool mend_doubled(struct question *question)
{
    bool has_changed = false;
    for (uint32_t i = 0; i < question->ours.count && i < question->peer.count;
         i++) {
        struct pp_slice ours = question->ours.frames[i].file;
        struct pp_slice *peer = &question->peer.frames[i].file;
        if (!is_doubled(*peer, ours))
            continue;
        *peer = ours;
        has_changed = true;
    }
    return has_changed;
}

/* "words.cc:0" where DWARF says nothing. */
static bool mend_file_symbol(struct question *question)
{
    struct frame *peer = &question->peer.frames[0];
    if (question->ours.count != 1 || question->ours.frames[0].file.size > 0 ||
        peer->line != 0 || peer->file.size == 0)
        return false;
    peer->file = (struct pp_slice){0};
    return true;
}

/* ---- the table ---------------------------------------------------------- */

const struct known known[] = {
    {"clones",
     "the symbol table tells the parts apart that the compiler made of one "
     "function",
     mend_clone},
    {"aliases", "the symbol table has several names for this code", mend_alias},
    {"short names", "only the symbol table has the mangled name",
     mend_short_name},
    {"unified constructors",
     "DWARF has a name for all that were made of one constructor, the symbol "
     "table that of this one",
     mend_unified},
    {"versions", "ELF symbol versions are no part of a function's name",
     mend_version},
    {"doubled directories",
     "a relative directory 0 of DWARF 5 is the compilation directory: it is "
     "not told twice",
     mend_doubled},
    {"file symbols",
     "the symbol table's name of a unit is no place in a source file",
     mend_file_symbol},
    {NULL, NULL, NULL},
};
