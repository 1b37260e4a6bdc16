/* SPDX-License-Identifier: BSD-3-Clause */
#include "host6.h"

#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "base/ipv6_text.h"
#include "base/log.h"
#include "netlink.h"

#define NOWHERE_METRIC UINT32_MAX /* after everything that is somewhere */
#define NETWORK_METRIC 256	  /* of the routes that come with addresses: the kernel's */
#define LAN_LENGTH     64

static void tell(const struct host6 *h, const char *what, const char *name, int err)
{
	if (err != 0)
		tp_log_warning(h->settings->name, "dhcp-client: cannot %s %s: %s", what, name,
			       strerror(-err));
}

/* ---- what has been given ------------------------------------------------------------------- */

static uint32_t seconds_left(uint64_t until_ms, uint64_t now_ms)
{
	uint64_t left_s = until_ms > now_ms ? (until_ms - now_ms) / 1000 : 0;

	return until_ms == TP_NEVER || left_s > UINT32_MAX ? UINT32_MAX : (uint32_t)left_s;
}

static struct netlink_address6 lasting(const struct host6 *h, const struct tp_prefix6 *address,
				       const struct tp_ipv6_host_lease *lease)
{
	return (struct netlink_address6){
		.prefix = *address,
		.preferred_s = seconds_left(lease->preferred_until_ms, h->now_ms),
		.valid_s = seconds_left(lease->valid_until_ms, h->now_ms),
	};
}

/* The first network that LAN interface I can have of PREFIX, host 1 in it; length 0: there is none
 * so far in. */
static struct tp_prefix6 lan_address(const struct tp_prefix6 *prefix, unsigned i)
{
	struct tp_prefix6 address = *prefix;

	if (prefix->length == 0 || prefix->length > LAN_LENGTH ||
	    (LAN_LENGTH - prefix->length < 8 && i >> (LAN_LENGTH - prefix->length) != 0))
		return (struct tp_prefix6){.length = 0};
	address.address[LAN_LENGTH / 8 - 1] |= (uint8_t)i;
	address.address[15] = 1;
	address.length = LAN_LENGTH;
	return address;
}

static void take_from_lan(struct host6 *h, struct host6_lan *lan)
{
	const struct tp_prefix6 network = tp_prefix6_of(lan->address.address, LAN_LENGTH);

	if (lan->ifindex != 0) { /* it may have gone with the interface */
		netlink_address6(h->interface->nl, lan->ifindex,
				 &(struct netlink_address6){.prefix = lan->address}, false);
		/* The kernel leaves it there until it expires. */
		netlink_route6(h->interface->nl, lan->ifindex, &network, NETWORK_METRIC, false);
	}
	*lan = (struct host6_lan){0};
}

/* Each time with the lifetimes that are left. */
static void give_to_lan(struct host6 *h, unsigned i, const struct tp_ipv6_host_lease *lease)
{
	const struct tp_prefix6 address = lan_address(&lease->prefix, i);
	const int ifindex = (int)if_nametoindex(h->wish.lan[i]);
	struct host6_lan *lan = &h->lan[i];
	struct netlink_address6 given;
	char text[TP_PREFIX6_TEXT_LEN];
	bool is_new;

	if (lan->ifindex != ifindex || !tp_prefix6_same(&lan->address, &address))
		take_from_lan(h, lan);
	if (ifindex == 0 || address.length == 0)
		return;
	is_new = lan->ifindex == 0;
	given = lasting(h, &address, lease);
	tell(h, "give an address to", h->wish.lan[i],
	     netlink_address6(h->interface->nl, ifindex, &given, true));
	*lan = (struct host6_lan){ifindex, address};
	if (is_new)
		tp_log_info(h->settings->name, "dhcp-client: %s has %s", h->wish.lan[i],
			    tp_prefix6_format(&address, text));
}

/* What of the prefix no interface has, is nowhere: else it would go round in circles between the
 * default route and the access concentrator (RFC 7084, WPD-5). */
static void set_delegated(struct host6 *h, const struct tp_prefix6 *prefix)
{
	char text[TP_PREFIX6_TEXT_LEN];

	if (tp_prefix6_same(&h->delegated, prefix))
		return;
	if (h->delegated.length != 0)
		netlink_route6(h->interface->nl, 0, &h->delegated, NOWHERE_METRIC, false);
	h->delegated = *prefix;
	if (prefix->length == 0) {
		h->ops->told(h->user, "the prefix is gone");
		return;
	}
	netlink_route6(h->interface->nl, 0, prefix, NOWHERE_METRIC, true);
	tp_prefix6_format(prefix, text);
	h->ops->told(h->user, text);
}

/* Of several prefixes the one that may still be given out. */
static const struct tp_ipv6_host_lease *prefix_in_use(const struct host6 *h)
{
	static const struct tp_ipv6_host_lease none;
	const struct tp_ipv6_host_lease *last = &none;

	for (unsigned i = 0; i < TP_IPV6_HOST_LEASES && h->host.bound; i++) {
		const struct tp_ipv6_host_lease *lease = &h->host.prefixes[i];

		if (lease->prefix.length == 0)
			continue;
		if (lease->preferred_until_ms > h->now_ms)
			return lease;
		last = lease;
	}
	return last;
}

static void share_prefix(struct host6 *h)
{
	const struct tp_ipv6_host_lease *lease = prefix_in_use(h);

	set_delegated(h, &lease->prefix);
	for (unsigned i = 0; i < h->wish.lan_count; i++)
		give_to_lan(h, i, lease);
}

static void set_address(struct host6 *h)
{
	static const struct tp_ipv6_host_lease none;
	const struct tp_ipv6_host_lease *lease = h->host.bound ? &h->host.address : &none;
	struct netlink_address6 given = {.prefix = h->address};

	if (h->address.length != 0 && !tp_prefix6_same(&h->address, &lease->prefix))
		netlink_address6(h->interface->nl, h->interface->ifindex, &given, false);
	h->address = lease->prefix;
	if (h->address.length == 0)
		return;
	given = lasting(h, &h->address, lease);
	tell(h, "give an address to", h->settings->name,
	     netlink_address6(h->interface->nl, h->interface->ifindex, &given, true));
}

static void take_all_back(struct host6 *h)
{
	for (unsigned i = 0; i < LAN_MAX; i++)
		take_from_lan(h, &h->lan[i]);
	if (h->delegated.length != 0)
		set_delegated(h, &(struct tp_prefix6){.length = 0});
}

/* ---- what the engine tells ------------------------------------------------------------------ */

static void on_output(void *user, const uint8_t *packet, size_t len)
{
	struct host6 *h = user;

	h->ops->output(h->user, packet, len);
}

static void on_changed(void *user, unsigned changed)
{
	struct host6 *h = user;

	if (changed & TP_IPV6_HOST_DNS)
		interface_name_servers6(h->interface, h->host.dns, h->host.dns_count);
	if (changed & TP_IPV6_HOST_ADDRESS)
		set_address(h);
	if (changed & TP_IPV6_HOST_PREFIX)
		share_prefix(h);
	if (changed & TP_IPV6_HOST_REFUSED) {
		tp_log_debug(h->settings->name, "dhcp-client: the server has nothing for us");
		take_all_back(h);
	}
}

static const struct tp_ipv6_host_ops host_ops = {.output = on_output, .changed = on_changed};

/* ---- from set-up to the end ----------------------------------------------------------------- */

/* FNV-1a: the same for the same name, on each start. */
static uint32_t iaid_of(const char *name)
{
	uint32_t iaid = 2166136261u;

	for (; *name != '\0'; name++)
		iaid = (iaid ^ (uint8_t)*name) * 16777619u;
	return iaid;
}

void host6_init(struct host6 *h, const struct settings *settings, struct interface *interface,
		const uint8_t mac[6], struct tp_random *random, const struct host6_ops *ops,
		void *user)
{
	*h = (struct host6){
		.settings = settings,
		.interface = interface,
		.ops = ops,
		.user = user,
		.common = {.ops = &host_ops, .random = random, .counters = &h->counters},
		.iaid = iaid_of(settings->name),
	};
	tp_duid_of_mac(&h->duid, mac);
	tp_ipv6_host_init(&h->host, &h->common, h);
}

/* With the prefix that there was last as a hint, unless another is wished for. */
static void begin(struct host6 *h)
{
	struct tp_ipv6_host_config *config = &h->common.config;

	*config = (struct tp_ipv6_host_config){
		.address = h->wish.enabled && h->wish.address,
		.prefix = h->wish.enabled && h->wish.prefix,
		.rapid_commit = h->wish.rapid_commit,
		.hint = h->wish.hint.length != 0 ? h->wish.hint : h->delegated,
		.max_delay_ms = 0, /* there is nobody else on the link */
	};
	tp_ipv6_host_start(&h->host, h->id, &h->duid, h->iaid, h->now_ms);
}

void host6_set(struct host6 *h, const struct dhcp6_settings *wish, uint64_t now_ms)
{
	h->now_ms = now_ms;
	if (memcmp(&h->wish, wish, sizeof(*wish)) == 0)
		return;
	if (h->up)
		tp_ipv6_host_release(&h->host, now_ms);
	take_all_back(h);
	h->wish = *wish;
	if (h->up)
		begin(h);
}

void host6_up(struct host6 *h, const uint8_t id[8], uint64_t now_ms)
{
	h->now_ms = now_ms;
	h->up = true;
	memcpy(h->id, id, sizeof(h->id));
	begin(h);
}

void host6_down(struct host6 *h, uint64_t now_ms)
{
	h->now_ms = now_ms;
	h->up = false;
	h->address.length = 0; /* it has gone with the interface's others */
	tp_ipv6_host_stop(&h->host);
}

void host6_release(struct host6 *h, uint64_t now_ms)
{
	h->now_ms = now_ms;
	if (h->up)
		tp_ipv6_host_release(&h->host, now_ms);
	take_all_back(h);
}

bool host6_renew(struct host6 *h, uint64_t now_ms)
{
	h->now_ms = now_ms;
	if (!h->up || !h->host.bound)
		return false;
	tp_ipv6_host_again(&h->host, true, now_ms);
	return true;
}

bool host6_again(struct host6 *h, uint64_t now_ms)
{
	if (!h->up || !h->wish.enabled)
		return false;
	host6_release(h, now_ms);
	begin(h);
	return true;
}

/* ---- packets and time ----------------------------------------------------------------------- */

/* RFC 4861, section 4.2: the O flag says that there are name servers by DHCPv6. */
static void ask_for_information(struct host6 *h)
{
	struct tp_ipv6_host_config *config = &h->common.config;

	if (!h->settings->use_peer_dns || config->information ||
	    !(h->host.other || h->host.managed))
		return;
	config->information = true;
	if (h->host.state == TP_IPV6_HOST_IDLE)
		tp_ipv6_host_again(&h->host, false, h->now_ms);
}

/* Router Advertisements are the kernel's too; so is what programs of this machine get by DHCPv6. */
bool host6_input(struct host6 *h, const uint8_t *packet, size_t len, uint64_t now_ms)
{
	enum tp_ipv6_reason reason;
	uint64_t before;

	h->now_ms = now_ms;
	if (!h->up)
		return false;
	before = h->counters.received[TP_IPV6_ROUTER_ADVERTISEMENT];
	reason = tp_ipv6_host_input(&h->host, packet, len, now_ms);
	ask_for_information(h);
	return reason == TP_IPV6_NO_REASON &&
	       h->counters.received[TP_IPV6_ROUTER_ADVERTISEMENT] == before;
}

void host6_look(struct host6 *h, uint64_t now_ms)
{
	h->now_ms = now_ms;
	for (unsigned i = 0; i < h->wish.lan_count; i++)
		if (h->up && h->host.bound &&
		    h->lan[i].ifindex != (int)if_nametoindex(h->wish.lan[i]))
			give_to_lan(h, i, prefix_in_use(h));
}

void host6_tick(struct host6 *h, uint64_t now_ms)
{
	h->now_ms = now_ms;
	tp_ipv6_host_tick(&h->host, now_ms);
}

uint64_t host6_deadline(const struct host6 *h)
{
	return tp_ipv6_host_deadline(&h->host);
}

/* ---- for people ----------------------------------------------------------------------------- */

const char *host6_status(const struct host6 *h)
{
	static const char *const words[] = {
		[TP_IPV6_HOST_IDLE] = "stopped",
		[TP_IPV6_HOST_SOLICITING] = "searching...",
		[TP_IPV6_HOST_REQUESTING] = "requesting...",
		[TP_IPV6_HOST_BOUND] = "bound",
		[TP_IPV6_HOST_RENEWING] = "renewing...",
		[TP_IPV6_HOST_REBINDING] = "rebinding...",
		[TP_IPV6_HOST_RELEASING] = "releasing...",
		[TP_IPV6_HOST_ASKING] = "searching...",
		[TP_IPV6_HOST_INFORMED] = "bound",
		[TP_IPV6_HOST_DONE] = "stopped",
	};

	return h->up && h->wish.enabled ? words[h->host.state] : "stopped";
}

uint64_t host6_valid_until_ms(const struct host6 *h)
{
	const struct tp_ipv6_host_lease *prefix = prefix_in_use(h);

	if (!h->host.bound)
		return 0;
	return prefix->prefix.length != 0 ? prefix->valid_until_ms : h->host.address.valid_until_ms;
}
