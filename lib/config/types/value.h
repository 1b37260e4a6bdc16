/* SPDX-License-Identifier: BSD-3-Clause */
/* The values that properties hold, and how RouterOS writes them.
 *
 * IPv4 addresses are in HOST byte order here: 10.0.0.1 is 0x0a000001.
 * Pure functions; any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/ip.h"
#include "base/prefix.h"
#include "base/range.h"
#include "wire/ethernet.h"

#define TP_IPV4_TEXT_LEN 16 /* "255.255.255.255" and its NUL */

/* default: decided elsewhere (by the profile that is inherited from, or by Turnpike). */
enum tp_tristate { TP_DEFAULT, TP_YES, TP_NO };

/* Authentication methods, by RouterOS's names, the strongest first. */
enum tp_auth_method { TP_AUTH_MSCHAP2, TP_AUTH_MSCHAP1, TP_AUTH_CHAP, TP_AUTH_PAP };
#define TP_AUTH_METHODS 4

/* A set, the strongest first: that is proposed first. */
struct tp_auth_list {
	uint8_t count;
	uint8_t method[TP_AUTH_METHODS]; /* enum tp_auth_method */
};

/* Up to two servers (RFC 1877 has a primary and a secondary). */
struct tp_address_list {
	uint8_t count; /* 0: none given */
	uint32_t address[2];
};

/* Of both families, up to two each. */
struct tp_name_servers {
	uint8_t v4_count, v6_count;
	uint32_t v4[2];
	uint8_t v6[2][16];
};

/* A time at random within the two, in seconds. */
struct tp_time_range {
	uint32_t first, last; /* both included; FIRST <= LAST */
};

enum tp_endpoint_kind { TP_ENDPOINT_NONE, TP_ENDPOINT_ADDRESS, TP_ENDPOINT_POOL };

/* An address, or the name of a pool that gives one. */
struct tp_endpoint {
	enum tp_endpoint_kind kind;
	uint32_t address; /* TP_ENDPOINT_ADDRESS */
	char *pool;	  /* TP_ENDPOINT_POOL; owned by the item, else NULL */
};

struct tp_range_list {
	uint32_t count;
	struct tp_range *range; /* in the operator's order; no two overlap */
};

/* VLAN ids: ranges, ascending, no two of which have an id in common. */
struct tp_vlan_range {
	uint16_t first, last; /* both included; FIRST <= LAST */
};

struct tp_vlan_list {
	uint32_t count;
	struct tp_vlan_range *range;
};

/* Puts the ranges in order; false: two have an id in common. */
bool tp_vlan_list_sort(struct tp_vlan_list *list);

bool tp_vlan_list_has(const struct tp_vlan_list *list, uint16_t id);

/* Addresses of network cards that begin alike: an OUI, one card, all. */
struct tp_mac_prefix {
	struct tp_mac mac; /* its bits behind the prefix are 0 */
	uint8_t length;	   /* bits, 0 … 48 */
};

struct tp_prefix_list {
	uint32_t count;
	struct tp_prefix *prefix;
};

struct tp_prefix6_list {
	uint32_t count;
	struct tp_prefix6 *prefix;
};

/* The next router of IPv6. */
struct tp_gateway6 {
	uint8_t address[16];
	char interface[16]; /* the port that it is on, which a link-local one always has; "": not
			       said */
};

/* A route to a subscriber: RouterOS's "dst-address [gateway [metric]]". */
struct tp_framed_route {
	struct tp_prefix dst;
	uint32_t gateway; /* 0: the subscriber's own address */
	uint8_t metric;	  /* 1 when not given */
	bool has_metric;  /* it was given, and is shown */
};

struct tp_framed_route_list {
	uint32_t count;
	struct tp_framed_route *route;
};

/* Names, in the operator's order; none twice. */
struct tp_name_list {
	uint32_t count;
	char **name;
};

/* Adds a copy of NAME. False: it has blanks or control characters, or is there already (WHY then
 * says so), or there is no memory. */
bool tp_name_add(struct tp_name_list *list, const char *name, const char **why);

struct tp_number_list {
	uint32_t count;
	uint32_t *number;
};

/* How long to wait, by load: the step with the most sessions that are reached counts. */
#define TP_DELAY_STEPS 8
#define TP_DELAY_NEVER UINT16_MAX
#define TP_DELAY_MAX   10000 /* ms */

struct tp_delay_list {
	uint8_t count;
	struct {
		uint32_t sessions; /* from so many on; of the first step 0; ascending */
		uint16_t ms;	   /* or TP_DELAY_NEVER */
	} step[TP_DELAY_STEPS];
};

/* Each tp_*_parse reads the whole of TEXT and returns false when it is anything else;
 * then *OUT is undefined. */
bool tp_ipv4_parse(const char *text, uint32_t *out);

/* "192.0.2.1", "2001:db8::1". */
bool tp_ip_parse(const char *text, struct tp_ip *out);

/* RouterOS's times: "10s", "1d2h", "1w2d3h4m5s", "00:01:00", "1d00:01:00", "90" (seconds).
 * Whole seconds. */
bool tp_time_parse(const char *text, uint32_t *seconds);

/* A number of bytes, at most INT64_MAX: "1000", with a unit of thousands (k, M, G, T) or of 1,024
 * (Ki, Mi, Gi, Ti) behind it. */
bool tp_bytes_parse(const char *text, uint64_t *bytes);

/* The next step of a list: "100ms", "1s", "50" (ms), "never"; with ":300" behind it from 300
 * sessions on, which all but the first must have. */
bool tp_delay_add(struct tp_delay_list *list, const char *text);

/* What LIST comes to at SESSIONS; 0 when it is empty. */
uint16_t tp_delay_at(const struct tp_delay_list *list, uint32_t sessions);

/* "10.0.0.0/24"; an address alone is a /32. Host bits are kept. */
bool tp_prefix_parse(const char *text, struct tp_prefix *out);

/* "10.0.0.2-10.0.0.5", "10.0.0.2", "10.0.0.0/24" (the whole block). */
bool tp_range_parse(const char *text, struct tp_range *out);

/* "100-115", "120". */
bool tp_vlan_range_parse(const char *text, struct tp_vlan_range *out);

/* "02:00:00:00:00:01", "02:AA:BB:00:00:00/24" or, the same, "02:AA:BB:00:00:00/FF:FF:FF:00:00:00".
 * There may be no bits behind the prefix. */
bool tp_mac_prefix_parse(const char *text, struct tp_mac_prefix *out);

/* The first LENGTH bits of MAC. */
struct tp_mac tp_mac_prefix_of(const struct tp_mac *mac, unsigned length);

/* Each tp_*_format returns TEXT. */
char *tp_ipv4_format(uint32_t address, char text[TP_IPV4_TEXT_LEN]);

#define TP_TIME_TEXT_LEN 24 /* "7101w3d6h28m15s" */
/* As RouterOS prints a time in its REST: "10s", "1d2h", "0s". */
char *tp_time_format(uint32_t seconds, char text[TP_TIME_TEXT_LEN]);

/* The same with what is less than a second: "300ms", "1s500ms". */
char *tp_milliseconds_format(uint32_t ms, char text[TP_TIME_TEXT_LEN]);

#define TP_IP_TEXT_LEN 46
/* "" of none. */
char *tp_ip_format(const struct tp_ip *address, char text[TP_IP_TEXT_LEN]);

#define TP_IP_PREFIX_TEXT_LEN (TP_IP_TEXT_LEN + 4) /* "/128" */
char *tp_ip_prefix_format(const struct tp_ip_prefix *prefix, char text[TP_IP_PREFIX_TEXT_LEN]);

/* Of a format: the bytes of plain text at *FORMAT, and the index in WORDS of the word in braces
 * behind them, -1 at the end of the format. *FORMAT moves behind both. The format is valid. */
int tp_format_next(const char *const *words, const char **format, size_t *plain);

#define TP_PREFIX_TEXT_LEN 19 /* "255.255.255.255/32" */
char *tp_prefix_format(const struct tp_prefix *prefix, char text[TP_PREFIX_TEXT_LEN]);

#define TP_VLAN_RANGE_TEXT_LEN 12 /* "65535-65535" */
/* One id is written alone. */
char *tp_vlan_range_format(const struct tp_vlan_range *range, char text[TP_VLAN_RANGE_TEXT_LEN]);

#define TP_MAC_PREFIX_TEXT_LEN (TP_MAC_TEXT_LEN + 3) /* "/24" */
/* One card's address is written alone. */
char *tp_mac_prefix_format(const struct tp_mac_prefix *prefix, char text[TP_MAC_PREFIX_TEXT_LEN]);

#define TP_RANGE_TEXT_LEN 32 /* "255.255.255.255-255.255.255.255" */
/* One address is written alone. */
char *tp_range_format(const struct tp_range *range, char text[TP_RANGE_TEXT_LEN]);
