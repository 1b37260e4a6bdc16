/* SPDX-License-Identifier: BSD-3-Clause */
/* /ping: Echo-Requests from the box, by the kernel, to the core and to subscribers alike. Each
 * answer is a page of its own, so that nobody waits for the last. Control thread. */
#pragma once

#include "api/menus.h"
#include "base/ip.h"

struct tp_control;
struct tp_pings;

#define TP_PING_BODY                                                                               \
	"`{\"address\": ADDRESS, \"count\": 4, \"size\": 56, \"interval\": \"1s\", \"ttl\": 64, "  \
	"\"interface\": NAME}`, all but `address` may be left out"
#define TP_PING_HELP                                                                               \
	"sends so many Echo-Requests (4; by RouterOS's API until `/cancel`, if `count` is not "    \
	"said), and tells of each how it was answered; `size` is that of the packet, `interval` "  \
	"from 10ms to 5s, `interface` a core port or a session's"

enum tp_api_command tp_verb_ping(void *user, struct tp_request *request);
extern const struct tp_status tp_ping_status[];

/* Takes the answers that have come. */
void tp_pings_read(struct tp_control *c, enum tp_family family);

void tp_pings_destroy(struct tp_pings *pings); /* NULL is fine */
