/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* host_processor.h: the name of the processor, on every architecture.
 *
 * Each architecture has other keys in /proc/cpuinfo: "model name" on x86, "cpu" on POWER and SPARC,
 * the type of the machine on s390, implementer and part numbers on ARM. Pure functions.
 */
#ifndef VTOP_COLLECT_HOST_PROCESSOR_H
#define VTOP_COLLECT_HOST_PROCESSOR_H

/* The name of the processor from the text of /proc/cpuinfo; several kinds of cores are listed.
 * NULL: the text has none. Free with g_free(). */
char *host_processor_name(const char *cpuinfo);

/* The value of the first line "KEY : value"; NULL: there is no such line, or none with a value.
 * Free with g_free(). */
char *host_processor_field(const char *cpuinfo, const char *key);

#endif
