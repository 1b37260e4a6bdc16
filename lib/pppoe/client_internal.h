/* SPDX-License-Identifier: BSD-3-Clause */
/* What client.c (sending, timers) and client_input.c (receiving) share. Private to lib/pppoe. */
#pragma once

#include "pppoe/client.h"

#define TP_PPPOE_HOST_UNIQ_LEN	 8
#define TP_PPPOE_COOKIE_KEPT_MAX 256
#define TP_PPPOE_RELAY_KEPT_MAX	 64 /* RFC 2516, appendix A has 12; some relays send more */

struct tp_pppoe_client {
	char service_name[TP_PPPOE_NAME_MAX]; /* asked for; "": any */
	char ac_name[TP_PPPOE_NAME_MAX];      /* asked for; "": any */
	struct tp_pppoe_client_config config; /* its two names point here */
	const struct tp_pppoe_client_callbacks *callbacks;
	void *ctx;
	struct tp_random *random;

	enum tp_pppoe_client_state state;
	uint64_t deadline_ms;
	uint32_t interval_ms; /* until the next retransmission */
	unsigned tries;	      /* packets sent in this state */
	uint8_t host_uniq[TP_PPPOE_HOST_UNIQ_LEN];
	struct tp_pppoe_client_session session;

	/* Of the PADO that was taken, for the PADR. */
	uint8_t offered_service[TP_PPPOE_NAME_MAX];
	uint16_t offered_service_len;
	bool has_cookie;
	uint8_t cookie[TP_PPPOE_COOKIE_KEPT_MAX];
	uint16_t cookie_len;
	bool has_relay;
	uint8_t relay[TP_PPPOE_RELAY_KEPT_MAX];
	uint16_t relay_len;
};

/* A PADO has been taken: sends the first PADR. */
void tp_pppoe_client_request(struct tp_pppoe_client *client, uint64_t now_ms);

/* To IDLE, and tells the owner. The owner may have started it again on return. */
void tp_pppoe_client_end(struct tp_pppoe_client *client, enum tp_pppoe_reason reason,
			 const char *text, uint64_t now_ms);
