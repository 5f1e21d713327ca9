/* near_word: what somebody may have meant who mistyped. Private to present. */
#ifndef PP_PRESENT_NEAR_WORD_H
#define PP_PRESENT_NEAR_WORD_H

#include "base/base.h"

/* The name of a command or a variable that is most like the word, or NULL if
 * none is like it. */
const char *pp_near_word(struct pp_slice word);

#endif
