/* assembly: machine code as text, one instruction after the other, in the
 * dialect of objdump, which readers know: "mov    %rsp,%rbp". */
#ifndef PP_ASSEMBLY_ASSEMBLY_H
#define PP_ASSEMBLY_ASSEMBLY_H

#include "base/base.h"

struct pp_instruction {
    uint64_t address;
    uint32_t size;        /* bytes; at least 1 */
    struct pp_slice text; /* "mov    %rsp,%rbp"; borrowed until the next one */
    uint64_t target;      /* of a jump or call with a fixed one; 0: none */
    bool is_code;         /* or bytes that are none that we know: "(bad)" */
};

struct pp_assembly; /* one thread at a time */

/* For code of a machine (EM_*, of <elf.h>). PP_E_NOT_FOUND when it is one that
 * we cannot read. intel: Intel's syntax in place of AT&T's, where there are
 * two. */
int pp_assembly_open(uint16_t machine, bool is_64, bool is_big_endian,
                     bool intel, struct pp_assembly **assembly,
                     struct pp_error *err);
void pp_assembly_free(struct pp_assembly *assembly);

/* Append what stands at an address, "main+0x30"; false: it is not known. */
typedef bool pp_assembly_namer(void *context, uint64_t address,
                               struct pp_buffer *out);

/* From now on name what instructions jump to, call and, on x86-64, reach by
 * %rip: "call   401136 <main>". */
void pp_assembly_name_addresses(struct pp_assembly *assembly,
                                pp_assembly_namer *name, void *context);

/* The instruction at the start of *code, which is at *address; both move
 * behind it. false at the end. */
bool pp_assembly_next(struct pp_assembly *assembly, struct pp_slice *code,
                      uint64_t *address, struct pp_instruction *instruction);

#endif
