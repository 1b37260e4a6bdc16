/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/socket.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/unix_socket.h"

#define SOCKET_MODE 0660
#define BACKLOG	    SOMAXCONN /* one who does not wait, as curl, is refused when it is full */

static int fail(struct tp_error *error, const char *path, int code, const char *what)
{
	return tp_error_set(error, -code, path, "%s: %s", what, strerror(code));
}

static int make_directory(const char *path, struct tp_error *error)
{
	char directory[TP_UNIX_SOCKET_PATH_MAX + 1];
	const char *slash = strrchr(path, '/');

	if (slash == NULL || slash == path || strlen(path) > TP_UNIX_SOCKET_PATH_MAX)
		return 0; /* of what is too long is told hereafter */
	memcpy(directory, path, (size_t)(slash - path));
	directory[slash - path] = '\0';
	if (mkdir(directory, 0755) != 0 && errno != EEXIST)
		return fail(error, directory, errno, "cannot make the socket's directory");
	return 0;
}

int mgmt_socket_open(const char *path, struct mgmt_socket *out, struct tp_error *error)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct stat bound;

	*out = (struct mgmt_socket){.fd = -1};
	int code = make_directory(path, error);
	if (code == 0)
		code = tp_unix_socket_clear(path, error);
	if (code != 0)
		return code;
	strcpy(address.sun_path, path);

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
