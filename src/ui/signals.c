/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "ui/signals.h"

#include "base/crash.h"
#include "ui/stderr.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ALT_STACK = 65536 };

/* How long the owner may take to obey a request to end: it may be blocked in a write to the
 * terminal. */
enum { END_PATIENCE_S = 1 };

static const int REQUESTS[] = {SIGWINCH, SIGTSTP, SIGCONT};
static const int ENDS[] = {SIGHUP, SIGINT, SIGTERM, SIGQUIT};

enum {
    N_REQUESTS = sizeof(REQUESTS) / sizeof(REQUESTS[0]),
    N_ENDS = sizeof(ENDS) / sizeof(ENDS[0]),
    N_ALL = N_REQUESTS + N_ENDS + CRASH_SIGNAL_COUNT + 1 /* SIGALRM */
};

/* A handler gets no argument, so its data is static. */
static struct {
    int wake_fd;
    struct signals_restore restore;
    volatile sig_atomic_t requested[N_REQUESTS];
    volatile sig_atomic_t end;
    struct sigaction before[N_ALL];
    void *stack;
} state;

/* ---- handlers: async-signal-safe calls only ---- */

static void restore_terminal(void)
{
    const struct signals_restore *r = &state.restore;

    if (write(r->fd, r->bytes, r->length) < 0) {
        /* the terminal is closed: there is nothing to restore */
    }
    tcsetattr(r->fd, TCSANOW, &r->modes);
    stderr_release();
}

/* The terminal accepts no output (Ctrl-S, a dead line): discard pending output and restore it
 * without blocking. Clearing IXON undoes a Ctrl-S (n_tty_set_termios() in the kernel); the saved
 * modes set it again. */
static void unblock_terminal(void)
{
    int fd = state.restore.fd, flags = fcntl(fd, F_GETFL);
    struct termios running = state.restore.modes;

    running.c_iflag &= ~(tcflag_t)IXON;
    if (flags >= 0)
        fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    tcsetattr(fd, TCSANOW, &running);
    tcflush(fd, TCOFLUSH);
    tcflow(fd, TCOON);
    restore_terminal();
    if (flags >= 0)
        fcntl(fd, F_SETFL, flags); /* the shell shares this open file */
}

static void wake(void)
{
    int saved = errno;
    uint64_t one = 1;

    if (write(state.wake_fd, &one, sizeof(one)) < 0) {
        /* the counter is full, so the descriptor is readable anyway */
    }
    errno = saved;
}

static void on_request(int sig)
{
    for (int i = 0; i < N_REQUESTS; i++)
        if (REQUESTS[i] == sig)
            state.requested[i] = 1;
    wake();
}

/* At the second request to end, or when the first one was not obeyed in time. */
static void end_now(int sig)
{
    (void)sig;
    unblock_terminal();
    _exit(128 + (int)state.end);
}

static void on_end(int sig)
{
    if (state.end)
        end_now(sig);
    state.end = sig;
    alarm(END_PATIENCE_S);
    wake();
}

static void on_crash(int sig)
{
    restore_terminal();
    raise(sig); /* SA_RESETHAND: now with the default action */
}

/* Only in builds with sanitizers, which end the process without a signal. */
__attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)(void));

/* ---- the owner's side ---- */

static void handle(int sig, void (*handler)(int), int flags, struct sigaction *before)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

    sigfillset(&action.sa_mask);
    sigaction(sig, NULL, before);
    /* nohup: a signal that is ignored stays ignored. */
    if (before->sa_handler != SIG_IGN || sig == SIGTSTP || sig == SIGCONT)
        sigaction(sig, &action, NULL);
}

void signals_open(int wake_fd, const struct signals_restore *restore)
{
    int n = 0;

    memset(&state, 0, sizeof(state));
    state.wake_fd = wake_fd;
    state.restore = *restore;
    state.stack = malloc(ALT_STACK);
    if (state.stack)
        sigaltstack(&(stack_t){.ss_sp = state.stack, .ss_size = ALT_STACK}, NULL);
    for (int i = 0; i < N_REQUESTS; i++)
        handle(REQUESTS[i], on_request, SA_RESTART, &state.before[n++]);
    for (int i = 0; i < N_ENDS; i++)
        handle(ENDS[i], on_end, SA_RESTART, &state.before[n++]);
    for (int i = 0; i < CRASH_SIGNAL_COUNT; i++)
        handle(CRASH_SIGNALS[i], on_crash, (int)(SA_RESETHAND | SA_NODEFER | SA_ONSTACK),
               &state.before[n++]);
    handle(SIGALRM, end_now, SA_RESTART, &state.before[n++]);
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(restore_terminal);
}

void signals_close(void)
{
    int n = 0;

    for (int i = 0; i < N_REQUESTS; i++)
        sigaction(REQUESTS[i], &state.before[n++], NULL);
    for (int i = 0; i < N_ENDS; i++)
        sigaction(ENDS[i], &state.before[n++], NULL);
    for (int i = 0; i < CRASH_SIGNAL_COUNT; i++)
        sigaction(CRASH_SIGNALS[i], &state.before[n++], NULL);
    alarm(0);
    sigaction(SIGALRM, &state.before[n++], NULL);
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(NULL);
    sigaltstack(&(stack_t){.ss_flags = SS_DISABLE}, NULL);
    free(state.stack);
    state.stack = NULL;
}

bool signals_take(int sig)
{
    for (int i = 0; i < N_REQUESTS; i++)
        if (REQUESTS[i] == sig && state.requested[i]) {
            state.requested[i] = 0;
            return true;
        }
    return false;
}

int signals_end(void)
{
    return state.end;
}

void signals_stop_here(void)
{
    struct sigaction ours, standard = {.sa_handler = SIG_DFL};

    sigaction(SIGTSTP, &standard, &ours);
    raise(SIGTSTP);
    sigaction(SIGTSTP, &ours, NULL);
    signals_take(SIGCONT);
}
