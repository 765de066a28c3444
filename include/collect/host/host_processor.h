/* host_processor.h: what the processor of a host is called, on every architecture.
 *
 * /proc/cpuinfo says it in other words on each: "model name" on x86, "cpu" on POWER and SPARC, the
 * number of the machine on s390, numbers of maker and part on ARM. Constant, any thread.
 */
#ifndef VTOP_COLLECT_HOST_PROCESSOR_H
#define VTOP_COLLECT_HOST_PROCESSOR_H

/* The name of the processor in a text of /proc/cpuinfo; of several kinds of cores all of them. NULL
 * when the text does not say. g_free. */
char *host_processor_name(const char *cpuinfo);

/* What stands behind "KEY :" where KEY comes first; NULL when it does not or nothing stands there.
 * g_free. */
char *host_processor_field(const char *cpuinfo, const char *key);

#endif
