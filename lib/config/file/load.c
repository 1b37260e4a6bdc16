/* SPDX-License-Identifier: BSD-3-Clause */
/* YAML in: the tree is walked by the schema's yaml_path, each mistake is noted with its place,
 * and the whole is taken only if there is none. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/item.h"
#include "config/file/yaml_source.h"

#define PATH_LEN     64
#define CHILDREN_MAX 16

struct loader {
	struct tp_yaml yaml;
	struct tp_config *config;
	struct tp_mistakes mistakes;
	bool lost; /* something is not in the store: a mistake, or memory is out */
};

static void mistake(struct loader *l, const char *label, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* At the current event. */
static void mistake(struct loader *l, const char *label, const char *format, ...)
{
	char message[256];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	tp_mistake_add(&l->mistakes, tp_yaml_line(&l->yaml), tp_yaml_column(&l->yaml), -EINVAL,
		       label, message);
}

/* A key that is wrong may have swallowed a value, a password even: only its first word is shown. */
static char *quote_key(const char *key, char text[TP_QUOTE_LEN])
{
	size_t n = strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");
	if (n > 40)
		n = 40;
	snprintf(text, TP_QUOTE_LEN, "%.*s%s", (int)n, key, key[n] != '\0' ? "..." : "");
	return text;
}

/* The names that may follow PATH in the tree; each once. */
static unsigned children(enum tp_program program, const char *path,
			 char names[CHILDREN_MAX][PATH_LEN])
{
	size_t len = strlen(path);
	unsigned count = 0;

	for (unsigned i = 0; i < TP_RESOURCES; i++) {
		const char *rest = tp_resources[i].yaml_path;
		unsigned j = 0;
		if (!tp_program_has(program, i))
			continue;
		if (len > 0 && (strncmp(rest, path, len) != 0 || rest[len] != '.'))
			continue;
		rest += len > 0 ? len + 1 : 0;
		snprintf(names[count], PATH_LEN, "%.*s", (int)strcspn(rest, "."), rest);
		while (strcmp(names[j], names[count]) != 0)
			j++;
		if (j == count)
			count++;
	}
	return count;
}

static const struct tp_resource *resource_at(enum tp_program program, const char *path)
{
	for (unsigned i = 0; i < TP_RESOURCES; i++) {
		if (tp_program_has(program, i) && strcmp(tp_resources[i].yaml_path, path) == 0)
			return &tp_resources[i];
	}
	return NULL;
}

static void unknown_key(struct loader *l, const char *path, const struct tp_resource *resource,
			char names[CHILDREN_MAX][PATH_LEN], unsigned count, const char *key)
{
	const char *all[CHILDREN_MAX + 64], *hint;
	char quoted[TP_QUOTE_LEN];
	unsigned n = 0;

	for (unsigned i = 0; i < count; i++)
		all[n++] = names[i];
	for (unsigned i = 0; resource != NULL && i < resource->count; i++)
		all[n++] = resource->properties[i].name;
	all[n] = NULL;
	hint = tp_nearest(key, all);
	quote_key(key, quoted);
	if (hint != NULL)
		mistake(l, path, "there is no '%s' here; did you mean '%s'?", quoted, hint);
	else
		mistake(l, path, "there is no '%s' here", quoted);
}

/* Takes the scalars of a list, whose start is the current event; false when the text is broken.
 * *OK: it was a list of scalars. */
static bool take_list(struct loader *l, char ***texts, unsigned *count, bool *ok)
{
	unsigned room = 0;

	while (tp_yaml_next(&l->yaml) && l->yaml.event.type != YAML_SEQUENCE_END_EVENT) {
		if (l->yaml.event.type != YAML_SCALAR_EVENT || *count == TP_LIST_MAX) {
			*ok = false;
			if (!tp_yaml_skip(&l->yaml))
				return false;
			continue;
		}
		if (*count == room) {
			room = room > 0 ? room * 2 : 8;
			char **more = realloc(*texts, room * sizeof(**texts));
			if (more == NULL)
				return false;
			*texts = more;
		}
		(*texts)[*count] = strdup((const char *)l->yaml.event.data.scalar.value);
		if ((*texts)[(*count)++] == NULL)
			return false;
	}
	return !l->yaml.broken;
}

static bool has_nul(const struct tp_yaml *yaml)
{
	return strlen((const char *)yaml->event.data.scalar.value) !=
	       yaml->event.data.scalar.length;
}

/* The value of a property, whose first event is the current one. */
static bool load_value(struct loader *l, struct tp_config_item *item, unsigned index)
{
	const struct tp_property *property = &item->resource->properties[index];
	unsigned line = tp_yaml_line(&l->yaml), column = tp_yaml_column(&l->yaml), count = 0;
	char label[TP_LABEL_LEN], expected[200], **texts = NULL;
	const char *one = NULL;
	struct tp_error error;
	bool alive = true, ok = true;

	if (l->yaml.event.type == YAML_SEQUENCE_START_EVENT) {
		alive = take_list(l, &texts, &count, &ok);
	} else if (l->yaml.event.type == YAML_SCALAR_EVENT) {
		one = (const char *)l->yaml.event.data.scalar.value;
		ok = !tp_yaml_is_null(&l->yaml) && !has_nul(&l->yaml);
	} else {
		ok = false;
		alive = tp_yaml_skip(&l->yaml);
	}
	const struct tp_input input = {.text = one != NULL ? &one : (const char *const *)texts,
				       .count = one != NULL ? 1 : count,
				       .list = one == NULL};
	if (!ok)
		snprintf(error.message, sizeof(error.message), "expected %s",
			 tp_property_expected(property, expected, sizeof(expected)));
	else if (alive)
		ok = tp_item_set(item, index, &input, &error) == 0;
	if (alive && !ok)
		tp_mistake_add(&l->mistakes, line, column, -EINVAL,
			       tp_item_label(item, (int)index, label), error.message);
	while (count > 0)
		free(texts[--count]);
	free(texts);
	return alive;
}

static bool load_branch(struct loader *l, const char *path);

/* What a mapping is called in a sentence: the item, or the branch of the tree. */
static const char *label_of(const char *path, const struct tp_config_item *item,
			    char label[TP_LABEL_LEN])
{
	return item != NULL ? tp_item_label(item, -1, label) : path;
}

/* A mapping whose start is the current event: the properties of ITEM (unless it is NULL), and the
 * branches of the tree that PATH has (unless it is NULL). SEEN: properties that were there. */
static bool load_mapping(struct loader *l, const char *path, struct tp_config_item *item,
			 struct tp_mark *marks, uint64_t *seen)
{
	char names[CHILDREN_MAX][PATH_LEN], key[PATH_LEN], label[TP_LABEL_LEN];
	unsigned count = path != NULL ? children(l->config->program, path, names) : 0, i;
	bool taken[CHILDREN_MAX] = {false};

	while (tp_yaml_next(&l->yaml) && l->yaml.event.type != YAML_MAPPING_END_EVENT) {
		if (l->yaml.event.type != YAML_SCALAR_EVENT) {
			mistake(l, label_of(path, item, label), "expected a name");
			if (!tp_yaml_skip(&l->yaml) || !tp_yaml_next(&l->yaml) ||
			    !tp_yaml_skip(&l->yaml))
				return false;
			continue;
		}
		const char *name = (const char *)l->yaml.event.data.scalar.value;
		int property = item != NULL ? tp_property_find(item->resource, name) : -1;
		for (i = 0; i < count && strcmp(names[i], name) != 0;)
			i++;
		bool twice = property >= 0 ? (*seen >> property & 1) != 0 : i < count && taken[i];
		bool known = property >= 0 || i < count;
		if (!known)
			unknown_key(l, label_of(path, item, label),
				    item != NULL ? item->resource : NULL, names, count, name);
		else if (twice)
			mistake(l, label_of(path, item, label), "'%s' is given twice", name);
		else if (property < 0)
			snprintf(key, sizeof(key), "%s%s%s", path, *path != '\0' ? "." : "",
				 names[i]);
		if (known && !twice)
			tp_comments_take(&l->yaml.comments,
					 property >= 0 ? &item->remarks
						       : tp_store_remarks(l->config, key));
		if (!tp_yaml_next(&l->yaml))
			return false;
		if (!known || twice) {
			if (!tp_yaml_skip(&l->yaml))
				return false;
		} else if (property >= 0) {
			*seen |= UINT64_C(1) << property;
			marks[property] =
				(struct tp_mark){tp_yaml_line(&l->yaml), tp_yaml_column(&l->yaml)};
			if (!load_value(l, item, (unsigned)property))
				return false;
		} else {
			taken[i] = true;
			if (!load_branch(l, key))
				return false;
		}
	}
	return !l->yaml.broken;
}

static void report_missing(struct loader *l, const struct tp_config_item *item, uint64_t seen)
{
	char label[TP_LABEL_LEN];
	for (int i = tp_item_missing(item, 0); i >= 0; i = tp_item_missing(item, (unsigned)i + 1)) {
		if ((seen >> i & 1) == 0)
			tp_mistake_add(&l->mistakes, (unsigned)item->line, (unsigned)item->column,
				       -EINVAL, tp_item_label(item, i, label), "is missing");
	}
}

/* Without its key an item cannot be in the store. */
static bool has_key(const struct tp_config_item *item)
{
	for (int i = tp_item_missing(item, 0); i >= 0; i = tp_item_missing(item, (unsigned)i + 1)) {
		if ((item->resource->properties[i].flags & TP_KEY) != 0)
			return false;
	}
	return true;
}

/* An item that will not be in the store. */
static void drop_item(struct loader *l, struct tp_config_item *item, struct tp_mark *marks)
{
	l->yaml.comments.last = NULL; /* it may be the item's */
	tp_item_destroy(item);
	free(marks);
}

/* Puts a loaded item into the store, with its marks; both are taken over. */
static void store_item(struct loader *l, struct tp_config_item *item, struct tp_mark *marks)
{
	char label[TP_LABEL_LEN], message[80];
	struct tp_config_item *old;

	if (!has_key(item) || tp_item_fill_in(item, l->config) != 0 ||
	    tp_item_finish(item) != 0) { /* reported, or there is no memory */
		l->lost = true;
		drop_item(l, item, marks);
		return;
	}
	old = tp_store_find(l->config, item->resource->id, item->key);
	if (old != NULL && old->line > 0) {
		snprintf(message, sizeof(message), "is there already, on line %d", old->line);
		tp_mistake_add(&l->mistakes, (unsigned)item->line, (unsigned)item->column, -EEXIST,
			       tp_item_label(item, -1, label), message);
		drop_item(l, item, marks);
		return;
	}
	if (old != NULL) {
		tp_store_replace(l->config, old, item);
		tp_item_destroy(old);
	} else {
		tp_store_insert(l->config, item);
	}
	free(item->marks);
	item->marks = marks;
}

/* An item (or a singleton), whose first event is the current one. */
static bool load_item(struct loader *l, const struct tp_resource *resource)
{
	struct tp_config_item *item = tp_item_create(resource);
	struct tp_mark *marks = calloc(resource->count, sizeof(*marks));
	uint64_t seen = 0;
	bool alive = item != NULL && marks != NULL;

	if (!alive)
		goto out;
	item->line = (int)tp_yaml_line(&l->yaml);
	item->column = (int)tp_yaml_column(&l->yaml);
	if (l->yaml.event.type == YAML_MAPPING_START_EVENT) {
		alive = load_mapping(l, resource->singleton ? resource->yaml_path : NULL, item,
				     marks, &seen);
	} else if (resource->count == 1 && l->yaml.event.type == YAML_SCALAR_EVENT) {
		marks[0] = (struct tp_mark){(unsigned)item->line, (unsigned)item->column};
		alive = load_value(l, item, 0); /* system: { identity: MT_AC } */
	} else {
		mistake(l, resource->yaml_path, "expected a mapping of properties");
		alive = tp_yaml_skip(&l->yaml);
		goto out;
	}
	if (alive) {
		report_missing(l, item, seen);
		store_item(l, item, marks);
		return true;
	}
out:
	drop_item(l, item, marks);
	return alive;
}

static bool load_list(struct loader *l, const struct tp_resource *resource)
{
	if (l->yaml.event.type != YAML_SEQUENCE_START_EVENT) {
		mistake(l, resource->yaml_path, "expected a list, an item of it a mapping");
		return tp_yaml_skip(&l->yaml);
	}
	while (tp_yaml_next(&l->yaml) && l->yaml.event.type != YAML_SEQUENCE_END_EVENT) {
		if (!load_item(l, resource))
			return false;
	}
	return !l->yaml.broken;
}

/* What stands at PATH; its first event is the current one. Nothing at all is fine. */
static bool load_branch(struct loader *l, const char *path)
{
	const struct tp_resource *resource = resource_at(l->config->program, path);

	if (tp_yaml_is_null(&l->yaml))
		return true;
	if (resource != NULL && resource->singleton)
		return load_item(l, resource);
	if (resource != NULL)
		return load_list(l, resource);
	if (l->yaml.event.type == YAML_MAPPING_START_EVENT)
		return load_mapping(l, path, NULL, NULL, NULL);
	mistake(l, path, "expected a mapping");
	return tp_yaml_skip(&l->yaml);
}

/* The comments of the file as a whole, at its head and its end. */
static void keep_remarks(struct loader *l)
{
	struct tp_comments *comments = &l->yaml.comments;
	char **head = tp_store_remarks(l->config, "");

	tp_comments_take(comments, tp_store_remarks(l->config, "."));
	if (head != NULL) {
		*head = comments->head;
		comments->head = NULL;
	}
	l->lost |= comments->failed;
}

static bool load_stream(struct loader *l)
{
	bool started = false;

	while (tp_yaml_next(&l->yaml) && l->yaml.event.type != YAML_STREAM_END_EVENT) {
		if (l->yaml.event.type != YAML_DOCUMENT_START_EVENT)
			continue;
		if (started) {
			mistake(l, "", "a second document; expected one");
			return false;
		}
		started = true;
		if (!tp_yaml_next(&l->yaml) || !load_branch(l, ""))
			return false;
	}
	keep_remarks(l);
	return !l->yaml.broken;
}

/* What is wrong with items, or hardly meant. */
struct finding {
	struct tp_report report;
	struct tp_mistakes *mistakes;
};

static void tell(struct tp_report *report, const struct tp_config_item *item, int property,
		 int code, const char *message)
{
	struct finding *finding = (struct finding *)report;
	struct tp_mark at = tp_item_mark(item, property);
	char label[TP_LABEL_LEN];

	tp_mistake_add(finding->mistakes, at.line, at.column, code,
		       tp_item_label(item, property, label), message);
}

static void check(struct loader *l)
{
	struct finding wrong = {.report = {.tell = tell}, .mistakes = &l->mistakes};

	tp_check_all(l->config, &wrong.report);
}

/* Of what is taken. */
static void warn(struct tp_config *config, const char *name)
{
	struct tp_mistakes found = {.file = name};
	struct finding hardly_meant = {.report = {.tell = tell}, .mistakes = &found};

	tp_warn_all(config, &hardly_meant.report);
	tp_mistakes_finish(&found, &config->warnings);
}

/* Where properties stand is told later of what needs a restart, and of nothing else. */
static bool needs_marks(const struct tp_resource *resource)
{
	for (unsigned i = 0; i < resource->count; i++)
		if ((resource->properties[i].flags & TP_RUNTIME) == 0)
			return true;
	return !resource->runtime;
}

static void forget_marks(struct tp_config *config)
{
	struct tp_config_item *item;

	for (unsigned i = 0; i < TP_RESOURCES; i++) {
		if (needs_marks(&tp_resources[i]))
			continue;
		TAILQ_FOREACH (item, &config->table[i].items, entry) {
			free(item->marks);
			item->marks = NULL;
		}
	}
}

static unsigned last_line(const char *text, size_t len)
{
	unsigned line = 1;

	for (size_t i = 0; i + 1 < len; i++)
		line += text[i] == '\n';
	return line;
}

struct tp_config *tp_config_load_text(enum tp_program program, const char *name, const char *text,
				      size_t len, struct tp_errors *errors)
{
	struct loader l = {.config = tp_config_create(program), .mistakes = {.file = name}};

	if (len > TP_CONFIG_FILE_MAX) {
		tp_mistake_add(&l.mistakes, 0, 0, -EFBIG, "", "the file is larger than 256 MiB");
	} else if (l.config == NULL || !tp_yaml_open(&l.yaml, text, len, &l.mistakes)) {
		tp_mistake_add(&l.mistakes, 0, 0, -ENOMEM, "", "out of memory");
	} else {
		if (tp_saved_is_cut(text, len))
			tp_mistake_add(&l.mistakes, last_line(text, len), 1, -EINVAL, "",
				       "the file ends before the line that tells its end: it was "
				       "cut short");
		if (load_stream(&l))
			check(&l);
		else
			l.lost = true;
		tp_yaml_close(&l.yaml);
	}
	if (l.lost && l.mistakes.total == 0)
		tp_mistake_add(&l.mistakes, 0, 0, -ENOMEM, "", "out of memory");
	tp_mistakes_finish(&l.mistakes, errors);
	if (errors->total == 0) {
		warn(l.config, name);
		forget_marks(l.config);
		return l.config;
	}
	tp_config_destroy(l.config);
	return NULL;
}
