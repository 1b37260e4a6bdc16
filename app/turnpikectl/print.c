/* SPDX-License-Identifier: BSD-3-Clause */
/* print: as a table, in detail, counted, or as JSON. */
#include <string.h>

#include "ctl.h"
#include "table.h"
#include "where.h"
#include "value.h"

struct options {
	bool detail, count_only;
	size_t where; /* the first word of the condition; 0: there is none */
	const char *proplist;
};

static enum ctl_result read_options(struct ctl *ctl, const struct ctl_words *words, size_t first,
				    struct options *options)
{
	/* What RouterOS has and what makes no difference here. */
	static const char *const ignored[] = {"brief", "terse", "without-paging", NULL};

	for (size_t i = first; i < words->count; i++) {
		const struct ctl_word *word = &words->words[i];
		const char *text = word->kind == CTL_BARE && !word->quoted ? word->text : "";
		size_t k = 0;

		if (word->kind == CTL_PAIR && strcmp(word->op, "=") == 0 &&
		    (strcmp(word->name, "proplist") == 0 || strcmp(word->name, ".proplist") == 0)) {
			options->proplist = word->text;
			continue;
		}
		while (ignored[k] != NULL && strcmp(ignored[k], text) != 0)
			k++;
		if (strcmp(text, "where") == 0) {
			options->where = i + 1;
			return CTL_OK;
		}
		if (strcmp(text, "detail") == 0)
			options->detail = true;
		else if (strcmp(text, "count-only") == 0)
			options->count_only = true;
		else if (ignored[k] == NULL)
			return ctl_fail(ctl, CTL_USAGE, word->column,
					"expected end of command; print knows detail, count-only, "
					"proplist= and where");
	}
	return CTL_OK;
}

static void remember(struct ctl *ctl, const char *path, const json_t *items)
{
	const json_t *item;
	size_t i;

	json_decref(ctl->ids);
	ctl->ids = json_array();
	snprintf(ctl->numbered, sizeof(ctl->numbered), "%s", path);
	json_array_foreach (items, i, item) {
		json_t *id = json_object_get(item, ".id");
		json_array_append(ctl->ids, json_is_string(id) ? id : json_null());
	}
}

static void show(struct ctl *ctl, const struct options *options, const json_t *value)
{
	if (options->count_only)
		fprintf(ctl->out, "%zu\n", json_array_size(value));
	else if (ctl->json) {
		ctl_value_json(ctl->out, value, JSON_INDENT(2));
		fputc('\n', ctl->out);
	} else if (json_is_object(value))
		ctl_table_single(ctl->out, value);
	else if (options->detail)
		ctl_table_detail(ctl->out, ctl->width, value);
	else
		ctl_table(ctl->out, ctl->width, value);
}

enum ctl_result ctl_print(struct ctl *ctl, const char *path, const struct ctl_words *words,
			  size_t first)
{
	const struct ctl_menu *menu = ctl_menu_find(&ctl->tree, path);
	struct options options = {0};
	struct ctl_mistake mistake;
	json_t *query = NULL, *value = NULL;

	enum ctl_result result = read_options(ctl, words, first, &options);
	if (result != CTL_OK)
		return result;
	if (options.where > 0 && !menu->list)
		return ctl_fail(ctl, CTL_USAGE, words->words[options.where - 1].column,
				"%s is no list: there is nothing to choose from", path);
	if (options.where > 0 && ctl_where(menu, words, options.where, &query, &mistake) != 0)
		return ctl_fail(ctl, CTL_USAGE, mistake.column, "%s", mistake.message);
	int code = ctl_api_list(&ctl->api, path, query, options.proplist, &value);
	json_decref(query);
	if (code != 0)
		return ctl_fail_list(ctl);
	if (json_is_array(value))
		remember(ctl, path, value);
	show(ctl, &options, value);
	json_decref(value);
	return CTL_OK;
}
