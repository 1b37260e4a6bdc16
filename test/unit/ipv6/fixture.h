/* SPDX-License-Identifier: BSD-3-Clause */
/* Both ends of a link, each with an owner that notes what it is told, and bytes written in hex.
 *
 * The router's end is fe80::1, its DUID 00030001 0200 0000 00ff; the other end is fe80::2. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ipv6/dhcp6.h"
#include "ipv6/host.h"
#include "ipv6/nd.h"
#include "ipv6/router.h"

#define PACKETS 64

struct packets {
	unsigned count; /* sent in all; the last PACKETS are kept */
	struct {
		size_t len;
		uint8_t bytes[TP_IPV6_MIN_MTU];
	} ring[PACKETS];
};

/* A router's end and what its owner holds. */
struct link {
	struct tp_ipv6_router router;
	struct tp_ipv6_routers common;
	struct tp_ipv6_counters counters;
	struct tp_random random;
	struct tp_ipv6_terms terms;    /* what terms() says */
	struct tp_prefix6 prefixes[8]; /* what delegate() gives; length 0: nothing */
	struct tp_prefix6 hint;	       /* what delegate() was asked for last */
	unsigned delegated, bound, released;
	unsigned lost; /* of those released, what had been given, and was not given back */
	struct tp_ipv6_binding last; /* what bound() or released() was told last; without DUID */
	enum tp_ipv6_release why;
	struct packets sent;
	uint64_t now_ms;
};

/* Up, with prefix 2001:db8:1:2::/64, and one delegated prefix, 2001:db8:f00::/56; its first Router
 * Advertisement is not among those sent. */
void link_up(struct link *link);
void link_down(struct link *link);

/* The time passes; timers are served when they are due. */
void link_wait(struct link *link, uint64_t ms);

/* The peer sends a DHCPv6 message, options in hex; returns what became of it. */
enum tp_ipv6_reason link_dhcp6(struct link *link, uint8_t type, const char *options);
/* What was answered to it: type and options in hex, without the transaction. */
void assert_answer(const struct link *link, uint8_t type, const char *options);

/* The peer sends an ICMPv6 message; the checksum is filled in. */
enum tp_ipv6_reason link_icmp(struct link *link, const char *src, const char *dst, unsigned hops,
			      const char *message);

/* ---- bytes ----------------------------------------------------------------------------------- */

/* Hex digits in pairs; all else is passed over. Returns how many bytes. */
size_t unhex(const char *hex, uint8_t *bytes, size_t room);
/* The ICMPv6 message or UDP's payload of PACKET, its checksum zeroed, is what HEX says. */
void assert_payload(const uint8_t *packet, size_t len, const char *hex);
/* 2001:db8::/32, as a prefix. */
struct tp_prefix6 prefix_of(const char *text);
/* An address; four of them are good at a time. */
const uint8_t *address(const char *text);

const uint8_t *last_packet(const struct packets *sent, size_t *len);
void keep(struct packets *sent, const uint8_t *packet, size_t len);

/* ---- a host's end ---------------------------------------------------------------------------- */

struct guest {
	struct tp_ipv6_host host;
	struct tp_ipv6_hosts common;
	struct tp_ipv6_counters counters;
	struct tp_random random;
	unsigned changed;     /* bits since they were last cleared */
	uint32_t transaction; /* the next answers are to another one, by so many bits */
	struct packets sent;
	uint64_t now_ms;
};

/* Set up, not started: set common.config first. */
void guest_init(struct guest *guest);
void guest_start(struct guest *guest);
void guest_wait(struct guest *guest, uint64_t ms);
/* Sends the guest an ICMPv6 message from SRC. */
enum tp_ipv6_reason guest_icmp(struct guest *guest, const char *src, unsigned hops,
			       const char *message);
/* An answer to its last message, with the same transaction. */
enum tp_ipv6_reason guest_dhcp6(struct guest *guest, uint8_t type, const char *options);

#define CLIENT	   "0001 000a 0003 0001 0200 0000 0001 "
#define OTHER	   "0001 000a 0003 0001 0200 0000 0002 "
#define SERVER	   "0002 000a 0003 0001 0200 0000 00ff "
#define NO_HINT_PD "0019 000c 0000 0001 0000 0000 0000 0000 "
#define NO_HINT_NA "0003 000c 0000 0001 0000 0000 0000 0000 "
