/* Hand-made .eh_frame sections, for the tests of the compiler. */
#ifndef TESTS_UNWIND_ASSEMBLE_H
#define TESTS_UNWIND_ASSEMBLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "unwind/arch.h"
#include "unwind/cfi.h"

#define TEXT_START 0x400000u
#define TEXT_SIZE 0x30000u
#define SECTION_ADDRESS 0x700000u

/* Call frame instructions (DWARF 5, 7.24). */
enum {
    ADVANCE = 0x40, /* | delta */
    OFFSET = 0x80,  /* | register, factored offset */
    RESTORE = 0xc0, /* | register */
    ADVANCE2 = 0x03,
    UNDEFINED = 0x07,
    REGISTER = 0x09,
    REMEMBER = 0x0a,
    RESTORE_STATE = 0x0b,
    DEF_CFA = 0x0c,
    DEF_CFA_REGISTER = 0x0d,
    DEF_CFA_OFFSET = 0x0e,
    DEF_CFA_EXPRESSION = 0x0f,
    EXPRESSION = 0x10,
};

struct assembly {
    uint8_t bytes[1 << 16];
    size_t size;
    size_t entry; /* where the open entry begins */
};

static inline void put(struct assembly *as, const void *bytes, size_t size)
{
    assert_true(as->size + size <= sizeof as->bytes);
    memcpy(as->bytes + as->size, bytes, size);
    as->size += size;
}

static inline void put_u32(struct assembly *as, uint32_t value)
{
    put(as, &value, sizeof value);
}

static inline void put_bytes(struct assembly *as, unsigned count, ...)
{
    va_list arguments;
    va_start(arguments, count);
    for (unsigned i = 0; i < count; i++) {
        uint8_t byte = (uint8_t)va_arg(arguments, int);
        put(as, &byte, 1);
    }
    va_end(arguments);
}
#define COUNT_OF(...) (sizeof((int[]){__VA_ARGS__}) / sizeof(int))
#define PUT(as, ...) put_bytes((as), COUNT_OF(__VA_ARGS__), __VA_ARGS__)

static inline void open_entry(struct assembly *as)
{
    as->entry = as->size;
    put_u32(as, 0); /* length, when closed */
}

static inline void close_entry(struct assembly *as)
{
    while (as->size % 4)
        PUT(as, 0); /* DW_CFA_nop */
    uint32_t size = (uint32_t)(as->size - as->entry - 4);
    memcpy(as->bytes + as->entry, &size, sizeof size);
}

/* A CIE for functions at whose entry CFA = sp + 8 and the return address is
 * in front of it; returns its offset. Pointers are pcrel sdata4. `letters`
 * begins with "zR" ("zRS" marks trampolines). */
static inline size_t put_cie(struct assembly *as, const char *letters)
{
    open_entry(as);
    put_u32(as, 0);
    PUT(as, 1);
    put(as, letters, strlen(letters) + 1);
    PUT(as, 1, 0x78, PP_ARCH_RA, 1, 0x1b); /* factors 1 and -8 */
    PUT(as, DEF_CFA, PP_ARCH_SP, 8, OFFSET | PP_ARCH_RA, 1);
    size_t offset = as->entry;
    close_entry(as);
    return offset;
}

/* The beginning of an FDE; put its program, then close_entry. */
static inline void open_fde(struct assembly *as, size_t cie, uint32_t start,
                            uint32_t size)
{
    open_entry(as);
    put_u32(as, (uint32_t)(as->size - cie));
    put_u32(as, TEXT_START + start - (SECTION_ADDRESS + (uint32_t)as->size));
    put_u32(as, size);
    PUT(as, 0); /* no augmentation data */
}

/* The table of what was assembled; NULL when that failed. */
static inline struct pp_unwind_table *compile(const struct assembly *as)
{
    struct pp_cfi_section section = {as->bytes, as->size, SECTION_ADDRESS};
    struct pp_unwind_table *table = NULL;
    struct pp_error err = {0};
    int status = pp_cfi_compile(&section, TEXT_START, TEXT_SIZE, &table, &err);
    assert_int_equal(status, table ? PP_OK : err.status);
    return table;
}

static inline const struct pp_unwind_rule *rule_at(
    const struct pp_unwind_table *table, uint32_t offset)
{
    return pp_unwind_find_rule(&table->index, offset);
}

/* "sp+16 fp@-16 ra@-8": what a test expects of a rule, in words. */
static inline const char *describe(const struct pp_unwind_rule *rule)
{
    static const char *const where[] = {"=", "@", "@sp", "@fp", "?", "!"};
    static const char *const cfa[] = {"none", "unsupported", "",
                                      "*",    "signal *",    "plt "};
    static char text[128];
    if (rule->cfa <= PP_CFA_UNSUPPORTED)
        return cfa[rule->cfa];
    char base[16];
    snprintf(base, sizeof base, "r%u", rule->cfa_register);
    int size = snprintf(text, sizeof text, "%s%s%+d", cfa[rule->cfa],
                        rule->cfa_register == PP_ARCH_SP   ? "sp"
                        : rule->cfa_register == PP_ARCH_FP ? "fp"
                                                           : base,
                        rule->cfa_offset);
    if (rule->cfa_addend)
        size += snprintf(text + size, sizeof text - (size_t)size, "+%d",
                         rule->cfa_addend);
    const struct pp_unwind_saved *saved[] = {&rule->fp, &rule->ra};
    for (int i = 0; i < 2; i++) {
        size += snprintf(text + size, sizeof text - (size_t)size, " %s%s",
                         i ? "ra" : "fp", where[saved[i]->where]);
        if (saved[i]->where >= PP_SAVED_CFA && saved[i]->where <= PP_SAVED_FP)
            size += snprintf(text + size, sizeof text - (size_t)size, "%+d",
                             saved[i]->slot * 8);
    }
    return text;
}

#define assert_rule(table, offset, expected)                                   \
    assert_string_equal(describe(rule_at((table), (offset))), (expected))

#endif
