/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/log/syslog.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int tp_syslog_open(const struct tp_ip *address, uint16_t port)
{
	struct sockaddr_in to4 = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 to6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	const bool v6 = address->family == TP_FAMILY_IPV6;
	int fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0),
	    error;

	if (fd < 0)
		return -errno;
	if (v6)
		memcpy(&to6.sin6_addr, address->bytes, sizeof(to6.sin6_addr));
	else
		to4.sin_addr.s_addr = htonl(tp_ip_to4(address));
	error = connect(fd, v6 ? (struct sockaddr *)&to6 : (struct sockaddr *)&to4,
			v6 ? sizeof(to6) : sizeof(to4));
	if (error == 0)
		return fd;
	error = -errno;
	close(fd);
	return error;
}

size_t tp_syslog_format(const struct tp_log_line *line, unsigned facility, const char *host,
			int pid, char *text)
{
	static const unsigned severities[] = {3, 4, 6, 7};
	time_t seconds = (time_t)(line->wall_ms / 1000);
	char day[24];
	struct tm tm;
	int len;

	gmtime_r(&seconds, &tm);
	strftime(day, sizeof(day), "%FT%T", &tm);
	/* The topics are the MSGID: RFC 5424, section 6.2.7, has it for filters on a relay. */
	len = snprintf(text, TP_SYSLOG_MAX, "<%u>1 %s.%03uZ %.255s turnpike %d %.32s - %s",
		       facility * 8 + severities[line->level], day,
		       (unsigned)(line->wall_ms % 1000), host[0] != '\0' ? host : "-", pid,
		       line->topics, line->text);
	return len < TP_SYSLOG_MAX ? (size_t)len : TP_SYSLOG_MAX - 1;
}
