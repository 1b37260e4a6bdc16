/* SPDX-License-Identifier: BSD-3-Clause */
/* drivers-config/<driver>.yaml: one flat mapping, read with libyaml. */
#include "dataplane/driver.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <yaml.h>

#include "base/text.h"

enum kind { NUMBER, YES_NO, TEXT };

static const struct property {
	const char *name;
	enum kind kind;
	size_t offset;
	size_t size; /* of a text */
	long max;    /* of a number */
} properties[] = {
	{"rx-queues", NUMBER, offsetof(struct tp_driver, rx_queues), 0, 128},
	{"tx-queues", NUMBER, offsetof(struct tp_driver, tx_queues), 0, 128},
	{"rx-descriptors", NUMBER, offsetof(struct tp_driver, rx_descriptors), 0, 32768},
	{"tx-descriptors", NUMBER, offsetof(struct tp_driver, tx_descriptors), 0, 32768},
	{"spreads-pppoe", YES_NO, offsetof(struct tp_driver, spreads_pppoe), 0, 0},
	{"spreads-ipv4", YES_NO, offsetof(struct tp_driver, spreads_ipv4), 0, 0},
	{"promiscuous", YES_NO, offsetof(struct tp_driver, promiscuous), 0, 0},
	{"device-arguments", TEXT, offsetof(struct tp_driver, device_arguments),
	 sizeof(((struct tp_driver *)0)->device_arguments), 0},
};
#define PROPERTIES (sizeof(properties) / sizeof(properties[0]))

void tp_driver_defaults(struct tp_driver *driver, const char *name)
{
	*driver = (struct tp_driver){
		.rx_queues = 1,
		.rx_descriptors = 1024,
		.tx_descriptors = 1024,
	};
	snprintf(driver->name, sizeof(driver->name), "%s", name);
}

bool tp_driver_of_device(const char *device, char *name, unsigned size)
{
	if (strncmp(device, "net_", 4) != 0 && strncmp(device, "eth_", 4) != 0)
		return false;
	size_t len = strcspn(device, ",");
	while (len > 0 && isdigit((unsigned char)device[len - 1]))
		len--;
	snprintf(name, size, "%.*s", (int)len, device);
	return true;
}

/* What a person wrote: it may hold a NUL, and has none behind it. */
struct word {
	const char *text;
	size_t len;
};

static bool is(const struct word *word, const char *name)
{
	return word->len == strlen(name) && memcmp(word->text, name, word->len) == 0;
}

static const struct property *find(const struct word *word)
{
	for (size_t i = 0; i < PROPERTIES; i++)
		if (is(word, properties[i].name))
			return &properties[i];
	return NULL;
}

/* Digits and nothing else. */
static bool read_number(const struct word *word, long max, uint16_t *number)
{
	long value = 0;

	for (size_t i = 0; i < word->len; i++) {
		if (!isdigit((unsigned char)word->text[i]))
			return false;
		value = value * 10 + (word->text[i] - '0');
		if (value > max)
			return false;
	}
	*number = (uint16_t)value;
	return word->len > 0;
}

/* NULL, or what was expected instead. */
static const char *set(struct tp_driver *driver, const struct property *p, const struct word *word)
{
	char *at = (char *)driver + p->offset;

	switch (p->kind) {
	case NUMBER:
		return read_number(word, p->max, (uint16_t *)(void *)at) ? NULL
									 : "a number in range";
	case YES_NO:
		if (!is(word, "yes") && !is(word, "no"))
			return "yes or no";
		*(bool *)at = is(word, "yes");
		return NULL;
	case TEXT:
		if (word->len >= p->size)
			return "a shorter text";
		/* libyaml puts a NUL behind what it hands over. */
		if (strlen(word->text) != word->len || !tp_text_is_plain(word->text))
			return "a text of printable characters";
		memcpy(at, word->text, word->len + 1);
		return NULL;
	}
	return "something else";
}

/* A file as far as it has been read. */
struct reading {
	struct tp_driver driver;
	const char *place;
	struct tp_error *error;
	const struct property *key; /* whose value comes next */
	unsigned given;		    /* a bit for each property */
	bool inside;		    /* the mapping has begun */
	bool over;		    /* the document has ended: there is one */
};

static int refuse(const struct reading *r, const yaml_mark_t *mark, const char *problem,
		  const struct word *word)
{
	char place[sizeof(r->error->place)], shown[160];

	snprintf(place, sizeof(place), "%s:%zu:%zu", r->place, mark->line + 1, mark->column + 1);
	if (word == NULL || word->len == 0)
		return tp_error_set(r->error, -EINVAL, place, "%s", problem);
	return tp_error_set(r->error, -EINVAL, place, "%s: %s", problem,
			    tp_text_escape(word->text, word->len, shown, sizeof(shown)));
}

static int take_key(struct reading *r, const yaml_mark_t *mark, const struct word *word)
{
	r->key = find(word);
	if (r->key == NULL)
		return refuse(r, mark, "unknown property of a driver", word);
	if ((r->given & 1u << (r->key - properties)) != 0)
		return refuse(r, mark, "a property of a driver is given twice", word);
	r->given |= 1u << (r->key - properties);
	return 0;
}

static int take_value(struct reading *r, const yaml_mark_t *mark, const struct word *word)
{
	const char *expected = set(&r->driver, r->key, word);
	char problem[96];

	r->key = NULL;
	if (expected == NULL)
		return 0;
	snprintf(problem, sizeof(problem), "expected %s", expected);
	return refuse(r, mark, problem, word);
}

static int take_scalar(struct reading *r, const yaml_event_t *event)
{
	const struct word word = {(const char *)event->data.scalar.value,
				  event->data.scalar.length};

	if (event->data.scalar.anchor != NULL || event->data.scalar.tag != NULL)
		return refuse(r, &event->start_mark, "anchors and tags are not taken", NULL);
	if (!r->inside)
		return refuse(r, &event->start_mark, "expected a mapping", NULL);
	return r->key == NULL ? take_key(r, &event->start_mark, &word)
			      : take_value(r, &event->start_mark, &word);
}

static int take_mapping(struct reading *r, const yaml_event_t *event)
{
	if (event->data.mapping_start.anchor != NULL || event->data.mapping_start.tag != NULL)
		return refuse(r, &event->start_mark, "anchors and tags are not taken", NULL);
	if (r->inside)
		return refuse(r, &event->start_mark, "a driver's properties hold no mappings",
			      NULL);
	r->inside = true;
	return 0;
}

static int take(struct reading *r, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return take_scalar(r, event);
	case YAML_MAPPING_START_EVENT:
		return take_mapping(r, event);
	case YAML_SEQUENCE_START_EVENT:
	case YAML_ALIAS_EVENT:
		return refuse(r, &event->start_mark, "a driver's properties are plain values",
			      NULL);
	case YAML_DOCUMENT_START_EVENT:
		return r->over ? refuse(r, &event->start_mark, "expected one document", NULL) : 0;
	case YAML_DOCUMENT_END_EVENT:
		r->over = true;
		return 0;
	default:
		return 0;
	}
}

static int refuse_broken(const struct reading *r, const yaml_parser_t *parser)
{
	const char *problem = parser->problem != NULL ? parser->problem : "";
	const struct word word = {problem, strlen(problem)};

	return refuse(r, &parser->problem_mark, "not valid YAML", &word);
}

/* DRIVER is changed only when all of it was understood. */
static int parse(struct tp_driver *driver, yaml_parser_t *parser, const char *place,
		 struct tp_error *error)
{
	struct reading r = {.driver = *driver, .place = place, .error = error};
	bool ended = false;
	int err = 0;

	while (err == 0 && !ended) {
		yaml_event_t event;

		if (!yaml_parser_parse(parser, &event))
			return refuse_broken(&r, parser);
		err = take(&r, &event);
		ended = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	if (err == 0)
		*driver = r.driver;
	return err;
}

int tp_driver_parse(struct tp_driver *driver, const char *text, size_t len, const char *place,
		    struct tp_error *error)
{
	yaml_parser_t parser;
	int err;

	if (!yaml_parser_initialize(&parser))
		return tp_error_set(error, -ENOMEM, place, "no memory to read it");
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
	err = parse(driver, &parser, place, error);
	yaml_parser_delete(&parser);
	return err;
}

int tp_driver_load(struct tp_driver *driver, const char *folder, const char *name,
		   struct tp_error *error)
{
	char path[512];
	yaml_parser_t parser;

	tp_driver_defaults(driver, name);
	if (folder == NULL || folder[0] == '\0')
		return 0;
	snprintf(path, sizeof(path), "%s/%s.yaml", folder, name);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return errno == ENOENT ? 0
				       : tp_error_set(error, -errno, path, "cannot be read: %s",
						      strerror(errno));
	if (!yaml_parser_initialize(&parser)) {
		fclose(file);
		return tp_error_set(error, -ENOMEM, path, "no memory to read it");
	}
	yaml_parser_set_input_file(&parser, file);
	int err = parse(driver, &parser, path, error);
	yaml_parser_delete(&parser);
	fclose(file);
	return err;
}
