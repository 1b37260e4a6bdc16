/* SPDX-License-Identifier: BSD-3-Clause */
/* What is told to operators, each as one line. */
#include "session/engine.h"
#include "session/events.h"

#include <stdio.h>

#include "base/text.h"

#define LINE_LEN 640

static void tell(struct tp_line *line, enum tp_ac_event_kind kind, enum tp_log_level level,
		 const char *user, const char *format, va_list args)
{
	char mac[TP_MAC_TEXT_LEN], whole[LINE_LEN], shown[TP_TEXT_ROOM(LINE_LEN)];
	struct tp_ac_event event = {
		.kind = kind,
		.level = level,
		.now_ms = line->ac->now_ms,
		.line = line,
		.access = line->access,
		.mac = line->mac,
		.user = user,
		.reason = line->reason,
		.text = shown,
	};
	int used = snprintf(whole, sizeof(whole),
			    "session %u%s%.255s (%s on %.64s): ", line->session_id,
			    user[0] != '\0' ? " of " : "", user, tp_mac_format(&line->mac, mac),
			    line->server->interface);

	vsnprintf(whole + used, sizeof(whole) - (size_t)used, format, args);
	tp_text_show(whole, shown, sizeof(shown));
	line->ac->ops.event(line->ac->user, &event);
}

void tp_ac_tell(struct tp_line *line, enum tp_ac_event_kind kind, enum tp_log_level level,
		const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(line, kind, level, tp_line_user(line), format, args);
	va_end(args);
}

void tp_ac_tell_user(struct tp_line *line, enum tp_ac_event_kind kind, enum tp_log_level level,
		     const char *user, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(line, kind, level, user, format, args);
	va_end(args);
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
	struct tp_ac_event event = {
		.kind = TP_AC_DISCOVERY_REFUSED,
		.level = TP_LOG_WARNING,
		.now_ms = ac->now_ms,
		.access = {.port = packet->port, .vlans = packet->vlans},
		.mac = packet->src,
		.user = "",
		.text = shown,
	};

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
		 packet_name(packet), tp_mac_format(&packet->src, mac),
		 ac->ports[packet->port].name, vlans, tp_pppoe_reason_text(reason),
		 detail[0] != '\0' ? ": " : "", detail, untold);
	tp_text_show(whole, shown, sizeof(shown));
	ac->ops.event(ac->user, &event);
}
