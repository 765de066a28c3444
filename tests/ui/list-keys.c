/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Prints the key table for scripts, one line per context: context, action, keys. */
#include "ui/keys.h"

#include <stdio.h>

int main(void)
{
    static const char *const contexts[] = {"TABLE", "PAGE",     "MENU",  "CHOOSER",
                                           "INPUT", "FINDINGS", "ADVICE"};
    static const char *const actions[] = {
#define KEY(contexts, action, keys, bar, help) #action,
#include "ui/keys.def"
    };

    for (size_t i = 0; i < KEYS_COUNT; i++)
        for (unsigned c = 0; c < sizeof(contexts) / sizeof(contexts[0]); c++)
            if (KEYS[i].contexts & 1u << c)
                printf("%s\t%s\t%s\n", contexts[c], actions[i], KEYS[i].keys);
    return 0;
}
