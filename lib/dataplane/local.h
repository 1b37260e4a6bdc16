/* SPDX-License-Identifier: BSD-3-Clause */
/* The box's own addresses: the local addresses of sessions, which many share (IPv4's alone: those
 * of IPv6 are link-local, and the session's own), and those of core ports, which the kernel answers
 * for, behind their TAPs. One address may be both. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/ip.h"

#define TP_LOCALS	 4096
#define TP_LOCAL_NO_PORT 0xff

/* What a worker reads. */
struct tp_local {
	struct tp_ip ip;
	uint8_t answers_ping; /* some session's local address */
	uint8_t host_port;    /* everything else goes to the host behind it, or TP_LOCAL_NO_PORT */
};

struct tp_local_table;
struct tp_fib;
struct tp_grace;

struct tp_local_table *tp_local_table_create(struct tp_fib *fib, struct tp_grace *grace);
/* After tp_grace_destroy(). */
void tp_local_table_destroy(struct tp_local_table *table);

/* The array that workers read, TP_LOCALS entries. */
const struct tp_local *tp_local_array(const struct tp_local_table *table);

/* One more session, or one less, has IP as its own end. -ENOSPC: the table or the FIB is
 * full. */
int tp_local_hold(struct tp_local_table *table, const struct tp_ip *ip);
void tp_local_drop(struct tp_local_table *table, const struct tp_ip *ip);

/* Is IP one of the box's? */
bool tp_local_has(const struct tp_local_table *table, const struct tp_ip *ip);

/* IP is the host's behind core PORT, or (TP_LOCAL_NO_PORT) is no longer. */
int tp_local_host_set(struct tp_local_table *table, const struct tp_ip *ip, uint8_t port);
