/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* text.h: names from outside, made safe, and measured in terminal columns.
 *
 * Names come from cgroup directories, images, labels and hypervisors, none of which is trusted.
 * Every name passes text_clean() on its way into the model, so all later code may print it
 * unchanged. Thread-safe; no locale is consulted.
 */
#ifndef VTOP_BASE_TEXT_H
#define VTOP_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No name is kept longer than this many bytes (cut at a character). */
enum { TEXT_NAME_MAX = 512 };

/* A newly allocated (g_free) copy of LENGTH bytes (-1: up to the NUL): valid UTF-8 without C0, DEL,
 * C1, bidi and other format controls, invisible characters, variation selectors, line separators,
 * private use or non-characters; each of those, and each invalid byte, becomes U+FFFD. Combining
 * marks stay. NULL in, NULL out. */
char *text_clean(const char *in, long length);

/* Copies COUNT texts into one block of memory, after HEAD bytes for the caller. Returns the block
 * (g_free). Each of TEXTS is replaced by its copy; NULL stays. A text that is the end of an earlier
 * one shares its bytes. */
void *text_pack(size_t head, const char *texts[], size_t count);

/* Terminal columns of one character (0, 1, 2) and of a clean text. */
int text_char_width(uint32_t c);
int text_width(const char *s);

/* How many bytes of S fit into COLUMNS without splitting a character, a wide glyph or a combining
 * sequence; *used gets the columns they take. */
size_t text_fit(const char *s, int columns, int *used);

/* Next character of clean text; moves *s past it; 0 at the end. */
uint32_t text_next(const char **s);

/* S shortened to COLUMNS with an ellipsis ("…", or "~" in ASCII) when it does not fit; g_free. */
char *text_ellipsize(const char *s, int columns, bool ascii);

/* Every non-ASCII character replaced by '?', for terminals and locales without UTF-8; g_free. */
char *text_to_ascii(const char *s);

#endif
