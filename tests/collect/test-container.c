/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The results of container_classify() for the path shapes of all supported runtimes, and for paths
 * made to mislead it. */
#include <config.h>

#include "collect/cgroup/container.h"

#include <glib.h>
#include <string.h>

/* 64 hex digits */
#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define I2 "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
/* one digit too few */
#define H63 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde"
#define UID "0e1f2a3b-4c5d-6e7f-8091-a2b3c4d5e6f7"
#define U_ID "0e1f2a3b_4c5d_6e7f_8091_a2b3c4d5e6f7"
#define PODS "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" U_ID ".slice"
#define BUILD "0a1b2c3d4e5f6g7h8i9j0klmn"

struct row {
    const char *path;
    enum container_role role;
    enum guest_type type;
    const char *id, *name, *group; /* NULL: "" */
    const char *own;               /* NULL: all of the path */
    const char *outer;             /* NULL: none */
};

#define CT CONTAINER_GUEST
static const struct row ROWS[] = {
    /* Docker */
    {"/docker/" ID, CT, GUEST_DOCKER, ID, NULL, NULL, NULL, NULL},
    {"/docker/" ID "/init.scope", CT, GUEST_DOCKER, ID, NULL, NULL, "/docker/" ID, NULL},
    {"/system.slice/docker-" ID ".scope", CT, GUEST_DOCKER, ID, NULL, NULL, NULL, NULL},
    {"/user.slice/user-1000.slice/user@1000.service/user.slice/docker-" ID ".scope", CT,
     GUEST_DOCKER, ID, NULL, NULL, NULL, NULL},
    {"/mine.slice/docker-" ID ".scope", CT, GUEST_DOCKER, ID, NULL, NULL, NULL, NULL},
    {"/user.slice/user-1000.slice/user@1000.service/app.slice/docker.service/docker/" ID, CT,
     GUEST_DOCKER, ID, NULL, NULL, NULL, NULL},
    {"/a/b/c/" ID, CT, GUEST_DOCKER, ID, NULL, NULL, NULL, NULL},
    {"/system.slice/web.service/" ID, CT, GUEST_DOCKER, ID, NULL, NULL, NULL, NULL},
    {"/ecstasks.slice/ecstasks-0123456789abcdef0123456789abcdef.slice/docker-" ID ".scope", CT,
     GUEST_DOCKER, ID, NULL, NULL, NULL, NULL},
    {"/actions_job/" ID, CT, GUEST_DOCKER, ID, NULL, NULL, NULL, NULL},
    {"/ecs/0123456789abcdef0123456789abcdef/" ID, CT, GUEST_DOCKER, ID, NULL, NULL, NULL, NULL},
    {"/docker/buildkit/" BUILD, CT, GUEST_BUILDKIT, NULL, BUILD, NULL, NULL, NULL},
    {"/system.slice/docker-" BUILD ".scope", CT, GUEST_BUILDKIT, NULL, BUILD, NULL, NULL, NULL},
    {"/user.slice/user-1000.slice/user@1000.service/user.slice/buildkit/" BUILD, CT, GUEST_BUILDKIT,
     NULL, BUILD, NULL, NULL, NULL},
    {"/system.slice/system.slice:docker:" BUILD, CT, GUEST_BUILDKIT, NULL, BUILD, NULL, NULL, NULL},
    {"/system.slice/system.slice:docker:" BUILD "0", CONTAINER_SERVICE, GUEST_SERVICE, NULL,
     "system.slice", NULL, "/system.slice", NULL},
    {"/docker", CONTAINER_NONE, GUEST_NONE, NULL, NULL, NULL, "", NULL},
    {"/docker/buildkit", CONTAINER_NONE, GUEST_NONE, NULL, NULL, NULL, "", NULL},

    /* Podman */
    {"/libpod_parent/libpod-" ID, CT, GUEST_PODMAN, ID, NULL, NULL, NULL, NULL},
    {"/machine.slice/libpod-" ID ".scope", CT, GUEST_PODMAN, ID, NULL, NULL, NULL, NULL},
    {"/machine.slice/libpod-" ID ".scope/container", CT, GUEST_PODMAN, ID, NULL, NULL,
     "/machine.slice/libpod-" ID ".scope", NULL},
    {"/machine.slice/machine-libpod_pod_" I2 ".slice/libpod-" ID ".scope/container", CT,
     GUEST_PODMAN, ID, NULL, I2,
     "/machine.slice/machine-libpod_pod_" I2 ".slice/libpod-" ID ".scope", NULL},
    {"/machine.slice/machine-libpod_pod_" I2 ".slice", CONTAINER_POD, GUEST_NONE, NULL, NULL, I2,
     NULL, NULL},
    {"/libpod_parent/" I2 "/libpod-" ID, CT, GUEST_PODMAN, ID, NULL, I2, NULL, NULL},
    {"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID ".scope/container", CT,
     GUEST_PODMAN, ID, NULL, NULL,
     "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID ".scope", NULL},
    {"/user.slice/user-1000.slice/user@1000.service/user.slice/user-libpod_pod_" I2
     ".slice/libpod-" ID ".scope",
     CT, GUEST_PODMAN, ID, NULL, I2, NULL, NULL},
    {"/user.slice/podman-4711.scope/" ID, CT, GUEST_PODMAN, ID, NULL, NULL, NULL, NULL},
    {"/system.slice/web.service/libpod-payload-" ID, CT, GUEST_PODMAN, ID, NULL, NULL, NULL, NULL},
    {"/machine.slice/libpod-conmon-" ID ".scope", CONTAINER_MONITOR, GUEST_PODMAN, NULL, NULL, NULL,
     NULL, NULL},
    {"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-conmon-" ID ".scope",
     CONTAINER_MONITOR, GUEST_PODMAN, NULL, NULL, NULL, NULL, NULL},
    {"/web.slice/libpod-" ID ".scope", CT, GUEST_PODMAN, ID, NULL, NULL, NULL, NULL},
    {"/web/libpod-" ID, CT, GUEST_PODMAN, ID, NULL, NULL, NULL, NULL},
    {"/machine.slice/libpod-" ID ".scope/container/system.slice/cron.service", CT, GUEST_PODMAN, ID,
     NULL, NULL, "/machine.slice/libpod-" ID ".scope", NULL},
    {"/user.slice/user-1000.slice/user@1000.service/user.slice/podman-pause-0a1b2c3d.scope",
     CONTAINER_SERVICE, GUEST_SERVICE, NULL, "podman-pause-0a1b2c3d.scope", "user.slice", NULL,
     NULL},
    {"/system.slice/web.service/supervisor", CONTAINER_SERVICE, GUEST_SERVICE, NULL, "web.service",
     "system.slice", "/system.slice/web.service", NULL},
    {"/libpod_parent/" I2, CONTAINER_POD, GUEST_NONE, NULL, NULL, I2, NULL, NULL},
    {"/libpod_parent/" I2 "/conmon", CONTAINER_POD, GUEST_NONE, NULL, NULL, I2,
     "/libpod_parent/" I2, NULL},
    {"/libpod_parent/conmon", CONTAINER_MONITOR, GUEST_PODMAN, NULL, NULL, NULL, NULL, NULL},
    {"/system.slice/web.service/container", CT, GUEST_PODMAN, NULL, "web", NULL, NULL, NULL},
    {"/system.slice/system-ceph\\x2dcb4e.slice/ceph-cb4e@mon.a.service/container", CT, GUEST_PODMAN,
     NULL, "ceph-cb4e@mon.a", NULL, NULL, NULL},
    {"/user.slice/user-1000.slice/session-3.scope/container/x", CT, GUEST_PODMAN, NULL, "session-3",
     NULL, "/user.slice/user-1000.slice/session-3.scope/container", NULL},
    {"/lxc.payload.web/system.slice/db.service/container", CT, GUEST_PODMAN, NULL, "db", NULL, NULL,
     "/lxc.payload.web"},
    {"/mine/container", CONTAINER_NONE, GUEST_NONE, NULL, NULL, NULL, "", NULL},
    {"/buildah-buildah1993080071", CT, GUEST_PODMAN, NULL, "buildah1993080071", NULL, NULL, NULL},
    {"/system.slice/crun-buildah-buildah42.scope/container", CT, GUEST_PODMAN, NULL, "buildah42",
     NULL, "/system.slice/crun-buildah-buildah42.scope", NULL},
    {"/user.slice/user-1000.slice/user@1000.service/user.slice/runc-buildah-buildah42.scope", CT,
     GUEST_PODMAN, NULL, "buildah42", NULL, NULL, NULL},
    {"/buildah-buildah", CONTAINER_NONE, GUEST_NONE, NULL, NULL, NULL, "", NULL},
    {"/system.slice/buildah-web.service", CONTAINER_SERVICE, GUEST_SERVICE, NULL,
     "buildah-web.service", "system.slice", NULL, NULL},
    {"/libpod_parent", CONTAINER_NONE, GUEST_NONE, NULL, NULL, NULL, "", NULL},

    /* Kubernetes: containerd */
    {"/kubepods/burstable/pod" UID "/" ID, CT, GUEST_CONTAINERD, ID, NULL, UID, NULL, NULL},
    {"/kubepods/besteffort/pod" UID "/" ID, CT, GUEST_CONTAINERD, ID, NULL, UID, NULL, NULL},
    {"/kubepods/pod" UID "/" ID, CT, GUEST_CONTAINERD, ID, NULL, UID, NULL, NULL},
    {"/kubepods/pod" UID, CONTAINER_POD, GUEST_NONE, NULL, NULL, UID, NULL, NULL},
    {"/kubepods/podabcdefabcdefabcdefabcdefabcdefab/" ID, CT, GUEST_CONTAINERD, ID, NULL,
     "abcdefabcdefabcdefabcdefabcdefab", NULL, NULL},
    {PODS "/cri-containerd-" ID ".scope", CT, GUEST_CONTAINERD, ID, NULL, UID, NULL, NULL},
    {"/kubepods.slice/kubepods-pod" U_ID ".slice/cri-containerd-" ID ".scope", CT, GUEST_CONTAINERD,
     ID, NULL, UID, NULL, NULL},
    {"/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" U_ID
     ".slice/cri-containerd-" ID ".scope",
     CT, GUEST_CONTAINERD, ID, NULL, UID, NULL, NULL},
    {"/kubepods.slice/kubepods-burstable.slice/"
     "kubepods-burstable-podabcdefabcdefabcdefabcdefabcdefab"
     ".slice/cri-containerd-" ID ".scope",
     CT, GUEST_CONTAINERD, ID, NULL, "abcdefabcdefabcdefabcdefabcdefab", NULL, NULL},
    {"/kubelet/kubepods/burstable/pod" UID "/" ID, CT, GUEST_CONTAINERD, ID, NULL, UID, NULL, NULL},
    {"/kubepods-burstable-pod" U_ID ".slice:cri-containerd:" ID, CT, GUEST_CONTAINERD, ID, NULL,
     UID, NULL, NULL},
    {"/kubepods/besteffort", CONTAINER_NONE, GUEST_NONE, NULL, NULL, NULL, "", NULL},
    {"/k8s.io/" ID, CT, GUEST_CONTAINERD, ID, NULL, NULL, NULL, NULL},
    {PODS "/cri-containerd-" ID ".scope/system.slice/cron.service", CT, GUEST_CONTAINERD, ID, NULL,
     UID, PODS "/cri-containerd-" ID ".scope", NULL},
    {"/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/"
     "kubelet-kubepods-burstable-pod" U_ID ".slice/cri-containerd-" ID ".scope",
     CT, GUEST_CONTAINERD, ID, NULL, UID, NULL, NULL},
    {"/pods.slice/pods-kubepods.slice/pods-kubepods-burstable.slice/"
     "pods-kubepods-burstable-pod" U_ID ".slice/cri-containerd-" ID ".scope",
     CT, GUEST_CONTAINERD, ID, NULL, UID, NULL, NULL},
    {"/a.slice/a-b.slice/a-b-kubepods.slice/a-b-kubepods-pod" U_ID ".slice/crio-" ID ".scope", CT,
     GUEST_CRIO, ID, NULL, UID, NULL, NULL},
    {"/pods/kubepods/besteffort/pod" UID "/" ID, CT, GUEST_CONTAINERD, ID, NULL, UID, NULL, NULL},
    {"/a-podx.slice/a-podx-kubepods-pod" U_ID ".slice", CONTAINER_POD, GUEST_NONE, NULL, NULL, UID,
     NULL, NULL},
    {"/mykubepods.slice/mykubepods-pod" U_ID ".slice", CONTAINER_SERVICE, GUEST_SERVICE, NULL,
     "mykubepods-pod" U_ID ".slice", "mykubepods.slice", NULL, NULL},
    {"/system.slice/containerd.service/kubepods-burstable-pod" U_ID ".slice:cri-containerd:" ID, CT,
     GUEST_CONTAINERD, ID, NULL, UID, NULL, NULL},
    {"/kubepods.slice", CONTAINER_SERVICE, GUEST_SERVICE, NULL, "kubepods.slice", NULL, NULL, NULL},
    {PODS, CONTAINER_POD, GUEST_NONE, NULL, NULL, UID, NULL, NULL},
    {PODS "/docker-" ID ".scope", CT, GUEST_DOCKER, ID, NULL, UID, NULL, NULL},
    {"/default/" ID, CT, GUEST_CONTAINERD, ID, NULL, NULL, NULL, NULL},
    {"/default/web", CT, GUEST_CONTAINERD, NULL, "web", NULL, NULL, NULL},
    {"/default/web/inner", CT, GUEST_CONTAINERD, NULL, "web", NULL, "/default/web", NULL},
    {"/default", CONTAINER_NONE, GUEST_NONE, NULL, NULL, NULL, "", NULL},
    {"/mine/default/web", CONTAINER_NONE, GUEST_NONE, NULL, NULL, NULL, "", NULL},
    {"/docker/" I2 "/default/web", CT, GUEST_DOCKER, I2, NULL, NULL, "/docker/" I2, NULL},
    {"/system.slice/nerdctl-" ID ".scope", CT, GUEST_CONTAINERD, ID, NULL, NULL, NULL, NULL},

    /* Kubernetes: CRI-O */
    {PODS "/crio-" ID ".scope", CT, GUEST_CRIO, ID, NULL, UID, NULL, NULL},
    {PODS "/crio-" ID ".scope/container", CT, GUEST_CRIO, ID, NULL, UID, PODS "/crio-" ID ".scope",
     NULL},
    {PODS "/crio-" ID, CONTAINER_SANDBOX, GUEST_CRIO, ID, NULL, UID, NULL, NULL},
    {PODS "/crio-conmon-" ID ".scope", CONTAINER_MONITOR, GUEST_CRIO, NULL, NULL, UID, NULL, NULL},
    {"/kubepods/burstable/pod" UID "/crio-" ID, CT, GUEST_CRIO, ID, NULL, UID, NULL, NULL},
    {"/kubepods/besteffort/pod" UID "/crio-" ID, CT, GUEST_CRIO, ID, NULL, UID, NULL, NULL},
    {"/kubepods.slice/kubepods-pod" U_ID ".slice/crio-" ID ".scope", CT, GUEST_CRIO, ID, NULL, UID,
     NULL, NULL},
    {"/kubepods-burstable-pod" U_ID ".slice:crio:" ID, CT, GUEST_CRIO, ID, NULL, UID, NULL, NULL},
    {"/kubepods/burstable/pod" UID "/crio-conmon-" ID, CONTAINER_MONITOR, GUEST_CRIO, NULL, NULL,
     UID, NULL, NULL},

    /* Kata */
    {"/kubepods/burstable/pod" UID "/kata_" ID, CT, GUEST_KATA, ID, NULL, UID, NULL, NULL},
    {"/kubepods/burstable/pod" UID "/kata_" ID "/vcpu0", CT, GUEST_KATA, ID, NULL, UID,
     "/kubepods/burstable/pod" UID "/kata_" ID, NULL},
    {PODS "/kata_" ID "/vcpu0", CT, GUEST_KATA, ID, NULL, UID, PODS "/kata_" ID, NULL},
    {"/kata_overhead/" ID, CONTAINER_MONITOR, GUEST_KATA, NULL, NULL, NULL, "/kata_overhead", NULL},
    {"/vc/" ID, CT, GUEST_KATA, ID, NULL, NULL, NULL, NULL},

    /* LXC, Incus, LXD, Proxmox */
    {"/lxc.payload.web", CT, GUEST_LXC, NULL, "web", NULL, NULL, NULL},
    {"/lxc.payload.web/system.slice/ssh.service", CT, GUEST_LXC, NULL, "web", NULL,
     "/lxc.payload.web", NULL},
    {"/lxc.payload/web", CT, GUEST_LXC, NULL, "web", NULL, NULL, NULL},
    {"/lxc/web", CT, GUEST_LXC, NULL, "web", NULL, NULL, NULL},
    {"/lxc/101/ns/init.scope", CT, GUEST_LXC, "101", "101", NULL, "/lxc/101", NULL},
    {"/user.slice/user-1000.slice/session-2.scope/lxc.payload.u1", CT, GUEST_LXC, NULL, "u1", NULL,
     NULL, NULL},
    {"/lxc.payload.shop_db-1", CT, GUEST_LXC, NULL, "shop_db-1", NULL, NULL, NULL},
    {"/lxc/web/ns/system.slice/ssh.service", CT, GUEST_LXC, NULL, "web", NULL, "/lxc/web", NULL},
    {"/lxc/101", CT, GUEST_LXC, "101", "101", NULL, NULL, NULL},
    {"/lxc.payload.web-1", CT, GUEST_LXC, NULL, "web-1", NULL, NULL, NULL},
    {"/user/1000.user/1.session/lxc/u2", CT, GUEST_LXC, NULL, "u2", NULL, NULL, NULL},
    {"/lxc.payload.web/init.scope", CT, GUEST_LXC, NULL, "web", NULL, "/lxc.payload.web", NULL},
    {"/lxc.monitor/101", CONTAINER_MONITOR, GUEST_LXC, NULL, NULL, NULL, NULL, NULL},
    {"/lxc.monitor.web/lxc.payload.web", CONTAINER_MONITOR, GUEST_LXC, NULL, NULL, NULL,
     "/lxc.monitor.web", NULL},
    {"/lxc.payload", CONTAINER_NONE, GUEST_NONE, NULL, NULL, NULL, "", NULL},
    {"/lxc.monitor.web", CONTAINER_MONITOR, GUEST_LXC, NULL, NULL, NULL, NULL, NULL},
    {"/lxc.monitor/web", CONTAINER_MONITOR, GUEST_LXC, NULL, NULL, NULL, NULL, NULL},
    {"/lxc.pivot", CONTAINER_MONITOR, GUEST_LXC, NULL, NULL, NULL, NULL, NULL},
    {"/lxc", CONTAINER_NONE, GUEST_NONE, NULL, NULL, NULL, "", NULL},

    /* systemd-nspawn and machined */
    {"/machine.slice/systemd-nspawn@deb12.service/payload", CT, GUEST_NSPAWN, NULL, "deb12", NULL,
     "/machine.slice/systemd-nspawn@deb12.service", NULL},
    {"/machine.slice/systemd-nspawn@my\\x2dbox.service", CT, GUEST_NSPAWN, NULL, "my-box", NULL,
     NULL, NULL},
    {"/machine.slice/machine-deb\\x2d12.scope/payload", CT, GUEST_NSPAWN, NULL, "deb-12", NULL,
     "/machine.slice/machine-deb\\x2d12.scope", NULL},
    {"/machine.slice/systemd-nspawn@deb12.service/supervisor", CT, GUEST_NSPAWN, NULL, "deb12",
     NULL, "/machine.slice/systemd-nspawn@deb12.service", NULL},
    {"/machine.slice/deb12.service/payload/init.scope", CT, GUEST_NSPAWN, NULL, "deb12", NULL,
     "/machine.slice/deb12.service", NULL},
    {"/machine.slice/systemd-vmspawn@fedora.service/payload", CONTAINER_VM, GUEST_VM, NULL,
     "fedora", NULL, "/machine.slice/systemd-vmspawn@fedora.service", NULL},
    {"/machine.slice", CONTAINER_SERVICE, GUEST_SERVICE, NULL, "machine.slice", NULL, NULL, NULL},

    /* libvirt */
    {"/machine.slice/machine-qemu\\x2d3\\x2dweb\\x2d1.scope/libvirt/vcpu0", CONTAINER_VM, GUEST_VM,
     NULL, "web-1", NULL, "/machine.slice/machine-qemu\\x2d3\\x2dweb\\x2d1.scope", NULL},
    {"/machine/qemu-1-g1.libvirt-qemu/emulator", CONTAINER_VM, GUEST_VM, NULL, "g1", NULL,
     "/machine/qemu-1-g1.libvirt-qemu", NULL},
    {"/machine/prod.partition/qemu-12-db.libvirt-qemu", CONTAINER_VM, GUEST_VM, NULL, "db", NULL,
     NULL, NULL},
    {"/libvirt/qemu/old1/vcpu0", CONTAINER_VM, GUEST_VM, NULL, "old1", NULL, "/libvirt/qemu/old1",
     NULL},
    {"/system.slice/libvirtd.service/libvirt/qemu/old3", CONTAINER_VM, GUEST_VM, NULL, "old3", NULL,
     NULL, NULL},
    {"/libvirt/qemu", CONTAINER_NONE, GUEST_NONE, NULL, NULL, NULL, "", NULL},
    {"/machine/qemu-1-g1.libvirt-qemu/iothread1", CONTAINER_VM, GUEST_VM, NULL, "g1", NULL,
     "/machine/qemu-1-g1.libvirt-qemu", NULL},
    {"/machine/qemu-embed-0a1b2c3d-1-g1.libvirt-qemu/vcpu1", CONTAINER_VM, GUEST_VM, NULL,
     "embed-0a1b2c3d-1-g1", NULL, "/machine/qemu-embed-0a1b2c3d-1-g1.libvirt-qemu", NULL},
    {"/machine.slice/machine-qemu\\x2dweb.scope/emulator", CONTAINER_VM, GUEST_VM, NULL, "web",
     NULL, "/machine.slice/machine-qemu\\x2dweb.scope", NULL},
    {"/user.slice/user-1000.slice/user@1000.service/machine.slice/"
     "machine-qemu\\x2d1\\x2dweb\\x2dalice.scope/libvirt/emulator",
     CONTAINER_VM, GUEST_VM, NULL, "web-alice", NULL,
     "/user.slice/user-1000.slice/user@1000.service/machine.slice/"
     "machine-qemu\\x2d1\\x2dweb\\x2dalice.scope",
     NULL},
    {"/libvirt/lxc/old2", CT, GUEST_LIBVIRT_LXC, NULL, "old2", NULL, NULL, NULL},
    {"/machine/lxc-9-box.libvirt-lxc", CT, GUEST_LIBVIRT_LXC, NULL, "box", NULL, NULL, NULL},
    {"/machine.slice/machine-lxc\\x2d9\\x2dbox.scope/libvirt", CT, GUEST_LIBVIRT_LXC, NULL, "box",
     NULL, "/machine.slice/machine-lxc\\x2d9\\x2dbox.scope", NULL},
    {"/qemu.slice/104.scope", CONTAINER_VM, GUEST_VM, "104", "104", NULL, NULL, NULL},
    {"/firecracker/vm-a", CONTAINER_VM, GUEST_VM, NULL, "vm-a", NULL, NULL, NULL},

    /* nested guests */
    {"/lxc.payload.web/docker/" ID, CT, GUEST_DOCKER, ID, NULL, NULL, NULL, "/lxc.payload.web"},
    {"/lxc.payload.web/system.slice/docker-" ID ".scope", CT, GUEST_DOCKER, ID, NULL, NULL, NULL,
     "/lxc.payload.web"},
    {"/docker/" I2 "/docker/" ID "/init", CT, GUEST_DOCKER, ID, NULL, NULL,
     "/docker/" I2 "/docker/" ID, "/docker/" I2},
    {"/lxc.payload.a/lxc.payload.b/lxc.payload.c", CT, GUEST_LXC, NULL, "c", NULL, NULL,
     "/lxc.payload.a/lxc.payload.b"},
    {"/docker/" I2 "/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod" U_ID
     ".slice/cri-containerd-" ID ".scope",
     CT, GUEST_CONTAINERD, ID, NULL, UID, NULL, "/docker/" I2},
    {"/lxc.payload.web/lxc.monitor.inner", CONTAINER_MONITOR, GUEST_LXC, NULL, NULL, NULL, NULL,
     "/lxc.payload.web"},
    {"/lxc/101/ns/docker/" ID, CT, GUEST_DOCKER, ID, NULL, NULL, NULL, "/lxc/101"},
    {"/lxc.payload.web/machine.slice/libpod-" ID ".scope/container", CT, GUEST_PODMAN, ID, NULL,
     NULL, "/lxc.payload.web/machine.slice/libpod-" ID ".scope", "/lxc.payload.web"},
    {"/docker/" I2 "/libpod_parent/libpod-" ID, CT, GUEST_PODMAN, ID, NULL, NULL, NULL,
     "/docker/" I2},
    {"/machine.slice/systemd-nspawn@a.service/payload/system.slice/docker-" ID ".scope", CT,
     GUEST_DOCKER, ID, NULL, NULL, NULL, "/machine.slice/systemd-nspawn@a.service"},
    {"/lxc.payload.web/machine.slice/machine-qemu\\x2d1\\x2dg.scope/libvirt/vcpu0", CONTAINER_VM,
     GUEST_VM, NULL, "g", NULL, "/lxc.payload.web/machine.slice/machine-qemu\\x2d1\\x2dg.scope",
     "/lxc.payload.web"},
    {"/kubepods/burstable/pod" UID "/" I2 "/docker/" ID, CT, GUEST_DOCKER, ID, NULL, NULL, NULL,
     "/kubepods/burstable/pod" UID "/" I2},

    /* systemd */
    {"/system.slice/ssh.service", CONTAINER_SERVICE, GUEST_SERVICE, NULL, "ssh.service",
     "system.slice", NULL, NULL},
    {"/user.slice/user-1000.slice/user@1000.service/app.slice/a\\x2db.service", CONTAINER_SERVICE,
     GUEST_SERVICE, NULL, "a-b.service", "app.slice", NULL, NULL},
    {"/init.scope", CONTAINER_SERVICE, GUEST_SERVICE, NULL, "init.scope", NULL, NULL, NULL},
    {"/system.slice/var-lib-docker-" ID ".mount", CONTAINER_SERVICE, GUEST_SERVICE, NULL,
     "system.slice", NULL, "/system.slice", NULL},

    /* hostile or unusual */
    {"/", CONTAINER_NONE, GUEST_NONE, NULL, NULL, NULL, "", NULL},
    {"", CONTAINER_NONE, GUEST_NONE, NULL, NULL, NULL, "", NULL},
    {"/process_api/0123456789abcdef0123456789abcdef", CONTAINER_NONE, GUEST_NONE, NULL, NULL, NULL,
     "", NULL},
    {"/docker/0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef", CONTAINER_NONE,
     GUEST_NONE, NULL, NULL, NULL, "", NULL},
    {"/docker/" ID "0", CONTAINER_NONE, GUEST_NONE, NULL, NULL, NULL, "", NULL},
    {"/docker/" H63, CONTAINER_NONE, GUEST_NONE, NULL, NULL, NULL, "", NULL},
    {"/docker/" H63 "g", CONTAINER_NONE, GUEST_NONE, NULL, NULL, NULL, "", NULL},
    {"/system.slice/docker-" H63 ".scope", CONTAINER_SERVICE, GUEST_SERVICE, NULL,
     "docker-" H63 ".scope", "system.slice", NULL, NULL},
    {"/system.slice/docker-" ID ".service", CONTAINER_SERVICE, GUEST_SERVICE, NULL,
     "docker-" ID ".service", "system.slice", NULL, NULL},
    {"/system.slice/" ID ".service", CONTAINER_SERVICE, GUEST_SERVICE, NULL, ID ".service",
     "system.slice", NULL, NULL}, /* a health check of Podman */
    {"/machine.slice/libpod-" H63 ".scope", CONTAINER_SERVICE, GUEST_SERVICE, NULL,
     "libpod-" H63 ".scope", "machine.slice", NULL, NULL},
    {"/docker/buildkit/" BUILD "0", CONTAINER_NONE, GUEST_NONE, NULL, NULL, NULL, "", NULL},
    {PODS "/cri-containerd-" H63 ".scope", CONTAINER_POD, GUEST_NONE, NULL, NULL, UID, PODS, NULL},
    {PODS ":cri-containerd:" H63, CONTAINER_SERVICE, GUEST_SERVICE, NULL,
     "kubepods-burstable.slice", "kubepods.slice", "/kubepods.slice/kubepods-burstable.slice",
     NULL},
    {"/kubepods/pod" UID "0", CONTAINER_NONE, GUEST_NONE, NULL, NULL, NULL, "", NULL},
    {"/pod" UID "/" ID, CT, GUEST_DOCKER, ID, NULL, NULL, NULL, NULL},
    {"/system.slice/crond.service/docker", CONTAINER_SERVICE, GUEST_SERVICE, NULL, "crond.service",
     "system.slice", "/system.slice/crond.service", NULL},
    {"/qemu.slice/web.scope", CONTAINER_SERVICE, GUEST_SERVICE, NULL, "web.scope", "qemu.slice",
     NULL, NULL},
    {"/lxc.payload.x\xff\xfe", CT, GUEST_LXC, NULL, "x\xff\xfe", NULL, NULL, NULL},
    {"/docker-" ID ".scope.mount", CONTAINER_NONE, GUEST_NONE, NULL, NULL, NULL, "", NULL},
    {"/docker-.scope", CONTAINER_SERVICE, GUEST_SERVICE, NULL, "docker-.scope", NULL, NULL, NULL},
    {"/.scope", CONTAINER_SERVICE, GUEST_SERVICE, NULL, ".scope", NULL, NULL, NULL},
    {"/lxc.payload.", CONTAINER_NONE, GUEST_NONE, NULL, NULL, NULL, "", NULL},
    {"//docker//" ID "//", CT, GUEST_DOCKER, ID, NULL, NULL, "//docker//" ID, NULL},
    {"/lxc.payload.x\x1b[2J\xe2\x80\xae", CT, GUEST_LXC, NULL, "x\x1b[2J\xe2\x80\xae", NULL, NULL,
     NULL},
    {"/machine.slice/machine-a\\x2.scope", CT, GUEST_NSPAWN, NULL, "a\\x2", NULL, NULL, NULL},
    {"/machine.slice/machine-a\\x00b.scope", CT, GUEST_NSPAWN, NULL, "ab", NULL, NULL, NULL},
    {"/kubepods/podshort/" ID, CT, GUEST_CONTAINERD, ID, NULL, NULL, NULL, NULL},
    {"/x:cri-containerd:" ID, CT, GUEST_CONTAINERD, ID, NULL, NULL, NULL, NULL},
};

static void check_row(const struct row *row)
{
    struct container c;
    size_t own = strlen(row->own ? row->own : row->path);
    size_t outer = row->outer ? strlen(row->outer) : 0;

    g_test_message("%s", row->path);
    g_assert_cmpint(container_classify(row->path, &c), ==, row->role);
    g_assert_cmpint(c.role, ==, row->role);
    g_assert_cmpint(c.type, ==, row->type);
    g_assert_cmpstr(c.id, ==, row->id ? row->id : "");
    g_assert_cmpstr(c.name, ==, row->name ? row->name : "");
    g_assert_cmpstr(c.group, ==, row->group ? row->group : "");
    g_assert_cmpuint(c.length, ==, own);
    g_assert_cmpuint(c.outer, ==, outer);
}

static void test_table(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(ROWS); i++)
        check_row(&ROWS[i]);
}

/* The key of an ident can be computed from the path of any group in the guest's own group. */
static void test_key(void)
{
    static const struct {
        const char *path, *key;
    } rows[] = {
        {"/docker/" ID, "/docker/" ID},
        {"/system.slice/docker-" ID ".scope/init.scope", "/system.slice/" ID},
        {PODS "/cri-containerd-" ID ".scope", PODS "/" ID},
        {"/x:cri-containerd:" ID, "/" ID},
        {"/lxc/101/ns/init.scope", "/lxc/101"},
        {"/lxc/101/ns/docker/" ID "/x", "/lxc/101/ns/docker/" ID},
        {"/machine/qemu-1-g1.libvirt-qemu/emulator", "/machine/qemu-1-g1.libvirt-qemu"},
        {"/system.slice/ssh.service", "/system.slice/ssh.service"},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        struct container c;
        container_classify(rows[i].path, &c);
        char *key = container_key(rows[i].path, &c);
        g_assert_cmpstr(key, ==, rows[i].key);
        g_free(key);
    }
}

/* A name of the maximum length, and a path that is longer than any, end where they should. */
static void test_long(void)
{
    GString *path = g_string_new("/lxc.payload.");
    struct container c;

    for (int i = 0; i < 4096; i++)
        g_string_append_c(path, 'n');
    g_assert_cmpint(container_classify(path->str, &c), ==, CONTAINER_GUEST);
    g_assert_cmpuint(strlen(c.name), ==, CONTAINER_NAME_SIZE - 1);
    g_assert_cmpuint(c.length, ==, path->len);

    g_string_assign(path, "");
    for (int i = 0; i < 2000; i++)
        g_string_append(path, "/lxc.payload.a");
    g_assert_cmpint(container_classify(path->str, &c), ==, CONTAINER_GUEST);
    g_assert_cmpuint(c.length, ==, path->len);
    g_assert_cmpuint(c.outer, ==, path->len - strlen("/lxc.payload.a"));
    g_string_free(path, TRUE);
}

/* Whatever bytes a path has, its description stays within its bounds. */
static void test_random(void)
{
    static const char *const pieces[] = {"/",
                                         "docker",
                                         "-",
                                         ID,
                                         ".scope",
                                         ".slice",
                                         "kubepods",
                                         "pod",
                                         UID,
                                         ":",
                                         "crio",
                                         "lxc",
                                         ".payload.",
                                         "\\x2d",
                                         "\\",
                                         "machine.slice",
                                         "/machine-",
                                         "qemu",
                                         ".libvirt-lxc",
                                         "\xff",
                                         "libpod",
                                         "_",
                                         "cri-containerd",
                                         "\n",
                                         "kata_"};
    GRand *random = g_rand_new_with_seed(20261121);

    for (int round = 0; round < 20000; round++) {
        GString *path = g_string_new("/");
        struct container c;
        for (int n = g_rand_int_range(random, 0, 14); n > 0; n--)
            g_string_append(path,
                            pieces[g_rand_int_range(random, 0, (gint32)G_N_ELEMENTS(pieces))]);
        container_classify(path->str, &c);
        g_assert_cmpuint(c.length, <=, path->len);
        g_assert_cmpuint(c.outer, <=, c.length);
        g_assert_true(c.outer < c.length || c.length == 0);
        g_assert_nonnull(memchr(c.id, 0, sizeof(c.id)));
        g_assert_nonnull(memchr(c.name, 0, sizeof(c.name)));
        g_assert_nonnull(memchr(c.group, 0, sizeof(c.group)));
        g_string_free(path, TRUE);
    }
    g_rand_free(random);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/container/table", test_table);
    g_test_add_func("/container/key", test_key);
    g_test_add_func("/container/long", test_long);
    g_test_add_func("/container/random", test_random);
    return g_test_run();
}
