/* SPDX-License-Identifier: BSD-3-Clause */
/* Is it this subscriber? What an operator has of one, a text, against all by which a session is
 * known: its user's name, MAC address, addresses and prefixes of both families, its access line and
 * its ids. Pure; control thread. */
#pragma once

#include <stdbool.h>

#include "base/ip.h"
#include "session/info.h"

#define TP_SEARCH_LEN 128

struct tp_search {
	const char *text; /* borrowed */
	char mac[13];	  /* hexadecimal digits of a MAC address, or some of them; "": it is none */
	struct tp_ip_prefix prefix; /* of an address, or a prefix; no family: it is neither */
	bool begins_ipv4;	    /* it is the beginning of an IPv4 address, not all of it */
};

/* Reads TEXT, which is borrowed. */
void tp_search_read(const char *text, struct tp_search *search);

bool tp_search_finds(const struct tp_search *search, const struct tp_session_info *info);
