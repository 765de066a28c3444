/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The name of the processor on every architecture, from lines of /proc/cpuinfo as kernels print
 * them. */
#include <config.h>

#include "collect/host/host_processor.h"

#include <glib.h>

#define ARM_CPU(n, implementer, part)                                                              \
    "processor\t: " n "\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd evtstrm\nCPU implementer\t: "     \
    implementer "\nCPU architecture: 8\nCPU variant\t: 0x3\nCPU part\t: " part                     \
    "\nCPU revision\t: 1\n\n"

static const struct {
    const char *name, *cpuinfo;
} CASES[] = {
    /* x86 */
    {"AMD EPYC 7451 24-Core Processor",
     "processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 23\nmodel\t\t: 1\n"
     "model name\t: AMD EPYC 7451 24-Core Processor\nstepping\t: 2\n"},
    {"Intel(R) Xeon(R) CPU E5-2650 0 @ 2.00GHz",
     "processor\t: 0\nmodel name\t: Intel(R) Xeon(R) CPU E5-2650 0 @ 2.00GHz  \n"},
    /* ARM, 64 bit */
    {"ARM Cortex-A53", ARM_CPU("0", "0x41", "0xd03") ARM_CPU("1", "0x41", "0xd03")},
    {"ARM Cortex-A53, ARM Cortex-A72",
     ARM_CPU("0", "0x41", "0xd03") ARM_CPU("1", "0x41", "0xd03") ARM_CPU("2", "0x41", "0xd08")},
    {"ARM Neoverse-N1", ARM_CPU("0", "0x41", "0xd0c")},
    {"ARM Neoverse-V2", ARM_CPU("0", "0x41", "0xd4f")},
    {"AmpereOne", ARM_CPU("0", "0xc0", "0xac3")},
    {"Apple Icestorm (M1), Apple Firestorm (M1)",
     ARM_CPU("0", "0x61", "0x022") ARM_CPU("4", "0x61", "0x023")},
    {"Fujitsu A64FX", ARM_CPU("0", "0x46", "0x001")},
    {"HiSilicon TaiShan v110", ARM_CPU("0", "0x48", "0xd01")},
    {"Phytium FTC663", ARM_CPU("0", "0x70", "0x663")},
    {"Cavium ThunderX 88XX", ARM_CPU("0", "0x43", "0x0a1")},
    {"ARM part 0xdff", ARM_CPU("0", "0x41", "0xdff")},
    {"ARM implementer 0x99, part 0x123", ARM_CPU("0", "0x99", "0x123")},
    /* ARM, old kernels and 32 bit */
    {"ARM Cortex-A53 (AArch64 Processor rev 4 (aarch64))",
     "Processor\t: AArch64 Processor rev 4 (aarch64)\nprocessor\t: 0\nprocessor\t: 1\n"
     "CPU implementer\t: 0x41\nCPU architecture: AArch64\nCPU variant\t: 0x0\nCPU part\t: 0xd03\n"
     "CPU revision\t: 4\n\nHardware\t: X\n"},
    {"ARM Cortex-A7 (ARMv7 Processor rev 5 (v7l))",
     "processor\t: 0\nmodel name\t: ARMv7 Processor rev 5 (v7l)\nBogoMIPS\t: 38.40\n"
     "CPU implementer\t: 0x41\nCPU architecture: 7\nCPU variant\t: 0x0\nCPU part\t: 0xc07\n"},
    {"ARM1176 (ARMv6-compatible processor rev 7 (v6l))",
     "processor\t: 0\nmodel name\t: ARMv6-compatible processor rev 7 (v6l)\n"
     "CPU implementer\t: 0x41\nCPU part\t: 0xb76\n"},
    {"ARMv5TE core", "Processor\t: ARMv5TE core\nBogoMIPS\t: 99.73\n"},
    /* s390 */
    {"IBM z13 (2964)",
     "vendor_id       : IBM/S390\n# processors    : 2\nbogomips per cpu: 3033.00\n"
     "processor 0: version = FF,  identification = 012345,  machine = 2964\n"
     "processor 1: version = FF,  identification = 012345,  machine = 2964\n"},
    {"IBM z16 A01 (3931)",
     "vendor_id       : IBM/S390\n# processors    : 1\nfeatures\t: esan3 zarch\n\n"
     "cpu number      : 0\nversion         : FF\nmachine         : 3931\n"},
    {"IBM machine 9999",
     "vendor_id       : IBM/S390\nprocessor 0: version = FF,  identification = 1,  machine = "
     "9999\n"},
    {"IBM/S390", "vendor_id       : IBM/S390\n# processors    : 2\n"},
    /* POWER */
    {"POWER9",
     "processor\t: 0\ncpu\t\t: POWER9, altivec supported\nclock\t\t: 3800.000000MHz\n"
     "revision\t: 2.2 (pvr 004e 1202)\n\nmachine\t\t: PowerNV 9006-22P\n"},
    {"POWER8E (raw)", "processor\t: 0\ncpu\t\t: POWER8E (raw), altivec supported\n"},
    {"7447A", "processor\t: 0\ncpu\t\t: 7447A, altivec supported\n"},
    /* RISC-V */
    {"sifive,u74-mc",
     "processor\t: 0\nhart\t\t: 1\nisa\t\t: rv64imafdc\nmmu\t\t: sv39\nuarch\t\t: sifive,u74-mc\n"},
    {"T-Head rv64imafdcv",
     "processor\t: 0\nhart\t\t: 0\nisa\t\t: rv64imafdcv\nmmu\t\t: sv39\nmvendorid\t: 0x5b7\n"
     "marchid\t\t: 0x0\n"},
    {"RISC-V rv64imafdc", "processor\t: 0\nhart\t\t: 0\nisa\t\t: rv64imafdc\nmmu\t\t: sv48\n"},
    /* LoongArch */
    {"Loongson-3A5000",
     "system type\t\t: generic-loongson-machine\n\nprocessor\t\t: 0\npackage\t\t\t: 0\n"
     "CPU Family\t\t: Loongson-64bit\nModel Name\t\t: Loongson-3A5000\nCPU Revision\t\t: 0x10\n"},
    /* MIPS */
    {"MIPS 24Kc V7.4",
     "system type\t\t: Atheros AR9330 rev 1\nmachine\t\t\t: TP-LINK\nprocessor\t\t: 0\n"
     "cpu model\t\t: MIPS 24Kc V7.4\nBogoMIPS\t\t: 265.42\n"},
    {"ICT Loongson-3A R3 (Loongson-3A3000) @ 1500MHz",
     "system type\t\t: generic-loongson-machine\nprocessor\t\t: 0\n"
     "cpu model\t\t: ICT Loongson-3 V0.13  FPU V0.1\n"
     "model name\t\t: ICT Loongson-3A R3 (Loongson-3A3000) @ 1500MHz\n"},
    /* SPARC, PA-RISC, Alpha, SuperH, m68k */
    {"UltraSparc T4 (Niagara4)",
     "cpu\t\t: UltraSparc T4 (Niagara4)\nfpu\t\t: UltraSparc T4 integrated FPU\npmu\t\t: "
     "niagara4\n"},
    {"PA8800 (Mako)", "processor\t: 0\ncpu family\t: PA-RISC 2.0\ncpu\t\t: PA8800 (Mako)\n"},
    {"EV56", "cpu\t\t\t: Alpha\ncpu model\t\t: EV56\ncpu variation\t\t: 7\n"},
    {"SH7751R", "machine\t\t: RTS7751R2D\nprocessor\t: 0\ncpu family\t: sh4\ncpu type\t: SH7751R\n"},
    {"68040", "CPU:\t\t68040\nMMU:\t\t68040\n"},
    /* what says nothing, is torn, or only looks like it */
    {NULL, ""},
    {NULL, "processor\t: 0\nmodel name\t: \n"},
    {NULL, "processor\t: 0\nmodel name"},
    {NULL, "model names\t: X\nmodel\t: 3\ncpus\t: 3\n"},
    {NULL, "CPU part\t: 0xd03\n"},
    {NULL, "vendor_id\t: GenuineIntel\nmachine = 2964\n"},
};

static void test_names(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(CASES); i++) {
        char *name = host_processor_name(CASES[i].cpuinfo);
        g_test_message("%s", CASES[i].cpuinfo);
        g_assert_cmpstr(name, ==, CASES[i].name);
        g_free(name);
    }
}

static void test_fields(void)
{
    static const char text[] = "a b : one\na\t\t: two \t\nempty :\nlast: end";
    static const char *const fields[][2] = {
        {"a b", "one"}, {"a", "two"}, {"empty", NULL}, {"last", "end"}, {"b", NULL}, {"lost", NULL}};

    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        char *value = host_processor_field(text, fields[i][0]);
        g_assert_cmpstr(value, ==, fields[i][1]);
        g_free(value);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/host-processor/names", test_names);
    g_test_add_func("/host-processor/fields", test_fields);
    return g_test_run();
}
