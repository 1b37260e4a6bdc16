/* SPDX-License-Identifier: BSD-3-Clause */
/* drivers-config/<driver>.yaml: one flat mapping, read with libyaml. */
#include "dataplane/driver.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

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

static const struct property *find(const char *name)
{
	for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++)
		if (strcmp(properties[i].name, name) == 0)
			return &properties[i];
	return NULL;
}

/* NULL, or what was expected instead. */
static const char *set(struct tp_driver *driver, const struct property *p, const char *text)
{
	char *at = (char *)driver + p->offset, *end;
	long number;

	switch (p->kind) {
	case NUMBER:
		errno = 0;
		number = strtol(text, &end, 10);
		if (end == text || *end != '\0' || errno != 0 || number < 0 || number > p->max)
			return "a number in range";
		*(uint16_t *)(void *)at = (uint16_t)number;
		return NULL;
	case YES_NO:
		if (strcmp(text, "yes") != 0 && strcmp(text, "no") != 0)
			return "yes or no";
		*(bool *)at = strcmp(text, "yes") == 0;
		return NULL;
	case TEXT:
		if (strlen(text) >= p->size)
			return "a shorter text";
		memcpy(at, text, strlen(text) + 1);
		return NULL;
	}
	return "something else";
}

static int fail(struct tp_error *error, const char *path, const yaml_mark_t *mark,
		const char *problem, const char *word)
{
	char place[640];
	snprintf(place, sizeof(place), "%s:%zu:%zu", path, mark->line + 1, mark->column + 1);
	return tp_error_set(error, -EINVAL, place, "%s%s%s", problem, word[0] ? ": " : "", word);
}

/* One scalar of the mapping: a key when *KEY is NULL, else its value. */
static int take_scalar(struct tp_driver *driver, const struct property **key,
		       const yaml_event_t *event, const char *path, struct tp_error *error)
{
	const char *text = (const char *)event->data.scalar.value;
	if (*key == NULL) {
		*key = find(text);
		return *key != NULL ? 0
				    : fail(error, path, &event->start_mark,
					   "unknown property of a driver", text);
	}
	const char *expected = set(driver, *key, text);
	*key = NULL;
	if (expected == NULL)
		return 0;
	char problem[96];
	snprintf(problem, sizeof(problem), "expected %s", expected);
	return fail(error, path, &event->start_mark, problem, text);
}

static int parse(struct tp_driver *driver, yaml_parser_t *parser, const char *path,
		 struct tp_error *error)
{
	const struct property *key = NULL;
	bool inside = false, done = false;
	int err = 0;

	while (err == 0 && !done) {
		yaml_event_t event;
		if (!yaml_parser_parse(parser, &event))
			return fail(error, path, &parser->problem_mark, "not valid YAML",
				    parser->problem != NULL ? parser->problem : "");
		switch (event.type) {
		case YAML_SCALAR_EVENT:
			err = inside ? take_scalar(driver, &key, &event, path, error)
				     : fail(error, path, &event.start_mark, "expected a mapping",
					    "");
			break;
		case YAML_MAPPING_START_EVENT:
			if (inside)
				err = fail(error, path, &event.start_mark,
					   "a driver's properties hold no mappings", "");
			inside = true;
			break;
		case YAML_SEQUENCE_START_EVENT:
		case YAML_ALIAS_EVENT:
			err = fail(error, path, &event.start_mark,
				   "a driver's properties are plain values", "");
			break;
		case YAML_STREAM_END_EVENT:
			done = true;
			break;
		default:
			break;
		}
		yaml_event_delete(&event);
	}
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
