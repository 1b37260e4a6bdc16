/* SPDX-License-Identifier: BSD-3-Clause */
/* What an operator wants to capture: a request's words, read and checked. Control thread. */
#pragma once

#include <jansson.h>

#include "base/error.h"
#include "config/schema/sniffer.h"
#include "dataplane/sniff.h"

struct tp_control;

struct tp_sniffer_order {
	char subscriber[256];			      /* "": not one */
	char file_name[TP_SNIFFER_FILE_NAME_MAX + 1]; /* "": in memory */
	bool anew;				      /* a file that is there is overwritten */
	struct tp_sniff_filter filter;		      /* but for the subscriber's part */
	uint64_t file_limit, memory_limit;
	uint32_t packet_limit, duration_s;
};

/* What BODY, which may be NULL, says, and where that says nothing /tool/sniffer; but with a filter
 * of its own BODY has none of that one's. LIVE: it goes to who asks, and to no file. -EINVAL: E
 * names the word. */
int tp_sniffer_order_read(const struct tp_control *c, const json_t *body, bool live,
			  struct tp_sniffer_order *order, struct tp_error *e);

/* SUBSCRIBER, of 256 bytes, is his name from now on, or else his MAC address: an address or a line
 * may be another's tomorrow. */
void tp_sniffer_identify(const struct tp_control *c, char *subscriber);

/* FILTER's part that is the subscriber's, as he is now; SESSION is a text about it. False: he is
 * not known (any more): FILTER is as it was. */
bool tp_sniffer_follow(const struct tp_control *c, const char *subscriber,
		       struct tp_sniff_filter *filter, char *session, size_t size);
