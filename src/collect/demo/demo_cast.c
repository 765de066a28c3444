/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/demo/demo_cast.h"

#define VM(n, count) .type = GUEST_VM, .name = n, .copies = count
#define CT(t, g, n, count, img)                                                                    \
    .type = GUEST_##t, .group = g, .name = n, .copies = count, .image = img
#define UNIT(g, n) .type = GUEST_SERVICE, .group = g, .name = n, .copies = 1
#define LOAD(mean, around, period) .cores = mean, .swing = around, .period_s = period
#define MEMORY(given, used) .memory_mib = given, .memory_used_mib = used
#define DISK(count, read, write, ms)                                                               \
    .disks = count, .read_mb = read, .write_mb = write, .latency_ms = ms
#define NET(rx, tx) .rx_mb = rx, .tx_mb = tx

const struct demo_role DEMO_VMS[] = {
    {VM("db-primary", 1), LOAD(2.6, 0.3, 90), .vcpus = 8, MEMORY(65536, 63500),
     DISK(2, 82, 41, 0.9), NET(38, 36), .ready_percent = 1.2, .flags = DEMO_HUGEPAGES},
    {VM("db-replica", 2), LOAD(0.6, 0.4, 120), .vcpus = 8, MEMORY(32768, 31000),
     DISK(2, 21, 18, 1.1), NET(9, 3), .ready_percent = 0.8},
    {VM("web", 10), LOAD(0.16, 0.7, 60), .vcpus = 2, MEMORY(8192, 7600), DISK(1, 0.4, 0.6, 1.4),
     NET(2.2, 7.4), .ready_percent = 2.1},
    {VM("web-canary", 1), LOAD(1.1, 0.2, 40), .vcpus = 2, MEMORY(8192, 8100), DISK(1, 0, 0.1, 1.2),
     NET(0.1, 0.2), .ready_percent = 14},
    {VM("app", 6), LOAD(0.12, 0.5, 75), .vcpus = 4, MEMORY(8192, 6200), DISK(1, 0.2, 1.1, 1.8),
     NET(1.4, 1.2), .ready_percent = 0.9},
    {VM("build", 4), LOAD(0.45, 0.9, 150), .vcpus = 4, MEMORY(8192, 5100), DISK(1, 6, 22, 3.2),
     NET(0.3, 0.1), .ready_percent = 3.5, .flags = DEMO_NO_BALLOON},
    /* The noisy neighbour: the disks it keeps busy are those of storage-gw and the databases. */
    {VM("analytics", 1), LOAD(1.4, 0.05, 50), .vcpus = 4, MEMORY(16384, 15800),
     DISK(1, 64, 150, 4.5), NET(0.2, 0.1), .ready_percent = 4.2},
    {VM("crm", 1), LOAD(0.35, 0.3, 50), .vcpus = 4, MEMORY(12288, 11800), DISK(1, 0.3, 1.2, 1.6),
     NET(0.8, 112), .ready_percent = 1.1, .moves_mb = 105, .lives_s = 118},
    {VM("build-legacy", 1), LOAD(0.03, 0.2, 60), .vcpus = 2, MEMORY(4096, 3990), DISK(1, 0, 0, 1),
     NET(0, 0), .flags = DEMO_HUNG},
    {VM("ci-runner", 1), LOAD(0.9, 0.3, 20), .vcpus = 2, MEMORY(4096, 2100), DISK(1, 3, 14, 2.1),
     NET(2, 0.4), .ready_percent = 2, .lives_s = 75},
    {VM("k8s-node", 4), LOAD(0.3, 0.4, 110), .vcpus = 4, MEMORY(16384, 12800), DISK(2, 2, 5, 1.3),
     NET(4, 4.5), .ready_percent = 1.6},
    {VM("win-ad", 2), LOAD(0.12, 0.5, 45), .vcpus = 2, MEMORY(6144, 6300), DISK(1, 0.1, 0.2, 2.4),
     NET(0.02, 0.03), .ready_percent = 0.4, .flags = DEMO_NO_BALLOON},
    {VM("storage-gw", 1), LOAD(0.5, 0.3, 130), .vcpus = 4, MEMORY(8192, 4400), DISK(4, 48, 31, 6.5),
     NET(30, 44), .ready_percent = 0.6},
    {VM("backup", 1), LOAD(0.2, 0.4, 60), .vcpus = 2, MEMORY(4096, 1900), DISK(2, 0, 0, 0),
     .state = STATE_PAUSED, .why = WHY_IO_ERROR},
    {VM("template-debian", 1), .vcpus = 1, MEMORY(1024, 310), DISK(1, 0, 0, 0),
     .state = STATE_PAUSED, .why = WHY_BY_USER},
    {VM("firewall", 1), LOAD(0.25, 0.3, 30), .vcpus = 2, MEMORY(1024, 900), DISK(1, 0, 0, 0.8),
     NET(24, 24), .ready_percent = 0.5},
    {VM("lab-arm64", 1), LOAD(0.5, 0.3, 60), .vcpus = 2, MEMORY(2048, 1500), DISK(1, 0.1, 0.3, 2),
     NET(0.01, 0.01), .ready_percent = 1, .flags = DEMO_EMULATED},
    {VM("mail", 1), LOAD(0.18, 0.6, 50), .vcpus = 2, MEMORY(4096, 3600), DISK(2, 0.8, 1.9, 2.7),
     NET(0.4, 0.3), .ready_percent = 0.3},
};
const size_t DEMO_VM_ROLES = sizeof(DEMO_VMS) / sizeof(DEMO_VMS[0]);

const struct demo_role DEMO_CONTAINERS[] = {
    {CT(DOCKER, "shop", "nginx", 3, "nginx:1.27"), LOAD(0.7, 0.4, 40), .cpu_limit = 0.5,
     MEMORY(512, 410), DISK(0, 0, 1.2, 0), NET(3, 9)},
    {CT(DOCKER, "shop", "api", 6, "shop/api:4.2"), LOAD(0.12, 0.5, 60), .cpu_limit = 1,
     MEMORY(1024, 640), DISK(0, 0, 0.1, 0), NET(1.1, 1.6)},
    {CT(DOCKER, "shop", "redis", 1, "redis:7"), LOAD(0.12, 0.4, 30), MEMORY(2048, 1320),
     DISK(0, 0, 0.8, 0), NET(2, 3)},
    {CT(DOCKER, "shop", "postgres", 1, "postgres:16"), LOAD(0.3, 0.4, 80), .cpu_limit = 2,
     MEMORY(4096, 3900), DISK(0, 3, 6, 0), NET(1, 4), .flags = DEMO_SWAPS},
    {CT(DOCKER, "shop", "migrate", 1, "shop/api:4.2"), LOAD(0.5, 0.2, 20), .cpu_limit = 0.5,
     MEMORY(256, 90), NET(0.1, 0.1), .lives_s = 35},
    {CT(DOCKER, "monitoring", "prometheus", 1, "prom/prometheus"), LOAD(0.2, 0.3, 60),
     MEMORY(4096, 2800), DISK(0, 0.5, 4, 0), NET(1.5, 0.1)},
    {CT(DOCKER, "monitoring", "grafana", 1, "grafana/grafana"), LOAD(0.03, 0.4, 60),
     MEMORY(512, 210), NET(0.01, 0.05)},
    {CT(DOCKER, "monitoring", "node-exporter", 1, "prom/node-exporter"), LOAD(0.01, 0.4, 15),
     MEMORY(0, 24), .flags = DEMO_HOST_NETWORK},
    {CT(DOCKER, "wiki", "mediawiki", 2, "mediawiki"), LOAD(0.05, 0.6, 70), MEMORY(1024, 480),
     NET(0.05, 0.2)},
    {CT(DOCKER, "wiki", "帳票-batch", 1, "reports:2"), LOAD(0.08, 0.9, 100), MEMORY(768, 350),
     DISK(0, 0, 0.4, 0), NET(0, 0.1)},
    {CT(PODMAN, NULL, "registry", 1, "registry:2"), LOAD(0.04, 0.8, 90), MEMORY(0, 120),
     DISK(0, 1, 2, 0), NET(0.5, 2)},
    {CT(PODMAN, "pod-ci", "runner", 8, "ci/runner:11"), LOAD(0.1, 0.9, 50), .cpu_limit = 0.5,
     MEMORY(2048, 900), DISK(0, 0.2, 3, 0), NET(0.4, 0.1)},
    {CT(PODMAN, "pod-ci", "cache", 1, "minio/minio"), LOAD(0.06, 0.4, 60), MEMORY(1024, 800),
     DISK(0, 2, 2, 0), NET(2, 2)},
    {CT(LXC, NULL, "legacy-erp", 1, NULL), LOAD(0.3, 0.4, 90), .cpu_limit = 4, MEMORY(8192, 6100),
     DISK(0, 0.3, 0.9, 0), NET(0.3, 0.4)},
    {CT(DOCKER, NULL, "erp-report", 2, "erp/report"), LOAD(0.05, 0.4, 50), MEMORY(512, 260),
     .flags = DEMO_INSIDE},
    {CT(LXC, NULL, "dns", 2, NULL), LOAD(0.02, 0.3, 20), .cpu_limit = 1, MEMORY(256, 60),
     NET(0.2, 0.2)},
    {CT(LXC, NULL, "snapshot-test", 1, NULL), MEMORY(512, 200), .state = STATE_FROZEN},
    {CT(NSPAWN, NULL, "buildroot", 2, NULL), LOAD(0.15, 0.9, 130), MEMORY(0, 700), DISK(0, 1, 5, 0),
     .flags = DEMO_HOST_NETWORK},
    {CT(CONTAINERD, "kube-system/coredns", "coredns", 2, "coredns:1.11"), LOAD(0.02, 0.5, 30),
     .cpu_limit = 0.1, MEMORY(170, 40), NET(0.05, 0.05)},
    {CT(CONTAINERD, "kube-system/kube-proxy", "kube-proxy", 1, "kube-proxy:1.31"),
     LOAD(0.01, 0.5, 40), MEMORY(0, 55), .flags = DEMO_HOST_NETWORK},
    {CT(CONTAINERD, "prod/checkout", "checkout", 30, "checkout:88"), LOAD(0.01, 0.6, 60),
     .cpu_limit = 0.25, MEMORY(256, 130), NET(0.1, 0.1)},
    {CT(CONTAINERD, "prod/search", "search", 20, "search:17"), LOAD(0.03, 0.5, 45),
     .cpu_limit = 0.5, MEMORY(1024, 700), DISK(0, 0.3, 0.1, 0), NET(0.2, 0.6)},
    {CT(CONTAINERD, "prod/search", "indexer", 1, "search:17"), LOAD(0.4, 0.5, 45),
     .cpu_limit = 0.25, MEMORY(1024, 990), DISK(0, 4, 3, 0), NET(0.2, 0.1), .flags = DEMO_SWAPS},
    {CT(CONTAINERD, "staging/checkout", "checkout-next", 12, "checkout:89"), LOAD(0.01, 0.7, 80),
     .cpu_limit = 0.25, MEMORY(256, 90), NET(0.01, 0.01)},
    {CT(CRIO, "batch/etl", "etl", 18, "etl:5"), LOAD(0.03, 0.9, 120), .cpu_limit = 1,
     MEMORY(2048, 450), DISK(0, 0.8, 0.5, 0), NET(0.1, 0.1)},
};
const size_t DEMO_CONTAINER_ROLES = sizeof(DEMO_CONTAINERS) / sizeof(DEMO_CONTAINERS[0]);

const struct demo_role DEMO_SERVICES[] = {
    {UNIT("system.slice", "libvirtd.service"), LOAD(0.06, 0.4, 30), MEMORY(0, 64)},
    {UNIT("system.slice", "docker.service"), LOAD(0.05, 0.4, 30), MEMORY(0, 180)},
    {UNIT("system.slice", "containerd.service"), LOAD(0.08, 0.4, 30), MEMORY(0, 150)},
    {UNIT("system.slice", "systemd-journald.service"), LOAD(0.02, 0.5, 20), MEMORY(0, 90),
     DISK(0, 0, 0.3, 0)},
    {UNIT("system.slice", "ssh.service"), LOAD(0.001, 0.5, 60), MEMORY(0, 12)},
    {UNIT("system.slice", "cron.service"), LOAD(0.001, 0.9, 60), MEMORY(0, 4)},
    {UNIT("system.slice", "ceph-osd@3.service"), LOAD(0.9, 0.4, 70), MEMORY(4096, 3700),
     DISK(0, 30, 22, 0)},
    {UNIT("user.slice", "user-1000.slice"), LOAD(0.05, 0.9, 40), MEMORY(0, 300)},
};
const size_t DEMO_SERVICE_ROLES = sizeof(DEMO_SERVICES) / sizeof(DEMO_SERVICES[0]);

const struct demo_role *demo_cast(const struct demo_role *roles, size_t n, unsigned index,
                                  unsigned *copy)
{
    unsigned all = 0, rounds;

    for (size_t i = 0; i < n; i++)
        all += roles[i].copies;
    rounds = index / all;
    index %= all;
    for (; index >= roles->copies; roles++)
        index -= roles->copies;
    *copy = roles->copies == 1 && !rounds ? 0 : rounds * roles->copies + index + 1;
    return roles;
}
