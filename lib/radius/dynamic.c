/* SPDX-License-Identifier: BSD-3-Clause */
#include "radius/dynamic.h"

#include <stdlib.h>
#include <sys/queue.h>
#include <uthash.h>

#include "radius/authenticator.h"
#include "radius/dynamic_private.h"

#define UNSTAMPED_MS 30000 /* for so long is remembered what has no Event-Timestamp */

/* An answer, found by the authenticator of its request, which is made of all that is in it. */
struct memory {
	UT_hash_handle hh;
	TAILQ_ENTRY(memory) entry;
	struct tp_radius_endpoint from;
	uint8_t authenticator[TP_RADIUS_AUTHENTICATOR_LEN];
	uint32_t stamp; /* 0: none */
	uint64_t until_ms;
	uint16_t len;
	uint8_t reply[];
};

TAILQ_HEAD(memories, memory);

struct tp_radius_dynamic {
	struct tp_radius_dynamic_config config;
	struct tp_radius_dynamic_counters counters;
	struct memory *by_authenticator;
	struct memories in_order; /* the oldest first */
	uint32_t floor;		  /* nothing that was stamped up to then is taken any more */
};

const char *tp_radius_dynamic_reason_name(enum tp_radius_dynamic_reason reason)
{
	static const char *const names[] = {
#define NAME(id, name) name,
		TP_RADIUS_DYNAMIC_REASONS(NAME)
#undef NAME
	};

	return (unsigned)reason < TP_RADIUS_DYNAMIC_REASON_COUNT ? names[reason] : "unknown";
}

void tp_radius_dynamic_config_init(struct tp_radius_dynamic_config *config)
{
	*config = (struct tp_radius_dynamic_config){.window_s = 300, .max_answers = 16384};
}

struct tp_radius_dynamic *tp_radius_dynamic_create(const struct tp_radius_dynamic_config *config)
{
	struct tp_radius_dynamic *dynamic = calloc(1, sizeof(*dynamic));

	if (dynamic == NULL)
		return NULL;
	dynamic->config = *config;
	TAILQ_INIT(&dynamic->in_order);
	return dynamic;
}

static void forget(struct tp_radius_dynamic *dynamic, struct memory *memory)
{
	HASH_DELETE(hh, dynamic->by_authenticator, memory);
	TAILQ_REMOVE(&dynamic->in_order, memory, entry);
	dynamic->counters.remembered--;
	free(memory);
}

void tp_radius_dynamic_destroy(struct tp_radius_dynamic *dynamic)
{
	struct memory *memory;

	if (dynamic == NULL)
		return;
	while ((memory = TAILQ_FIRST(&dynamic->in_order)) != NULL)
		forget(dynamic, memory);
	free(dynamic);
}

void tp_radius_dynamic_config_set(struct tp_radius_dynamic *dynamic,
				  const struct tp_radius_dynamic_config *config)
{
	dynamic->config = *config;
}

const struct tp_radius_dynamic_counters *
tp_radius_dynamic_counters(const struct tp_radius_dynamic *dynamic)
{
	return &dynamic->counters;
}

/* ---- memory -------------------------------------------------------------------------------- */

/* At most so many, and of those whose time is over none; some of these are behind others whose time
 * is not, and go when it is their turn. */
static void make_room(struct tp_radius_dynamic *dynamic, uint64_t now_ms)
{
	struct memory *memory;

	while ((memory = TAILQ_FIRST(&dynamic->in_order)) != NULL) {
		bool over = memory->until_ms <= now_ms;

		if (!over && dynamic->counters.remembered < dynamic->config.max_answers)
			break;
		if (!over && memory->stamp > dynamic->floor)
			dynamic->floor = memory->stamp;
		forget(dynamic, memory);
	}
}

static struct memory *recall(struct tp_radius_dynamic *dynamic, const uint8_t *authenticator,
			     uint64_t now_ms)
{
	struct memory *memory;

	HASH_FIND(hh, dynamic->by_authenticator, authenticator, TP_RADIUS_AUTHENTICATOR_LEN,
		  memory);
	if (memory == NULL || memory->until_ms > now_ms)
		return memory;
	forget(dynamic, memory);
	return NULL;
}

/* When what was stamped so is too old to be taken. */
static uint64_t too_old_ms(const struct tp_radius_dynamic *dynamic, uint32_t stamp, uint32_t wall_s,
			   uint64_t now_ms)
{
	int64_t left_s = (int64_t)stamp + dynamic->config.window_s + 1 - wall_s;

	return now_ms + (left_s > 0 ? (uint64_t)left_s * 1000 : 0);
}

static void remember(struct tp_radius_dynamic *dynamic,
		     const struct tp_radius_dynamic_request *request, const uint8_t *reply,
		     size_t len, uint32_t wall_s, uint64_t now_ms)
{
	const uint8_t *authenticator = request->packet.authenticator;
	struct memory *memory = recall(dynamic, authenticator, now_ms);

	if (memory != NULL)
		forget(dynamic, memory);
	make_room(dynamic, now_ms);
	if (dynamic->config.max_answers == 0)
		return;
	memory = malloc(sizeof(*memory) + len);
	if (memory == NULL)
		return;
	memset(memory, 0, sizeof(*memory));
	memory->from = request->from;
	memory->stamp = request->event_timestamp;
	memory->until_ms = memory->stamp != 0 ? too_old_ms(dynamic, memory->stamp, wall_s, now_ms)
					      : now_ms + UNSTAMPED_MS;
	memcpy(memory->authenticator, authenticator, sizeof(memory->authenticator));
	memory->len = (uint16_t)len;
	memcpy(memory->reply, reply, len);
	HASH_ADD(hh, dynamic->by_authenticator, authenticator, sizeof(memory->authenticator),
		 memory);
	TAILQ_INSERT_TAIL(&dynamic->in_order, memory, entry);
	dynamic->counters.remembered++;
}

/* ---- the answer ---------------------------------------------------------------------------- */

static void echo(struct tp_radius_builder *b, const struct tp_radius_packet *packet)
{
	struct tp_radius_iterator it = tp_radius_iterate(packet);
	struct tp_radius_value value;

	while (tp_radius_next(&it, &value))
		if (value.attribute == TP_RADIUS_STATE || value.attribute == TP_RADIUS_PROXY_STATE)
			tp_radius_put_bytes(b, value.attribute, value.bytes, value.len);
}

static enum tp_radius_code reply_code(struct tp_radius_dynamic *dynamic, enum tp_radius_code code,
				      bool ack)
{
	struct tp_radius_dynamic_counters *counters = &dynamic->counters;

	if (code == TP_RADIUS_COA_REQUEST) {
		*(ack ? &counters->coa_acks : &counters->coa_naks) += 1;
		return ack ? TP_RADIUS_COA_ACK : TP_RADIUS_COA_NAK;
	}
	*(ack ? &counters->disconnect_acks : &counters->disconnect_naks) += 1;
	return ack ? TP_RADIUS_DISCONNECT_ACK : TP_RADIUS_DISCONNECT_NAK;
}

size_t tp_radius_dynamic_answer(struct tp_radius_dynamic *dynamic,
				const struct tp_radius_dynamic_request *request,
				enum tp_radius_error error, uint32_t wall_s, uint64_t now_ms,
				uint8_t *reply)
{
	const struct tp_radius_packet *packet = &request->packet;
	struct tp_radius_builder b;
	size_t len;

	if (error != TP_RADIUS_NO_ERROR)
		dynamic->counters.naks[tp_radius_error_index(error)]++;
	tp_radius_begin(&b, reply, TP_RADIUS_PACKET_MAX,
			reply_code(dynamic, request->code, error == TP_RADIUS_NO_ERROR));
	if (packet->message_authenticator != NULL)
		tp_radius_put_message_authenticator(&b);
	if (error != TP_RADIUS_NO_ERROR)
		tp_radius_put_u32(&b, TP_RADIUS_ERROR_CAUSE, error);
	if (request->event_timestamp != 0)
		tp_radius_put_u32(&b, TP_RADIUS_EVENT_TIMESTAMP, wall_s);
	echo(&b, packet);
	len = tp_radius_finish(&b);
	if (len == 0)
		return 0;
	tp_radius_sign_response(reply, len, request->secret, packet->id, packet->authenticator);
	remember(dynamic, request, reply, len, wall_s, now_ms);
	return len;
}

/* ---- the request --------------------------------------------------------------------------- */

static enum tp_radius_dynamic_verdict ignore(struct tp_radius_dynamic *dynamic,
					     struct tp_radius_dynamic_request *request,
					     enum tp_radius_dynamic_reason reason)
{
	dynamic->counters.ignored[reason]++;
	request->ignored = reason;
	return TP_RADIUS_DYNAMIC_IGNORE;
}

/* TP_RADIUS_DYNAMIC_REASON_COUNT: it is a request of who knows SECRET. */
static enum tp_radius_dynamic_reason prove(const struct tp_radius_dynamic *dynamic,
					   const char *secret, const void *bytes, size_t len,
					   struct tp_radius_packet *packet)
{
	if (secret == NULL)
		return TP_RADIUS_DYNAMIC_UNKNOWN_SERVER;
	if (tp_radius_parse(bytes, len, packet) != TP_RADIUS_WELL_FORMED)
		return TP_RADIUS_DYNAMIC_MALFORMED;
	if (packet->code != TP_RADIUS_COA_REQUEST && packet->code != TP_RADIUS_DISCONNECT_REQUEST)
		return TP_RADIUS_DYNAMIC_WRONG_CODE;
	switch (tp_radius_check_request(packet, secret, dynamic->config.require_message_auth)) {
	case TP_RADIUS_WRONG_AUTHENTICATOR:
		return TP_RADIUS_DYNAMIC_AUTHENTICATOR;
	case TP_RADIUS_NO_MESSAGE_AUTHENTICATOR:
		return TP_RADIUS_DYNAMIC_NO_MESSAGE_AUTH;
	case TP_RADIUS_WRONG_MESSAGE_AUTHENTICATOR:
		return TP_RADIUS_DYNAMIC_MESSAGE_AUTH;
	case TP_RADIUS_PROVEN:
		break;
	}
	return TP_RADIUS_DYNAMIC_REASON_COUNT;
}

/* RFC 5176, section 6.3: what is not current is silently discarded. */
static enum tp_radius_dynamic_reason check_time(const struct tp_radius_dynamic *dynamic,
						const struct tp_radius_packet *packet,
						uint32_t wall_s)
{
	struct tp_radius_value value;
	uint32_t stamp;
	int64_t off;

	if (!tp_radius_get(packet, TP_RADIUS_EVENT_TIMESTAMP, &value))
		return dynamic->config.require_timestamp ? TP_RADIUS_DYNAMIC_NO_TIMESTAMP
							 : TP_RADIUS_DYNAMIC_REASON_COUNT;
	if (!tp_radius_u32(&value, &stamp))
		return TP_RADIUS_DYNAMIC_STALE;
	off = (int64_t)stamp - wall_s;
	if (off > (int64_t)dynamic->config.window_s || -off > (int64_t)dynamic->config.window_s ||
	    stamp <= dynamic->floor)
		return TP_RADIUS_DYNAMIC_STALE;
	return TP_RADIUS_DYNAMIC_REASON_COUNT;
}

static enum tp_radius_dynamic_verdict answer_again(struct tp_radius_dynamic *dynamic,
						   const struct memory *memory,
						   const struct tp_radius_endpoint *from,
						   struct tp_radius_dynamic_request *request,
						   uint8_t *reply, size_t *reply_len)
{
	if (!tp_radius_endpoint_equal(&memory->from, from))
		return ignore(dynamic, request, TP_RADIUS_DYNAMIC_REPLAYED);
	memcpy(reply, memory->reply, memory->len);
	*reply_len = memory->len;
	dynamic->counters.duplicates++;
	return TP_RADIUS_DYNAMIC_REPLY;
}

enum tp_radius_dynamic_verdict
tp_radius_dynamic_input(struct tp_radius_dynamic *dynamic, const char *secret,
			const struct tp_radius_endpoint *from, const void *bytes, size_t len,
			uint32_t wall_s, uint64_t now_ms, struct tp_radius_dynamic_request *request,
			uint8_t *reply, size_t *reply_len)
{
	enum tp_radius_dynamic_reason reason;
	struct tp_radius_packet packet;
	struct memory *memory;
	enum tp_radius_error error;

	dynamic->counters.requests++;
	*reply_len = 0;
	request->error = TP_RADIUS_NO_ERROR;
	reason = prove(dynamic, secret, bytes, len, &packet);
	if (reason != TP_RADIUS_DYNAMIC_REASON_COUNT)
		return ignore(dynamic, request, reason);
	memory = recall(dynamic, packet.authenticator, now_ms);
	if (memory != NULL && (memory->stamp != 0 || tp_radius_endpoint_equal(&memory->from, from)))
		return answer_again(dynamic, memory, from, request, reply, reply_len);
	reason = check_time(dynamic, &packet, wall_s);
	if (reason != TP_RADIUS_DYNAMIC_REASON_COUNT)
		return ignore(dynamic, request, reason);
	memset(request, 0, sizeof(*request));
	request->code = (enum tp_radius_code)packet.code;
	request->packet = packet;
	request->secret = secret;
	request->from = *from;
	error = tp_radius_dynamic_read(request);
	if (error == TP_RADIUS_NO_ERROR)
		return TP_RADIUS_DYNAMIC_APPLY;
	request->error = error;
	*reply_len = tp_radius_dynamic_answer(dynamic, request, error, wall_s, now_ms, reply);
	return *reply_len > 0 ? TP_RADIUS_DYNAMIC_REPLY : TP_RADIUS_DYNAMIC_IGNORE;
}
