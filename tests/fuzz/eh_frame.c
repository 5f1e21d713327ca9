/* .eh_frame sections of any bytes, compiled to unwind tables. Whatever comes
 * of it, the table can be asked about every byte of the code and holds what
 * tables hold.
 *
 * Input: the distance from the section to the code (s32), the size of the code
 * (u32, of which the lower 17 bits count), the section. */
#include "unwind/arch.h"
#include "unwind/cfi.h"

#include <stdlib.h>

#include "fuzz.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_rule(const struct pp_unwind_table *table,
                       const struct pp_unwind_rule *rule)
{
    require(rule >= table->index.rules &&
            rule < table->index.rules + table->rule_count);
    require(rule->cfa <= PP_CFA_PLT);
    require(rule->fp.where <= PP_SAVED_UNSUPPORTED);
    require(rule->ra.where < PP_SAVED_UNSUPPORTED);
}

/* One rule a byte; where it differs from the byte's before, a row. */
static void check_table(const struct pp_unwind_table *table)
{
    const struct pp_unwind_rule *last = NULL;
    uint32_t row_count = 0;
    for (uint32_t at = 0; at < table->text_size; at++) {
        const struct pp_unwind_rule *rule =
            pp_unwind_find_rule(&table->index, at);
        if (rule != last) {
            check_rule(table, rule);
            row_count++;
        }
        last = rule;
    }
    require(row_count == table->row_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum { HEAD_SIZE = 8 };
    if (size < HEAD_SIZE)
        return 0;
    struct pp_cursor head = pp_cursor_of(data, HEAD_SIZE);
    int32_t distance = (int32_t)pp_cursor_u32(&head);
    uint32_t text_size = pp_cursor_u32(&head) & 0x1ffff;
    struct pp_cfi_section section = {
        .bytes = data + HEAD_SIZE,
        .size = size - HEAD_SIZE,
        .address = 1ull << 40,
    };
    struct pp_unwind_table *table = NULL;
    struct pp_error err = {0};
    int status =
        pp_cfi_compile(&section, section.address + (uint64_t)(int64_t)distance,
                       text_size, &table, &err);
    if (text_size == 0) {
        require(status == PP_E_FORMAT && err.text[0]);
        return 0;
    }
    require(status == PP_OK && table);
    check_table(table);
    pp_unwind_table_free(table);
    return 0;
}
