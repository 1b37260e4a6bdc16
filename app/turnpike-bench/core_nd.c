/* SPDX-License-Identifier: BSD-3-Clause */
#include "core_nd.h"

#include "ipv6/nd.h"

#define SOURCE_LINK_LAYER 1 /* options: RFC 4861, section 4.6.1 */
#define TARGET_LINK_LAYER 2
#define OPTION_UNIT	  8
#define MESSAGE_LEN	  24 /* of both, up to the options */
#define TARGET_AT	  8

static void write_mac(struct tp_writer *w, uint8_t option, const struct tp_mac *mac)
{
	tp_write_u8(w, option);
	tp_write_u8(w, 1);
	tp_write_bytes(w, mac->bytes, sizeof(mac->bytes));
}

size_t core_nd_solicit(struct tp_ipv6_out *out, const uint8_t *ours, const struct tp_mac *mac,
		       const uint8_t *target)
{
	uint8_t group[TP_IPV6_ADDRESS_LEN];

	tp_ipv6_solicited_node(group, target);
	tp_ipv6_out_icmp(out, ours, group);
	tp_nd_neighbour_solicit_build(&out->w, target);
	write_mac(&out->w, SOURCE_LINK_LAYER, mac);
	return tp_ipv6_out_finish(out);
}

size_t core_nd_advertise(struct tp_ipv6_out *out, const uint8_t *ours, const struct tp_mac *mac,
			 const uint8_t *to)
{
	tp_ipv6_out_icmp(out, ours, to);
	tp_nd_neighbour_advert_build(&out->w, ours, true);
	write_mac(&out->w, TARGET_LINK_LAYER, mac);
	return tp_ipv6_out_finish(out);
}

/* False: an option is cut off, or has no length. MAC is written if there is one of KIND. */
static bool find_mac(struct tp_reader options, uint8_t kind, struct tp_mac *mac, bool *found)
{
	const uint8_t *option, *rest;

	*found = false;
	while (tp_reader_left(&options) > 0) {
		if (!tp_read_bytes(&options, OPTION_UNIT, &option) || option[1] == 0 ||
		    !tp_read_bytes(&options, (size_t)(option[1] - 1) * OPTION_UNIT, &rest))
			return false;
		if (option[0] == kind && !*found) {
			memcpy(mac->bytes, option + 2, sizeof(mac->bytes));
			*found = true;
		}
	}
	return true;
}

bool core_nd_read(struct core_nd_news *news, const uint8_t *packet, size_t len)
{
	const uint8_t *message;
	struct tp_ipv6_in in;
	bool solicits, found;

	*news = (struct core_nd_news){0};
	if (tp_ipv6_in_parse(&in, packet, len) != TP_IPV6_NO_REASON ||
	    in.protocol != TP_IPV6_ICMP || in.hop_limit != TP_IPV6_ND_HOP_LIMIT ||
	    tp_ipv6_is_unspecified(in.src) || !tp_read_bytes(&in.payload, MESSAGE_LEN, &message))
		return false;
	solicits = message[0] == TP_ICMP6_NEIGHBOR_SOLICIT;
	if ((!solicits && message[0] != TP_ICMP6_NEIGHBOR_ADVERT) || message[1] != 0 ||
	    !find_mac(in.payload, solicits ? SOURCE_LINK_LAYER : TARGET_LINK_LAYER, &news->mac,
		      &found))
		return false;
	news->from = in.src;
	if (solicits)
		news->solicited = message + TARGET_AT;
	if (found)
		news->neighbour = solicits ? in.src : message + TARGET_AT;
	return true;
}

struct tp_mac core_nd_multicast_mac(const uint8_t *group)
{
	return (struct tp_mac){{0x33, 0x33, group[12], group[13], group[14], group[15]}};
}
