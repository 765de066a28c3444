/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "ui/terminal.h"

#include "ui/signals.h"
#include "ui/stderr.h"
#include "ui/terminfo.h"

#include <curses.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include <wchar.h>

/* Longest pause inside an escape sequence, and inside a paste. */
#define PATIENCE_NS 40000000L
#define PASTE_PATIENCE_NS 900000000L

/* How often input is read for one event, so that endless input without a key does not block the
 * caller. */
enum { READS_MAX = 16 };

/* What the timer waits for: the next call because keys are left, the rest of a sequence or
 * paste. */
enum timer { TIMER_OFF, TIMER_KEYS_LEFT, TIMER_SEQUENCE, TIMER_PASTE };

/* Report clicks and the wheel, in the encoding (SGR) that has columns beyond 223. */
static const char MOUSE_ON[] = "\033[?1000h\033[?1006h";
static const char MOUSE_OFF[] = "\033[?1006l\033[?1000l";

/* Bracketed paste: pasted text is marked. */
static const char PASTE_ON[] = "\033[?2004h";
static const char PASTE_OFF[] = "\033[?2004l";

struct terminal {
    SCREEN *screen;
    struct decoder *decoder;
    int in, out;
    int poll_fd, signal_fd, timer_fd;
    enum timer timer;
    bool ascii, colours, mouse, has_mouse, has_paste;
    bool hung_up;
    enum theme theme;
    struct cell *shown; /* what the terminal shows: rows x columns */
    int rows, columns;
    attr_t attributes[STYLE_COUNT];
    struct termios modes; /* before vtop changed them */
};

/* ---- set-up ---- */

static bool locale_is_utf8(void)
{
    setlocale(LC_CTYPE, "");
    return g_ascii_strcasecmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static bool needs_ascii(const char *type, enum ascii_choice choice)
{
    bool poor_font = g_str_has_prefix(type, "linux") && choice == ASCII_AUTO;

    return !locale_is_utf8() || poor_font || choice == ASCII_YES;
}

static void plan_restore(const struct terminal *t, struct signals_restore *r)
{
    char *bytes = terminfo_restore();
    char *all = g_strconcat(t->has_mouse ? MOUSE_OFF : "", t->has_paste ? PASTE_OFF : "", bytes,
                            NULL);

    r->fd = t->out;
    r->modes = t->modes;
    r->length = MIN(strlen(all), sizeof(r->bytes));
    memcpy(r->bytes, all, r->length);
    g_free(all);
    g_free(bytes);
}

static void send(const struct terminal *t, const char *bytes)
{
    fflush(stdout);
    if (write(t->out, bytes, strlen(bytes)) < 0) {
        /* the terminal is closed: terminal_next() reports that */
    }
}

static void mark_pastes(const struct terminal *t, bool on)
{
    if (t->has_paste)
        send(t, on ? PASTE_ON : PASTE_OFF);
}

static void watch(const struct terminal *t, int fd)
{
    struct epoll_event e = {.events = EPOLLIN, .data.fd = fd};

    epoll_ctl(t->poll_fd, EPOLL_CTL_ADD, fd, &e);
}

static void open_descriptors(struct terminal *t)
{
    t->in = STDIN_FILENO;
    t->out = STDOUT_FILENO;
    t->poll_fd = epoll_create1(EPOLL_CLOEXEC);
    t->signal_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    t->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    watch(t, t->in);
    watch(t, t->signal_fd);
    watch(t, t->timer_fd);
}

static void build_attributes(struct terminal *t)
{
    int colours = t->colours ? COLORS : 0;

    for (int s = 0; s < STYLE_COUNT; s++) {
        struct look look = palette_look(t->theme, colours, (enum style)s);
        attr_t a = A_NORMAL;
        a |= look.attributes & LOOK_BOLD ? A_BOLD : 0;
        a |= look.attributes & LOOK_DIM ? A_DIM : 0;
        a |= look.attributes & LOOK_REVERSE ? A_REVERSE : 0;
        a |= look.attributes & LOOK_UNDERLINE ? A_UNDERLINE : 0;
        t->attributes[s] = a;
        if (t->colours)
            init_pair((short)(s + 1), look.fg, look.bg);
    }
}

static bool wants_no_colour(void)
{
    const char *s = getenv("NO_COLOR"); /* https://no-color.org */

    return s && *s;
}

/* Before the first endwin(), ncurses 6.4 writes every cursor movement separately: about a hundred
 * writes, and over SSH packets, per frame. */
static void let_curses_buffer(void)
{
    endwin();
    doupdate();
}

static void start_curses(struct terminal *t, const struct terminal_config *config)
{
    let_curses_buffer();
    cbreak();
    noecho();
    nonl();
    typeahead(-1);
    keypad(stdscr, TRUE);
    leaveok(stdscr, TRUE);
    curs_set(0);
    t->colours = !config->no_color && !wants_no_colour() && has_colors();
    if (t->colours) {
        start_color();
        use_default_colors();
    }
    build_attributes(t);
}

/* The size the kernel knows, as far as a screen is drawn. */
static bool kernel_size(const struct terminal *t, struct winsize *w, bool *clamped)
{
    if (ioctl(t->out, TIOCGWINSZ, w) < 0 || !w->ws_row || !w->ws_col)
        return false;
    *clamped = w->ws_row > TERMINAL_ROWS_MAX || w->ws_col > TERMINAL_COLUMNS_MAX;
    w->ws_row = MIN(w->ws_row, TERMINAL_ROWS_MAX);
    w->ws_col = MIN(w->ws_col, TERMINAL_COLUMNS_MAX);
    return true;
}

/* A serial line has no size; terminfo or the environment gives one. */
static void measure(struct terminal *t)
{
    struct winsize w;
    bool clamped;

    if (!kernel_size(t, &w, &clamped))
        w = (struct winsize){.ws_row = (unsigned short)MIN(LINES, TERMINAL_ROWS_MAX),
                             .ws_col = (unsigned short)MIN(COLS, TERMINAL_COLUMNS_MAX)};
    resize_term(w.ws_row, w.ws_col);
    t->rows = LINES;
    t->columns = COLS;
    g_free(t->shown);
    t->shown = g_new0(struct cell, (size_t)t->rows * (size_t)t->columns);
}

static void set_variable(const char *name, unsigned number)
{
    char text[16];

    g_snprintf(text, sizeof(text), "%u", number);
    g_setenv(name, text, TRUE);
}

/* Curses allocates a screen of the kernel's size, and fails when that is enormous. The environment
 * overrides the kernel. */
static SCREEN *open_screen(const struct terminal *t, const char *type)
{
    struct winsize w;
    bool clamped;

    if (kernel_size(t, &w, &clamped) && clamped) {
        set_variable("LINES", w.ws_row);
        set_variable("COLUMNS", w.ws_col);
    }
    return newterm(type, stdout, stdin);
}

struct terminal *terminal_open(const struct terminal_config *config, char **error)
{
    const char *type = terminfo_type(error);
    struct signals_restore restore;
    struct terminal *t;

    if (!type)
        return NULL;
    t = g_new0(struct terminal, 1);
    tcgetattr(STDIN_FILENO, &t->modes);
    t->theme = config->theme;
    t->ascii = needs_ascii(type, config->ascii);
    t->has_mouse = terminfo_capability("kmous") != NULL;
    t->has_paste = t->has_mouse || terminfo_capability("BE");
    open_descriptors(t);
    plan_restore(t, &restore);
    signals_open(t->signal_fd, &restore); /* before curses changes the modes */
    stderr_hold();
    t->screen = open_screen(t, type);
    if (!t->screen) {
        *error = g_strdup_printf("cannot use the terminal type '%s'", type);
        terminal_close(t);
        return NULL;
    }
    start_curses(t, config);
    measure(t); /* later changes of the size are signalled */
    t->decoder = decoder_new();
    terminfo_learn(t->decoder);
    terminal_set_mouse(t, config->mouse);
    mark_pastes(t, true);
    return t;
}

void terminal_close(struct terminal *t)
{
    if (!t)
        return;
    if (t->screen) {
        terminal_set_mouse(t, false);
        mark_pastes(t, false);
        endwin();
        delscreen(t->screen);
    }
    signals_close();
    stderr_release();
    decoder_free(t->decoder);
    g_free(t->shown);
    close(t->timer_fd);
    close(t->signal_fd);
    close(t->poll_fd);
    g_free(t);
}

/* ---- events ---- */

int terminal_fd(const struct terminal *t)
{
    return t->poll_fd;
}

static void set_timer(struct terminal *t, enum timer timer)
{
    static const long ns[] = {[TIMER_KEYS_LEFT] = 1,
                              [TIMER_SEQUENCE] = PATIENCE_NS,
                              [TIMER_PASTE] = PASTE_PATIENCE_NS};
    struct itimerspec at = {.it_value.tv_nsec = ns[timer]};

    timerfd_settime(t->timer_fd, 0, &at, NULL);
    t->timer = timer;
}

/* Reset an eventfd or timerfd; returns whether it had counted anything. */
static bool drain(int fd)
{
    uint64_t count;

    return read(fd, &count, sizeof(count)) == sizeof(count);
}

static void stop_and_continue(struct terminal *t)
{
    if (t->mouse)
        send(t, MOUSE_OFF);
    mark_pastes(t, false);
    endwin();
    signals_stop_here();
}

/* While this process was stopped, the size and the content of the terminal may have changed. */
static void come_back(struct terminal *t)
{
    endwin();
    doupdate();
    if (t->mouse)
        send(t, MOUSE_ON);
    mark_pastes(t, true);
    measure(t);
    terminal_repaint(t);
}

/* Returns whether a new frame is needed. */
static bool handle_signals(struct terminal *t)
{
    bool changed = false;

    if (signals_take(SIGTSTP)) {
        stop_and_continue(t);
        come_back(t);
        changed = true;
    }
    if (signals_take(SIGCONT)) {
        come_back(t);
        changed = true;
    }
    if (signals_take(SIGWINCH)) {
        measure(t);
        terminal_repaint(t);
        changed = true;
    }
    return changed;
}

static void read_input(struct terminal *t)
{
    char bytes[512];
    ssize_t n = read(t->in, bytes, sizeof(bytes));

    if (n > 0)
        decoder_feed(t->decoder, bytes, (size_t)n);
    else if (n == 0 || (errno != EINTR && errno != EAGAIN))
        t->hung_up = true;
}

/* Handle the descriptors that are ready; false when none is. *PATIENT becomes false when the rest
 * of a sequence is overdue. */
static bool look(struct terminal *t, bool *patient)
{
    struct epoll_event ready[4];
    int n = epoll_wait(t->poll_fd, ready, G_N_ELEMENTS(ready), 0);

    for (int i = 0; i < n; i++) {
        if (ready[i].data.fd == t->in)
            read_input(t);
        else
            drain(ready[i].data.fd);
        if (ready[i].data.fd != t->timer_fd)
            continue;
        *patient = t->timer != TIMER_SEQUENCE;
        if (t->timer == TIMER_PASTE)
            decoder_end_paste(t->decoder);
        t->timer = TIMER_OFF;
    }
    return n > 0;
}

/* Set the timer that makes terminal_fd() readable without input. */
static void plan_next(struct terminal *t, bool keys_left)
{
    enum timer timer = keys_left                             ? TIMER_KEYS_LEFT
                       : decoder_is_waiting(t->decoder)      ? TIMER_SEQUENCE
                       : decoder_is_pasting(t->decoder)      ? TIMER_PASTE
                                                             : TIMER_OFF;

    if (timer != t->timer || timer == TIMER_SEQUENCE || timer == TIMER_PASTE)
        set_timer(t, timer);
}

enum terminal_event terminal_next(struct terminal *t, struct key *key)
{
    bool patient = true;

    for (int reads = 0; reads < READS_MAX; reads++) {
        if (handle_signals(t))
            return TERMINAL_RESIZED;
        if (signals_end() || t->hung_up)
            return TERMINAL_ENDED;
        if (decoder_next(t->decoder, patient, key)) {
            plan_next(t, decoder_is_waiting(t->decoder));
            return TERMINAL_KEY;
        }
        if (!look(t, &patient))
            break;
    }
    plan_next(t, false);
    return TERMINAL_NOTHING;
}

int terminal_signal(const struct terminal *t)
{
    (void)t;
    return signals_end();
}

int terminal_rows(const struct terminal *t)
{
    return t->rows;
}

int terminal_columns(const struct terminal *t)
{
    return t->columns;
}

bool terminal_is_ascii(const struct terminal *t)
{
    return t->ascii;
}

void terminal_set_theme(struct terminal *t, enum theme theme)
{
    t->theme = theme;
    build_attributes(t);
    memset(t->shown, 0, sizeof(*t->shown) * (size_t)t->rows * (size_t)t->columns);
}

void terminal_set_mouse(struct terminal *t, bool on)
{
    on = on && t->has_mouse;
    if (on != t->mouse)
        send(t, on ? MOUSE_ON : MOUSE_OFF);
    t->mouse = on;
}

bool terminal_has_mouse(const struct terminal *t)
{
    return t->has_mouse;
}

/* ---- drawing ---- */

static bool is_wide(const struct cell *c, bool last)
{
    return !last && c[1].ch == 0;
}

/* The text of a cell, without characters whose width the C library sees differently. */
static int cell_text(const struct terminal *t, const struct cell *c, bool wide, wchar_t out[3])
{
    bool plain = c->ch < 127;
    int width = wide ? 2 : 1;

    out[0] = (wchar_t)c->ch;
    if (!plain && (t->ascii || wcwidth(out[0]) != width))
        out[0] = L'?';
    else if (c->combining && !t->ascii && wcwidth((wchar_t)c->combining) == 0) {
        out[1] = (wchar_t)c->combining;
        return 2;
    }
    return 1;
}

static void put_cell(const struct terminal *t, const struct cell *c, bool last)
{
    bool wide = is_wide(c, last);
    wchar_t text[4] = {0};
    cchar_t shown[3];
    short pair = t->colours ? (short)(c->style + 1) : 0;

    text[cell_text(t, c, wide, text)] = L'\0';
    memset(shown, 0, sizeof(shown));
    setcchar(&shown[0], text, t->attributes[c->style], pair, NULL);
    if (wide && text[0] == L'?') /* fills both columns */
        shown[1] = shown[0];
    add_wchnstr(shown, wide && text[0] == L'?' ? 2 : 1);
}

static bool same(const struct cell *a, const struct cell *b)
{
    return a->ch == b->ch && a->combining == b->combining && a->style == b->style;
}

static void draw_row(struct terminal *t, const struct canvas *canvas, int row, int columns)
{
    const struct cell *new = &canvas->cells[(size_t)row * (size_t)canvas->columns];
    struct cell *old = &t->shown[(size_t)row * (size_t)t->columns];

    for (int i = 0; i < columns; i++) {
        if (same(&new[i], &old[i]) || new[i].ch == 0)
            continue;
        wmove(stdscr, row, i);
        put_cell(t, &new[i], i + 1 == columns);
    }
    memcpy(old, new, sizeof(*old) * (size_t)columns);
}

static void place_cursor(const struct terminal *t, const struct canvas *canvas)
{
    bool shown = canvas->cursor_row >= 0 && canvas->cursor_row < t->rows &&
                 canvas->cursor_column >= 0 && canvas->cursor_column < t->columns;

    leaveok(stdscr, !shown);
    curs_set(shown);
    if (shown)
        wmove(stdscr, canvas->cursor_row, canvas->cursor_column);
}

void terminal_draw(struct terminal *t, const struct canvas *canvas)
{
    for (int row = 0; row < MIN(t->rows, canvas->rows); row++)
        draw_row(t, canvas, row, MIN(t->columns, canvas->columns));
    place_cursor(t, canvas);
    wnoutrefresh(stdscr);
    doupdate();
}

void terminal_repaint(struct terminal *t)
{
    memset(t->shown, 0, sizeof(*t->shown) * (size_t)t->rows * (size_t)t->columns);
    clearok(curscr, TRUE);
}
