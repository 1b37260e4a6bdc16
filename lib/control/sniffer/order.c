/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/sniffer/order.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "base/ipv6_text.h"
#include "config/types/property.h"
#include "config/types/value.h"
#include "control/control_private.h"
#include "control/why/why.h"

#define HEADERS 128 /* bytes of a frame, with only-headers */

struct reading {
	const struct tp_control *c;
	struct tp_sniffer_order *order;
	struct tp_error *e;
};

static int refuse(struct reading *r, const char *name, const char *expected)
{
	return tp_error_set(r->e, -EINVAL, name, "%s is expected", expected);
}

static int read_subscriber(struct reading *r, const char *name, const char *text)
{
	if (text[0] == '\0' || strlen(text) >= sizeof(r->order->subscriber))
		return refuse(r, name, "a name, a MAC address, an address or a line");
	snprintf(r->order->subscriber, sizeof(r->order->subscriber), "%s", text);
	return 0;
}

static int read_interface(struct reading *r, const char *name, const char *text)
{
	if (strcmp(text, "all") == 0)
		return 0;
	for (unsigned i = 0; i < r->c->port_count; i++)
		if (strcmp(r->c->ports[i].name, text) == 0) {
			r->order->filter.ports |= 1u << i;
			return 0;
		}
	return refuse(r, name, "the name of a port");
}

static int read_mac(struct reading *r, const char *name, const char *text)
{
	r->order->filter.by_mac = tp_mac_parse(text, &r->order->filter.mac);
	return r->order->filter.by_mac ? 0 : refuse(r, name, "a MAC address");
}

static int read_address(struct reading *r, const char *name, const char *text)
{
	struct tp_prefix6 *prefix = &r->order->filter.prefix[0];

	if (tp_ipv4_parse(text, &r->order->filter.address) && r->order->filter.address != 0)
		return 0;
	if (tp_prefix6_parse(text, prefix) && prefix->length > 0)
		return 0;
	prefix->length = 128;
	return tp_ipv6_parse(text, prefix->address)
		       ? 0
		       : refuse(r, name, "an address, or a prefix of IPv6");
}

static int read_protocol(struct reading *r, const char *name, const char *text)
{
	r->order->filter.discovery = strcmp(text, "pppoe-discovery") == 0;
	return r->order->filter.discovery || strcmp(text, "all") == 0
		       ? 0
		       : refuse(r, name, "pppoe-discovery or all");
}

static int read_file_name(struct reading *r, const char *name, const char *text)
{
	if (!tp_sniffer_is_file_name(text))
		return refuse(r, name, "up to 63 letters, digits, dots, - and _, no dot in front");
	snprintf(r->order->file_name, sizeof(r->order->file_name), "%s", text);
	return 0;
}

static bool read_bytes(const char *text, uint64_t max, uint64_t *bytes)
{
	return tp_bytes_parse(text, bytes) && *bytes >= TP_SNIFFER_LIMIT_MIN && *bytes <= max;
}

static int read_file_limit(struct reading *r, const char *name, const char *text)
{
	return read_bytes(text, TP_SNIFFER_FILE_MAX, &r->order->file_limit)
		       ? 0
		       : refuse(r, name, "a number of bytes such as 500k or 100M, from 4Ki to 1Gi");
}

static int read_memory_limit(struct reading *r, const char *name, const char *text)
{
	return read_bytes(text, TP_SNIFFER_MEMORY_MAX, &r->order->memory_limit)
		       ? 0
		       : refuse(r, name, "a number of bytes such as 500k or 10M, from 4Ki to 64Mi");
}

static int read_packet_limit(struct reading *r, const char *name, const char *text)
{
	uint64_t packets;

	if (!tp_bytes_parse(text, &packets) || packets == 0 || packets > UINT32_MAX)
		return refuse(r, name, "a number of packets");
	r->order->packet_limit = (uint32_t)packets;
	return 0;
}

static int read_duration(struct reading *r, const char *name, const char *text)
{
	if (tp_time_parse(text, &r->order->duration_s) && r->order->duration_s > 0 &&
	    r->order->duration_s <= TP_SNIFFER_DURATION_MAX)
		return 0;
	return refuse(r, name, "a time such as 30s or 10m, up to a day");
}

static int read_only_headers(struct reading *r, const char *name, const char *text)
{
	const bool yes = strcmp(text, "yes") == 0 || strcmp(text, "true") == 0;

	r->order->filter.snap = yes ? HEADERS : 0;
	return yes || strcmp(text, "no") == 0 || strcmp(text, "false") == 0
		       ? 0
		       : refuse(r, name, "yes or no");
}

static const struct word {
	const char *name;
	int (*read)(struct reading *r, const char *name, const char *text);
	bool filter;  /* it says what is captured */
	bool to_disk; /* it says where it goes: of no use live */
} words[] = {
	{"subscriber", read_subscriber, true, false},
	{"filter-interface", read_interface, true, false},
	{"filter-mac-address", read_mac, true, false},
	{"filter-ip-address", read_address, true, false},
	{"filter-mac-protocol", read_protocol, true, false},
	{"file-name", read_file_name, false, true},
	{"file-limit", read_file_limit, false, false},
	{"memory-limit", read_memory_limit, false, true},
	{"packet-limit", read_packet_limit, false, false},
	{"duration", read_duration, false, false},
	{"only-headers", read_only_headers, false, false},
};

static const struct word *find_word(const char *name)
{
	for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i].name, name) == 0)
			return &words[i];
	return NULL;
}

static int read_body(struct reading *r, const json_t *body, bool live)
{
	char room[TP_API_TEXT_LEN];
	const char *name;
	json_t *value;

	json_object_foreach ((json_t *)(uintptr_t)body, name, value) {
		const struct word *word = find_word(name);
		const char *text = tp_api_text(value, room);
		int error;

		if (word == NULL || text == NULL || (live && word->to_disk))
			return tp_error_set(r->e, -EINVAL, NULL, "unknown parameter %.64s", name);
		error = word->read(r, name, text);
		if (error != 0)
			return error;
	}
	return 0;
}

/* Once for all that BODY does not say. They have been checked, but for a port that may be none
 * by now. */
static int read_settings(struct reading *r, const json_t *body, bool live)
{
	const struct tp_config_item *item = tp_config_first(r->c->config, TP_SNIFFER);
	bool filtered = false;
	int error = 0;

	for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		filtered |= words[i].filter && json_object_get(body, words[i].name) != NULL;
	for (unsigned i = 0; error == 0 && i < item->resource->count; i++) {
		const struct tp_property *property = &item->resource->properties[i];
		const struct word *word = find_word(property->name);
		char *text;

		if (word == NULL || tp_property_empty(property, item) || (live && word->to_disk) ||
		    (filtered && word->filter))
			continue;
		text = tp_property_to_text(property, item);
		error = text != NULL ? word->read(r, property->name, text) : -ENOMEM;
		free(text);
	}
	return error;
}

int tp_sniffer_order_read(const struct tp_control *c, const json_t *body, bool live,
			  struct tp_sniffer_order *order, struct tp_error *e)
{
	struct reading r = {c, order, e};
	int error;

	*order = (struct tp_sniffer_order){.subscriber = ""};
	error = read_settings(&r, body, live);
	order->anew = json_object_get(body, "file-name") == NULL;
	if (error == 0)
		error = read_body(&r, body, live);
	if (error != 0)
		return error;
	if (order->subscriber[0] != '\0' && (order->filter.by_mac || order->filter.address != 0 ||
					     order->filter.prefix[0].length != 0))
		return tp_error_set(e, -EINVAL, "subscriber",
				    "his addresses are known: no filter-mac-address or "
				    "filter-ip-address beside him");
	return 0;
}

bool tp_sniffer_follow(const struct tp_control *c, const char *subscriber,
		       struct tp_sniff_filter *filter, char *session, size_t size)
{
	struct tp_session_info info;
	struct tp_look look;

	tp_control_look(c, subscriber, &look);
	if (look.line_count == 0) {
		snprintf(session, size, "nobody is connected");
		if (look.caller_count > 0)
			filter->mac = look.callers[0]->mac;
		filter->by_mac = look.caller_count > 0 || tp_mac_parse(subscriber, &filter->mac);
		return filter->by_mac;
	}
	filter->by_mac = true;
	tp_line_info(look.lines[0], &info);
	filter->mac = info.mac;
	filter->address = info.remote_address;
	filter->prefix[0] = info.ipv6.prefix.length != 0 ? info.ipv6.prefix : info.ipv6.address;
	filter->prefix[1].length = 0;
	if (info.ipv6.delegated_count > 0)
		filter->prefix[1] = info.ipv6.routes[0];
	snprintf(session, size, "session %u of %s", info.session_id, info.user);
	return true;
}

void tp_sniffer_identify(const struct tp_control *c, char *subscriber)
{
	char text[sizeof(((struct tp_sniffer_order *)NULL)->subscriber)], mac_text[TP_MAC_TEXT_LEN];
	struct tp_session_info info = {0};
	const char *user = NULL;
	struct tp_look look;
	struct tp_mac mac;

	if (subscriber[0] == '\0' || tp_mac_parse(subscriber, &mac))
		return;
	tp_control_look(c, subscriber, &look);
	if (look.line_count > 0) {
		tp_line_info(look.lines[0], &info);
		user = info.user;
		mac = info.mac;
	} else if (look.caller_count > 0) {
		user = look.callers[0]->user;
		mac = look.callers[0]->mac;
	}
	if (user == NULL)
		return;
	snprintf(text, sizeof(text), "%s", user[0] != '\0' ? user : tp_mac_format(&mac, mac_text));
	memcpy(subscriber, text, sizeof(text));
}
