/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* decode.h: from the bytes of a terminal to keys.
 *
 * The decoder knows the sequences that terminfo lists for this terminal, and those that nearly all
 * terminals share (xterm, VT220, the Linux console, both mouse encodings, bracketed paste). A
 * sequence that is well-formed but unknown is dropped as a whole, so that its rest never acts as
 * keys. Escape is a key when nothing follows it in time; the caller has the clock.
 *
 * Every key costs the same, whatever is waiting. No input or output. One thread.
 */
#ifndef VTOP_UI_DECODE_H
#define VTOP_UI_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum key_code {
    K_NONE,
    K_CHAR, /* ch: a character; control keys are characters below 32 */
    K_ESCAPE,
    K_ENTER,
    K_TAB,
    K_BACKTAB,
    K_BACKSPACE,
    K_DELETE,
    K_INSERT,
    K_UP,
    K_DOWN,
    K_LEFT,
    K_RIGHT,
    K_HOME,
    K_END,
    K_PAGE_UP,
    K_PAGE_DOWN,
    K_F1,
    K_F2,
    K_F3,
    K_F4,
    K_F5,
    K_F6,
    K_F7,
    K_F8,
    K_F9,
    K_F10,
    K_F11,
    K_F12,
    K_CLICK,    /* left button pressed at row, column */
    K_WHEEL_UP, /* the same for the wheel */
    K_WHEEL_DOWN,
    K_PASTE_BEGIN, /* not returned: characters between these two are marked as pasted */
    K_PASTE_END,
    K_COUNT
};

#define KEY_CTRL(letter) ((letter)&0x1f)

struct key {
    enum key_code code;
    uint32_t ch;
    int row, column;
    bool pasted; /* a character of pasted text, also when it is a control character */
};

struct decoder;

struct decoder *decoder_new(void);
void decoder_free(struct decoder *d);

/* Decode SEQUENCE as this key, too. */
void decoder_learn(struct decoder *d, const char *sequence, enum key_code code);

void decoder_feed(struct decoder *d, const char *bytes, size_t n);

/* The next key; false when there is none (yet). PATIENT: an incomplete sequence may still be
 * completed; otherwise its bytes are decoded as keys. */
bool decoder_next(struct decoder *d, bool patient, struct key *out);

/* Whether it holds bytes that are not decoded: the beginning of a sequence, or more. */
bool decoder_is_waiting(const struct decoder *d);

/* Whether a paste has begun and not ended. When its end is lost, all further input would be taken
 * for pasted text: the caller ends a paste after some time without input. The Escape key ends it,
 * too. */
bool decoder_is_pasting(const struct decoder *d);
void decoder_end_paste(struct decoder *d);

#endif
