/* SPDX-License-Identifier: BSD-3-Clause */
/* Stands in for lib/dataplane under control's tests: it writes down what it is told. */
#pragma once

#include "base/ip.h"
#include "dataplane/counters.h"
#include "dataplane/dataplane.h"
#include "dataplane/messages.h"
#include "dataplane/routes.h"

#define FAKE_MAX 512

struct fake_dataplane {
	bool stuck; /* no worker goes round */
	unsigned port_count;
	struct tp_port_info ports[TP_DATAPLANE_MAX_PORTS];

	struct fake_route {
		struct tp_ip_prefix prefix;
		enum tp_route_kind kind;
		unsigned port;
		struct tp_ip via;
		uint32_t gateway;    /* VIA of IPv4 */
		unsigned path_count; /* 0: one next hop */
		struct tp_path paths[TP_PATHS_MAX];
	} routes[FAKE_MAX]; /* in force */
	unsigned route_count;
	int route_error; /* what route_set returns */

	struct fake_neighbour {
		unsigned port;
		struct tp_ip address;
		struct tp_mac mac;
	} neighbours[FAKE_MAX]; /* in force */
	unsigned neighbour_count;
	struct tp_ip failed_neighbour; /* the last that did not answer */

	struct tp_ip address6[TP_DATAPLANE_MAX_PORTS]; /* where errors of IPv6 come from */
	uint8_t service_tags[512];		       /* of port 1: a bit for each VLAN id */
	struct tp_padi_limits padi_limits[TP_DATAPLANE_MAX_PORTS];
	struct tp_port_traffic traffic[TP_DATAPLANE_MAX_PORTS];
	uint32_t host_limits[TP_DATAPLANE_MAX_PORTS];
	int again;				/* what tp_dataplane_port_again() returns */
	bool link_down[TP_DATAPLANE_MAX_PORTS]; /* as it was told */

	unsigned room; /* frames that tp_dataplane_send() takes before it is full */
	unsigned sent;
	bool no_ipv6;			   /* no session has it */
	const struct tp_message *messages; /* what workers sent up and control has not taken */
	unsigned message_count;

	uint8_t last[FAKE_MAX]; /* the first byte of each frame sent, in order */
};

extern struct fake_dataplane fake;

/* Empty, with PORT_COUNT access ports "ether0", … */
void fake_reset(unsigned port_count);

/* The route in force to ADDRESS/LENGTH, to TEXT of IPv6, to PREFIX; NULL: none. */
const struct fake_route *fake_route(uint32_t address, uint8_t length);
const struct fake_route *fake_route6(const char *text);
const struct fake_route *fake_route_to(const struct tp_ip_prefix *prefix);

bool fake_has_neighbour(unsigned port, uint32_t address);
bool fake_has_neighbour6(unsigned port, const char *text);
/* NULL: it can't be reached. */
const struct fake_neighbour *fake_neighbour(unsigned port, uint32_t address);
const struct fake_neighbour *fake_neighbour_at(unsigned port, const struct tp_ip *address);
