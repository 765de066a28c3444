/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "child.h"

#include "base/clock_read.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NOT_RUNNABLE = 126, NOT_FOUND = 127, BY_SIGNAL = 128 };

static const int ENDS[] = {SIGINT, SIGTERM, SIGHUP};

struct child {
    int fd;
    pid_t pid; /* 0: it was not started, or has ended */
    int status, signal;
    bool shared;              /* the terminal sent the signal to the command, too */
    sigset_t before;          /* the mask that vtop was started with */
    struct sigaction pipe;    /* what SIGPIPE did then */
    struct rlimit open_files; /* the limit then */
};

/* ---- signals ---- */

static bool is_ignored(int sig)
{
    struct sigaction now;

    return sigaction(sig, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

struct child *child_open(void)
{
    struct child *c = g_new0(struct child, 1);
    sigset_t set;

    c->status = -1;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    for (size_t i = 0; i < G_N_ELEMENTS(ENDS); i++)
        if (!is_ignored(ENDS[i]))
            sigaddset(&set, ENDS[i]);
    getrlimit(RLIMIT_NOFILE, &c->open_files);
    sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, &c->pipe);
    pthread_sigmask(SIG_BLOCK, &set, &c->before);
    c->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (c->fd >= 0)
        return c;
    child_close(c);
    return NULL;
}

void child_close(struct child *c)
{
    int error = errno;

    if (!c)
        return;
    if (c->fd >= 0)
        close(c->fd);
    pthread_sigmask(SIG_SETMASK, &c->before, NULL);
    sigaction(SIGPIPE, &c->pipe, NULL);
    g_free(c);
    errno = error;
}

int child_fd(const struct child *c)
{
    return c->fd;
}

/* ---- start ---- */

/* In the new process: async-signal-safe calls only. Returns when there is no such program. */
static void become(const struct child *c, char *const argv[])
{
    sigaction(SIGPIPE, &c->pipe, NULL);
    setrlimit(RLIMIT_NOFILE, &c->open_files);
    sigprocmask(SIG_SETMASK, &c->before, NULL);
    execvp(argv[0], argv);
}

/* Reads the errno of exec; 0: it succeeded, and closed the pipe. */
static int error_of_exec(int fd)
{
    int error = 0;
    ssize_t got;

    do
        got = read(fd, &error, sizeof(error));
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof(error) ? error : 0;
}

/* 0, or the errno of what failed. */
static int start(struct child *c, char *const argv[])
{
    int fds[2];

    if (pipe2(fds, O_CLOEXEC) < 0)
        return errno;
    fflush(NULL);
    c->pid = fork();
    if (c->pid == 0) {
        become(c, argv);
        int error = errno;
        _exit(write(fds[1], &error, sizeof(error)) < 0 ? NOT_RUNNABLE : NOT_FOUND);
    }
    int error = c->pid < 0 ? errno : 0;
    close(fds[1]);
    if (!error)
        error = error_of_exec(fds[0]);
    close(fds[0]);
    return error;
}

bool child_start(struct child *c, char *const argv[], int *status)
{
    int error = start(c, argv);

    if (!error)
        return true;
    if (c->pid > 0)
        waitpid(c->pid, NULL, 0);
    c->pid = 0;
    char *name = text_clean(argv[0], -1);
    fprintf(stderr, "vtop: cannot run '%s': %s\n", name, g_strerror(error));
    g_free(name);
    *status = error == ENOENT || error == ENOTDIR ? NOT_FOUND : NOT_RUNNABLE;
    return false;
}

/* ---- what happens ---- */

static void reap(struct child *c)
{
    int how;

    if (c->pid <= 0 || waitpid(c->pid, &how, WNOHANG) != c->pid)
        return;
    c->pid = 0;
    c->status = WIFSIGNALED(how) ? BY_SIGNAL + WTERMSIG(how) : WEXITSTATUS(how);
}

void child_take(struct child *c)
{
    struct signalfd_siginfo info;

    while (read(c->fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
        if (info.ssi_signo == SIGCHLD)
            continue;
        c->signal = (int)info.ssi_signo;
        c->shared = info.ssi_code == SI_KERNEL;
    }
    reap(c); /* several ends may come as one signal */
}

int child_signal(const struct child *c)
{
    return c->signal;
}

bool child_is_running(const struct child *c)
{
    return c->pid > 0;
}

int child_status(const struct child *c)
{
    return c->status;
}

/* ---- the end ---- */

/* Wait until something has happened; PATIENCE_NS < 0: for as long as that takes. */
static void wait_and_take(struct child *c, int64_t patience_ns)
{
    struct pollfd fd = {.fd = c->fd, .events = POLLIN};

    poll(&fd, 1, patience_ns < 0 ? -1 : (int)(patience_ns / CLOCK_NS_PER_MS + 1));
    child_take(c);
}

void child_end(struct child *c, int64_t patience_ns)
{
    int64_t until = clock_mono_ns() + patience_ns, left;
    int sig = c->signal;

    if (!child_is_running(c))
        return;
    if (!c->shared)
        kill(c->pid, sig);
    c->signal = 0;
    while (child_is_running(c) && !c->signal && (left = until - clock_mono_ns()) > 0)
        wait_and_take(c, left);
    c->signal = sig;
}

void child_wait(struct child *c)
{
    while (child_is_running(c) && !c->signal)
        wait_and_take(c, -1);
}
