/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/menus/search.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ipv6_text.h"
#include "config/types/value.h"
#include "radius/identity.h"

#define MAC_DIGITS     12
#define MAC_DIGITS_MIN 6 /* alone; fewer may as well be a part of a name */

/* ---- reading ------------------------------------------------------------------------------- */

/* Digits with colons or hyphens among them, Cisco's groups of four with dots, or six and more
 * alone. */
static void read_mac(const char *text, char mac[MAC_DIGITS + 1])
{
	unsigned count = 0, group = 0, marks = 0;

	mac[0] = '\0';
	for (const char *c = text; *c != '\0'; c++) {
		if (isxdigit((unsigned char)*c) && count < MAC_DIGITS) {
			mac[count++] = (char)tolower((unsigned char)*c);
			group++;
			continue;
		}
		if ((*c != ':' && *c != '-' && *c != '.') || (*c == '.' && group != 4)) {
			mac[0] = '\0';
			return;
		}
		marks++;
		group = 0;
	}
	mac[count >= (marks > 0 ? 2 : MAC_DIGITS_MIN) ? count : 0] = '\0';
}

/* "10.0.0.5", "10.0.0.0/24". */
static bool read_ipv4(const char *text, struct tp_ip_prefix *prefix)
{
	struct tp_prefix whole = {.length = 32};

	if (!tp_ipv4_parse(text, &whole.address) && !tp_prefix_parse(text, &whole))
		return false;
	*prefix = tp_ip_prefix_of4(&whole);
	return true;
}

/* "10.0.1": the rest is still being typed. */
static bool begins_ipv4(const char *text)
{
	return strchr(text, '.') != NULL && strspn(text, "0123456789.") == strlen(text);
}

/* "2001:db8:5:", "2001:db8:5::1", "2001:db8:5::/48". */
static bool read_ipv6(const char *text, struct tp_ip_prefix *prefix)
{
	struct tp_prefix6 whole = {.length = 128};
	char longer[TP_SEARCH_LEN + 2];
	size_t len = strlen(text);
	unsigned groups = 0;

	if (strchr(text, ':') == NULL || len > TP_SEARCH_LEN)
		return false;
	if (!tp_prefix6_parse(text, &whole) && !tp_ipv6_parse(text, whole.address)) {
		snprintf(longer, sizeof(longer), "%s%s", text, text[len - 1] == ':' ? ":" : "::");
		if (!tp_ipv6_parse(longer, whole.address))
			return false;
		for (const char *c = text; *c != '\0'; c++)
			groups += *c == ':' || c[1] == '\0';
		groups -= text[len - 1] == ':' && len > 1 && text[len - 2] == ':';
		whole.length = (uint8_t)(16 * groups);
	}
	prefix->ip = tp_ip_of6(whole.address);
	prefix->length = whole.length;
	return true;
}

void tp_search_read(const char *text, struct tp_search *search)
{
	*search = (struct tp_search){.text = text};
	read_mac(text, search->mac);
	if (!read_ipv4(text, &search->prefix) && !read_ipv6(text, &search->prefix))
		search->begins_ipv4 = begins_ipv4(text);
}

/* ---- comparing ----------------------------------------------------------------------------- */

static bool same_bits(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	const unsigned whole = bits / 8, left = bits % 8;

	return memcmp(a, b, whole) == 0 &&
	       (left == 0 || ((a[whole] ^ b[whole]) >> (8 - left)) == 0);
}

static bool finds_ipv4(const struct tp_search *search, uint32_t address)
{
	const struct tp_prefix own = {address, 32};
	char text[TP_IPV4_TEXT_LEN];

	if (address == 0)
		return false;
	if (search->begins_ipv4)
		return strncmp(tp_ipv4_format(address, text), search->text, strlen(search->text)) ==
		       0;
	return search->prefix.ip.family == TP_FAMILY_IPV4 &&
	       same_bits(tp_ip_prefix_of4(&own).ip.bytes, search->prefix.ip.bytes,
			 search->prefix.length);
}

/* One lies in the other: an address in the subscriber's prefix, or his prefix in what is sought. */
static bool finds_ipv6(const struct tp_search *search, const struct tp_prefix6 *own)
{
	const unsigned sought = search->prefix.length;

	return own->length != 0 && search->prefix.ip.family == TP_FAMILY_IPV6 &&
	       same_bits(own->address, search->prefix.ip.bytes,
			 sought < own->length ? sought : own->length);
}

static bool finds_prefixes(const struct tp_search *search, const struct tp_session_ipv6 *ipv6)
{
	if (search->prefix.ip.family != TP_FAMILY_IPV6)
		return false;
	for (unsigned i = 0; i < ipv6->delegated_count; i++)
		if (finds_ipv6(search, &ipv6->routes[i]))
			return true;
	return finds_ipv6(search, &ipv6->prefix) || finds_ipv6(search, &ipv6->address);
}

static bool finds_mac(const struct tp_search *search, const struct tp_mac *mac)
{
	char text[TP_MAC_TEXT_LEN], digits[MAC_DIGITS + 1];
	unsigned count = 0;

	if (search->mac[0] == '\0')
		return false;
	for (const char *c = tp_mac_format(mac, text); *c != '\0' && count < MAC_DIGITS; c++)
		if (isxdigit((unsigned char)*c))
			digits[count++] = (char)tolower((unsigned char)*c);
	digits[count] = '\0';
	return strstr(digits, search->mac) != NULL;
}

static bool finds_line(const struct tp_search *search, const struct tp_access_line *line)
{
	return line != NULL && (strcasestr(line->circuit_id, search->text) != NULL ||
				strcasestr(line->remote_id, search->text) != NULL);
}

static bool finds_id(const struct tp_search *search, const struct tp_session_info *info)
{
	char id[TP_RADIUS_SESSION_ID_LEN], own[24];

	snprintf(own, sizeof(own), "*%" PRIX64, info->id);
	return strcasecmp(search->text, own) == 0 ||
	       strcasecmp(search->text, tp_radius_session_id(info->accounting_id, id)) == 0;
}

bool tp_search_finds(const struct tp_search *search, const struct tp_session_info *info)
{
	return strcasestr(info->user, search->text) != NULL || finds_mac(search, &info->mac) ||
	       finds_ipv4(search, info->remote_address) || finds_prefixes(search, &info->ipv6) ||
	       finds_line(search, info->line) || finds_id(search, info);
}
