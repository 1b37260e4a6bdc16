/* SPDX-License-Identifier: BSD-3-Clause */
/* /tool/sniffer: one capture at a time, of one subscriber, one port, discovery, or all, to a file
 * in a directory of the daemon's own. Control thread. */
#pragma once

#include "api/menus.h"

struct tp_control;
struct tp_sniffer;

/* Of a turn of the loop: follows the subscriber, and ends what is over. */
void tp_sniffer_turn(struct tp_control *c);
/* Ends a capture that runs, and frees all. */
void tp_sniffer_destroy(struct tp_control *c);
void tp_sniffer_samples(struct tp_control *c, json_t *array);

#define TP_SNIFFER_START_BODY                                                                      \
	"`{\"subscriber\": \"bob\", \"file-name\": \"bob\"}`, `\"filter-interface\":`, "           \
	"`\"filter-mac-address\":`, `\"filter-ip-address\":`, `\"filter-mac-protocol\":`, "        \
	"`\"file-limit\":`, `\"packet-limit\":`, `\"duration\":`, `\"only-headers\":`: what to "   \
	"capture, see [Captures](captures.md)"
#define TP_SNIFFER_START_HELP                                                                      \
	"begins a capture, and answers as GET /rest/tool/sniffer does; 400 if one is running. "    \
	"Over "                                                                                    \
	"the network, of group `full` alone"
#define TP_SNIFFER_STOP_BODY "none"
#define TP_SNIFFER_STOP_HELP "ends it, and answers likewise when the file is whole"
extern const struct tp_status tp_sniffer_status[];
enum tp_api_command tp_sniffer_start(void *user, struct tp_request *request);
enum tp_api_command tp_sniffer_stop(void *user, struct tp_request *request);
