/* SPDX-License-Identifier: BSD-3-Clause */
/* A configuration file, read whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/errors.h"

/* The whole file; NULL with errno set. */
static char *read_file(const char *path, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t room = 65536;
	char *text = fd >= 0 ? malloc(room) : NULL, *more;
	ssize_t n = -1;

	*len = 0;
	while (text != NULL && (n = read(fd, text + *len, room - *len)) > 0) {
		*len += (size_t)n;
		if (*len > TP_CONFIG_FILE_MAX)
			break;
		if (*len == room) {
			room *= 2;
			more = realloc(text, room);
			if (more == NULL)
				n = -1;
			else
				text = more;
			if (more == NULL)
				break;
		}
	}
	int saved = errno;
	if (fd >= 0)
		close(fd);
	if (n < 0) {
		free(text);
		text = NULL;
	}
	errno = saved;
	return text;
}

struct tp_config *tp_config_load(const char *path, struct tp_errors *errors)
{
	struct tp_mistakes mistakes = {.file = path};
	struct tp_config *config = NULL;
	size_t len;
	char *text = read_file(path, &len);

	if (text == NULL) {
		int err = errno;
		tp_mistake_add(&mistakes, 0, 0, -err, "", strerror(err));
		tp_mistakes_finish(&mistakes, errors);
		return NULL;
	}
	config = tp_config_load_text(path, text, len, errors);
	free(text);
	return config;
}
