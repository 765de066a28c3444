/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
#include <config.h>

#include "collect/process/process_args.h"

#include "collect/process/process_option.h"
#include "collect/process/process_qemu.h"
#include "collect/process/process_words.h"

#include <glib.h>
#include <string.h>

#define MIB (UINT64_C(1) << 20)

/* ---- programs ---- */

enum vmm process_vmm(const char *program)
{
    static const struct {
        const char *name;
        enum vmm vmm;
    } known[] = {
        {"qemu-kvm", VMM_QEMU}, /* RHEL */
        {"kvm", VMM_QEMU},      /* Proxmox, older Debian */
        {"firecracker", VMM_FIRECRACKER},
        {"cloud-hypervisor", VMM_CLOUD_HYPERVISOR},
        {"crosvm", VMM_CROSVM},
        {"lkvm", VMM_KVMTOOL},
    };
    static const char system[] = "qemu-system-"; /* the distribution's QEMU, one for each machine */
    const char *base = process_words_base(program);

    base += strspn(base, "."); /* wrapped by NixOS or Guix */
    if (g_str_has_prefix(base, system) && g_ascii_isalnum(base[strlen(system)]))
        return VMM_QEMU;
    for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
        if (g_str_has_prefix(base, known[i].name) &&
            process_words_is_wrapped(base + strlen(known[i].name)))
            return known[i].vmm;
    return VMM_NONE;
}

/* ---- programs with long options ---- */

/* What is asked of a program of which no word says what it is to do. */
static bool is_question(const char *word)
{
    static const char *const questions[] = {"--version", "-V", "--help", "-h",
                                            "--snapshot-version"};

    for (size_t i = 0; i < G_N_ELEMENTS(questions); i++)
        if (strcmp(word, questions[i]) == 0)
            return true;
    return false;
}

/* The value of the option that has one of two names (the second may be NULL), if WORD is it. */
static const char *value_of(struct process_words *w, const char *word, const char *one,
                            const char *other)
{
    const char *value = process_words_value(w, word, one);

    return value || !other ? value : process_words_value(w, word, other);
}

/* A field that is a size; FALLBACK if it is not there, or none. */
static uint64_t size_field(const char *list, const char *key, const char *implied, uint64_t unit,
                           uint64_t fallback)
{
    char *text = process_option_field(list, key, implied);
    uint64_t bytes = fallback;

    process_option_size(text, unit, &bytes);
    g_free(text);
    return bytes;
}

static void set_vcpus(struct process_args *out, const char *list, const char *key)
{
    uint64_t n = size_field(list, key, key, 1, 0);

    if (n && n <= 65536)
        out->vcpus = (unsigned)n;
}

static void set_name(struct process_args *out, const char *name)
{
    process_words_set(&out->name, g_strdup(name));
}

/* Firecracker is told the rest through its socket, or in a file. */
static void parse_firecracker(struct process_args *out, struct process_words w)
{
    const char *word, *value;

    while ((word = process_words_next(&w))) {
        out->probe |= is_question(word);
        if ((value = value_of(&w, word, "--id", NULL)))
            set_name(out, value);
    }
}

/* Several values may follow one option: "--memory-zone size=1G size=2G". */
static const char *next_value(struct process_words *w)
{
    return w->at < w->end && *w->at != '-' ? process_words_next(w) : NULL;
}

struct cloud {
    struct process_args *out;
    uint64_t memory, zones;
    bool socket; /* what is not said, a client may say there */
    bool begins; /* it is told what to boot */
};

static void take_cloud(struct cloud *c, const char *word, struct process_words *w)
{
    struct process_args *out = c->out;
    const char *value;

    if ((value = process_words_value(w, word, "--cpus"))) {
        set_vcpus(out, value, "boot");
    } else if ((value = process_words_value(w, word, "--memory"))) {
        c->memory = size_field(value, "size", "size", 1, c->memory) +
                    size_field(value, "hotplugged_size", NULL, 1, 0);
    } else if ((value = process_words_value(w, word, "--memory-zone"))) {
        for (; value; value = next_value(w))
            c->zones += size_field(value, "size", NULL, 1, 0) +
                        size_field(value, "hotplugged_size", NULL, 1, 0);
    } else if ((value = process_words_value(w, word, "--disk"))) {
        for (; value; value = next_value(w))
            process_disks_add_list(&out->disks, value);
    } else if ((value = process_words_value(w, word, "--platform"))) {
        process_words_set_uuid(&out->uuid, process_option_field(value, "uuid", NULL));
    } else if (value_of(w, word, "--kernel", "--firmware")) {
        c->begins = true;
    } else if (strncmp(word, "--api-", 6) == 0) {
        c->socket = true;
    } else if (strncmp(word, "--net", 5) == 0) {
        out->network = true;
    }
}

/* Its defaults: 1 vCPU, 512 MiB (vmm/src/config.rs). Zones take the place of the memory. */
static void parse_cloud_hypervisor(struct process_args *out, struct process_words w)
{
    struct cloud c = {.out = out, .memory = 512 * MIB};
    const char *word;
    bool sized = false;

    while ((word = process_words_next(&w))) {
        out->probe |= is_question(word);
        sized |= g_str_has_prefix(word, "--memory");
        take_cloud(&c, word, &w);
    }
    c.begins |= !c.socket;
    if (c.begins && !out->vcpus)
        out->vcpus = 1;
    if (c.begins || sized)
        out->memory_bytes = c.memory + c.zones;
}

/* Its other commands ask a machine something, or serve a device. */
static void parse_crosvm(struct process_args *out, struct process_words w)
{
    const char *word, *value;
    bool any = false, run = false, configured = false;

    out->memory_bytes = 256 * MIB;
    out->vcpus = 1;
    while ((word = process_words_next(&w))) {
        any = true;
        run |= strcmp(word, "run") == 0;
        if ((value = value_of(&w, word, "--name", NULL)))
            set_name(out, value);
        else if ((value = value_of(&w, word, "--mem", "-m")))
            out->memory_bytes = size_field(value, "size", "size", MIB, out->memory_bytes);
        else if ((value = value_of(&w, word, "--cpus", "-c")))
            set_vcpus(out, value, "num-cores");
        else if ((value = value_of(&w, word, "--block", "--vhost-user")))
            process_disks_add_list(&out->disks, value);
        else if (strncmp(word, "--cfg", 5) == 0)
            configured = true;
        else if (strncmp(word, "--net", 5) == 0 || strncmp(word, "--tap", 5) == 0)
            out->network = true;
    }
    out->probe = any && !run;
    if (!run || configured)
        out->memory_bytes = out->vcpus = 0;
}

/* Without options it takes a part of the host's memory, and all CPUs. */
static void parse_kvmtool(struct process_args *out, struct process_words w)
{
    static const char *const commands[] = {"list", "stat",  "debug",   "balloon", "pause", "resume",
                                           "stop", "setup", "version", "help",    NULL};
    const char *word, *value;

    out->probe = w.at < w.end && g_strv_contains(commands, w.at);
    while ((word = process_words_next(&w))) {
        if ((value = value_of(&w, word, "--name", NULL)))
            set_name(out, value);
        else if ((value = value_of(&w, word, "--mem", "-m")))
            out->memory_bytes = size_field(value, "size", "size", MIB, 0);
        else if ((value = value_of(&w, word, "--cpus", "-c")))
            set_vcpus(out, value, "cpus");
        else if ((value = value_of(&w, word, "--disk", "-d")))
            process_disks_add_name(&out->disks, value);
        else if (value_of(&w, word, "--network", "-n"))
            out->network = true;
    }
}

/* How a program that is not known writes sizes is not known either. */
static void parse_unknown(struct process_args *out, const char *program, struct process_words w)
{
    const char *word, *value;

    if (process_qemu_speaks(w)) {
        process_qemu_parse(out, program, w);
        return;
    }
    while ((word = process_words_next(&w))) {
        if ((value = value_of(&w, word, "--name", "--id")) ||
            (value = value_of(&w, word, "--comment", NULL))) /* VirtualBox */
            set_name(out, value);
        else if ((value = value_of(&w, word, "--uuid", "--startvm")))
            process_words_set_uuid(&out->uuid, g_strdup(value));
        else if (strncmp(word, "--net", 5) == 0)
            out->network = true;
    }
}

void process_args_parse(struct process_args *out, enum vmm vmm, const char *cmdline, size_t length)
{
    struct process_words words = {cmdline, cmdline + length};
    const char *program = process_words_next(&words);

    *out = (struct process_args){.accel = vmm == VMM_QEMU ? ACCEL_UNKNOWN : ACCEL_KVM};
    if (!program)
        return;
    switch (vmm) {
    case VMM_QEMU:
        process_qemu_parse(out, program, words);
        break;
    case VMM_FIRECRACKER:
        parse_firecracker(out, words);
        break;
    case VMM_CLOUD_HYPERVISOR:
        parse_cloud_hypervisor(out, words);
        break;
    case VMM_CROSVM:
        parse_crosvm(out, words);
        break;
    case VMM_KVMTOOL:
        parse_kvmtool(out, words);
        break;
    case VMM_NONE:
        parse_unknown(out, program, words);
        break;
    }
}

void process_args_clear(struct process_args *args)
{
    g_free(args->name);
    g_free(args->uuid);
    g_free(args->id);
    process_disks_clear(&args->disks);
    *args = (struct process_args){0};
}
