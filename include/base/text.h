/* text.h: names from outside, made safe, and measured in terminal columns.
 *
 * Names come from cgroup directories, images, labels and hypervisors: all of them are hostile.
 * text_clean() is the one gate they pass on their way into the model, so everything behind it may
 * print a name as it stands. Thread-safe; no locale is consulted.
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

/* Copies of COUNT texts in one piece of memory, which is returned (g_free), behind HEAD bytes that
 * are left to the caller. Each of TEXTS is replaced by its copy; NULL stays. What an earlier one
 * ends with is not copied again. */
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
