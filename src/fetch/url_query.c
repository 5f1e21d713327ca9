/* url_query: the words of a query in Go's order.
 *
 * Specification: ParseQuery and Values.Encode of Go 1.23's net/url.
 */
#include "fetch/url_query.h"

#include <stdlib.h>

#include "fetch/url_text.h"

static void write_query_word(struct pp_buffer *out, struct pp_slice word)
{
    for (size_t i = 0; i < word.size; i++) {
        if (word.data[i] == ' ')
            pp_buffer_append_char(out, '+');
        else if (pp_url_is_unreserved(word.data[i]))
            pp_buffer_append_char(out, word.data[i]);
        else
            pp_url_escape_byte(out, word.data[i]);
    }
}

/* Without memory its data is NULL. */
static struct pp_slice decode_word(struct pp_arena *arena, struct pp_slice word,
                                   bool *valid)
{
    struct pp_buffer plain = {0};
    *valid = *valid && pp_url_unescape(&plain, word, true);
    char *copy = pp_slice_copy(arena, pp_buffer_slice(&plain));
    struct pp_slice decoded = {copy, copy ? plain.size : 0};
    pp_buffer_release(&plain);
    return decoded;
}

static int query_add(struct pp_url_query *query, struct pp_slice key,
                     struct pp_slice value)
{
    struct pp_url_pair *pair = pp_vector_add(query->arena, &query->pairs);
    if (!pair)
        return PP_E_MEMORY;
    *pair = (struct pp_url_pair){key, value, query->pairs.count};
    return 0;
}

int pp_url_query_parse(struct pp_url_query *query, struct pp_slice text)
{
    while (text.size) {
        struct pp_slice word = pp_url_head(text, pp_url_index_of(text, '&'));
        text = pp_url_tail(text, word.size + 1);
        if (!word.size || pp_url_index_of(word, ';') < word.size)
            continue;
        size_t equals = pp_url_index_of(word, '=');
        bool valid = true;
        struct pp_slice key =
            decode_word(query->arena, pp_url_head(word, equals), &valid);
        struct pp_slice value =
            decode_word(query->arena, pp_url_tail(word, equals + 1), &valid);
        if (!key.data || !value.data)
            return PP_E_MEMORY;
        if (valid && query_add(query, key, value) < 0)
            return PP_E_MEMORY;
    }
    return 0;
}

static struct pp_url_pair *query_find(const struct pp_url_query *query,
                                      const char *key)
{
    for (uint32_t i = 0; i < query->pairs.count; i++)
        if (pp_slice_equal(query->pairs.items[i].key, pp_slice_of(key)))
            return &query->pairs.items[i];
    return NULL;
}

int pp_url_query_set(struct pp_url_query *query, const char *key,
                     struct pp_slice value)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < query->pairs.count; i++)
        if (!pp_slice_equal(query->pairs.items[i].key, pp_slice_of(key)))
            query->pairs.items[kept++] = query->pairs.items[i];
    query->pairs.count = kept;
    return query_add(query, pp_slice_of(key), value);
}

static int compare_pairs(const void *left, const void *right)
{
    const struct pp_url_pair *a = left, *b = right;
    int order = pp_slice_compare(a->key, b->key);
    return order ? order : (a->place > b->place) - (a->place < b->place);
}

void pp_url_query_write(struct pp_url_query *query, struct pp_buffer *out)
{
    if (query->pairs.count)
        qsort(query->pairs.items, query->pairs.count,
              sizeof(struct pp_url_pair), compare_pairs);
    for (uint32_t i = 0; i < query->pairs.count; i++) {
        pp_buffer_append_char(out, i ? '&' : '?');
        write_query_word(out, query->pairs.items[i].key);
        pp_buffer_append_char(out, '=');
        write_query_word(out, query->pairs.items[i].value);
    }
}

int64_t pp_url_query_seconds(const struct pp_url_query *query)
{
    const struct pp_url_pair *pair = query_find(query, "seconds");
    if (!pair || !pair->value.size || pair->value.size > 11)
        return 0;
    char *end;
    long long seconds = strtoll(pair->value.data, &end, 10);
    bool number = end == pair->value.data + pair->value.size &&
                  pp_url_is_one_of(pair->value.data[0], "+-0123456789");
    return number && seconds >= INT32_MIN && seconds <= INT32_MAX ? seconds : 0;
}
