/* SPDX-License-Identifier: BSD-3-Clause */
/* What is told to operators, each as one line. */
#include "session/engine.h"
#include "session/events.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "config/types/rate_limit.h"

#define LINE_LEN 640

char *tp_ac_event_text(const struct tp_ac_event *event, char text[TP_AC_EVENT_TEXT])
{
	char mac[TP_MAC_TEXT_LEN], who[LINE_LEN];
	size_t used;

	text[0] = '\0';
	if (event->info != NULL) {
		snprintf(who, sizeof(who),
			 "session %u%s%.255s (%s on %.64s): ", event->info->session_id,
			 event->user[0] != '\0' ? " of " : "", event->user,
			 tp_mac_format(&event->mac, mac), event->info->interface);
		tp_text_show(who, text, TP_AC_EVENT_TEXT);
	}
	used = strlen(text);
	tp_text_show(event->detail, text + used, TP_AC_EVENT_TEXT - used);
	return text;
}

/* Fills in the rest of EVENT, which has at least its kind, its level and a user, and tells it. */
static void tell(struct tp_line *line, struct tp_ac_event event, const char *format, va_list args)
{
	char text[LINE_LEN], shown[TP_TEXT_ROOM(LINE_LEN)];
	struct tp_session_info info;

	tp_line_info(line, &info);
	event.info = &info;
	event.now_ms = line->ac->now_ms;
	event.line = line;
	event.access = line->access;
	event.mac = line->mac;
	event.reason = line->reason;
	vsnprintf(text, sizeof(text), format, args);
	event.detail = tp_text_show(text, shown, sizeof(shown));
	line->told_why |= !event.quiet &&
			  (event.kind == TP_AC_AUTH_FAILED || event.kind == TP_AC_NO_ADDRESS ||
			   event.kind == TP_AC_NO_ENCRYPTION);
	line->ac->ops.event(line->ac->user, &event);
}

void tp_ac_tell_plainly(struct tp_line *line, enum tp_ac_event_kind kind, const char *text)
{
	struct tp_session_info info;
	const struct tp_ac_event event = {
		.kind = kind,
		.level = TP_LOG_DEBUG,
		.now_ms = line->ac->now_ms,
		.line = line,
		.info = &info,
		.access = line->access,
		.mac = line->mac,
		.user = tp_line_user(line),
		.reason = line->reason,
		.detail = text,
	};

	tp_line_info(line, &info);
	line->ac->ops.event(line->ac->user, &event);
}

void tp_ac_tell(struct tp_line *line, enum tp_ac_event_kind kind, enum tp_log_level level,
		const char *format, ...)
{
	const struct tp_ac_event event = {.kind = kind, .level = level, .user = tp_line_user(line)};
	va_list args;

	va_start(args, format);
	tell(line, event, format, args);
	va_end(args);
}

void tp_ac_tell_user(struct tp_line *line, enum tp_ac_event_kind kind, enum tp_log_level level,
		     const char *user, const char *format, ...)
{
	const struct tp_ac_event event = {.kind = kind, .level = level, .user = user};
	va_list args;

	va_start(args, format);
	tell(line, event, format, args);
	va_end(args);
}

void tp_ac_tell_login_failed(struct tp_line *line, const char *user, enum tp_auth_failure failure,
			     bool quietly, const char *format, ...)
{
	const struct tp_ac_event event = {
		.kind = TP_AC_AUTH_FAILED,
		.level = TP_LOG_WARNING,
		.user = user,
		.failure = failure,
		.quiet = quietly,
	};
	va_list args;

	va_start(args, format);
	tell(line, event, format, args);
	va_end(args);
}

static void tell_quietly(struct tp_line *line, enum tp_ac_event_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static void tell_quietly(struct tp_line *line, enum tp_ac_event_kind kind, const char *format, ...)
{
	const struct tp_ac_event event = {
		.kind = kind, .level = TP_LOG_DEBUG, .user = tp_line_user(line), .quiet = true};
	va_list args;

	va_start(args, format);
	tell(line, event, format, args);
	va_end(args);
}

static const char *rate_limit_text(const struct tp_rate_limit *limit, char *text, size_t size)
{
	FILE *out = limit != NULL ? fmemopen(text, size, "w") : NULL;

	snprintf(text, size, "none");
	if (out == NULL)
		return text;
	tp_rate_limit_print(out, limit);
	fclose(out);
	text[size - 1] = '\0';
	return text;
}

void tp_ac_tell_changed(struct tp_session *s, const struct tp_subscriber *had, const char *who)
{
	char before[128], now[128];

	if (tp_subscriber_same_rate_limit(had, s->subscriber))
		tell_quietly(s->line, TP_AC_SUBSCRIBER_CHANGED, "%s has changed what he gets", who);
	else
		tell_quietly(s->line, TP_AC_SUBSCRIBER_CHANGED,
			     "%s has changed rate-limit from %s to %s", who,
			     rate_limit_text(had->rate_limit, before, sizeof(before)),
			     rate_limit_text(s->subscriber->rate_limit, now, sizeof(now)));
}

void tp_ac_tell_network_refused(struct tp_line *line, bool ipv6, enum tp_ppp_reason reason,
				uint32_t wish)
{
	const enum tp_ac_event_kind kind = ipv6 ? TP_AC_IPV6_REFUSED : TP_AC_IPV4_REFUSED;
	const char *protocol = ipv6 ? "IPV6CP" : "IPCP";
	char wished[TP_IPV4_TEXT_LEN], may[TP_IPV4_TEXT_LEN];

	if (reason == TP_PPP_PEER_REFUSED)
		tell_quietly(line, kind, "no %s: the client rejects %s", ipv6 ? "IPv6" : "IPv4",
			     protocol);
	else if (reason == TP_PPP_NO_ANSWER)
		tell_quietly(line, kind, "no %s: the client does not answer %s",
			     ipv6 ? "IPv6" : "IPv4", protocol);
	else if (wish != 0 && line->session != NULL)
		tell_quietly(line, kind,
			     "no IPv4: the client insists on the address %s, and may "
			     "have %s",
			     tp_ipv4_format(wish, wished),
			     tp_ipv4_format(line->session->remote_address, may));
	else
		tell_quietly(line, kind, "no %s: %s came to no agreement", ipv6 ? "IPv6" : "IPv4",
			     protocol);
}

void tp_ac_tell_gave_way(struct tp_line *line, enum tp_ac_bound bound)
{
	static const char *const bounds[TP_AC_BOUNDS] = {
		[TP_AC_BOUND_MAC] = "half-open-limit-mac",
		[TP_AC_BOUND_VLAN] = "half-open-limit-vlan",
		[TP_AC_BOUND_PORT] = "half-open-limit",
		[TP_AC_BOUND_SERVER] = "max-sessions",
		[TP_AC_BOUND_TABLE] = "the size of the session table",
	};
	struct tp_ac *ac = line->ac;
	char untold[64] = "";

	if (!tp_token_bucket_take(&ac->gave_way_events, ac->now_ms)) {
		ac->gave_way_untold++;
		ac->counters.events_suppressed++;
		return;
	}
	if (ac->gave_way_untold > 0)
		snprintf(untold, sizeof(untold), " (%llu more were not told)",
			 (unsigned long long)ac->gave_way_untold);
	ac->gave_way_untold = 0;
	tp_ac_tell(line, TP_AC_GAVE_WAY, TP_LOG_WARNING,
		   "gives way, half-open, to a newcomer: %s is reached; %u are half-open%s",
		   bounds[bound], ac->counters.half_open, untold);
}

static const char *packet_name(const struct tp_pppoe_packet *packet)
{
	struct tp_pppoe_header header;
	struct tp_reader payload;

	if (!tp_pppoe_header_parse(packet->bytes, packet->len, &header, &payload))
		return "discovery packet";
	switch (header.code) {
	case TP_PPPOE_CODE_PADI:
		return "PADI";
	case TP_PPPOE_CODE_PADR:
		return "PADR";
	case TP_PPPOE_CODE_PADT:
		return "PADT";
	default:
		return "discovery packet";
	}
}

static int vlans_format(const struct tp_vlans *vlans, char *text, size_t size)
{
	if (vlans->inner != 0)
		return snprintf(text, size, " VLAN %u.%u", vlans->outer, vlans->inner);
	if (vlans->outer != 0)
		return snprintf(text, size, " VLAN %u", vlans->outer);
	text[0] = '\0';
	return 0;
}

void tp_ac_tell_refused(struct tp_ac *ac, const struct tp_pppoe_packet *packet,
			enum tp_pppoe_reason reason, const char *detail)
{
	char mac[TP_MAC_TEXT_LEN], vlans[32], untold[64] = "", whole[LINE_LEN];
	char shown[TP_TEXT_ROOM(LINE_LEN)];
	const struct tp_ac_refusal refusal = {
		.access = {.port = packet->port, .vlans = packet->vlans},
		.mac = packet->src,
		.packet = packet_name(packet),
		.reason = reason,
		.detail = detail,
	};
	struct tp_ac_event event = {
		.kind = TP_AC_DISCOVERY_REFUSED,
		.level = TP_LOG_WARNING,
		.now_ms = ac->now_ms,
		.access = {.port = packet->port, .vlans = packet->vlans},
		.mac = packet->src,
		.user = "",
		.detail = shown,
	};

	if (ac->ops.refused != NULL)
		ac->ops.refused(ac->user, &refusal);
	if (!tp_token_bucket_take(&ac->refusal_events, ac->now_ms)) {
		ac->refusals_untold++;
		ac->counters.events_suppressed++;
		return;
	}
	if (ac->refusals_untold > 0)
		snprintf(untold, sizeof(untold), " (%llu more were not told)",
			 (unsigned long long)ac->refusals_untold);
	ac->refusals_untold = 0;
	vlans_format(&packet->vlans, vlans, sizeof(vlans));
	snprintf(whole, sizeof(whole), "%s from %s on %.64s%s refused: %s%s%.300s%s",
		 refusal.packet, tp_mac_format(&packet->src, mac), ac->ports[packet->port].name,
		 vlans, tp_pppoe_reason_text(reason), detail[0] != '\0' ? ": " : "", detail,
		 untold);
	tp_text_show(whole, shown, sizeof(shown));
	ac->ops.event(ac->user, &event);
}
