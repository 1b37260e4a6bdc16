/* SPDX-License-Identifier: BSD-3-Clause */
#include "fixture.h"

#include <string.h>

const struct tp_history_settings fixture_settings = {
	.memory_limit = 1 << 20,
	.lines = 10000,
	.caller_lines = 8,
	.strangers = 64,
};

struct tp_mac fixture_mac(unsigned number)
{
	return (struct tp_mac){
		{2, 0, 0, (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number}};
}

void fixture_note(struct tp_history *h, unsigned number, struct tp_history_note note)
{
	note.mac = fixture_mac(number);
	if (note.port == NULL)
		note.port = "ether3";
	if (note.user == NULL)
		note.user = "";
	tp_history_note(h, &note);
}

void fixture_refused(struct tp_history *h, unsigned number, uint64_t ms)
{
	fixture_note(h, number,
		     (struct tp_history_note){.kind = TP_HISTORY_DISCOVERY,
					      .code = TP_PPPOE_MAC_REJECTED,
					      .wall_ms = ms,
					      .text = "PADI not answered: the mac-filter"});
}

void fixture_up(struct tp_history *h, unsigned number, const char *user, uint64_t ms)
{
	fixture_note(h, number,
		     (struct tp_history_note){.kind = TP_HISTORY_EVENT,
					      .code = TP_AC_SESSION_UP,
					      .wall_ms = ms,
					      .user = user,
					      .text = "connected",
					      .proven = true,
					      .address = 0x0a000001 + number,
					      .number = 0x0a000001 + number,
					      .families = TP_AC_IPV4});
}

void fixture_ended(struct tp_history *h, unsigned number, const char *user, uint64_t ms)
{
	fixture_note(h, number,
		     (struct tp_history_note){.kind = TP_HISTORY_END,
					      .code = TP_END_PEER_PADT,
					      .wall_ms = ms,
					      .user = user,
					      .text = "the client sent a PADT",
					      .proven = true,
					      .number = 60});
}

void fixture_failed(struct tp_history *h, unsigned number, const char *user, uint64_t ms)
{
	fixture_note(h, number,
		     (struct tp_history_note){.kind = TP_HISTORY_LOGIN,
					      .code = TP_AUTH_FAIL_PASSWORD,
					      .wall_ms = ms,
					      .user = user,
					      .text = "authentication failed (chap): wrong"});
}

const struct tp_caller *fixture_find(const struct tp_history *h, unsigned number, const char *user)
{
	const struct tp_mac mac = fixture_mac(number);
	const struct tp_caller *caller = NULL;

	while ((caller = tp_history_of_mac(h, &mac, caller)) != NULL)
		if (strcmp(caller->user, user) == 0)
			return caller;
	return NULL;
}
