/* The head of an event:
 *
 *     COMMAND [PID/]TID [CPU] SECONDS.FRACTION: PERIOD EVENT: REST
 *
 * where -F may have left out any of it. Invariant: a command may hold anything,
 * blanks and numbers included, so it is what stands in front of the first word
 * from which on all is as it should be.
 *
 * Form: tools/perf/builtin-script.c of the Linux kernel
 * (perf_sample__fprintf_start). */
#include "formats/perf_head.h"

#include "formats/scan.h"

static struct pp_slice take_word(struct pp_slice *text)
{
    struct pp_slice word = pp_take_while(text, pp_is_not_space);
    pp_take_while(text, pp_is_space);
    return word;
}

static bool ends_in(struct pp_slice text, char c)
{
    return text.size > 0 && text.data[text.size - 1] == c;
}

/* ---- words -------------------------------------------------------------- */

/* "12", or "10/12"; -1 is who is gone. */
static bool read_ids(struct pp_slice word, struct pp_perf_head *head)
{
    struct pp_slice tid = word, pid = word;
    head->has_pid = pp_take_past(&tid, pp_slice_literal("/"));
    pid.size -= tid.size + head->has_pid;
    head->has_tid = pp_read_decimal(tid, &head->tid) &&
                    (!head->has_pid || pp_read_decimal(pid, &head->pid));
    head->has_pid = head->has_pid && head->has_tid;
    return head->has_tid;
}

static bool read_cpu(struct pp_slice word, struct pp_perf_head *head)
{
    (void)head;
    return pp_slice_starts_with(word, pp_slice_literal("[")) &&
           ends_in(word, ']');
}

/* "1534.655776:", with as many decimals as there are, up to nine. */
static bool read_time(struct pp_slice word, struct pp_perf_head *head)
{
    enum { DECIMALS = 9 };
    int64_t seconds, fraction;
    struct pp_slice whole = pp_take_while(&word, pp_is_digit);
    bool has_point = pp_take(&word, pp_slice_literal("."));
    struct pp_slice decimals = pp_take_while(&word, pp_is_digit);
    if (!has_point || !pp_slice_equal(word, pp_slice_literal(":")) ||
        decimals.size > DECIMALS || !pp_read_decimal(whole, &seconds) ||
        !pp_read_decimal(decimals, &fraction))
        return false;
    for (size_t i = decimals.size; i < DECIMALS; i++)
        fraction *= 10;
    head->has_time =
        !__builtin_mul_overflow(seconds, 1000000000, &head->time_ns) &&
        !__builtin_add_overflow(head->time_ns, fraction, &head->time_ns);
    return head->has_time;
}

static bool read_period(struct pp_slice word, struct pp_perf_head *head)
{
    head->has_period = word.size > 0 && pp_is_digit(word.data[0]) &&
                       pp_read_decimal(word, &head->period);
    return head->has_period;
}

static bool read_event(struct pp_slice word, struct pp_perf_head *head)
{
    if (word.size < 2 || !ends_in(word, ':') || pp_is_digit(word.data[0]))
        return false;
    head->event = (struct pp_slice){word.data, word.size - 1};
    return true;
}

/* ---- the line ----------------------------------------------------------- */

/* In the order in which they stand. */
static bool (*const fields[])(struct pp_slice word,
                              struct pp_perf_head *head) = {
    read_ids, read_cpu, read_time, read_period, read_event,
};

/* Read what stands behind the command. */
static bool read_fields(struct pp_slice text, struct pp_perf_head *head)
{
    *head = (struct pp_perf_head){0};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        struct pp_slice rest = text;
        if (fields[i](take_word(&rest), head))
            text = rest;
    }
    head->rest = text;
    head->is_sure = (head->has_tid && head->event.size) || head->has_time;
    return (head->has_tid || head->has_time) &&
           (head->event.size || head->rest.size == 0);
}

/* Neither thread nor time: a command, and perhaps an event. */
static void read_brief(struct pp_slice line, struct pp_perf_head *head)
{
    *head = (struct pp_perf_head){.command = line};
    const char *blank = line.size ? memrchr(line.data, ' ', line.size) : NULL;
    size_t start = blank ? (size_t)(blank + 1 - line.data) : 0;
    struct pp_slice last = {line.data + start, line.size - start};
    if (read_event(last, head))
        head->command.size = start;
}

bool pp_perf_head_read(struct pp_slice line, struct pp_perf_head *head)
{
    struct pp_slice text = pp_utf8_trim(line), rest = text;
    bool is_found = false;
    while (rest.size && !(is_found = read_fields(rest, head)))
        take_word(&rest);
    if (is_found)
        head->command =
            (struct pp_slice){text.data, (size_t)(rest.data - text.data)};
    else
        read_brief(text, head);
    head->command = pp_utf8_trim(head->command);
    return text.size > 0 && (is_found || !pp_is_space(line.data[0]));
}
