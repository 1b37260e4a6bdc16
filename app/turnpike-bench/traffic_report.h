/* SPDX-License-Identifier: BSD-3-Clause */
/* What `turnpike-bench traffic` tells: a line a trial for people, JSON for programs. */
#pragma once

#include <jansson.h>

#include "trial.h"

struct trial_report {
	json_t *trials; /* NULL: a table is printed */
	uint32_t no_loss_pps;
	bool searched;
	uint64_t wrong_session; /* over all trials */
	uint32_t fallen;	/* likewise: measured sessions that ended by themselves */
	double churn_rate;	/* other sessions that came and went, a second */
};

void trial_report_begin(struct trial_report *report, bool json);
void trial_report_add(struct trial_report *report, const struct trial *trial,
		      const struct trial_result *result);
/* The outcome of a search. */
void trial_report_no_loss(struct trial_report *report, uint32_t pps);
void trial_report_end(struct trial_report *report);
