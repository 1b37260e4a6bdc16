/* SPDX-License-Identifier: BSD-3-Clause */
/* The process as Prometheus's clients tell of theirs: process_cpu_seconds_total and its like, of
 * what /proc says. Management thread. */
#pragma once

#include "base/sample.h"

/* What /proc does not say is left out. */
void mgmt_process_samples(struct tp_samples *to);
