/* SPDX-License-Identifier: BSD-3-Clause */
/* An access concentrator on a workbench: what it sends and calls is kept to be looked at, and
 * packets are put together tag by tag. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "pppoe/ac.h"
#include "pppoe/client.h"
#include "pppoe/scan.h"

#define CLIENT_MAC                                                                                 \
	{                                                                                          \
		{                                                                                  \
			0x02, 0, 0, 0, 0, 0x0c                                                     \
		}                                                                                  \
	}
#define AC_MAC                                                                                     \
	{                                                                                          \
		{                                                                                  \
			0x02, 0, 0, 0, 0, 0xac                                                     \
		}                                                                                  \
	}
#define BROADCAST_MAC                                                                              \
	{                                                                                          \
		{                                                                                  \
			0xff, 0xff, 0xff, 0xff, 0xff, 0xff                                         \
		}                                                                                  \
	}

/* A packet with its bytes. */
struct frame {
	struct tp_pppoe_packet packet;
	uint8_t bytes[TP_PPPOE_PACKET_MAX + 100];
	struct tp_writer writer;
};

/* Begins a packet from the client; tags follow, then end(). PADIs go to everyone, the rest to
 * the access concentrator. */
void begin(struct frame *frame, uint8_t code);
void tag(struct frame *frame, uint16_t type, const void *value, size_t len);
void tag_text(struct frame *frame, uint16_t type, const char *text);
const struct tp_pppoe_packet *end(struct frame *frame);

struct bench {
	struct tp_random random;
	struct tp_pppoe_ac *ac;
	struct tp_pppoe_access access;
	struct tp_pppoe_service services[4];
	uint64_t now_ms;

	/* What the access concentrator did. */
	unsigned sent;
	struct frame reply; /* the last one sent */
	struct tp_pppoe_header header;
	struct tp_pppoe_tags tags; /* of REPLY */
	unsigned opens;
	struct tp_pppoe_request request; /* the last one; its pointers are good until the next */
	unsigned openeds;
	unsigned terminations;
	uint16_t terminated_id;
	struct tp_mac terminated_mac;
	char terminated_text[TP_PPPOE_NAME_MAX];
	enum tp_pppoe_reason refused; /* the last refusal, TP_PPPOE_NONE before */
	char refused_text[TP_PPPOE_NAME_MAX];

	/* What the owner will say. */
	enum tp_pppoe_verdict verdict;
	struct tp_pppoe_grant grant;
};

/* One interface with the one service "internet", named "MT_AC". */
int bench_setup(void **state);
int bench_teardown(void **state);

/* Gives PACKET to the access concentrator, after forgetting what was sent and called before. */
void bench_input(struct bench *bench, const struct tp_pppoe_packet *packet);

/* A PADI for SERVICE, and the cookie of the PADO that must come. */
struct tp_pppoe_value bench_cookie(struct bench *bench, const char *service,
				   uint8_t room[TP_PPPOE_NAME_MAX]);

void assert_refused(const struct bench *bench, enum tp_pppoe_reason reason);
void assert_silence(const struct bench *bench, enum tp_pppoe_reason reason);
