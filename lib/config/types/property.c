/* SPDX-License-Identifier: BSD-3-Clause */
/* Values inside items: freed, copied, compared, shown. */
#include "config/types/property.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

char tp_empty_string[1] = "";

static void *field_of(const struct tp_property *property, const void *item)
{
	return (char *)(uintptr_t)item + property->offset;
}

size_t tp_value_size(enum tp_type type)
{
	static const size_t sizes[] = {
		[TP_TYPE_STRING] = sizeof(char *),
		[TP_TYPE_BOOL] = sizeof(bool),
		[TP_TYPE_NUMBER] = sizeof(uint32_t),
		[TP_TYPE_NUMBER_LIST] = sizeof(struct tp_number_list),
		[TP_TYPE_TIME] = sizeof(uint32_t),
		[TP_TYPE_ENUM] = sizeof(unsigned),
		[TP_TYPE_AUTH_LIST] = sizeof(struct tp_auth_list),
		[TP_TYPE_ADDRESS] = sizeof(uint32_t),
		[TP_TYPE_ADDRESS_LIST] = sizeof(struct tp_address_list),
		[TP_TYPE_ENDPOINT] = sizeof(struct tp_endpoint),
		[TP_TYPE_RANGE_LIST] = sizeof(struct tp_range_list),
		[TP_TYPE_PREFIX] = sizeof(struct tp_prefix),
		[TP_TYPE_PREFIX_LIST] = sizeof(struct tp_prefix_list),
		[TP_TYPE_ROUTE_LIST] = sizeof(struct tp_framed_route_list),
		[TP_TYPE_NETWORK_LIST] = sizeof(struct tp_prefix_list),
		[TP_TYPE_BYTES] = sizeof(uint64_t),
		[TP_TYPE_DELAY_LIST] = sizeof(struct tp_delay_list),
		[TP_TYPE_VLAN_LIST] = sizeof(struct tp_vlan_list),
		[TP_TYPE_MAC_PREFIX] = sizeof(struct tp_mac_prefix),
		[TP_TYPE_NAME_LIST] = sizeof(struct tp_name_list),
		[TP_TYPE_RATE_LIMIT] = sizeof(struct tp_rate_limit *),
	};
	return sizes[type];
}

static void clear_names(struct tp_name_list *list)
{
	for (unsigned i = 0; i < list->count; i++)
		free(list->name[i]);
	free(list->name);
}

void tp_value_clear(enum tp_type type, void *value)
{
	char **string = value;

	switch (type) {
	case TP_TYPE_STRING:
		if (*string != tp_empty_string)
			free(*string);
		*string = tp_empty_string;
		return;
	case TP_TYPE_NUMBER_LIST:
		free(((struct tp_number_list *)value)->number);
		break;
	case TP_TYPE_ENDPOINT:
		free(((struct tp_endpoint *)value)->pool);
		break;
	case TP_TYPE_RANGE_LIST:
		free(((struct tp_range_list *)value)->range);
		break;
	case TP_TYPE_PREFIX_LIST:
	case TP_TYPE_NETWORK_LIST:
		free(((struct tp_prefix_list *)value)->prefix);
		break;
	case TP_TYPE_ROUTE_LIST:
		free(((struct tp_framed_route_list *)value)->route);
		break;
	case TP_TYPE_VLAN_LIST:
		free(((struct tp_vlan_list *)value)->range);
		break;
	case TP_TYPE_NAME_LIST:
		clear_names(value);
		break;
	case TP_TYPE_RATE_LIMIT:
		free(*(struct tp_rate_limit **)value);
		break;
	default: /* owns nothing */
		break;
	}
	memset(value, 0, tp_value_size(type));
}

void tp_property_clear(const struct tp_property *property, void *item)
{
	tp_value_clear(property->type, field_of(property, item));
}

/* By way of its text: what is shown can be read back, for every type. */
int tp_property_copy(const struct tp_property *property, void *to, const void *from)
{
	if (tp_property_empty(property, from)) {
		tp_property_clear(property, to);
		return 0;
	}
	char *text = tp_property_to_text(property, from);
	if (text == NULL)
		return -ENOMEM;
	const char *const texts[] = {text};
	const struct tp_input input = {.text = texts, .count = 1};
	int err = tp_property_parse(property, to, &input, NULL);
	free(text);
	return err;
}

bool tp_property_empty(const struct tp_property *property, const void *item)
{
	const void *field = field_of(property, item);
	switch (property->type) {
	case TP_TYPE_STRING:
		return **(char *const *)field == '\0';
	case TP_TYPE_ADDRESS:
		return *(const uint32_t *)field == 0;
	case TP_TYPE_NUMBER_LIST:
		return ((const struct tp_number_list *)field)->count == 0;
	case TP_TYPE_AUTH_LIST:
		return ((const struct tp_auth_list *)field)->count == 0;
	case TP_TYPE_ADDRESS_LIST:
		return ((const struct tp_address_list *)field)->count == 0;
	case TP_TYPE_ENDPOINT:
		return ((const struct tp_endpoint *)field)->kind == TP_ENDPOINT_NONE;
	case TP_TYPE_RANGE_LIST:
		return ((const struct tp_range_list *)field)->count == 0;
	case TP_TYPE_PREFIX_LIST:
	case TP_TYPE_NETWORK_LIST:
		return ((const struct tp_prefix_list *)field)->count == 0;
	case TP_TYPE_ROUTE_LIST:
		return ((const struct tp_framed_route_list *)field)->count == 0;
	case TP_TYPE_DELAY_LIST:
		return ((const struct tp_delay_list *)field)->count == 0;
	case TP_TYPE_VLAN_LIST:
		return ((const struct tp_vlan_list *)field)->count == 0;
	case TP_TYPE_NAME_LIST:
		return ((const struct tp_name_list *)field)->count == 0;
	case TP_TYPE_RATE_LIMIT:
		return *(struct tp_rate_limit *const *)field == NULL;
	default:
		return false;
	}
}

const char *tp_property_reference(const struct tp_property *property, const void *item)
{
	const void *field = field_of(property, item);
	if (property->refers == 0)
		return NULL;
	if (property->type == TP_TYPE_ENDPOINT) {
		const struct tp_endpoint *endpoint = field;
		return endpoint->kind == TP_ENDPOINT_POOL ? endpoint->pool : NULL;
	}
	const char *name = *(char *const *)field;
	return *name != '\0' ? name : NULL;
}

const char *tp_type_name(enum tp_type type)
{
	static const char *const names[] = {
		[TP_TYPE_STRING] = "string",
		[TP_TYPE_BOOL] = "yes or no",
		[TP_TYPE_NUMBER] = "number",
		[TP_TYPE_NUMBER_LIST] = "list of numbers",
		[TP_TYPE_TIME] = "time",
		[TP_TYPE_ENUM] = "one of",
		[TP_TYPE_AUTH_LIST] = "list of",
		[TP_TYPE_ADDRESS] = "address",
		[TP_TYPE_ADDRESS_LIST] = "list of addresses",
		[TP_TYPE_ENDPOINT] = "address or pool",
		[TP_TYPE_RANGE_LIST] = "list of address ranges",
		[TP_TYPE_PREFIX] = "network",
		[TP_TYPE_PREFIX_LIST] = "list of addresses with prefix length",
		[TP_TYPE_ROUTE_LIST] = "list of routes",
		[TP_TYPE_NETWORK_LIST] = "list of networks",
		[TP_TYPE_BYTES] = "number of bytes",
		[TP_TYPE_DELAY_LIST] = "list of delays",
		[TP_TYPE_VLAN_LIST] = "list of VLAN ids",
		[TP_TYPE_MAC_PREFIX] = "MAC address or prefix",
		[TP_TYPE_NAME_LIST] = "list of names",
		[TP_TYPE_RATE_LIMIT] = "rate limit",
	};
	return names[type];
}
