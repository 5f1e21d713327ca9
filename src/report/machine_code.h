/* The machine code of a binary, as text. Private to report. */
#ifndef PP_REPORT_MACHINE_CODE_H
#define PP_REPORT_MACHINE_CODE_H

#include "assembly/assembly.h"
#include "symbolize/symbolize.h"

/* A disassembler for the code of a binary, that names addresses by its symbols,
 * demangled: "call   401136 <main>". The binary must outlive it. */
int pp_report_assembly_open(const struct pp_binary *binary, bool intel,
                            struct pp_assembly **assembly,
                            struct pp_error *err);

/* The bytes of the file at its addresses [start, end), as far as they are
 * there. false: none is. */
bool pp_report_code(const struct pp_binary *binary, uint64_t start,
                    uint64_t end, struct pp_slice *code);

#endif
