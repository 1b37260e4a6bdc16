/* SPDX-License-Identifier: BSD-3-Clause */
#include "dataplane/leftovers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_kvargs.h>

#include "base/log.h"
#include "base/unix_socket.h"
#include "dataplane/driver.h"

/* A driver listens when the argument SWITCH has the value ON, or, with ON NULL, when it has not the
 * value OFF. */
static const struct listener {
	const char *driver;
	const char *path, *default_path;
	const char *key, *on, *off;
	const char *more_key, *more_value; /* and this one has that value */
} listeners[] = {
	{"net_memif", "socket", "/run/memif.sock", "role", "server", NULL, "socket-abstract", "no"},
	{"net_memif", "socket", "/run/memif.sock", "role", "master", NULL, "socket-abstract", "no"},
	{"net_vhost", "iface", NULL, "client", NULL, "1", NULL, NULL},
	{"eth_vhost", "iface", NULL, "client", NULL, "1", NULL, NULL},
	{"net_virtio_user", "path", NULL, "server", "1", NULL, NULL, NULL},
};
#define LISTENERS (sizeof(listeners) / sizeof(listeners[0]))

static int take_value(const char *key, const char *value, void *last)
{
	*(const char **)last = value;
	return 0;
}

/* NULL: KEY is not given. */
static const char *value_of(const struct rte_kvargs *arguments, const char *key)
{
	const char *value = NULL;

	rte_kvargs_process(arguments, key, take_value, &value);
	return value;
}

static bool is(const struct rte_kvargs *arguments, const char *key, const char *wanted)
{
	const char *value = value_of(arguments, key);

	return value != NULL && strcmp(value, wanted) == 0;
}

static bool listens(const struct listener *l, const struct rte_kvargs *arguments)
{
	if (l->on != NULL ? !is(arguments, l->key, l->on) : is(arguments, l->key, l->off))
		return false;
	return l->more_key == NULL || is(arguments, l->more_key, l->more_value);
}

static bool find_path(const struct rte_kvargs *arguments, const char *driver, char *path,
		      size_t size)
{
	for (size_t i = 0; i < LISTENERS; i++) {
		const struct listener *l = &listeners[i];
		const char *value;

		if (strcmp(l->driver, driver) != 0 || !listens(l, arguments))
			continue;
		value = value_of(arguments, l->path);
		value = value != NULL ? value : l->default_path;
		return value != NULL && (size_t)snprintf(path, size, "%s", value) < size;
	}
	return false;
}

bool tp_leftovers_socket(const char *device, char *path, size_t size)
{
	const char *comma = strchr(device, ',');
	struct rte_kvargs *arguments;
	char driver[64];
	bool found;

	if (!tp_driver_of_device(device, driver, sizeof(driver)))
		return false;
	arguments = rte_kvargs_parse(comma != NULL ? comma + 1 : "", NULL);
	if (arguments == NULL)
		return false; /* the driver will say so */
	found = find_path(arguments, driver, path, size);
	rte_kvargs_free(arguments);
	return found;
}

int tp_leftovers_clear_device(const char *device, const char *port, struct tp_error *error)
{
	char path[TP_UNIX_SOCKET_PATH_MAX + 1];
	struct tp_error why = {0};
	int result;

	if (!tp_leftovers_socket(device, path, sizeof(path)))
		return 0;
	if (access(path, F_OK) != 0)
		return 0; /* the driver will say what is wrong with the place */
	result = tp_unix_socket_clear(path, &why);
	if (result != 0)
		return tp_error_set(error, result, port, "%s: %s: %s", device, path, why.message);
	tp_log_info("dataplane", "%s: removed %s, which a process that is gone has left", port,
		    path);
	return 0;
}

/* The process that NAME, PREFIX-PID, is of; 0: it is of none. */
static pid_t owner(const char *name, const char *prefix)
{
	size_t len = strlen(prefix);
	char *end;
	long pid;

	if (strncmp(name, prefix, len) != 0 || name[len] != '-')
		return 0;
	pid = strtol(name + len + 1, &end, 10);
	return *end == '\0' && pid > 0 && pid <= INT32_MAX ? (pid_t)pid : 0;
}

void tp_leftovers_clear_folders(const char *folder, const char *prefix)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		pid_t pid = owner(entry->d_name, prefix);

		if (pid != 0 && kill(pid, 0) != 0 && errno == ESRCH)
			unlinkat(dirfd(dir), entry->d_name, AT_REMOVEDIR);
	}
	if (dir != NULL)
		closedir(dir);
}
