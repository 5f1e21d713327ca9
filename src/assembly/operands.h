/* Operands as objdump writes them. Private to assembly. */
#ifndef PP_ASSEMBLY_OPERANDS_H
#define PP_ASSEMBLY_OPERANDS_H

#include "base/base.h"

#include <capstone/capstone.h>

/* Append the operands of an x86 instruction. */
void pp_operands_append_att(struct pp_buffer *out, const struct cs_insn *insn,
                            bool is_64);
void pp_operands_append_intel(struct pp_buffer *out, const struct cs_insn *insn,
                              bool is_64);

/* The address that an x86 instruction reaches relative to itself. */
bool pp_operands_relative(const struct cs_insn *insn, uint64_t *address);

#endif
