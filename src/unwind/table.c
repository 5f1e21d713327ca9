/* Building unwind tables. Changes are collected in address order with each
 * distinct rule numbered as it comes; at the end the rules are ranked by use
 * and everything is packed. Invariant: no two changes share an offset, and
 * neighbours differ in their rule. Layout: table.h. */
#include "unwind/arch.h"

#include <sys/mman.h>

enum {
    RULES_MAX = 1 << 16, /* real objects have a few hundred */
    NONE = 0,            /* numbers of the two rules that every builder has */
    UNSUPPORTED = 1,
};

static const struct pp_unwind_rule none = {.cfa = PP_CFA_NONE};
static const struct pp_unwind_rule unsupported = {.cfa = PP_CFA_UNSUPPORTED};

const struct pp_unwind_rule *pp_unwind_find_wide(
    const struct pp_unwind_index *index, uint32_t row)
{
    uint32_t low = 0, high = index->wide_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (index->wide[middle].row <= row)
            low = middle;
        else
            high = middle;
    }
    return &index->rules[index->wide[low].rule];
}

/* ---- collecting --------------------------------------------------------- */

static uint64_t hash_rule(const struct pp_unwind_rule *rule)
{
    uint64_t halves[2];
    memcpy(halves, rule, sizeof halves);
    return (halves[0] * 0x9e3779b97f4a7c15u) ^
           (halves[1] * 0xd6e8feb86659fd93u);
}

static bool same_rule(const struct pp_unwind_rule *a,
                      const struct pp_unwind_rule *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static uint32_t add_rule(struct pp_unwind_builder *builder,
                         const struct pp_unwind_rule *rule, uint64_t hash)
{
    if (builder->rules.count == RULES_MAX)
        return UNSUPPORTED;
    uint32_t number = builder->rules.count;
    struct pp_unwind_counted *added =
        pp_vector_add(builder->arena, &builder->rules);
    if (!added ||
        pp_table_insert(&builder->rule_numbers, builder->arena, hash, number)) {
        builder->failed = true;
        return NONE;
    }
    added->rule = *rule;
    return number;
}

static uint32_t find_number(struct pp_unwind_builder *builder,
                            const struct pp_unwind_rule *rule, uint64_t hash)
{
    uint32_t at, number;
    hash = pp_hash_u64(hash);
    pp_table_each (&builder->rule_numbers, hash, at, number)
        if (same_rule(&builder->rules.items[number].rule, rule))
            return number;
    return add_rule(builder, rule, hash);
}

static uint32_t number_of(struct pp_unwind_builder *builder,
                          const struct pp_unwind_rule *rule)
{
    uint64_t hash = hash_rule(rule);
    uint32_t *recent = &builder->recent[hash >> 56];
    if (!same_rule(&builder->rules.items[*recent].rule, rule))
        *recent = find_number(builder, rule, hash);
    return *recent;
}

static void append(struct pp_unwind_builder *builder, uint32_t offset,
                   uint32_t number)
{
    if (builder->changes.count == builder->changes.capacity &&
        pp_vector_reserve(builder->arena, &builder->changes, 1)) {
        builder->failed = true;
        return;
    }
    builder->changes.items[builder->changes.count++] =
        (struct pp_unwind_change){offset, number};
}

void pp_unwind_builder_init(struct pp_unwind_builder *builder,
                            struct pp_arena *arena, uint32_t text_size)
{
    *builder = (struct pp_unwind_builder){
        .arena = arena,
        .text_size = text_size,
    };
    find_number(builder, &none, hash_rule(&none));
    find_number(builder, &unsupported, hash_rule(&unsupported));
    if (!builder->failed)
        append(builder, 0, NONE);
}

static bool is_expressible(const struct pp_unwind_rule *rule)
{
    return rule->cfa != PP_CFA_UNSUPPORTED &&
           rule->ra.where != PP_SAVED_UNSUPPORTED;
}

void pp_unwind_builder_add(struct pp_unwind_builder *builder, uint32_t offset,
                           const struct pp_unwind_rule *rule)
{
    if (builder->failed || offset >= builder->text_size)
        return;
    if (!is_expressible(rule))
        rule = &unsupported;
    uint32_t count = builder->changes.count;
    struct pp_unwind_change *last = &builder->changes.items[count - 1];
    if (same_rule(&builder->rules.items[last->rule].rule, rule))
        return;
    uint32_t number = number_of(builder, rule);
    if (last->offset == offset) {
        last->rule = number;
        if (count > 1 && last[-1].rule == number)
            builder->changes.count--;
    } else if (last->rule != number) {
        append(builder, offset, number);
    }
}

/* ---- packing ------------------------------------------------------------ */

/* Rank the rules, the most used first: `order` are their numbers by rank.
 * Shell's sort, since there may be many and qsort may call malloc. */
static bool rank_rules(struct pp_unwind_builder *builder, uint32_t **order)
{
    struct pp_unwind_counted *rules = builder->rules.items;
    uint32_t count = builder->rules.count;
    for (uint32_t i = 0; i < builder->changes.count; i++)
        rules[builder->changes.items[i].rule].row_count++;
    uint32_t *ranked = pp_arena_array(builder->arena, count, sizeof *ranked);
    if (!ranked)
        return false;
    for (uint32_t i = 0; i < count; i++)
        ranked[i] = i;
    for (uint32_t gap = count / 2; gap > 0; gap /= 2)
        for (uint32_t i = gap; i < count; i++) {
            uint32_t moved = ranked[i], at = i;
            for (; at >= gap &&
                   rules[ranked[at - gap]].row_count < rules[moved].row_count;
                 at -= gap)
                ranked[at] = ranked[at - gap];
            ranked[at] = moved;
        }
    for (uint32_t i = 0; i < count; i++)
        rules[ranked[i]].rank = i;
    *order = ranked;
    return true;
}

static uint32_t count_wide(const struct pp_unwind_builder *builder)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < builder->rules.count; i++)
        if (builder->rules.items[i].rank >= PP_UNWIND_RULE_WIDE)
            count += builder->rules.items[i].row_count;
    return count;
}

static uint32_t bucket_count(uint32_t text_size)
{
    return (text_size - 1) / (1u << PP_UNWIND_BUCKET_BITS) + 1;
}

/* The mapping:  table | rules | wide | blocks | buckets | rows
 * with one bucket more than there is text for, to mark the end. */
static struct pp_unwind_table *map_table(
    const struct pp_unwind_builder *builder, uint32_t wide_count)
{
    uint64_t buckets = bucket_count(builder->text_size) + 1ul;
    uint64_t blocks = ((buckets - 1) >> PP_UNWIND_BLOCK_BITS) + 1;
    uint64_t rules_at = (sizeof(struct pp_unwind_table) + 63) / 64 * 64;
    uint64_t wide_at =
        rules_at + builder->rules.count * sizeof(struct pp_unwind_rule);
    uint64_t blocks_at = wide_at + wide_count * sizeof(struct pp_unwind_wide);
    uint64_t buckets_at = blocks_at + blocks * sizeof(uint32_t);
    uint64_t rows_at = buckets_at + buckets * sizeof(uint16_t);
    uint64_t size = rows_at + builder->changes.count * sizeof(uint16_t);
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return NULL;
    struct pp_unwind_table *table = (struct pp_unwind_table *)memory;
    *table = (struct pp_unwind_table){
        .size = size,
        .text_size = builder->text_size,
        .row_count = builder->changes.count,
        .rule_count = builder->rules.count,
        .rows_unsupported = builder->rules.items[UNSUPPORTED].row_count,
        .index =
            {
                .rules = (struct pp_unwind_rule *)(memory + rules_at),
                .wide = (struct pp_unwind_wide *)(memory + wide_at),
                .wide_count = wide_count,
                .blocks = (uint32_t *)(memory + blocks_at),
                .buckets = (uint16_t *)(memory + buckets_at),
                .rows = (uint16_t *)(memory + rows_at),
            },
    };
    return table;
}

static void fill_buckets(const struct pp_unwind_table *table,
                         const struct pp_unwind_change *changes)
{
    uint32_t *blocks = (uint32_t *)table->index.blocks;
    uint16_t *buckets = (uint16_t *)table->index.buckets;
    uint32_t last = bucket_count(table->text_size);
    uint32_t block_mask = (1u << PP_UNWIND_BLOCK_BITS) - 1;
    uint32_t row = 0;
    for (uint32_t bucket = 0; bucket <= last; bucket++) {
        uint64_t start = (uint64_t)bucket << PP_UNWIND_BUCKET_BITS;
        while (row < table->row_count && changes[row].offset < start)
            row++;
        uint32_t *block = &blocks[bucket >> PP_UNWIND_BLOCK_BITS];
        if ((bucket & block_mask) == 0)
            *block = row;
        buckets[bucket] = (uint16_t)(row - *block);
    }
}

static void fill_rows(const struct pp_unwind_table *table,
                      const struct pp_unwind_builder *builder)
{
    uint16_t *rows = (uint16_t *)table->index.rows;
    struct pp_unwind_wide *wide = (struct pp_unwind_wide *)table->index.wide;
    for (uint32_t row = 0; row < table->row_count; row++) {
        const struct pp_unwind_change *change = &builder->changes.items[row];
        uint32_t rule = builder->rules.items[change->rule].rank;
        if (rule >= PP_UNWIND_RULE_WIDE) {
            *wide++ = (struct pp_unwind_wide){row, rule};
            rule = PP_UNWIND_RULE_WIDE;
        }
        rows[row] = (uint16_t)(change->offset << 8 | rule);
    }
}

/* How plain the rule is, so that the walk sees it in one look. */
static uint8_t plainness(const struct pp_unwind_rule *rule)
{
    bool on_sp = rule->cfa_register == PP_ARCH_SP;
    bool on_fp = rule->cfa_register == PP_ARCH_FP;
    bool fp_saved = rule->fp.where == PP_SAVED_CFA;
    if (rule->cfa != PP_CFA_OFFSET || !(on_sp || on_fp) ||
        rule->ra.where != PP_SAVED_CFA ||
        !(fp_saved || rule->fp.where == PP_SAVED_SAME))
        return 0;
    return (uint8_t)(PP_PLAIN | (on_fp ? PP_PLAIN_FP_BASED : 0) |
                     (fp_saved ? PP_PLAIN_FP_SAVED : 0));
}

struct pp_unwind_table *pp_unwind_builder_finish(
    struct pp_unwind_builder *builder)
{
    uint32_t *order;
    if (builder->failed || builder->text_size == 0 ||
        !rank_rules(builder, &order))
        return NULL;
    struct pp_unwind_table *table = map_table(builder, count_wide(builder));
    if (!table)
        return NULL;
    struct pp_unwind_rule *rules = (struct pp_unwind_rule *)table->index.rules;
    for (uint32_t rank = 0; rank < table->rule_count; rank++) {
        rules[rank] = builder->rules.items[order[rank]].rule;
        rules[rank].ra.plain = plainness(&rules[rank]);
    }
    fill_buckets(table, builder->changes.items);
    fill_rows(table, builder);
    return table;
}

void pp_unwind_table_free(struct pp_unwind_table *table)
{
    if (table)
        munmap(table, table->size);
}
