/* LXC, Proxmox, nspawn and libvirt-lxc: the path has a name; here it is replaced by a better one.
 */
#include "collect/names_round.h"

#include "base/parse.h"

#include <string.h>

/* /etc/pve/lxc/VMID.conf has "hostname: NAME". */
static bool from_proxmox(struct names_round *r, const char *id, struct names_answer *out)
{
    char *path = g_strdup_printf("/etc/pve/lxc/%s.conf", id);
    ssize_t n = file_read(r->root, path, &r->buffer);

    g_free(path);
    for (const char *line = n > 0 ? r->buffer.text : ""; *line && *line != '[';
         line = parse_next_line(line)) {
        const char *value = line;
        if (!parse_word(&value, "hostname:"))
            continue;
        value = parse_blanks(value);
        out->name = g_strndup(value, strcspn(value, "\r\n"));
        return true;
    }
    return false;
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

/* When its directory is still there from a last life, LXC appends -1, -2, ...: the monitor's
 * command line knows the name without. */
static bool from_lxc_monitor(struct names_round *r, const char *name, struct names_answer *out)
{
    const char *dash = strrchr(name, '-');
    GHashTable *commands;

    if (!dash || dash == name || !dash[1] || strspn(dash + 1, "0123456789") != strlen(dash + 1))
        return false;
    commands = names_commands(r);
    char *without = g_strndup(name, (gsize)(dash - name));
    bool found = !g_hash_table_contains(commands, name) && g_hash_table_contains(commands, without);
    if (found)
        out->name = g_strdup(without);
    g_free(without);
    return found;
}

bool names_find_machine(struct names_round *r, const struct names_query *q,
                        struct names_answer *out)
{
    if (q->type == GUEST_LXC && *q->id && from_proxmox(r, q->id, out))
        return true;
    if (q->type != GUEST_LXC && from_machined(r, q->path, out))
        return true;
    if (q->type == GUEST_LXC && from_lxc_monitor(r, q->name, out))
        return true;
    if (!*q->name)
        return false;
    out->name = g_strdup(q->name);
    return true;
}
