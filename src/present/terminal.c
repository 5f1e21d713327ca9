/* terminal: names in profiles come from anywhere, and a terminal obeys what it
 * is sent. So whatever is written to one passes pp_append_harmless.
 *
 * The only state is whether a progress line stands on stderr, of which there
 * is one.
 */
#include "present/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/os.h"

static bool progress_shown;

/* ---- harmless text ------------------------------------------------------ */

void pp_append_harmless(struct pp_buffer *out, struct pp_slice text)
{
    struct pp_slice rest = text;
    while (rest.size) {
        struct pp_character first = pp_utf8_first(rest);
        rest.data += first.size;
        rest.size -= first.size;
        if (first.is_valid && !pp_utf8_is_harmful(first.point))
            continue;
        const char *at = rest.data - first.size;
        pp_buffer_append(out, text.data, (size_t)(at - text.data));
        if (first.is_valid && first.point >= 0x80)
            pp_buffer_format(out, "\\u%04x", first.point);
        else
            pp_buffer_format(out, "\\x%02x", (uint8_t)*at);
        text = rest;
    }
    pp_buffer_append_slice(out, text);
}

void pp_append_harmless_line(struct pp_buffer *out, struct pp_slice text)
{
    const char *newline;
    while (text.size && (newline = memchr(text.data, '\n', text.size))) {
        size_t size = (size_t)(newline - text.data);
        pp_append_harmless(out, (struct pp_slice){text.data, size});
        pp_buffer_append_text(out, "\\n");
        text.data += size + 1;
        text.size -= size + 1;
    }
    pp_append_harmless(out, text);
}

/* ---- messages ----------------------------------------------------------- */

static void wipe_progress(struct pp_buffer *out)
{
    if (progress_shown)
        pp_buffer_append_text(out, "\r\033[K");
    progress_shown = false;
}

static void flush(struct pp_buffer *out)
{
    if (out->size)
        pp_os_write_all(STDERR_FILENO, out->data, out->size);
    pp_buffer_release(out);
}

void pp_tell(const char *line)
{
    struct pp_buffer out = {0};
    wipe_progress(&out);
    pp_append_harmless_line(&out, pp_slice_of(line));
    pp_buffer_append_char(&out, '\n');
    flush(&out);
}

void pp_tell_format(const char *format, ...)
{
    struct pp_buffer line = {0};
    va_list arguments;
    va_start(arguments, format);
    pp_buffer_format_va(&line, format, arguments);
    va_end(arguments);
    if (!line.failed)
        pp_tell(line.data);
    pp_buffer_release(&line);
}

/* ---- progress ----------------------------------------------------------- */

bool pp_progress_possible(void)
{
    const char *terminal = getenv("TERM");
    return isatty(STDERR_FILENO) && terminal && strcmp(terminal, "dumb") != 0;
}

static bool locale_is_utf8(void)
{
    const char *names[] = {getenv("LC_ALL"), getenv("LC_CTYPE"),
                           getenv("LANG")};
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (names[i] && names[i][0])
            return strcasestr(names[i], "utf-8") ||
                   strcasestr(names[i], "utf8");
    return false;
}

static void format_bytes(struct pp_buffer *out, int64_t bytes)
{
    if (bytes >= 1 << 20)
        pp_buffer_format(out, ", %.1f MB", (double)bytes / (1 << 20));
    else if (bytes > 0)
        pp_buffer_format(out, ", %.1f kB", (double)bytes / (1 << 10));
}

static void format_bar(struct pp_buffer *out, double part, bool utf8)
{
    enum { CELLS = 20 };
    int full = part < 1 ? (int)(part * CELLS) : CELLS;
    pp_buffer_append_text(out, " [");
    for (int i = 0; i < CELLS; i++)
        pp_buffer_append_text(out, i >= full ? " " : utf8 ? "█" : "#");
    pp_buffer_append_char(out, ']');
}

void pp_progress_format(struct pp_buffer *out, double elapsed, double expected,
                        int64_t bytes, bool utf8)
{
    pp_buffer_format(out, "Fetching profile %ds", (int)elapsed);
    if (expected > 0)
        pp_buffer_format(out, "/%ds", (int)expected);
    format_bytes(out, bytes);
    if (expected > 0)
        format_bar(out, elapsed / expected, utf8);
    pp_buffer_append_text(out, " Ctrl-C to stop");
}

void pp_progress_line(const char *line)
{
    struct pp_buffer out = {0};
    if (line) {
        pp_buffer_format(&out, "\r%s\033[K", line);
        progress_shown = true;
    } else {
        wipe_progress(&out);
    }
    flush(&out);
}

void pp_progress(void *context, double elapsed, double expected, int64_t bytes)
{
    enum { PATIENCE_MS = 300 }; /* quick answers show nothing */
    struct pp_buffer line = {0};
    (void)context;
    if (elapsed < 0) {
        pp_progress_line(NULL);
    } else if (elapsed * 1000 >= PATIENCE_MS) {
        pp_progress_format(&line, elapsed, expected, bytes, locale_is_utf8());
        pp_progress_line(line.data);
    }
    pp_buffer_release(&line);
}
