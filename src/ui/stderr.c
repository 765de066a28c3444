/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "ui/stderr.h"

#include <fcntl.h>
#include <unistd.h>

/* Used by signal handlers, so the data is static. terminal -1: nothing is held. */
static struct {
    int terminal, pipe;
} held = {-1, -1};

void stderr_hold(void)
{
    int ends[2];

    if (held.terminal >= 0 || !isatty(STDERR_FILENO) || pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
        return;
    held.terminal = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    held.pipe = ends[0];
    if (held.terminal >= 0)
        dup2(ends[1], STDERR_FILENO);
    else
        close(held.pipe);
    close(ends[1]);
}

void stderr_release(void)
{
    char bytes[512];
    ssize_t n;

    if (held.terminal < 0)
        return;
    dup2(held.terminal, STDERR_FILENO);
    while ((n = read(held.pipe, bytes, sizeof(bytes))) > 0)
        if (write(held.terminal, bytes, (size_t)n) < n)
            break; /* the terminal is closed, or accepts no more */
    close(held.pipe);
    close(held.terminal);
    held.terminal = -1;
}
