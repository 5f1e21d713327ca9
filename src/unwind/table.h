/* Unwind tables: for every byte of an executable segment, how to get from the
 * registers in a frame to the registers in its caller.
 *
 * Compact and position independent. The text is cut in buckets of 256 bytes,
 * the buckets in blocks of 256:
 *
 *   blocks  [ first row of the block           u32 ]   one per 64 KB of text
 *   buckets [ first row, counted from there    u16 ]   one per 256 bytes
 *   rows    [ offset in bucket | rule      u8 | u8 ]   where the rule changes
 *   rules   [ struct pp_unwind_rule                ]   each distinct one once
 *   wide    [ row, rule                  u32 | u32 ]   where 8 bits do not do
 *
 * The rule at a byte is that of the last row at or before it, which may be
 * the row in front of the bucket's first. Row 0 stands at byte 0, so there
 * always is one. Rules are numbered by how often they are used: the first 255
 * serve nearly all rows, and the first few, one cache line, most of them. A
 * lookup touches a line of buckets, one of rows and one of rules; blocks are
 * few enough to stay in the cache.
 */
#ifndef PP_UNWIND_TABLE_H
#define PP_UNWIND_TABLE_H

#include "base/base.h"

/* How the canonical frame address (CFA: the stack pointer of the caller, once
 * this frame has returned) is found. */
enum pp_cfa {
    PP_CFA_NONE,        /* no function here */
    PP_CFA_UNSUPPORTED, /* a function, but its CFI says what no rule can */
    PP_CFA_OFFSET,      /* register + offset */
    PP_CFA_DEREF,       /* the word at [register + offset], + addend */
    PP_CFA_SIGNAL,      /* as DEREF; the caller is what a signal interrupted */
    PP_CFA_PLT, /* sp + 8, 8 more from byte `offset` of a 16-byte stub on */
};

/* Where the caller's value of a register is. */
enum pp_saved {
    PP_SAVED_SAME,      /* still in the register */
    PP_SAVED_CFA,       /* in the word at CFA + 8 * slot */
    PP_SAVED_SP,        /* ... at sp + 8 * slot */
    PP_SAVED_FP,        /* ... at fp + 8 * slot */
    PP_SAVED_UNDEFINED, /* nowhere; for the return address: no caller */
    PP_SAVED_UNSUPPORTED,
};

struct pp_unwind_saved {
    int16_t slot;
    uint8_t where; /* enum pp_saved */
    uint8_t plain; /* in ra: PP_PLAIN and so on, or 0; in fp: 0 */
};

/* Rules of the plain kind, which nearly all are: CFA = sp or fp + offset, the
 * return address beside the CFA, fp there too or untouched. */
enum {
    PP_PLAIN = 1,
    PP_PLAIN_FP_BASED = 2, /* CFA = fp + offset */
    PP_PLAIN_FP_SAVED = 4,
};

/* 16 bytes without padding, so that equal rules have equal bytes. */
struct pp_unwind_rule {
    uint8_t cfa;          /* enum pp_cfa */
    uint8_t cfa_register; /* its DWARF number */
    int16_t cfa_addend;   /* bytes */
    int32_t cfa_offset;   /* bytes */
    struct pp_unwind_saved fp, ra;
};
_Static_assert(sizeof(struct pp_unwind_rule) == 16, "four rules a cache line");

enum {
    PP_UNWIND_BUCKET_BITS = 8, /* text bytes of a bucket */
    PP_UNWIND_BLOCK_BITS = 8,  /* buckets of a block */
    PP_UNWIND_RULE_WIDE = 255, /* in a row: see `wide` */
};

/* A row whose rule has a number that 8 bits cannot hold. */
struct pp_unwind_wide {
    uint32_t row, rule;
};

/* What a lookup needs. */
struct pp_unwind_index {
    const uint32_t *blocks;
    const uint16_t *buckets;
    const uint16_t *rows; /* offset << 8 | rule */
    const struct pp_unwind_rule *rules;
    const struct pp_unwind_wide *wide; /* in the order of rows */
    uint32_t wide_count;
};

/* Lies in one mapping of its own, of which it uses `size` bytes. */
struct pp_unwind_table {
    uint64_t size;
    uint32_t text_size;
    uint32_t row_count;
    uint32_t rule_count;
    uint32_t rows_unsupported;
    struct pp_unwind_index index;
};

void pp_unwind_table_free(struct pp_unwind_table *table);

/* The slow path of pp_unwind_find_rule: the rule of a row marked as wide. */
const struct pp_unwind_rule *pp_unwind_find_wide(
    const struct pp_unwind_index *index, uint32_t row);

/* The rule at an offset in the text, which must be less than its size.
 * Async-signal-safe. The few rows of a bucket are tried one by one: that lets
 * the processor guess and go on, where a search without branches would make
 * it wait. */
static inline const struct pp_unwind_rule *pp_unwind_find_rule(
    const struct pp_unwind_index *index, uint32_t offset)
{
    uint32_t bucket = offset >> PP_UNWIND_BUCKET_BITS;
    uint32_t next = bucket + 1;
    const uint16_t *row =
        index->rows +
        (index->blocks[next >> PP_UNWIND_BLOCK_BITS] + index->buckets[next]);
    const uint16_t *first =
        index->rows + (index->blocks[bucket >> PP_UNWIND_BLOCK_BITS] +
                       index->buckets[bucket]);
    /* Rows at or before this byte are not greater than this. */
    uint16_t here = (uint16_t)(offset << 8 | 0xff);
    while (row > first && row[-1] > here)
        row--;
    uint64_t rule = (uint8_t)row[-1];
    if (__builtin_expect(rule == PP_UNWIND_RULE_WIDE, 0))
        return pp_unwind_find_wide(index, (uint32_t)(row - 1 - index->rows));
    return &index->rules[rule];
}

/* ---- building ----------------------------------------------------------- */

struct pp_unwind_builder {
    struct pp_arena *arena;
    uint32_t text_size;
    struct {
        struct pp_unwind_change {
            uint32_t offset, rule;
        } * items;
        uint32_t count, capacity;
    } changes;
    struct pp_unwind_rules {
        struct pp_unwind_counted {
            struct pp_unwind_rule rule;
            uint32_t row_count; /* with this rule */
            uint32_t rank;      /* its number in the finished table */
        } * items;
        uint32_t count, capacity;
    } rules;
    struct pp_table rule_numbers;
    uint32_t recent[256]; /* by a quick hash of the rule: its likely number */
    bool failed;          /* out of memory; sticks */
};

/* Start a table for text_size bytes of code. Working memory comes from the
 * arena. */
void pp_unwind_builder_init(struct pp_unwind_builder *builder,
                            struct pp_arena *arena, uint32_t text_size);

/* From `offset` on `rule` holds. Offsets never go back; of several calls with
 * one offset the last counts. */
void pp_unwind_builder_add(struct pp_unwind_builder *builder, uint32_t offset,
                           const struct pp_unwind_rule *rule);

/* The table, or NULL without memory. */
struct pp_unwind_table *pp_unwind_builder_finish(
    struct pp_unwind_builder *builder);

#endif
