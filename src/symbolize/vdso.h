/* The vDSO: code that the kernel puts into every process, of no file. Private
 * to symbolize/. */
#ifndef PP_SYMBOLIZE_VDSO_H
#define PP_SYMBOLIZE_VDSO_H

#include "object/object.h"

/* Whether a mapping's file name means it. */
bool pp_is_vdso(struct pp_slice path);

/* The symbols of this process's own; NULL when there is none. */
struct pp_symbols *pp_vdso_open(void);

#endif
