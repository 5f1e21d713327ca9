/* A program that is measured: one thread works half of the time, and standard
 * input says what else to do, a word a line:
 *
 *     start ADDRESS   pprof_http_start       stop    pprof_http_stop
 *     address         pprof_http_address     fork    a child that only sleeps
 *     files           open descriptors       kill    end that child
 *
 * Each is answered with one line. Ends with its input. */
#include <dirent.h>
#include <pprof/http.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile unsigned long turns;

void spin_for_the_profile(void);

__attribute__((noinline, visibility("default"))) void spin_for_the_profile(void)
{
    for (int i = 0; i < 2000000; i++)
        turns++;
}

static void *work(void *unused)
{
    struct timespec pause = {0, 5000000};
    (void)unused;
    for (;;) {
        spin_for_the_profile();
        nanosleep(&pause, NULL);
    }
    return NULL;
}

static int count_files(void)
{
    int count = 0;
    DIR *directory = opendir("/proc/self/fd");
    if (!directory)
        return -1;
    while (readdir(directory))
        count++;
    closedir(directory);
    return count - 3; /* ".", "..", and the directory itself */
}

/* How many descriptors the child has, it tells itself. */
static pid_t fork_sleeper(void)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        printf("forked, %d files, address \"%s\"\n", count_files(),
               pprof_http_address());
        fflush(stdout);
        for (;;)
            pause();
    }
    return child;
}

int main(void)
{
    char line[1000];
    pthread_t worker;
    pid_t child = -1;
    pthread_create(&worker, NULL, work, NULL);
    setvbuf(stdout, NULL, _IOLBF, 0);
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "start ", 6) == 0) {
            int status = pprof_http_start(line + 6);
            printf("%d %s%s\n", status, pprof_http_address(),
                   pprof_http_error());
        } else if (strcmp(line, "stop") == 0) {
            pprof_http_stop();
            printf("stopped \"%s\"\n", pprof_http_address());
        } else if (strcmp(line, "address") == 0) {
            printf("%s\n", pprof_http_address());
        } else if (strcmp(line, "files") == 0) {
            printf("%d\n", count_files());
        } else if (strcmp(line, "fork") == 0) {
            child = fork_sleeper();
        } else if (strcmp(line, "kill") == 0) {
            kill(child, SIGKILL);
            waitpid(child, NULL, 0);
            printf("killed\n");
        } else {
            printf("?\n");
        }
    }
    return 0;
}
