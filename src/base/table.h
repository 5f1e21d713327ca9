/* Tables: open addressing from a hash to an index into the caller's array.
 *
 * The table never sees the items, so it needs neither their type nor a
 * callback: it offers candidates, the caller compares.
 *
 *     uint32_t at, index;
 *     pp_table_each(&table, hash, at, index)
 *         if (pp_slice_equal(names[index], name))
 *             return index;
 *     ... not there: append to names, then
 *     pp_table_insert(&table, hash, new_index);
 *
 * Nothing is ever removed; that is what arenas are for.
 */
#ifndef PP_BASE_TABLE_H
#define PP_BASE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"

#define PP_NONE UINT32_MAX /* no index */

struct pp_table_slot {
    uint32_t hash;
    uint32_t index; /* PP_NONE: empty */
};

struct pp_table {
    struct pp_table_slot *slots;
    uint32_t mask; /* slot count - 1, a power of two minus one */
    uint32_t count;
};

/* Room for `expected` entries; it grows past that by itself. 0 or
 * PP_E_MEMORY. An all-zero table is a valid empty one. */
int pp_table_init(struct pp_table *table, struct pp_arena *arena,
                  uint32_t expected);

/* 0 or PP_E_MEMORY. Does not look whether the entry is there already. */
int pp_table_insert(struct pp_table *table, struct pp_arena *arena,
                    uint64_t hash, uint32_t index);

/* Walk over the entries whose hash matches; `at` and `index` are uint32_t
 * variables of the caller. */
#define pp_table_each(table, hash, at, index)                                  \
    for ((at) = pp_table_start((table), (hash));                               \
         ((index) = pp_table_next((table), (hash), &(at))) != PP_NONE;)

static inline uint32_t pp_table_start(const struct pp_table *table,
                                      uint64_t hash)
{
    return (uint32_t)hash & table->mask;
}

static inline uint32_t pp_table_next(const struct pp_table *table,
                                     uint64_t hash, uint32_t *at)
{
    if (!table->slots)
        return PP_NONE;
    for (;;) {
        const struct pp_table_slot *slot = &table->slots[*at];
        *at = (*at + 1) & table->mask;
        if (slot->index == PP_NONE || slot->hash == (uint32_t)hash)
            return slot->index;
    }
}

/* A hash of bytes that may come from anybody: keyed anew in each process, so
 * that nobody can prepare keys that fall together. All 64 bits are good. */
uint64_t pp_hash_bytes(const void *bytes, size_t size);

/* The same in every process: for what must look alike tomorrow. Not for
 * tables. */
uint64_t pp_hash_bytes_stable(const void *bytes, size_t size);

/* The same of a number that may come from anybody. */
static inline uint64_t pp_hash_foreign_u64(uint64_t value)
{
    return pp_hash_bytes(&value, sizeof value);
}

/* Hashes of numbers of our own making, indices and addresses. */
static inline uint64_t pp_hash_u64(uint64_t value)
{
    value ^= value >> 32;
    value *= 0xd6e8feb86659fd93u;
    value ^= value >> 32;
    value *= 0xd6e8feb86659fd93u;
    return value ^ value >> 32;
}

static inline uint64_t pp_hash_add(uint64_t hash, uint64_t value)
{
    return pp_hash_u64(hash * 0x9e3779b97f4a7c15u + value);
}

/* Interned text: each distinct slice once, numbered from 0 in the order of
 * first sight. The bytes are borrowed unless copied by the `copy` call. */
struct pp_strings {
    struct {
        struct pp_slice *items;
        uint32_t count, capacity;
    } all;
    struct pp_table table;
};

/* The number of the text, added if new. PP_NONE when out of memory.
 * pp_strings_add borrows the bytes, which must live as long as the arena;
 * pp_strings_add_copy copies those of new texts into it. */
uint32_t pp_strings_add(struct pp_strings *strings, struct pp_arena *arena,
                        struct pp_slice text);
uint32_t pp_strings_add_copy(struct pp_strings *strings, struct pp_arena *arena,
                             struct pp_slice text);

/* The number of the text, or PP_NONE if it is not there. */
uint32_t pp_strings_find(const struct pp_strings *strings,
                         struct pp_slice text);

#endif
