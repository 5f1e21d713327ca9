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

/* Decode one UTF-8 sequence. Its size, or 0 when it is none. */
static size_t decode_utf8(const unsigned char *byte, size_t size,
                          uint32_t *point)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t wanted = byte[0] < 0x80   ? 1
                    : byte[0] < 0xc2 ? 0
                    : byte[0] < 0xe0 ? 2
                    : byte[0] < 0xf0 ? 3
                    : byte[0] < 0xf5 ? 4
                                     : 0;
    if (wanted == 0 || wanted > size)
        return 0;
    *point = wanted == 1 ? byte[0] : byte[0] & (0x7fu >> wanted);
    for (size_t i = 1; i < wanted; i++) {
        if ((byte[i] & 0xc0) != 0x80)
            return 0;
        *point = *point << 6 | (byte[i] & 0x3f);
    }
    bool surrogate = *point >= 0xd800 && *point <= 0xdfff;
    return *point < smallest[wanted] || *point > 0x10ffff || surrogate ? 0
                                                                       : wanted;
}

/* Control characters, and those that turn the order of others around. */
static bool is_harmful(uint32_t point)
{
    if (point < 0x20)
        return point != '\n' && point != '\t';
    return (point >= 0x7f && point < 0xa0) || point == 0x61c ||
           point == 0x200e || point == 0x200f ||
           (point >= 0x2028 && point <= 0x202e) ||
           (point >= 0x2066 && point <= 0x2069);
}

void pp_append_harmless(struct pp_buffer *out, struct pp_slice text)
{
    const unsigned char *bytes = (const unsigned char *)text.data;
    size_t at = 0, plain = 0; /* bytes[plain .. at) may go out as they are */
    while (at < text.size) {
        uint32_t point = 0;
        size_t size = decode_utf8(bytes + at, text.size - at, &point);
        if (size && !is_harmful(point)) {
            at += size;
            continue;
        }
        pp_buffer_append(out, bytes + plain, at - plain);
        if (size && point >= 0x80)
            pp_buffer_format(out, "\\u%04x", point);
        else
            pp_buffer_format(out, "\\x%02x", bytes[at]);
        at += size ? size : 1;
        plain = at;
    }
    if (text.size)
        pp_buffer_append(out, bytes + plain, at - plain);
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
    pp_append_harmless(&out, pp_slice_of(line));
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

void pp_progress(void *context, double elapsed, double expected, int64_t bytes)
{
    enum { PATIENCE_MS = 300 }; /* quick answers show nothing */
    struct pp_buffer out = {0};
    (void)context;
    if (elapsed < 0) {
        wipe_progress(&out);
    } else if (elapsed * 1000 >= PATIENCE_MS) {
        pp_buffer_append_char(&out, '\r');
        pp_progress_format(&out, elapsed, expected, bytes, locale_is_utf8());
        pp_buffer_append_text(&out, "\033[K");
        progress_shown = true;
    }
    flush(&out);
}
