/* SPDX-License-Identifier: BSD-3-Clause */
/* Discovery, all three readers of it: the input is one packet, given to an access concentrator,
 * to clients that wait for a PADO, for a PADS and in a session, and to the scanner. The first
 * byte says which; where the packet must prove something (cookie, Host-Uniq), some inputs have
 * it put in, or nothing behind the proof would ever be reached. */
#include <stdlib.h>

#include "pppoe/ac.h"
#include "pppoe/client.h"
#include "pppoe/scan.h"
#include "wire/access_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct tp_mac client_mac = {{2, 0, 0, 0, 0, 0x0c}};
static const struct tp_mac ac_mac = {{2, 0, 0, 0, 0, 0xac}};
static const struct tp_mac broadcast = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};

/* A tag of the last packet sent, to be given back. */
static uint8_t proof[TP_PPPOE_PACKET_MAX];
static size_t proof_len;

static void keep_proof(uint16_t type, const struct tp_pppoe_packet *packet)
{
	struct tp_pppoe_header header;
	struct tp_reader payload;
	struct tp_pppoe_tag tag;

	if (!tp_pppoe_header_parse(packet->bytes, packet->len, &header, &payload) ||
	    packet->len > TP_PPPOE_PACKET_MAX)
		abort();
	while (tp_pppoe_tag_next(&payload, &tag) == TP_PPPOE_NEXT_TAG) {
		struct tp_writer w = tp_writer_of(proof, sizeof(proof));

		if (tag.type != type)
			continue;
		tp_pppoe_tag_write(&w, type, tag.value.bytes, tag.value.len);
		proof_len = tp_writer_len(&w);
	}
}

static void ac_send(void *ctx, const struct tp_pppoe_packet *packet)
{
	keep_proof(TP_PPPOE_TAG_AC_COOKIE, packet);
}

/* PADRs that came so far as to be asked about. */
static unsigned opens;

/* One line of text that can be shown, whatever the access node said. */
static void check_id(const char *id)
{
	const char *end = memchr(id, '\0', TP_LINE_ID_MAX);

	if (end == NULL)
		abort();
	if (!tp_text_is_plain(id))
		abort();
}

static void check_line(const struct tp_pppoe_value *value)
{
	struct tp_access_line line;
	bool any = tp_access_line_parse(value, &line), numbers = false;

	check_id(line.circuit_id);
	check_id(line.remote_id);
	for (unsigned i = 0; i < TP_LINE_NUMBER_COUNT; i++)
		numbers = numbers || line.number[i] != 0;
	if (!any && (numbers || line.circuit_id[0] != '\0' || line.remote_id[0] != '\0'))
		abort();
}

static enum tp_pppoe_verdict ac_open(void *ctx, const struct tp_pppoe_request *request,
				     struct tp_pppoe_grant *grant, uint64_t now_ms)
{
	opens++;
	check_line(&request->tags->dsl_forum);
	grant->session_id = 1;
	return (enum tp_pppoe_verdict)(request->fingerprint % 4);
}

static void ac_terminated(void *ctx, const struct tp_pppoe_packet *packet, uint16_t session_id,
			  const char *text, uint64_t now_ms)
{
	if (session_id == 0 || session_id == 0xffff || strlen(text) >= TP_PPPOE_NAME_MAX)
		abort();
}

static void client_send(void *ctx, const struct tp_pppoe_packet *packet)
{
	keep_proof(TP_PPPOE_TAG_HOST_UNIQ, packet);
}

static void client_opened(void *ctx, const struct tp_pppoe_client_session *session, uint64_t now_ms)
{
	if (session->session_id == 0 || session->session_id == 0xffff)
		abort();
}

static void client_closed(void *ctx, enum tp_pppoe_reason reason, const char *text, uint64_t now_ms)
{
}

static void scan_each(void *ctx, const struct tp_pppoe_offer *offer)
{
	if (strlen(offer->service) >= TP_PPPOE_NAME_MAX)
		abort();
}

/* A packet of CODE with the proof in front of what DATA holds. */
static size_t with_proof(uint8_t *room, size_t len, uint8_t code, uint16_t session_id,
			 const uint8_t *data, size_t size)
{
	struct tp_writer w = tp_writer_of(room, len);

	tp_pppoe_begin(&w, code, session_id);
	tp_write_bytes(&w, proof, proof_len);
	tp_write_bytes(&w, data, size);
	return tp_pppoe_finish(&w);
}

static const struct tp_pppoe_ac_callbacks ac_callbacks = {
	.send = ac_send, .open = ac_open, .terminated = ac_terminated};

static const struct tp_pppoe_service ac_services[] = {
	{.name = "internet", .max_payload = 1500}, {.name = ""}, {.name = "x", .disabled = 1}};

/* Has a client ask for an offer, whose cookie is kept. */
static void get_cookie(struct tp_pppoe_ac *ac, const struct tp_pppoe_access *access)
{
	uint8_t room[TP_PPPOE_PACKET_MAX];
	struct tp_pppoe_packet packet = {.src = client_mac, .dst = broadcast, .bytes = room};

	packet.len = tp_pppoe_scan_padi(room, sizeof(room), 1);
	tp_pppoe_ac_input(ac, access, &packet, 0);
}

/* DATA as a packet, or (PROVEN) as what follows the cookie in a PADR. */
static void fuzz_ac(bool proven, const uint8_t *data, size_t size, struct tp_random *random)
{
	const struct tp_pppoe_access access = {
		.mac = ac_mac, .services = ac_services, .service_count = 3};
	struct tp_pppoe_ac *ac = tp_pppoe_ac_create("MT_AC", &ac_callbacks, NULL, random, 0);
	struct tp_pppoe_packet packet = {
		.src = client_mac, .dst = broadcast, .bytes = data, .len = size};
	uint8_t room[4096];

	if (proven) {
		get_cookie(ac, &access);
		packet.bytes = room;
		packet.len = with_proof(room, sizeof(room), TP_PPPOE_CODE_PADR, 0, data, size);
	} else {
		tp_pppoe_ac_input(ac, &access, &packet, 0);
	}
	packet.dst = ac_mac;
	tp_pppoe_ac_input(ac, &access, &packet, 0);
	tp_pppoe_ac_destroy(ac);
}

/* DATA as the sub-options of TR-101's tag in a PADR that is in order, of a client that may
 * dial in or (an odd SIZE) may not. */
static void fuzz_line(const uint8_t *data, size_t size, struct tp_random *random)
{
	struct tp_pppoe_access access = {
		.mac = ac_mac, .services = ac_services, .service_count = 3};
	struct tp_pppoe_ac *ac = tp_pppoe_ac_create("MT_AC", &ac_callbacks, NULL, random, 0);
	uint8_t tag[TP_PPPOE_PACKET_MAX] = {0, 0, 0x0d, 0xe9}, tags[TP_PPPOE_PACKET_MAX];
	uint8_t room[TP_PPPOE_PACKET_MAX];
	struct tp_writer w = tp_writer_of(tags, sizeof(tags));
	struct tp_pppoe_packet packet = {.src = client_mac, .dst = ac_mac, .bytes = room};

	if (size > sizeof(tag) - 4)
		size = sizeof(tag) - 4;
	memcpy(tag + 4, data, size);
	tp_pppoe_tag_write(&w, TP_PPPOE_TAG_SERVICE_NAME, "", 0);
	tp_pppoe_tag_write(&w, TP_PPPOE_TAG_VENDOR_SPECIFIC, tag, 4 + size);
	get_cookie(ac, &access);
	access.rejected = size % 2 == 1;
	if (tp_writer_ok(&w))
		packet.len = with_proof(room, sizeof(room), TP_PPPOE_CODE_PADR, 0, tags,
					tp_writer_len(&w));
	opens = 0;
	tp_pppoe_ac_input(ac, &access, &packet, 0);
	if (opens != (packet.len > 0 && !access.rejected))
		abort();
	tp_pppoe_ac_destroy(ac);
}

static void fuzz_client(bool proven, const uint8_t *data, size_t size, struct tp_random *random)
{
	static const struct tp_pppoe_client_callbacks callbacks = {client_send, client_opened,
								   client_closed};
	const struct tp_pppoe_client_config config = {.mac = client_mac, .max_payload = 1500};
	struct tp_pppoe_client *client = tp_pppoe_client_create(&config, &callbacks, NULL, random);
	struct tp_pppoe_packet packet = {
		.src = ac_mac, .dst = client_mac, .bytes = data, .len = size};
	static const uint8_t service[] = {1, 1, 0, 0};
	uint8_t room[4096];

	tp_pppoe_client_start(client, 0);
	tp_pppoe_client_input(client, &packet, 0);
	if (proven) {
		packet.bytes = room;
		packet.len = with_proof(room, sizeof(room), TP_PPPOE_CODE_PADO, 0, data, size);
		tp_pppoe_client_input(client, &packet, 0);
		packet.len = with_proof(room, sizeof(room), TP_PPPOE_CODE_PADO, 0, service,
					sizeof(service));
		tp_pppoe_client_input(client, &packet, 0);
		packet.len = with_proof(room, sizeof(room), TP_PPPOE_CODE_PADS, 1, data, size);
		tp_pppoe_client_input(client, &packet, 0);
		packet.len = with_proof(room, sizeof(room), TP_PPPOE_CODE_PADT, 1, data, size);
		tp_pppoe_client_input(client, &packet, 0);
	}
	tp_pppoe_client_tick(client, 5000);
	tp_pppoe_client_destroy(client);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tp_pppoe_packet pado = {
		.src = ac_mac, .dst = client_mac, .bytes = data + 1, .len = size - 1};
	struct tp_random random;

	if (size < 1 || size > 2000)
		return 0;
	tp_random_init_seed(&random, 1);
	proof_len = 0;
	switch (data[0] % 6) {
	case 0:
	case 1:
		fuzz_ac(data[0] % 6 == 1, data + 1, size - 1, &random);
		break;
	case 2:
	case 3:
		fuzz_client(data[0] % 6 == 3, data + 1, size - 1, &random);
		break;
	case 4:
		fuzz_line(data + 1, size - 1, &random);
		break;
	default:
		tp_pppoe_scan_pado(&pado, 0, scan_each, NULL);
	}
	return 0;
}
