/* A small web server that can be profiled while it works:
 *
 *     server [-listen HOST:PORT] [-http HOST:PORT]
 *
 * It answers every GET with a page of prime numbers and statistics of a text,
 * made anew each time. With -http it serves /debug/pprof/ too; that is the one
 * call in main.
 */
#include <pprof/http.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WORKERS = 4, WORDS = 2000, PRIMES_BELOW = 20000 };

/* ---- the work: what the profile will show ------------------------------- */

/* So that each step has a line of its own in the profile, where the compiler
 * would have made one function of them all. */
#define STEP __attribute__((noinline)) static

STEP int count_primes(void)
{
    char composite[PRIMES_BELOW] = {0};
    int count = 0;
    for (int n = 2; n < PRIMES_BELOW; n++) {
        if (composite[n])
            continue;
        count++;
        for (int multiple = 2 * n; multiple < PRIMES_BELOW; multiple += n)
            composite[multiple] = 1;
    }
    return count;
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

STEP void make_words(char words[][8], uint32_t seed)
{
    for (int i = 0; i < WORDS; i++) {
        for (int j = 0; j < 7; j++)
            words[i][j] = (char)('a' + next_random(&seed) % 26);
        words[i][7] = 0;
    }
}

STEP int compare_words(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a - *b;
}

static void swap_words(char *a, char *b)
{
    char kept[8];
    memcpy(kept, a, sizeof kept);
    memcpy(a, b, sizeof kept);
    memcpy(b, kept, sizeof kept);
}

STEP void sift_down(char words[][8], int root, int count)
{
    for (int child = 2 * root + 1; child < count; child = 2 * root + 1) {
        if (child + 1 < count &&
            compare_words(words[child], words[child + 1]) < 0)
            child++;
        if (compare_words(words[root], words[child]) >= 0)
            return;
        swap_words(words[root], words[child]);
        root = child;
    }
}

STEP void sort_words(char words[][8])
{
    for (int root = WORDS / 2; root-- > 0;)
        sift_down(words, root, WORDS);
    for (int last = WORDS; last-- > 1;) {
        swap_words(words[0], words[last]);
        sift_down(words, 0, last);
    }
}

STEP uint64_t checksum(char words[][8])
{
    uint64_t hash = 14695981039346656037u;
    for (int i = 0; i < WORDS; i++)
        for (const char *at = words[i]; *at; at++)
            hash = (hash ^ (unsigned char)*at) * 1099511628211u;
    return hash;
}

STEP uint64_t sum_up_words(uint32_t seed)
{
    char words[WORDS][8];
    make_words(words, seed);
    sort_words(words);
    return checksum(words);
}

STEP int render_page(char *page, size_t size, uint32_t request)
{
    char body[512];
    int body_size = snprintf(
        body, sizeof body,
        "<!doctype html><title>example</title><p>%d primes below %d, and the "
        "words of request %u sum up to %016llx.\n",
        count_primes(), PRIMES_BELOW, request,
        (unsigned long long)sum_up_words(request));
    return snprintf(page, size,
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
                    "Content-Length: %d\r\n\r\n%s",
                    body_size, body);
}

/* ---- the server --------------------------------------------------------- */

static void serve_connection(int connection)
{
    static uint32_t requests;
    char request[4096], page[1024];
    int on = 1;
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    while (recv(connection, request, sizeof request, 0) > 0) {
        uint32_t number = __atomic_add_fetch(&requests, 1, __ATOMIC_RELAXED);
        int size = render_page(page, sizeof page, number);
        if (send(connection, page, (size_t)size, MSG_NOSIGNAL) != size)
            break;
    }
    close(connection);
}

static void *connection_thread(void *argument)
{
    serve_connection((int)(intptr_t)argument);
    return NULL;
}

static void *accept_loop(void *argument)
{
    int listener = (int)(intptr_t)argument;
    for (;;) {
        int connection = accept(listener, NULL, NULL);
        pthread_t thread;
        if (connection < 0)
            continue;
        if (pthread_create(&thread, NULL, connection_thread,
                           (void *)(intptr_t)connection) == 0)
            pthread_detach(thread);
        else
            close(connection);
    }
    return NULL;
}

static int listen_on(const char *address)
{
    const char *colon = strrchr(address, ':');
    int port = atoi(colon ? colon + 1 : address);
    struct sockaddr_in where = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int on = 1;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&where, sizeof where) < 0 ||
        listen(listener, 128) < 0) {
        fprintf(stderr, "server: %s: %s\n", address, strerror(errno));
        exit(1);
    }
    socklen_t size = sizeof where;
    getsockname(listener, (struct sockaddr *)&where, &size);
    printf("listening on http://127.0.0.1:%d\n", ntohs(where.sin_port));
    return listener;
}

static const char *flag(int argc, char **argv, const char *name,
                        const char *otherwise)
{
    for (int i = 1; i + 1 < argc; i++)
        if (strcmp(argv[i], name) == 0)
            return argv[i + 1];
    return otherwise;
}

int main(int argc, char **argv)
{
    const char *profile_address = flag(argc, argv, "-http", NULL);
    int listener = listen_on(flag(argc, argv, "-listen", "localhost:8080"));

    /* The one thing that makes this program profileable: */
    if (profile_address && pprof_http_start(profile_address) < 0)
        fprintf(stderr, "server: %s\n", pprof_http_error());
    else if (profile_address)
        printf("profiles at http://%s/debug/pprof/\n", pprof_http_address());
    fflush(stdout);

    pthread_t workers[WORKERS];
    for (int i = 0; i < WORKERS; i++)
        pthread_create(&workers[i], NULL, accept_loop,
                       (void *)(intptr_t)listener);

    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    int signal;
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    sigwait(&signals, &signal);
    pprof_http_stop();
    return 0;
}
