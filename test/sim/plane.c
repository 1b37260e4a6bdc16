/* SPDX-License-Identifier: BSD-3-Clause */
/* The data plane's side: it sorts frames by its own tables, watches for silence, and gives slots
 * back only after a while. Whatever the engine orders that makes no sense fails the test. */
#include "sim.h"

#include "wire/ppp.h"

#include <errno.h>

#define SWEEP_MS 1000
#define IDS	 (TP_VLAN_SCOPES * 65536)

/* What a worker looks frames up by. */
static uint32_t *entry_of(struct sim *sim, struct tp_vlans vlans, uint16_t session_id)
{
	return &sim->plane.slot_of_id[tp_vlans_scope(vlans) * 65536 + session_id];
}

void sim_plane_init(struct sim *sim, uint32_t slots)
{
	struct sim_plane *plane = &sim->plane;

	plane->not_free = plane->closing = 0;
	plane->count = slots;
	plane->slots = calloc(slots, sizeof(plane->slots[0]));
	plane->slot_of_id = calloc(IDS, sizeof(uint32_t));
	assert_non_null(plane->slots);
	assert_non_null(plane->slot_of_id);
	plane->keepalive_ms = sim->now_ms + SWEEP_MS;
}

void sim_plane_clear(struct sim *sim)
{
	free(sim->plane.slots);
	free(sim->plane.slot_of_id);
}

static struct sim_slot *slot_of(struct sim *sim, const struct tp_line *line,
				struct tp_session_info *info)
{
	tp_line_info(line, info);
	assert_true(info->slot < sim->plane.count);
	return &sim->plane.slots[info->slot];
}

static struct sim_slot *slot_of_session(struct sim *sim, const struct tp_session *s,
					struct tp_session_info *info)
{
	tp_session_info(s, info);
	assert_true(info->slot < sim->plane.count);
	return &sim->plane.slots[info->slot];
}

static void output(void *user, const struct tp_access *to, const struct tp_mac *dst,
		   uint16_t ethertype, const uint8_t *payload, size_t len)
{
	struct sim *sim = user;
	const struct sim_frame frame = {
		.access = *to,
		.src = {{2, 0xac, 0, 0, 0, 1}},
		.dst = *dst,
		.ethertype = ethertype,
		.len = (uint16_t)len,
		.payload = (uint8_t *)payload,
	};

	assert_true(len >= TP_PPPOE_HEADER_LEN && len <= 1508);
	sim_wire_send(&sim->wire, &frame, sim->now_ms);
	if (sim->wire.loop && ethertype == TP_ETHERTYPE_SESSION) {
		struct sim_frame back = frame;

		back.up = true;
		back.src = *dst;
		sim_wire_send(&sim->wire, &back, sim->now_ms);
	}
}

static int open_slot(void *user, const struct tp_line *line)
{
	struct sim *sim = user;
	struct tp_session_info info;
	struct sim_slot *slot = slot_of(sim, line, &info);

	if (sim->plane.fail_open != 0)
		return sim->plane.fail_open;
	assert_int_equal(slot->state, SIM_SLOT_FREE);
	assert_true(info.session_id != 0 && info.session_id != 0xffff);
	assert_true(*entry_of(sim, info.access.vlans, info.session_id) == 0);
	*entry_of(sim, info.access.vlans, info.session_id) = info.slot + 1;
	sim->plane.not_free++;
	*slot = (struct sim_slot){
		.state = SIM_SLOT_OPEN,
		.id = info.id,
		.session_id = info.session_id,
		.access = info.access,
		.mac = info.mac,
	};
	return 0;
}

static int join_slot(struct sim *sim, struct sim_slot *slot, const struct tp_session_info *info)
{
	assert_int_equal(sim->plane.slots[info->bundle_slot].state, SIM_SLOT_UP);
	if (slot->state != SIM_SLOT_UP)
		slot->alive_ms = slot->traffic_ms = sim->now_ms;
	slot->state = SIM_SLOT_UP;
	slot->address = 0;
	slot->keepalive_s = info->keepalive_s;
	return 0;
}

static void unlink_slot(void *user, const struct tp_session *s)
{
	struct sim *sim = user;
	struct tp_session_info info;
	struct sim_slot *slot = slot_of_session(sim, s, &info);

	assert_int_equal(slot->state, SIM_SLOT_UP);
	slot->keepalive_s = 0;
	if (info.line_gone)
		*entry_of(sim, slot->access.vlans, slot->session_id) = 0;
}

static bool overlap(const struct tp_prefix6 *a, const struct tp_prefix6 *b)
{
	return a->length != 0 && b->length != 0 &&
	       (a->length < b->length ? tp_prefix6_has(a, b->address)
				      : tp_prefix6_has(b, a->address));
}

static bool overlaps_any(const struct sim_slot *slot, const struct tp_prefix6 *prefix)
{
	for (unsigned i = 0; i < slot->prefix_count; i++)
		if (overlap(&slot->prefixes[i], prefix))
			return true;
	return false;
}

/* No two sessions have anything in common. */
static bool differ(const struct sim_slot *slot, const struct tp_session_info *info)
{
	if (info->remote_address != 0 && slot->address == info->remote_address)
		return false;
	if ((info->families & TP_AC_IPV6) == 0)
		return true;
	if (overlaps_any(slot, &info->ipv6.prefix))
		return false;
	for (unsigned i = 0; i < info->ipv6.route_count; i++)
		if (overlaps_any(slot, &info->ipv6.routes[i]))
			return false;
	return true;
}

static void take_prefixes(struct sim_slot *slot, const struct tp_session_info *info)
{
	slot->prefix_count = 0;
	if ((info->families & TP_AC_IPV6) == 0)
		return;
	assert_true(info->ipv6.route_count < SIM_PREFIXES_MAX);
	assert_true(info->ipv6.delegated_count <= info->ipv6.route_count);
	slot->prefixes[slot->prefix_count++] = info->ipv6.prefix;
	for (unsigned i = 0; i < info->ipv6.route_count; i++)
		slot->prefixes[slot->prefix_count++] = info->ipv6.routes[i];
}

/* As a worker would put a header before it. */
static void send_ipv6(void *user, const struct tp_session *s, const uint8_t *packet, size_t len)
{
	struct sim *sim = user;
	struct tp_session_info info;
	struct sim_slot *slot = slot_of_session(sim, s, &info);
	uint8_t room[TP_PPPOE_HEADER_LEN + 1502];
	struct tp_writer w = tp_writer_of(room, sizeof(room));
	struct sim_frame frame = {
		.access = info.access,
		.src = {{2, 0xac, 0, 0, 0, 1}},
		.dst = info.mac,
		.ethertype = TP_ETHERTYPE_SESSION,
		.payload = room,
	};

	assert_int_equal(slot->state, SIM_SLOT_UP);
	assert_true((slot->families & TP_AC_IPV6) != 0 && info.bundle_id == 0);
	assert_true(len >= 40 && len <= 1280);
	tp_pppoe_begin(&w, TP_PPPOE_CODE_SESSION, info.session_id);
	tp_write_be16(&w, TP_PPP_PROTO_IPV6);
	tp_write_bytes(&w, packet, len);
	frame.len = (uint16_t)tp_pppoe_finish(&w);
	sim_wire_send(&sim->wire, &frame, sim->now_ms);
}

static int up_slot(void *user, const struct tp_line *line)
{
	struct sim *sim = user;
	struct tp_session_info info;
	struct sim_slot *slot = slot_of(sim, line, &info);

	if (sim->plane.fail_up != 0)
		return sim->plane.fail_up;
	if (sim->plane.fail_up6 != 0 && (info.families & TP_AC_IPV6) != 0)
		return sim->plane.fail_up6;
	assert_true(slot->state == SIM_SLOT_OPEN || slot->state == SIM_SLOT_UP);
	assert_true(slot->id == info.id);
	assert_true(info.families != 0);
	if (info.bundle_id != 0)
		return join_slot(sim, slot, &info);
	for (uint32_t i = 0; i < sim->plane.count; i++)
		assert_true(i == info.slot || sim->plane.slots[i].state == SIM_SLOT_FREE ||
			    differ(&sim->plane.slots[i], &info));
	if (slot->state != SIM_SLOT_UP)
		slot->alive_ms = slot->traffic_ms = sim->now_ms;
	slot->state = SIM_SLOT_UP;
	slot->families = info.families;
	slot->address = (info.families & TP_AC_IPV4) != 0 ? info.remote_address : 0;
	take_prefixes(slot, &info);
	slot->keepalive_s = info.keepalive_s;
	return 0;
}

static void down_slot(void *user, const struct tp_line *line)
{
	struct sim *sim = user;
	struct tp_session_info info;
	struct sim_slot *slot = slot_of(sim, line, &info);

	assert_int_equal(slot->state, SIM_SLOT_UP);
	slot->state = SIM_SLOT_OPEN;
	slot->families = 0;
}

static void close_slot(void *user, const struct tp_line *line)
{
	struct sim *sim = user;
	struct tp_session_info info;
	struct sim_slot *slot = slot_of(sim, line, &info);

	assert_int_equal(slot->state, SIM_SLOT_OPEN);
	assert_int_equal(info.state, TP_SESSION_CLOSED);
	slot->state = SIM_SLOT_CLOSED;
	slot->release_ms = sim->now_ms + tp_random_below(&sim->random, sim->plane.grace_max_ms + 1);
	sim->plane.closing++;
}

static void flush(void *user, const struct tp_session *s)
{
	struct tp_session_info info;

	assert_int_equal(slot_of_session(user, s, &info)->state, SIM_SLOT_UP);
}

static uint64_t idle_ms(void *user, const struct tp_session *s)
{
	struct sim *sim = user;
	struct tp_session_info info;

	return sim->now_ms - slot_of_session(sim, s, &info)->traffic_ms;
}

static void bytes(void *user, const struct tp_session *s, uint64_t *in, uint64_t *out)
{
	struct sim *sim = user;
	struct tp_session_info info;
	const struct sim_slot *slot = slot_of_session(sim, s, &info);

	*in = slot->bytes_in;
	*out = slot->bytes_out;
}

static void event(void *user, const struct tp_ac_event *e)
{
	struct sim *sim = user;

	if (e->quiet)
		return; /* for a history alone */
	sim->events[e->kind]++;
	sim_journal_event(sim, e);
	if (sim->listener != NULL)
		sim->listener(sim->listening, e);
	tp_ac_event_text(e, sim->last_event);
	if (e->kind == TP_AC_AUTH_FAILED)
		tp_ac_event_text(e, sim->auth_event);
	if (e->kind == TP_AC_NO_ADDRESS)
		tp_ac_event_text(e, sim->address_event);
	if (sim->verbose)
		fprintf(stderr, "%8llu %s: %s\n", (unsigned long long)sim->now_ms,
			tp_ac_event_name(e->kind), sim->last_event);
}

static void refused(void *user, const struct tp_ac_refusal *refusal)
{
	struct sim *sim = user;

	sim->discovery_refused[refusal->reason]++;
}

const struct tp_ac_ops sim_plane_ops = {
	.output = output,
	.send_ipv6 = send_ipv6,
	.open = open_slot,
	.up = up_slot,
	.down = down_slot,
	.unlink = unlink_slot,
	.close = close_slot,
	.flush = flush,
	.idle_ms = idle_ms,
	.bytes = bytes,
	.event = event,
	.refused = refused,
};

static void receive_session(struct sim *sim, const struct sim_frame *frame)
{
	struct tp_pppoe_header header;
	struct tp_reader payload;
	uint32_t number;
	struct sim_slot *slot;

	if (!tp_pppoe_header_parse(frame->payload, frame->len, &header, &payload))
		return;
	number = *entry_of(sim, frame->access.vlans, header.session_id);
	slot = number == 0 ? NULL : &sim->plane.slots[number - 1];
	if (slot == NULL || slot->state == SIM_SLOT_CLOSED ||
	    !tp_mac_equal(&slot->mac, &frame->src)) {
		tp_ac_unknown_session(sim->ac, &frame->access, &frame->src, header.session_id,
				      sim->now_ms);
		return;
	}
	slot->alive_ms = sim->now_ms;
	tp_ac_input_session(sim->ac, number - 1, &frame->src, frame->payload, frame->len,
			    sim->now_ms);
}

void sim_plane_receive(struct sim *sim, const struct sim_frame *frame)
{
	if (frame->ethertype == TP_ETHERTYPE_SESSION)
		receive_session(sim, frame);
	else
		tp_ac_input_discovery(sim->ac, &frame->access, &frame->src, &frame->dst,
				      frame->payload, frame->len, sim->now_ms);
}

uint64_t sim_plane_next(const struct sim *sim)
{
	/* Slots are given back by the millisecond, while there are any to give. */
	if (sim->plane.closing > 0 && !sim->plane.hold_slots)
		return sim->now_ms + 1;
	return sim->plane.keepalive_ms;
}

static void release(struct sim *sim)
{
	for (uint32_t i = 0; sim->plane.closing > 0 && i < sim->plane.count; i++) {
		struct sim_slot *slot = &sim->plane.slots[i];

		if (slot->state != SIM_SLOT_CLOSED || slot->release_ms > sim->now_ms)
			continue;
		slot->state = SIM_SLOT_FREE;
		*entry_of(sim, slot->access.vlans, slot->session_id) = 0;
		sim->plane.closing--;
		sim->plane.not_free--;
		tp_ac_slot_released(sim->ac, i, sim->now_ms);
	}
}

/* A client that is up in this very session answers echoes. */
static bool answers(const struct sim *sim, const struct sim_slot *slot)
{
	for (unsigned i = 0; i < sim->client_count; i++) {
		const struct sim_client *client = sim->clients[i];

		if (tp_mac_equal(&client->mac, &slot->mac))
			return client->state == SIM_CLIENT_UP &&
			       client->session_id == slot->session_id;
	}
	return false;
}

static void keepalive(struct sim *sim)
{
	for (uint32_t i = 0; i < sim->plane.count; i++) {
		struct sim_slot *slot = &sim->plane.slots[i];

		if (slot->state != SIM_SLOT_UP || slot->keepalive_s == 0)
			continue;
		if (answers(sim, slot))
			slot->alive_ms = sim->now_ms;
		else if (sim->now_ms - slot->alive_ms >= 2000 * (uint64_t)slot->keepalive_s)
			tp_ac_keepalive_lost(sim->ac, i, sim->now_ms);
	}
}

void sim_plane_tick(struct sim *sim)
{
	if (!sim->plane.hold_slots)
		release(sim);
	if (sim->now_ms < sim->plane.keepalive_ms)
		return;
	sim->plane.keepalive_ms = sim->now_ms + SWEEP_MS;
	keepalive(sim);
}
