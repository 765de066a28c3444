/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/cgroup/netns_links.h"

#include "collect/netdev.h"

#include <glib.h>
#include <string.h>

/* The kind of an interface whose name begins with the prefix; '#' stands for a digit. The first
 * match wins. */
static const struct {
    const char *prefix;
    enum link_kind kind;
} NAMES[] = {
    /* Docker, Podman, nerdctl, CNI, kubenet, kube-router, LXC, LXD, Incus, libvirt, Proxmox, Weave,
     * Open vSwitch; bridges that are made by hand */
    {"docker", LINK_BRIDGE},
    {"nerdctl", LINK_BRIDGE},
    {"podman", LINK_BRIDGE},
    {"cni-podman", LINK_BRIDGE},
    {"cni#", LINK_BRIDGE},
    {"cbr#", LINK_BRIDGE},
    {"kube-bridge", LINK_BRIDGE},
    {"lxcbr", LINK_BRIDGE},
    {"lxdbr", LINK_BRIDGE},
    {"incusbr", LINK_BRIDGE},
    {"virbr", LINK_BRIDGE},
    {"vmbr", LINK_BRIDGE},
    {"fwbr", LINK_BRIDGE},
    {"weave", LINK_BRIDGE},
    {"ovs-", LINK_BRIDGE},
    {"br-", LINK_BRIDGE},
    {"br#", LINK_BRIDGE},
    {"bridge", LINK_BRIDGE},
    /* veth pairs and taps by default; Calico, Cilium, the clouds' plugins, nspawn, Proxmox */
    {"veth", LINK_PORT},
    {"vnet#", LINK_PORT},
    {"tap", LINK_PORT},
    {"cali", LINK_PORT},
    {"lxc", LINK_PORT},
    {"azv", LINK_PORT},
    {"gke", LINK_PORT},
    {"eni", LINK_PORT},
    {"ve-", LINK_PORT},
    {"vb-", LINK_PORT},
    {"fwpr", LINK_PORT},
    {"fwln", LINK_PORT},
    /* overlays, tunnels, and interfaces that only hold addresses */
    {"flannel", LINK_UPPER},
    {"vxlan", LINK_UPPER},
    {"genev", LINK_UPPER},
    {"cilium_", LINK_UPPER},
    {"antrea-", LINK_UPPER},
    {"kube-ipvs", LINK_UPPER},
    {"nodelocaldns", LINK_UPPER},
    {"dummy", LINK_UPPER},
    {"ifb#", LINK_UPPER},
    {"tunl#", LINK_UPPER},
    {"sit#", LINK_UPPER},
    {"gre", LINK_UPPER},
    {"erspan", LINK_UPPER},
    {"ip6tnl", LINK_UPPER},
    {"ip6gre", LINK_UPPER},
    {"ip6_vti", LINK_UPPER},
    {"ip_vti", LINK_UPPER},
    {"tun#", LINK_UPPER},
    {"wg#", LINK_UPPER},
    {"wireguard", LINK_UPPER},
    {"tailscale", LINK_UPPER},
    {"ppp#", LINK_UPPER},
    /* above other interfaces of this namespace */
    {"bond#", LINK_UPPER},
    {"team#", LINK_UPPER},
    {"vlan", LINK_UPPER},
    {"macvlan", LINK_UPPER},
    {"macvtap", LINK_UPPER},
    {"ipvlan", LINK_UPPER},
    {"ipvtap", LINK_UPPER},
    {"ipvl#", LINK_UPPER},
};

static bool begins(const char *name, const char *prefix)
{
    for (; *prefix; prefix++, name++)
        if (*prefix == '#' ? !g_ascii_isdigit(*name) : *prefix != *name)
            return false;
    return true;
}

/* "eth0.100", beside "eth0". */
static bool is_vlan(const char *text, const char *name)
{
    const char *dot = strrchr(name, '.');
    struct netdev nic;

    if (!dot || !dot[1] || dot[1 + strspn(dot + 1, "0123456789")])
        return false;
    while (netdev_next(&text, &nic))
        if (strlen(nic.name) == (size_t)(dot - name) &&
            strncmp(nic.name, name, strlen(nic.name)) == 0)
            return true;
    return false;
}

enum link_kind netns_link_kind(const char *text, const char *name)
{
    for (size_t i = 0; i < G_N_ELEMENTS(NAMES); i++)
        if (begins(name, NAMES[i].prefix))
            return NAMES[i].kind;
    return is_vlan(text, name) ? LINK_UPPER : LINK_UPLINK;
}
