/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/name.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

struct name {
	struct tp_names *table; /* NULL: it is no more */
	uint32_t refs;
	UT_hash_handle hh;
	char text[];
};

struct tp_names {
	struct name *by_text;
	size_t memory;
};

static size_t size_of(const struct name *name)
{
	return sizeof(*name) + strlen(name->text) + 1;
}

struct tp_names *tp_names_create(void)
{
	return calloc(1, sizeof(struct tp_names));
}

void tp_names_destroy(struct tp_names *names)
{
	struct name *name, *next;

	if (names == NULL)
		return;
	HASH_ITER (hh, names->by_text, name, next) {
		HASH_DEL(names->by_text, name);
		name->table = NULL;
	}
	free(names);
}

static struct name *name_of(const char *text)
{
	return (struct name *)(text - offsetof(struct name, text));
}

const char *tp_name_get(struct tp_names *names, const char *text)
{
	size_t len = strlen(text);
	struct name *name;

	HASH_FIND(hh, names->by_text, text, len, name);
	if (name == NULL) {
		name = calloc(1, sizeof(*name) + len + 1);
		if (name == NULL)
			return NULL;
		name->table = names;
		memcpy(name->text, text, len);
		HASH_ADD_KEYPTR(hh, names->by_text, name->text, len, name);
		names->memory += size_of(name);
	}
	name->refs++;
	return name->text;
}

size_t tp_names_memory(const struct tp_names *names)
{
	return names->memory;
}

const char *tp_name_ref(const char *text)
{
	if (text != NULL)
		name_of(text)->refs++;
	return text;
}

void tp_name_unref(const char *text)
{
	struct name *name;

	if (text == NULL)
		return;
	name = name_of(text);
	if (--name->refs > 0)
		return;
	if (name->table != NULL) {
		name->table->memory -= size_of(name);
		HASH_DEL(name->table->by_text, name);
	}
	free(name);
}
