/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The sums over the guests of a host, with numbers computed by hand; and for any readings, no
 * formula gives a NAN or infinity. */
#include "scene.h"

#include <math.h>

/* ---- the ledger ---- */

static double ledger_total(const struct scene *s)
{
    static const enum metric parts[] = {M_HOST_CPU_VM, M_HOST_CPU_CONTAINER, M_HOST_CPU_OTHER,
                                        M_HOST_CPU_STEAL, M_HOST_CPU_IDLE};
    double total = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
        total += entity_number(scene_host(s), parts[i]);
    return total;
}

static void test_ledger(struct scene *s, gconstpointer data)
{
    (void)data;
    scene_busy_host(s);
    scene_vm(s, "a", 0.5);
    scene_vm(s, "b", 0.3);
    scene_container(s, "c", 0.4);
    scene_run(s, 2);
    scene_check(scene_host(s), M_HOST_CPU_VM, 20);
    scene_check(scene_host(s), M_HOST_CPU_CONTAINER, 10);
    scene_check(scene_host(s), M_HOST_CPU_OTHER, 15);
    g_assert_cmpfloat_with_epsilon(ledger_total(s), 100, 1e-6);
    scene_check(scene_host(s), M_HOST_VMS, 2);
    scene_check(scene_host(s), M_HOST_CONTAINERS, 1);
}

/* Guests are read some ms apart from the host: more than busy time is given back in proportion. */
static void test_ledger_guests_exceed_host(struct scene *s, gconstpointer data)
{
    (void)data;
    scene_busy_host(s);
    scene_vm(s, "a", 2.4);
    scene_container(s, "c", 0.8);
    scene_run(s, 2);
    scene_check(scene_host(s), M_HOST_CPU_VM, 45 * 0.75);
    scene_check(scene_host(s), M_HOST_CPU_CONTAINER, 45 * 0.25);
    scene_check(scene_host(s), M_HOST_CPU_OTHER, 0);
    g_assert_cmpfloat_with_epsilon(ledger_total(s), 100, 1e-6);
    scene_check(scene_entity(s, "a"), M_CPU, 240); /* the guest's own row is unchanged */
}

static void test_ledger_without_guests(struct scene *s, gconstpointer data)
{
    (void)data;
    scene_busy_host(s);
    scene_run(s, 2);
    scene_check(scene_host(s), M_HOST_CPU_VM, 0);
    scene_check(scene_host(s), M_HOST_CPU_CONTAINER, 0);
    scene_check(scene_host(s), M_HOST_CPU_OTHER, 45);
    scene_check(scene_host(s), M_HOST_MEM_VM, 0);
    g_assert_cmpfloat_with_epsilon(ledger_total(s), 100, 1e-6);
}

/* Unknown is not zero: a sum is absent with a reason if no value is known, else it is partial. */
static void test_ledger_unknown(struct scene *s, gconstpointer data)
{
    struct ident *a = scene_guest(s, GUEST_DOCKER, "a");
    struct ident *b = scene_guest(s, GUEST_DOCKER, "b");

    (void)data;
    scene_busy_host(s);
    scene_absent(s, a, R_CG_CPU_NS, REASON_NO_CONTROLLER);
    scene_absent(s, b, R_CG_CPU_NS, REASON_NOT_READ);
    scene_run(s, 2);
    scene_check_absent(scene_host(s), M_HOST_CPU_CONTAINER, REASON_NO_CONTROLLER);
    scene_check(scene_host(s), M_HOST_CPU_OTHER, 45); /* part of the rest */
    scene_set(s, b, R_CG_CPU_NS, 0.4e9);
    scene_run(s, 2);
    scene_check(scene_host(s), M_HOST_CPU_CONTAINER, 10);
}

/* The share of a VM or container includes the containers in it. A service is not in the ledger, but
 * a container in it is. */
static void test_ledger_nested(struct scene *s, gconstpointer data)
{
    struct ident *outer = scene_container(s, "outer", 0.8);
    struct ident *inner = scene_container(s, "inner", 0.6);
    struct ident *service = scene_guest(s, GUEST_SERVICE, "service");
    struct ident *in_service = scene_container(s, "in-service", 0.4);

    (void)data;
    scene_busy_host(s);
    scene_set(s, service, R_CG_CPU_NS, 0.5e9);
    inner->outer = g_strdup(outer->key);
    in_service->outer = g_strdup(service->key);
    scene_run(s, 2);
    g_assert_true(scene_entity(s, "inner")->outer == scene_entity(s, "outer"));
    scene_check(scene_host(s), M_HOST_CPU_CONTAINER, 30);
    scene_check(scene_host(s), M_HOST_CONTAINERS, 3);
}

/* Guests of other hosts are in the table, but not in this host's ledger. */
static void test_ledger_remote(struct scene *s, gconstpointer data)
{
    struct ident *host = scene_part(s, NULL, KIND_HOST, "uuid:1");
    struct ident *far = scene_guest(s, GUEST_VM, "far");

    (void)data;
    scene_busy_host(s);
    scene_set(s, host, R_HV_CPUS, 16);
    far->owner = host->serial;
    scene_set(s, far, R_DOM_CPU_NS, 3e9);
    scene_set(s, far, R_DOM_VCPUS, 8);
    scene_run(s, 2);
    scene_check(scene_entity(s, "far"), M_CPU, 300);
    scene_check(scene_host(s), M_HOST_CPU_VM, 0);
    scene_check(scene_host(s), M_HOST_VMS, 0);
    scene_check(scene_host(s), M_HOST_OVERCOMMIT, 0);
}

static void test_host_counts(struct scene *s, gconstpointer data)
{
    struct ident *a = scene_vm(s, "a", 0.5), *b = scene_vm(s, "b", 0);

    (void)data;
    scene_busy_host(s);
    scene_set(s, a, R_DOM_VCPUS, 6);
    scene_set(s, b, R_DOM_VCPUS, 4);
    scene_set(s, b, R_DOM_STATE, STATE_PAUSED);
    scene_run(s, 2);
    scene_check(scene_host(s), M_HOST_VMS, 2);
    scene_check(scene_host(s), M_HOST_VMS_PAUSED, 1);
    scene_check(scene_host(s), M_HOST_OVERCOMMIT, 2.5);
    scene_remove(s, a);
    scene_run(s, 1);
    scene_check(scene_host(s), M_HOST_VMS, 1); /* a lingers, but is not here */
    scene_check(scene_host(s), M_HOST_CPU_VM, 0);
}

/* ---- random readings ---- */

static void test_random(struct scene *s, gconstpointer data)
{
    static const enum guest_type types[] = {GUEST_VM, GUEST_DOCKER, GUEST_SERVICE};
    GRand *rand = g_rand_new_with_seed(99);
    GPtrArray *idents = g_ptr_array_new();

    (void)data;
    g_ptr_array_add(idents, s->host);
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        char key[8];
        g_snprintf(key, sizeof(key), "g%zu", i);
        struct ident *guest = scene_guest(s, types[i], key);
        g_ptr_array_add(idents, guest);
        g_ptr_array_add(idents, scene_part(s, guest, KIND_DISK, "d"));
        g_ptr_array_add(idents, scene_part(s, guest, KIND_VCPU, "0"));
        g_ptr_array_add(idents, scene_part(s, guest, KIND_NIC, "n"));
    }
    g_ptr_array_add(idents, scene_part(s, NULL, KIND_CPU, "cpu0"));
    for (int round = 0; round < 300; round++) {
        for (guint i = 0; i < idents->len; i++) {
            struct ident *ident = g_ptr_array_index(idents, i);
            for (enum reading r = 0; r < READING_COUNT; r++) {
                if (facet_kind(reading_facet(r)) != ident->kind ||
                    (ident->kind == KIND_DISK && reading_facet(r) == FACET_HOST_DISK) ||
                    g_rand_int_range(rand, 0, 3))
                    continue;
                if (g_rand_int_range(rand, 0, 4) == 0)
                    scene_absent(s, ident, r, REASON_UNREADABLE);
                else if (r != R_DOM_STATE && r != R_DOM_STATE_REASON)
                    scene_set(s, ident, r, g_rand_boolean(rand) ? g_rand_double(rand) * 1e13 : 0);
            }
        }
        scene_run(s, 1);
        for (guint g = 0; g <= roster_guests(s->roster)->len; g++) {
            struct entity *e =
                g ? g_ptr_array_index(roster_guests(s->roster), g - 1) : scene_host(s);
            for (enum metric m = metric_begin(e->kind); m < metric_end(e->kind); m++) {
                struct value v = entity_value(e, m);
                if (!metric_is_number(m))
                    continue;
                g_test_message("%s", metric_info(m)->id);
                g_assert_true(v.reason != REASON_OK || (isfinite(v.number) && v.number >= 0));
            }
        }
    }
    g_ptr_array_free(idents, TRUE);
    g_rand_free(rand);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(name, test)                                                                            \
    g_test_add("/derive/" name, struct scene, NULL, scene_set_up, test, scene_tear_down)
    ADD("ledger/adds-up", test_ledger);
    ADD("ledger/guests-exceed-host", test_ledger_guests_exceed_host);
    ADD("ledger/without-guests", test_ledger_without_guests);
    ADD("ledger/unknown", test_ledger_unknown);
    ADD("ledger/nested", test_ledger_nested);
    ADD("ledger/remote", test_ledger_remote);
    ADD("host/counts", test_host_counts);
    ADD("random", test_random);
    return g_test_run();
}
