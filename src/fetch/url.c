/* url: Go's URL rules, as far as a profile's source can show them.
 *
 * The parts of a parsed URL are slices of the text, still percent-encoded.
 * Only the query is decoded, since its keys are sorted by their decoded form;
 * the rest is passed on as it stands, with what may not stand there escaped.
 *
 * Specification: Go 1.23 net/url (Parse, Values.Encode, EscapedPath) and
 * adjustURL of cmd/pprof.
 */
#include "fetch/url.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

struct parts {
    struct pp_slice scheme;
    struct pp_slice user; /* with its '@', or empty */
    struct pp_slice host; /* with its port */
    struct pp_slice path;
    struct pp_slice query;
};

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_one_of(char c, const char *set)
{
    return c && strchr(set, c);
}

/* The characters that RFC 3986 calls unreserved. */
static bool is_unreserved(char c)
{
    return is_alpha(c) || is_digit(c) || is_one_of(c, "-_.~");
}

static int hex_value(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Where the first `c` stands in text, or text.size. */
static size_t index_of(struct pp_slice text, char c)
{
    const char *found = text.size ? memchr(text.data, c, text.size) : NULL;
    return found ? (size_t)(found - text.data) : text.size;
}

static struct pp_slice head(struct pp_slice text, size_t size)
{
    return (struct pp_slice){text.data, size};
}

/* What stands behind the first `skip` bytes; empty past the end. */
static struct pp_slice tail(struct pp_slice text, size_t skip)
{
    if (skip >= text.size)
        return (struct pp_slice){text.data + text.size, 0};
    return (struct pp_slice){text.data + skip, text.size - skip};
}

/* ---- parsing ------------------------------------------------------------ */

static bool has_control_characters(struct pp_slice text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.data[i] < 0x20 || text.data[i] == 0x7f)
            return true;
    return false;
}

static bool has_bad_escape(struct pp_slice text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] == '%' &&
            (i + 2 >= text.size || hex_value(text.data[i + 1]) < 0 ||
             hex_value(text.data[i + 2]) < 0))
            return true;
    return false;
}

/* Cut "scheme:" off the front of *text. false when the colon comes first. */
static bool take_scheme(struct pp_slice *text, struct pp_slice *scheme)
{
    *scheme = head(*text, 0);
    for (size_t i = 0; i < text->size; i++) {
        char c = text->data[i];
        if (c == ':') {
            *scheme = head(*text, i);
            *text = tail(*text, i + 1);
            return i > 0;
        }
        bool letter = is_alpha(c);
        bool later = is_digit(c) || is_one_of(c, "+-.");
        if (!letter && !(later && i > 0))
            return true; /* no scheme at all */
    }
    return true;
}

/* A host may hold anything but what ends it or looks like a mistake; its port,
 * if any, is of digits. */
static bool host_is_valid(struct pp_slice host)
{
    size_t port = host.size;
    for (size_t i = 0; i < host.size; i++) {
        char c = host.data[i];
        if (c == ':')
            port = i + 1;
        else if (c == ']')
            port = host.size;
        bool ascii = (unsigned char)c < 0x80;
        if (ascii && !is_unreserved(c) && !is_one_of(c, "!$&'()*+,;=:[]<>\"%"))
            return false;
    }
    for (size_t i = port; i < host.size; i++)
        if (!is_digit(host.data[i]))
            return false;
    bool bracketed = host.size && host.data[0] == '[';
    return !bracketed || index_of(host, ']') < host.size;
}

static bool take_authority(struct pp_slice *text, struct parts *parts)
{
    struct pp_slice authority = tail(*text, 2);
    authority = head(authority, index_of(authority, '/'));
    *text = tail(*text, 2 + authority.size);

    size_t user_size = 0;
    for (size_t i = 0; i < authority.size; i++)
        if (authority.data[i] == '@')
            user_size = i + 1;
    parts->user = head(authority, user_size);
    parts->host = tail(authority, user_size);
    return host_is_valid(parts->host) && !has_bad_escape(parts->user);
}

static bool parse(struct pp_slice text, struct parts *parts)
{
    memset(parts, 0, sizeof(*parts));
    if (text.size == 0 || has_control_characters(text))
        return false;
    text = head(text, index_of(text, '#'));
    if (!take_scheme(&text, &parts->scheme))
        return false;

    size_t question = index_of(text, '?');
    parts->query = tail(text, question + 1);
    text = head(text, question);
    if (!pp_slice_starts_with(text, pp_slice_literal("/"))) {
        /* With a scheme it is an opaque URL, which has no host; without,
         * a path, whose first word may not have a colon. */
        struct pp_slice segment = head(text, index_of(text, '/'));
        return parts->scheme.size || index_of(segment, ':') == segment.size;
    }
    bool has_authority = pp_slice_starts_with(text, pp_slice_literal("//")) &&
                         (parts->scheme.size ||
                          !pp_slice_starts_with(text, pp_slice_literal("///")));
    if (has_authority && !take_authority(&text, parts))
        return false;
    parts->path = text;
    return !has_bad_escape(text);
}

/* ---- writing ------------------------------------------------------------ */

static void escape_byte(struct pp_buffer *out, char c)
{
    pp_buffer_format(out, "%%%02X", (unsigned char)c);
}

static bool unescape(struct pp_buffer *out, struct pp_slice text,
                     bool plus_is_space)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (c == '+' && plus_is_space)
            c = ' ';
        if (c == '%') {
            if (i + 2 >= text.size || has_bad_escape(head(tail(text, i), 3)))
                return false;
            c = (char)(hex_value(text.data[i + 1]) << 4 |
                       hex_value(text.data[i + 2]));
            i += 2;
        }
        pp_buffer_append_char(out, c);
    }
    return true;
}

/* A path that is written as a path may be stays as it is; any other is
 * decoded and encoded anew. */
static void write_path(struct pp_buffer *out, struct pp_slice path)
{
    bool valid = true;
    for (size_t i = 0; i < path.size; i++)
        valid = valid && (is_unreserved(path.data[i]) ||
                          is_one_of(path.data[i], "!$&'()*+,;=:@[]%/"));
    if (valid) {
        pp_buffer_append_slice(out, path);
        return;
    }
    struct pp_buffer plain = {0};
    unescape(&plain, path, false);
    for (size_t i = 0; i < plain.size; i++) {
        char c = plain.data[i];
        if (is_unreserved(c) || is_one_of(c, "$&+,/:;=@"))
            pp_buffer_append_char(out, c);
        else
            escape_byte(out, c);
    }
    pp_buffer_release(&plain);
}

static void write_query_word(struct pp_buffer *out, struct pp_slice word)
{
    for (size_t i = 0; i < word.size; i++) {
        if (word.data[i] == ' ')
            pp_buffer_append_char(out, '+');
        else if (is_unreserved(word.data[i]))
            pp_buffer_append_char(out, word.data[i]);
        else
            escape_byte(out, word.data[i]);
    }
}

/* ---- the query ---------------------------------------------------------- */

struct pair {
    struct pp_slice key, value;
    uint32_t place; /* in the source: equal keys keep their order */
};

struct query {
    struct pp_arena *arena;
    struct {
        struct pair *items;
        uint32_t count, capacity;
    } pairs;
};

static struct pp_slice decode_word(struct pp_arena *arena, struct pp_slice word,
                                   bool *valid)
{
    struct pp_buffer plain = {0};
    *valid = *valid && unescape(&plain, word, true);
    char *copy = pp_slice_copy(arena, pp_buffer_slice(&plain));
    struct pp_slice decoded = {copy, copy ? plain.size : 0};
    pp_buffer_release(&plain);
    return decoded;
}

static int query_add(struct query *query, struct pp_slice key,
                     struct pp_slice value)
{
    struct pair *pair = pp_vector_add(query->arena, &query->pairs);
    if (!pair)
        return PP_E_MEMORY;
    *pair = (struct pair){key, value, query->pairs.count};
    return 0;
}

/* Words that do not decode, and those with a ';', are left out. */
static int query_parse(struct query *query, struct pp_slice text)
{
    while (text.size) {
        struct pp_slice word = head(text, index_of(text, '&'));
        text = tail(text, word.size + 1);
        if (!word.size || index_of(word, ';') < word.size)
            continue;
        size_t equals = index_of(word, '=');
        bool valid = true;
        struct pp_slice key =
            decode_word(query->arena, head(word, equals), &valid);
        struct pp_slice value =
            decode_word(query->arena, tail(word, equals + 1), &valid);
        if (valid && query_add(query, key, value) < 0)
            return PP_E_MEMORY;
    }
    return 0;
}

static struct pair *query_find(const struct query *query, const char *key)
{
    for (uint32_t i = 0; i < query->pairs.count; i++)
        if (pp_slice_equal(query->pairs.items[i].key, pp_slice_of(key)))
            return &query->pairs.items[i];
    return NULL;
}

/* One value for the key, whatever there was. */
static int query_set(struct query *query, const char *key,
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
    const struct pair *a = left, *b = right;
    int order = pp_slice_compare(a->key, b->key);
    return order ? order : (a->place > b->place) - (a->place < b->place);
}

static void query_write(struct query *query, struct pp_buffer *out)
{
    if (query->pairs.count)
        qsort(query->pairs.items, query->pairs.count, sizeof(struct pair),
              compare_pairs);
    for (uint32_t i = 0; i < query->pairs.count; i++) {
        pp_buffer_append_char(out, i ? '&' : '?');
        write_query_word(out, query->pairs.items[i].key);
        pp_buffer_append_char(out, '=');
        write_query_word(out, query->pairs.items[i].value);
    }
}

/* What the query says of the duration; 0 when nothing that is a number. */
static int64_t query_seconds(const struct query *query)
{
    const struct pair *pair = query_find(query, "seconds");
    if (!pair || !pair->value.size || pair->value.size > 11)
        return 0;
    char *end;
    long long seconds = strtoll(pair->value.data, &end, 10);
    bool number = end == pair->value.data + pair->value.size &&
                  is_one_of(pair->value.data[0], "+-0123456789");
    return number && seconds >= INT32_MIN && seconds <= INT32_MAX ? seconds : 0;
}

/* ---- the whole ---------------------------------------------------------- */

static bool is_scheme(const struct parts *parts, const char *scheme)
{
    return parts->scheme.size == strlen(scheme) &&
           strncasecmp(parts->scheme.data, scheme, parts->scheme.size) == 0;
}

/* "localhost:6060/x" looks like a scheme and no host. What has "://" in it was
 * meant as it stands: a second try would look up a host named "http". */
static bool wants_second_try(struct pp_slice source, bool parsed,
                             const struct parts *parts)
{
    if (pp_slice_contains(source, pp_slice_literal("://")))
        return false;
    return !parsed || (!parts->host.size && parts->scheme.size &&
                       !is_scheme(parts, "file"));
}

static bool recognise(struct pp_slice source, struct pp_buffer *space,
                      struct parts *parts)
{
    bool parsed = parse(source, parts);
    if (wants_second_try(source, parsed, parts)) {
        pp_buffer_append_text(space, "http://");
        pp_buffer_append_slice(space, source);
        parsed = !space->failed && parse(pp_buffer_slice(space), parts);
    }
    return parsed && parts->host.size;
}

static void write_url(struct pp_buffer *out, const struct parts *parts,
                      struct pp_slice path, struct query *query)
{
    for (size_t i = 0; i < parts->scheme.size; i++) {
        char c = parts->scheme.data[i];
        pp_buffer_append_char(out, c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    pp_buffer_append_text(out, parts->scheme.size ? "://" : "//");
    pp_buffer_append_slice(out, parts->user);
    pp_buffer_append_slice(out, parts->host);
    write_path(out, path);
    if (query)
        query_write(query, out);
}

static int store(const struct pp_buffer *text, char *place, size_t size,
                 struct pp_error *err)
{
    if (text->failed)
        return pp_fail_memory(err);
    if (text->size >= size)
        return pp_fail(err, PP_E_USAGE, "the URL has more than %zu bytes",
                       size - 1);
    memcpy(place, text->data, text->size);
    place[text->size] = 0;
    return 0;
}

static int adjust(const struct parts *parts, struct pp_arena *arena,
                  int64_t seconds, struct pp_url_target *target,
                  struct pp_error *err)
{
    struct query query = {arena};
    char number[24];
    if (query_parse(&query, parts->query) < 0)
        return pp_fail_memory(err);
    if (seconds > 0) {
        snprintf(number, sizeof(number), "%lld", (long long)seconds);
        if (query_set(&query, "seconds", pp_slice_of(number)) < 0)
            return pp_fail_memory(err);
    }
    target->seconds = query_seconds(&query);

    bool has_path = parts->path.size > 1;
    struct pp_buffer text = {0};
    write_url(&text, parts,
              has_path ? parts->path : pp_slice_literal("/debug/pprof/profile"),
              &query);
    int status = store(&text, target->url, sizeof(target->url), err);
    pp_buffer_release(&text);
    return status;
}

int pp_url_adjust(const char *source, int64_t seconds, int64_t timeout,
                  struct pp_url_target *target, struct pp_error *err)
{
    struct pp_arena arena = {0};
    struct pp_buffer space = {0};
    struct parts parts;
    int status;

    if (recognise(pp_slice_of(source), &space, &parts))
        status = adjust(&parts, &arena, seconds, target, err);
    else
        status = pp_fail(err, PP_E_NOT_FOUND, "not a URL");
    pp_buffer_release(&space);
    pp_arena_release(&arena);
    if (status < 0)
        return status;

    if (target->seconds < 0)
        target->seconds = 0;
    if (timeout > 0)
        target->timeout = timeout;
    else if (target->seconds)
        target->timeout = target->seconds + target->seconds / 2;
    else
        target->timeout = 60;
    return 0;
}

/* ---- its neighbours ----------------------------------------------------- */

static bool ends_with(struct pp_slice text, const char *end)
{
    size_t size = strlen(end);
    return text.size >= size &&
           memcmp(text.data + text.size - size, end, size) == 0;
}

static bool has_symbol_beside(struct pp_slice path)
{
    static const char *const gperftools[] = {
        "/pprof/heap",       "/pprof/growth",     "/pprof/profile",
        "/pprof/pmuprofile", "/pprof/contention",
    };
    if (pp_slice_contains(path, pp_slice_literal("/debug/pprof/")))
        return true;
    for (size_t i = 0; i < sizeof(gperftools) / sizeof(*gperftools); i++)
        if (ends_with(path, gperftools[i]))
            return true;
    return false;
}

int pp_url_symbol(const char *url, char *symbol_url, size_t size,
                  struct pp_error *err)
{
    struct parts parts;
    if (!parse(pp_slice_of(url), &parts) || !parts.host.size)
        return pp_fail(err, PP_E_USAGE, "%s: not a URL", url);

    struct pp_buffer path = {0}, text = {0};
    if (has_symbol_beside(parts.path)) {
        struct pp_slice name = pp_slice_base_name(parts.path);
        pp_buffer_append(&path, parts.path.data, parts.path.size - name.size);
        pp_buffer_append_text(&path, "symbol");
    } else {
        pp_buffer_append_text(&path, "/symbolz");
    }
    write_url(&text, &parts, pp_buffer_slice(&path), NULL);
    text.failed |= path.failed;
    int status = store(&text, symbol_url, size, err);
    pp_buffer_release(&path);
    pp_buffer_release(&text);
    return status;
}

int64_t pp_url_default_seconds(const char *url)
{
    struct parts parts;
    if (!parse(pp_slice_of(url), &parts))
        return 0;
    if (ends_with(parts.path, "/pprof/profile"))
        return 30;
    return ends_with(parts.path, "/pprof/trace") ? 1 : 0;
}

struct pp_slice pp_url_host_name(const char *url)
{
    struct parts parts;
    if (!parse(pp_slice_of(url), &parts))
        return (struct pp_slice){NULL, 0};
    struct pp_slice host = parts.host;
    if (host.size && host.data[0] == '[')
        return head(tail(host, 1), index_of(tail(host, 1), ']'));
    return head(host, index_of(host, ':'));
}
