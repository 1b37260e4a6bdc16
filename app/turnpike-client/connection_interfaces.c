/* SPDX-License-Identifier: BSD-3-Clause */
/* What others do to the interfaces of a connection, its own above and those below, and what is done
 * about it. */
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "connection_private.h"
#include "dialling.h"

#define TUN_MEND_MS 1000

/* The session goes on over the new one. */
static void remake_tun(struct connection *c)
{
	struct tp_error error = {0};

	if (interface_remake(&c->interface, &error) != 0) {
		tp_log_error(c->settings->name, "%s: %s", error.place, error.message);
		c->broken = true;
		connection_hang_up(c, c->now_ms);
		return;
	}
	c->common.tun = c->interface.tun;
	for (unsigned i = 0; i < c->link_count; i++)
		c->link[i].forward.tun = c->interface.tun;
	connection_watch_tun(c);
}

void connection_look_at_tun(struct connection *c)
{
	c->tun_ms = TP_NEVER;
	if (c->hanging_up)
		return;
	switch (interface_state(&c->interface)) {
	case INTERFACE_FINE:
		return;
	case INTERFACE_CHANGED:
		interface_restore(&c->interface);
		break;
	case INTERFACE_GONE:
		remake_tun(c);
		break;
	}
	c->tun_mended_ms = c->now_ms;
}

/* Who does it again and again has it put right once a second, not more often. */
static void tun_changed(struct connection *c)
{
	const uint64_t soonest_ms = c->tun_mended_ms + TUN_MEND_MS;

	if (c->tun_mended_ms == 0 || c->now_ms >= soonest_ms)
		connection_look_at_tun(c);
	else
		c->tun_ms = soonest_ms;
}

void connection_changed(struct connection *c, const struct monitor_change *change, uint64_t now_ms)
{
	c->now_ms = now_ms;
	if (change == NULL || change->default_route)
		interface_look_at_route(&c->interface);
	if (change != NULL && change->default_route)
		return;
	for (unsigned i = 0; i < c->link_count && !c->finished; i++) {
		struct link *link = &c->link[i];

		if (change != NULL && change->ifindex != link->session.ifindex &&
		    strcmp(change->name, link->interface) != 0)
			continue;
		link_look(link, now_ms);
		if (link->state == LINK_IDLE && !c->hanging_up)
			dialling_usable(c, link);
	}
	if (change == NULL || change->ifindex == c->interface.ifindex)
		tun_changed(c);
	host6_look(&c->host6, now_ms);
}

const char *connection_invalid(const struct connection *c)
{
	const char *why = NULL;

	for (unsigned i = 0; i < c->link_count; i++) {
		if (c->link[i].unusable != -ENODEV)
			return NULL;
		why = c->link[i].why;
	}
	return why;
}
