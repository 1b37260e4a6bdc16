/* SPDX-License-Identifier: BSD-3-Clause */
/* What a subscriber's host says to us before its IPv6 is up here. IPV6CP is over for it with our
 * last word; here the session may wait for IPCP. Its first question for a prefix comes in between,
 * and would come again a second later: it is kept instead. */
#include "session/engine.h"
#include "session/ipv6.h"

#include "wire/ipv4.h"
#include "wire/ipv6.h"

#define EARLY_MAX 512 /* a first question has a tenth of that */

struct tp_ac_early {
	size_t len;
	uint8_t packet[];
};

/* A Router Solicitation needs no keeping: there is an advertisement as soon as IPv6 is up. */
static bool is_worth_keeping(const uint8_t *packet, size_t len)
{
	return len > TP_IPV6_HEADER_LEN && len <= EARLY_MAX &&
	       packet[offsetof(struct tp_ipv6, next_header)] == TP_IPPROTO_UDP;
}

bool tp_ac_ipv6_keep_early(struct tp_session *s, const uint8_t *packet, size_t len)
{
	struct tp_ac_early *early;

	if (s->ipv6->early != NULL || !is_worth_keeping(packet, len))
		return false;
	early = tp_ac_alloc(s->line->ac, sizeof(*early) + len);
	if (early == NULL)
		return false;
	early->len = len;
	memcpy(early->packet, packet, len);
	s->ipv6->early = early;
	return true;
}

void tp_ac_ipv6_take_early(struct tp_session *s)
{
	struct tp_ac_early *early = s->ipv6->early;

	if (early == NULL)
		return;
	s->ipv6->early = NULL;
	tp_ipv6_router_input(&s->ipv6->router, early->packet, early->len, s->line->ac->now_ms);
	tp_ac_free(s->line->ac, early, sizeof(*early) + early->len);
}

void tp_ac_ipv6_forget_early(struct tp_session *s)
{
	struct tp_ac_early *early = s->ipv6->early;

	if (early != NULL)
		tp_ac_free(s->line->ac, early, sizeof(*early) + early->len);
	s->ipv6->early = NULL;
}
