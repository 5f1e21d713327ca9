/* The flag that Go programs have, in a C main:
 *
 *     cpuprofile [-cpuprofile FILE] [SIZE]
 *     pprof -top FILE
 */
#include <pprof/pprof.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void multiply(const double *a, const double *b, double *product, int n)
{
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            double sum = 0;
            for (int k = 0; k < n; k++)
                sum += a[i * n + k] * b[k * n + j];
            product[i * n + j] = sum;
        }
}

static double trace_of_square(int n)
{
    double *matrix = malloc(sizeof *matrix * (size_t)n * (size_t)n);
    double *square = malloc(sizeof *square * (size_t)n * (size_t)n);
    if (!matrix || !square) {
        fprintf(stderr, "cpuprofile: no memory for a matrix of %d\n", n);
        exit(1);
    }
    for (int i = 0; i < n * n; i++)
        matrix[i] = (i * 7919 % 1000) / 1000.0;
    multiply(matrix, matrix, square, n);
    double trace = 0;
    for (int i = 0; i < n; i++)
        trace += square[i * n + i];
    free(matrix);
    free(square);
    return trace;
}

int main(int argc, char **argv)
{
    const char *file = NULL;
    int n = 600, fd = -1;
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "-cpuprofile") == 0 && i + 1 < argc)
            file = argv[++i];
        else
            n = atoi(argv[i]);

    if (file) {
        fd = open(file, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
        int status = fd < 0 ? -errno : pprof_start_cpu_profile(fd);
        if (status < 0) {
            fprintf(stderr, "cpuprofile: %s: %s\n", file, strerror(-status));
            return 1;
        }
    }

    printf("the trace is %.3f\n", trace_of_square(n));

    if (file) {
        int status = pprof_stop_cpu_profile();
        if (status < 0) {
            fprintf(stderr, "cpuprofile: %s: %s\n", file, strerror(-status));
            return 1;
        }
        close(fd);
    }
    return 0;
}
