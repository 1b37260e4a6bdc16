/* SPDX-License-Identifier: BSD-3-Clause */
/* export format=yaml: the configuration as a file that the daemon can be started with, all but its
 * passwords. */
#include "export.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "value.h"

/* ---- the tree of the file, as JSON -------------------------------------------------------------
 */

/* The properties of ITEM that are not the default's, as texts. */
static json_t *properties_of(const struct ctl_menu *menu, const json_t *item)
{
	json_t *properties = json_object(), *property;
	size_t i;

	json_array_foreach (menu->properties, i, property) {
		char *text = ctl_export_value(property, item);

		if (text != NULL)
			json_object_set_new(properties,
					    json_string_value(json_object_get(property, "name")),
					    json_string(text));
		free(text);
	}
	if (ctl_export_disables(menu, item))
		json_object_set_new(properties, "disabled", json_string("yes"));
	return properties;
}

/* The object at the dotted path YAML but for its last word, which goes to *LAST. */
static json_t *branch(json_t *tree, const char *yaml, const char **last)
{
	size_t len;

	while (yaml[len = strcspn(yaml, ".")] == '.') {
		char *word = strndup(yaml, len);
		json_t *below = json_object_get(tree, word);

		if (below == NULL) {
			below = json_object();
			json_object_set_new(tree, word, below);
		}
		free(word);
		tree = below;
		yaml += len + 1;
	}
	*last = yaml;
	return tree;
}

static void put_menu(json_t *tree, const struct ctl_menu *menu, const json_t *items)
{
	const char *last;
	json_t *place = branch(tree, menu->yaml, &last), *list = json_array(), *item;
	size_t i;

	json_array_foreach (items, i, item) {
		json_t *properties = properties_of(menu, item);

		if (menu->list)
			json_array_append_new(list, properties);
		else if (json_object_size(properties) > 0)
			json_object_set_new(place, last, properties);
		else
			json_decref(properties);
	}
	if (json_array_size(list) > 0)
		json_object_set(place, last, list);
	json_decref(list);
}

/* ---- the tree as YAML --------------------------------------------------------------------------
 */

/* What is no text but nothing, or may be taken for something else by other programs, in quotes. */
static yaml_scalar_style_t style_of(const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
				    "._/@,+-";
	bool safe = text[strspn(text, plain)] == '\0' && *text != '-' && *text != '.' &&
		    *text != '@' && *text != ',' && strcasecmp(text, "null") != 0;

	return safe && *text != '\0' ? YAML_PLAIN_SCALAR_STYLE : YAML_DOUBLE_QUOTED_SCALAR_STYLE;
}

static bool emit_text(yaml_emitter_t *emitter, const char *text)
{
	yaml_event_t event;

	return yaml_scalar_event_initialize(&event, NULL, NULL, (const yaml_char_t *)text, -1, 1, 1,
					    style_of(text)) != 0 &&
	       yaml_emitter_emit(emitter, &event) != 0;
}

static bool emit(yaml_emitter_t *emitter, const json_t *value)
{
	const char *name;
	const json_t *below;
	yaml_event_t event;
	bool ok;
	size_t i;

	if (json_is_string(value))
		return emit_text(emitter, json_string_value(value));
	if (json_is_array(value)) {
		ok = yaml_sequence_start_event_initialize(&event, NULL, NULL, 1,
							  YAML_BLOCK_SEQUENCE_STYLE) != 0 &&
		     yaml_emitter_emit(emitter, &event) != 0;
		json_array_foreach (value, i, below)
			ok = ok && emit(emitter, below);
		return ok && yaml_sequence_end_event_initialize(&event) != 0 &&
		       yaml_emitter_emit(emitter, &event) != 0;
	}
	ok = yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE) !=
		     0 &&
	     yaml_emitter_emit(emitter, &event) != 0;
	json_object_foreach ((json_t *)(uintptr_t)value, name, below)
		ok = ok && emit_text(emitter, name) && emit(emitter, below);
	return ok && yaml_mapping_end_event_initialize(&event) != 0 &&
	       yaml_emitter_emit(emitter, &event) != 0;
}

static bool emit_document(FILE *out, const json_t *tree)
{
	yaml_emitter_t emitter;
	yaml_event_t event;
	bool ok;

	if (yaml_emitter_initialize(&emitter) == 0)
		return false;
	yaml_emitter_set_output_file(&emitter, out);
	yaml_emitter_set_unicode(&emitter, 1);
	yaml_emitter_set_width(&emitter, -1);
	ok = yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING) != 0 &&
	     yaml_emitter_emit(&emitter, &event) != 0 &&
	     yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1) != 0 &&
	     yaml_emitter_emit(&emitter, &event) != 0 && emit(&emitter, tree) &&
	     yaml_document_end_event_initialize(&event, 1) != 0 &&
	     yaml_emitter_emit(&emitter, &event) != 0 &&
	     yaml_stream_end_event_initialize(&event) != 0 &&
	     yaml_emitter_emit(&emitter, &event) != 0;
	yaml_emitter_delete(&emitter);
	return ok;
}

enum ctl_result ctl_export_yaml(struct ctl *ctl, const char *path)
{
	enum ctl_result result = CTL_OK;
	json_t *tree = json_object();

	for (size_t i = 0; i < ctl->tree.count && result == CTL_OK; i++) {
		const struct ctl_menu *menu = &ctl->tree.menus[i];
		json_t *items = NULL;

		if (ctl_export_wants(menu, path) && menu->yaml != NULL)
			items = ctl_export_items(ctl, menu, &result);
		if (items != NULL)
			put_menu(tree, menu, items);
		json_decref(items);
	}
	fputs("# without passwords\n", ctl->out);
	if (result == CTL_OK && json_object_size(tree) > 0 && !emit_document(ctl->out, tree))
		result = ctl_fail(ctl, CTL_ERROR, 0, "memory is out");
	json_decref(tree);
	return result;
}
