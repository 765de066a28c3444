#include <config.h>

#include "ui/signals.h"

#include "base/crash.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ALT_STACK = 65536 };

static const int REQUESTS[] = {SIGWINCH, SIGTSTP, SIGCONT};
static const int ENDS[] = {SIGHUP, SIGINT, SIGTERM, SIGQUIT};

enum {
    N_REQUESTS = sizeof(REQUESTS) / sizeof(REQUESTS[0]),
    N_ENDS = sizeof(ENDS) / sizeof(ENDS[0]),
    N_ALL = N_REQUESTS + N_ENDS + CRASH_SIGNAL_COUNT
};

/* A handler gets no argument: what it needs has to be static. */
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
        /* the terminal is gone: nothing to bring back */
    }
    tcsetattr(r->fd, TCSANOW, &r->modes);
}

static void wake(void)
{
    int saved = errno;
    uint64_t one = 1;

    if (write(state.wake_fd, &one, sizeof(one)) < 0) {
        /* its counter is full: it wakes anyway */
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

static void on_end(int sig)
{
    if (state.end) {
        /* Nobody reads what was written, or output is stopped: make room for what restores it. */
        tcflush(state.restore.fd, TCOFLUSH);
        tcflow(state.restore.fd, TCOON);
        restore_terminal();
        _exit(128 + sig);
    }
    state.end = sig;
    wake();
}

static void on_crash(int sig)
{
    restore_terminal();
    raise(sig); /* with SA_RESETHAND: takes its default course */
}

/* ---- the owner's side ---- */

static void handle(int sig, void (*handler)(int), int flags, struct sigaction *before)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = flags};

    sigfillset(&action.sa_mask);
    sigaction(sig, NULL, before);
    /* Started to outlive its terminal (nohup): a signal that is ignored stays ignored. */
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
