/* SPDX-License-Identifier: BSD-3-Clause */
/* RADIUS's samples of /metrics. Control thread. */
#pragma once

#include "base/sample.h"

struct tp_control;

void tp_control_radius_samples(struct tp_control *c, struct tp_samples *to);
