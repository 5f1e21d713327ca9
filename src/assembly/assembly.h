/* assembly: machine code as text, one instruction after the other. */
#ifndef PP_ASSEMBLY_ASSEMBLY_H
#define PP_ASSEMBLY_ASSEMBLY_H

#include "base/base.h"

struct pp_instruction {
    uint64_t address;
    uint32_t size;        /* bytes; at least 1 */
    struct pp_slice text; /* "mov    %rsp,%rbp"; borrowed until the next one */
    uint64_t target;      /* of a jump or call with a fixed one; 0: none */
    bool is_code;         /* or bytes that are no instruction: "(bad)" */
};

struct pp_assembly; /* one thread at a time */

/* For code of a machine (EM_*, of <elf.h>). PP_E_NOT_FOUND when it is one that
 * we cannot read. intel: Intel's syntax in place of AT&T's, where there are
 * two. */
int pp_assembly_open(uint16_t machine, bool is_64, bool is_big_endian,
                     bool intel, struct pp_assembly **assembly,
                     struct pp_error *err);
void pp_assembly_free(struct pp_assembly *assembly);

/* The instruction at the start of *code, which is at *address; both move
 * behind it. false at the end. */
bool pp_assembly_next(struct pp_assembly *assembly, struct pp_slice *code,
                      uint64_t *address, struct pp_instruction *instruction);

#endif
