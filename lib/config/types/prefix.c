/* SPDX-License-Identifier: BSD-3-Clause */
/* Networks, and addresses with the length of their network's prefix. */
#include "config/types/type.h"
#include "config/types/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool tp_prefix_parse(const char *text, struct tp_prefix *out)
{
	char address[TP_IPV4_TEXT_LEN];
	const char *slash = strchr(text, '/');
	uint32_t length = 32;

	if (slash == NULL) {
		out->length = 32;
		return tp_ipv4_parse(text, &out->address);
	}
	size_t n = (size_t)(slash - text);
	if (n >= sizeof(address))
		return false;
	memcpy(address, text, n);
	address[n] = '\0';
	slash++;
	if (!tp_digits_read(&slash, &length) || *slash != '\0' || length > 32)
		return false;
	out->length = (uint8_t)length;
	return tp_ipv4_parse(address, &out->address);
}

char *tp_prefix_format(const struct tp_prefix *prefix, char text[TP_PREFIX_TEXT_LEN])
{
	char address[TP_IPV4_TEXT_LEN];
	snprintf(text, TP_PREFIX_TEXT_LEN, "%s/%u", tp_ipv4_format(prefix->address, address),
		 prefix->length);
	return text;
}

bool tp_network_read(const char *text, struct tp_prefix *out, const char **why)
{
	if (!tp_prefix_parse(text, out))
		return false;
	if ((out->address & ~tp_prefix_mask(out->length)) != 0) {
		*why = "is an address inside a network; expected the network's own";
		return false;
	}
	return true;
}

static bool parse(struct tp_parse *p, void *field)
{
	return tp_network_read(p->whole, field, &p->why);
}

static void print(FILE *out, const struct tp_property *property, const void *field)
{
	char text[TP_PREFIX_TEXT_LEN];

	fputs(tp_prefix_format(field, text), out);
}

const struct tp_type tp_type_prefix = {
	.name = "network",
	.size = TP_VALUE_SIZE(struct tp_prefix),
	.expected = "a network such as 192.0.2.0/24",
	.parse = parse,
	.print = print,
};

/* The address of a host in its network. */
static bool parse_inside(const char *text, struct tp_prefix *prefix, const char **why)
{
	uint32_t first, host;

	if (!tp_prefix_parse(text, prefix))
		return false;
	if (strchr(text, '/') == NULL) {
		*why = "has no length of its network; expected one such as 192.0.2.1/24";
		return false;
	}
	first = prefix->address >> 24;
	if (first == 0 || first >= 224)
		return false;
	host = prefix->address & ~tp_prefix_mask(prefix->length);
	if (prefix->length < 31 && (host == 0 || host == ~tp_prefix_mask(prefix->length))) {
		*why = "is the network's own address, or its broadcast address";
		return false;
	}
	return true;
}

static bool parse_each(struct tp_parse *p, struct tp_prefix_list *list,
		       bool (*read)(const char *text, struct tp_prefix *prefix, const char **why))
{
	if (p->count == 0)
		return true;
	list->prefix = calloc(p->count, sizeof(*list->prefix));
	if (list->prefix == NULL)
		return false;
	for (; list->count < p->count; list->count++)
		if (!read(p->text[list->count], &list->prefix[list->count], &p->why))
			return false;
	return true;
}

static bool parse_addresses(struct tp_parse *p, void *field)
{
	return parse_each(p, field, parse_inside);
}

static bool parse_networks(struct tp_parse *p, void *field)
{
	return parse_each(p, field, tp_network_read);
}

static void print_list(FILE *out, const struct tp_property *property, const void *field)
{
	const struct tp_prefix_list *list = field;

	for (unsigned i = 0; i < list->count; i++) {
		fputs(i > 0 ? "," : "", out);
		print(out, property, &list->prefix[i]);
	}
}

static bool list_is_empty(const void *field)
{
	return ((const struct tp_prefix_list *)field)->count == 0;
}

static void clear_list(void *field)
{
	free(((struct tp_prefix_list *)field)->prefix);
}

const struct tp_type tp_type_prefix_list = {
	.name = "list of addresses with prefix length",
	.size = TP_VALUE_SIZE(struct tp_prefix_list),
	.list = true,
	.expected = "a list of addresses such as 192.0.2.1/24",
	.parse = parse_addresses,
	.print = print_list,
	.is_empty = list_is_empty,
	.clear = clear_list,
};

const struct tp_type tp_type_network_list = {
	.name = "list of networks",
	.size = TP_VALUE_SIZE(struct tp_prefix_list),
	.list = true,
	.expected = "a list of networks such as 192.0.2.0/24,198.51.100.7",
	.parse = parse_networks,
	.print = print_list,
	.is_empty = list_is_empty,
	.clear = clear_list,
};
