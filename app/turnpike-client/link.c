/* SPDX-License-Identifier: BSD-3-Clause */
#include "link.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "attach.h"
#include "base/log.h"
#include "explain.h"

#define HANGUP_WAIT_MS 1000 /* for the Terminate-Ack */
#define REPAIR_MS      500  /* between requests for what packets can't be read without */

static void on_discovery(void *owner, uint64_t now_ms);
static void on_session(void *owner, uint64_t now_ms);

/* One attempt or connection is over. */
static void ended(struct link *link, const struct link_end *end)
{
	forward_stop(&link->forward);
	link->held = false;
	link->state = LINK_IDLE;
	link->hangup_ms = TP_NEVER;
	link->common->ops->ended(link->common->owner, link, end);
}

/* ---- discovery --------------------------------------------------------------------------------
 */

static void on_pppoe_send(void *ctx, const struct tp_pppoe_packet *packet)
{
	struct link *link = ctx;
	int err = packet_send_pppoe(&link->discovery, packet);

	if (err != 0 && link->lost == NULL)
		tp_log_warning(link->settings->name, "cannot send over %s: %s", link->interface,
			       strerror(-err));
}

static uint16_t least(uint16_t a, uint16_t b)
{
	return a < b ? a : b;
}

static void on_pppoe_opened(void *ctx, const struct tp_pppoe_client_session *session,
			    uint64_t now_ms)
{
	struct link *link = ctx;
	char mac[TP_MAC_TEXT_LEN];

	tp_log_debug(link->settings->name, "session %u at %s, ac-name \"%s\", service-name \"%s\"",
		     session->session_id, tp_mac_format(&session->ac_mac, mac), session->ac_name,
		     session->service_name);
	forward_start(&link->forward, session->session_id, &session->ac_mac);
	link->ppp_config.mru =
		least(attach_wanted(link, link->settings->max_mru), session->max_payload);
	link->ppp_config.max_mtu =
		least(attach_wanted(link, link->settings->max_mtu), session->max_payload);
	link->ppp_config.peer_mru_max =
		session->max_payload > TP_PPPOE_MAX_PAYLOAD ? UINT16_MAX : TP_PPPOE_MAX_PAYLOAD;
	link->held = true;
	if (link->common->ops->may_open(link->common->owner, link))
		link_open_ppp(link, now_ms);
}

void link_open_ppp(struct link *link, uint64_t now_ms)
{
	if (!link->held)
		return;
	link->held = false;
	link->now_ms = now_ms;
	tp_ppp_open(&link->ppp, now_ms);
}

static void on_pppoe_closed(void *ctx, enum tp_pppoe_reason reason, const char *text,
			    uint64_t now_ms)
{
	struct link *link = ctx;

	if (tp_ppp_phase(&link->ppp) == TP_PPP_DEAD) {
		snprintf(link->why, sizeof(link->why), "%s", tp_pppoe_reason_text(reason));
		if (reason == TP_PPPOE_NO_OFFER)
			explain_no_offer(link->settings, &link->offers, link->why,
					 sizeof(link->why));
		ended(link, &(struct link_end){.reason = link->why, .text = text});
		return;
	}
	if (text[0] != '\0')
		tp_log_info(link->settings->name, "the peer says: %s", text);
	tp_ppp_lower_down(&link->ppp, TP_PPP_BY_PEER, now_ms);
}

const struct tp_pppoe_client_callbacks link_pppoe_callbacks = {
	.send = on_pppoe_send,
	.opened = on_pppoe_opened,
	.closed = on_pppoe_closed,
};

/* ---- PPP --------------------------------------------------------------------------------------
 */

static void on_ppp_output(void *user, const uint8_t *frame, size_t len)
{
	struct link *link = user;

	forward_send_ppp(&link->forward, frame, len);
}

/* The link carries packets of the network, its own or that of others. */
static void admitted(struct link *link)
{
	switch (link->common->ops->admitted(link->common->owner, link)) {
	case LINK_ALONE:
		multilink_start(link->common->multilink, &link->terms);
		break;
	case LINK_JOINS:
		link->joined = true;
		tp_ppp_set_joined(&link->ppp, true);
		break;
	case LINK_UNFIT:
		tp_ppp_close(&link->ppp, TP_PPP_BY_OWNER, link->now_ms);
		return;
	}
	if (link->terms.mrru != 0) {
		multilink_add(link->common->multilink, &link->forward, link->mtu);
		link->forward.multilink = link->common->multilink;
	}
	link->state = LINK_NETWORK;
}

static void lcp_up(struct link *link, const struct tp_ppp_event *event)
{
	link->mtu = event->lcp.mtu;
	link->mru = event->lcp.mru;
	link->terms = (struct multilink_terms){
		.mrru = event->lcp.mrru,
		.peer_mrru = event->lcp.peer_mrru,
		.is_short = event->lcp.short_sequence,
		.peer_is_short = event->lcp.peer_short_sequence,
	};
	link->endpoint.len = event->lcp.endpoint_len;
	memcpy(link->endpoint.bytes, event->lcp.endpoint, event->lcp.endpoint_len);
	if (event->lcp.method == TP_PPP_NO_AUTH) {
		admitted(link);
		return;
	}
	link->state = LINK_VERIFYING;
	tp_log_info(link->settings->name, "verifying password... (%s)",
		    tp_ppp_method_name(event->lcp.method));
}

static void authenticated(struct link *link, const struct tp_ppp_event *event)
{
	if (event->auth.message[0] != '\0')
		tp_log_debug(link->settings->name, "the peer says: %s", event->auth.message);
	if (!event->auth.again)
		admitted(link);
}

static void lcp_down(struct link *link)
{
	multilink_remove(link->common->multilink, &link->forward);
	link->forward.multilink = NULL;
	link->forward.network = false;
	link->joined = false;
	tp_ppp_set_joined(&link->ppp, false);
	link->state = LINK_DIALING;
}

void link_carry(struct link *link, uint16_t packet_max)
{
	link->forward.network = true;
	link->forward.encryption = link->common->encryption;
	link->forward.mss = link->settings->change_tcp_mss ? packet_max - 40 : 0;
}

static void network_up(struct link *link, const struct tp_ppp_addresses *addresses)
{
	encryption_start(link->common->encryption, tp_ppp_encryption(&link->ppp));
	link_carry(link, link_packet_max(link));
	link->common->ops->network_up(link->common->owner, link, addresses);
}

static void network_down(struct link *link)
{
	link->forward.network = false;
	link->common->ops->network_down(link->common->owner, link);
}

static void finished(struct link *link, const struct tp_ppp_event *event)
{
	const enum tp_ppp_reason reason = event->finished.reason;
	const char *text = event->finished.text;
	char refusal[96] = "";

	/* Nothing is sent when the PADT was the peer's. */
	tp_pppoe_client_close(link->pppoe, NULL, event->now_ms);
	if (reason == TP_PPP_AUTH_FAILED)
		text = explain_refusal(text, refusal, sizeof(refusal));
	snprintf(link->why, sizeof(link->why), "%s%s%s",
		 link->lost != NULL ? link->lost : tp_ppp_reason_name(reason),
		 refusal[0] != '\0' ? ": " : "", refusal);
	ended(link, &(struct link_end){.reason = link->why,
				       .text = text,
				       .refused = reason == TP_PPP_AUTH_FAILED,
				       .by_peer = reason == TP_PPP_BY_PEER});
}

static void on_ppp_event(void *user, const struct tp_ppp_event *event)
{
	struct link *link = user;

	switch (event->type) {
	case TP_PPP_LCP_UP:
		lcp_up(link, event);
		break;
	case TP_PPP_AUTHENTICATED:
		authenticated(link, event);
		break;
	case TP_PPP_IPCP_UP:
		network_up(link, &event->addresses);
		break;
	case TP_PPP_IPCP_DOWN:
		network_down(link);
		break;
	case TP_PPP_LCP_LEAVING:
		link->common->ops->leaving(link->common->owner, link);
		break;
	case TP_PPP_LCP_DOWN:
		lcp_down(link);
		break;
	case TP_PPP_FINISHED:
		finished(link, event);
		break;
	}
}

static void on_flush(void *user)
{
	struct link *link = user;

	if (link->common->encryption->sends)
		tp_mppe_flush(&link->common->encryption->tx);
}

const struct tp_ppp_ops link_ppp_ops = {
	.output = on_ppp_output,
	.event = on_ppp_event,
	.flush = on_flush,
};

/* ---- the interface ----------------------------------------------------------------------------
 */

int link_open(struct link *link, const struct link_common *common, const char *interface,
	      struct tp_error *error)
{
	memset(link, 0, sizeof(*link));
	link->common = common;
	link->settings = common->settings;
	link->interface = interface;
	link->discovery_watch = (struct watch){on_discovery, link};
	link->session_watch = (struct watch){on_session, link};
	link->hangup_ms = TP_NEVER;
	link->forward.socket = &link->session;
	link->forward.tun = common->tun;
	return attach_nothing(link, error);
}

void link_close(struct link *link)
{
	tp_pppoe_client_destroy(link->pppoe);
	detach(link);
}

void link_dial(struct link *link, uint64_t now_ms)
{
	struct tp_error error = {0};

	link->now_ms = now_ms;
	link->lost = NULL;
	link->mtu = 0;
	link->unusable = attach(link, &error);
	if (link->unusable != 0) {
		snprintf(link->why, sizeof(link->why), "%s: %s", error.place, error.message);
		ended(link, &(struct link_end){.reason = link->why, .text = ""});
		return;
	}
	link->state = LINK_DIALING;
	tp_pppoe_client_start(link->pppoe, now_ms);
}

void link_look(struct link *link, uint64_t now_ms)
{
	if (link->state == LINK_IDLE)
		return;
	link->now_ms = now_ms;
	link->lost = attach_trouble(link);
	if (link->lost == NULL)
		return;
	if (tp_ppp_phase(&link->ppp) != TP_PPP_DEAD) {
		tp_ppp_lower_down(&link->ppp, TP_PPP_LOWER_LAYER, now_ms);
		return;
	}
	tp_pppoe_client_close(link->pppoe, NULL, now_ms);
	ended(link, &(struct link_end){.reason = link->lost, .text = ""});
}

bool link_is_usable(const struct link *link)
{
	struct packet_interface now;

	return packet_look(link->interface, &now, NULL) == 0 && now.running;
}

bool link_hang_up(struct link *link, enum tp_ppp_reason reason, uint64_t now_ms)
{
	link->now_ms = now_ms;
	if (tp_ppp_phase(&link->ppp) == TP_PPP_DEAD) {
		tp_pppoe_client_close(link->pppoe, NULL, now_ms);
		link->held = false;
		link->state = LINK_IDLE;
		return false;
	}
	link->hangup_ms = now_ms + HANGUP_WAIT_MS;
	tp_ppp_close(&link->ppp, reason, now_ms);
	return true;
}

/* ---- frames and time --------------------------------------------------------------------------
 */

static void on_discovery(void *owner, uint64_t now_ms)
{
	struct link *link = owner;
	uint8_t room[PACKET_FRAME_MAX];
	struct tp_pppoe_packet packet;

	link->now_ms = now_ms;
	for (int i = 0; i < FORWARD_BATCH && packet_receive_pppoe(&link->discovery, room, &packet);
	     i++) {
		enum tp_pppoe_reason reason = tp_pppoe_client_input(link->pppoe, &packet, now_ms);

		if (reason != TP_PPPOE_NONE)
			tp_log_debug(link->settings->name, "discovery packet refused: %s",
				     tp_pppoe_reason_text(reason));
	}
}

/* RFC 1661, section 2: network control protocols are 0x8000 to 0xbfff. */
static bool is_network_frame(const uint8_t *frame, size_t len)
{
	return len > 0 && frame[0] >> 6 == 2;
}

static void on_control_frame(void *ctx, const uint8_t *frame, size_t len)
{
	struct link *link = ctx;

	if (link->joined && is_network_frame(frame, len))
		link->common->ops->network_frame(link->common->owner, link, frame, len);
	else
		tp_ppp_input(&link->ppp, frame, len, link->now_ms);
}

/* Asks the peer for what packets can't be decrypted without. */
static void repair(struct link *link)
{
	enum tp_mppe_need need;

	if (link->joined || !link->common->encryption->receives ||
	    link->now_ms < link->repaired_ms + REPAIR_MS)
		return;
	need = tp_mppe_need(&link->common->encryption->rx);
	if (need == TP_MPPE_NEEDS_NOTHING)
		return;
	link->repaired_ms = link->now_ms;
	tp_ppp_decryption_lost(&link->ppp, need, link->now_ms);
}

static void on_session(void *owner, uint64_t now_ms)
{
	struct link *link = owner;

	link->now_ms = link->forward.now_ms = now_ms;
	if (forward_from_ethernet(&link->forward, on_control_frame, link) > 0)
		tp_ppp_alive(&link->ppp, now_ms);
	repair(link);
}

void link_tick(struct link *link, uint64_t now_ms)
{
	link->now_ms = link->forward.now_ms = now_ms;
	tp_pppoe_client_tick(link->pppoe, now_ms);
	tp_ppp_tick(&link->ppp, now_ms);
	forward_tick(&link->forward, on_control_frame, link);
	repair(link);
	if (now_ms >= link->hangup_ms) {
		link->hangup_ms = TP_NEVER;
		tp_ppp_lower_down(&link->ppp, TP_PPP_BY_OWNER, now_ms);
	}
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t link_deadline(const struct link *link)
{
	return earlier(link->hangup_ms,
		       earlier(tp_pppoe_client_deadline(link->pppoe), tp_ppp_deadline(&link->ppp)));
}

const struct tp_pppoe_client_session *link_session(const struct link *link)
{
	return tp_pppoe_client_session(link->pppoe);
}

uint16_t link_packet_max(const struct link *link)
{
	uint16_t most = link->mtu;

	if (link->forward.multilink != NULL && link->terms.peer_mrru > most)
		most = link->terms.peer_mrru;
	if (link->common->encryption->sends)
		most -= TP_MPPE_OVERHEAD;
	return most < FORWARD_PACKET_MAX ? most : FORWARD_PACKET_MAX;
}
