/* SPDX-License-Identifier: BSD-3-Clause */
/* The schema of captures.
 * The properties stand in the order of their enum in sniffer.h. */
#include <string.h>

#include "base/ip.h"
#include "base/ipv6_text.h"
#include "config/schema/tables.h"
#include "wire/ethernet.h"

#define SUBSCRIBER_MAX 255
#define ADDRESS_MAX    64 /* bytes of one, as a text */

const char *const tp_sniffer_protocol_words[] = {"all", "pppoe-discovery", NULL};

/* clang-format off */
const struct tp_property tp_sniffer_properties[] = {
	[TP_SNIFFER_SUBSCRIBER] = {.name = "subscriber",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_sniffer, subscriber),
	 .default_text = "",
	 .max = SUBSCRIBER_MAX,
	 .flags = TP_RUNTIME,
	 .help = "One subscriber, by name, MAC address, address or line; he is followed to his next session"},
	[TP_SNIFFER_INTERFACE] = {.name = "filter-interface",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_sniffer, interface),
	 .default_text = "",
	 .max = NAME_MAX_LEN,
	 .zero_in = "all",
	 .refers = TP_REFERS_PORT,
	 .flags = TP_RUNTIME,
	 .help = "One port; empty, or `all`: all"},
	[TP_SNIFFER_MAC_ADDRESS] = {.name = "filter-mac-address",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_sniffer, mac_address),
	 .default_text = "",
	 .max = ADDRESS_MAX,
	 .flags = TP_RUNTIME,
	 .help = "On access ports, frames from or to this host; without an IP address nothing on core ports"},
	[TP_SNIFFER_IP_ADDRESS] = {.name = "filter-ip-address",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_sniffer, ip_address),
	 .default_text = "",
	 .max = ADDRESS_MAX,
	 .flags = TP_RUNTIME,
	 .help = "Packets from or to this address, or prefix of IPv6, on core ports, and, without a "
		 "MAC address, within PPPoE"},
	[TP_SNIFFER_PROTOCOL] = {.name = "filter-mac-protocol",
	 .type = &tp_type_enum,
	 .offset = offsetof(struct tp_config_sniffer, protocol),
	 .default_text = "all",
	 .words = tp_sniffer_protocol_words,
	 .flags = TP_RUNTIME,
	 .help = "All, or PADI to PADT alone"},
	[TP_SNIFFER_ONLY_HEADERS] = {.name = "only-headers",
	 .type = &tp_type_bool,
	 .offset = offsetof(struct tp_config_sniffer, only_headers),
	 .default_text = "no",
	 .flags = TP_RUNTIME,
	 .help = "The first 128 bytes of each frame; else 1,984"},
	[TP_SNIFFER_MEMORY_LIMIT] = {.name = "memory-limit",
	 .type = &tp_type_bytes,
	 .offset = offsetof(struct tp_config_sniffer, memory_limit),
	 .default_text = "10Mi",
	 .min = TP_SNIFFER_LIMIT_MIN,
	 .flags = TP_RUNTIME,
	 .help = "Bytes of a capture without a file's name, which is kept until the next begins, for "
		 "`save` and `download`; up to 64Mi"},
	[TP_SNIFFER_FILE_NAME] = {.name = "file-name",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_sniffer, file_name),
	 .default_text = "",
	 .max = TP_SNIFFER_FILE_NAME_MAX,
	 .flags = TP_RUNTIME,
	 .help = "The file, which each start writes anew: letters, digits, `.`, `-` and `_`; `.pcapng` is "
		 "added. Empty: it is kept in memory"},
	[TP_SNIFFER_FILE_LIMIT] = {.name = "file-limit",
	 .type = &tp_type_bytes,
	 .offset = offsetof(struct tp_config_sniffer, file_limit),
	 .default_text = "10Mi",
	 .min = TP_SNIFFER_LIMIT_MIN,
	 .flags = TP_RUNTIME,
	 .help = "Bytes of the file, or of what is sent live, up to 1Gi: then the capture ends"},
	[TP_SNIFFER_PACKET_LIMIT] = {.name = "packet-limit",
	 .type = &tp_type_number,
	 .offset = offsetof(struct tp_config_sniffer, packet_limit),
	 .default_text = "100000",
	 .min = 1,
	 .max = UINT32_MAX,
	 .flags = TP_RUNTIME,
	 .help = "Packets in it, likewise"},
	[TP_SNIFFER_DURATION] = {.name = "duration",
	 .type = &tp_type_time,
	 .offset = offsetof(struct tp_config_sniffer, duration),
	 .default_text = "1m",
	 .flags = TP_RUNTIME,
	 .help = "For so long, up to a day"},
	[TP_SNIFFER_DURATION + 1 + 0] = TP_NEUTRAL(tp_config_sniffer, 0, "filter-direction", "any", tp_neutral_any, "both directions are captured, always"),
	[TP_SNIFFER_DURATION + 1 + 1] = TP_NEUTRAL(tp_config_sniffer, 1, "memory-scroll", "no", tp_neutral_no, "a capture ends when its memory is used up"),
	[TP_SNIFFER_DURATION + 1 + 2] = TP_NEUTRAL(tp_config_sniffer, 2, "streaming-enabled", "no", tp_neutral_no, "a capture is sent to who asks for it by `quick`, and to nobody else"),
};
/* clang-format on */

bool tp_sniffer_is_file_name(const char *text)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._-";

	return text[0] != '\0' && text[0] != '.' && text[strspn(text, allowed)] == '\0' &&
	       strlen(text) <= TP_SNIFFER_FILE_NAME_MAX;
}

static bool is_address(const char *text)
{
	struct tp_prefix6 prefix;
	uint8_t address6[16];
	uint32_t address;

	return (tp_ipv4_parse(text, &address) && address != 0) ||
	       (tp_prefix6_parse(text, &prefix) && prefix.length > 0) ||
	       tp_ipv6_parse(text, address6);
}

/* clang-format off */
const char *tp_sniffer_mistake(const struct tp_config_sniffer *s, int *property)
{
	const bool addresses = s->mac_address[0] != '\0' || s->ip_address[0] != '\0';
	struct tp_mac mac;
	const struct {
		int property;
		bool wrong;
		const char *expected;
	} rules[] = {
		{TP_SNIFFER_MAC_ADDRESS, s->mac_address[0] != '\0' && !tp_mac_parse(s->mac_address, &mac),
		 "a MAC address is expected"},
		{TP_SNIFFER_IP_ADDRESS, s->ip_address[0] != '\0' && !is_address(s->ip_address),
		 "an address, or a prefix of IPv6, is expected"},
		{TP_SNIFFER_FILE_NAME, s->file_name[0] != '\0' && !tp_sniffer_is_file_name(s->file_name),
		 "letters, digits, dots, - and _ are expected, no dot in front"},
		{TP_SNIFFER_MEMORY_LIMIT, s->memory_limit > TP_SNIFFER_MEMORY_MAX, "64Mi at most"},
		{TP_SNIFFER_FILE_LIMIT, s->file_limit > TP_SNIFFER_FILE_MAX, "1Gi at most"},
		{TP_SNIFFER_DURATION, s->duration == 0 || s->duration > TP_SNIFFER_DURATION_MAX,
		 "a time such as 30s or 10m is expected, up to a day"},
		{TP_SNIFFER_SUBSCRIBER, s->subscriber[0] != '\0' && addresses,
		 "his addresses are known: no filter-mac-address or filter-ip-address beside him"},
	};

	for (unsigned i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (rules[i].wrong) {
			*property = rules[i].property;
			return rules[i].expected;
		}
	return NULL;
}
/* clang-format on */
