/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* process_option.h: the value of one option of a command line: lists of fields, and sizes.
 *
 * A list is what QEMU and the others write as "first,key=value,...", or a JSON object. Pure
 * functions over hostile text: whatever is not understood has no fields, or is no size.
 */
#ifndef VTOP_COLLECT_PROCESS_OPTION_H
#define VTOP_COLLECT_PROCESS_OPTION_H

#include <stdbool.h>
#include <stdint.h>

typedef void process_option_visit(void *data, const char *key, const char *value);

/* Visit all fields of LIST in their order. In text ",," stands for a comma, a first field without a
 * key belongs to IMPLIED (which may be NULL), any other one is "on". In JSON the members of an
 * object in an object have keys with dots ("file.driver"), those of a list have its key. */
void process_option_each(const char *list, const char *implied, process_option_visit *visit,
                         void *data);

/* The value of KEY, the last one if there are several; NULL if there is none. g_free(). */
char *process_option_field(const char *list, const char *key, const char *implied);

/* A size in bytes as QEMU reads it (qemu_strtosz() in its util/cutils.c): a decimal number, which
 * may have a fraction, or a hexadecimal one, and a suffix from B to E; UNIT bytes without one.
 * False if it is none; TEXT may be NULL. */
bool process_option_size(const char *text, uint64_t unit, uint64_t *bytes);

#endif
