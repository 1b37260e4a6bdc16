/* SPDX-License-Identifier: BSD-3-Clause */
/* Texts into values: one function for each type, by a table. */
#include "base/text.h"
#include "config/types/password.h"
#include "config/types/property.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_LEN 256	    /* longest element of a list */
#define POOL_MAX (1u << 24) /* addresses of one pool */

/* Each reads TEXTS into FIELD, which is empty; returns false when they are no value of the type.
 * A more helpful sentence than "is not a …" goes to WHY. */
struct parse {
	const struct tp_property *property;
	unsigned count;
	char (*text)[TEXT_LEN]; /* the elements, for types that are lists */
	const char *whole;	/* the one text, for types that are not */
	const char *why;
};

static bool parse_number(const char *text, uint32_t min, uint32_t max, uint32_t *out)
{
	uint64_t v = 0;
	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if (!isdigit((unsigned char)*text))
			return false;
		v = v * 10 + (uint64_t)(*text - '0');
		if (v > max)
			return false;
	}
	*out = (uint32_t)v;
	return v >= min;
}

/* An address that a host can have. */
static bool parse_host(const char *text, uint32_t *out)
{
	return tp_ipv4_parse(text, out) && *out >> 24 != 0 && *out >> 24 < 224;
}

static int find_word(const char *const *words, const char *text)
{
	for (int i = 0; words[i] != NULL; i++) {
		if (strcasecmp(words[i], text) == 0)
			return i;
	}
	return -1;
}

static bool parse_string(struct parse *p, void *field)
{
	size_t len = strlen(p->whole);
	char **s = field;

	if (len < p->property->min || len > p->property->max)
		return false;
	if ((p->property->flags & TP_SECRET) == 0 && !tp_text_is_plain(p->whole)) {
		p->why = "has a control character in it";
		return false;
	}
	if (len > 0 && (p->property->flags & TP_HASHED) != 0)
		*s = tp_password_keep(p->whole);
	else
		*s = len > 0 ? strdup(p->whole) : tp_empty_string;
	return *s != NULL;
}

static bool parse_bool(struct parse *p, void *field)
{
	static const char *const words[] = {"no", "false", "yes", "true", NULL};
	int i = find_word(words, p->whole);
	*(bool *)field = i >= 2;
	return i >= 0;
}

static bool parse_number_field(struct parse *p, void *field)
{
	if (p->property->zero != NULL && strcasecmp(p->property->zero, p->whole) == 0) {
		*(uint32_t *)field = 0;
		return true;
	}
	return parse_number(p->whole, p->property->min, p->property->max, field);
}

static bool parse_number_list(struct parse *p, void *field)
{
	struct tp_number_list *list = field;
	if (p->count == 0)
		return false;
	list->number = calloc(p->count, sizeof(*list->number));
	if (list->number == NULL)
		return false;
	for (; list->count < p->count; list->count++) {
		uint32_t *n = &list->number[list->count];
		if (!parse_number(p->text[list->count], p->property->min, p->property->max, n))
			return false;
		for (unsigned i = 0; i < list->count; i++) {
			if (list->number[i] == *n) {
				p->why = "has a number twice";
				return false;
			}
		}
	}
	return true;
}

static bool parse_time(struct parse *p, void *field)
{
	return tp_time_parse(p->whole, field);
}

static bool parse_enum(struct parse *p, void *field)
{
	int i = find_word(p->property->words, p->whole);
	if (i < 0 && strcasecmp(p->whole, "true") == 0)
		i = find_word(p->property->words, "yes");
	if (i < 0 && strcasecmp(p->whole, "false") == 0)
		i = find_word(p->property->words, "no");
	*(unsigned *)field = (unsigned)i;
	return i >= 0;
}

static bool parse_auth_list(struct parse *p, void *field)
{
	struct tp_auth_list *list = field;
	for (unsigned i = 0; i < p->count; i++) {
		int method = find_word(p->property->words, p->text[i]);
		if (method < 0)
			return false;
		if (memchr(list->method, method, list->count) != NULL) {
			p->why = "has a method twice";
			return false;
		}
		list->method[list->count++] = (uint8_t)method;
	}
	return list->count > 0;
}

static bool parse_address(struct parse *p, void *field)
{
	return parse_host(p->whole, field);
}

static bool parse_address_list(struct parse *p, void *field)
{
	struct tp_address_list *list = field;
	if (p->count > 2)
		return false;
	for (; list->count < p->count; list->count++) {
		if (!parse_host(p->text[list->count], &list->address[list->count]))
			return false;
	}
	return true;
}

static bool parse_endpoint(struct parse *p, void *field)
{
	struct tp_endpoint *endpoint = field;
	size_t len = strlen(p->whole);

	if (len == 0)
		return true;
	if (strspn(p->whole, "0123456789./") == len) {
		endpoint->kind = TP_ENDPOINT_ADDRESS;
		return parse_host(p->whole, &endpoint->address);
	}
	if (len > p->property->max)
		return false;
	endpoint->kind = TP_ENDPOINT_POOL;
	endpoint->pool = strdup(p->whole);
	return endpoint->pool != NULL;
}

static int compare_ranges(const void *a, const void *b)
{
	uint32_t x = ((const struct tp_range *)a)->first, y = ((const struct tp_range *)b)->first;
	return (x > y) - (x < y);
}

/* Do any two overlap, or are they too many? Sorts a copy: long lists are cheap. */
static const char *ranges_fault(const struct tp_range_list *list)
{
	uint64_t total = 0;
	const char *fault = NULL;
	struct tp_range *sorted = malloc(list->count * sizeof(*sorted));

	if (sorted == NULL)
		return "is too long";
	memcpy(sorted, list->range, list->count * sizeof(*sorted));
	qsort(sorted, list->count, sizeof(*sorted), compare_ranges);
	for (unsigned i = 0; i < list->count; i++) {
		total += (uint64_t)sorted[i].last - sorted[i].first + 1;
		if (i > 0 && sorted[i].first <= sorted[i - 1].last)
			fault = "has an address in two ranges";
	}
	free(sorted);
	return total > POOL_MAX ? "has more than 16777216 addresses" : fault;
}

static bool parse_range_list(struct parse *p, void *field)
{
	struct tp_range_list *list = field;
	if (p->count == 0)
		return false;
	list->range = calloc(p->count, sizeof(*list->range));
	if (list->range == NULL)
		return false;
	for (; list->count < p->count; list->count++) {
		struct tp_range *range = &list->range[list->count];
		if (!tp_range_parse(p->text[list->count], range) || range->first >> 24 == 0 ||
		    range->last >> 24 >= 224)
			return false;
	}
	p->why = ranges_fault(list);
	return p->why == NULL;
}

static bool parse_network(const char *text, struct tp_prefix *out, const char **why)
{
	if (!tp_prefix_parse(text, out))
		return false;
	if ((out->address & ~tp_prefix_mask(out->length)) != 0) {
		*why = "is an address inside a network; expected the network's own";
		return false;
	}
	return true;
}

static bool parse_prefix(struct parse *p, void *field)
{
	return parse_network(p->whole, field, &p->why);
}

static bool parse_prefix_list(struct parse *p, void *field)
{
	struct tp_prefix_list *list = field;
	if (p->count == 0)
		return true;
	list->prefix = calloc(p->count, sizeof(*list->prefix));
	if (list->prefix == NULL)
		return false;
	for (; list->count < p->count; list->count++) {
		struct tp_prefix *prefix = &list->prefix[list->count];
		uint32_t first = 0;
		if (!tp_prefix_parse(p->text[list->count], prefix))
			return false;
		first = prefix->address >> 24;
		if (first == 0 || first >= 224)
			return false;
		uint32_t host = prefix->address & ~tp_prefix_mask(prefix->length);
		if (prefix->length < 31 && (host == 0 || host == ~tp_prefix_mask(prefix->length))) {
			p->why = "is the network's own address, or its broadcast address";
			return false;
		}
	}
	return true;
}

static bool parse_network_list(struct parse *p, void *field)
{
	struct tp_prefix_list *list = field;
	if (p->count == 0)
		return true;
	list->prefix = calloc(p->count, sizeof(*list->prefix));
	if (list->prefix == NULL)
		return false;
	for (; list->count < p->count; list->count++) {
		if (!parse_network(p->text[list->count], &list->prefix[list->count], &p->why))
			return false;
	}
	return true;
}

/* "dst-address [gateway [metric]]"; RouterOS writes 0.0.0.0 for the subscriber itself. */
static bool parse_route(char *text, struct tp_framed_route *route, const char **why)
{
	char *save = NULL;
	char *dst = strtok_r(text, " \t", &save), *gateway = strtok_r(NULL, " \t", &save);
	char *metric = strtok_r(NULL, " \t", &save);
	uint32_t n = 1;

	if (dst == NULL || strtok_r(NULL, " \t", &save) != NULL)
		return false;
	if (!parse_network(dst, &route->dst, why))
		return false;
	if (gateway != NULL && strcmp(gateway, "0.0.0.0") != 0 &&
	    !parse_host(gateway, &route->gateway))
		return false;
	if (metric != NULL && !parse_number(metric, 1, 255, &n))
		return false;
	route->metric = (uint8_t)n;
	return true;
}

static bool parse_route_list(struct parse *p, void *field)
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

static bool parse_delay_list(struct parse *p, void *field)
{
	for (unsigned i = 0; i < p->count; i++)
		if (!tp_delay_add(field, p->text[i]))
			return false;
	return p->count > 0;
}

static bool parse_vlan_list(struct parse *p, void *field)
{
	struct tp_vlan_list *list = field;
	if (p->count == 0)
		return false;
	list->range = calloc(p->count, sizeof(*list->range));
	if (list->range == NULL)
		return false;
	for (; list->count < p->count; list->count++) {
		struct tp_vlan_range *range = &list->range[list->count];
		if (!tp_vlan_range_parse(p->text[list->count], range) ||
		    range->first < p->property->min || range->last > p->property->max)
			return false;
	}
	if (!tp_vlan_list_sort(list))
		p->why = "has a VLAN id twice";
	return p->why == NULL;
}

static bool parse_mac_prefix(struct parse *p, void *field)
{
	return tp_mac_prefix_parse(p->whole, field);
}

static bool parse_bytes(struct parse *p, void *field)
{
	return tp_bytes_parse(p->whole, field);
}

static bool parse_name_list(struct parse *p, void *field)
{
	for (unsigned i = 0; i < p->count; i++) {
		size_t len = strlen(p->text[i]);
		if (len < p->property->min || len > p->property->max ||
		    !tp_name_add(field, p->text[i], &p->why))
			return false;
	}
	return p->count > 0;
}

static bool parse_rate_limit(struct parse *p, void *field)
{
	struct tp_rate_limit **limit = field;

	if (p->whole[0] == '\0')
		return true;
	*limit = malloc(sizeof(**limit));
	return *limit != NULL && tp_rate_limit_parse(p->whole, *limit, &p->why);
}

static const struct {
	bool (*parse)(struct parse *p, void *field);
	bool list;
} types[] = {
	[TP_TYPE_STRING] = {parse_string, false},
	[TP_TYPE_BOOL] = {parse_bool, false},
	[TP_TYPE_NUMBER] = {parse_number_field, false},
	[TP_TYPE_NUMBER_LIST] = {parse_number_list, true},
	[TP_TYPE_TIME] = {parse_time, false},
	[TP_TYPE_ENUM] = {parse_enum, false},
	[TP_TYPE_AUTH_LIST] = {parse_auth_list, true},
	[TP_TYPE_ADDRESS] = {parse_address, false},
	[TP_TYPE_ADDRESS_LIST] = {parse_address_list, true},
	[TP_TYPE_ENDPOINT] = {parse_endpoint, false},
	[TP_TYPE_RANGE_LIST] = {parse_range_list, true},
	[TP_TYPE_PREFIX] = {parse_prefix, false},
	[TP_TYPE_PREFIX_LIST] = {parse_prefix_list, true},
	[TP_TYPE_NETWORK_LIST] = {parse_network_list, true},
	[TP_TYPE_ROUTE_LIST] = {parse_route_list, true},
	[TP_TYPE_BYTES] = {parse_bytes, false},
	[TP_TYPE_DELAY_LIST] = {parse_delay_list, true},
	[TP_TYPE_VLAN_LIST] = {parse_vlan_list, true},
	[TP_TYPE_MAC_PREFIX] = {parse_mac_prefix, false},
	[TP_TYPE_NAME_LIST] = {parse_name_list, true},
	[TP_TYPE_RATE_LIMIT] = {parse_rate_limit, false},
};

/* Appends the comma-separated parts of S to TEXT, blanks around them cut; false when a part is
 * empty or too long, or there are too many. An empty S has no parts. */
static bool split(const char *s, char (*text)[TEXT_LEN], unsigned room, unsigned *count)
{
	while (isblank((unsigned char)*s))
		s++;
	if (*s == '\0')
		return true;
	for (;;) {
		s += strspn(s, " \t");
		size_t len = strcspn(s, ",");
		const char *next = s + len;
		while (len > 0 && isblank((unsigned char)s[len - 1]))
			len--;
		if (len == 0 || len >= TEXT_LEN || *count == room)
			return false;
		memcpy(text[*count], s, len);
		text[(*count)++][len] = '\0';
		if (*next == '\0')
			return true;
		s = next + 1;
	}
}

/* How many parts split() may find in all. */
static size_t parts(const struct tp_input *input)
{
	size_t n = 0;
	for (unsigned i = 0; i < input->count; i++) {
		n++;
		for (const char *c = input->text[i]; (c = strchr(c, ',')) != NULL; c++)
			n++;
	}
	return n;
}

static bool parse_list(struct parse *p, const struct tp_input *input, void *field)
{
	size_t room = parts(input);
	bool ok = room <= TP_LIST_MAX;

	if (!ok) {
		p->why = "has more than 4096 elements";
		return false;
	}
	p->text = calloc(room > 0 ? room : 1, TEXT_LEN);
	ok = p->text != NULL;
	for (unsigned i = 0; ok && i < input->count; i++)
		ok = split(input->text[i], p->text, (unsigned)room, &p->count);
	ok = ok && types[p->property->type].parse(p, field);
	free(p->text);
	return ok;
}

static int fail(const struct parse *p, const struct tp_input *input, struct tp_error *error)
{
	char expected[200], quoted[TP_QUOTE_LEN];
	bool hide = (p->property->flags & TP_SECRET) != 0 || input->count != 1;

	tp_property_expected(p->property, expected, sizeof(expected));
	if (p->why != NULL)
		return tp_error_set(error, -EINVAL, NULL, "%s%s%s%s", hide ? "the value" : "'",
				    hide ? "" : tp_quote(input->text[0], quoted), hide ? " " : "' ",
				    p->why);
	return tp_error_set(error, -EINVAL, NULL, "%s%s%s not %s", hide ? "the value" : "'",
			    hide ? "" : tp_quote(input->text[0], quoted), hide ? " is" : "' is",
			    expected);
}

int tp_property_parse(const struct tp_property *property, void *item, const struct tp_input *input,
		      struct tp_error *error)
{
	struct parse p = {.property = property};
	union tp_value fresh;
	bool ok = false;

	memset(&fresh, 0, sizeof(fresh));
	if (types[property->type].list) {
		ok = parse_list(&p, input, &fresh);
	} else if (!input->list) {
		p.whole = input->text[0];
		ok = types[property->type].parse(&p, &fresh);
	} else {
		p.why = "is a list; expected one value";
	}
	if (!ok) {
		tp_value_clear(property->type, &fresh);
		return fail(&p, input, error);
	}
	tp_property_clear(property, item);
	memcpy((char *)item + property->offset, &fresh, tp_value_size(property->type));
	return 0;
}
