/* SPDX-License-Identifier: BSD-3-Clause */
/* Building. */
#include "ipv6/dhcp6.h"

#include "ipv6/names.h"

#define IA_FIXED_LEN 12 /* IAID, T1, T2 */

void tp_dhcp6_begin(struct tp_writer *w, uint8_t type, uint32_t transaction)
{
	tp_write_be32(w, (uint32_t)type << 24 | transaction);
}

static void put_head(struct tp_writer *w, uint16_t code, size_t len)
{
	tp_write_be16(w, code);
	tp_write_be16(w, (uint16_t)len);
}

void tp_dhcp6_put(struct tp_writer *w, uint16_t code, const void *bytes, size_t len)
{
	put_head(w, code, len);
	tp_write_bytes(w, bytes, len);
}

void tp_dhcp6_put_u8(struct tp_writer *w, uint16_t code, uint8_t value)
{
	put_head(w, code, 1);
	tp_write_u8(w, value);
}

void tp_dhcp6_put_u16(struct tp_writer *w, uint16_t code, uint16_t value)
{
	put_head(w, code, 2);
	tp_write_be16(w, value);
}

void tp_dhcp6_put_u32(struct tp_writer *w, uint16_t code, uint32_t value)
{
	put_head(w, code, 4);
	tp_write_be32(w, value);
}

void tp_dhcp6_put_status(struct tp_writer *w, enum tp_dhcp6_status status, const char *text)
{
	size_t len = strlen(text);

	put_head(w, TP_DHCP6_STATUS_CODE, 2 + len);
	tp_write_be16(w, (uint16_t)status);
	tp_write_bytes(w, text, len);
}

void tp_dhcp6_put_search(struct tp_writer *w, const char *const *names, unsigned count)
{
	size_t len = 0;

	for (unsigned i = 0; i < count; i++)
		len += tp_dns_name_len(names[i]);
	if (len == 0)
		return;
	put_head(w, TP_DHCP6_DOMAIN_SEARCH, len);
	for (unsigned i = 0; i < count; i++)
		tp_dns_name_write(w, names[i]);
}

uint8_t *tp_dhcp6_open_ia(struct tp_writer *w, uint16_t kind, uint32_t iaid, uint32_t t1_s,
			  uint32_t t2_s)
{
	put_head(w, kind, IA_FIXED_LEN);
	uint8_t *body = w->p;

	tp_write_be32(w, iaid);
	tp_write_be32(w, t1_s);
	tp_write_be32(w, t2_s);
	return body;
}

void tp_dhcp6_put_lease(struct tp_writer *w, const struct tp_dhcp6_lease *lease, uint16_t ia_kind)
{
	if (ia_kind == TP_DHCP6_IA_NA) {
		put_head(w, TP_DHCP6_IA_ADDRESS, TP_IPV6_ADDRESS_LEN + 8);
		tp_write_bytes(w, lease->prefix.address, TP_IPV6_ADDRESS_LEN);
		tp_write_be32(w, lease->preferred_s);
		tp_write_be32(w, lease->valid_s);
		return;
	}
	put_head(w, TP_DHCP6_IA_PREFIX, 8 + 1 + TP_IPV6_ADDRESS_LEN);
	tp_write_be32(w, lease->preferred_s);
	tp_write_be32(w, lease->valid_s);
	tp_write_u8(w, lease->prefix.length);
	tp_write_bytes(w, lease->prefix.address, TP_IPV6_ADDRESS_LEN);
}

void tp_dhcp6_close(struct tp_writer *w, uint8_t *open)
{
	if (tp_writer_ok(w))
		tp_put_be16(open - 2, (uint16_t)(w->p - open));
}
