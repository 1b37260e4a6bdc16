/* SPDX-License-Identifier: BSD-3-Clause */
/* What `turnpike-bench dataplane` prints. */
#pragma once

#include "pipeline_rig.h"

void pipeline_report_table(const struct pipeline_options *o, const struct pipeline_result *results,
			   unsigned count);
void pipeline_report_json(const struct pipeline_options *o, const struct pipeline_result *results,
			  unsigned count);
