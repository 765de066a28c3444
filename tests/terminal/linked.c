/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* A program that links what vtop links and does nothing with it: the floor under its start-up. */
#include <curl/curl.h>
#include <curses.h>
#include <glib.h>
#include <json-c/json.h>
#include <libcgroup.h>
#include <libvirt/libvirt.h>
#include <stdio.h>

int main(void)
{
    const void *const one_of_each[] = {(const void *)curl_version, (const void *)initscr,
                                       (const void *)g_malloc,     (const void *)json_c_version,
                                       (const void *)cgroup_init,  (const void *)virGetVersion};
    size_t linked = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(one_of_each); i++)
        linked += one_of_each[i] != NULL;
    printf("F10Quit %zu\n", linked);
    return 0;
}
