/* SPDX-License-Identifier: BSD-3-Clause */
/* The mistakes of one file. */
#include "config/file/errors.h"
#include "config/item.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void place_of(const char *file, struct tp_mark at, char *place, size_t size)
{
	size_t len = strlen(file);

	file += len > 120 ? len - 120 : 0;
	if (at.line > 0)
		snprintf(place, size, "%s:%u:%u", file, at.line, at.column);
	else
		snprintf(place, size, "%s", file);
}

int tp_config_blame(const struct tp_config_item *item, int property, const char *path,
		    struct tp_error *error)
{
	char message[sizeof(error->message)], label[TP_LABEL_LEN];

	snprintf(message, sizeof(message), "%s", error->message);
	tp_error_set(error, error->code, NULL, "%s: %s", tp_item_label(item, property, label),
		     message);
	place_of(path, tp_item_mark(item, property), error->place, sizeof(error->place));
	return error->code;
}

void tp_mistake_add(struct tp_mistakes *mistakes, unsigned line, unsigned column, int code,
		    const char *label, const char *message)
{
	char place[sizeof(((struct tp_error *)NULL)->place)];

	if (mistakes->kept == NULL)
		mistakes->kept = calloc(TP_ERRORS_MAX, sizeof(*mistakes->kept));
	if (mistakes->kept == NULL || mistakes->total++ >= TP_ERRORS_MAX)
		return;
	struct tp_mistake *mistake = &mistakes->kept[mistakes->total - 1];
	mistake->line = line;
	mistake->column = column;
	place_of(mistakes->file, (struct tp_mark){line, column}, place, sizeof(place));
	tp_error_set(&mistake->error, code, place, "%s%s%s", label, *label != '\0' ? ": " : "",
		     message);
}

static int compare_places(const void *a, const void *b)
{
	const struct tp_mistake *x = a, *y = b;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return (x->column > y->column) - (x->column < y->column);
}

void tp_mistakes_finish(struct tp_mistakes *mistakes, struct tp_errors *errors)
{
	unsigned count = mistakes->total < TP_ERRORS_MAX ? mistakes->total : TP_ERRORS_MAX;

	memset(errors, 0, sizeof(*errors));
	if (mistakes->kept == NULL)
		return;
	qsort(mistakes->kept, count, sizeof(*mistakes->kept), compare_places);
	errors->total = mistakes->total;
	errors->error = calloc(count, sizeof(*errors->error));
	for (unsigned i = 0; errors->error != NULL && i < count; i++)
		errors->error[errors->count++] = mistakes->kept[i].error;
	free(mistakes->kept);
	mistakes->kept = NULL;
}

void tp_errors_clear(struct tp_errors *errors)
{
	free(errors->error);
	memset(errors, 0, sizeof(*errors));
}
