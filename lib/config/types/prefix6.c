/* SPDX-License-Identifier: BSD-3-Clause */
/* Networks of IPv6: one, or several. */
#include "base/ipv6_text.h"
#include "config/types/type.h"
#include "config/types/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An address alone is a /128. */
static bool read_one(const char *text, struct tp_prefix6 *out, const char **why)
{
	char address[TP_IPV6_TEXT_LEN];
	size_t len = strcspn(text, "/");
	uint32_t length = 128;

	if (len >= sizeof(address))
		return false;
	memcpy(address, text, len);
	address[len] = '\0';
	if (!tp_ipv6_parse(address, out->address) ||
	    (text[len] == '/' && !tp_number_read(text + len + 1, 0, 128, &length)))
		return false;
	out->length = (uint8_t)length;
	if (tp_prefix6_is_network(out))
		return true;
	*why = "is an address inside a network; expected the network's own";
	return false;
}

static bool parse(struct tp_parse *p, void *field)
{
	return p->whole[0] == '\0' || read_one(p->whole, field, &p->why);
}

static void print(FILE *out, const struct tp_property *property, const void *field)
{
	char text[TP_PREFIX6_TEXT_LEN];

	fputs(tp_prefix6_format(field, text), out);
}

static bool is_empty(const void *field)
{
	return ((const struct tp_prefix6 *)field)->length == 0;
}

const struct tp_type tp_type_prefix6 = {
	.name = "IPv6 network",
	.size = TP_VALUE_SIZE(struct tp_prefix6),
	.plain = true,
	.expected = "an IPv6 network such as 2001:db8::/32",
	.parse = parse,
	.print = print,
	.is_empty = is_empty,
};

static bool parse_any(struct tp_parse *p, void *field)
{
	return read_one(p->whole, field, &p->why);
}

const struct tp_type tp_type_network6 = {
	.name = "IPv6 network",
	.size = TP_VALUE_SIZE(struct tp_prefix6),
	.plain = true,
	.expected = "an IPv6 network such as 2001:db8::/32",
	.parse = parse_any,
	.print = print,
};

static bool parse_list(struct tp_parse *p, void *field)
{
	struct tp_prefix6_list *list = field;

	if (p->count == 0)
		return true;
	list->prefix = calloc(p->count, sizeof(*list->prefix));
	if (list->prefix == NULL)
		return false;
	for (; list->count < p->count; list->count++)
		if (!read_one(p->text[list->count], &list->prefix[list->count], &p->why))
			return false;
	return true;
}

static void print_list(FILE *out, const struct tp_property *property, const void *field)
{
	const struct tp_prefix6_list *list = field;

	for (unsigned i = 0; i < list->count; i++) {
		fputs(i > 0 ? "," : "", out);
		print(out, property, &list->prefix[i]);
	}
}

static bool list_is_empty(const void *field)
{
	return ((const struct tp_prefix6_list *)field)->count == 0;
}

static void clear_list(void *field)
{
	free(((struct tp_prefix6_list *)field)->prefix);
}

const struct tp_type tp_type_prefix6_list = {
	.name = "list of IPv6 networks",
	.size = TP_VALUE_SIZE(struct tp_prefix6_list),
	.list = true,
	.expected = "a list of IPv6 networks such as 2001:db8:1::/48,2001:db8:2::/56",
	.parse = parse_list,
	.print = print_list,
	.is_empty = list_is_empty,
	.clear = clear_list,
};
