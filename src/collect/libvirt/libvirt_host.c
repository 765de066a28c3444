/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/libvirt/libvirt_host.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/parse.h"
#include "collect/libvirt/libvirt_open.h"
#include "collect/libvirt/libvirt_xml.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

/* ---- the UUID in capabilities ---- */

static void take_text(GMarkupParseContext *context, const char *text, gsize length, gpointer out,
                      GError **error)
{
    (void)error;
    if (strcmp(xml_around(context, 0), "uuid") != 0 ||
        strcmp(xml_around(context, 1), "host") != 0 || *xml_around(context, 3))
        return;
    char *copy = g_strndup(text, length);
    if (!uuid_parse(copy, out) || !uuid_is_unique(out))
        *(char *)out = '\0';
    g_free(copy);
}

bool libvirt_host_uuid_in(const char *capabilities, char out[UUID_TEXT])
{
    static const GMarkupParser parser = {.text = take_text};

    out[0] = '\0';
    if (!xml_parse(capabilities, &parser, out))
        out[0] = '\0';
    return *out;
}

/* From the capabilities of the daemon, which it may have to find out first. */
static void read_uuid(virConnectPtr connection, char out[UUID_TEXT])
{
    char *xml = virConnectGetCapabilities(connection);

    libvirt_host_uuid_in(xml, out);
    free(xml);
}

/* ---- CPU time as evidence ---- */

bool libvirt_host_parse_stat(const char *text, struct node_cpu *out)
{
    enum { USER, NICE, SYSTEM, IDLE, IOWAIT, IRQ, SOFTIRQ, FIELDS };
    uint64_t ticks[FIELDS], tick_ns = (uint64_t)CLOCK_NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK);

    if (!g_str_has_prefix(text, "cpu "))
        return false;
    text += strlen("cpu ");
    for (int i = 0; i < FIELDS; i++)
        if (!parse_u64(&text, &ticks[i]))
            return false;
    *out = (struct node_cpu){
        .ns = {[NODE_USER] = (ticks[USER] + ticks[NICE]) * tick_ns,
               [NODE_SYSTEM] = (ticks[SYSTEM] + ticks[IRQ] + ticks[SOFTIRQ]) * tick_ns,
               [NODE_IDLE] = ticks[IDLE] * tick_ns,
               [NODE_IOWAIT] = ticks[IOWAIT] * tick_ns},
        .known = {true, true, true, true}};
    return true;
}

enum host_verdict libvirt_host_compare(const struct node_cpu *before, const struct node_cpu *theirs,
                                       const struct node_cpu *after)
{
    /* idle and iowait are estimates of the kernel, which may step back by a tick */
    static const uint64_t SLACK_NS = 20 * (uint64_t)CLOCK_NS_PER_MS;
    int known = 0;

    for (int i = 0; i < NODE_CPU_TIMES; i++) {
        if (!theirs->known[i])
            continue;
        known++;
        if (theirs->ns[i] + SLACK_NS < before->ns[i] || theirs->ns[i] > after->ns[i] + SLACK_NS)
            return HOST_OTHER;
    }
    return known == NODE_CPU_TIMES ? HOST_SAME : HOST_UNKNOWN;
}

/* Only the kernel's own file counts: LXCFS puts one in its place that shows a container's share. */
static bool read_stat(const struct root *root, struct node_cpu *out)
{
    struct file_buffer b = {0};
    struct statfs fs;
    int fd = root_open(root, "/proc/stat", O_RDONLY);
    bool known = fd >= 0 && fstatfs(fd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC &&
                 file_read_kept(fd, FILE_PAGED, &b) > 0 && libvirt_host_parse_stat(b.text, out);

    if (fd >= 0)
        close(fd);
    file_buffer_clear(&b);
    return known;
}

static enum host_verdict compare_kernels(virConnectPtr connection, struct node *node,
                                         const struct root *root)
{
    struct node_cpu before, theirs, after;

    /* the first call asks how many values there are: its time is not part of the comparison */
    if (!node_read_cpu(node, connection, &theirs) || !read_stat(root, &before) ||
        !node_read_cpu(node, connection, &theirs) || !read_stat(root, &after))
        return HOST_UNKNOWN;
    return libvirt_host_compare(&before, &theirs, &after);
}

/* ---- the UUID as evidence ---- */

static bool file_has_uuid(const struct root *root, const char *path, const char *uuid)
{
    struct file_buffer b = {0};
    char own[UUID_TEXT];
    bool same = file_read(root, path, &b) > 0 && uuid_parse(b.text, own) && !strcmp(own, uuid);

    file_buffer_clear(&b);
    return same;
}

/* What the daemon of this host says, if there is one that answers. */
static bool daemon_has_uuid(const struct root *root, const char *uuid)
{
    struct opener *opener = opener_new(NULL, root);
    struct link_error error;
    char own[UUID_TEXT] = "";
    virConnectPtr connection = opener_open(opener, 2 * CLOCK_NS_PER_S, &error);

    if (connection) {
        read_uuid(connection, own);
        virConnectClose(connection);
    }
    opener_free(opener);
    return strcmp(own, uuid) == 0;
}

static bool machine_has_uuid(const struct root *root, const char *uuid)
{
    return *uuid && (file_has_uuid(root, "/sys/class/dmi/id/product_uuid", uuid) ||
                     file_has_uuid(root, "/etc/machine-id", uuid));
}

/* ---- result ---- */

/* It says the UUID and the name of the machine it runs on, but has nothing to do with it. */
static bool invents_guests(const struct libvirt_uri *u)
{
    return strcmp(u->driver, "test") == 0;
}

static bool is_local_by_uri(const struct libvirt_uri *u)
{
    return !libvirt_uri_is_foreign(u) && !*u->server && !*u->socket;
}

static bool is_own_name(const char *name, const char *own)
{
    return own && *own && name && g_ascii_strcasecmp(name, own) == 0;
}

bool libvirt_host_is_local(const struct libvirt_uri *uri, const struct host_evidence *e)
{
    if (libvirt_uri_is_foreign(uri))
        return false;
    if (is_local_by_uri(uri) || e->kernel == HOST_SAME)
        return true;
    if (e->kernel == HOST_OTHER)
        return false;
    if (e->uuid_is_ours || !*uri->server)
        return true;
    return (libvirt_uri_is_loopback(uri) || is_own_name(uri->server, e->own_name)) &&
           is_own_name(e->name, e->own_name);
}

static void weigh(const struct libvirt_uri *uri, virConnectPtr connection, struct node *node,
                  const struct root *root, struct libvirt_host *out)
{
    char own_name[256] = "";

    gethostname(own_name, sizeof(own_name) - 1);
    struct host_evidence e = {
        .kernel = compare_kernels(connection, node, root), .name = out->name, .own_name = own_name};
    if (e.kernel == HOST_UNKNOWN)
        e.uuid_is_ours =
            machine_has_uuid(root, out->uuid) || (*out->uuid && daemon_has_uuid(root, out->uuid));
    out->local = libvirt_host_is_local(uri, &e);
    /* A copy of this machine has its UUID too: that would make one host of two. */
    if (e.kernel == HOST_OTHER && machine_has_uuid(root, out->uuid))
        out->uuid[0] = '\0';
}

void libvirt_host_find(const struct libvirt_uri *uri, virConnectPtr connection, struct node *node,
                       const struct root *root, struct libvirt_host *out)
{
    char *name = virConnectGetHostname(connection);

    *out = (struct libvirt_host){.local = is_local_by_uri(uri)};
    out->name = g_strdup(invents_guests(uri) ? uri->shown : name);
    free(name);
    if (out->local || invents_guests(uri))
        return;
    read_uuid(connection, out->uuid);
    if (!libvirt_uri_is_foreign(uri))
        weigh(uri, connection, node, root, out);
}

void libvirt_host_clear(struct libvirt_host *h)
{
    g_free(h->name);
    *h = (struct libvirt_host){0};
}

/* ---- the ident ---- */

struct ident *libvirt_host_ident(const struct libvirt_uri *uri, const struct libvirt_host *h)
{
    char *key = g_strconcat(*h->uuid ? "uuid:" : "uri:", *h->uuid ? h->uuid : uri->bare, NULL);
    struct ident *ident = ident_new(KIND_HOST, GUEST_NONE, key);

    if (h->local)
        ident_add_alias(ident, "", IDENT_LOCAL_HOST);
    ident_set(&ident->name, h->name && *h->name ? h->name : uri->server);
    g_free(key);
    return ident;
}

static bool has_name(const struct ident *ident, const char *name)
{
    return strcmp(ident->key, name) == 0 ||
           g_strv_contains((const char *const *)ident->alias, name);
}

/* Only the newest is kept: a daemon that invents its UUID does so at each start. */
static void set_uuid_alias(struct ident *ident, const char *name)
{
    for (char **alias = ident->alias; *alias; alias++) {
        if (!g_str_has_prefix(*alias, "uuid:"))
            continue;
        g_free(*alias);
        *alias = g_strdup(name);
        return;
    }
    ident_add_alias(ident, "", name);
}

struct ident *libvirt_host_again(const struct ident *ident, bool was_local,
                                 const struct libvirt_host *h)
{
    char *uuid = *h->uuid ? g_strconcat("uuid:", h->uuid, NULL) : NULL;
    bool same_uuid = uuid && has_name(ident, uuid), same_name = !g_strcmp0(ident->name, h->name);
    struct ident *next = NULL;

    if (h->local == was_local && (h->local || same_uuid || same_name)) {
        next = ident_next_version(ident);
        if (h->name && *h->name)
            ident_set(&next->name, h->name);
        if (uuid && !same_uuid)
            set_uuid_alias(next, uuid);
    }
    g_free(uuid);
    return next;
}
