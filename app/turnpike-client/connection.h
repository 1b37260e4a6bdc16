/* SPDX-License-Identifier: BSD-3-Clause */
/* One client: its links, its interface, and when it dials. */
#pragma once

#include "backoff.h"
#include "base/random.h"
#include "demand.h"
#include "encryption.h"
#include "host6.h"
#include "interface.h"
#include "link.h"
#include "loop.h"
#include "monitor.h"
#include "multilink.h"
#include "settings.h"

enum connection_status {
	CONNECTION_DIALING,
	CONNECTION_VERIFYING, /* "verifying password..." */
	CONNECTION_CONNECTED,
	CONNECTION_DISCONNECTED, /* and dialling again after a while, or when a packet wants out */
};

struct connection;

/* What the owner is told. From inside, the connection may not be closed. */
struct connection_ops {
	void (*connected)(void *owner, struct connection *c);
	/* REASON for people. */
	void (*disconnected)(void *owner, struct connection *c, const char *reason);
	/* DHCPv6 has come to something: TEXT for people. */
	void (*dhcp6)(void *owner, struct connection *c, const char *text);
};

/* When a link is dialled again. */
struct dialer {
	struct backoff backoff;
	struct backoff refusals; /* when it is the password that is wrong */
	uint64_t redial_ms;	 /* TP_NEVER when none is due */
	uint64_t dialled_ms;	 /* the last time */
	uint64_t up_ms;		 /* since when it carries packets; 0: it does not */
};

/* With one interface, or several that are tried one after the other; or, with mrru, a bundle of
 * links over all of them (MP, RFC 1990), each dialled by itself. */
struct connection {
	const struct settings *settings;
	const struct connection_ops *ops; /* NULL: nobody is told */
	void *owner;
	struct loop *loop;
	struct interface interface;
	struct watch tun_watch;
	struct tp_random random;
	struct link link[LINKS_MAX]; /* one for each interface */
	unsigned link_count;
	struct link *active; /* which dials, or has the network protocols; never NULL */
	bool is_bundle;
	struct dialer dialer[LINKS_MAX]; /* of a bundle's links; else the first for all */
	struct link_common common;
	struct multilink multilink;
	struct encryption encryption;
	struct host6 host6;
	struct demand demand;
	bool ipv4, ipv6;		   /* which are up */
	struct tp_ppp_addresses addresses; /* while IPv4 is */
	uint64_t now_ms;		   /* of the call that is running */
	uint64_t connected_ms;		   /* since when; 0: not connected */
	uint64_t traffic_ms;		   /* when there last was any */
	uint64_t traffic;		   /* packets, then */
	uint64_t dials, failures;	   /* for metrics */
	uint64_t alone_ms; /* when IPv6 waits for IPv4 no longer; TP_NEVER: it does not */
	bool waiting;	   /* for a packet that wants out */
	bool hanging_up;
	bool finished; /* the end: it may be closed */
	bool broken;   /* and it was not what the owner wanted: open it again */
	uint64_t tun_mended_ms;
	uint64_t tun_ms;    /* when to put right what others did to the interface; TP_NEVER */
	char last_end[640]; /* why it is not connected, for people; "" */
	bool was_connected; /* at least once */
};

/* Opens everything, and dials, or waits for a packet. SETTINGS, OPS and RESOLVER outlive it. 0, or
 * a negative errno with ERROR filled in. */
int connection_open(struct connection *c, const struct settings *settings, struct loop *loop,
		    struct resolver *resolver, const struct connection_ops *ops, void *owner,
		    uint64_t now_ms, struct tp_error *error);
void connection_close(struct connection *c);

/* What `/ipv6 dhcp-client` wishes for, now and from now on. */
void connection_set_dhcp6(struct connection *c, const struct dhcp6_settings *wish, uint64_t now_ms);

/* Does what is due, and when the next is. */
void connection_tick(struct connection *c, uint64_t now_ms);
uint64_t connection_deadline(const struct connection *c);

/* Ends the connection: Terminate-Request, and PADT after the peer's answer or a second. Then
 * c->finished. */
void connection_hang_up(struct connection *c, uint64_t now_ms);

/* Something has become of an interface of the machine, or, with NULL, perhaps of any. */
void connection_changed(struct connection *c, const struct monitor_change *change, uint64_t now_ms);

/* Why none of its interfaces can be dialled over: there are none such. NULL: some are there. */
const char *connection_invalid(const struct connection *c);

/* How many links carry its packets. */
unsigned connection_links(const struct connection *c);

enum connection_status connection_status(const struct connection *c);

/* RouterOS's word: "dialing", "verifying password...", "connected", "disconnected". */
const char *connection_status_text(enum connection_status status);
