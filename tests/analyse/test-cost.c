/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* What virtualization costs, with numbers worked out by hand. */
#include "analyse/cost.h"

#include "../model/scene.h"

#include <math.h>

#define GIB (1024.0 * 1024 * 1024)

static struct moment now(const struct scene *s)
{
    return (struct moment){.roster = s->roster, .now_ns = s->now_ns};
}

static void near(double is, double expected)
{
    g_assert_cmpfloat_with_epsilon(is, expected, 1e-6 * (fabs(expected) + 1));
}

/* USER and SYSTEM, of which GUEST, in cores. */
static struct ident *machine(struct scene *s, const char *key, double user, double system,
                             double guest)
{
    struct ident *vm = scene_guest(s, GUEST_VM, key);

    scene_set(s, vm, R_CG_CPU_NS, (user + system) * 1e9);
    scene_set(s, vm, R_PROC_USER_TICKS_NS, user * 1e9);
    scene_set(s, vm, R_PROC_SYSTEM_TICKS_NS, system * 1e9);
    scene_set(s, vm, R_PROC_GUEST_TICKS_NS, guest * 1e9);
    scene_set(s, vm, R_DOM_MEM_BYTES, 2 * GIB);
    return vm;
}

/* Of 2 cores 1.5 are guest time: 75 %, half a core is lost. It takes 2.25 of 2 GiB. */
static void test_machine(struct scene *s, gconstpointer data)
{
    struct ident *vm = machine(s, "vm", 1.8, 0.2, 1.5);

    (void)data;
    scene_set(s, vm, R_PROC_RUN_NS, 2e9);
    scene_set(s, vm, R_PROC_VCPU_RUN_NS, 1.7e9);
    scene_set(s, vm, R_PROC_HALTPOLL_NS, 0.05e9);
    scene_set(s, vm, R_PROC_EXITS, 9000);
    scene_set(s, vm, R_PROC_HALT_EXITS, 400);
    scene_set(s, vm, R_PROC_IO_EXITS, 300);
    scene_set(s, vm, R_PROC_MMIO_EXITS, 200);
    scene_set(s, vm, R_PROC_IRQ_EXITS, 100);
    scene_set(s, vm, R_PROC_RSS_BYTES, 1.25 * GIB);
    scene_set(s, vm, R_PROC_HUGETLB_BYTES, 1 * GIB);
    scene_set(s, vm, R_PROC_SWAP_BYTES, 0);
    scene_run(s, 12);
    struct moment at = now(s);
    struct cost c = cost_of(&at, scene_entity(s, "vm"));
    near(c.efficiency, 75);
    near(c.cpu, 200);
    near(c.lost, 50);
    near(c.emulation, 30);
    near(c.halt_poll, 5);
    near(c.exits, 9000);
    near(c.halt, 400);
    near(c.io, 300);
    near(c.mmio, 200);
    near(c.irq, 100);
    near(c.overhead, 0.25 * GIB);
    g_assert_false(c.emulated);
}

/* 2 cores at 75 % and 1 core at 90 %: 0.6 of 3 are lost, 80 % are left. A third one is emulated:
 * its efficiency is not known, and its memory not all touched. */
static void test_host(struct scene *s, gconstpointer data)
{
    struct ident *tcg;

    (void)data;
    scene_busy_host(s);
    scene_set(s, s->host, R_HOST_KSM_SHARING_BYTES, 3 * GIB);
    machine(s, "a", 1.8, 0.2, 1.5);
    machine(s, "b", 0.95, 0.05, 0.9);
    tcg = machine(s, "c", 1, 0, 0);
    scene_absent(s, tcg, R_PROC_GUEST_TICKS_NS, REASON_EMULATED);
    scene_set(s, tcg, R_PROC_RSS_BYTES, 1 * GIB);
    scene_container(s, "no machine", 1);
    scene_run(s, 12);
    struct moment at = now(s);
    struct cost_of_host h = cost_of_host(&at, scene_host(s));
    g_assert_cmpuint(h.machines, ==, 3);
    g_assert_cmpuint(h.measured, ==, 2);
    g_assert_cmpuint(h.emulated, ==, 1);
    near(h.all.efficiency, 80);
    near(h.all.lost, 60);
    near(h.all.cpu, 300);
    near(h.ksm_saved, 3 * GIB);
    near(h.steal, 10);
    g_assert_true(isnan(h.all.overhead) && isnan(h.all.exits));
}

static void test_nothing(struct scene *s, gconstpointer data)
{
    (void)data;
    scene_run(s, 1);
    struct moment at = now(s);
    struct cost_of_host h = cost_of_host(&at, scene_host(s));
    g_assert_cmpuint(h.machines, ==, 0);
    g_assert_true(isnan(h.all.efficiency) && isnan(h.all.lost) && isnan(h.ksm_saved));
}

static void take(const char *name, const char *text, void *data)
{
    g_string_append_printf(data, "%s=%s;", name, text);
}

static void test_traits(struct scene *s, gconstpointer data)
{
    static const char *const keys[] = {"2", "10"};
    GString *told = g_string_new(NULL);

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
        struct ident *trait = scene_part(s, NULL, KIND_TRAIT, keys[i]);
        ident_set(&trait->name, i ? "KSM" : "KVM");
        ident_set(&trait->image, i ? "off" : "yes");
    }
    struct sample *sample = sample_new(0, SECOND);
    s->now_ns += SECOND;
    sample_add(sample, FACET_HOST, s->host)->read_ns = s->now_ns;
    for (guint i = 0; i < s->idents->len; i++) {
        struct ident *trait = g_ptr_array_index(s->idents, i);
        if (trait->kind == KIND_TRAIT)
            sample_add(sample, FACET_HOST_TRAIT, trait)->read_ns = s->now_ns;
    }
    roster_merge(s->roster, sample);
    roster_tick(s->roster, s->now_ns, s->now_ns);
    sample_unref(sample);
    struct moment at = now(s);
    cost_traits(&at, scene_host(s), take, told);
    g_assert_cmpstr(told->str, ==, "KVM=yes;KSM=off;");
    g_string_free(told, TRUE);
}

#define TEST(path, function)                                                                       \
    g_test_add("/cost/" path, struct scene, NULL, scene_set_up, function, scene_tear_down)

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    TEST("machine", test_machine);
    TEST("host", test_host);
    TEST("nothing", test_nothing);
    TEST("traits", test_traits);
    return g_test_run();
}
