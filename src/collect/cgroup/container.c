/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/cgroup/container.h"

#include <glib.h>
#include <string.h>

/* One component of a path, not ended by a NUL. */
struct span {
    const char *text;
    size_t length;
};

static bool span_is(struct span s, const char *text)
{
    return s.length == strlen(text) && memcmp(s.text, text, s.length) == 0;
}

static bool span_starts(struct span s, const char *text)
{
    size_t n = strlen(text);

    return s.length >= n && memcmp(s.text, text, n) == 0;
}

static bool span_ends(struct span s, const char *text)
{
    size_t n = strlen(text);

    return s.length >= n && memcmp(s.text + s.length - n, text, n) == 0;
}

static bool span_cut(struct span *s, const char *prefix, const char *suffix)
{
    size_t before = strlen(prefix), after = strlen(suffix);

    if (s->length < before + after || !span_starts(*s, prefix) || !span_ends(*s, suffix))
        return false;
    s->text += before;
    s->length -= before + after;
    return true;
}

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_base36(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z');
}

/* Kubernetes writes '_' for '-' in slice names; static pods have a uid without either. */
static bool is_uid(char c)
{
    return is_hex(c) || c == '-' || c == '_';
}

static bool all(struct span s, bool (*is)(char))
{
    for (size_t i = 0; i < s.length; i++)
        if (!is(s.text[i]))
            return false;
    return s.length > 0;
}

bool container_is_id(const char *text, size_t length)
{
    return length == 64 && all((struct span){text, length}, is_hex);
}

/* What must be between prefix and suffix. */
enum body { ID, BUILD, STEP, NUMBER, UID, ANY, NOTHING };

static bool body_matches(enum body body, struct span s)
{
    switch (body) {
    case ID:
        return container_is_id(s.text, s.length);
    case BUILD: /* BuildKit's random names */
        return s.length == 25 && all(s, is_base36);
    case STEP: /* buildah's temporary directories */
        return span_cut(&s, "buildah", "") && all(s, is_digit);
    case NUMBER:
        return all(s, is_digit);
    case UID:
        return s.length >= 32 && s.length <= 36 && all(s, is_uid);
    case ANY:
        return s.length > 0;
    case NOTHING:
        return s.length == 0;
    }
    return false;
}

/* Where a rule applies. AT_TOP: the parent is one of the host's topmost groups. IN_UNIT: the parent
 * is a unit of systemd, and not the guest that was found already. */
enum place { ANYWHERE, IN_PODS, AT_TOP, IN_UNIT };

/* How the body contains the name. */
enum naming {
    NO_NAME,
    PLAIN,    /* as it is */
    ESCAPED,  /* systemd: \x2d */
    NUMBERED, /* "12-NAME": libvirt's running number, possibly escaped */
    OF_UNIT,  /* not in the body: the name of the unit around it is used */
};

/* parent NULL: any. A parent that ends in '*' is a prefix. First match wins. */
struct rule {
    const char *parent, *prefix, *suffix;
    enum body body;
    enum place place;
    enum container_role role;
    enum guest_type type;
    enum naming naming;
};

#define G CONTAINER_GUEST
#define M CONTAINER_MONITOR
static const struct rule RULES[] = {
    /* Podman. The monitors come first, because their names resemble those of containers. */
    {NULL, "libpod-conmon-", "", ANY, ANYWHERE, M, GUEST_PODMAN, NO_NAME},
    {"libpod_parent", "conmon", "", NOTHING, ANYWHERE, M, GUEST_PODMAN, NO_NAME},
    {NULL, "libpod-payload-", "", ID, ANYWHERE, G, GUEST_PODMAN, NO_NAME},
    {NULL, "libpod-", ".scope", ID, ANYWHERE, G, GUEST_PODMAN, NO_NAME},
    {NULL, "libpod-", "", ID, ANYWHERE, G, GUEST_PODMAN, NO_NAME},
    {"podman-*", "", "", ID, ANYWHERE, G, GUEST_PODMAN, NO_NAME},
    /* --cgroups=split, in Podman 2.1 to 3.0 */
    {NULL, "container", "", NOTHING, IN_UNIT, G, GUEST_PODMAN, OF_UNIT},
    /* steps of "podman build" and buildah; the scopes are named by the runtime */
    {NULL, "buildah-", "", STEP, ANYWHERE, G, GUEST_PODMAN, PLAIN},
    {NULL, "crun-buildah-", ".scope", STEP, ANYWHERE, G, GUEST_PODMAN, PLAIN},
    {NULL, "runc-buildah-", ".scope", STEP, ANYWHERE, G, GUEST_PODMAN, PLAIN},
    {"libpod_parent", "", "", ID, ANYWHERE, CONTAINER_POD, GUEST_NONE, NO_NAME},
    {NULL, "machine-libpod_pod_", ".slice", ID, ANYWHERE, CONTAINER_POD, GUEST_NONE, NO_NAME},
    {NULL, "user-libpod_pod_", ".slice", ID, ANYWHERE, CONTAINER_POD, GUEST_NONE, NO_NAME},
    /* Docker */
    {NULL, "docker-", ".scope", ID, ANYWHERE, G, GUEST_DOCKER, NO_NAME},
    {NULL, "docker-", ".scope", BUILD, ANYWHERE, G, GUEST_BUILDKIT, PLAIN},
    {"buildkit", "", "", BUILD, ANYWHERE, G, GUEST_BUILDKIT, PLAIN},
    {"docker", "", "", ID, ANYWHERE, G, GUEST_DOCKER, NO_NAME},
    /* Kubernetes */
    {NULL, "crio-conmon-", "", ANY, ANYWHERE, M, GUEST_CRIO, NO_NAME},
    {NULL, "crio-", ".scope", ID, ANYWHERE, G, GUEST_CRIO, NO_NAME},
    {"*.slice", "crio-", "", ID, ANYWHERE, CONTAINER_SANDBOX, GUEST_CRIO, NO_NAME},
    {NULL, "crio-", "", ID, ANYWHERE, G, GUEST_CRIO, NO_NAME},
    {NULL, "cri-containerd-", ".scope", ID, ANYWHERE, G, GUEST_CONTAINERD, NO_NAME},
    {NULL, "nerdctl-", ".scope", ID, ANYWHERE, G, GUEST_CONTAINERD, NO_NAME},
    {"default", "", "", ID, ANYWHERE, G, GUEST_CONTAINERD, NO_NAME},
    {"k8s.io", "", "", ID, ANYWHERE, G, GUEST_CONTAINERD, NO_NAME},
    /* containerd's ctr: NAMESPACE/NAME, in the default namespace */
    {"default", "", "", ANY, AT_TOP, G, GUEST_CONTAINERD, PLAIN},
    {NULL, "kata_overhead", "", NOTHING, ANYWHERE, M, GUEST_KATA, NO_NAME},
    {NULL, "kata_", "", ID, ANYWHERE, G, GUEST_KATA, NO_NAME},
    {"vc", "", "", ID, ANYWHERE, G, GUEST_KATA, NO_NAME},
    {NULL, "pod", "", UID, IN_PODS, CONTAINER_POD, GUEST_NONE, NO_NAME},
    {NULL, "", "", ID, IN_PODS, G, GUEST_CONTAINERD, NO_NAME},
    /* libvirt, Proxmox, Firecracker */
    {NULL, "machine-qemu\\x2d", ".scope", ANY, ANYWHERE, CONTAINER_VM, GUEST_VM, NUMBERED},
    {NULL, "qemu-", ".libvirt-qemu", ANY, ANYWHERE, CONTAINER_VM, GUEST_VM, NUMBERED},
    {NULL, "", ".libvirt-qemu", ANY, ANYWHERE, CONTAINER_VM, GUEST_VM, PLAIN},
    {"qemu.slice", "", ".scope", NUMBER, ANYWHERE, CONTAINER_VM, GUEST_VM, PLAIN},
    {"firecracker", "", "", ANY, ANYWHERE, CONTAINER_VM, GUEST_VM, PLAIN},
    {NULL, "machine-lxc\\x2d", ".scope", ANY, ANYWHERE, G, GUEST_LIBVIRT_LXC, NUMBERED},
    {NULL, "lxc-", ".libvirt-lxc", ANY, ANYWHERE, G, GUEST_LIBVIRT_LXC, NUMBERED},
    {NULL, "", ".libvirt-lxc", ANY, ANYWHERE, G, GUEST_LIBVIRT_LXC, PLAIN},
    /* LXC, Incus, LXD, Proxmox */
    {NULL, "lxc.monitor.", "", ANY, ANYWHERE, M, GUEST_LXC, NO_NAME},
    {"lxc.monitor", "", "", ANY, ANYWHERE, M, GUEST_LXC, NO_NAME},
    {NULL, "lxc.pivot", "", NOTHING, ANYWHERE, M, GUEST_LXC, NO_NAME},
    {NULL, "lxc.payload.", "", ANY, ANYWHERE, G, GUEST_LXC, PLAIN},
    {"lxc.payload", "", "", ANY, ANYWHERE, G, GUEST_LXC, PLAIN},
    /* Proxmox uses numbers, by which the names are looked up. */
    {"lxc", "", "", NUMBER, ANYWHERE, G, GUEST_LXC, PLAIN},
    {"lxc", "", "", ANY, ANYWHERE, G, GUEST_LXC, PLAIN},
    /* systemd-nspawn, systemd-vmspawn, machined */
    {NULL, "systemd-vmspawn@", ".service", ANY, ANYWHERE, CONTAINER_VM, GUEST_VM, ESCAPED},
    {NULL, "systemd-nspawn@", ".service", ANY, ANYWHERE, G, GUEST_NSPAWN, ESCAPED},
    {"machine.slice", "machine-", ".scope", ANY, ANYWHERE, G, GUEST_NSPAWN, ESCAPED},
    {"machine.slice", "", ".service", ANY, ANYWHERE, G, GUEST_NSPAWN, ESCAPED},
    /* A bare id below a parent that the user chose: Docker's --cgroup-parent. */
    {NULL, "", "", ID, ANYWHERE, G, GUEST_DOCKER, NO_NAME},
};
#undef G
#undef M

/* The state of walking a path from its root. */
struct walk {
    struct container *out;
    struct span parent, grandparent, slice;
    size_t parent_end; /* length of the path up to the parent */
    bool in_pods;
};

static bool parent_matches(const char *pattern, struct span parent)
{
    size_t n;

    if (!pattern)
        return true;
    n = strlen(pattern);
    if (pattern[0] == '*')
        return span_ends(parent, pattern + 1);
    if (pattern[n - 1] == '*')
        return parent.length >= n - 1 && memcmp(parent.text, pattern, n - 1) == 0;
    return span_is(parent, pattern);
}

/* Undo systemd's \xNN; a backslash that begins no valid escape is kept. */
static void copy_name(char *to, size_t size, struct span from, bool escaped)
{
    size_t n = 0;

    for (size_t i = 0; i < from.length && n + 1 < size; i++) {
        char c = from.text[i];
        if (escaped && c == '\\' && i + 3 < from.length && from.text[i + 1] == 'x' &&
            is_hex(from.text[i + 2]) && is_hex(from.text[i + 3])) {
            int high = from.text[i + 2], low = from.text[i + 3];
            high = is_digit((char)high) ? high - '0' : high - 'a' + 10;
            low = is_digit((char)low) ? low - '0' : low - 'a' + 10;
            c = (char)(high * 16 + low);
            i += 3;
        }
        if (c)
            to[n++] = c;
    }
    to[n] = '\0';
}

static void strip_number(char *name)
{
    size_t digits = strspn(name, "0123456789");

    if (digits && name[digits] == '-' && name[digits + 1])
        memmove(name, name + digits + 1, strlen(name + digits + 1) + 1);
}

static void copy_span(char *to, size_t size, struct span from)
{
    copy_name(to, size, from, false);
}

static void copy_uid(char *to, struct span from)
{
    copy_span(to, CONTAINER_NAME_SIZE, from);
    for (char *p = to; *p; p++)
        if (*p == '_')
            *p = '-';
}

static bool is_guest(const struct container *c)
{
    return c->role == CONTAINER_GUEST || c->role == CONTAINER_SANDBOX;
}

static void take(struct walk *w, const struct rule *rule, struct span body, size_t end)
{
    struct container *out = w->out;

    if (is_guest(out))
        out->outer = out->length;
    if (out->role != CONTAINER_POD)
        out->group[0] = '\0';
    out->role = rule->role;
    out->type = rule->type;
    out->length = end;
    out->id[0] = out->name[0] = '\0';
    if (rule->role == CONTAINER_POD) {
        copy_uid(out->group, body);
        return;
    }
    out->split = rule->naming == OF_UNIT;
    if (rule->body == ID || rule->body == NUMBER)
        copy_span(out->id, sizeof(out->id), body);
    if (rule->naming == NO_NAME)
        return;
    if (out->split) {
        body = w->parent;
        body.length = (size_t)((const char *)memrchr(body.text, '.', body.length) - body.text);
    }
    copy_name(out->name, sizeof(out->name), body, rule->naming != PLAIN);
    if (rule->naming == NUMBERED)
        strip_number(out->name);
}

static bool is_unit(struct span component)
{
    return span_ends(component, ".service") || span_ends(component, ".scope") ||
           span_ends(component, ".slice");
}

static bool is_at(enum place place, const struct walk *w)
{
    switch (place) {
    case ANYWHERE:
        return true;
    case IN_PODS:
        return w->in_pods;
    case AT_TOP:
        return w->parent.length && !w->grandparent.length;
    case IN_UNIT:
        return is_unit(w->parent) && !(is_guest(w->out) && w->out->length == w->parent_end);
    }
    return false;
}

static bool take_by_rule(struct walk *w, struct span component, size_t end)
{
    for (size_t i = 0; i < sizeof(RULES) / sizeof(RULES[0]); i++) {
        const struct rule *rule = &RULES[i];
        struct span body = component;
        if (!is_at(rule->place, w) || !parent_matches(rule->parent, w->parent) ||
            !span_cut(&body, rule->prefix, rule->suffix) || !body_matches(rule->body, body))
            continue;
        take(w, rule, body, end);
        return true;
    }
    return false;
}

/* libvirt before 1.0.5: /libvirt/qemu/NAME, /libvirt/lxc/NAME. */
static bool take_old_libvirt(struct walk *w, struct span component, size_t end)
{
    static const struct rule vm = {
        .role = CONTAINER_VM, .type = GUEST_VM, .naming = PLAIN, .body = ANY};
    static const struct rule lxc = {
        .role = CONTAINER_GUEST, .type = GUEST_LIBVIRT_LXC, .naming = PLAIN, .body = ANY};

    if (!span_is(w->grandparent, "libvirt"))
        return false;
    if (!span_is(w->parent, "qemu") && !span_is(w->parent, "lxc"))
        return false;
    take(w, span_is(w->parent, "qemu") ? &vm : &lxc, component, end);
    return true;
}

/* "kubepods-burstable-podUID.slice"; with kind, "kubelet-kubepods-podUID.slice". */
static bool take_pod_slice(struct walk *w, struct span component, size_t end)
{
    static const struct rule pod = {.role = CONTAINER_POD};
    struct span body = component;

    if (!w->in_pods || !span_ends(component, ".slice"))
        return false;
    for (size_t i = 0; i + 4 < component.length; i++) {
        if (memcmp(component.text + i, "-pod", 4) != 0)
            continue;
        body.text = component.text + i + 4;
        body.length = component.length - i - 4 - strlen(".slice");
        if (i + 4 + strlen(".slice") > component.length || !body_matches(UID, body))
            continue;
        take(w, &pod, body, end);
        return true;
    }
    return false;
}

/* The cgroupfs driver with a path meant for systemd: "PODSLICE:cri-containerd:ID". BuildKit in
 * docker always creates such paths if docker uses the systemd driver. */
static bool take_mixed_drivers(struct walk *w, struct span component, size_t end)
{
    static const struct {
        const char *infix;
        struct rule rule;
    } mixed[] = {
        {":cri-containerd:", {.role = CONTAINER_GUEST, .type = GUEST_CONTAINERD, .body = ID}},
        {":crio:", {.role = CONTAINER_GUEST, .type = GUEST_CRIO, .body = ID}},
        {":docker:", {.role = CONTAINER_GUEST, .type = GUEST_DOCKER, .body = ID}},
        {":docker:",
         {.role = CONTAINER_GUEST, .type = GUEST_BUILDKIT, .body = BUILD, .naming = PLAIN}},
    };
    const char *colon = memrchr(component.text, ':', component.length);

    if (!colon)
        return false;
    size_t length = (size_t)(colon - component.text) + 1;
    struct span before = {component.text, length};
    struct span body = {colon + 1, component.length - length};
    for (size_t i = 0; i < sizeof(mixed) / sizeof(mixed[0]); i++) {
        if (!span_ends(before, mixed[i].infix) || !body_matches(mixed[i].rule.body, body))
            continue;
        before.length -= strlen(mixed[i].infix);
        w->in_pods = true;
        take_pod_slice(w, before, end);
        take(w, &mixed[i].rule, body, end);
        return true;
    }
    return false;
}

static void take_service(struct walk *w, struct span component, size_t end)
{
    static const struct rule service = {
        .role = CONTAINER_SERVICE, .type = GUEST_SERVICE, .naming = ESCAPED, .body = ANY};

    take(w, &service, component, end);
    copy_span(w->out->group, sizeof(w->out->group), w->slice);
}

static void step(struct walk *w, struct span component, size_t end)
{
    struct container *out = w->out;

    /* The groups inside a virtual machine's or a helper's group have only its own threads. */
    if (out->role == CONTAINER_VM || out->role == CONTAINER_MONITOR || out->type == GUEST_KATA)
        return;
    if (take_old_libvirt(w, component, end) || take_pod_slice(w, component, end) ||
        take_mixed_drivers(w, component, end) || take_by_rule(w, component, end))
        return;
    if (is_unit(component) && !is_guest(out) && out->role != CONTAINER_POD)
        take_service(w, component, end);
}

/* "kubepods", or a slice with that word in its name. The parts before the word are the parent
 * slices that the kubelet was configured to use (kind: "kubelet-kubepods.slice"). */
static bool begins_pods(struct span component)
{
    static const char word[] = "kubepods";
    size_t length = strlen(word);

    for (size_t i = 0; i + length <= component.length; i++) {
        const char *at = component.text + i;
        bool whole = (i == 0 || at[-1] == '-') &&
                     (i + length == component.length || strchr("-.:", at[length]));
        if (whole && memcmp(at, word, length) == 0)
            return true;
    }
    return false;
}

enum container_role container_classify(const char *path, struct container *out)
{
    struct walk w = {.out = out, .parent = {"", 0}, .grandparent = {"", 0}, .slice = {"", 0}};

    out->role = CONTAINER_NONE;
    out->type = GUEST_NONE;
    out->id[0] = out->name[0] = out->group[0] = '\0';
    out->length = out->outer = 0;
    out->split = false;
    for (const char *p = path; *p;) {
        p += strspn(p, "/");
        struct span component = {p, strcspn(p, "/")};
        if (!component.length)
            break;
        p += component.length;
        w.in_pods |= begins_pods(component);
        step(&w, component, (size_t)(p - path));
        if (span_ends(component, ".slice"))
            w.slice = component;
        w.grandparent = w.parent;
        w.parent = component;
        w.parent_end = (size_t)(p - path);
    }
    return out->role;
}

char *container_key(const char *path, const struct container *what)
{
    size_t length = what->length;

    if (!container_is_id(what->id, strlen(what->id)))
        return g_strndup(path, length);
    while (length && path[length - 1] != '/')
        length--;
    return g_strdup_printf("%.*s%s", (int)length, path, what->id);
}
