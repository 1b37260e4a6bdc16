/* SPDX-License-Identifier: BSD-3-Clause */
#include "radius/identity.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "config/schema/radius.h"

char *tp_radius_session_id(uint64_t accounting_id, char text[TP_RADIUS_SESSION_ID_LEN])
{
	static const char digits[] = "0123456789abcdef";

	for (unsigned i = TP_RADIUS_SESSION_ID_LEN - 1; i-- > 0; accounting_id >>= 4)
		text[i] = digits[accounting_id & 15];
	text[TP_RADIUS_SESSION_ID_LEN - 1] = '\0';
	return text;
}

bool tp_radius_session_id_parse(const char *text, uint64_t *accounting_id)
{
	if (strlen(text) != TP_RADIUS_SESSION_ID_LEN - 1 ||
	    strspn(text, "0123456789abcdefABCDEF") != TP_RADIUS_SESSION_ID_LEN - 1)
		return false;
	return sscanf(text, "%16" SCNx64, accounting_id) == 1;
}

bool tp_radius_in_domain(const char *user, const char *domain)
{
	const char *at, *backslash;
	size_t len = strlen(domain);

	if (len == 0)
		return true;
	at = strrchr(user, '@');
	backslash = strchr(user, '\\');
	if (backslash != NULL && (size_t)(backslash - user) == len &&
	    strncasecmp(user, domain, len) == 0)
		return true;
	return at != NULL && strcasecmp(at + 1, domain) == 0;
}

const char *tp_radius_domain_of(const char *user, size_t *len)
{
	const char *at = strrchr(user, '@'), *backslash = strchr(user, '\\');

	if (at != NULL) {
		*len = strlen(at + 1);
		return at + 1;
	}
	*len = backslash != NULL ? (size_t)(backslash - user) : 0;
	return user;
}

void tp_radius_put_nas(struct tp_radius_builder *b, const struct tp_radius_nas *nas)
{
	tp_radius_put_text(b, TP_RADIUS_NAS_IDENTIFIER, nas->identifier);
	if (nas->address != 0)
		tp_radius_put_u32(b, TP_RADIUS_NAS_IP_ADDRESS, nas->address);
	if (nas->address6 != NULL)
		tp_radius_put_ipv6(b, TP_RADIUS_NAS_IPV6_ADDRESS, nas->address6);
}

/* ---- formats ---- */

/* A text in the making; what has no room is left out. */
struct out {
	char *text;
	size_t size, used;
};

static void put(struct out *out, const char *bytes, size_t len)
{
	size_t room = out->size - 1 - out->used;

	if (len > room)
		len = room;
	memcpy(out->text + out->used, bytes, len);
	out->used += len;
}

static void put_string(struct out *out, const char *text)
{
	put(out, text, strlen(text));
}

static void put_number(struct out *out, unsigned number)
{
	char text[16];

	put(out, text, (size_t)snprintf(text, sizeof(text), "%u", number));
}

static void put_mac(struct out *out, const struct tp_mac *mac, char between)
{
	static const char digits[] = "0123456789ABCDEF";
	char text[3 * sizeof(mac->bytes)], *at = text;

	for (unsigned i = 0; i < sizeof(mac->bytes); i++) {
		if (i > 0 && between != '\0')
			*at++ = between;
		*at++ = digits[mac->bytes[i] >> 4];
		*at++ = digits[mac->bytes[i] & 15];
	}
	put(out, text, (size_t)(at - text));
}

static void put_word(struct out *out, enum tp_line_word word, const struct tp_radius_session *s)
{
	switch (word) {
	case TP_LINE_WORD_INTERFACE:
		put_string(out, s->interface);
		break;
	case TP_LINE_WORD_MAC:
		put_mac(out, &s->mac, ':');
		break;
	case TP_LINE_WORD_MAC_DASHES:
		put_mac(out, &s->mac, '-');
		break;
	case TP_LINE_WORD_MAC_BARE:
		put_mac(out, &s->mac, '\0');
		break;
	case TP_LINE_WORD_SERVICE:
		put_string(out, s->service_name);
		break;
	case TP_LINE_WORD_CIRCUIT_ID:
		put_string(out, s->line != NULL ? s->line->circuit_id : "");
		break;
	case TP_LINE_WORD_REMOTE_ID:
		put_string(out, s->line != NULL ? s->line->remote_id : "");
		break;
	case TP_LINE_WORD_OUTER_VLAN:
		put_number(out, s->vlans.outer);
		break;
	case TP_LINE_WORD_INNER_VLAN:
		put_number(out, s->vlans.inner);
		break;
	default:
		put_number(out, s->session_id);
		break;
	}
}

char *tp_radius_format(const char *format, const struct tp_radius_session *session, char *text,
		       size_t size)
{
	struct out out = {.text = text, .size = size};

	while (*format != '\0') {
		const char *start = format;
		size_t plain;
		int word = tp_format_next(tp_line_words, &format, &plain);

		put(&out, start, plain);
		if (word >= 0)
			put_word(&out, (enum tp_line_word)word, session);
	}
	text[out.used] = '\0';
	return text;
}

/* ---- a session ---- */

static const char *or_else(const char *format, const char *standard)
{
	return format != NULL ? format : standard;
}

char *tp_radius_nas_port_id(const struct tp_radius_nas *nas, const struct tp_radius_session *s,
			    char text[TP_RADIUS_LINE_TEXT])
{
	const bool circuit =
		nas->circuit_id_in_nas_port_id && s->line != NULL && s->line->circuit_id[0] != '\0';

	return tp_radius_format(circuit ? "{circuit-id}" : or_else(nas->nas_port_id, "{interface}"),
				s, text, TP_RADIUS_LINE_TEXT);
}

char *tp_radius_calling_station_id(const struct tp_radius_nas *nas,
				   const struct tp_radius_session *s,
				   char text[TP_RADIUS_LINE_TEXT])
{
	return tp_radius_format(or_else(nas->calling_station_id, "{mac}"), s, text,
				TP_RADIUS_LINE_TEXT);
}

/* What we transmit at, a slash, what we receive at: RFC 2869, 5.11. */
static void put_connect_info(struct tp_radius_builder *b, const struct tp_access_line *line)
{
	const uint64_t down = line->number[TP_LINE_ACTUAL_RATE_DOWN];
	const uint64_t up = line->number[TP_LINE_ACTUAL_RATE_UP];
	char text[48];

	if (down == 0 || up == 0)
		return;
	snprintf(text, sizeof(text), "%" PRIu64 "/%" PRIu64, down * 1000, up * 1000);
	tp_radius_put_text(b, TP_RADIUS_CONNECT_INFO, text);
}

/* Rates are kbit/s on the PPPoE wire and bit/s in RADIUS: TR-101, 3.9.1; RFC 4679, 3.3.3. */
static void put_line(struct tp_radius_builder *b, const struct tp_access_line *line)
{
	static const struct {
		enum tp_radius_attribute attribute;
		uint32_t scale;
	} numbers[TP_LINE_NUMBER_COUNT] = {
		[TP_LINE_ACTUAL_RATE_UP] = {TP_RADIUS_ADSL_ACTUAL_RATE_UP, 1000},
		[TP_LINE_ACTUAL_RATE_DOWN] = {TP_RADIUS_ADSL_ACTUAL_RATE_DOWN, 1000},
		[TP_LINE_MINIMUM_RATE_UP] = {TP_RADIUS_ADSL_MINIMUM_RATE_UP, 1000},
		[TP_LINE_MINIMUM_RATE_DOWN] = {TP_RADIUS_ADSL_MINIMUM_RATE_DOWN, 1000},
		[TP_LINE_ATTAINABLE_RATE_UP] = {TP_RADIUS_ADSL_ATTAINABLE_RATE_UP, 1000},
		[TP_LINE_ATTAINABLE_RATE_DOWN] = {TP_RADIUS_ADSL_ATTAINABLE_RATE_DOWN, 1000},
		[TP_LINE_MAXIMUM_RATE_UP] = {TP_RADIUS_ADSL_MAXIMUM_RATE_UP, 1000},
		[TP_LINE_MAXIMUM_RATE_DOWN] = {TP_RADIUS_ADSL_MAXIMUM_RATE_DOWN, 1000},
		[TP_LINE_ACTUAL_DELAY_UP] = {TP_RADIUS_ADSL_ACTUAL_DELAY_UP, 1},
		[TP_LINE_ACTUAL_DELAY_DOWN] = {TP_RADIUS_ADSL_ACTUAL_DELAY_DOWN, 1},
	};

	put_connect_info(b, line);
	tp_radius_put_text(b, TP_RADIUS_ADSL_AGENT_CIRCUIT_ID, line->circuit_id);
	tp_radius_put_text(b, TP_RADIUS_ADSL_AGENT_REMOTE_ID, line->remote_id);
	for (unsigned i = 0; i < TP_LINE_NUMBER_COUNT; i++) {
		uint64_t value = (uint64_t)line->number[i] * numbers[i].scale;

		if (value != 0)
			tp_radius_put_u32(b, numbers[i].attribute,
					  value < UINT32_MAX ? (uint32_t)value : UINT32_MAX);
	}
}

void tp_radius_put_session(struct tp_radius_builder *b, const struct tp_radius_nas *nas,
			   const struct tp_radius_session *s)
{
	char id[TP_RADIUS_SESSION_ID_LEN], text[TP_RADIUS_LINE_TEXT];

	tp_radius_put_text(b, TP_RADIUS_USER_NAME, s->user);
	tp_radius_put_u32(b, TP_RADIUS_SERVICE_TYPE, TP_RADIUS_SERVICE_FRAMED);
	tp_radius_put_u32(b, TP_RADIUS_FRAMED_PROTOCOL, TP_RADIUS_PROTOCOL_PPP);
	tp_radius_put_u32(b, TP_RADIUS_NAS_PORT, s->nas_port);
	tp_radius_put_u32(b, TP_RADIUS_NAS_PORT_TYPE, TP_RADIUS_PORT_ETHERNET);
	tp_radius_put_text(b, TP_RADIUS_NAS_PORT_ID, tp_radius_nas_port_id(nas, s, text));
	tp_radius_put_text(b, TP_RADIUS_CALLING_STATION_ID,
			   tp_radius_calling_station_id(nas, s, text));
	tp_radius_put_text(b, TP_RADIUS_CALLED_STATION_ID,
			   tp_radius_format(or_else(nas->called_station_id, "{service}"), s, text,
					    sizeof(text)));
	tp_radius_put_text(b, TP_RADIUS_ACCT_SESSION_ID,
			   tp_radius_session_id(s->accounting_id, id));
	if (s->line != NULL)
		put_line(b, s->line);
}
