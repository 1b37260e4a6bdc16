/* SPDX-License-Identifier: BSD-3-Clause */
/* Who a request is of, for the audit: over the network who has logged in, on the Unix socket the
 * user of the process at its other end. Management thread. */
#pragma once

#include <stdint.h>

#include "api/request.h"

struct mgmt_call;
struct mgmt_talk;

/* The client's address, in host byte order. */
uint32_t mgmt_who_address(const struct mgmt_call *call);

/* Fills in the call's request. */
void mgmt_who_of_call(struct mgmt_call *call);
void mgmt_who_of_talk(const struct mgmt_talk *talk, struct tp_who *who);
