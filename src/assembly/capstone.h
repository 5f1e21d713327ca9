/* capstone, loaded when something is disassembled: the tables of its machines
 * take as long to load as all else that the tool does with a small file.
 * Private to assembly. */
#ifndef PP_ASSEMBLY_CAPSTONE_H
#define PP_ASSEMBLY_CAPSTONE_H

#include <capstone/capstone.h>

#include "base/base.h"

/* Its functions, each under its name without "cs_". */
struct pp_capstone {
    __typeof__(&cs_open) open;
    __typeof__(&cs_close) close;
    __typeof__(&cs_option) option;
    __typeof__(&cs_malloc) malloc;
    __typeof__(&cs_free) free;
    __typeof__(&cs_disasm_iter) disasm_iter;
    __typeof__(&cs_insn_group) insn_group;
    __typeof__(&cs_insn_name) insn_name;
};

/* All NULL until pp_capstone_load. */
extern struct pp_capstone pp_capstone;

/* Load it, for good; at once where that was done. PP_E_NOT_FOUND with what to
 * install. */
int pp_capstone_load(struct pp_error *err);

#endif
