/* SPDX-License-Identifier: BSD-3-Clause */
#include "ipv6/counters.h"

const char *tp_ipv6_message_name(enum tp_ipv6_message message)
{
	static const char *const names[TP_IPV6_MESSAGE_COUNT] = {
		[TP_IPV6_ROUTER_SOLICITATION] = "router-solicitation",
		[TP_IPV6_ROUTER_ADVERTISEMENT] = "router-advertisement",
		[TP_IPV6_NEIGHBOUR_SOLICITATION] = "neighbor-solicitation",
		[TP_IPV6_NEIGHBOUR_ADVERTISEMENT] = "neighbor-advertisement",
		[TP_IPV6_ECHO_REQUEST] = "echo-request",
		[TP_IPV6_ECHO_REPLY] = "echo-reply",
		[TP_IPV6_DHCP6_SOLICIT] = "dhcp6-solicit",
		[TP_IPV6_DHCP6_ADVERTISE] = "dhcp6-advertise",
		[TP_IPV6_DHCP6_REQUEST] = "dhcp6-request",
		[TP_IPV6_DHCP6_CONFIRM] = "dhcp6-confirm",
		[TP_IPV6_DHCP6_RENEW] = "dhcp6-renew",
		[TP_IPV6_DHCP6_REBIND] = "dhcp6-rebind",
		[TP_IPV6_DHCP6_REPLY] = "dhcp6-reply",
		[TP_IPV6_DHCP6_RELEASE] = "dhcp6-release",
		[TP_IPV6_DHCP6_DECLINE] = "dhcp6-decline",
		[TP_IPV6_DHCP6_RECONFIGURE] = "dhcp6-reconfigure",
		[TP_IPV6_DHCP6_INFORMATION_REQUEST] = "dhcp6-information-request",
	};

	return names[message];
}

const char *tp_ipv6_reason_name(enum tp_ipv6_reason reason)
{
	static const char *const names[TP_IPV6_REASON_COUNT] = {
		[TP_IPV6_NO_REASON] = "none",
		[TP_IPV6_MALFORMED] = "malformed",
		[TP_IPV6_BAD_CHECKSUM] = "checksum",
		[TP_IPV6_NOT_FOR_US] = "not-for-us",
		[TP_IPV6_FOREIGN_SOURCE] = "foreign-source",
		[TP_IPV6_FORWARDED] = "hop-limit",
		[TP_IPV6_ND_MALFORMED] = "nd-malformed",
		[TP_IPV6_ND_OPTION] = "nd-option",
		[TP_IPV6_DHCP6_MALFORMED] = "dhcp6-malformed",
		[TP_IPV6_DHCP6_OPTION] = "dhcp6-option",
		[TP_IPV6_DHCP6_REPEATED] = "dhcp6-repeated-option",
		[TP_IPV6_DHCP6_TOO_MANY] = "dhcp6-too-many",
		[TP_IPV6_DHCP6_TYPE] = "dhcp6-type",
		[TP_IPV6_DHCP6_RELAYED] = "dhcp6-relayed",
		[TP_IPV6_DHCP6_UNICAST] = "dhcp6-unicast",
		[TP_IPV6_DHCP6_NO_CLIENT_ID] = "dhcp6-no-client-id",
		[TP_IPV6_DHCP6_NO_SERVER_ID] = "dhcp6-no-server-id",
		[TP_IPV6_DHCP6_OTHER_SERVER] = "dhcp6-other-server",
		[TP_IPV6_DHCP6_HAS_SERVER_ID] = "dhcp6-unwanted-server-id",
		[TP_IPV6_DHCP6_HAS_IA] = "dhcp6-unwanted-ia",
		[TP_IPV6_DHCP6_NOTHING] = "dhcp6-nothing-to-say",
		[TP_IPV6_DHCP6_TRANSACTION] = "dhcp6-transaction",
		[TP_IPV6_DHCP6_OTHER_CLIENT] = "dhcp6-other-client",
		[TP_IPV6_TOO_LONG] = "too-long",
		[TP_IPV6_LINK_DOWN] = "link-down",
	};

	return names[reason];
}
