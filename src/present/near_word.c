/* near_word: the distance of two words is how many letters must be put in,
 * taken out, replaced, or changed with their neighbour, each pair of neighbours
 * once ("optimal string alignment"). A third of the letters may be wrong.
 */
#include "present/near_word.h"

#include "present/shell_names.h"

enum { SIZE_MAX_WORD = 32 }; /* longer words are like none */

static unsigned min(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static unsigned distance(struct pp_slice a, struct pp_slice b)
{
    unsigned rows[SIZE_MAX_WORD + 1][SIZE_MAX_WORD + 1];
    for (size_t i = 0; i <= a.size; i++)
        for (size_t j = 0; j <= b.size; j++) {
            if (i == 0 || j == 0) {
                rows[i][j] = (unsigned)(i + j);
                continue;
            }
            unsigned differ = a.data[i - 1] != b.data[j - 1];
            rows[i][j] = min(min(rows[i - 1][j], rows[i][j - 1]) + 1,
                             rows[i - 1][j - 1] + differ);
            if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] &&
                a.data[i - 2] == b.data[j - 1])
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1);
        }
    return rows[a.size][b.size];
}

const char *pp_near_word(struct pp_slice word)
{
    const char *nearest = NULL;
    unsigned best = (unsigned)(word.size + 2) / 3 + 1;
    const char *names[PP_SHELL_NAMES_MAX];
    size_t count = pp_shell_names(names);
    if (word.size == 0 || word.size > SIZE_MAX_WORD)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        struct pp_slice name = pp_slice_of(names[i]);
        if (name.size > SIZE_MAX_WORD)
            continue;
        unsigned here = distance(word, name);
        if (here < best && here < name.size) {
            best = here;
            nearest = names[i];
        }
    }
    return nearest;
}
