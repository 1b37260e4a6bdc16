/* SPDX-License-Identifier: BSD-3-Clause */
/* Ethernet and 802.1Q: addresses, types, tags. Pure functions; any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define TP_ETHERTYPE_IPV4      0x0800
#define TP_ETHERTYPE_ARP       0x0806
#define TP_ETHERTYPE_VLAN      0x8100 /* IEEE 802.1Q */
#define TP_ETHERTYPE_IPV6      0x86dd
#define TP_ETHERTYPE_DISCOVERY 0x8863 /* RFC 2516, section 4 */
#define TP_ETHERTYPE_SESSION   0x8864 /* RFC 2516, section 4 */
#define TP_ETHERTYPE_QINQ      0x88a8 /* IEEE 802.1ad */

#define TP_ETHERNET_HEADER_LEN 14
#define TP_VLAN_TAG_LEN	       4
#define TP_VLAN_ID_MAX	       4094

struct tp_mac {
	uint8_t bytes[6];
};

/* Up to two tags of a frame, as VLAN ids in host byte order; 0: no such tag. A frame with one
 * tag has it in OUTER. */
struct tp_vlans {
	uint16_t outer;
	uint16_t inner;
};

static inline bool tp_vlans_equal(struct tp_vlans a, struct tp_vlans b)
{
	return a.outer == b.outer && a.inner == b.inner;
}

/* A scope of PPPoE session ids: within a port, outer VLANs with the same low four bits. An id is
 * unique within port and scope, so that one port carries 65,534 sessions untagged, and sixteen
 * times that over VLANs. */
#define TP_VLAN_SCOPES 16 /* of one port; a power of two */

static inline unsigned tp_vlans_scope(struct tp_vlans vlans)
{
	return vlans.outer & (TP_VLAN_SCOPES - 1);
}

static inline bool tp_mac_equal(const struct tp_mac *a, const struct tp_mac *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

/* Group addresses, broadcast among them. */
static inline bool tp_mac_is_multicast(const struct tp_mac *mac)
{
	return (mac->bytes[0] & 1) != 0;
}

#define TP_MAC_TEXT_LEN 18 /* "02:00:00:00:00:01" and its NUL */

/* Writes MAC as RouterOS does, "02:00:00:00:00:0A"; returns TEXT. */
char *tp_mac_format(const struct tp_mac *mac, char text[TP_MAC_TEXT_LEN]);

/* Reads "02:00:00:00:00:0a", in either case; false when TEXT is anything else. */
bool tp_mac_parse(const char *text, struct tp_mac *mac);
