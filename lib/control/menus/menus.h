/* SPDX-License-Identifier: BSD-3-Clause */
/* RouterOS's menus, a file each, and what several of them tell. Control thread. */
#pragma once

#include "control/api.h"
#include "dataplane/sessions.h"

/* What is told of configured items, by resource. */
extern const struct tp_decorator tp_api_decorators[TP_RESOURCES];

extern const struct tp_live tp_live_active;	  /* /ppp/active */
extern const struct tp_live tp_live_interfaces;	  /* /interface/pppoe-server */
extern const struct tp_live tp_live_address_list; /* /ip/firewall/address-list */
extern const struct tp_live tp_live_locked;	  /* /ppp/locked */
extern const struct tp_live tp_live_used;	  /* /ip/pool/used */
extern const struct tp_live tp_live_used6;	  /* /ipv6/pool/used */
extern const struct tp_live tp_live_binding;	  /* /ipv6/dhcp-server/binding */
extern const struct tp_live tp_live_resource;	  /* /system/resource */
extern const struct tp_live tp_live_counters;	  /* /dataplane/counter */
extern const struct tp_live tp_live_iface;	  /* /interface */
extern const struct tp_live tp_live_ip_address;	  /* /ip/address */
extern const struct tp_live tp_live_arp;	  /* /ip/arp */
extern const struct tp_live tp_live_neighbor;	  /* /ipv6/neighbor */
extern const struct tp_live tp_live_route;	  /* /routing/route */
extern const struct tp_live tp_live_queue;	  /* /queue/simple */
extern const struct tp_live tp_live_users;	  /* /user/active */
extern const struct tp_live tp_live_clock;	  /* /system/clock */
extern const struct tp_live tp_live_health;	  /* /system/health */
extern const struct tp_live tp_live_routerboard;  /* /system/routerboard */
extern const struct tp_live tp_live_scheduler;	  /* /system/scheduler */
extern const struct tp_live tp_live_script;	  /* /system/script */

/* The line at CURSOR (a slot) or behind; CURSOR is moved behind it. */
const struct tp_line *tp_api_next_line(struct tp_control *c, uint64_t *cursor);

/* By .id, or the newest line of a user. */
const struct tp_line *tp_api_find_line(const struct tp_control *c, const char *key);

/* By .id, or by the name that its session has as a dynamic interface. NULL: there is none. */
const struct tp_line *tp_api_find_dynamic(const struct tp_control *c, const char *key);

/* As an operator, of the line and the session that began with it. LINE may be NULL. -ENOENT: there
 * is none, or it is ending already. */
int tp_api_disconnect(struct tp_control *c, const struct tp_line *line);

/* clang-format off */
#define TP_STATUS_TRAFFIC                                                                          \
	{"bytes-in", "From the subscriber; `in` and `out` are the server's view"},                 \
	{"packets-in", "Packets from the subscriber"},                                             \
	{"drops-in", "Packets from the subscriber that were dropped"},                             \
	{"bytes-out", "To the subscriber"},                                                        \
	{"packets-out", "Packets to the subscriber"},                                                    \
	{"drops-out", "Packets to the subscriber that were dropped"}
/* clang-format on */
void tp_api_counters(json_t *o, const struct tp_session_counters *n);
/* rate-limit, if there is one. */
void tp_api_rate_limit(json_t *o, const struct tp_session_info *info);
/* What the session has of IPv6. */
void tp_api_ipv6(json_t *o, const struct tp_session_info *info);
void tp_api_encoding(json_t *o, const struct tp_session_info *info);
void tp_api_uptime(const struct tp_control *c, json_t *o, const struct tp_session_info *info);

/* What is known of the static entry with this id of /interface/pppoe-server. */
void tp_api_static(struct tp_control *c, uint32_t id, json_t *o);
