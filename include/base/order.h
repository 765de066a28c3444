/* order.h: where things stand in an array that is kept in an order. */
#ifndef VTOP_BASE_ORDER_H
#define VTOP_BASE_ORDER_H

#include <stddef.h>

/* The place of KEY among COUNT elements of SIZE bytes: of the first one that does not come before
 * it, which is where it stands, or would. COMPARE(element, key) < 0: the element comes before. */
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
