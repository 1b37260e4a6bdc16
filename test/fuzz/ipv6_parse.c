/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv6's control packets as bytes: whatever they are, parsers stay within them, and what they make
 * of them keeps its bounds. */
#include <stdlib.h>

#include "ipv6/dhcp6.h"
#include "ipv6/names.h"
#include "ipv6/nd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool what)
{
	if (!what)
		abort();
}

static bool is_inside(const struct tp_reader *r, const uint8_t *data, size_t size)
{
	return r->p == NULL || (r->p >= data && r->end <= data + size && r->p <= r->end);
}

static void read_names(struct tp_reader r)
{
	char text[TP_NAME_TEXT_MAX];

	while (tp_dns_name_read(&r, text))
		must(memchr(text, '\0', sizeof(text)) != NULL && text[0] != '\0');
}

static void check_prefix(const struct tp_prefix6 *prefix)
{
	must(prefix->length <= 128 && tp_prefix6_has(prefix, prefix->address));
}

static void take_advert(const uint8_t *data, size_t size)
{
	struct tp_nd_router_advert ra;

	if (tp_nd_router_advert_parse(&ra, tp_reader_of(data, size)) != TP_IPV6_NO_REASON)
		return;
	must(ra.prefix_count <= TP_ND_PREFIXES_MAX);
	for (unsigned i = 0; i < ra.prefix_count; i++)
		check_prefix(&ra.prefixes[i].prefix);
	must(ra.dns_count == 0 ||
	     (ra.dns[0] >= data && (const uint8_t *)&ra.dns[ra.dns_count] <= data + size));
	must(is_inside(&ra.search_names, data, size));
	read_names(ra.search_names);
}

static void check_ia(const struct tp_dhcp6_ia *ia)
{
	must(ia->kind == TP_DHCP6_IA_NA || ia->kind == TP_DHCP6_IA_PD);
	must(ia->lease_count <= TP_DHCP6_LEASES_MAX);
	for (unsigned i = 0; i < ia->lease_count; i++)
		check_prefix(&ia->leases[i].prefix);
}

static void take_dhcp6(const uint8_t *data, size_t size)
{
	static struct tp_dhcp6_message m;

	if (tp_dhcp6_parse(&m, tp_reader_of(data, size)) != TP_IPV6_NO_REASON)
		return;
	must(is_inside(&m.client, data, size) && is_inside(&m.server, data, size));
	must(is_inside(&m.wanted, data, size) && is_inside(&m.dns, data, size));
	must(is_inside(&m.search, data, size));
	must(m.client.p == NULL || tp_duid_len_ok(tp_reader_left(&m.client)));
	must(tp_reader_left(&m.dns) % 16 == 0 && m.ia_count <= TP_DHCP6_IAS_MAX);
	for (unsigned i = 0; i < m.ia_count; i++)
		check_ia(&m.ias[i]);
	tp_dhcp6_wants(&m, TP_DHCP6_DNS_SERVERS);
	read_names(m.search);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *target;
	struct tp_ipv6_in in;

	if (tp_ipv6_in_parse(&in, data, size) == TP_IPV6_NO_REASON)
		must(is_inside(&in.payload, data, size));
	take_advert(data, size);
	take_dhcp6(data, size);
	tp_nd_router_solicit_parse(tp_reader_of(data, size), size % 2 == 0);
	if (tp_nd_neighbour_solicit_parse(tp_reader_of(data, size), size % 2 == 0, &target) ==
	    TP_IPV6_NO_REASON)
		must(target >= data && target + TP_IPV6_ADDRESS_LEN <= data + size);
	return 0;
}
