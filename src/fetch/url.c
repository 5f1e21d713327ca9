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
#include <strings.h>

#include "fetch/url_query.h"
#include "fetch/url_text.h"

struct parts {
    struct pp_slice scheme;
    struct pp_slice user; /* with its '@', or empty */
    struct pp_slice host; /* with its port */
    struct pp_slice path;
    struct pp_slice query;
};

/* ---- parsing ------------------------------------------------------------ */

static bool has_control_characters(struct pp_slice text)
{
    for (size_t i = 0; i < text.size; i++)
        if ((unsigned char)text.data[i] < 0x20 || text.data[i] == 0x7f)
            return true;
    return false;
}

/* Cut "scheme:" off the front of *text. false when the colon comes first. */
static bool take_scheme(struct pp_slice *text, struct pp_slice *scheme)
{
    *scheme = pp_url_head(*text, 0);
    for (size_t i = 0; i < text->size; i++) {
        char c = text->data[i];
        if (c == ':') {
            *scheme = pp_url_head(*text, i);
            *text = pp_url_tail(*text, i + 1);
            return i > 0;
        }
        bool letter = pp_url_is_alpha(c);
        bool later = pp_url_is_digit(c) || pp_url_is_one_of(c, "+-.");
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
        if (ascii && !pp_url_is_unreserved(c) &&
            !pp_url_is_one_of(c, "!$&'()*+,;=:[]<>\"%"))
            return false;
    }
    for (size_t i = port; i < host.size; i++)
        if (!pp_url_is_digit(host.data[i]))
            return false;
    bool bracketed = host.size && host.data[0] == '[';
    return !bracketed || pp_url_index_of(host, ']') < host.size;
}

static bool take_authority(struct pp_slice *text, struct parts *parts)
{
    struct pp_slice authority = pp_url_tail(*text, 2);
    authority = pp_url_head(authority, pp_url_index_of(authority, '/'));
    *text = pp_url_tail(*text, 2 + authority.size);

    size_t user_size = 0;
    for (size_t i = 0; i < authority.size; i++)
        if (authority.data[i] == '@')
            user_size = i + 1;
    parts->user = pp_url_head(authority, user_size);
    parts->host = pp_url_tail(authority, user_size);
    return host_is_valid(parts->host) && !pp_url_has_bad_escape(parts->user);
}

static bool parse(struct pp_slice text, struct parts *parts)
{
    memset(parts, 0, sizeof(*parts));
    if (text.size == 0 || has_control_characters(text))
        return false;
    text = pp_url_head(text, pp_url_index_of(text, '#'));
    if (!take_scheme(&text, &parts->scheme))
        return false;

    size_t question = pp_url_index_of(text, '?');
    parts->query = pp_url_tail(text, question + 1);
    text = pp_url_head(text, question);
    if (!pp_slice_starts_with(text, pp_slice_literal("/"))) {
        /* With a scheme it is an opaque URL, which has no host; without,
         * a path, whose first word may not have a colon. */
        struct pp_slice segment = pp_url_head(text, pp_url_index_of(text, '/'));
        return parts->scheme.size ||
               pp_url_index_of(segment, ':') == segment.size;
    }
    bool has_authority = pp_slice_starts_with(text, pp_slice_literal("//")) &&
                         (parts->scheme.size ||
                          !pp_slice_starts_with(text, pp_slice_literal("///")));
    if (has_authority && !take_authority(&text, parts))
        return false;
    parts->path = text;
    return !pp_url_has_bad_escape(text);
}

/* ---- writing ------------------------------------------------------------ */

/* A path that is written as a path may be stays as it is; any other is
 * decoded and encoded anew. */
static void write_path(struct pp_buffer *out, struct pp_slice path)
{
    bool valid = true;
    for (size_t i = 0; i < path.size; i++)
        valid = valid && (pp_url_is_unreserved(path.data[i]) ||
                          pp_url_is_one_of(path.data[i], "!$&'()*+,;=:@[]%/"));
    if (valid) {
        pp_buffer_append_slice(out, path);
        return;
    }
    struct pp_buffer plain = {0};
    pp_url_unescape(&plain, path, false);
    for (size_t i = 0; i < plain.size; i++) {
        char c = plain.data[i];
        if (pp_url_is_unreserved(c) || pp_url_is_one_of(c, "$&+,/:;=@"))
            pp_buffer_append_char(out, c);
        else
            pp_url_escape_byte(out, c);
    }
    pp_buffer_release(&plain);
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
                      struct pp_slice path, struct pp_url_query *query)
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
        pp_url_query_write(query, out);
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
    struct pp_url_query query = {arena};
    char number[24];
    if (pp_url_query_parse(&query, parts->query) < 0)
        return pp_fail_memory(err);
    if (seconds > 0) {
        snprintf(number, sizeof(number), "%lld", (long long)seconds);
        if (pp_url_query_set(&query, "seconds", pp_slice_of(number)) < 0)
            return pp_fail_memory(err);
    }
    target->seconds = pp_url_query_seconds(&query);

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
        return pp_url_head(pp_url_tail(host, 1),
                           pp_url_index_of(pp_url_tail(host, 1), ']'));
    return pp_url_head(host, pp_url_index_of(host, ':'));
}
