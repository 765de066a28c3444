/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/proxmox.h"

#include "base/parse.h"

#include <glib.h>
#include <string.h>

char *proxmox_setting(const struct root *root, const char *kind, const char *id, const char *key,
                      struct file_buffer *scratch)
{
    char *path = g_strdup_printf("/etc/pve/%s/%s.conf", kind, id);
    ssize_t n = file_read(root, path, scratch);

    g_free(path);
    for (const char *line = n > 0 ? scratch->text : ""; *line && *line != '[';
         line = parse_next_line(line)) {
        const char *value = line;
        if (!parse_word(&value, key))
            continue;
        value = parse_blanks(value);
        return g_strndup(value, strcspn(value, "\r\n"));
    }
    return NULL;
}
