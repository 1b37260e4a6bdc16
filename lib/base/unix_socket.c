/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/unix_socket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

_Static_assert(sizeof(((struct sockaddr_un *)0)->sun_path) == TP_UNIX_SOCKET_PATH_MAX + 1,
	       "as unix(7) says");

/* Linux looks whether the file has a socket before it compares the types of the two, so a datagram
 * socket gets ECONNREFUSED where nobody is, and EPROTOTYPE, without a word to the other end, where
 * one of a connection is, listening or about to. */
bool tp_unix_socket_is_held(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd, result;

	if (strlen(path) > TP_UNIX_SOCKET_PATH_MAX)
		return true;
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return true;
	result = connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0 ? 0 : errno;
	close(fd);
	return result != ECONNREFUSED && result != ENOENT;
}

int tp_unix_socket_clear(const char *path, struct tp_error *error)
{
	struct stat found;

	if (strlen(path) > TP_UNIX_SOCKET_PATH_MAX)
		return tp_error_set(error, -ENAMETOOLONG, path,
				    "a Unix socket's path has at most %d bytes",
				    TP_UNIX_SOCKET_PATH_MAX);
	if (lstat(path, &found) != 0)
		return errno == ENOENT ? 0
				       : tp_error_set(error, -errno, path,
						      "cannot look at the socket's place: %s",
						      strerror(errno));
	if (!S_ISSOCK(found.st_mode))
		return tp_error_set(error, -EEXIST, path,
				    "there is something in the socket's place that is no socket");
	if (tp_unix_socket_is_held(path))
		return tp_error_set(error, -EADDRINUSE, path,
				    "another program answers on this socket; is turnpike running?");
	if (unlink(path) != 0 && errno != ENOENT)
		return tp_error_set(error, -errno, path, "cannot remove a stale socket: %s",
				    strerror(errno));
	return 0;
}
