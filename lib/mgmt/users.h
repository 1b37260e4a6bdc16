/* SPDX-License-Identifier: BSD-3-Clause */
/* Who has logged in over the network and is there: /user/active. Management thread. */
#pragma once

#include <jansson.h>
#include <stdint.h>

struct tp_mgmt;

/* Since when somebody is there, from where, and the number that nobody else has. */
struct mgmt_presence {
	uint64_t number;  /* 0: not logged in */
	uint32_t address; /* in host byte order; 0: not known */
	uint64_t since_wall_ms;
};

/* Somebody has logged in just now, from ADDRESS. */
void mgmt_presence_begin(struct tp_mgmt *mgmt, struct mgmt_presence *presence, uint32_t address);

/* All of them, in the order in which they came, as /user/active tells of them. A new reference;
 * NULL when memory is out. */
json_t *mgmt_users(const struct tp_mgmt *mgmt);
