/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* What the measurement of containers needs beside vtop; see bench-containers.py.
 *
 *   bench-containers sleep N          N processes that wake up once a second, each at its own time,
 *                                     until standard input ends; prints their pids
 *   bench-containers floor MS         the floor: keeps every file named on standard input open and
 *                                     reads all of them again and again, MS apart, parsing nothing,
 *                                     until it is killed
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
            g_usleep((gulong)i * G_USEC_PER_SEC / (gulong)count);
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

static int open_or_die(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        g_error("%s: %s", path, strerror(errno));
    return fd;
}

/* Until somebody ends it. */
static void read_for_ever(int64_t pause_ns)
{
    static char buffer[1 << 16];
    GArray *fds = g_array_new(FALSE, FALSE, sizeof(int));
    struct timespec pause = {.tv_sec = pause_ns / CLOCK_NS_PER_S,
                             .tv_nsec = pause_ns % CLOCK_NS_PER_S};

    while (fgets(buffer, sizeof(buffer), stdin)) {
        int fd = open_or_die(g_strchomp(buffer));
        g_array_append_val(fds, fd);
    }
    for (;;) {
        for (guint i = 0; i < fds->len; i++)
            if (pread(g_array_index(fds, int, i), buffer, sizeof(buffer), 0) < 0)
                g_error("file %u: %s", i, strerror(errno));
        nanosleep(&pause, NULL);
    }
}

/* ---- history ---- */

/* Of a group whose process wakes up once a second: only the figures of its CPU time, and of its
 * wait for it, are others each time. Whose its limits are is noted. */
static int history_bytes(uint64_t ticks)
{
    static const enum metric changing[] = {M_CPU,        M_CPU_LIMIT, M_CPU_USER,
                                           M_CPU_SYSTEM, M_PSI_CPU,   M_PSI_CPU_FULL};
    struct history *h = history_new(KIND_GUEST, CLASS_CONTAINER, 0);
    double *numbers = g_new0(double, METRIC_COUNT);
    uint8_t *reasons = g_new0(uint8_t, METRIC_COUNT);

    for (uint64_t tick = 1; tick <= ticks; tick++) {
        for (size_t i = 0; i < G_N_ELEMENTS(changing); i++)
            numbers[shape_place(history_shape(h), changing[i]).column] = 1 / (double)tick;
        history_add(h, tick, 1 + tick / 60, numbers, reasons, 0);
        for (unsigned limit = 0; limit < 2; limit++)
            history_note(h, limit, LIMIT_HOST);
    }
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
    if (argc == 3 && strcmp(argv[1], "floor") == 0)
        read_for_ever(atoi(argv[2]) * CLOCK_NS_PER_MS);
    if (argc == 3 && strcmp(argv[1], "history") == 0)
        return history_bytes((uint64_t)atoi(argv[2]));
    fputs("usage: bench-containers sleep N | floor MS | history N\n", stderr);
    return 2;
}
