/* SPDX-License-Identifier: BSD-3-Clause */
/* Values into texts and JSON, and comparing them. */
#include "config/types/property.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put_numbers(FILE *out, const struct tp_number_list *list)
{
	for (unsigned i = 0; i < list->count; i++)
		fprintf(out, "%s%u", i > 0 ? "," : "", list->number[i]);
}

static void put_addresses(FILE *out, const struct tp_address_list *list)
{
	char text[TP_IPV4_TEXT_LEN];
	for (unsigned i = 0; i < list->count; i++)
		fprintf(out, "%s%s", i > 0 ? "," : "", tp_ipv4_format(list->address[i], text));
}

static void put_ranges(FILE *out, const struct tp_range_list *list)
{
	char text[TP_RANGE_TEXT_LEN];
	for (unsigned i = 0; i < list->count; i++)
		fprintf(out, "%s%s", i > 0 ? "," : "", tp_range_format(&list->range[i], text));
}

static void put_prefixes(FILE *out, const struct tp_prefix_list *list)
{
	char text[TP_PREFIX_TEXT_LEN];
	for (unsigned i = 0; i < list->count; i++)
		fprintf(out, "%s%s", i > 0 ? "," : "", tp_prefix_format(&list->prefix[i], text));
}

static void put_routes(FILE *out, const struct tp_framed_route_list *list)
{
	char dst[TP_PREFIX_TEXT_LEN], gateway[TP_IPV4_TEXT_LEN];
	for (unsigned i = 0; i < list->count; i++) {
		const struct tp_framed_route *route = &list->route[i];
		fprintf(out, "%s%s", i > 0 ? "," : "", tp_prefix_format(&route->dst, dst));
		if (route->gateway != 0 || route->metric != 1)
			fprintf(out, " %s", tp_ipv4_format(route->gateway, gateway));
		if (route->metric != 1)
			fprintf(out, " %u", route->metric);
	}
}

static void put_delays(FILE *out, const struct tp_delay_list *list)
{
	for (unsigned i = 0; i < list->count; i++) {
		if (list->step[i].ms == TP_DELAY_NEVER)
			fprintf(out, "%snever", i > 0 ? "," : "");
		else
			fprintf(out, "%s%ums", i > 0 ? "," : "", list->step[i].ms);
		if (i > 0)
			fprintf(out, ":%u", list->step[i].sessions);
	}
}

static void put_vlans(FILE *out, const struct tp_vlan_list *list)
{
	char text[TP_VLAN_RANGE_TEXT_LEN];
	for (unsigned i = 0; i < list->count; i++)
		fprintf(out, "%s%s", i > 0 ? "," : "", tp_vlan_range_format(&list->range[i], text));
}

static void put_names(FILE *out, const struct tp_name_list *list)
{
	for (unsigned i = 0; i < list->count; i++)
		fprintf(out, "%s%s", i > 0 ? "," : "", list->name[i]);
}

static void put_methods(FILE *out, const struct tp_auth_list *list, const char *const *words)
{
	for (unsigned i = 0; i < list->count; i++)
		fprintf(out, "%s%s", i > 0 ? "," : "", words[list->method[i]]);
}

/* A number that is shown as a word. */
static bool is_word(const struct tp_property *property, const void *field)
{
	return property->zero != NULL && *(const uint32_t *)field == 0;
}

static void put_value(FILE *out, const struct tp_property *property, const void *field)
{
	char text[TP_RANGE_TEXT_LEN];
	const struct tp_endpoint *endpoint = field;

	switch (property->type) {
	case TP_TYPE_STRING:
		fputs(*(char *const *)field, out);
		break;
	case TP_TYPE_BOOL:
		fputs(*(const bool *)field ? "yes" : "no", out);
		break;
	case TP_TYPE_NUMBER:
		if (is_word(property, field))
			fputs(property->zero, out);
		else
			fprintf(out, "%u", *(const uint32_t *)field);
		break;
	case TP_TYPE_NUMBER_LIST:
		put_numbers(out, field);
		break;
	case TP_TYPE_TIME:
		fputs(tp_time_format(*(const uint32_t *)field, text), out);
		break;
	case TP_TYPE_ENUM:
		fputs(property->words[*(const unsigned *)field], out);
		break;
	case TP_TYPE_AUTH_LIST:
		put_methods(out, field, property->words);
		break;
	case TP_TYPE_ADDRESS:
		fputs(tp_ipv4_format(*(const uint32_t *)field, text), out);
		break;
	case TP_TYPE_ADDRESS_LIST:
		put_addresses(out, field);
		break;
	case TP_TYPE_ENDPOINT:
		if (endpoint->kind == TP_ENDPOINT_ADDRESS)
			fputs(tp_ipv4_format(endpoint->address, text), out);
		else if (endpoint->kind == TP_ENDPOINT_POOL)
			fputs(endpoint->pool, out);
		break;
	case TP_TYPE_RANGE_LIST:
		put_ranges(out, field);
		break;
	case TP_TYPE_PREFIX:
		fputs(tp_prefix_format(field, text), out);
		break;
	case TP_TYPE_PREFIX_LIST:
	case TP_TYPE_NETWORK_LIST:
		put_prefixes(out, field);
		break;
	case TP_TYPE_ROUTE_LIST:
		put_routes(out, field);
		break;
	case TP_TYPE_DELAY_LIST:
		put_delays(out, field);
		break;
	case TP_TYPE_BYTES:
		fprintf(out, "%" PRIu64, *(const uint64_t *)field);
		break;
	case TP_TYPE_VLAN_LIST:
		put_vlans(out, field);
		break;
	case TP_TYPE_MAC_PREFIX:
		fputs(tp_mac_prefix_format(field, text), out);
		break;
	case TP_TYPE_NAME_LIST:
		put_names(out, field);
		break;
	case TP_TYPE_RATE_LIMIT:
		if (*(struct tp_rate_limit *const *)field != NULL)
			tp_rate_limit_print(out, *(struct tp_rate_limit *const *)field);
		break;
	}
}

char *tp_property_to_text(const struct tp_property *property, const void *item)
{
	const void *field = (const char *)item + property->offset;
	char *text = NULL;
	size_t size = 0;

	if (property->type == TP_TYPE_STRING)
		return strdup(*(char *const *)field);
	FILE *out = open_memstream(&text, &size);
	if (out == NULL)
		return NULL;
	if (!tp_property_empty(property, item))
		put_value(out, property, field);
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

json_t *tp_property_to_json(const struct tp_property *property, const void *item)
{
	const void *field = (const char *)item + property->offset;

	switch (property->type) {
	case TP_TYPE_STRING:
		return json_string(*(char *const *)field);
	case TP_TYPE_ENUM:
		return json_string(property->words[*(const unsigned *)field]);
	case TP_TYPE_BOOL:
		return json_boolean(*(const bool *)field);
	case TP_TYPE_NUMBER:
		return is_word(property, field) ? json_string(property->zero)
						: json_integer(*(const uint32_t *)field);
	case TP_TYPE_BYTES:
		return json_integer((json_int_t) * (const uint64_t *)field);
	case TP_TYPE_NUMBER_LIST: {
		const struct tp_number_list *list = field;
		json_t *array = json_array();
		for (unsigned i = 0; i < list->count; i++)
			json_array_append_new(array, json_integer(list->number[i]));
		return array;
	}
	case TP_TYPE_VLAN_LIST: {
		const struct tp_vlan_list *list = field;
		if (list->count == 1 && list->range->first == list->range->last)
			return json_integer(list->range->first);
		__attribute__((fallthrough));
	}
	default: {
		char *text = tp_property_to_text(property, item);
		json_t *string = text != NULL ? json_string(text) : NULL;
		free(text);
		return string;
	}
	}
}

bool tp_property_equal(const struct tp_property *property, const void *a, const void *b)
{
	const void *x = (const char *)a + property->offset, *y = (const char *)b + property->offset;

	switch (property->type) {
	case TP_TYPE_STRING:
		return strcmp(*(char *const *)x, *(char *const *)y) == 0;
	case TP_TYPE_BOOL:
	case TP_TYPE_NUMBER:
	case TP_TYPE_TIME:
	case TP_TYPE_ENUM:
	case TP_TYPE_ADDRESS:
	case TP_TYPE_BYTES:
	case TP_TYPE_MAC_PREFIX:
		return memcmp(x, y, tp_value_size(property->type)) == 0;
	default:
		break;
	}
	bool no_x = tp_property_empty(property, a), no_y = tp_property_empty(property, b);
	if (no_x || no_y)
		return no_x && no_y;
	char *s = tp_property_to_text(property, a), *t = tp_property_to_text(property, b);
	bool equal = s != NULL && t != NULL && strcmp(s, t) == 0;
	free(s);
	free(t);
	return equal;
}

static void join_words(const char *const *words, char *text, size_t size)
{
	size_t n = 0;
	text[0] = '\0';
	for (unsigned i = 0; words[i] != NULL && n < size; i++)
		n += (size_t)snprintf(text + n, size - n, "%s%s", i > 0 ? ", " : "", words[i]);
}

char *tp_property_expected(const struct tp_property *property, char *text, size_t size)
{
	char words[100] = "";
	static const char *const plain[] = {
		[TP_TYPE_BOOL] = "yes or no",
		[TP_TYPE_TIME] = "a time such as 10s, 1d2h or 00:01:00",
		[TP_TYPE_ADDRESS] = "an IPv4 address such as 192.0.2.1",
		[TP_TYPE_ADDRESS_LIST] = "one or two IPv4 addresses",
		[TP_TYPE_ENDPOINT] = "an IPv4 address or the name of a pool",
		[TP_TYPE_RANGE_LIST] = "a list of address ranges such as 10.0.0.2-10.0.0.5",
		[TP_TYPE_PREFIX] = "a network such as 192.0.2.0/24",
		[TP_TYPE_PREFIX_LIST] = "a list of addresses such as 192.0.2.1/24",
		[TP_TYPE_NETWORK_LIST] = "a list of networks such as 192.0.2.0/24,198.51.100.7",
		[TP_TYPE_ROUTE_LIST] = "a list of routes such as 198.51.100.0/24 10.0.0.2 1",
		[TP_TYPE_DELAY_LIST] = "a list of delays such as 0ms,100ms:300,never:1000",
		[TP_TYPE_BYTES] = "a number of bytes such as 5000000, 500M or 10G",
		[TP_TYPE_MAC_PREFIX] = "a MAC address such as 02:AA:BB:00:00:01, or the beginning "
				       "of some such as 02:AA:BB:00:00:00/24",
		[TP_TYPE_RATE_LIMIT] = "a rate limit such as 10M/50M, or with bursts 10M/50M "
				       "20M/100M 8M/40M 10s/10s",
	};
	if (property->words != NULL)
		join_words(property->words, words, sizeof(words));
	switch (property->type) {
	case TP_TYPE_STRING:
		if (property->min > 0)
			snprintf(text, size, "a string of %u to %u bytes", property->min,
				 property->max);
		else
			snprintf(text, size, "a string of at most %u bytes", property->max);
		break;
	case TP_TYPE_NUMBER:
		snprintf(text, size, "a number from %u to %u%s%s", property->min, property->max,
			 property->zero != NULL ? ", or " : "",
			 property->zero != NULL ? property->zero : "");
		break;
	case TP_TYPE_NUMBER_LIST:
		snprintf(text, size, "a list of numbers from %u to %u", property->min,
			 property->max);
		break;
	case TP_TYPE_VLAN_LIST:
		snprintf(text, size,
			 "a number from %u to %u, or a list of such and of ranges such as "
			 "100-115,120",
			 property->min, property->max);
		break;
	case TP_TYPE_ENUM:
		snprintf(text, size, "one of %s", words);
		break;
	case TP_TYPE_AUTH_LIST:
		snprintf(text, size, "a list of %s", words);
		break;
	case TP_TYPE_NAME_LIST:
		snprintf(text, size, "a name, or a list of names, of %u to %u bytes each",
			 property->min, property->max);
		break;
	default:
		snprintf(text, size, "%s", plain[property->type]);
		break;
	}
	return text;
}
