/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/routeros.h"

#include <stdint.h>
#include <string.h>

#include "mgmt/text.h"

static void append(struct mgmt_text *text, const json_t *value)
{
	json_t *element;
	size_t i;

	if (json_is_string(value)) {
		mgmt_text_append(text, json_string_value(value), json_string_length(value));
	} else if (json_is_array(value)) {
		json_array_foreach (value, i, element) {
			mgmt_text_string(text, i > 0 ? "," : "");
			append(text, element);
		}
	} else {
		mgmt_text_json(text, value);
	}
}

json_t *mgmt_routeros(const json_t *item)
{
	json_t *object = json_object(), *value;
	const char *name;

	json_object_foreach ((json_t *)(uintptr_t)item, name, value) {
		struct mgmt_text text = {0};

		if (json_is_null(value) ||
		    (strcmp(name, "comment") == 0 && json_string_length(value) == 0))
			continue;
		mgmt_text_string(&text, "");
		append(&text, value);
		json_t *string = text.failed ? NULL : json_stringn(text.data, text.len);
		mgmt_text_free(&text);
		if (json_object_set_new(object, name, string) != 0) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

bool mgmt_routeros_wanted(const char *accept, bool otherwise)
{
	if (accept != NULL && strcasestr(accept, MGMT_TYPE_TURNPIKE) != NULL)
		return false;
	if (accept != NULL && strcasestr(accept, MGMT_TYPE_ROUTEROS) != NULL)
		return true;
	return otherwise;
}
