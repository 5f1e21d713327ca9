/* Call frame information (DWARF 5, 6.4; .eh_frame: LSB core 5.0, 10.6)
 * compiled to unwind tables.
 *
 *   cfi_section.c     the chain of CIEs and FDEs, sorted by address
 *   cfi_program.c     the instructions of one of them -> changes of the rule
 *   cfi_expression.c  the few DWARF expressions that CFI really contains
 *
 * The bytes are not trusted: whatever they are, the result is a table, at
 * worst a useless one. */
#ifndef PP_UNWIND_CFI_H
#define PP_UNWIND_CFI_H

#include "unwind/cursor.h"
#include "unwind/table.h"

/* A copy of an .eh_frame section. Its end may be too far: a terminator or the
 * first entry that makes no sense ends it. */
struct pp_cfi_section {
    const uint8_t *bytes;
    size_t size;
    uint64_t address; /* where it is loaded */
};

/* The table for text_size bytes of code at text_start, from those FDEs that
 * lie in there; the caller frees it. */
int pp_cfi_compile(const struct pp_cfi_section *section, uint64_t text_start,
                   uint64_t text_size, struct pp_unwind_table **table,
                   struct pp_error *err);

/* How pointers are encoded (LSB core 5.0, 10.5.1). */
enum {
    PP_CFI_POINTER_OMITTED = 0xff,
    PP_CFI_POINTER_FORM = 0x0f,
    PP_CFI_POINTER_BASE = 0xf0, /* with the bit for indirection */
    PP_CFI_POINTER_ABSOLUTE = 0x00,
    PP_CFI_POINTER_FROM_HERE = 0x10,
    PP_CFI_POINTER_FROM_DATA = 0x30,
};

/* Read a value of this form, without its base. An unknown form fails. */
uint64_t pp_cfi_read_form(struct pp_cursor *cursor, unsigned encoding);

/* What the FDEs of one CIE have in common. */
struct pp_cfi_cie {
    uint32_t offset; /* in the section */
    uint8_t pointer_encoding;
    bool augmented;    /* FDEs have an augmentation field to be skipped */
    bool signal_frame; /* they are return-from-signal trampolines */
    bool usable;       /* false: understood too little of it */
    uint64_t code_align;
    int64_t data_align;
    struct pp_unwind_rule initial;
};

/* Run a CIE's instructions, which give cie->initial. False when they make no
 * sense. */
bool pp_cfi_run_initial(struct pp_cfi_cie *cie, struct pp_cursor program);

/* Run an FDE's instructions, for the code from start up to end (offsets in
 * the text), and add what they say to the table. */
void pp_cfi_run(const struct pp_cfi_cie *cie, struct pp_cursor program,
                uint32_t start, uint32_t end,
                struct pp_unwind_builder *builder);

/* Set the CFA of a rule, or where a register is saved, by an expression. */
void pp_cfi_cfa_expression(struct pp_unwind_rule *rule,
                           struct pp_cursor expression);
void pp_cfi_saved_expression(struct pp_unwind_saved *saved,
                             struct pp_cursor expression);

/* Saved `offset` bytes from what `where` says, if a slot can say that. */
void pp_cfi_set_saved(struct pp_unwind_saved *saved, enum pp_saved where,
                      int64_t offset);

#endif
