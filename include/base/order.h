/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* order.h: binary search in a sorted array. */
#ifndef VTOP_BASE_ORDER_H
#define VTOP_BASE_ORDER_H

#include <stddef.h>

/* The index of the first of COUNT elements of SIZE bytes that does not sort before KEY: that of KEY
 * itself, or where it would be inserted. COMPARE(element, key) < 0: the element sorts before. */
static inline size_t order_place(const void *array, size_t count, size_t size, const void *key,
                                 int (*compare)(const void *element, const void *key))
{
    size_t first = 0, end = count;

    while (first < end) {
        size_t middle = first + (end - first) / 2;
        if (compare((const char *)array + middle * size, key) < 0)
            first = middle + 1;
        else
            end = middle;
    }
    return first;
}

#endif
