/* SPDX-License-Identifier: BSD-3-Clause */
/* Sessions with IPv6 in the fixture's data plane, and packets of theirs. Addresses are text. */
#pragma once

#include "fixture.h"

#include "wire/icmp6.h"
#include "wire/ipv6.h"

#define INTERNET6 "2001:4860::8"     /* behind the gateway */
#define GATEWAY6  "2001:db8:ffff::2" /* resolved */
#define PORT6	  "2001:db8:ffff::1" /* of the core port */
#define OURS6	  "fe80::1"	     /* our end of every session */

#define H6 TP_IPV6_HEADER_LEN

/* For each test: begin(), and a default route of IPv6 through its gateway. */
int begin6(void **state);
#define TEST6(f) cmocka_unit_test_setup_teardown(f, begin6, end)

/* The 16 bytes of an address; 32 of them are kept. */
const uint8_t *ip6(const char *text);
struct tp_ip any6(const char *text);

/* What client N has: fe80::N:2, an address of its link's prefix 2001:db8:1:N::/64, and one of its
 * delegated prefix 2001:db8:8000:N00::/56. 32 texts are kept. */
const char *link_local_of(unsigned n);
const char *host_of(unsigned n);
const char *lan_of(unsigned n);

/* Both families; valid until the next call. */
struct tp_dataplane_session_up up6_of(unsigned n);
void bring_up6(unsigned n);

/* A packet: PAYLOAD bytes after the header, BYTES of them as they are there, else numbered. */
struct packet6 {
	const char *src, *dst;
	uint8_t hops, next;
	uint16_t payload;
	const void *bytes;
};
struct packet6 plain6(const char *src, const char *dst);
/* ICMPv6 of TYPE and 16 bytes, with its checksum. 32 of them are kept. */
struct packet6 icmp6_of(const char *src, const char *dst, uint8_t type);
uint16_t put_packet6(uint8_t *out, const struct packet6 *p);
struct frame up_frame6(unsigned n, const struct packet6 *p);
struct frame down_frame6(const struct packet6 *p);

void give_up6(unsigned n, const struct packet6 *p);
void give_down6(const struct packet6 *p);

/* COUNT frames in one burst. */
void give_burst(unsigned port, const struct frame *frames, unsigned count);

/* The next frame out is exactly P with HOPS left, to the gateway. */
void assert_at_core6(const struct packet6 *p, uint8_t hops);
/* The same in client N's session, untagged. */
void assert_at_client6(unsigned n, const struct packet6 *p, uint8_t hops);

/* The next frame to client N, or to the gateway for 0, is exactly the error from SRC about P,
 * as it was when that was found out. */
void assert_error6(unsigned n, const char *src, uint8_t type, uint8_t code, uint32_t value,
		   const struct packet6 *p);
