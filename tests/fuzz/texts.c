/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Targets whose parsers take one text. */
#include <config.h>

#include "fuzz.h"

#include "base/text.h"
#include "base/when.h"
#include "collect/cgroup/cgroup_parse.h"
#include "collect/cgroup/container.h"
#include "collect/names/names_json.h"
#include "collect/names/names_find.h"
#include "collect/names/names_labels.h"
#include "collect/host/store_mounts.h"
#include "collect/host/thin_pools.h"
#include "collect/netdev.h"
#include "collect/pressure.h"
#include "collect/process/process_args.h"
#include "collect/process/process_numa.h"
#include "collect/procfs.h"

#include <stdlib.h>
#include <string.h>

/* A promise of the parser that does not hold. */
static void must(bool condition)
{
    if (!condition)
        abort();
}

/* The first byte says which program it is. */
void fuzz_args(const uint8_t *data, size_t size)
{
    struct process_args args;

    if (!size)
        return;
    char *text = fuzz_text(data + 1, size - 1);
    process_args_parse(&args, (enum vmm)(data[0] % (VMM_KVMTOOL + 1)), text, size - 1);
    process_args_clear(&args);
    process_vmm(text);
    g_free(text);
}

/* A path, and a mountinfo. */
void fuzz_mounts(const uint8_t *data, size_t size)
{
    struct fuzz_part first = fuzz_next(&data, &size);
    char *path = fuzz_text(first.data, first.size), *mountinfo = fuzz_text(data, size);

    process_disks_is_mounted_remote(mountinfo, path);
    g_free(mountinfo);
    g_free(path);
}

/* The first byte says which file it is. */
void fuzz_cgroup(const uint8_t *data, size_t size)
{
    const struct cgroup_file *files[] = {CGROUP_V1_FILES, CGROUP_V2_FILES}, *file = NULL;
    struct cgroup_parser parser;
    size_t count = 0, wanted;

    if (!size)
        return;
    for (size_t version = 0; version < G_N_ELEMENTS(files); version++)
        for (const struct cgroup_file *f = files[version]; f->parse; f++)
            count++;
    wanted = data[0] % count;
    for (size_t version = 0; version < G_N_ELEMENTS(files); version++)
        for (const struct cgroup_file *f = files[version]; f->parse; f++)
            file = wanted-- == 0 ? f : file;

    char *text = fuzz_text(data + 1, size - 1);
    struct ident *ident = ident_new(KIND_GUEST, GUEST_DOCKER, "ct:docker:1");
    struct record *record = record_new(FACET_CGROUP, ident);
    cgroup_parser_init(&parser, fuzz_root());
    file->parse(&parser, file, text, record);
    file->parse(&parser, file, text, record); /* as learnt by the first one */
    cgroup_parser_clear(&parser);
    record_free(record);
    ident_unref(ident);
    g_free(text);
}

void fuzz_container(const uint8_t *data, size_t size)
{
    char *path = fuzz_text(data, size);
    struct container c;

    container_classify(path, &c);
    must(c.length <= strlen(path) && c.outer <= strlen(path));
    must(memchr(c.id, 0, sizeof(c.id)) && memchr(c.name, 0, sizeof(c.name)) &&
         memchr(c.group, 0, sizeof(c.group)));
    g_free(path);
}

static void visit(void *data, json_object *object)
{
    static const char *const texts[] = {"Id", "Image", "Name"};
    struct names_answer answer = {0};
    json_object *labels = NULL;

    (void)data;
    for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
        names_json_text(object, texts[i]);
    json_object_object_get_ex(object, "Labels", &labels);
    names_take_docker(names_json_first(object, "Names"), labels, &answer);
    names_answer_clear(&answer);
}

void fuzz_json(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);

    names_json_each(text, size, visit, NULL);
    json_object_put(names_json(text, size));
    g_free(text);
}

void fuzz_netdev(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    struct netdev_table table = {0};

    netdev_fill(&table, text);
    netdev_fill(&table, text);
    netdev_find(&table, "eth0");
    netdev_clear(&table);
    g_free(text);
}

void fuzz_pressure(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    struct ident *ident = ident_new(KIND_GUEST, GUEST_DOCKER, "ct:docker:1");
    struct record *record = record_new(FACET_CGROUP, ident);

    pressure_record(record, R_CG_PSI_CPU_SOME_NS, R_CG_PSI_CPU_FULL_NS, text, (ssize_t)size);
    record_free(record);
    ident_unref(ident);
    g_free(text);
}

/* The first byte says which file it is. */
void fuzz_procfs(const uint8_t *data, size_t size)
{
    uint64_t nodes[NUMA_NODES_MAX] = {0};
    struct procfs_schedstat schedstat;
    struct procfs_status status;
    struct procfs_stat stat;
    int pid;

    if (!size)
        return;
    char *text = fuzz_text(data + 1, size - 1);
    switch (data[0] % 5) {
    case 0:
        procfs_parse_stat(text, &stat);
        break;
    case 1:
        procfs_parse_schedstat(text, &schedstat);
        break;
    case 2:
        procfs_parse_status(text, &status);
        break;
    case 3:
        procfs_pid(text, &pid);
        break;
    default:
        process_numa_parse(text, nodes);
    }
    g_free(text);
}

/* What has been cleaned is valid, stays as it is when it is cleaned again, and fits where it is
 * said to fit. */
static void check_name(const char *clean)
{
    char *again = text_clean(clean, -1), *ascii = text_to_ascii(clean);
    int width = text_width(clean);

    must(g_utf8_validate(clean, -1, NULL) && strlen(clean) <= TEXT_NAME_MAX);
    must(strcmp(clean, again) == 0);
    must(g_str_is_ascii(ascii));
    for (int columns = 0; columns <= width && columns < 20; columns++) {
        char *some = text_ellipsize(clean, columns, columns % 2 == 0);
        must(text_width(some) <= columns);
        g_free(some);
    }
    g_free(ascii);
    g_free(again);
}

void fuzz_name(const uint8_t *data, size_t size)
{
    char *clean = text_clean((const char *)data, (long)size);

    check_name(clean);
    g_free(clean);
}

/* The first and the last time of a recording, and what was typed. */
void fuzz_when(const uint8_t *data, size_t size)
{
    int64_t range_ns[2], ns = 0;

    if (size < sizeof(range_ns))
        return;
    memcpy(range_ns, data, sizeof(range_ns));
    for (size_t i = 0; i < G_N_ELEMENTS(range_ns); i++)
        range_ns[i] /= 2; /* as a recording has them */
    char *text = fuzz_text(data + sizeof(range_ns), size - sizeof(range_ns));
    if (when_parse(text, range_ns[0], range_ns[1], &ns))
        must(when_is_time(text));
    g_free(when_format(ns));
    g_free(text);
}

static bool every_directory_exists(const struct store_mount *m, const char *directory, void *data)
{
    (void)data;
    return m && directory;
}

/* The status of a pool, and a mountinfo. */
void fuzz_stores(const uint8_t *data, size_t size)
{
    struct fuzz_part first = fuzz_next(&data, &size);
    char *status = fuzz_text(first.data, first.size), *mountinfo = fuzz_text(data, size);
    struct thin_pool pool = {.name = ""};

    if (thin_pool_parse(status, 1 << 20, &pool))
        must(pool.failed || (pool.used_bytes <= pool.size_bytes &&
                             pool.metadata_used_bytes <= pool.metadata_bytes));
    GPtrArray *mounts = store_mounts_parse(mountinfo, every_directory_exists, NULL);
    must(mounts->len <= STORE_MOUNTS_MAX);
    g_ptr_array_unref(mounts);
    g_free(status);
    g_free(mountinfo);
}
