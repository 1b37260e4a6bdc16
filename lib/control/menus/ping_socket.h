/* SPDX-License-Identifier: BSD-3-Clause */
/* Echo-Requests of the host's and their answers, of either family, by a raw socket. Never waits.
 * Any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"

#define TP_PING_SIZE_MAX 9000 /* of the packet, with its IP header */
#define TP_PING_COOKIE	 8    /* bytes, the first behind the header: who answers must know them */

/* With its IP header, its own, and the cookie. */
unsigned tp_ping_size_min(enum tp_family family);

struct tp_ping_echo {
	struct tp_ip address;
	int ifindex; /* 0: as the kernel routes */
	uint8_t ttl; /* 0: as ever */
	uint16_t size, ident, sequence;
	uint64_t cookie;
};

struct tp_ping_reply {
	struct tp_ip address; /* who answers */
	int ttl;	      /* -1: not known */
	uint16_t size, ident, sequence;
	uint64_t cookie;
};

/* The descriptor, or a negative errno. */
int tp_ping_open(enum tp_family family);

/* 0 or a negative errno. */
int tp_ping_send(int fd, const struct tp_ping_echo *echo);

/* Takes one packet. False: none waits. *IS_REPLY: it is one. */
bool tp_ping_receive(int fd, enum tp_family family, struct tp_ping_reply *reply, bool *is_reply);

/* What a raw socket gave: of IPv4 with its IP header, of IPv6 without. False: it is no answer. */
bool tp_ping_parse(enum tp_family family, const void *packet, size_t len,
		   struct tp_ping_reply *reply);
