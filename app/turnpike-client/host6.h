/* SPDX-License-Identifier: BSD-3-Clause */
/* The host's end of IPv6 on a connection (lib/ipv6/host.h): name servers that Router Advertisements
 * and DHCPv6 tell of, and `/ipv6 dhcp-client`: an address for the interface, and a delegated
 * prefix, of which LAN interfaces get a network each. Addresses out of Router Advertisements are
 * the kernel's to make. The loop's thread. */
#pragma once

#include "interface.h"
#include "ipv6/host.h"
#include "settings.h"

struct host6_ops {
	/* An IPv6 packet to the link. */
	void (*output)(void *user, const uint8_t *packet, size_t len);
	/* There is something new to tell of DHCPv6: TEXT, for people. */
	void (*told)(void *user, const char *text);
};

/* A LAN interface and what it has been given. */
struct host6_lan {
	int ifindex; /* 0: nothing */
	struct tp_prefix6 address;
};

struct host6 {
	const struct settings *settings;
	struct interface *interface;
	const struct host6_ops *ops;
	void *user;
	struct dhcp6_settings wish; /* as it is in force */
	struct tp_ipv6_counters counters;
	struct tp_ipv6_hosts common;
	struct tp_ipv6_host host;
	struct tp_duid duid;
	uint32_t iaid;
	bool up;
	uint8_t id[8];		     /* while it is up */
	struct tp_prefix6 delegated; /* the one in use; length 0: none */
	struct tp_prefix6 address;   /* of the interface, by DHCPv6 */
	struct host6_lan lan[LAN_MAX];
	uint64_t now_ms; /* of the call that is running */
};

/* SETTINGS, INTERFACE, OPS and RANDOM outlive it. MAC names this machine to DHCPv6 servers, with
 * the interface's name. */
void host6_init(struct host6 *h, const struct settings *settings, struct interface *interface,
		const uint8_t mac[6], struct tp_random *random, const struct host6_ops *ops,
		void *user);

/* What `/ipv6 dhcp-client` wishes for, now and from now on. What is held and not wished for any
 * more is given back. */
void host6_set(struct host6 *h, const struct dhcp6_settings *wish, uint64_t now_ms);

/* IPV6CP is up, with our interface identifier. */
void host6_up(struct host6 *h, const uint8_t id[8], uint64_t now_ms);

/* It is down. LAN interfaces keep what they have while it is valid: the next connection may bring
 * the same again. */
void host6_down(struct host6 *h, uint64_t now_ms);

/* Before the end: gives leases back to the server, without waiting for its answer, and takes back
 * what LAN interfaces have. */
void host6_release(struct host6 *h, uint64_t now_ms);

/* `/ipv6 dhcp-client renew`. False: there is nothing to renew. */
bool host6_renew(struct host6 *h, uint64_t now_ms);
/* `/ipv6 dhcp-client release`: gives it all back, and asks anew. */
bool host6_again(struct host6 *h, uint64_t now_ms);

/* A packet that forward.h's on_ipv6() shows. True: it is not for the kernel. */
bool host6_input(struct host6 *h, const uint8_t *packet, size_t len, uint64_t now_ms);

/* A LAN interface may have come or gone. */
void host6_look(struct host6 *h, uint64_t now_ms);

void host6_tick(struct host6 *h, uint64_t now_ms);
uint64_t host6_deadline(const struct host6 *h);

/* RouterOS's word: "searching...", "bound", "renewing...", "stopped" and the like. */
const char *host6_status(const struct host6 *h);

/* Until when the delegated prefix, or else the address, is valid; TP_NEVER: for ever, 0: there is
 * none. */
uint64_t host6_valid_until_ms(const struct host6 *h);
