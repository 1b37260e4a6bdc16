/* SPDX-License-Identifier: BSD-3-Clause */
#include "config/trial.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "config/item.h"

/* One change that is in the store for now. */
struct step {
	struct step *before_it;
	struct tp_config_change *change;
	struct tp_config_item *out, *in; /* of the store; NULL: it was added, removed */
	struct tp_config_item *ahead;	 /* of what was removed; NULL: it was the first */
	uint32_t last_id;
};

struct tp_config_trial {
	struct tp_config *config;
	struct step *last;
};

struct tp_config_trial *tp_config_trial_begin(struct tp_config *config)
{
	struct tp_config_trial *trial = calloc(1, sizeof(*trial));

	if (trial != NULL)
		trial->config = config;
	return trial;
}

int tp_config_trial_put(struct tp_config_trial *trial, struct tp_config_change *change)
{
	struct tp_config *config = trial->config;
	struct tp_table *table = &config->table[change->resource->id];
	struct step *step = calloc(1, sizeof(*step));

	if (step == NULL) {
		tp_config_abort(change);
		return -ENOMEM;
	}
	*step = (struct step){
		.before_it = trial->last, .change = change, .last_id = table->last_id};
	step->in = (struct tp_config_item *)(uintptr_t)change->after;
	if (change->before != NULL)
		step->out = tp_store_find(config, change->resource->id, change->before->key);
	if (step->out == NULL) {
		table->last_id = step->in->id;
		tp_store_insert(config, step->in);
	} else if (step->in == NULL) {
		step->ahead = TAILQ_PREV(step->out, tp_item_list, entry);
		tp_store_remove(config, step->out);
	} else {
		tp_store_replace(config, step->out, step->in);
	}
	trial->last = step;
	return 0;
}

static void take_back(struct tp_config *config, struct step *step)
{
	if (step->out == NULL)
		tp_store_remove(config, step->in);
	else if (step->in == NULL)
		tp_store_insert_after(config, step->ahead, step->out);
	else
		tp_store_replace(config, step->in, step->out);
	config->table[step->change->resource->id].last_id = step->last_id;
	tp_config_abort(step->change);
}

void tp_config_trial_end(struct tp_config_trial *trial)
{
	if (trial == NULL)
		return;
	while (trial->last != NULL) {
		struct step *step = trial->last;

		trial->last = step->before_it;
		take_back(trial->config, step);
		free(step);
	}
	free(trial);
}
