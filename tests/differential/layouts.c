/* Layouts and messages that newer releases, or we, have another way. */
#include "known.h"

#include "wire/wire.h"

#include <stdlib.h>
#include <time.h>

/* ---- newer releases ----------------------------------------------------- */

/* google/pprof puts its name in front of an error, go tool pprof does not. */
void normalize_error_prefix(const struct test_case *test_case, struct run *ours,
                            struct run *reference)
{
    static const char name[] = "pprof: ";
    const char *last = ours->err.data;
    (void)test_case;
    (void)reference;
    if (ours->status == 0 || ours->err.size == 0)
        return;
    for (const char *at = ours->err.data; *at; at++)
        if (at[0] == '\n' && strncmp(at + 1, name, sizeof name - 1) == 0)
            last = at + 1;
    if (strncmp(last, name, sizeof name - 1) == 0)
        text_remove(&ours->err, (size_t)(last - ours->err.data),
                    sizeof name - 1);
}

/* "2023-11-14 22:13:20 UTC" was "Nov 14, 2023 at 10:13pm (UTC)". */
static void old_time(struct pp_buffer *text)
{
    static const char label[] = "Time: ";
    char old[80];
    struct tm time;
    char *at = text_find(text, label);
    const char *end = at ? strptime(at, "Time: %Y-%m-%d %T UTC", &time) : NULL;
    if (!end)
        return;
    struct pp_buffer result = {0};
    strftime(old, sizeof old, "Time: %b %-d, %Y at %-I:%M%P (UTC)", &time);
    pp_buffer_append(&result, text->data, (size_t)(at - text->data));
    pp_buffer_append_text(&result, old);
    pp_buffer_append(&result, end, text->size - (size_t)(end - text->data));
    text_take(text, &result);
}

void normalize_time_layout(const struct test_case *test_case, struct run *ours,
                           struct run *reference)
{
    (void)reference;
    if (is_command(test_case, "raw"))
        return;
    old_time(&ours->out);
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
    text_take(bytes, &result);
}

void normalize_doc_url(const struct test_case *test_case, struct run *ours,
                       struct run *reference)
{
    (void)reference;
    if (is_command(test_case, "proto"))
        encode_without_doc(&ours->out);
    text_cut(&ours->out, "Doc: " DOC_URL "\n");
    text_cut(&ours->out, "Doc: " DOC_URL "\\l"); /* of -dot */
}

/* ---- our messages ------------------------------------------------------- */

/* Remove a line that begins so from what we said, if there is one. */
static void remove_line(struct run *ours, const char *start)
{
    char *line = text_find(&ours->err, start);
    char *end = line ? strchr(line, '\n') : NULL;
    if (end)
        text_remove(&ours->err, (size_t)(line - ours->err.data),
                    (size_t)(end + 1 - line));
}

void normalize_missing_sources(const struct test_case *test_case,
                               struct run *ours, struct run *reference)
{
    (void)reference;
    if (is_command(test_case, "list"))
        remove_line(ours, "Source files that were not found: ");
}

void normalize_drop_frames_warning(const struct test_case *test_case,
                                   struct run *ours, struct run *reference)
{
    static const char *const starts[] = {
        "the profile's drop_frames is not applied: ",
        "the profile's keep_frames is not applied: ",
    };
    (void)test_case;
    (void)reference;
    for (uint32_t i = 0; i < sizeof starts / sizeof *starts; i++)
        remove_line(ours, starts[i]);
}

/* From `start` on, the error says what it is about. */
static void cut_behind(struct pp_buffer *text, const char *start)
{
    char *at = text_find(text, start);
    if (!at)
        return;
    text->size = (size_t)(at + strlen(start) - text->data);
    text->data[text->size] = 0;
}

void normalize_types_in_errors(const struct test_case *test_case,
                               struct run *ours, struct run *reference)
{
    static const char *const starts[] = {"incompatible sample types [",
                                         "incompatible types: {"};
    (void)test_case;
    for (uint32_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        cut_behind(&ours->err, starts[i]);
        cut_behind(&reference->err, starts[i]);
    }
}

/* " Error: open ...: is a directory" */
void normalize_list_directories(const struct test_case *test_case,
                                struct run *ours, struct run *reference)
{
    static const char end[] = ": is a directory\n";
    char *at;
    (void)reference;
    if (!is_command(test_case, "list"))
        return;
    while ((at = text_find(&ours->out, end)) != NULL) {
        char *line = at;
        while (line > ours->out.data && line[-1] != '\n')
            line--;
        text_remove(&ours->out, (size_t)(line - ours->out.data),
                    (size_t)(at - line) + strlen(end));
    }
}
