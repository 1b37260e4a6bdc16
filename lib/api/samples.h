/* SPDX-License-Identifier: BSD-3-Clause */
/* Samples as /metrics has them from control to management. */
#pragma once

#include <jansson.h>

#include "base/sample.h"

/* A tp_sample_fn. ARRAY, a json_t, gets {"name","type","help","labels":{},"value"}. */
void tp_samples_write(void *array, const struct tp_sample *sample);
