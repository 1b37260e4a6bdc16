/* SPDX-License-Identifier: BSD-3-Clause */
#include "dialling.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"

#define INTERFACE_MS   1000  /* between dials over an interface that comes and goes */
#define STEADY_MS      10000 /* a connection that has lasted so long may be dialled again at once */
#define REFUSAL_MIN_MS 5000  /* and a refused password is tried again after */
#define REFUSAL_MAX_MS 600000 /* at most */

/* ---- links ------------------------------------------------------------------------------------
 */

static struct dialer *dialer_of(struct connection *c, const struct link *link)
{
	return &c->dialer[c->is_bundle ? link - c->link : 0];
}

/* One that is authenticated, other than LINK; NULL: none is. */
static struct link *admitted_other(struct connection *c, const struct link *link)
{
	for (unsigned i = 0; i < c->link_count; i++) {
		if (&c->link[i] != link && c->link[i].state == LINK_NETWORK)
			return &c->link[i];
	}
	return NULL;
}

static bool all_idle(const struct connection *c)
{
	for (unsigned i = 0; i < c->link_count; i++) {
		if (c->link[i].state != LINK_IDLE)
			return false;
	}
	return true;
}

unsigned connection_links(const struct connection *c)
{
	unsigned count = 0;

	for (unsigned i = 0; i < c->link_count; i++)
		count += link_carries(&c->link[i]);
	return count;
}

/* The same access concentrator, and the same terms. */
static bool fits(const struct link *a, const struct link *b)
{
	return a->terms.mrru != 0 && a->endpoint.len > 0 && a->endpoint.len == b->endpoint.len &&
	       memcmp(a->endpoint.bytes, b->endpoint.bytes, a->endpoint.len) == 0 &&
	       a->terms.mrru == b->terms.mrru && a->terms.peer_mrru == b->terms.peer_mrru &&
	       a->terms.is_short == b->terms.is_short &&
	       a->terms.peer_is_short == b->terms.peer_is_short;
}

void dialling_carry(struct connection *c, struct link *link)
{
	link_carry(link, c->active);
	dialer_of(c, link)->up_ms = c->now_ms;
}

/* The link that the access concentrator lets in first has the network, and the keys of encryption
 * come of its login: until the network is up, one at a time, so that both sides mean the same. */
bool dialling_may_open(void *owner, struct link *link)
{
	const struct connection *c = owner;

	if (!c->is_bundle || c->connected_ms != 0)
		return true;
	for (unsigned i = 0; i < c->link_count; i++) {
		if (tp_ppp_phase(&c->link[i].client.ppp) != TP_PPP_DEAD)
			return false;
	}
	return true;
}

void dialling_open_held(struct connection *c)
{
	for (unsigned i = 0; i < c->link_count; i++) {
		if (tp_client_is_held(&c->link[i].client) && dialling_may_open(c, &c->link[i]))
			link_open_ppp(&c->link[i], c->now_ms);
	}
}

enum link_part dialling_admitted(void *owner, struct link *link)
{
	struct connection *c = owner;
	const struct link *other = c->is_bundle ? admitted_other(c, link) : NULL;

	c->now_ms = link->now_ms;
	if (other == NULL) {
		c->active = link;
		return LINK_ALONE;
	}
	if (!fits(other, link)) {
		tp_log_warning(c->settings->name,
			       "%s: it leads to another access concentrator, or without MP: it "
			       "can't be bundled",
			       link->interface);
		return LINK_UNFIT;
	}
	if (c->connected_ms != 0)
		dialling_carry(c, link);
	tp_log_info(c->settings->name, "%s: its link has joined", link->interface);
	return LINK_JOINS;
}

/* What depends on it goes to another that carries packets. */
void dialling_leaving(void *owner, struct link *link)
{
	struct connection *c = owner;
	struct link *other = c->connected_ms != 0 ? admitted_other(c, link) : NULL;

	if (link != c->active || other == NULL)
		return;
	tp_ppp_take_network(&other->client.ppp, &link->client.ppp);
	c->active = other;
}

void dialling_network_frame(void *owner, struct link *link, const uint8_t *frame, size_t len)
{
	struct connection *c = owner;

	c->active->now_ms = link->now_ms;
	tp_ppp_input(&c->active->client.ppp, frame, len, link->now_ms);
}

/* ---- dialling ---------------------------------------------------------------------------------
 */

static void dial_link(struct connection *c, struct link *link)
{
	struct dialer *dialer = dialer_of(c, link);

	dialer->redial_ms = TP_NEVER;
	dialer->up_ms = 0;
	dialer->dialled_ms = c->now_ms;
	c->dials++;
	link_dial(link, c->now_ms);
}

void dialling_usable(struct connection *c, struct link *link)
{
	struct dialer *dialer = dialer_of(c, link);
	const uint64_t soonest_ms = dialer->dialled_ms + INTERFACE_MS;

	if (link->unusable == 0 || dialer->redial_ms == TP_NEVER || !link_is_usable(link))
		return;
	if (!c->is_bundle)
		c->active = link;
	dialer->redial_ms = c->now_ms > soonest_ms ? c->now_ms : soonest_ms;
	backoff_reset(&dialer->backoff);
}

void dialling_dial(struct connection *c)
{
	c->waiting = false;
	tp_log_info(c->settings->name, "dialing");
	if (!c->is_bundle) {
		dial_link(c, c->active);
		return;
	}
	for (unsigned i = 0; i < c->link_count; i++) {
		if (c->link[i].state == LINK_IDLE)
			dial_link(c, &c->link[i]);
	}
}

/* Another interface may reach what this one does not. */
static void next_link(struct connection *c)
{
	unsigned at = (unsigned)(c->active - c->link);

	c->active = &c->link[(at + 1) % c->link_count];
}

static uint32_t wait_for(struct connection *c, struct dialer *dialer, const struct link_end *end,
			 bool was_steady)
{
	if (end->refused)
		return backoff_next(&dialer->refusals, &c->random);
	if (was_steady) {
		backoff_reset(&dialer->backoff);
		backoff_reset(&dialer->refusals);
		if (end->by_peer)
			return 0;
	}
	return backoff_next(&dialer->backoff, &c->random);
}

void dialling_wait(struct connection *c)
{
	c->waiting = true;
	for (unsigned i = 0; i < c->link_count; i++)
		c->dialer[i].redial_ms = TP_NEVER;
	interface_wait(&c->interface);
}

static void redial_later(struct connection *c, struct link *link, const struct link_end *end)
{
	struct dialer *dialer = dialer_of(c, link);
	const bool was_up = dialer->up_ms != 0;
	const uint32_t wait_ms =
		wait_for(c, dialer, end, was_up && c->now_ms - dialer->up_ms >= STEADY_MS);

	dialer->up_ms = 0;
	if (!was_up && !c->is_bundle)
		next_link(c);
	tp_log_debug(c->settings->name, "dialing again in %u ms", wait_ms);
	dialer->redial_ms = c->now_ms + wait_ms;
}

static void tell_ended(const struct connection *c, const struct link *link,
		       const struct link_end *end)
{
	const char *quote = end->text[0] != '\0' ? "\"" : "";

	tp_log_info(c->settings->name, "%s%sdisconnected: %s%s%s%s%s%s",
		    c->is_bundle ? link->interface : "", c->is_bundle ? ": " : "", end->reason,
		    end->text[0] != '\0' ? " (" : "", quote, end->text, quote,
		    end->text[0] != '\0' ? ")" : "");
}

/* The last link has gone, or did not come up. */
static void disconnected(struct connection *c, const struct link_end *end)
{
	c->connected_ms = 0;
	snprintf(c->last_end, sizeof(c->last_end), "%s%s%s%s", end->reason,
		 end->text[0] != '\0' ? " (\"" : "", end->text, end->text[0] != '\0' ? "\")" : "");
	if (c->ops != NULL)
		c->ops->disconnected(c->owner, c, end->reason);
}

void dialling_ended(void *owner, struct link *link, const struct link_end *end)
{
	struct connection *c = owner;
	const bool was_connected = c->connected_ms != 0;

	c->now_ms = link->now_ms;
	if (dialer_of(c, link)->up_ms == 0)
		c->failures++;
	tell_ended(c, link, end);
	if (admitted_other(c, link) == NULL)
		disconnected(c, end);
	if ((c->hanging_up || c->settings->once) && all_idle(c)) {
		c->finished = true;
		return;
	}
	if (c->hanging_up)
		return;
	if (c->settings->dial_on_demand && all_idle(c) && (was_connected || c->demand.count == 0)) {
		dialling_wait(c);
		return;
	}
	redial_later(c, link, end);
	dialling_open_held(c);
}

void dialling_tick(struct connection *c)
{
	if (!c->is_bundle) {
		if (c->now_ms >= c->dialer[0].redial_ms)
			dialling_dial(c);
		return;
	}
	for (unsigned i = 0; i < c->link_count; i++) {
		if (c->now_ms < c->dialer[i].redial_ms)
			continue;
		tp_log_info(c->settings->name, "%s: dialing", c->link[i].interface);
		dial_link(c, &c->link[i]);
	}
}

void dialling_init(struct connection *c)
{
	for (unsigned i = 0; i < LINKS_MAX; i++)
		c->dialer[i] = (struct dialer){
			.redial_ms = TP_NEVER,
			.refusals = {.min_ms = REFUSAL_MIN_MS, .max_ms = REFUSAL_MAX_MS},
		};
}
