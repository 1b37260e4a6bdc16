/* SPDX-License-Identifier: BSD-3-Clause */
/* From set-up to the end: what discovery and PPP tell each other, and their owner. */
#include "client/client.h"

#include <errno.h>
#include <string.h>

#include "base/least.h"
#include "client/private.h"

static bool has_ppp(const struct tp_client *client)
{
	return tp_ppp_phase(&client->ppp) != TP_PPP_DEAD;
}

static bool has_session(const struct tp_client *client)
{
	return tp_pppoe_client_state(client->discovery) == TP_PPPOE_CLIENT_SESSION;
}

/* ---- what discovery tells ---------------------------------------------------------------------
 */

static void on_opened(void *ctx, const struct tp_pppoe_client_session *session, uint64_t now_ms)
{
	struct tp_client *client = ctx;

	if (client->ops->may_open == NULL || client->ops->may_open(client->user, session))
		tp_client_open_ppp(client, now_ms);
}

static void on_closed(void *ctx, enum tp_pppoe_reason reason, const char *text, uint64_t now_ms)
{
	struct tp_client *client = ctx;
	const struct tp_client_end end = {.discovery = reason, .text = text};

	if (!has_ppp(client)) {
		client->ops->ended(client->user, &end);
		return;
	}
	if (text[0] != '\0' && client->ops->said != NULL)
		client->ops->said(client->user, text, true);
	tp_ppp_lower_down(&client->ppp, TP_PPP_BY_PEER, now_ms);
}

static const struct tp_pppoe_client_callbacks callbacks = {
	.send = tp_client_send_discovery,
	.opened = on_opened,
	.closed = on_closed,
};

/* ---- what PPP tells ---------------------------------------------------------------------------
 */

static void tell(const struct tp_client *client, void (*op)(void *user))
{
	if (op != NULL)
		op(client->user);
}

static void lcp_up(struct tp_client *client, const struct tp_ppp_event *event)
{
	if (client->ops->lcp_up != NULL)
		client->ops->lcp_up(client->user, event);
	if (event->lcp.method == TP_PPP_NO_AUTH)
		tell(client, client->ops->admitted);
}

static void authenticated(struct tp_client *client, const struct tp_ppp_event *event)
{
	if (event->auth.message[0] != '\0' && client->ops->said != NULL)
		client->ops->said(client->user, event->auth.message, false);
	if (!event->auth.again)
		tell(client, client->ops->admitted);
}

static void lcp_down(struct tp_client *client)
{
	tp_ppp_set_joined(&client->ppp, false);
	tell(client, client->ops->lcp_down);
}

static void finished(struct tp_client *client, const struct tp_ppp_event *event)
{
	/* The session is still there, unless it was a PADT that has ended it. */
	const struct tp_client_end end = {
		.discovery = has_session(client) ? TP_PPPOE_NONE : TP_PPPOE_PEER_TERMINATED,
		.ppp = event->finished.reason,
		.text = event->finished.text,
	};

	tp_pppoe_client_close(client->discovery, NULL, event->now_ms);
	client->ops->ended(client->user, &end);
}

static void on_event(void *user, const struct tp_ppp_event *event)
{
	struct tp_client *client = user;

	switch (event->type) {
	case TP_PPP_LCP_UP:
		lcp_up(client, event);
		break;
	case TP_PPP_AUTHENTICATED:
		authenticated(client, event);
		break;
	case TP_PPP_IPCP_UP:
		if (client->ops->ipv4_up != NULL)
			client->ops->ipv4_up(client->user, &event->addresses);
		break;
	case TP_PPP_IPCP_DOWN:
		tell(client, client->ops->ipv4_down);
		break;
	case TP_PPP_IPV6CP_UP:
		if (client->ops->ipv6_up != NULL)
			client->ops->ipv6_up(client->user, &event->interface_ids);
		break;
	case TP_PPP_IPV6CP_DOWN:
		tell(client, client->ops->ipv6_down);
		break;
	case TP_PPP_NETWORK_REFUSED: /* what that comes to is told by what follows */
		break;
	case TP_PPP_LCP_LEAVING:
		tell(client, client->ops->leaving);
		break;
	case TP_PPP_LCP_DOWN:
		lcp_down(client);
		break;
	case TP_PPP_FINISHED:
		finished(client, event);
		break;
	}
}

static void on_flush(void *user)
{
	const struct tp_client *client = user;

	tell(client, client->ops->flush);
}

static const struct tp_ppp_ops ppp_ops = {
	.output = tp_client_send_ppp,
	.event = on_event,
	.flush = on_flush,
};

/* ---- from outside -----------------------------------------------------------------------------
 */

void tp_client_init(struct tp_client *client, const struct tp_client_ops *ops, void *user)
{
	*client = (struct tp_client){.ops = ops, .user = user};
}

void tp_client_clear(struct tp_client *client)
{
	tp_pppoe_client_destroy(client->discovery);
	memset(client, 0, sizeof(*client));
}

int tp_client_set_discovery(struct tp_client *client, const struct tp_pppoe_client_config *config,
			    struct tp_random *random)
{
	struct tp_pppoe_client *discovery =
		tp_pppoe_client_create(config, &callbacks, client, random);

	if (discovery == NULL)
		return -ENOMEM;
	tp_pppoe_client_destroy(client->discovery);
	client->discovery = discovery;
	return 0;
}

void tp_client_set_ppp(struct tp_client *client, const struct tp_client_ppp *ppp,
		       struct tp_random *random)
{
	client->has_ipv6 = ppp->config->ipv6cp;
	tp_ppp_init(&client->ppp, ppp->config, &ppp_ops, client, random);
	tp_ppp_set_credentials(&client->ppp, ppp->user, ppp->password);
	if (ppp->ccp != NULL)
		tp_ppp_set_encryption(&client->ppp, ppp->ccp, ppp->wish, NULL);
}

void tp_client_dial(struct tp_client *client, uint64_t now_ms)
{
	tp_pppoe_client_start(client->discovery, now_ms);
}

bool tp_client_is_held(const struct tp_client *client)
{
	return has_session(client) && !has_ppp(client);
}

void tp_client_open_ppp(struct tp_client *client, uint64_t now_ms)
{
	if (tp_client_is_held(client))
		tp_ppp_open(&client->ppp, now_ms);
}

bool tp_client_hang_up(struct tp_client *client, enum tp_ppp_reason reason, uint64_t now_ms)
{
	if (!has_ppp(client)) {
		tp_pppoe_client_close(client->discovery, NULL, now_ms);
		return false;
	}
	tp_ppp_close(&client->ppp, reason, now_ms);
	return true;
}

bool tp_client_lower_down(struct tp_client *client, enum tp_ppp_reason reason, uint64_t now_ms)
{
	if (!has_ppp(client)) {
		tp_pppoe_client_close(client->discovery, NULL, now_ms);
		return false;
	}
	tp_ppp_lower_down(&client->ppp, reason, now_ms);
	return true;
}

void tp_client_tick(struct tp_client *client, uint64_t now_ms)
{
	tp_pppoe_client_tick(client->discovery, now_ms);
	if (has_ppp(client))
		tp_ppp_tick(&client->ppp, now_ms);
}

uint64_t tp_client_deadline(const struct tp_client *client)
{
	const uint64_t discovery = tp_pppoe_client_deadline(client->discovery);
	const uint64_t ppp = has_ppp(client) ? tp_ppp_deadline(&client->ppp) : TP_NEVER;

	return tp_least_u64(discovery, ppp);
}

const struct tp_pppoe_client_session *tp_client_session(const struct tp_client *client)
{
	return tp_pppoe_client_session(client->discovery);
}
