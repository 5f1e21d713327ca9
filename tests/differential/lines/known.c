/* Where we differ from llvm-symbolizer 14 on purpose. A row explains as little
 * as it can: what differs beside it must stay a difference. */
#include "lines.h"

/* Whether the answers are equal but for the outermost frame's function. */
static bool is_outermost_name(const struct question *question)
{
    const struct answer *ours = &question->ours, *peer = &question->peer;
    if (ours->count != peer->count || ours->count == 0)
        return false;
    for (uint32_t i = 0; i + 1 < ours->count; i++)
        if (!same_frames(&ours->frames[i], &peer->frames[i]))
            return false;
    struct frame outermost = ours->frames[ours->count - 1];
    outermost.function = peer->frames[ours->count - 1].function;
    return same_frames(&outermost, &peer->frames[ours->count - 1]);
}

static struct pp_slice outermost_name(const struct answer *answer)
{
    return answer->frames[answer->count - 1].function;
}

/* "f.cold", "f.part.0" for f. */
static bool is_clone(const struct question *question)
{
    if (!is_outermost_name(question))
        return false;
    struct pp_slice ours = outermost_name(&question->ours);
    struct pp_slice peer = outermost_name(&question->peer);
    return peer.size > 0 && ours.size > peer.size &&
           ours.data[peer.size] == '.' && pp_slice_starts_with(ours, peer);
}

/* _ZN1AC1Ev for _ZN1AC2Ev, and so for destructors. */
static bool is_constructor_alias(const struct question *question)
{
    if (!is_outermost_name(question))
        return false;
    struct pp_slice ours = outermost_name(&question->ours);
    struct pp_slice peer = outermost_name(&question->peer);
    if (ours.size != peer.size)
        return false;
    size_t at = 0;
    while (at < ours.size && ours.data[at] == peer.data[at])
        at++;
    return at > 0 && at < ours.size && strchr("CD", ours.data[at - 1]) &&
           ours.data[at] >= '0' && ours.data[at] <= '4' &&
           memcmp(ours.data + at + 1, peer.data + at + 1, ours.size - at - 1) ==
               0;
}

const struct known known[] = {
    {"clones",
     "the symbol table tells the parts apart that the compiler made of one "
     "function",
     is_clone},
    {"constructors",
     "the symbol table has the complete object's constructor or destructor "
     "for the same code",
     is_constructor_alias},
    {NULL, NULL, NULL},
};
