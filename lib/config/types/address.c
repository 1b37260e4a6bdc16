/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv4 addresses: one, up to two, or a pool's name in the place of one. */
#include "config/types/property.h"
#include "config/types/type.h"
#include "config/types/value.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool tp_ipv4_parse(const char *text, uint32_t *out)
{
	struct in_addr addr;
	if (inet_pton(AF_INET, text, &addr) != 1)
		return false;
	*out = ntohl(addr.s_addr);
	return true;
}

char *tp_ipv4_format(uint32_t address, char text[TP_IPV4_TEXT_LEN])
{
	snprintf(text, TP_IPV4_TEXT_LEN, "%u.%u.%u.%u", address >> 24, address >> 16 & 0xff,
		 address >> 8 & 0xff, address & 0xff);
	return text;
}

bool tp_host_read(const char *text, uint32_t *out)
{
	return tp_ipv4_parse(text, out) && *out >> 24 != 0 && *out >> 24 < 224;
}

static bool parse(struct tp_parse *p, void *field)
{
	return tp_host_read(p->whole, field);
}

static void print(FILE *out, const struct tp_property *property, const void *field)
{
	char text[TP_IPV4_TEXT_LEN];

	fputs(tp_ipv4_format(*(const uint32_t *)field, text), out);
}

static bool is_empty(const void *field)
{
	return *(const uint32_t *)field == 0;
}

const struct tp_type tp_type_address = {
	.name = "address",
	.size = TP_VALUE_SIZE(uint32_t),
	.plain = true,
	.expected = "an IPv4 address such as 192.0.2.1",
	.parse = parse,
	.print = print,
	.is_empty = is_empty,
};

static bool parse_list(struct tp_parse *p, void *field)
{
	struct tp_address_list *list = field;
	if (p->count > 2)
		return false;
	for (; list->count < p->count; list->count++) {
		if (!tp_host_read(p->text[list->count], &list->address[list->count]))
			return false;
	}
	return true;
}

static void print_list(FILE *out, const struct tp_property *property, const void *field)
{
	const struct tp_address_list *list = field;

	for (unsigned i = 0; i < list->count; i++) {
		fputs(i > 0 ? "," : "", out);
		print(out, property, &list->address[i]);
	}
}

static bool list_is_empty(const void *field)
{
	return ((const struct tp_address_list *)field)->count == 0;
}

const struct tp_type tp_type_address_list = {
	.name = "list of addresses",
	.size = TP_VALUE_SIZE(struct tp_address_list),
	.list = true,
	.expected = "one or two IPv4 addresses",
	.parse = parse_list,
	.print = print_list,
	.is_empty = list_is_empty,
};

static bool parse_endpoint(struct tp_parse *p, void *field)
{
	struct tp_endpoint *endpoint = field;
	size_t len = strlen(p->whole);

	if (len == 0)
		return true;
	if (strspn(p->whole, "0123456789./") == len) {
		endpoint->kind = TP_ENDPOINT_ADDRESS;
		return tp_host_read(p->whole, &endpoint->address);
	}
	if (len > p->property->max)
		return false;
	endpoint->kind = TP_ENDPOINT_POOL;
	endpoint->pool = strdup(p->whole);
	return endpoint->pool != NULL;
}

static void print_endpoint(FILE *out, const struct tp_property *property, const void *field)
{
	const struct tp_endpoint *endpoint = field;

	if (endpoint->kind == TP_ENDPOINT_ADDRESS)
		print(out, property, &endpoint->address);
	else if (endpoint->kind == TP_ENDPOINT_POOL)
		fputs(endpoint->pool, out);
}

static bool endpoint_is_empty(const void *field)
{
	return ((const struct tp_endpoint *)field)->kind == TP_ENDPOINT_NONE;
}

static void clear_endpoint(void *field)
{
	free(((struct tp_endpoint *)field)->pool);
}

static const char *pool_of(const void *field)
{
	return ((const struct tp_endpoint *)field)->pool;
}

const struct tp_type tp_type_endpoint = {
	.name = "address or pool",
	.size = TP_VALUE_SIZE(struct tp_endpoint),
	.expected = "an IPv4 address or the name of a pool",
	.parse = parse_endpoint,
	.print = print_endpoint,
	.is_empty = endpoint_is_empty,
	.clear = clear_endpoint,
	.refers_to = pool_of,
};
