/* SPDX-License-Identifier: BSD-3-Clause */
/* What ac.c (checks and decisions) and ac_reply.c (answers) share. Private to lib/pppoe. */
#pragma once

#include "cookie.h"
#include "pppoe/ac.h"

struct tp_pppoe_ac {
	char name[TP_PPPOE_NAME_MAX];
	struct tp_pppoe_ac_callbacks callbacks;
	void *ctx;
	struct tp_pppoe_cookies cookies;
	struct tp_pppoe_ac_stats stats;
};

/* One packet on its way through tp_pppoe_ac_input(). */
struct tp_pppoe_ac_packet {
	struct tp_pppoe_ac *ac;
	const struct tp_pppoe_access *access;
	const struct tp_pppoe_packet *packet;
	uint64_t now_ms;
	struct tp_pppoe_header header;
	struct tp_pppoe_tags tags;
	uint16_t delay_ms;		     /* of the reply */
	char detail[TP_PPPOE_NAME_MAX + 64]; /* of a refusal, for the log */
};

/* PADO to a PADI that has been checked (RFC 2516, 5.2). */
enum tp_pppoe_reason tp_pppoe_ac_offer(struct tp_pppoe_ac_packet *in);

/* PADS without a session, that says why (RFC 2516, 5.4). */
void tp_pppoe_ac_refuse(struct tp_pppoe_ac_packet *in, uint16_t error_tag, const char *text);

/* Builds the PADS with a session, but for its id, which the owner gives only when the rest is
 * sure to fit. Returns its length, 0 when it does not fit. */
size_t tp_pppoe_ac_build_pads(const struct tp_pppoe_ac_packet *in,
			      const struct tp_pppoe_service *service,
			      uint8_t room[TP_PPPOE_PACKET_MAX]);

/* Sends BYTES to the client. */
void tp_pppoe_ac_reply(const struct tp_pppoe_ac_packet *in, const uint8_t *bytes, size_t len);
