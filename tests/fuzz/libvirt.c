/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* Targets for what libvirt says of a machine. */
#include <config.h>

#include "fuzz.h"

#include "base/clock.h"
#include "collect/libvirt/libvirt_host.h"
#include "collect/libvirt/libvirt_mirror.h"
#include "collect/libvirt/libvirt_stats.h"
#include "collect/libvirt/libvirt_uri.h"

#include <stdlib.h>
#include <string.h>

/* Its source, for what reads the devices is static there. */
#include "../../src/collect/libvirt/libvirt_single.c"

void fuzz_domain(const uint8_t *data, size_t size)
{
    static const GMarkupParser parser = {.start_element = begin_element,
                                         .end_element = end_element};
    char *xml = fuzz_text(data, size);
    struct devices devices = {.disks = g_array_new(FALSE, FALSE, sizeof(struct device)),
                              .nics = g_array_new(FALSE, FALSE, sizeof(struct device))};

    g_array_set_clear_func(devices.disks, device_clear);
    g_array_set_clear_func(devices.nics, device_clear);
    xml_parse(xml, &parser, &devices);
    device_clear(&devices.now);
    devices_clear(&devices);
    mirror_index(xml, "vda");
    char uuid[UUID_TEXT];
    libvirt_host_uuid_in(xml, uuid);
    g_free(xml);
}

/* One parameter per line, "TYPE NAME=VALUE": its type as a letter, its value as a number or text. */
static int add_parameter(virTypedParameterPtr *list, int *count, int *room, char *line)
{
    char *value = strchr(line, '=');

    if (!value || strlen(line) < 3)
        return 0;
    *value++ = '\0';
    switch (*line) {
    case 'i':
        return virTypedParamsAddInt(list, count, room, line + 2, (int)strtol(value, NULL, 0));
    case 'u':
        return virTypedParamsAddUInt(list, count, room, line + 2,
                                     (unsigned)strtoul(value, NULL, 0));
    case 'l':
        return virTypedParamsAddLLong(list, count, room, line + 2, strtoll(value, NULL, 0));
    case 'b':
        return virTypedParamsAddBoolean(list, count, room, line + 2, *value == '1');
    case 's':
        return virTypedParamsAddString(list, count, room, line + 2, value);
    default:
        return virTypedParamsAddULLong(list, count, room, line + 2, strtoull(value, NULL, 0));
    }
}

void fuzz_stats(const uint8_t *data, size_t size)
{
    static const struct stats_time time = {
        .read_ns = 5000, .interval_ns = 1000, .wall_s = 1000000, .layers = true};
    char *text = fuzz_text(data, size), **lines = g_strsplit(text, "\n", 256);
    static const struct guest_home home = {.realm = "qemu/system"};
    struct guest *guest =
        guest_new("c2869931-a3c6-4ac2-b583-c0969f692015", 3, "web", &home, GUEST_VM);
    struct sample *sample = sample_new(0, CLOCK_NS_PER_S);
    virTypedParameterPtr list = NULL;
    int count = 0, room = 0;

    for (char **line = lines; *line; line++)
        add_parameter(&list, &count, &room, *line);
    struct stats_groups groups = stats_groups(list, count);
    for (int i = 0; i < 2; i++) {
        stats_state(guest, list, count, 0, &time);
        stats_monitor(guest, list, count, groups.mentioned, 0, &time);
    }
    guest_report(guest, false, 6000, sample);
    sample_unref(sample);
    guest_unref(guest);
    virTypedParamsFree(list, count);
    g_strfreev(lines);
    g_free(text);
}

/* A URI, and what libvirt says about it. */
void fuzz_uri(const uint8_t *data, size_t size)
{
    struct fuzz_part part = fuzz_next(&data, &size);
    char *text = fuzz_text(part.data, part.size), *said = fuzz_text(data, size);
    struct libvirt_uri uri;

    libvirt_uri_parse(text, &uri);
    g_free(libvirt_uri_hide(&uri, said));
    libvirt_uri_is_foreign(&uri);
    libvirt_uri_is_loopback(&uri);
    libvirt_uri_clear(&uri);
    g_free(said);
    g_free(text);
}
