/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* LXC, Incus, LXD, Proxmox, nspawn and libvirt-lxc: the path has a name, which is replaced here by
 * a better one if there is one. */
#include <config.h>

#include "collect/names/names_find.h"

#include "base/parse.h"
#include "collect/proxmox.h"

#include <string.h>

static bool from_proxmox(struct names_round *r, const char *id, struct names_answer *out)
{
    out->name = proxmox_setting(r->root, "lxc", id, "hostname:", &r->buffer);
    return out->name;
}

/* systemd-machined: /run/systemd/machines/unit:UNIT -> NAME */
static bool from_machined(const struct names_round *r, const char *path, struct names_answer *out)
{
    char **parts = g_strsplit(path, "/", -1);
    char name[256];
    bool found = false;

    for (char **unit = parts; *unit && !found; unit++) {
        if (!g_str_has_suffix(*unit, ".scope") && !g_str_has_suffix(*unit, ".service"))
            continue;
        char *link = g_strconcat("/run/systemd/machines/unit:", *unit, NULL);
        found = root_readlink(r->root, link, name, sizeof(name)) > 0;
        g_free(link);
    }
    if (found)
        out->name = g_strdup(name);
    g_strfreev(parts);
    return found;
}

static bool is_lxc_monitor(const struct file_buffer *command)
{
    return g_str_has_prefix(command->text, "[lxc monitor] ");
}

/* The image, as "lxc list" describes it. The first description in the file is the instance's own;
 * those of its snapshots may follow. */
static char *described_image(struct names_round *r, const char *path)
{
    ssize_t n = file_read(r->root, path, &r->buffer);

    for (const char *line = n > 0 ? r->buffer.text : ""; *line; line = parse_next_line(line)) {
        const char *value = parse_blanks(line);
        if (!parse_word(&value, "image.description:"))
            continue;
        value = parse_blanks(value);
        size_t quoted = *value == '"' || *value == '\'';
        const char end[] = {quoted ? *value : '\n', '\n', '\0'};
        size_t length = strcspn(value + quoted, end);
        return length ? g_strndup(value + quoted, length) : NULL;
    }
    return NULL;
}

/* LXD and Incus put the project before the name, and the instance's settings next to its files. */
static void take_instance(struct names_round *r, const char *directory, const char *name,
                          struct names_answer *out)
{
    const char *project_end = strrchr(name, '_');
    char *settings = g_build_filename(directory, name, "backup.yaml", NULL);

    out->name = g_strdup(project_end ? project_end + 1 : name);
    if (project_end)
        out->group = g_strndup(name, (gsize)(project_end - name));
    out->alias = g_strconcat(strstr(directory, "/incus/") ? "incus:" : "lxd:",
                             out->group ? out->group : "", out->group ? "/" : "", out->name, NULL);
    out->image = described_image(r, settings);
    g_free(settings);
}

/* "[lxc monitor] LXCPATH NAME". The group's name differs from the container's if the group of an
 * earlier start still existed (LXC appends -1, -2, ...). */
static bool from_lxc_monitor(struct names_round *r, const struct names_query *q,
                             struct names_answer *out)
{
    if (!q->pid || !names_find_ancestor(r, q->pid, is_lxc_monitor))
        return false;
    char *directory = g_strdup(r->buffer.text + strlen("[lxc monitor] "));
    char *name = strrchr(directory, ' ');
    bool found = name && name[1] && g_str_has_prefix(q->name, name + 1);

    if (found) {
        *name++ = '\0';
        if (g_str_has_suffix(directory, "/containers"))
            take_instance(r, directory, name, out);
        else
            out->name = g_strdup(name);
    }
    g_free(directory);
    return found;
}

/* ".../machine-lxc\x2d4711\x2dNAME.scope", ".../lxc-4711-NAME.libvirt-lxc": the number is the pid
 * of the process in which libvirt runs the container; 0 = there is none. */
static pid_t libvirt_lxc_pid(const char *path)
{
    static const char *const before[] = {"/machine-lxc\\x2d", "/lxc-"};
    uint64_t pid = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(before) && !pid; i++) {
        const char *at = strstr(path, before[i]);
        if (at)
            at += strlen(before[i]);
        if (at && (!parse_u64(&at, &pid) || pid > INT32_MAX))
            pid = 0;
    }
    return (pid_t)pid;
}

/* "libvirt_lxc --name NAME ...": characters that systemd does not allow are missing in the group's
 * name. */
static bool from_libvirt_lxc(struct names_round *r, const char *group_path,
                             struct names_answer *out)
{
    char path[32];

    g_snprintf(path, sizeof(path), "/proc/%d/cmdline", libvirt_lxc_pid(group_path));
    if (file_read(r->host, path, &r->buffer) <= 0 ||
        !g_str_has_suffix(r->buffer.text, "libvirt_lxc"))
        return false;
    out->name = g_strdup(names_argument(&r->buffer, "--name"));
    return out->name != NULL;
}

bool names_find_machine(struct names_round *r, const struct names_query *q,
                        struct names_answer *out)
{
    switch (q->type) {
    case GUEST_LXC:
        if ((*q->id && from_proxmox(r, q->id, out)) || from_lxc_monitor(r, q, out))
            return true;
        break;
    case GUEST_LIBVIRT_LXC: /* machined knows no more than the path */
        if (from_libvirt_lxc(r, q->path, out))
            return true;
        break;
    default:
        if (from_machined(r, q->path, out))
            return true;
    }
    if (!*q->name)
        return false;
    out->name = g_strdup(q->name);
    return true;
}
