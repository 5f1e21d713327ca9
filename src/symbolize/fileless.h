/* Names for code of no file: the kernel's, the vDSO's, that of JIT compilers;
 * as far as this machine still knows them. Private to symbolize/. */
#ifndef PP_SYMBOLIZE_FILELESS_H
#define PP_SYMBOLIZE_FILELESS_H

#include "symbolize/symbolize.h"

struct pp_fileless {
    const struct pp_profile *profile;
    int64_t pid; /* that samples are of; 0: unknown, or several */
    bool is_pid_known;
    char source[64]; /* of the symbols that were opened last; "": none yet */
    struct pp_symbols *symbols; /* NULL: there are none */
};

/* All zero but for the profile is a valid one. */
void pp_fileless_release(struct pp_fileless *fileless);

/* The symbols of a mapping of no file, borrowed until the next one is asked
 * for; what to take off an address to find it there in *base. NULL when this
 * machine does not know them, or they may be of another run than the one that
 * was profiled. */
const struct pp_symbols *pp_fileless_find(struct pp_fileless *fileless,
                                          const struct pp_mapping *mapping,
                                          uint64_t *base);

#endif
