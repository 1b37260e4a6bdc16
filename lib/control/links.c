/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/links.h"

#include "api/event.h"
#include "api/json.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/sample.h"
#include "control/control_private.h"

#define POLL_MS	 100
#define AGAIN_MS 1000

const struct tp_link *tp_links_get(const struct tp_control *c, unsigned port)
{
	return &c->links[port];
}

static void tell(struct tp_control *c, unsigned port, const char *text)
{
	const bool up = c->links[port].up;
	json_t *o;

	tp_log(up ? TP_LOG_INFO : TP_LOG_WARNING, "interface", "%s: %s", c->ports[port].name, text);
	c->stats.events++;
	if (!tp_mailbox_listens(&c->mailbox))
		return;
	o = tp_event_create(up ? "port-up" : "port-down");
	tp_json_text(o, "port", c->ports[port].name);
	tp_json_text(o, "text", text);
	tp_mailbox_event(&c->mailbox, o);
}

static const char *text_of(const struct tp_link *link)
{
	if (link->gone)
		return link->comes_again
			       ? "the link is down: the kernel's interface that the port was made "
				 "of "
				 "was deleted; one of its name is taken when it is there"
			       : "the link is down: the kernel's interface that the port was made "
				 "of "
				 "was deleted; one of its name is taken at the next start";
	return link->up ? "the link is up" : "the link is down";
}

static void take(struct tp_control *c, unsigned port, const struct tp_port_info *info)
{
	struct tp_link *link = &c->links[port];

	link->up = info->link_up;
	link->gone = info->device_gone;
	link->comes_again = info->device_comes_again;
	if (link->up)
		link->last_up_ms = tp_clock_wall_ms();
	tp_tap_carrier(&c->taps[port], link->up);
	tp_dataplane_port_link_set(c->dp, port, link->up);
}

void tp_links_begin(struct tp_control *c)
{
	for (unsigned i = 0; i < c->port_count; i++) {
		take(c, i, &c->ports[i]);
		if (!c->links[i].up)
			tell(c, i, text_of(&c->links[i]));
	}
}

static void refuse(struct tp_control *c, unsigned port, const struct tp_error *e)
{
	struct tp_link *link = &c->links[port];

	link->again_ms = c->now_ms + AGAIN_MS;
	if (!link->refused)
		tp_log_error("interface", "%s: the interface is there again and can't be taken: %s",
			     e->place, e->message);
	link->refused = true;
}

/* The device of PORT has gone: has it come again? */
static void look_again(struct tp_control *c, unsigned port)
{
	struct tp_link *link = &c->links[port];
	struct tp_port_info info;
	struct tp_error e = {0};
	int is;

	if (c->now_ms < link->again_ms)
		return;
	is = tp_dataplane_port_again(c->dp, port, &e);
	if (is < 0)
		refuse(c, port, &e);
	if (is <= 0 || tp_dataplane_port_info(c->dp, port, &info) != 0)
		return;
	link->refused = false;
	link->returns++;
	take(c, port, &info);
	tell(c, port,
	     link->up ? "the interface is there again: the link is up"
		      : "the interface is there again; the link is down");
}

static void look(struct tp_control *c, unsigned port)
{
	struct tp_link *link = &c->links[port];
	struct tp_port_info info;

	if (link->gone && link->comes_again)
		look_again(c, port);
	if (link->gone || tp_dataplane_port_info(c->dp, port, &info) != 0 ||
	    (info.link_up == link->up && info.device_gone == link->gone))
		return;
	if (link->up) {
		link->downs++;
		link->last_down_ms = tp_clock_wall_ms();
	}
	take(c, port, &info);
	tell(c, port, text_of(link));
}

void tp_links_poll(struct tp_control *c)
{
	if (!c->kernel.links_changed && c->now_ms < c->links_due_ms)
		return;
	c->kernel.links_changed = false;
	c->links_due_ms = c->now_ms + POLL_MS;
	for (unsigned i = 0; i < c->port_count; i++)
		look(c, i);
}

void tp_links_describe(const struct tp_control *c, unsigned port, json_t *o)
{
	const struct tp_link *link = &c->links[port];

	tp_json_bool(o, "running", link->up);
	if (link->last_up_ms != 0)
		tp_json_date(o, "last-link-up-time", link->last_up_ms);
	if (link->last_down_ms != 0)
		tp_json_date(o, "last-link-down-time", link->last_down_ms);
	tp_json_number(o, "link-downs", link->downs);
}

void tp_links_samples(const struct tp_control *c, struct tp_samples *to)
{
	tp_samples_family(to, true, "turnpike_port_link_up", "port",
			  "Whether the port's link is up: 1, else 0.");
	for (unsigned i = 0; i < c->port_count; i++)
		tp_samples_put(to, c->ports[i].name, c->links[i].up);
	tp_samples_family(to, false, "turnpike_port_device_returns_total", "port",
			  "Times that the interface under the port was deleted and taken again.");
	for (unsigned i = 0; i < c->port_count; i++)
		tp_samples_put(to, c->ports[i].name, c->links[i].returns);
	tp_samples_family(to, false, "turnpike_port_link_downs_total", "port",
			  "Times that the port's link was lost.");
	for (unsigned i = 0; i < c->port_count; i++)
		tp_samples_put(to, c->ports[i].name, c->links[i].downs);
}
