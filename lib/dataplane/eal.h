/* SPDX-License-Identifier: BSD-3-Clause */
/* Starting DPDK's environment abstraction layer. Control, once. */
#pragma once

#include <stdint.h>

#include "dataplane/dataplane.h"
#include "dataplane/port.h"

/* Starts the EAL with control on lcore 0 and worker i on lcore i + 1, each pinned to its CPU;
 * with MEMORY_MB of huge pages, all taken at once, if CONFIG wants them and so many are free, else
 * with as much ordinary memory. -ENOMEM: what was free was gone when it was to be taken. Devices
 * are those of PORTS, and no others. */
int tp_eal_start(const struct tp_dataplane_config *config, const struct tp_port *ports,
		 unsigned memory_mb, struct tp_error *error);

void tp_eal_stop(void);

/* MiB of huge pages of every size that are free, and that no one has reserved. */
uint64_t tp_eal_free_huge_mb(void);
