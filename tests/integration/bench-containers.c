/* What the measurement of containers needs beside vtop; see bench-containers.py.
 *
 *   bench-containers sleep N          N processes that wake up once a second, until standard input
 *                                     ends; prints their pids
 *   bench-containers floor ROUNDS MS  the floor: keeps every file named on standard input open and
 *                                     reads all of them ROUNDS times, MS apart, parsing nothing;
 *                                     prints the CPU time of a round in ns
 *   bench-containers history N        prints the bytes of a container's history after N ticks
 */
#include "model/history.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int sleepers(int count)
{
    char c;

    for (int i = 0; i < count; i++) {
        pid_t pid = fork();
        if (pid < 0)
            return 1;
        if (pid == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            close(STDIN_FILENO);
            close(STDOUT_FILENO);
            for (;;)
                sleep(1);
        }
        printf("%d\n", pid);
        fflush(stdout);
    }
    close(STDOUT_FILENO);
    while (read(STDIN_FILENO, &c, 1) > 0)
        continue;
    return 0;
}

/* ---- the floor ---- */

static int64_t cpu_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * CLOCK_NS_PER_S + t.tv_nsec;
}

/* CPU time per round for COUNT files. */
static int64_t read_rounds(char *const *paths, guint count, int rounds, int64_t pause_ns)
{
    static char buffer[1 << 16];
    int *fds = g_new(int, count);
    struct timespec pause = {.tv_sec = pause_ns / CLOCK_NS_PER_S,
                             .tv_nsec = pause_ns % CLOCK_NS_PER_S};
    int64_t used = 0;

    for (guint i = 0; i < count; i++) {
        fds[i] = open(paths[i], O_RDONLY | O_CLOEXEC);
        if (fds[i] < 0)
            g_error("%s: %s", paths[i], strerror(errno));
    }
    for (int round = 0; round <= rounds; round++) {
        int64_t before = cpu_ns();
        for (guint i = 0; i < count; i++)
            if (pread(fds[i], buffer, sizeof(buffer), 0) < 0)
                g_error("%s: %s", paths[i], strerror(errno));
        used += round ? cpu_ns() - before : 0; /* the first one warms up */
        nanosleep(&pause, NULL);
    }
    g_free(fds);
    return used / rounds;
}

static guint descriptors(void)
{
    struct rlimit limit = {.rlim_cur = 256};

    getrlimit(RLIMIT_NOFILE, &limit);
    return (guint)MIN(limit.rlim_cur, 1 << 20) - 16;
}

/* As many processes as it takes to keep all the files open, one after the other: at any time only
 * one of them reads, as vtop does. */
static int read_floor(int rounds, int64_t pause_ns)
{
    GPtrArray *paths = g_ptr_array_new();
    char line[4096];
    int64_t sum = 0;

    while (fgets(line, sizeof(line), stdin))
        g_ptr_array_add(paths, g_strdup(g_strchomp(line)));
    for (guint first = 0; first < paths->len; first += descriptors()) {
        int ends[2], status;
        int64_t used = 0;
        if (pipe(ends) < 0)
            return 1;
        pid_t pid = fork();
        if (pid == 0) {
            used = read_rounds((char **)paths->pdata + first,
                               MIN(paths->len - first, descriptors()), rounds, pause_ns);
            _exit(write(ends[1], &used, sizeof(used)) != sizeof(used));
        }
        if (pid < 0 || waitpid(pid, &status, 0) < 0 || status ||
            read(ends[0], &used, sizeof(used)) != sizeof(used))
            return 1;
        sum += used;
        close(ends[0]);
        close(ends[1]);
    }
    printf("%" G_GINT64_FORMAT "\n", sum);
    return 0;
}

/* ---- history ---- */

/* The least it can be: nothing changes, and packs to nothing. */
static int history_bytes(uint64_t ticks)
{
    struct history *h = history_new(KIND_GUEST, CLASS_CONTAINER, 0);
    double *numbers = g_new0(double, METRIC_COUNT);
    uint8_t *reasons = g_new0(uint8_t, METRIC_COUNT);

    for (uint64_t tick = 1; tick <= ticks; tick++)
        history_add(h, tick, numbers, reasons, 0);
    printf("%zu\n", history_size(h));
    g_free(reasons);
    g_free(numbers);
    history_free(h);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "sleep") == 0)
        return sleepers(atoi(argv[2]));
    if (argc == 4 && strcmp(argv[1], "floor") == 0)
        return read_floor(atoi(argv[2]), atoi(argv[3]) * CLOCK_NS_PER_MS);
    if (argc == 3 && strcmp(argv[1], "history") == 0)
        return history_bytes((uint64_t)atoi(argv[2]));
    fputs("usage: bench-containers sleep N | floor ROUNDS MS | history N\n", stderr);
    return 2;
}
