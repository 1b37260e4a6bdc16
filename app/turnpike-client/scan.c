/* SPDX-License-Identifier: BSD-3-Clause */
#include "scan.h"

#include <poll.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "scanner.h"

static void print_row(const json_t *offer)
{
	printf("%-30s %-18s %s\n", json_string_value(json_object_get(offer, "service")),
	       json_string_value(json_object_get(offer, "mac-address")),
	       json_string_value(json_object_get(offer, "ac-name")));
	fflush(stdout);
}

static void listen_until_the_end(struct scanner *s, const struct options *options)
{
	uint64_t now_ms = tp_clock_ms();
	uint64_t end_ms = now_ms + options->duration_s * UINT64_C(1000);
	size_t shown = 0;

	for (; now_ms < end_ms; now_ms = tp_clock_ms()) {
		struct pollfd waiting = {.fd = s->socket.fd, .events = POLLIN};

		scanner_tick(s, now_ms);
		poll(&waiting, 1, (int)((s->next_ms < end_ms ? s->next_ms : end_ms) - now_ms));
		scanner_input(s);
		for (; !options->json && shown < json_array_size(s->found); shown++)
			print_row(json_array_get(s->found, shown));
	}
}

int scan_run(const struct options *options)
{
	struct scanner scanner;
	struct tp_error error;

	if (scanner_open(&scanner, options->client.interface[0], &error) != 0) {
		tp_log_error("scan", "%s: %s", error.place, error.message);
		return 1;
	}
	if (!options->json)
		printf("%-30s %-18s %s\n", "SERVICE", "MAC-ADDRESS", "AC-NAME");
	fflush(stdout);
	listen_until_the_end(&scanner, options);
	if (options->json) {
		json_dumpf(scanner.found, stdout, JSON_INDENT(2));
		putchar('\n');
	}
	scanner_close(&scanner);
	return 0;
}
