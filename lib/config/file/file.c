/* SPDX-License-Identifier: BSD-3-Clause */
/* A configuration file, read whole. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config/file/errors.h"
#include "base/log.h"
#include "config/item.h"
#include "config/file/replace.h"

const struct tp_errors *tp_config_warnings(const struct tp_config *config)
{
	return &config->warnings;
}

void tp_config_log_warnings(const struct tp_config *config)
{
	const struct tp_errors *warnings = &config->warnings;

	for (unsigned i = 0; i < warnings->count; i++)
		tp_log_warning("config", "%s: %s", warnings->error[i].place,
			       warnings->error[i].message);
	if (warnings->total > warnings->count)
		tp_log_warning("config", "%u warnings more", warnings->total - warnings->count);
}

struct tp_config *tp_config_load(enum tp_program program, const char *path,
				 struct tp_errors *errors)
{
	struct tp_mistakes mistakes = {.file = path};
	struct tp_config *config = NULL;
	struct tp_file_state state = {0};
	size_t len;
	char *text = tp_file_read(path, &len, &state);

	if (text == NULL) {
		int err = errno;
		tp_mistake_add(&mistakes, 0, 0, -err, "", strerror(err));
		tp_mistakes_finish(&mistakes, errors);
		return NULL;
	}
	config = tp_config_load_text(program, path, text, len, errors);
	if (config != NULL)
		config->file = state;
	free(text);
	return config;
}

struct tp_file_state tp_config_file(const struct tp_config *config)
{
	return config->file;
}
