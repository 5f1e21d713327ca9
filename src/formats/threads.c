/* The stacks of all threads as text ("threadz"), one sample a thread:
 *
 *     --- threadz 1 ---
 *
 *     --- Thread 7f03 (name: main/12) stack: ---
 *       0x4012ab 0x401399
 *     --- Thread 7f04 (name: worker/13) stack: ---
 *       [same as previous thread]
 *     --- Memory map: ---
 *     ...
 *
 * Specification: parseThread in legacy_profile.go of google/pprof. */
#include "formats/addresses.h"
#include "formats/default_frames.h"
#include "formats/format.h"
#include "formats/memory_map.h"
#include "formats/scan.h"

struct reader {
    struct pp_addresses addresses;
    struct pp_lines lines;
    /* The line that is to begin a thread; the last one at the end. */
    struct pp_slice line;
};

/* ---- patterns ----------------------------------------------------------- */

/* "--- threadz 1 ---" anywhere in the line. */
static bool is_title(struct pp_slice line)
{
    while (pp_take_past(&line, pp_slice_literal("--- threadz "))) {
        struct pp_slice rest = line;
        if (pp_take_while(&rest, pp_is_digit).size &&
            pp_slice_starts_with(rest, pp_slice_literal(" ---")))
            return true;
    }
    return false;
}

/* "/12) stack: ---" anywhere. */
static bool has_thread_end(struct pp_slice text)
{
    while (pp_take_past(&text, pp_slice_literal("/"))) {
        struct pp_slice rest = text;
        if (pp_take_while(&rest, pp_is_digit).size &&
            pp_slice_starts_with(rest, pp_slice_literal(") stack: ---")))
            return true;
    }
    return false;
}

/* "--- Thread 7f03 (name: main/12) stack: ---" anywhere in the line. What does
 * not end behind its first beginning does not behind a later one. */
static bool is_thread(struct pp_slice line)
{
    while (pp_take_past(&line, pp_slice_literal("--- Thread "))) {
        struct pp_slice rest = line;
        if (pp_take_while(&rest, pp_is_hex).size &&
            pp_take(&rest, pp_slice_literal(" (name: ")))
            return has_thread_end(rest);
    }
    return false;
}

/* ---- reading ------------------------------------------------------------ */

/* Up to what may be the first thread. */
static void skip_remarks(struct reader *reader)
{
    while (pp_lines_next(&reader->lines)) {
        reader->line = reader->lines.line;
        if (pp_memory_map_begins(reader->line) ||
            pp_slice_starts_with(reader->line, pp_slice_literal("-")))
            break;
    }
}

static int read_header(struct reader *reader, struct pp_error *err)
{
    bool has_line = pp_lines_next(&reader->lines);
    while (has_line && pp_line_is_blank(reader->lines.line))
        has_line = pp_lines_next(&reader->lines);
    reader->line = reader->lines.line;
    if (is_title(reader->line))
        skip_remarks(reader);
    else if (!is_thread(reader->line))
        return PP_E_NOT_FOUND;

    struct pp_profile *profile = reader->addresses.profile;
    if (pp_profile_add_sample_type(profile, "thread", "count") == PP_NONE)
        return pp_fail_memory(err);
    profile->period_type = profile->sample_types.items[0];
    profile->period = 1;
    return PP_OK;
}

static int add_thread(struct reader *reader, bool is_same, struct pp_error *err)
{
    struct pp_profile *profile = reader->addresses.profile;
    if (!is_same && reader->addresses.stack.count > 0)
        return pp_addresses_add_sample(&reader->addresses, &(int64_t){1}, err);
    reader->addresses.stack.count = 0;
    if (profile->values.count > 0)
        profile->values.items[profile->values.count - 1]++;
    return PP_OK;
}

/* The stack of one thread, up to the line behind it. */
static int read_thread(struct reader *reader, struct pp_error *err)
{
    bool is_same = false;
    reader->line = (struct pp_slice){0};
    while (pp_lines_next(&reader->lines)) {
        struct pp_slice line = pp_utf8_trim(reader->lines.line);
        reader->line = line;
        if (pp_slice_starts_with(line, pp_slice_literal("---")))
            break;
        if (pp_slice_contains(line,
                              pp_slice_literal("same as previous thread"))) {
            is_same = true;
            continue;
        }
        int status = pp_addresses_push_text(&reader->addresses, line, err);
        if (status < 0)
            return status;
    }
    return add_thread(reader, is_same, err);
}

static int read_threads(struct reader *reader, struct pp_error *err)
{
    while (!pp_memory_map_begins(reader->line)) {
        if (pp_slice_starts_with(reader->line,
                                 pp_slice_literal("---- no stack trace for")))
            break;
        if (!is_thread(reader->line))
            return pp_fail(err, PP_E_FORMAT,
                           "expected \"--- Thread ID (name: NAME/ID) stack: "
                           "---\" or \"--- Memory map: ---\"");
        int status = read_thread(reader, err);
        if (status < 0)
            return status;
    }
    int status =
        pp_memory_map_find(reader->addresses.profile, &reader->lines, err);
    if (status >= 0)
        pp_addresses_drop_twins(reader->addresses.profile);
    return status;
}

static int read_threadz(struct pp_profile *profile, struct pp_slice bytes,
                        struct pp_error *err)
{
    struct reader reader = {
        .addresses = {.profile = profile, .returns = PP_RETURNS_CALLERS},
        .lines = {.rest = bytes},
    };
    int status = read_header(&reader, err);
    if (status >= 0)
        status = read_threads(&reader, err);
    pp_addresses_release(&reader.addresses);
    if (status == PP_E_NOT_FOUND)
        return status;
    return status < 0 ? pp_lines_fail(&reader.lines, pp_format_threads.name,
                                      status, err)
                      : pp_default_frames(profile, err);
}

const struct pp_format pp_format_threads = {
    .name = "threadz profile",
    .read = read_threadz,
};
