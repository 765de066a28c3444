/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SPDX-FileCopyrightText: the vtop authors */
/* The target for KVM's statistics, which are binary. */
#include <config.h>

#include "fuzz.h"

/* Its source, for what understands the file is static there. */
#include "../../src/collect/process/process_kvm_stats.c"

void fuzz_kvm(const uint8_t *data, size_t size)
{
    union file file = {0};
    uint64_t value;

    if (size < sizeof(file.header) || size > sizeof(file))
        return;
    memcpy(file.bytes, data, size);
    find_value(&file, size, "exits", &value);
    find_value(&file, size, "halt_wait_ns", &value);
}
