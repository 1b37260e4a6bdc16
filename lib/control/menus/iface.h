/* SPDX-License-Identifier: BSD-3-Clause */
/* What RouterOS has in /interface: ports, VLANs, static entries of /interface/pppoe-server, and the
 * sessions that are up and have none, as dynamic interfaces. Control thread. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "config/store.h"

struct tp_control;
struct tp_line;
struct tp_session_info;

enum tp_iface_type { TP_IFACE_ETHER, TP_IFACE_VLAN, TP_IFACE_PPPOE_IN };

#define TP_IFACE_NAME_LEN 320

/* One of them, as it is now. Pointers hold until anything changes. */
struct tp_iface {
	enum tp_iface_type type;
	uint64_t id; /* RouterOS's .id: of a dynamic one its session's */
	char name[TP_IFACE_NAME_LEN];
	unsigned port;			   /* of a port or a VLAN; TP_NO_PORT: it has none */
	const struct tp_config_item *item; /* of a VLAN or a static entry; else NULL */
	const struct tp_line *line;	   /* whose session is up; NULL: none is */
};

/* Bytes of a port are those of frames, of a session those of packets; of a VLAN those of its
 * sessions' packets, with the headers of the frames that they came in. */
struct tp_iface_traffic {
	uint64_t rx_bytes, rx_packets, rx_drops, rx_errors;
	uint64_t tx_bytes, tx_packets, tx_drops, tx_errors;
};

enum tp_iface_found { TP_IFACE_NONE, TP_IFACE_SKIP, TP_IFACE_FOUND };

/* The first one at CURSOR, which begins at 0, or behind; CURSOR is moved behind it. SKIP: what was
 * looked at is none, go on. */
enum tp_iface_found tp_iface_next(struct tp_control *c, uint64_t *cursor, struct tp_iface *iface);

/* By name or .id. False: there is none. */
bool tp_iface_find(struct tp_control *c, const char *key, struct tp_iface *iface);

/* That of a session, "<pppoe-joe>" or its static entry's. False: it is not up, or none's. */
bool tp_iface_of_line(struct tp_control *c, const struct tp_line *line, struct tp_iface *iface);

struct tp_iface_traffic tp_iface_traffic(const struct tp_control *c, const struct tp_iface *iface);

/* What it has a second now. False: nobody knows, so two looks at its traffic are compared. */
bool tp_iface_rate(const struct tp_control *c, const struct tp_iface *iface,
		   struct tp_iface_traffic *rate);

/* "<pppoe-joe>", the name that a session with INFO has as a dynamic interface. */
void tp_iface_dynamic_name(const struct tp_session_info *info, char name[TP_IFACE_NAME_LEN]);
