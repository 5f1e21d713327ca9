/* misbehave: a small HTTP server for the tests of the tool, on loopback, which
 * does what servers should not do, and what they should.
 *
 *     misbehave PROFILE
 *
 * Prints its port, then the first line of every request. Each path is a way to
 * behave (see the table). Ends when its standard input does.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { REQUEST_MAX = 64 << 10 };

static char *profile;
static size_t profile_size;
static bool is_post; /* the request at hand */

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static void send_bytes(int fd, const void *bytes, size_t size)
{
    const char *at = bytes;
    while (size) {
        ssize_t sent = send(fd, at, size, MSG_NOSIGNAL);
        if (sent <= 0)
            exit(0); /* the client went away: its good right */
        at += sent;
        size -= (size_t)sent;
    }
}

static void send_text(int fd, const char *text)
{
    send_bytes(fd, text, strlen(text));
}

/* The head of an answer that promises `size` bytes. */
static void send_head(int fd, const char *status, size_t size)
{
    char head[200];
    snprintf(head, sizeof(head), "HTTP/1.1 %s\r\nContent-Length: %zu\r\n\r\n",
             status, size);
    send_text(fd, head);
}

static void wait_for_end(int fd)
{
    struct pollfd poll_fd = {.fd = fd, .events = POLLRDHUP};
    poll(&poll_fd, 1, 60 * 1000);
}

/* ---- ways to behave ----------------------------------------------------- */

static void serve_profile(int fd)
{
    send_head(fd, "200 OK", profile_size);
    send_bytes(fd, profile, profile_size);
}

static void serve_page(int fd)
{
    static const char page[] = "<!DOCTYPE html>\n<html><body>Hi</body></html>";
    send_head(fd, "200 OK", sizeof(page) - 1);
    send_text(fd, page);
}

static void serve_nothing(int fd)
{
    send_head(fd, "200 OK", 0);
}

static void refuse_plainly(int fd)
{
    send_text(fd, "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\n"
                  "Content-Length: 10\r\n\r\nnot for us");
}

/* As the endpoints under /debug/pprof/ do; with a line that tries to look like
 * two and to colour the terminal. */
static void refuse_with_reason(int fd)
{
    send_text(fd, "HTTP/1.1 500 Internal Server Error\r\n"
                  "Content-Type: text/plain; charset=utf-8\r\n"
                  "X-Go-Pprof: 1\r\n\r\n"
                  "profiling is in use\n\033[31mall is well\n");
}

static void break_off(int fd)
{
    send_head(fd, "200 OK", profile_size);
    send_bytes(fd, profile, profile_size / 2);
}

/* Half a profile, and no promise of more: only its own end is missing. */
static void break_off_unseen(int fd)
{
    send_text(fd, "HTTP/1.0 200 OK\r\n\r\n");
    send_bytes(fd, profile, profile_size / 2);
}

static void hang_up(int fd)
{
    (void)fd;
}

static void talk_nonsense(int fd)
{
    send_text(fd, "220 mail.example.org ESMTP\r\n");
}

static void redirect_for_ever(int fd)
{
    send_text(fd, "HTTP/1.1 302 Found\r\nLocation: /around\r\n"
                  "Content-Length: 0\r\n\r\n");
}

static void redirect_to_file(int fd)
{
    send_text(fd, "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n"
                  "Content-Length: 0\r\n\r\n");
}

static void redirect_to_profile(int fd)
{
    send_text(fd, "HTTP/1.1 302 Found\r\nLocation: /profile\r\n"
                  "Content-Length: 0\r\n\r\n");
}

static void keep_silent(int fd)
{
    wait_for_end(fd);
}

/* The whole profile, and a promise of more that is not kept. */
static void promise_more(int fd)
{
    send_head(fd, "200 OK", profile_size + 1000);
    send_bytes(fd, profile, profile_size);
    wait_for_end(fd);
}

/* The names that write_nameless_profile (profiles.bash) leaves out. */
static void name_addresses(int fd)
{
    static const char names[] = "num_symbols: 1\n0x1234\tnamed_by_the_server\n";
    send_head(fd, "200 OK", sizeof(names) - 1);
    send_text(fd, names);
}

/* As Go's net/http/pprof since 1.22: addresses stand in the query. */
static void name_addresses_of_query(int fd)
{
    if (is_post)
        send_text(fd, "HTTP/1.1 405 Method Not Allowed\r\n"
                      "Content-Length: 0\r\n\r\n");
    else
        name_addresses(fd);
}

static const struct {
    const char *path;
    void (*answer)(int fd);
} ways[] = {
    {"/profile", serve_profile},
    {"/debug/pprof/profile", serve_profile},
    {"/debug/pprof/symbol", name_addresses},
    {"/get/debug/pprof/profile", serve_profile},
    {"/get/debug/pprof/symbol", name_addresses_of_query},
    {"/page", serve_page},
    {"/nothing", serve_nothing},
    {"/404", refuse_plainly},
    {"/500", refuse_with_reason},
    {"/half", break_off},
    {"/half-unseen", break_off_unseen},
    {"/hang-up", hang_up},
    {"/nonsense", talk_nonsense},
    {"/around", redirect_for_ever},
    {"/to-file", redirect_to_file},
    {"/to-profile", redirect_to_profile},
    {"/silent", keep_silent},
    {"/more", promise_more},
};

/* ---- serving ------------------------------------------------------------ */

/* Read up to the empty line; the request stays NUL-terminated. */
static void read_request(int fd, char *request)
{
    size_t size = 0;
    while (size < REQUEST_MAX - 1) {
        ssize_t got = recv(fd, request + size, REQUEST_MAX - 1 - size, 0);
        if (got <= 0)
            exit(0);
        size += (size_t)got;
        request[size] = 0;
        if (strstr(request, "\r\n\r\n"))
            return;
    }
}

/* Say that there is no more, and take what the client still says: a socket
 * that is closed on unread bytes is reset, and the answer with it. */
static void finish(int fd)
{
    char rest[4096];
    shutdown(fd, SHUT_WR);
    while (recv(fd, rest, sizeof(rest), 0) > 0)
        ;
}

static void answer(int fd)
{
    static char request[REQUEST_MAX];
    read_request(fd, request);
    request[strcspn(request, "\r")] = 0;
    printf("%s\n", request);
    fflush(stdout);

    is_post = strncmp(request, "POST ", 5) == 0;
    const char *path = strchr(request, ' ');
    path = path ? path + 1 : "";
    size_t size = strcspn(path, "? ");
    for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
        if (strlen(ways[i].path) == size &&
            memcmp(ways[i].path, path, size) == 0)
            ways[i].answer(fd);
    finish(fd);
}

static void read_profile(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct stat about;
    if (!file || fstat(fileno(file), &about) < 0)
        die(path);
    profile_size = (size_t)about.st_size;
    profile = malloc(profile_size + 1);
    if (!profile || fread(profile, 1, profile_size, file) != profile_size)
        die(path);
    fclose(file);
}

static int listen_somewhere(void)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    socklen_t size = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) < 0 ||
        listen(fd, 64) < 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) < 0)
        die("listen");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: misbehave PROFILE\n");
        return 2;
    }
    read_profile(argv[1]);
    signal(SIGCHLD, SIG_IGN); /* no zombies */
    int listener = listen_somewhere();
    struct pollfd fds[] = {
        {.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = listener, .events = POLLIN},
    };
    while (poll(fds, 2, -1) > 0 && !fds[0].revents) {
        int fd = accept(listener, NULL, NULL);
        if (fd >= 0 && fork() == 0) {
            answer(fd);
            exit(0);
        }
        close(fd);
    }
    return 0;
}
