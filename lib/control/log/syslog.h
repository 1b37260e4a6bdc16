/* SPDX-License-Identifier: BSD-3-Clause */
/* A line of the log to a syslog server: one datagram (RFC 5426) as RFC 5424 has it. What does not
 * go out at once is lost. Control thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"
#include "base/log.h"

#define TP_SYSLOG_MAX 2048 /* bytes; RFC 5424 section 6.1: receivers should take so many */

/* A socket for the server at ADDRESS, or -errno. */
int tp_syslog_open(const struct tp_ip *address, uint16_t port);

/* LINE as one message in TEXT, which has room for TP_SYSLOG_MAX bytes; its length. FACILITY is
 * syslog(3)'s number. HOST and PID say who speaks. */
size_t tp_syslog_format(const struct tp_log_line *line, unsigned facility, const char *host,
			int pid, char *text);
