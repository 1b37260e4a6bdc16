/* SPDX-License-Identifier: BSD-3-Clause */
/* Routes to a subscriber. */
#include "config/types/type.h"
#include "config/types/value.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "dst-address [gateway [metric]]"; RouterOS writes 0.0.0.0 for the subscriber itself. */
static bool parse_route(char *text, struct tp_framed_route *route, const char **why)
{
	char *save = NULL;
	char *dst = strtok_r(text, " \t", &save), *gateway = strtok_r(NULL, " \t", &save);
	char *metric = strtok_r(NULL, " \t", &save);
	uint32_t n = 1;

	if (dst == NULL || strtok_r(NULL, " \t", &save) != NULL)
		return false;
	if (!tp_network_read(dst, &route->dst, why))
		return false;
	if (gateway != NULL && strcmp(gateway, "0.0.0.0") != 0 &&
	    !tp_host_read(gateway, &route->gateway))
		return false;
	if (metric != NULL && !tp_number_read(metric, 1, 255, &n))
		return false;
	route->metric = (uint8_t)n;
	route->has_metric = metric != NULL;
	return true;
}

static bool parse(struct tp_parse *p, void *field)
{
	struct tp_framed_route_list *list = field;
	if (p->count == 0)
		return true;
	list->route = calloc(p->count, sizeof(*list->route));
	if (list->route == NULL)
		return false;
	for (; list->count < p->count; list->count++) {
		if (!parse_route(p->text[list->count], &list->route[list->count], &p->why))
			return false;
	}
	return true;
}

static void print(FILE *out, const struct tp_property *property, const void *field)
{
	const struct tp_framed_route_list *list = field;
	char dst[TP_PREFIX_TEXT_LEN], gateway[TP_IPV4_TEXT_LEN];

	for (unsigned i = 0; i < list->count; i++) {
		const struct tp_framed_route *route = &list->route[i];

		fprintf(out, "%s%s", i > 0 ? "," : "", tp_prefix_format(&route->dst, dst));
		if (route->gateway != 0 || route->has_metric)
			fprintf(out, " %s", tp_ipv4_format(route->gateway, gateway));
		if (route->has_metric)
			fprintf(out, " %u", route->metric);
	}
}

static bool is_empty(const void *field)
{
	return ((const struct tp_framed_route_list *)field)->count == 0;
}

static void clear(void *field)
{
	free(((struct tp_framed_route_list *)field)->route);
}

const struct tp_type tp_type_route_list = {
	.name = "list of routes",
	.size = TP_VALUE_SIZE(struct tp_framed_route_list),
	.list = true,
	.expected = "a list of routes such as 198.51.100.0/24 10.0.0.2 1",
	.parse = parse,
	.print = print,
	.is_empty = is_empty,
	.clear = clear,
};
