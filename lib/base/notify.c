/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/notify.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static int fd = -1;
static struct sockaddr_un address;
static socklen_t address_len;
static uint64_t watchdog_ms;

/* "@name" is in the abstract namespace; anything else but a path is none of ours. */
static bool read_address(const char *path)
{
	size_t len = path != NULL ? strlen(path) : 0;

	if (len < 2 || len >= sizeof(address.sun_path) || (path[0] != '/' && path[0] != '@'))
		return false;
	memset(&address, 0, sizeof(address));
	address.sun_family = AF_UNIX;
	memcpy(address.sun_path, path, len);
	if (path[0] == '@')
		address.sun_path[0] = '\0';
	address_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len +
				  (path[0] == '/' ? 1 : 0));
	return true;
}

static uint64_t read_watchdog(void)
{
	const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");

	if (usec == NULL || (pid != NULL && strtol(pid, NULL, 10) != getpid()))
		return 0;
	return strtoull(usec, NULL, 10) / 1000;
}

void tp_notify_begin(void)
{
	if (fd >= 0)
		close(fd);
	fd = -1;
	watchdog_ms = 0;
	if (!read_address(getenv("NOTIFY_SOCKET")))
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	watchdog_ms = fd >= 0 ? read_watchdog() : 0;
}

bool tp_notify_wanted(void)
{
	return fd >= 0;
}

bool tp_notify(const char *format, ...)
{
	char text[512];
	va_list args;

	if (fd < 0)
		return false;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return sendto(fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL,
		      (struct sockaddr *)&address, address_len) >= 0;
}

bool tp_notify_reloading(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return tp_notify("RELOADING=1\nMONOTONIC_USEC=%llu",
			 (unsigned long long)now.tv_sec * 1000000 +
				 (unsigned long long)now.tv_nsec / 1000);
}

uint64_t tp_notify_watchdog_ms(void)
{
	return watchdog_ms;
}
