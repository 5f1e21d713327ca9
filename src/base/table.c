/* Hash tables of indices. Invariant: at most 3/4 of the slots are taken, so
 * every walk ends at an empty one. See table.h. */
#include "base/base.h"

#include <sys/auxv.h>

static int make_slots(struct pp_table *table, struct pp_arena *arena,
                      uint64_t slot_count)
{
    if (slot_count > (uint64_t)1 << 32)
        return PP_E_MEMORY;
    struct pp_table_slot *slots =
        pp_arena_array(arena, slot_count, sizeof *slots);
    if (!slots)
        return PP_E_MEMORY;
    memset(slots, 0xff, slot_count * sizeof *slots);
    table->slots = slots;
    table->mask = (uint32_t)(slot_count - 1);
    return PP_OK;
}

int pp_table_init(struct pp_table *table, struct pp_arena *arena,
                  uint32_t expected)
{
    uint64_t slot_count = 16;
    while (slot_count / 4 * 3 < expected)
        slot_count *= 2;
    table->count = 0;
    return make_slots(table, arena, slot_count);
}

static void put(struct pp_table *table, struct pp_table_slot slot)
{
    uint32_t at = pp_table_start(table, slot.hash);
    while (table->slots[at].index != PP_NONE)
        at = (at + 1) & table->mask;
    table->slots[at] = slot;
}

static int grow(struct pp_table *table, struct pp_arena *arena)
{
    const struct pp_table_slot *old = table->slots;
    uint64_t old_count = old ? (uint64_t)table->mask + 1 : 0;
    if (make_slots(table, arena, old ? old_count * 2 : 16) < 0)
        return PP_E_MEMORY;
    for (uint64_t i = 0; i < old_count; i++)
        if (old[i].index != PP_NONE)
            put(table, old[i]);
    return PP_OK;
}

int pp_table_insert(struct pp_table *table, struct pp_arena *arena,
                    uint64_t hash, uint32_t index)
{
    uint64_t slot_count = table->slots ? (uint64_t)table->mask + 1 : 0;
    if (table->count + 1 > slot_count / 4 * 3 && grow(table, arena) < 0)
        return PP_E_MEMORY;
    put(table, (struct pp_table_slot){(uint32_t)hash, index});
    table->count++;
    return PP_OK;
}

/* Two secret numbers and a multiplication to 128 bits: without the numbers
 * nobody knows which words undo which (as in wyhash). */
struct hash_key {
    uint64_t start, factor; /* factor is odd */
};

static uint64_t multiply(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t hash_bytes(const void *bytes, size_t size, struct hash_key key)
{
    const unsigned char *at = bytes;
    uint64_t hash = key.start ^ size;
    uint64_t word;
    for (; size >= sizeof word; size -= sizeof word, at += sizeof word) {
        memcpy(&word, at, sizeof word);
        hash = multiply(hash ^ word, key.factor);
    }
    word = 0;
    if (size)
        memcpy(&word, at, size);
    return pp_hash_u64(multiply(hash ^ word, key.factor));
}

static const struct hash_key stable_key = {0x9e3779b97f4a7c15u,
                                           0xd6e8feb86659fd93u};

/* The kernel gives each process 16 random bytes. Two threads that come here
 * first together compute the same. */
static struct hash_key process_key(void)
{
    static struct hash_key key;
    uint64_t factor = __atomic_load_n(&key.factor, __ATOMIC_ACQUIRE);
    if (!factor) {
        uint64_t random[2] = {stable_key.start, stable_key.factor};
        const void *given = (const void *)getauxval(AT_RANDOM);
        if (given)
            memcpy(random, given, sizeof random);
        uint64_t start = multiply(random[0], stable_key.factor);
        factor = multiply(random[1], stable_key.start | 1) | 1;
        __atomic_store_n(&key.start, start, __ATOMIC_RELAXED);
        __atomic_store_n(&key.factor, factor, __ATOMIC_RELEASE);
    }
    return (struct hash_key){__atomic_load_n(&key.start, __ATOMIC_RELAXED),
                             factor};
}

uint64_t pp_hash_bytes(const void *bytes, size_t size)
{
    return hash_bytes(bytes, size, process_key());
}

uint64_t pp_hash_bytes_stable(const void *bytes, size_t size)
{
    return hash_bytes(bytes, size, stable_key);
}

uint32_t pp_strings_find(const struct pp_strings *strings, struct pp_slice text)
{
    uint64_t hash = pp_hash_bytes(text.data, text.size);
    uint32_t at, index;
    pp_table_each (&strings->table, hash, at, index) {
        if (pp_slice_equal(strings->all.items[index], text))
            return index;
    }
    return PP_NONE;
}

uint32_t pp_strings_add(struct pp_strings *strings, struct pp_arena *arena,
                        struct pp_slice text)
{
    uint32_t found = pp_strings_find(strings, text);
    if (found != PP_NONE)
        return found;
    uint32_t index = strings->all.count;
    struct pp_slice *item = pp_vector_add(arena, &strings->all);
    if (!item)
        return PP_NONE;
    *item = text;
    uint64_t hash = pp_hash_bytes(text.data, text.size);
    if (pp_table_insert(&strings->table, arena, hash, index) < 0) {
        strings->all.count--;
        return PP_NONE;
    }
    return index;
}

uint32_t pp_strings_add_copy(struct pp_strings *strings, struct pp_arena *arena,
                             struct pp_slice text)
{
    uint32_t found = pp_strings_find(strings, text);
    if (found != PP_NONE)
        return found;
    const char *copy = pp_slice_copy(arena, text);
    if (!copy)
        return PP_NONE;
    return pp_strings_add(strings, arena, (struct pp_slice){copy, text.size});
}
