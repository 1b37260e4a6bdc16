/* SPDX-License-Identifier: BSD-3-Clause */
#include "sim.h"

#define GHOST_MAX_MS 60000

static bool before(const struct sim_frame *a, const struct sim_frame *b)
{
	return a->at_ms < b->at_ms || (a->at_ms == b->at_ms && a->order < b->order);
}

static void swap(struct sim_frame *a, struct sim_frame *b)
{
	struct sim_frame c = *a;

	*a = *b;
	*b = c;
}

static bool happens(struct sim_wire *wire, unsigned per_mille)
{
	return per_mille > 0 && tp_random_below(wire->random, 1000) < per_mille;
}

/* What no checksum catches, or what somebody means to do. */
static void corrupt(struct sim_wire *wire, struct sim_frame *frame)
{
	unsigned changes = 1 + tp_random_below(wire->random, 4);

	if (!happens(wire, wire->quality.corrupt))
		return;
	for (unsigned i = 0; i < changes; i++)
		frame->payload[tp_random_below(wire->random, frame->len)] =
			(uint8_t)tp_random_u32(wire->random);
	if (tp_random_below(wire->random, 4) == 0)
		frame->len = (uint16_t)(1 + tp_random_below(wire->random, frame->len));
}

static void push(struct sim_wire *wire, const struct sim_frame *frame, uint64_t at_ms)
{
	size_t i = wire->count++;

	if (wire->count > wire->room) {
		wire->room = wire->room == 0 ? 256 : 2 * wire->room;
		wire->heap = realloc(wire->heap, wire->room * sizeof(wire->heap[0]));
		assert_non_null(wire->heap);
	}
	wire->heap[i] = *frame;
	wire->heap[i].at_ms = at_ms;
	wire->heap[i].order = wire->order++;
	wire->heap[i].payload = malloc(frame->len);
	assert_non_null(wire->heap[i].payload);
	memcpy(wire->heap[i].payload, frame->payload, frame->len);
	corrupt(wire, &wire->heap[i]);
	for (; i > 0 && before(&wire->heap[i], &wire->heap[(i - 1) / 2]); i = (i - 1) / 2)
		swap(&wire->heap[i], &wire->heap[(i - 1) / 2]);
}

static uint64_t delay(struct sim_wire *wire)
{
	const struct sim_quality *q = &wire->quality;

	return q->delay_min_ms +
	       tp_random_below(wire->random, q->delay_max_ms - q->delay_min_ms + 1);
}

void sim_wire_send(struct sim_wire *wire, const struct sim_frame *frame, uint64_t now_ms)
{
	wire->sent++;
	if (!happens(wire, wire->quality.loss))
		push(wire, frame, now_ms + delay(wire));
	if (happens(wire, wire->quality.repeat))
		push(wire, frame, now_ms + delay(wire));
	if (happens(wire, wire->quality.ghost))
		push(wire, frame, now_ms + 1000 + tp_random_below(wire->random, GHOST_MAX_MS));
}

uint64_t sim_wire_next(const struct sim_wire *wire)
{
	return wire->count == 0 ? TP_NEVER : wire->heap[0].at_ms;
}

bool sim_wire_receive(struct sim_wire *wire, uint64_t now_ms, struct sim_frame *frame)
{
	size_t i = 0;

	if (sim_wire_next(wire) > now_ms)
		return false;
	*frame = wire->heap[0];
	wire->heap[0] = wire->heap[--wire->count];
	for (;;) {
		size_t least = i;

		for (size_t child = 2 * i + 1; child <= 2 * i + 2; child++)
			if (child < wire->count && before(&wire->heap[child], &wire->heap[least]))
				least = child;
		if (least == i)
			return true;
		swap(&wire->heap[i], &wire->heap[least]);
		i = least;
	}
}

void sim_wire_clear(struct sim_wire *wire)
{
	for (size_t i = 0; i < wire->count; i++)
		free(wire->heap[i].payload);
	free(wire->heap);
	wire->heap = NULL;
	wire->count = wire->room = 0;
}
