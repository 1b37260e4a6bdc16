/* SPDX-License-Identifier: BSD-3-Clause */
#include "api/samples.h"

#include "api/json.h"

void tp_samples_write(void *array, const struct tp_sample *sample)
{
	json_t *o = json_object(), *labels = json_object();

	for (unsigned i = 0; i < TP_SAMPLE_LABELS && sample->labels[i].name != NULL; i++)
		tp_json_text(labels, sample->labels[i].name, sample->labels[i].value);
	tp_json_text(o, "name", sample->name);
	tp_json_text(o, "type", sample->gauge ? "gauge" : "counter");
	tp_json_text(o, "help", sample->help);
	json_object_set_new(o, "labels", labels);
	if (sample->parts > 1)
		json_object_set_new(o, "value",
				    json_real((double)sample->value / (double)sample->parts));
	else
		tp_json_number(o, "value", sample->value);
	json_array_append_new(array, o);
}
