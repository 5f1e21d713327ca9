/* What differs on purpose: the reference's bugs that we do not share, its
 * random orders, and the layouts of newer releases. A row says why, and how
 * the difference is taken out before the two are compared again.
 *
 * Invariant: a row changes as little as the difference needs. A difference
 * beside it must stay. */
#include "differential.h"

#include "wire/wire.h"

#include <assert.h>
#include <stdlib.h>
#include <time.h>

/* ---- texts -------------------------------------------------------------- */

static void take(struct pp_buffer *text, struct pp_buffer *replacement)
{
    pp_buffer_release(text);
    *text = *replacement;
}

static void remove_bytes(struct pp_buffer *text, size_t at, size_t size)
{
    memmove(text->data + at, text->data + at + size,
            text->size - at - size + 1);
    text->size -= size;
}

/* The lines of a text, without their ends; the last one may be empty. */
struct lines {
    struct pp_slice *items;
    uint32_t count, capacity;
};

static struct lines split_lines(const struct pp_buffer *text)
{
    struct lines lines = {0};
    const char *at = text->data, *end = at + text->size;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if (!stop)
            stop = end;
        if (lines.count == lines.capacity) {
            lines.capacity = 2 * lines.capacity + 16;
            lines.items =
                realloc(lines.items, lines.capacity * sizeof *lines.items);
        }
        lines.items[lines.count++] = (struct pp_slice){at, (size_t)(stop - at)};
        at = stop + 1;
    }
    return lines;
}

static int compare_lines(const void *a, const void *b)
{
    return pp_slice_compare(*(const struct pp_slice *)a,
                            *(const struct pp_slice *)b);
}

static void sort_lines(struct pp_buffer *text)
{
    struct lines lines = split_lines(text);
    struct pp_buffer sorted = {0};
    if (lines.count)
        qsort(lines.items, lines.count, sizeof *lines.items, compare_lines);
    for (uint32_t i = 0; i < lines.count; i++) {
        pp_buffer_append_slice(&sorted, lines.items[i]);
        pp_buffer_append_char(&sorted, '\n');
    }
    free(lines.items);
    take(text, &sorted);
}

/* ---- layouts of newer releases ------------------------------------------ */

/* google/pprof puts its name in front of an error, go tool pprof does not. */
static void error_prefix(const char *command, struct run *ours,
                         struct run *reference)
{
    static const char name[] = "pprof: ";
    const char *last = ours->err.data;
    (void)command;
    (void)reference;
    if (ours->status == 0 || ours->err.size == 0)
        return;
    for (const char *at = ours->err.data; *at; at++)
        if (at[0] == '\n' && strncmp(at + 1, name, sizeof name - 1) == 0)
            last = at + 1;
    if (strncmp(last, name, sizeof name - 1) == 0)
        remove_bytes(&ours->err, (size_t)(last - ours->err.data),
                     sizeof name - 1);
}

/* "2023-11-14 22:13:20 UTC" was "Nov 14, 2023 at 10:13pm (UTC)". */
static void old_time(struct pp_buffer *text)
{
    static const char label[] = "Time: ";
    char old[80];
    struct tm time;
    char *at = text->size ? strstr(text->data, label) : NULL;
    const char *end = at ? strptime(at, "Time: %Y-%m-%d %T UTC", &time) : NULL;
    if (!end)
        return;
    struct pp_buffer result = {0};
    strftime(old, sizeof old, "Time: %b %-d, %Y at %-I:%M%P (UTC)", &time);
    pp_buffer_append(&result, text->data, (size_t)(at - text->data));
    pp_buffer_append_text(&result, old);
    pp_buffer_append(&result, end, text->size - (size_t)(end - text->data));
    take(text, &result);
}

static void time_layout(const char *command, struct run *ours,
                        struct run *reference)
{
    (void)reference;
    if (strcmp(command, "raw") == 0)
        return;
    old_time(&ours->out);
    old_time(&ours->file);
}

static void remove_text(struct pp_buffer *text, const char *part)
{
    char *at = text->size ? strstr(text->data, part) : NULL;
    if (at)
        remove_bytes(text, (size_t)(at - text->data), strlen(part));
}

static void encode_without_doc(struct pp_buffer *bytes)
{
    struct pp_profile *profile;
    struct pp_buffer result = {0};
    if (pp_wire_decode(bytes->data, bytes->size, 0, &profile, NULL) < 0)
        return;
    profile->doc_url = 0;
    pp_wire_encode(profile, &result, NULL);
    pp_profile_free(profile);
    take(bytes, &result);
}

static void remove_doc(const char *command, struct pp_buffer *text)
{
    if (strcmp(command, "proto") == 0)
        encode_without_doc(text);
    remove_text(text, "Doc: " DOC_URL "\n");
    remove_text(text, "Doc: " DOC_URL "\\l"); /* of -dot */
}

static void doc_url(const char *command, struct run *ours,
                    struct run *reference)
{
    (void)reference;
    remove_doc(command, &ours->out);
    remove_doc(command, &ours->file);
}

/* ---- messages
 * ------------------------------------------------------------------------------------
 */

static void drop_frames_warning(const char *command, struct run *ours,
                                struct run *reference)
{
    static const char start[] = "the profile's drop_frames is not applied: ";
    (void)command;
    (void)reference;
    const char *text = ours->err.data;
    const char *end = ours->err.size ? strchr(text, '\n') : NULL;
    if (end && strncmp(text, start, sizeof start - 1) == 0)
        remove_bytes(&ours->err, 0, (size_t)(end + 1 - text));
}

/* From `start` on, the error says what it is about. */
static void cut_behind(struct pp_buffer *text, const char *start)
{
    char *at = text->size ? strstr(text->data, start) : NULL;
    if (!at)
        return;
    text->size = (size_t)(at + strlen(start) - text->data);
    text->data[text->size] = 0;
}

static void types_in_errors(const char *command, struct run *ours,
                            struct run *reference)
{
    static const char *const starts[] = {"incompatible sample types [",
                                         "incompatible types: {"};
    (void)command;
    for (uint32_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        cut_behind(&ours->err, starts[i]);
        cut_behind(&reference->err, starts[i]);
    }
}

/* ---- random orders ------------------------------------------------------ */

static void sorted(const char *command, struct run *ours, struct run *reference)
{
    (void)command;
    sort_lines(&ours->out);
    sort_lines(&reference->out);
    sort_lines(&ours->file);
    sort_lines(&reference->file);
}

/* ---- the table ---------------------------------------------------------- */

const struct known known[] = {
    {"error prefix", "go tool pprof prints errors without the tool's name",
     false, error_prefix},
    {"time layout", "newer releases write the date as ISO 8601 does", false,
     time_layout},
    {"doc_url", "newer releases know it, Go 1.23 drops it", false, doc_url},
    {"drop_frames warning",
     "the reference says nothing of a wrong expression in a profile", false,
     drop_frames_warning},
    {"types in errors",
     "the reference prints its pointers where we name the types", false,
     types_in_errors},
    {"order of equal edges",
     "edges that tie are printed in the order of a Go map", true, sorted},
};

static_assert(sizeof known / sizeof *known <= KNOWN_MAX, "bits for all rows");

uint32_t known_count(void)
{
    return sizeof known / sizeof *known;
}

/* Does it need these rows, and no more, to make them equal? */
static bool equal_under(uint32_t rows, const char *command,
                        const struct run *ours, const struct run *reference)
{
    struct run a = run_copy(ours), b = run_copy(reference);
    for (uint32_t i = 0; i < known_count(); i++)
        if (rows >> i & 1)
            known[i].normalize(command, &a, &b);
    bool equal = !run_difference(&a, &b);
    run_free(&a);
    run_free(&b);
    return equal;
}

uint32_t known_explain(const char *command, const struct run *ours,
                       const struct run *reference, bool contradicted)
{
    uint32_t rows = 0;
    for (uint32_t i = 0; i < known_count(); i++)
        if (contradicted || !known[i].random)
            rows |= UINT32_C(1) << i;
    if (!equal_under(rows, command, ours, reference))
        return 0;
    for (uint32_t i = known_count(); i-- > 0;)
        if (equal_under(rows & ~(UINT32_C(1) << i), command, ours, reference))
            rows &= ~(UINT32_C(1) << i);
    return rows;
}
