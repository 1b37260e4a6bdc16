/* SPDX-License-Identifier: BSD-3-Clause */
/* The life of a session's slot: open, closed, released. Control alone; what comes between is in
 * session_up.c. */
#include "dataplane/sessions.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include <sys/mman.h>

#include <rte_malloc.h>

#include "dataplane/coding.h"
#include "dataplane/fib.h"
#include "dataplane/live.h"
#include "dataplane/slot.h"
#include "dataplane/state.h"
#include "dataplane/worker/rate_limit.h"
#include "dataplane/worker/share.h"
#include "dataplane/worker/worker.h"
#include "wire/ppp.h"
#include "wire/pppoe.h"

#define RELEASED_AT_ONCE 256

/* Sessions without a limit are many, and take no memory for one: it is there once control has
 * written to it, two megabytes at a time where the kernel has huge pages to give, and workers never
 * look before. NULL: none. */
static struct tp_rate_limits *map_rate_limits(uint32_t slots)
{
	size_t size = (slots + 1ul) * sizeof(struct tp_rate_limits);
	void *limits = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, 0, 0);

	if (limits == MAP_FAILED)
		return NULL;
	madvise(limits, size, MADV_HUGEPAGE);
	return limits;
}

int tp_sessions_create(struct tp_dataplane *dp)
{
	dp->terms = rte_zmalloc("terms", dp->max_sessions * sizeof(*dp->terms), 64);
	dp->no_sessions = rte_malloc("index", TP_SESSION_IDS * sizeof(uint32_t), 64);
	dp->rate_limits = map_rate_limits(dp->max_sessions);
	dp->slots = calloc(dp->max_sessions, sizeof(*dp->slots));
	if (dp->terms == NULL || dp->no_sessions == NULL || dp->rate_limits == NULL ||
	    dp->slots == NULL)
		return -ENOMEM;
	for (uint32_t i = 0; i < TP_SESSION_IDS; i++)
		dp->no_sessions[i] = dp->max_sessions;
	for (uint32_t i = 0; i < dp->max_sessions; i++)
		dp->terms[i].careful = TP_CAREFUL_DOWN;
	for (unsigned port = 0; port < dp->port_count; port++)
		for (unsigned scope = 0; scope < TP_DATAPLANE_SCOPES; scope++)
			dp->ports[port].sessions[scope] = dp->no_sessions;
	return 0;
}

void tp_sessions_destroy(struct tp_dataplane *dp)
{
	for (unsigned port = 0; port < dp->port_count; port++)
		for (unsigned scope = 0; scope < TP_DATAPLANE_SCOPES; scope++)
			if (dp->ports[port].sessions[scope] != dp->no_sessions)
				rte_free(dp->ports[port].sessions[scope]);
	for (uint32_t i = 0; dp->slots != NULL && i < dp->max_sessions; i++)
		if (dp->slots[i].state == SLOT_UP)
			free(dp->slots[i].holding);
	for (uint32_t i = 0; dp->terms != NULL && i < dp->max_sessions; i++) {
		if (dp->terms[i].coding != NULL)
			free(dp->terms[i].coding->members);
		free(dp->terms[i].coding);
	}
	free(dp->slots);
	rte_free(dp->no_sessions);
	if (dp->rate_limits != NULL)
		munmap(dp->rate_limits, (dp->max_sessions + 1ul) * sizeof(*dp->rate_limits));
	rte_free(dp->terms);
}

/* The scope's index, made when its first session opens. It stays: workers may be reading it. */
static uint32_t *scope_index(struct tp_dataplane *dp, struct tp_port *port, struct tp_vlans vlans)
{
	unsigned scope = tp_dataplane_scope(vlans);
	uint32_t *index = port->sessions[scope];
	if (index != dp->no_sessions)
		return index;
	index = rte_malloc("index", TP_SESSION_IDS * sizeof(*index), 64);
	if (index == NULL)
		return NULL;
	memcpy(index, dp->no_sessions, TP_SESSION_IDS * sizeof(*index));
	__atomic_store_n(&port->sessions[scope], index, __ATOMIC_RELEASE);
	return index;
}

/* The ready-made header: Ethernet, tags, PPPoE, PPP, ending at the record's header's end. */
static void make_header(struct tp_record_down *r, const struct tp_port *port,
			const struct tp_dataplane_session *s, uint16_t protocol)
{
	uint8_t bytes[TP_SESSION_HEADER_MAX];
	struct tp_writer out = tp_writer_of(bytes, sizeof(bytes));

	tp_write_bytes(&out, s->mac.bytes, 6);
	tp_write_bytes(&out, port->mac.bytes, 6);
	if (s->vlans.outer != 0) {
		tp_write_be16(&out, tp_port_outer_type(port, s->vlans.outer));
		tp_write_be16(&out, s->vlans.outer);
	}
	if (s->vlans.inner != 0) {
		tp_write_be16(&out, TP_ETHERTYPE_VLAN);
		tp_write_be16(&out, s->vlans.inner);
	}
	tp_write_be16(&out, TP_ETHERTYPE_SESSION);
	tp_write_u8(&out, TP_PPPOE_VER_TYPE);
	tp_write_u8(&out, TP_PPPOE_CODE_SESSION);
	tp_write_be16(&out, s->session_id);
	tp_write_be16(&out, 0); /* the length, for each packet */
	tp_write_be16(&out, protocol);

	size_t len = tp_writer_len(&out);
	memset(r->header, 0, sizeof(r->header));
	memcpy(r->header + sizeof(r->header) - len, bytes, len);
	r->header_len = (uint8_t)len;
}

/* All but what every slot's keepalive is looked for by: of one that is free it says down already.
 */
static void clear_terms(struct tp_terms *t)
{
	const size_t before = offsetof(struct tp_terms, careful);
	const size_t after = before + sizeof(t->careful);

	memset(t, 0, before);
	memset((uint8_t *)t + after, 0, sizeof(*t) - after);
}

/* What was counted before stands in the first worker's, as if that had counted it. */
static void begin_counters(struct tp_worker *w, uint32_t slot, const struct tp_session_counters *n)
{
	w->up[slot].packets = n->packets_in - n->ipv6_packets_in;
	w->up[slot].bytes = n->bytes_in - n->ipv6_bytes_in;
	w->down[slot].packets = n->packets_out - n->ipv6_packets_out;
	w->down[slot].bytes = n->bytes_out - n->ipv6_bytes_out;
	w->up6[slot].packets = n->ipv6_packets_in;
	w->up6[slot].bytes = n->ipv6_bytes_in;
	w->down6[slot].packets = n->ipv6_packets_out;
	w->down6[slot].bytes = n->ipv6_bytes_out;
	w->session_drops[slot] = (struct tp_record_drops){.up = n->drops_in, .down = n->drops_out};
}

/* The same record for each worker, counters at zero. No worker sees the slot yet. */
static void make_records(struct tp_dataplane *dp, const struct tp_dataplane_session *s)
{
	struct tp_record_up up = {
		.mac = tp_mac_key(&s->mac) | TP_CAREFUL_DOWN,
		.vlans = tp_vlan_key(s->vlans),
		.route_be = 1,
	};
	const struct tp_record_up6 up6 = {
		.mac = up.mac,
		.vlans = up.vlans,
		.prefix = TP_RECORD6_NONE,
		.route = TP_RECORD6_NONE,
	};
	struct tp_record_down down = {.port = (uint8_t)s->port}, down6 = down;
	make_header(&down, &dp->ports[s->port], s, TP_PPP_PROTO_IPV4);
	make_header(&down6, &dp->ports[s->port], s, TP_PPP_PROTO_IPV6);
	for (unsigned i = 0; i < dp->worker_count; i++) {
		dp->workers[i]->up[s->slot] = up;
		dp->workers[i]->down[s->slot] = down;
		dp->workers[i]->up6[s->slot] = up6;
		dp->workers[i]->down6[s->slot] = down6;
		dp->workers[i]->session_drops[s->slot] = (struct tp_record_drops){0};
		dp->workers[i]->shares[s->slot] = (struct tp_share){0};
	}
	clear_terms(&dp->terms[s->slot]);
}

static int check_open(const struct tp_dataplane *dp, const struct tp_dataplane_session *s)
{
	if (s->slot >= dp->max_sessions || s->port >= dp->port_count ||
	    dp->ports[s->port].role != TP_PORT_ACCESS ||
	    s->session_id == TP_PPPOE_SESSION_ID_NONE ||
	    s->session_id == TP_PPPOE_SESSION_ID_RESERVED || s->vlans.outer > TP_VLAN_ID_MAX ||
	    s->vlans.inner > TP_VLAN_ID_MAX || (s->vlans.outer == 0 && s->vlans.inner != 0))
		return -EINVAL;
	return dp->slots[s->slot].state == SLOT_FREE ? 0 : -EBUSY;
}

int tp_dataplane_session_open(struct tp_dataplane *dp, const struct tp_dataplane_session *s)
{
	int err = check_open(dp, s);
	if (err != 0)
		return err;
	struct tp_port *port = &dp->ports[s->port];
	uint32_t *index = scope_index(dp, port, s->vlans);
	if (index == NULL)
		return -ENOMEM;
	if (index[s->session_id] != dp->max_sessions)
		return -EEXIST;

	if (dp->slots[s->slot].limited)
		dp->rate_limits[s->slot] = (struct tp_rate_limits){0};
	dp->slots[s->slot] = (struct tp_slot){
		.state = SLOT_OPEN,
		.session_id = s->session_id,
		.port = s->port,
		.vlans = s->vlans,
	};
	if (dp->live != NULL)
		tp_live_name(dp->live, s->slot, 0);
	make_records(dp, s);
	if (s->begin != NULL)
		begin_counters(dp->workers[0], s->slot, s->begin);
	if (dp->live != NULL)
		tp_live_name(dp->live, s->slot, s->accounting_id);
	if (dp->slots_used <= s->slot)
		__atomic_store_n(&dp->slots_used, s->slot + 1, __ATOMIC_RELEASE);
	__atomic_store_n(&index[s->session_id], s->slot, __ATOMIC_RELEASE);
	return 0;
}

void tp_slot_withdraw_id(struct tp_dataplane *dp, const struct tp_slot *s)
{
	uint32_t *index = dp->ports[s->port].sessions[tp_dataplane_scope(s->vlans)];

	__atomic_store_n(&index[s->session_id], dp->max_sessions, __ATOMIC_RELEASE);
}

void tp_dataplane_session_close(struct tp_dataplane *dp, uint32_t slot)
{
	if (slot >= dp->max_sessions)
		return;
	struct tp_slot *s = &dp->slots[slot];
	if (s->state == SLOT_FREE || s->state == SLOT_CLOSED)
		return;
	tp_dataplane_session_down(dp, slot);
	if (!s->gone)
		tp_slot_withdraw_id(dp, s);
	s->state = SLOT_CLOSED;
	s->grace = (struct tp_grace_item){0};
	tp_grace_add(&dp->grace, &s->grace);
}

enum tp_dataplane_slot tp_dataplane_session_slot(const struct tp_dataplane *dp, uint32_t slot)
{
	static const enum tp_dataplane_slot is[] = {
		[SLOT_FREE] = TP_DATAPLANE_SLOT_FREE,	  [SLOT_OPEN] = TP_DATAPLANE_SLOT_OPEN,
		[SLOT_UP] = TP_DATAPLANE_SLOT_UP,	  [SLOT_JOINED] = TP_DATAPLANE_SLOT_JOINED,
		[SLOT_CLOSED] = TP_DATAPLANE_SLOT_CLOSED,
	};

	return slot < dp->max_sessions ? is[dp->slots[slot].state] : TP_DATAPLANE_SLOT_FREE;
}

bool tp_dataplane_session_has(const struct tp_dataplane *dp, uint32_t slot,
			      const struct tp_ip_prefix *prefix)
{
	return tp_fib_claimed(dp->fib, prefix, TP_CLAIM_SESSION) == TP_HOP(TP_HOP_SESSION, slot);
}

unsigned tp_dataplane_released(struct tp_dataplane *dp, uint32_t *slots, unsigned max)
{
	struct tp_grace_item *items[RELEASED_AT_ONCE];
	unsigned count = tp_grace_collect(&dp->grace, items,
					  max < RELEASED_AT_ONCE ? max : RELEASED_AT_ONCE);

	for (unsigned i = 0; i < count; i++) {
		struct tp_slot *s = (struct tp_slot *)(void *)((char *)items[i] -
							       offsetof(struct tp_slot, grace));

		s->state = SLOT_FREE;
		slots[i] = (uint32_t)(s - dp->slots);
	}
	return count;
}
