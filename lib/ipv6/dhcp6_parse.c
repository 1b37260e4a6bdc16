/* SPDX-License-Identifier: BSD-3-Clause */
/* Parsing. */
#include "ipv6/dhcp6.h"
#include "ipv6/prefix_bits.h"

#define MAX_RT_MIN_S  60 /* RFC 8415, section 21.24 */
#define MAX_RT_MAX_S  86400
#define REFRESH_MIN_S 600 /* IRT_MINIMUM, section 7.6 */

typedef enum tp_ipv6_reason reason_t;

/* The next option. False: there is none, or (R has bytes left) it is cut short. */
static bool next_option(struct tp_reader *r, uint16_t *code, struct tp_reader *body)
{
	struct tp_reader at = *r;
	uint16_t len;

	if (!tp_read_be16(&at, code) || !tp_read_be16(&at, &len) || !tp_read_sub(&at, len, body))
		return false;
	*r = at;
	return true;
}

static reason_t at_end(const struct tp_reader *options)
{
	return tp_reader_left(options) > 0 ? TP_IPV6_DHCP6_OPTION : TP_IPV6_NO_REASON;
}

static reason_t all_read(bool read, const struct tp_reader *body)
{
	return read && tp_reader_left(body) == 0 ? TP_IPV6_NO_REASON : TP_IPV6_DHCP6_OPTION;
}

static reason_t take_status(uint16_t *status, struct tp_reader body)
{
	return tp_read_be16(&body, status) ? TP_IPV6_NO_REASON : TP_IPV6_DHCP6_OPTION;
}

static reason_t take_lease_options(struct tp_dhcp6_lease *lease, struct tp_reader options)
{
	struct tp_reader body;
	uint16_t code;

	while (next_option(&options, &code, &body))
		if (code == TP_DHCP6_STATUS_CODE &&
		    take_status(&lease->status, body) != TP_IPV6_NO_REASON)
			return TP_IPV6_DHCP6_OPTION;
	return at_end(&options);
}

/* Room for one lease more; all of it is zero. */
static struct tp_dhcp6_lease *new_lease(struct tp_dhcp6_ia *ia)
{
	struct tp_dhcp6_lease *lease;

	if (ia->lease_count == TP_DHCP6_LEASES_MAX)
		return NULL;
	lease = &ia->leases[ia->lease_count++];
	memset(lease, 0, sizeof(*lease));
	return lease;
}

static reason_t take_address(struct tp_dhcp6_ia *ia, struct tp_reader body)
{
	struct tp_dhcp6_lease *lease = new_lease(ia);

	if (lease == NULL)
		return TP_IPV6_DHCP6_TOO_MANY;
	lease->prefix.length = 128;
	if (!tp_read_copy(&body, lease->prefix.address, TP_IPV6_ADDRESS_LEN) ||
	    !tp_read_be32(&body, &lease->preferred_s) || !tp_read_be32(&body, &lease->valid_s))
		return TP_IPV6_DHCP6_OPTION;
	return take_lease_options(lease, body);
}

static reason_t take_prefix(struct tp_dhcp6_ia *ia, struct tp_reader body)
{
	struct tp_dhcp6_lease *lease = new_lease(ia);

	if (lease == NULL)
		return TP_IPV6_DHCP6_TOO_MANY;
	if (!tp_read_be32(&body, &lease->preferred_s) || !tp_read_be32(&body, &lease->valid_s) ||
	    !tp_read_u8(&body, &lease->prefix.length) || lease->prefix.length > 128 ||
	    !tp_read_copy(&body, lease->prefix.address, TP_IPV6_ADDRESS_LEN))
		return TP_IPV6_DHCP6_OPTION;
	tp_prefix6_clear_host_bits(&lease->prefix);
	return take_lease_options(lease, body);
}

static reason_t take_ia_option(struct tp_dhcp6_ia *ia, uint16_t code, struct tp_reader body)
{
	if (code == TP_DHCP6_STATUS_CODE)
		return take_status(&ia->status, body);
	if (code == TP_DHCP6_IA_ADDRESS && ia->kind == TP_DHCP6_IA_NA)
		return take_address(ia, body);
	if (code == TP_DHCP6_IA_PREFIX && ia->kind == TP_DHCP6_IA_PD)
		return take_prefix(ia, body);
	return TP_IPV6_NO_REASON;
}

static bool is_repeated(const struct tp_dhcp6_message *message, const struct tp_dhcp6_ia *ia)
{
	for (unsigned i = 0; i < message->ia_count; i++)
		if (message->ias[i].kind == ia->kind && message->ias[i].iaid == ia->iaid)
			return true;
	return false;
}

static reason_t take_ia(struct tp_dhcp6_message *message, uint16_t kind, struct tp_reader options)
{
	struct tp_dhcp6_ia *ia = &message->ias[message->ia_count];
	struct tp_reader body;
	reason_t reason;
	uint16_t code;

	if (message->ia_count == TP_DHCP6_IAS_MAX)
		return TP_IPV6_DHCP6_TOO_MANY;
	ia->kind = kind;
	ia->status = TP_DHCP6_SUCCESS;
	ia->lease_count = 0;
	if (!tp_read_be32(&options, &ia->iaid) || !tp_read_be32(&options, &ia->t1_s) ||
	    !tp_read_be32(&options, &ia->t2_s))
		return TP_IPV6_DHCP6_OPTION;
	if (is_repeated(message, ia))
		return TP_IPV6_DHCP6_REPEATED;
	while (next_option(&options, &code, &body)) {
		reason = take_ia_option(ia, code, body);
		if (reason != TP_IPV6_NO_REASON)
			return reason;
	}
	message->ia_count++;
	return at_end(&options);
}

static reason_t take_duid(struct tp_reader *duid, struct tp_reader body)
{
	if (duid->p != NULL)
		return TP_IPV6_DHCP6_REPEATED;
	if (!tp_duid_len_ok(tp_reader_left(&body)))
		return TP_IPV6_DHCP6_OPTION;
	*duid = body;
	return TP_IPV6_NO_REASON;
}

/* Of SIZE octets each. */
static reason_t take_list(struct tp_reader *list, struct tp_reader body, unsigned size)
{
	if (tp_reader_left(&body) % size != 0)
		return TP_IPV6_DHCP6_OPTION;
	*list = body;
	return TP_IPV6_NO_REASON;
}

/* A number out of bounds is as none (RFC 8415, section 21.24). */
static reason_t take_seconds(uint32_t *seconds, struct tp_reader body, uint32_t min, uint32_t max)
{
	uint32_t value = 0;
	bool read = tp_read_be32(&body, &value);

	if (value >= min && value <= max)
		*seconds = value;
	return all_read(read, &body);
}

static reason_t take_option(struct tp_dhcp6_message *m, uint16_t code, struct tp_reader body)
{
	uint16_t ignored;
	bool read;

	switch (code) {
	case TP_DHCP6_CLIENT_ID:
		return take_duid(&m->client, body);
	case TP_DHCP6_SERVER_ID:
		return take_duid(&m->server, body);
	case TP_DHCP6_IA_NA:
	case TP_DHCP6_IA_PD:
		return take_ia(m, code, body);
	case TP_DHCP6_OPTION_REQUEST:
		return take_list(&m->wanted, body, 2);
	case TP_DHCP6_DNS_SERVERS:
		return take_list(&m->dns, body, TP_IPV6_ADDRESS_LEN);
	case TP_DHCP6_DOMAIN_SEARCH:
		return take_list(&m->search, body, 1);
	case TP_DHCP6_STATUS_CODE:
		return take_status(&m->status, body);
	case TP_DHCP6_RAPID_COMMIT:
		m->rapid_commit = true;
		return all_read(true, &body);
	case TP_DHCP6_PREFERENCE:
		read = tp_read_u8(&body, &m->preference);
		return all_read(read, &body);
	case TP_DHCP6_ELAPSED_TIME:
		read = tp_read_be16(&body, &ignored);
		return all_read(read, &body);
	case TP_DHCP6_SOL_MAX_RT:
		return take_seconds(&m->sol_max_rt_s, body, MAX_RT_MIN_S, MAX_RT_MAX_S);
	case TP_DHCP6_INF_MAX_RT:
		return take_seconds(&m->inf_max_rt_s, body, MAX_RT_MIN_S, MAX_RT_MAX_S);
	case TP_DHCP6_INFORMATION_REFRESH:
		return take_seconds(&m->refresh_s, body, REFRESH_MIN_S, UINT32_MAX);
	default:
		return TP_IPV6_NO_REASON;
	}
}

enum tp_ipv6_reason tp_dhcp6_parse(struct tp_dhcp6_message *message, struct tp_reader bytes)
{
	struct tp_reader body;
	reason_t reason;
	uint16_t code;
	uint32_t head;

	/* The associations are set as they come. */
	memset(message, 0, offsetof(struct tp_dhcp6_message, ias));
	if (!tp_read_be32(&bytes, &head))
		return TP_IPV6_DHCP6_MALFORMED;
	message->type = (uint8_t)(head >> 24);
	message->transaction = head & 0xffffff;
	if (message->type == TP_DHCP6_RELAY_FORWARD || message->type == TP_DHCP6_RELAY_REPLY)
		return TP_IPV6_NO_REASON;
	while (next_option(&bytes, &code, &body)) {
		reason = take_option(message, code, body);
		if (reason != TP_IPV6_NO_REASON)
			return reason;
	}
	return at_end(&bytes);
}

bool tp_dhcp6_wants(const struct tp_dhcp6_message *message, uint16_t code)
{
	struct tp_reader r = message->wanted;
	uint16_t wanted;

	while (tp_read_be16(&r, &wanted))
		if (wanted == code)
			return true;
	return false;
}
