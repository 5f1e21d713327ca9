/* Vector instructions that capstone 4 does not know. Private to assembly. */
#ifndef PP_ASSEMBLY_VECTOR_H
#define PP_ASSEMBLY_VECTOR_H

#include "base/base.h"

/* How many bytes the x86-64 instruction at the start of the code has, if it has
 * a VEX or EVEX prefix and is there as a whole; else 0. */
uint32_t pp_vector_size(struct pp_slice code);

#endif
