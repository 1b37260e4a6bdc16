/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/socket.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define SOCKET_MODE 0660
#define BACKLOG	    SOMAXCONN /* one who does not wait, as curl, is refused when it is full */

static int fail(struct tp_error *error, const char *path, int code, const char *what)
{
	return tp_error_set(error, -code, path, "%s: %s", what, strerror(code));
}

static int make_directory(const char *path, struct tp_error *error)
{
	char directory[sizeof(((struct sockaddr_un *)0)->sun_path)];
	const char *slash = strrchr(path, '/');

	if (slash == NULL || slash == path)
		return 0;
	memcpy(directory, path, (size_t)(slash - path));
	directory[slash - path] = '\0';
	if (mkdir(directory, 0755) != 0 && errno != EEXIST)
		return fail(error, directory, errno, "cannot make the socket's directory");
	return 0;
}

static bool somebody_answers(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return true;
	/* EAGAIN: alive, but its backlog is full. */
	bool alive = connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 ||
		     errno == EAGAIN || errno == EACCES;
	close(fd);
	return alive;
}

/* Makes the path free: nothing there, or the socket of a daemon that is gone. */
static int clear_path(const struct sockaddr_un *address, struct tp_error *error)
{
	const char *path = address->sun_path;
	struct stat found;

	if (lstat(path, &found) != 0) {
		if (errno == ENOENT)
			return 0;
		return fail(error, path, errno, "cannot look at the socket's place");
	}
	if (!S_ISSOCK(found.st_mode))
		return tp_error_set(error, -EEXIST, path,
				    "there is something in the socket's place that is no socket");
	if (somebody_answers(address))
		return tp_error_set(error, -EADDRINUSE, path,
				    "another program answers on this socket; is turnpike running?");
	if (unlink(path) != 0 && errno != ENOENT)
		return fail(error, path, errno, "cannot remove a stale socket");
	return 0;
}

int mgmt_socket_open(const char *path, struct mgmt_socket *out, struct tp_error *error)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct stat bound;

	*out = (struct mgmt_socket){.fd = -1};
	if (strlen(path) >= sizeof(address.sun_path))
		return tp_error_set(error, -ENAMETOOLONG, path,
				    "a Unix socket's path has at most %zu bytes",
				    sizeof(address.sun_path) - 1);
	strcpy(address.sun_path, path);
	int code = make_directory(path, error);
	if (code == 0)
		code = clear_path(&address, error);
	if (code != 0)
		return code;

	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return fail(error, path, errno, "cannot make a socket");
	/* The file is never open to more than these, not even between bind and chmod;
	 * chmod gives back what the umask may have taken. */
	if (fchmod(fd, SOCKET_MODE) != 0 ||
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
		code = fail(error, path, errno, "cannot bind the socket");
		close(fd);
		return code;
	}
	if (chmod(path, SOCKET_MODE) != 0 || lstat(path, &bound) != 0 || listen(fd, BACKLOG) != 0) {
		code = fail(error, path, errno, "cannot listen on the socket");
		unlink(path);
		close(fd);
		return code;
	}
	*out = (struct mgmt_socket){
		.fd = fd, .path = strdup(path), .dev = bound.st_dev, .ino = bound.st_ino};
	if (out->path == NULL) {
		unlink(path);
		close(fd);
		out->fd = -1;
		return tp_error_set(error, -ENOMEM, path, "memory is out");
	}
	return 0;
}

void mgmt_socket_close(struct mgmt_socket *socket)
{
	struct stat found;

	if (socket->path != NULL && lstat(socket->path, &found) == 0 &&
	    found.st_dev == socket->dev && found.st_ino == socket->ino)
		unlink(socket->path);
	if (socket->fd >= 0)
		close(socket->fd);
	free(socket->path);
	*socket = (struct mgmt_socket){.fd = -1};
}
