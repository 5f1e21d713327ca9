/* Mnemonics as objdump writes them. Private to assembly. */
#ifndef PP_ASSEMBLY_MNEMONIC_H
#define PP_ASSEMBLY_MNEMONIC_H

#include "base/base.h"

#include <capstone/capstone.h>

/* Append the mnemonic of an x86 instruction in AT&T's syntax: without the
 * letter for the size where a register tells it. `name` is the mnemonic
 * without any such letter, or NULL. */
void pp_mnemonic_append(struct pp_buffer *out, const struct cs_insn *insn,
                        const char *name);

bool pp_is_shift(const struct cs_insn *insn);

/* stos, movs... but not the vector instructions that are called so, too. */
bool pp_is_string(const struct cs_insn *insn);

/* A nop "of" the code segment, which is a prefix of it: "cs nopw". */
bool pp_is_segment_nop(const struct cs_insn *insn);

#endif
