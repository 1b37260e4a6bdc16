/* SPDX-License-Identifier: BSD-3-Clause */
#include "scan.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "packet.h"
#include "pppoe/scan.h"

#define OFFERS_MAX  1024 /* a broadcast domain has a handful; a hostile one gets no further */
#define INTERVAL_MS 1000

struct scan {
	const struct options *options;
	struct packet_socket socket;
	uint32_t host_uniq;
	json_t *found; /* an array of objects */
};

static bool known(const struct scan *scan, json_t *offer)
{
	size_t i;
	json_t *other;

	json_array_foreach (scan->found, i, other) {
		if (json_equal(other, offer))
			return true;
	}
	return false;
}

/* BYTES, which need not be UTF-8, as JSON text. */
static json_t *text(const char *bytes)
{
	json_t *string = json_string(bytes);

	return string != NULL ? string : json_string("(not UTF-8)");
}

static void on_offer(void *ctx, const struct tp_pppoe_offer *offer)
{
	struct scan *scan = ctx;
	char mac[TP_MAC_TEXT_LEN];
	json_t *object;

	object = json_pack("{s:o, s:s, s:o}", "service", text(offer->service), "mac-address",
			   tp_mac_format(&offer->mac, mac), "ac-name", text(offer->ac_name));
	if (object == NULL || known(scan, object) || json_array_size(scan->found) >= OFFERS_MAX) {
		json_decref(object);
		return;
	}
	json_array_append_new(scan->found, object);
	if (!scan->options->json) {
		printf("%-30s %-18s %s\n", offer->service, mac, offer->ac_name);
		fflush(stdout);
	}
}

static void ask(const struct scan *scan)
{
	uint8_t room[TP_PPPOE_PADI_MAX];
	const struct tp_pppoe_packet packet = {
		.src = scan->socket.mac,
		.dst = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}},
		.bytes = room,
		.len = tp_pppoe_scan_padi(room, sizeof(room), scan->host_uniq),
	};
	int err = packet_send_pppoe(&scan->socket, &packet);

	if (err != 0)
		tp_log_warning("scan", "cannot send over %s: %s", scan->options->interface,
			       strerror(-err));
}

static void receive(struct scan *scan)
{
	uint8_t room[PACKET_FRAME_MAX];
	struct tp_pppoe_packet packet;

	while (packet_receive_pppoe(&scan->socket, room, &packet)) {
		enum tp_pppoe_reason reason =
			tp_pppoe_scan_pado(&packet, scan->host_uniq, on_offer, scan);

		if (reason != TP_PPPOE_NONE)
			tp_log_debug("scan", "packet refused: %s", tp_pppoe_reason_text(reason));
	}
}

static void listen_until_the_end(struct scan *scan)
{
	uint64_t now_ms = tp_clock_ms(), next_ms = now_ms;
	uint64_t end_ms = now_ms + scan->options->duration_s * UINT64_C(1000);

	for (; now_ms < end_ms; now_ms = tp_clock_ms()) {
		struct pollfd waiting = {.fd = scan->socket.fd, .events = POLLIN};

		if (now_ms >= next_ms) {
			ask(scan);
			next_ms = now_ms + INTERVAL_MS;
		}
		poll(&waiting, 1, (int)((next_ms < end_ms ? next_ms : end_ms) - now_ms));
		receive(scan);
	}
}

int scan_run(const struct options *options)
{
	struct scan scan = {.options = options, .found = json_array()};
	struct tp_random random;
	struct tp_error error;

	tp_random_init(&random);
	scan.host_uniq = tp_random_u32(&random);
	if (packet_open(&scan.socket, options->interface, TP_ETHERTYPE_DISCOVERY, &error) != 0) {
		tp_log_error("scan", "%s: %s", error.place, error.message);
		json_decref(scan.found);
		return 1;
	}
	if (!options->json)
		printf("%-30s %-18s %s\n", "SERVICE", "MAC-ADDRESS", "AC-NAME");
	fflush(stdout);
	listen_until_the_end(&scan);
	if (options->json) {
		json_dumpf(scan.found, stdout, JSON_INDENT(2));
		putchar('\n');
	}
	packet_close(&scan.socket);
	json_decref(scan.found);
	return 0;
}
