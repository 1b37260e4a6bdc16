/* SPDX-License-Identifier: BSD-3-Clause */
/* Name servers: up to two of each family. They are told by family (IPCP, DHCPv6), so the order
 * between the families is nobody's, and IPv4's are written first. */
#include "base/ipv6_text.h"
#include "config/types/type.h"
#include "config/types/value.h"
#include "wire/ipv6.h"

#include <stdio.h>

static bool parse(struct tp_parse *p, void *field)
{
	struct tp_name_servers *servers = field;
	uint8_t address[16];
	uint32_t v4;

	for (unsigned i = 0; i < p->count; i++) {
		if (tp_host_read(p->text[i], &v4) && servers->v4_count < 2)
			servers->v4[servers->v4_count++] = v4;
		else if (tp_ipv6_parse(p->text[i], address) && servers->v6_count < 2 &&
			 !tp_ipv6_is_martian(address) && !tp_ipv6_is_link_local(address))
			memcpy(servers->v6[servers->v6_count++], address, sizeof(address));
		else
			return false;
	}
	return true;
}

static void print(FILE *out, const struct tp_property *property, const void *field)
{
	const struct tp_name_servers *servers = field;
	char v4[TP_IPV4_TEXT_LEN], v6[TP_IPV6_TEXT_LEN];
	const char *between = "";

	for (unsigned i = 0; i < servers->v4_count; i++, between = ",")
		fprintf(out, "%s%s", between, tp_ipv4_format(servers->v4[i], v4));
	for (unsigned i = 0; i < servers->v6_count; i++, between = ",")
		fprintf(out, "%s%s", between, tp_ipv6_format(servers->v6[i], v6));
}

static bool is_empty(const void *field)
{
	const struct tp_name_servers *servers = field;

	return servers->v4_count == 0 && servers->v6_count == 0;
}

const struct tp_type tp_type_name_servers = {
	.name = "name servers",
	.size = TP_VALUE_SIZE(struct tp_name_servers),
	.list = true,
	.expected = "one or two IPv4 addresses, one or two IPv6 addresses, or both",
	.parse = parse,
	.print = print,
	.is_empty = is_empty,
};
