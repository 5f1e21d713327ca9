/* draw: Graphviz in a child process.
 *
 *     pp_draw            the child
 *     fork ------------> agmemread, gvLayout, gvRenderData
 *     reads both pipes <- picture, words
 *     waitpid <--------- exit status: how far it came
 *
 * The child is a copy of the tool that runs on without exec, so that no `dot`
 * need be found. That is sound because the tool has one thread when it draws:
 * those of os/parallel.c and of libcurl have been joined, and the C library
 * sees to its own locks in fork.
 *
 * Invariant: whatever the child does, pp_draw returns soon after the time is
 * up, with the child reaped: it is killed then, and it goes when we do.
 */
#include "draw/draw.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <graphviz/gvc.h>

#include "draw/svg.h"
#include "os/os.h"

enum {
    WORDS_MAX = 4096, /* bytes of Graphviz's words; the first line counts */
    SECONDS_MAX = 1 << 20, /* twelve days */
};

/* Bytes that a picture may have, and that drawing may use beside what the tool
 * has already. */
#define PICTURE_MAX ((size_t)1 << 30)
#define MEMORY_MAX ((rlim_t)2 << 30)

/* How far the child came: its exit status. */
enum stage {
    STAGE_DRAWN,
    STAGE_READING, /* failed at this */
    STAGE_LAYOUT,
    STAGE_RENDERING,
    STAGE_WRITING,
};

struct drawing {
    const char *dot; /* ends with a NUL */
    const char *format;
    int64_t seconds; /* that it may take */
    struct pp_buffer picture, words;
    pid_t child;
    int status; /* as waitpid has it */
    bool is_late;
};

/* ---- the child ---------------------------------------------------------- */

static void limit(int resource, rlim_t most)
{
    struct rlimit old;
    if (getrlimit(resource, &old) < 0)
        return;
    struct rlimit lowered = {most, most};
    if (old.rlim_max != RLIM_INFINITY && most > old.rlim_max)
        lowered = (struct rlimit){old.rlim_max, old.rlim_max};
    setrlimit(resource, &lowered);
}

/* Bytes of address space that this process has; 0 when unknown. */
static rlim_t memory_now(void)
{
    struct pp_buffer text = {0};
    rlim_t pages = 0;
    if (pp_os_read_file("/proc/self/statm", &text) == 0)
        pages = strtoull(text.data, NULL, 10);
    pp_buffer_release(&text);
    return pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

static void become_harmless(const struct drawing *drawing, pid_t parent)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGPIPE};
    sigset_t none;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(STAGE_WRITING);
    for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
        signal(signals[i], SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    rlim_t memory = memory_now();
    if (memory)
        limit(RLIMIT_AS, memory + MEMORY_MAX);
    limit(RLIMIT_CPU, (rlim_t)drawing->seconds + 1);
    limit(RLIMIT_CORE, 0);
}

static enum stage draw_here(const struct drawing *drawing, int picture)
{
    char *data = NULL;
    unsigned size = 0;
    Agraph_t *graph = agmemread(drawing->dot);
    if (!graph)
        return STAGE_READING;
    GVC_t *context = gvContext();
    if (gvLayout(context, graph, "dot") != 0)
        return STAGE_LAYOUT;
    if (gvRenderData(context, graph, drawing->format, &data, &size) != 0)
        return STAGE_RENDERING;
    return pp_os_write_all(picture, data, size) < 0 ? STAGE_WRITING
                                                    : STAGE_DRAWN;
}

static void run_child(const struct drawing *drawing, pid_t parent, int picture,
                      int words)
{
    become_harmless(drawing, parent);
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(nothing, STDIN_FILENO);
    dup2(nothing, STDOUT_FILENO);
    dup2(words, STDERR_FILENO);
    /* Without exit: what the tool registered for its own end is not the
     * child's to do. */
    _exit((int)draw_here(drawing, picture));
}

/* ---- its parent --------------------------------------------------------- */

/* Read what there is, and forget what there is no room for, so that the child
 * never waits. False at the end. */
static bool receive(int fd, struct pp_buffer *out)
{
    char bytes[32 * 1024];
    ssize_t got = read(fd, bytes, sizeof(bytes));
    size_t room = out->ceiling - out->size;
    if (got > 0)
        pp_buffer_append(out, bytes, (size_t)got < room ? (size_t)got : room);
    return got > 0 || (got < 0 && errno == EINTR);
}

static bool is_too_large(const struct drawing *drawing)
{
    const struct pp_buffer *picture = &drawing->picture;
    return picture->failed || picture->size == picture->ceiling;
}

/* Read both pipes until both have ended, or the time or the room is up. */
static void receive_all(struct drawing *drawing, int picture, int words)
{
    struct pollfd polled[] = {{picture, POLLIN, 0}, {words, POLLIN, 0}};
    struct pp_buffer *buffers[] = {&drawing->picture, &drawing->words};
    int64_t deadline = pp_os_now_ns() + drawing->seconds * 1000000000;
    while ((polled[0].fd >= 0 || polled[1].fd >= 0) && !is_too_large(drawing)) {
        int64_t left_ms = (deadline - pp_os_now_ns()) / 1000000;
        if (left_ms <= 0) {
            drawing->is_late = true;
            return;
        }
        if (poll(polled, 2, (int)left_ms) <= 0)
            continue;
        for (int i = 0; i < 2; i++)
            if (polled[i].revents && !receive(polled[i].fd, buffers[i]))
                polled[i].fd = -1;
    }
}

static void end_child(struct drawing *drawing)
{
    if (drawing->is_late || is_too_large(drawing))
        kill(drawing->child, SIGKILL);
    while (waitpid(drawing->child, &drawing->status, 0) < 0 && errno == EINTR)
        ;
}

/* pipes: of the picture and of the words; their ends are closed here. */
static int run(struct drawing *drawing, int pipes[2][2], struct pp_error *err)
{
    pid_t parent = getpid();
    drawing->child = fork();
    int why = errno;
    if (drawing->child == 0)
        run_child(drawing, parent, pipes[0][1], pipes[1][1]);
    close(pipes[0][1]);
    close(pipes[1][1]);
    if (drawing->child > 0) {
        receive_all(drawing, pipes[0][0], pipes[1][0]);
        close(pipes[0][0]);
        close(pipes[1][0]);
        end_child(drawing);
        return 0;
    }
    close(pipes[0][0]);
    close(pipes[1][0]);
    return pp_fail_errno(err, why, "drawing: fork");
}

static int run_with_pipes(struct drawing *drawing, struct pp_error *err)
{
    int pipes[2][2];
    if (pipe2(pipes[0], O_CLOEXEC) < 0)
        return pp_fail_errno(err, errno, "drawing: pipe");
    if (pipe2(pipes[1], O_CLOEXEC) < 0) {
        int why = errno;
        close(pipes[0][0]);
        close(pipes[0][1]);
        return pp_fail_errno(err, why, "drawing: pipe");
    }
    return run(drawing, pipes, err);
}

/* ---- what became of it -------------------------------------------------- */

/* The first line of Graphviz's words that is not only a warning, or else the
 * first. */
static struct pp_slice first_words(const struct drawing *drawing)
{
    struct pp_slice rest = pp_buffer_slice(&drawing->words);
    struct pp_slice first = {"no reason was given", 19};
    for (bool is_first = true; rest.size; is_first = false) {
        const char *end = memchr(rest.data, '\n', rest.size);
        size_t size = end ? (size_t)(end - rest.data) : rest.size;
        struct pp_slice line = {rest.data, size};
        if (!pp_slice_starts_with(line, pp_slice_literal("Warning")))
            return line;
        if (is_first)
            first = line;
        size += end != NULL;
        rest = (struct pp_slice){rest.data + size, rest.size - size};
    }
    return first;
}

static int fail_late(const struct drawing *drawing, struct pp_error *err)
{
    return pp_fail(err, PP_E_USAGE,
                   "drawing the graph took more than %lld s: have less in it "
                   "(-nodecount, -nodefraction, -focus), or give it the time "
                   "(PPROF_DOT_TIMEOUT, in seconds)",
                   (long long)drawing->seconds);
}

static int fail_stage(const struct drawing *drawing, enum stage stage,
                      struct pp_error *err)
{
    struct pp_slice words = first_words(drawing);
    if (stage == STAGE_READING)
        return pp_fail(
            err, PP_E_FORMAT,
            "Graphviz does not understand the graph: " PP_SLICE_FORMAT,
            PP_SLICE_ARGS(words));
    return pp_fail(err, PP_E_SYSTEM,
                   "Graphviz could not draw the graph as %s: " PP_SLICE_FORMAT,
                   drawing->format, PP_SLICE_ARGS(words));
}

static int judge(const struct drawing *drawing, struct pp_error *err)
{
    int status = drawing->status;
    if (drawing->is_late ||
        (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU))
        return fail_late(drawing, err);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGINT)
        return pp_fail(err, PP_E_CANCELLED, "interrupted while drawing");
    if (is_too_large(drawing))
        return pp_fail(err, PP_E_MEMORY,
                       "there is no memory for so large a picture");
    if (WIFSIGNALED(status))
        return pp_fail(
            err, PP_E_SYSTEM, "Graphviz fell over (%s): " PP_SLICE_FORMAT,
            strsignal(WTERMSIG(status)), PP_SLICE_ARGS(first_words(drawing)));
    if (WEXITSTATUS(status) != STAGE_DRAWN)
        return fail_stage(drawing, (enum stage)WEXITSTATUS(status), err);
    return 0;
}

/* ---- the whole ---------------------------------------------------------- */

static int64_t seconds_allowed(void)
{
    const char *text = getenv("PPROF_DOT_TIMEOUT");
    char *end = NULL;
    long seconds = text ? strtol(text, &end, 10) : 0;
    if (!text || end == text || *end || seconds <= 0)
        return PP_DRAW_SECONDS;
    return seconds < SECONDS_MAX ? seconds : SECONDS_MAX;
}

static void deliver(const struct drawing *drawing, struct pp_buffer *out)
{
    struct pp_slice picture = pp_buffer_slice(&drawing->picture);
    if (strcmp(drawing->format, "svg") == 0)
        pp_svg_finish(out, picture);
    else
        pp_buffer_append_slice(out, picture);
}

int pp_draw(struct pp_slice dot, const char *format, struct pp_buffer *out,
            struct pp_error *err)
{
    struct pp_buffer text = {0};
    struct drawing drawing = {.format = format, .seconds = seconds_allowed()};
    pp_buffer_init(&drawing.picture, PICTURE_MAX);
    pp_buffer_init(&drawing.words, WORDS_MAX);
    pp_buffer_append_slice(&text, dot);
    pp_buffer_append_char(&text, '\n');
    drawing.dot = text.data;
    int status =
        text.failed ? pp_fail_memory(err) : run_with_pipes(&drawing, err);
    if (status == 0)
        status = judge(&drawing, err);
    if (status == 0) {
        deliver(&drawing, out);
        status = out->failed ? pp_fail_memory(err) : 0;
    }
    pp_buffer_release(&text);
    pp_buffer_release(&drawing.picture);
    pp_buffer_release(&drawing.words);
    return status;
}
