/* SPDX-License-Identifier: BSD-3-Clause */
/* A host's end of a point-to-point link: Router Solicitations (RFC 4861, RFC 7559), an address by
 * SLAAC (RFC 4862), and a DHCPv6 client (RFC 8415, RFC 9915) for an address, prefixes, or
 * information alone. For the benchmark's subscribers, the simulator and `/ipv6 dhcp-client`.
 *
 * Small and without allocation, for a hundred thousand in one process. Thread: the owner's only. No
 * I/O, no clock: call tp_ipv6_host_tick() when tp_ipv6_host_deadline() has come, and ask for it
 * after each call. Callbacks are made from within these calls; output() may call none of them for
 * the same host, changed() any. */
#pragma once

#include "base/clock.h"
#include "base/prefix.h"
#include "base/random.h"
#include "ipv6/counters.h"
#include "ipv6/duid.h"

struct tp_ipv6_host;

/* What hosts of a kind wish for. */
struct tp_ipv6_host_config {
	bool solicit;		/* Router Solicitations; else the kernel sends them, and Router
				   Advertisements are only listened to */
	bool slaac;		/* an address out of the advertised prefix */
	bool address;		/* an address by IA_NA */
	bool managed;		/* the same, but only when a Router Advertisement has the M flag */
	bool prefix;		/* a delegated prefix by IA_PD */
	bool information;	/* name servers by DHCPv6 when nothing else is asked for by it */
	bool rapid_commit;	/* RFC 8415, section 21.14 */
	struct tp_prefix6 hint; /* the prefix wished for; its address may be zero; length 0: any */
	uint32_t max_delay_ms;	/* before the first message of each kind; the RFCs have 1,000 */
};

/* What has changed, as bits. */
#define TP_IPV6_HOST_ROUTER   0x01 /* the default route: router_until_ms */
#define TP_IPV6_HOST_SLAAC    0x02 /* slaac */
#define TP_IPV6_HOST_ADDRESS  0x04 /* by IA_NA; renewed, too */
#define TP_IPV6_HOST_PREFIX   0x08 /* delegated ones; renewed, too */
#define TP_IPV6_HOST_DNS      0x10 /* dns, by either way */
#define TP_IPV6_HOST_RELEASED 0x20 /* tp_ipv6_host_release() is done, or given up */
#define TP_IPV6_HOST_REFUSED  0x40 /* DHCPv6 has nothing for us; it is asked again */

struct tp_ipv6_host_ops {
	/* An IPv6 packet to the link; its bytes are gone after the call. */
	void (*output)(void *user, const uint8_t *packet, size_t len);
	/* CHANGED: bits of above; read what they name from HOST. Last in a call. */
	void (*changed)(void *user, unsigned changed);
};

struct tp_ipv6_hosts {
	const struct tp_ipv6_host_ops *ops;
	struct tp_random *random;
	struct tp_ipv6_counters *counters;
	struct tp_ipv6_host_config config;
};

struct tp_ipv6_host_lease {
	struct tp_prefix6 prefix;		     /* length 0: none; an address has 128 */
	uint64_t preferred_until_ms, valid_until_ms; /* TP_NEVER: infinite */
};

#define TP_IPV6_HOST_LEASES  4 /* a prefix and those that it replaces */
#define TP_IPV6_HOST_DNS_MAX 2

enum tp_ipv6_host_state {
	TP_IPV6_HOST_IDLE, /* DHCPv6 is not used, or waits for the M flag */
	TP_IPV6_HOST_SOLICITING,
	TP_IPV6_HOST_REQUESTING,
	TP_IPV6_HOST_BOUND,
	TP_IPV6_HOST_RENEWING,
	TP_IPV6_HOST_REBINDING,
	TP_IPV6_HOST_RELEASING,
	TP_IPV6_HOST_ASKING, /* Information-request */
	TP_IPV6_HOST_INFORMED,
	TP_IPV6_HOST_DONE, /* it has given back what it had; tp_ipv6_host_again() begins anew */
};

/* A message that is sent until it is answered: RFC 8415, section 15. */
struct tp_ipv6_retry {
	uint64_t next_ms;  /* TP_NEVER: none */
	uint64_t first_ms; /* when the exchange began */
	uint32_t rt_ms;	   /* RT */
	uint32_t count;	   /* sent so often */
};

/* The owner embeds it, and may read what says so. */
struct tp_ipv6_host {
	/* For the owner to read. What DHCPv6 gave is in use while BOUND; before, it is an
	 * offer. */
	bool bound;
	struct tp_ipv6_host_lease slaac;			 /* an address, length 128 */
	struct tp_ipv6_host_lease address;			 /* by IA_NA */
	struct tp_ipv6_host_lease prefixes[TP_IPV6_HOST_LEASES]; /* the first with a preferred
								    lifetime is in use */
	uint8_t dns[TP_IPV6_HOST_DNS_MAX][16];
	uint8_t dns_count;
	uint8_t state; /* enum tp_ipv6_host_state */
	uint8_t hop_limit;
	bool managed, other;	  /* M and O of the last Router Advertisement */
	uint16_t mtu;		  /* 0: not told */
	uint64_t router_until_ms; /* 0: no default router */
	uint8_t router[16];	  /* its link-local address */
	uint64_t t1_ms, t2_ms;	  /* when leases are renewed, and rebound */
	struct tp_duid server;	  /* DHCPv6's */

	/* The engine's. */
	const struct tp_ipv6_hosts *common;
	void *user;
	struct tp_ipv6_retry rs, dhcp;
	uint8_t id[8];
	struct tp_duid duid;
	uint32_t iaid;
	uint32_t transaction;
	uint32_t sol_max_rt_s, inf_max_rt_s;
	uint8_t preference; /* of the Advertise that SERVER is of */
	bool has_offer;
	bool up;
	bool dns_by_dhcp6;
	uint8_t changed; /* not told yet */
};

/* Nothing is sent. COMMON and USER outlive it. */
void tp_ipv6_host_init(struct tp_ipv6_host *host, const struct tp_ipv6_hosts *common, void *user);

/* IPV6CP is up with our interface identifier ID. DUID, IAID: who we are to DHCPv6 servers. What was
 * learnt on another link is forgotten. */
void tp_ipv6_host_start(struct tp_ipv6_host *host, const uint8_t id[8], const struct tp_duid *duid,
			uint32_t iaid, uint64_t now_ms);

/* Gives leases back: Release, until it is answered or four times; then RELEASED. Without any:
 * false, and nothing follows. */
bool tp_ipv6_host_release(struct tp_ipv6_host *host, uint64_t now_ms);

/* Throws away leases and asks anew: `/ipv6 dhcp-client renew` when RENEW, else from the start. */
void tp_ipv6_host_again(struct tp_ipv6_host *host, bool renew, uint64_t now_ms);

/* The link is down: all is forgotten without a word. */
void tp_ipv6_host_stop(struct tp_ipv6_host *host);

/* An IPv6 packet from the link. Returns why it was discarded; it has been counted. */
enum tp_ipv6_reason tp_ipv6_host_input(struct tp_ipv6_host *host, const void *packet, size_t len,
				       uint64_t now_ms);

void tp_ipv6_host_tick(struct tp_ipv6_host *host, uint64_t now_ms);
uint64_t tp_ipv6_host_deadline(const struct tp_ipv6_host *host);
