/* SPDX-License-Identifier: BSD-3-Clause */
/* How busy workers are, and how full what joins them and control is: for monitoring. */
#pragma once

#include "base/sample.h"

struct tp_dataplane;

/* Any thread. */
void tp_dataplane_load_samples(const struct tp_dataplane *dp, tp_sample_fn fn, void *user);
