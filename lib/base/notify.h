/* SPDX-License-Identifier: BSD-3-Clause */
/* What a service tells its supervisor: systemd's protocol, sd_notify(3), one datagram a message to
 * the socket that NOTIFY_SOCKET names. Nothing waits, and without that variable nothing happens. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. Before the rest. */
void tp_notify_begin(void);

/* Is there a supervisor that wants to be told? */
bool tp_notify_wanted(void);

/* Any thread. STATE is lines, "READY=1\nSTATUS=…". False: nobody is there, or it did not get it. */
bool tp_notify(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* It is reading its configuration anew; "READY=1" ends that. */
bool tp_notify_reloading(void);

/* WATCHDOG=1 is wanted at least so often; 0: never. */
uint64_t tp_notify_watchdog_ms(void);
