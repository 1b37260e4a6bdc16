/* SPDX-License-Identifier: BSD-3-Clause */
/* What /tool/sniffer captures if nothing else is said. Its properties: sniffer.c. */
#pragma once

#include "config/schema/head.h"
#include "config/schema/neutral.h"
#include "config/types/value.h"

#define TP_SNIFFER_FILE_NAME_MAX 63   /* bytes, without ".pcapng" */
#define TP_SNIFFER_LIMIT_MIN	 4096 /* bytes of a file, or in memory */
#define TP_SNIFFER_FILE_MAX	 1073741824u
#define TP_SNIFFER_MEMORY_MAX	 67108864u
#define TP_SNIFFER_DURATION_MAX	 86400 /* seconds */

enum tp_sniffer_protocol { TP_SNIFFER_ALL, TP_SNIFFER_DISCOVERY };
extern const char *const tp_sniffer_protocol_words[]; /* by these; NULL at the end */
enum {
	TP_SNIFFER_SUBSCRIBER,
	TP_SNIFFER_INTERFACE,
	TP_SNIFFER_MAC_ADDRESS,
	TP_SNIFFER_IP_ADDRESS,
	TP_SNIFFER_PROTOCOL,
	TP_SNIFFER_ONLY_HEADERS,
	TP_SNIFFER_MEMORY_LIMIT,
	TP_SNIFFER_FILE_NAME,
	TP_SNIFFER_FILE_LIMIT,
	TP_SNIFFER_PACKET_LIMIT,
	TP_SNIFFER_DURATION,
};
struct tp_config_sniffer {
	struct tp_config_item head;
	char *subscriber;
	char *interface;   /* a port; "": all */
	char *mac_address; /* "": any, as of the next */
	char *ip_address;
	unsigned protocol; /* enum tp_sniffer_protocol */
	bool only_headers;
	uint64_t memory_limit; /* bytes */
	char *file_name;       /* "": it stays in memory */
	uint64_t file_limit;
	uint32_t packet_limit;
	uint32_t duration;		      /* seconds */
	unsigned neutral[TP_SNIFFER_NEUTRAL]; /* what means nothing here */
};

/* What is wrong with S, and with which property; NULL: nothing. Any thread. */
const char *tp_sniffer_mistake(const struct tp_config_sniffer *s, int *property);

/* One name in the daemon's own directory: nothing leads out of it. Any thread. */
bool tp_sniffer_is_file_name(const char *text);
