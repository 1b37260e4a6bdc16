/* SPDX-License-Identifier: BSD-3-Clause */
/* Ends of a PPP link for the tests: each keeps what its engine sends and tells. One end alone is
 * fed frames by hand; two are joined by a wire that can lose frames. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "ppp/ppp.h"
#include "wire/ppp.h"

#define FRAMES_MAX 64
#define EVENTS_MAX 64

struct frame {
	size_t len;
	uint8_t bytes[1600];
};

struct end {
	struct tp_ppp ppp;
	struct tp_ppp_config config;
	struct tp_random random;
	uint64_t now_ms;

	struct frame sent[FRAMES_MAX]; /* not yet taken, oldest first */
	int sent_count;
	struct tp_ppp_event events[EVENTS_MAX];
	int event_count;
	char text[TP_PPP_MESSAGE_MAX + 1]; /* of the last event that had one */

	/* Server: what it decides by */
	const char *password;
	const char *reject_message; /* reject all, with this */
	bool decide_later;
	struct tp_ppp_addresses addresses;
	struct tp_ppp_interface_ids interface_ids;
	bool no_ipv6;
	struct tp_ppp_auth_request request; /* the last one */
	int request_count;

	/* Encryption; a server sets it when it has verified who asks. */
	bool encrypts;
	struct tp_ppp_encryption_wish wish;
	struct tp_ppp_ccp ccp;
	int flush_count;

	enum tp_ppp_reason close_on_event; /* from inside the event `close_event` */
	enum tp_ppp_event_type close_event;
	bool lower_down_on_event; /* likewise, by tp_ppp_lower_down() */
};

/* A dead link in ROLE with the defaults; the server has the Quick Example's addresses, the
 * client its user and password. */
void end_init(struct end *end, enum tp_ppp_role role);

/* END wishes for these; before anything else is set. */
void end_wish(struct end *end, bool ipv4, bool ipv6);

/* END wishes for encryption; before it is opened. */
void end_encrypt(struct end *end, enum tp_ppp_encrypt use);

/* Gives END the bytes as a frame. */
void end_feed(struct end *end, const uint8_t *bytes, size_t len);
#define FEED(end, ...)                                                                             \
	end_feed(end, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

/* Takes the oldest frame sent and compares it. */
void end_expect(struct end *end, const uint8_t *bytes, size_t len);
#define EXPECT(end, ...)                                                                           \
	end_expect(end, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))
#define EXPECT_NOTHING(end) assert_int_equal((end)->sent_count, 0)

/* A client that wants MP with MRRU (0: it does not), in Req-Sent, its own request out of the way.
 */
void end_init_asked(struct end *end, uint16_t mrru);

/* LCP's OPTION, alone in a Configure-Request, is answered with CODE and ANSWER; all zero: the same
 * option. */
void end_expect_answer(struct end *end, const uint8_t *option, uint8_t code, const uint8_t *answer);

/* Takes the oldest frame sent; fails the test when there is none. */
struct frame end_take(struct end *end);

/* Time passes: the engine is woken whenever it wants to be. */
void end_wait(struct end *end, uint64_t ms);

/* Has END been told this? */
int end_count(const struct end *end, enum tp_ppp_event_type type);
const struct tp_ppp_event *end_event(const struct end *end, enum tp_ppp_event_type type);
#define assert_finished(end, why)                                                                  \
	do {                                                                                       \
		assert_int_equal(end_count(end, TP_PPP_FINISHED), 1);                              \
		assert_int_equal(end_event(end, TP_PPP_FINISHED)->finished.reason, why);           \
	} while (0)

/* Opens END and brings its LCP to Opened by hand; the peer sends no options. What END sent on
 * the way is taken. */
void end_open_lcp(struct end *end);

struct wire {
	struct end server;
	struct end client;
	/* true: this frame is lost. NULL: none is. */
	bool (*loses)(struct wire *wire, const struct end *from, const struct frame *frame);
	int lost;
	int lose_left; /* for the losers' own use */
	struct tp_random dice;
};

void wire_init(struct wire *wire);
void wire_open(struct wire *wire);
/* Carries frames until nobody sends any more. */
void wire_carry(struct wire *wire);
/* Time passes for both, and frames are carried. */
void wire_wait(struct wire *wire, uint64_t ms);
#define assert_up(wire)                                                                            \
	do {                                                                                       \
		assert_int_equal(end_count(&(wire)->server, TP_PPP_IPCP_UP), 1);                   \
		assert_int_equal(end_count(&(wire)->client, TP_PPP_IPCP_UP), 1);                   \
		assert_int_equal((wire)->server.ppp.ipcp.state, TP_PPP_OPENED);                    \
		assert_int_equal((wire)->client.ppp.ipcp.state, TP_PPP_OPENED);                    \
	} while (0)

uint16_t frame_protocol(const struct frame *frame);
uint8_t frame_code(const struct frame *frame);
