/* SPDX-License-Identifier: BSD-3-Clause */
/* From a session to its facts. */
#include "session/engine.h"
#include "session/image_facts.h"
#include "session/life.h"
#include "session/ppp_config.h"

/* A moment on both clocks. */
struct moment {
	uint64_t now_ms, wall_ms;
};

/* When AT_MS was, or will be, by the clock on the wall. */
static uint64_t wall_of(const struct moment *moment, uint64_t at_ms)
{
	if (at_ms == TP_NEVER)
		return 0;
	return at_ms <= moment->now_ms ? moment->wall_ms - (moment->now_ms - at_ms)
				       : moment->wall_ms + (at_ms - moment->now_ms);
}

/* False: it is cut. */
static bool copy_text(char *room, size_t size, const char *text)
{
	return (size_t)snprintf(room, size, "%s", text) < size;
}

/* ---- lines ---- */

static bool line_facts(struct tp_line_facts *f, const struct tp_line *line,
		       const struct moment *moment)
{
	*f = (struct tp_line_facts){
		.id = line->id,
		.accounting_id = tp_ac_accounting_id(line),
		.slot = line->slot,
		.instance = line->instance,
		.started_wall_ms = wall_of(moment, line->started_ms),
		.up_wall_ms = wall_of(moment, line->up_ms),
		.fingerprint = line->fingerprint,
		.server_id = line->server->id,
		.vlans = line->access.vlans,
		.mac = line->mac,
		.session_id = line->session_id,
		.large = line->ppp_config->config.peer_mru_max > TP_PPPOE_MAX_PAYLOAD,
		.has_access_line = line->access_line != NULL,
		.mrru = line->mrru,
		.short_sequence = line->short_sequence,
		.peer_short_sequence = line->peer_short_sequence,
	};
	if (line->access_line != NULL)
		f->access_line = *line->access_line;
	tp_ppp_image(&line->ppp, &f->ppp);
	return copy_text(f->port, sizeof(f->port), line->ac->ports[line->access.port].name) &&
	       copy_text(f->service_name, sizeof(f->service_name), line->server->service_name) &&
	       copy_text(f->interface, sizeof(f->interface), line->server->interface);
}

/* A session that its own line has left goes on as if it had begun with the first of the others: the
 * ids of that were nothing beside it. */
static void take_over(struct tp_line_facts *own, const struct tp_line *line,
		      const struct moment *moment)
{
	own->id = line->id;
	own->accounting_id = tp_ac_accounting_id(line);
	own->slot = line->slot;
	own->instance = line->instance;
	own->started_wall_ms = wall_of(moment, line->started_ms);
	own->up_wall_ms = wall_of(moment, line->up_ms);
}

/* Its own first, then those that carry its packets beside it. */
static bool all_lines(struct tp_session_facts *f, const struct tp_session *s,
		      const struct moment *moment)
{
	const struct tp_line *line;

	if (!s->line->left && !line_facts(&f->lines[f->line_count++], s->line, moment))
		return false;
	SLIST_FOREACH (line, &s->lines, entry) {
		if (line == s->line || !line->forwarding || line->ending)
			continue;
		if (!line_facts(&f->lines[f->line_count++], line, moment))
			return false;
	}
	if (f->line_count > 0 && s->line->left)
		take_over(&f->lines[0], s->line, moment);
	return f->line_count > 0;
}

/* IPCP and IPV6CP are with one of the lines. What packets do not flow by yet is begun again. */
static void network_facts(struct tp_session_facts *f, const struct tp_session *s)
{
	struct tp_ppp_image *own = &f->lines[0].ppp, network;

	tp_ppp_image(&s->network->ppp, &network);
	own->ipcp = network.ipcp;
	own->ipv6cp = network.ipv6cp;
	own->ids = network.ids;
	if (own->ipcp.standing == TP_PPP_STANDS_AGREED && (s->families & TP_AC_IPV4) == 0)
		own->ipcp.standing = TP_PPP_STANDS_UNDER_WAY;
	if (own->ipv6cp.standing == TP_PPP_STANDS_AGREED && (s->families & TP_AC_IPV6) == 0)
		own->ipv6cp.standing = TP_PPP_STANDS_UNDER_WAY;
}

/* ---- what it holds ---- */

static const char *pool_of(const struct tp_session *s, uint32_t address)
{
	const struct tp_pool_lease *lease = tp_pool_find(s->line->ac->pools, address);

	return lease != NULL && lease->owner == s ? lease->pool : "";
}

static bool ipv4_facts(struct tp_session_facts *f, const struct tp_session *s)
{
	f->remote_address = s->remote_address;
	f->local_address = s->local_address;
	f->local_leased = s->local_leased;
	return copy_text(f->remote_pool, sizeof(f->remote_pool), pool_of(s, s->remote_address)) &&
	       (!s->local_leased ||
		copy_text(f->local_pool, sizeof(f->local_pool), pool_of(s, s->local_address)));
}

static void held_facts(struct tp_held_facts *f, const struct tp_prefix6 *prefix, const char *from)
{
	f->prefix = *prefix;
	if (prefix->length != 0 && from != NULL)
		copy_text(f->pool, sizeof(f->pool), from);
}

/* What is only offered is nobody's, and what was replaced is over. */
static void binding_facts(struct tp_session_facts *f, const struct tp_ipv6_binding *b,
			  const struct moment *moment)
{
	struct tp_binding_facts *to = &f->bindings[f->binding_count];

	if (!b->committed || f->binding_count == TP_FACTS_BINDINGS_MAX)
		return;
	*to = (struct tp_binding_facts){
		.is_prefix = b->ia.prefix,
		.number = b->ia.number,
		.iaid = b->ia.iaid,
		.prefix = b->prefix,
		.since_wall_ms = wall_of(moment, b->since_ms),
		.renewed_wall_ms = wall_of(moment, b->renewed_ms),
		.until_wall_ms = wall_of(moment, b->until_ms),
		.duid_len = b->ia.duid_len,
	};
	memcpy(to->duid, b->ia.duid, b->ia.duid_len);
	f->binding_count += tp_binding_facts_fit(f, to);
}

static void ipv6_facts(struct tp_session_facts *f, const struct tp_session *s,
		       const struct moment *moment)
{
	const struct tp_ipv6_binding *binding = NULL;
	const struct tp_ac_ipv6 *ipv6 = s->ipv6;

	if (ipv6 == NULL)
		return;
	held_facts(&f->prefix, &ipv6->prefix, ipv6->prefix_from);
	held_facts(&f->address, &ipv6->address, ipv6->address_from);
	for (unsigned i = 0; i < ipv6->room && i < TP_AC_DELEGATIONS_MAX; i++) {
		const struct tp_ac_delegated *d = &ipv6->delegated[i];

		if (d->prefix.length == 0 || (d->pool != NULL && !d->committed))
			continue;
		held_facts(&f->delegated[i], &d->prefix, d->from);
		copy_text(f->delegated[i].asked, TP_POOL_NAME_MAX, d->pool != NULL ? d->pool : "");
	}
	while ((binding = tp_ipv6_router_next_binding(&ipv6->router, binding)) != NULL)
		binding_facts(f, binding, moment);
}

/* Also who has been up, and negotiates anew meanwhile: it has what it had. */
static bool is_worth_keeping(const struct tp_session *s)
{
	const struct tp_line *line = s->line;

	return !line->ending && line->state != TP_SESSION_CLOSED &&
	       (line->forwarding ||
		(line->up_ms != 0 && (s->remote_address != 0 || s->ipv6 != NULL)));
}

size_t tp_session_image(const struct tp_session *s, const struct tp_session_counters *counters,
			uint64_t now_ms, uint64_t wall_ms, uint8_t *out, size_t size)
{
	const struct moment moment = {now_ms, wall_ms};
	struct tp_session_facts f;

	if (!is_worth_keeping(s))
		return 0;
	memset(&f, 0, offsetof(struct tp_session_facts, lines));
	if (!all_lines(&f, s, &moment) || !ipv4_facts(&f, s))
		return 0;
	f.serial = s->line->ac->table.serial;
	if (counters != NULL)
		f.counters = *counters;
	copy_text(f.user, sizeof(f.user), tp_line_user(s->line));
	f.families = s->families;
	f.no_ipv6 = s->no_ipv6;
	f.anew = !s->line->forwarding;
	f.encrypted = tp_ppp_encryption(&s->network->ppp) != NULL;
	f.secret_id = s->secret_id;
	f.subscriber = s->subscriber;
	network_facts(&f, s);
	ipv6_facts(&f, s, &moment);
	return tp_session_facts_write(&f, out, size);
}
