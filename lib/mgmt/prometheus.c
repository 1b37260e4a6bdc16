/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/prometheus.h"

#include <string.h>

/* "\\" and "\n" everywhere, "\"" in a label's value: as the format's document says. */
static void append_escaped(struct mgmt_text *text, const char *string, const char *special)
{
	for (; *string != '\0'; string++) {
		if (*string == '\n') {
			mgmt_text_string(text, "\\n");
			continue;
		}
		if (strchr(special, *string) != NULL)
			mgmt_text_string(text, "\\");
		mgmt_text_append(text, string, 1);
	}
}

static void append_header(struct mgmt_text *text, const json_t *sample, const char *name)
{
	const char *help = json_string_value(json_object_get(sample, "help"));
	const char *type = json_string_value(json_object_get(sample, "type"));

	if (help != NULL) {
		mgmt_text_printf(text, "# HELP %s ", name);
		append_escaped(text, help, "\\");
		mgmt_text_string(text, "\n");
	}
	mgmt_text_printf(text, "# TYPE %s %s\n", name, type != NULL ? type : "untyped");
}

static void append_labels(struct mgmt_text *text, json_t *labels)
{
	const char *key;
	json_t *value;
	char before = '{';

	json_object_foreach (labels, key, value) {
		mgmt_text_printf(text, "%c%s=\"", before, key);
		if (json_is_string(value))
			append_escaped(text, json_string_value(value), "\\\"");
		else
			mgmt_text_json(text, value);
		mgmt_text_string(text, "\"");
		before = ',';
	}
	if (before == ',')
		mgmt_text_string(text, "}");
}

static void append_value(struct mgmt_text *text, const json_t *value)
{
	if (json_is_integer(value))
		mgmt_text_printf(text, " %" JSON_INTEGER_FORMAT "\n", json_integer_value(value));
	else if (json_is_real(value))
		mgmt_text_printf(text, " %.17g\n", json_real_value(value));
	else
		mgmt_text_string(text, json_is_true(value) ? " 1\n" : " 0\n");
}

void mgmt_prometheus_append(struct mgmt_text *text, const json_t *samples, json_t **family)
{
	size_t index;
	json_t *sample;

	json_array_foreach (samples, index, sample) {
		json_t *name = json_object_get(sample, "name");

		if (!json_is_string(name))
			continue;
		if (*family == NULL || !json_equal(*family, name)) {
			append_header(text, sample, json_string_value(name));
			json_decref(*family);
			*family = json_incref(name);
		}
		mgmt_text_string(text, json_string_value(name));
		append_labels(text, json_object_get(sample, "labels"));
		append_value(text, json_object_get(sample, "value"));
	}
}
