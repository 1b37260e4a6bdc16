/* SPDX-License-Identifier: BSD-3-Clause */
#include "scanner.h"

#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "base/random.h"
#include "pppoe/scan.h"

#define OFFERS_MAX  1024 /* a broadcast domain has a handful; a hostile one gets no further */
#define INTERVAL_MS 1000
#define BATCH	    256 /* packets at a time */

static bool known(const struct scanner *s, json_t *offer)
{
	size_t i;
	json_t *other;

	json_array_foreach (s->found, i, other) {
		if (json_equal(other, offer))
			return true;
	}
	return false;
}

static void on_offer(void *ctx, const struct tp_pppoe_offer *offer)
{
	struct scanner *s = ctx;
	char mac[TP_MAC_TEXT_LEN];
	json_t *object;

	object = json_pack("{s:s, s:s, s:s}", "service", offer->service, "mac-address",
			   tp_mac_format(&offer->mac, mac), "ac-name", offer->ac_name);
	if (object == NULL || known(s, object) || json_array_size(s->found) >= OFFERS_MAX)
		json_decref(object);
	else
		json_array_append_new(s->found, object);
}

int scanner_open(struct scanner *s, const char *interface, struct tp_error *error)
{
	struct tp_random random;

	*s = (struct scanner){.interface = interface};
	tp_random_init(&random);
	s->host_uniq = tp_random_u32(&random);
	s->found = json_array();
	if (s->found == NULL)
		return tp_error_set(error, -ENOMEM, NULL, "out of memory");
	int err = packet_open(&s->socket, interface, TP_ETHERTYPE_DISCOVERY, error);
	if (err != 0)
		json_decref(s->found);
	return err;
}

void scanner_close(struct scanner *s)
{
	packet_close(&s->socket);
	json_decref(s->found);
}

void scanner_tick(struct scanner *s, uint64_t now_ms)
{
	uint8_t room[TP_PPPOE_PADI_MAX];
	const struct tp_pppoe_packet packet = {
		.src = s->socket.mac,
		.dst = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}},
		.bytes = room,
		.len = tp_pppoe_scan_padi(room, sizeof(room), s->host_uniq),
	};
	int err;

	if (now_ms < s->next_ms)
		return;
	s->next_ms = now_ms + INTERVAL_MS;
	err = packet_send_pppoe(&s->socket, &packet);
	if (err != 0)
		tp_log_warning("scan", "cannot send over %s: %s", s->interface, strerror(-err));
}

void scanner_input(struct scanner *s)
{
	uint8_t room[PACKET_FRAME_MAX];
	struct tp_pppoe_packet packet;

	for (int i = 0; i < BATCH && packet_receive_pppoe(&s->socket, room, &packet); i++) {
		enum tp_pppoe_reason reason =
			tp_pppoe_scan_pado(&packet, s->host_uniq, on_offer, s);

		if (reason != TP_PPPOE_NONE)
			tp_log_debug("scan", "packet refused: %s", tp_pppoe_reason_text(reason));
	}
}
