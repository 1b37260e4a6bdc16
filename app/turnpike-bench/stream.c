/* SPDX-License-Identifier: BSD-3-Clause */
#include "stream.h"

#include "base/bytes.h"

#define STREAM_MAGIC 0x74706b31u /* "tpk1" */
#define WINDOW	     64

void stream_stamp(uint8_t *payload, uint32_t run, uint32_t flow, uint32_t sequence, uint64_t now)
{
	tp_put_be32(payload, STREAM_MAGIC);
	tp_put_be32(payload + 4, run);
	tp_put_be32(payload + 8, flow);
	tp_put_be32(payload + 12, sequence);
	tp_put_be32(payload + 16, (uint32_t)(now >> 32));
	tp_put_be32(payload + 20, (uint32_t)now);
}

uint32_t stream_flow_of(const uint8_t *payload)
{
	struct tp_reader r = tp_reader_of(payload + 8, 4);
	uint32_t flow = STREAM_NO_FLOW;

	tp_read_be32(&r, &flow);
	return flow;
}

/* Notes that SEQUENCE has come. */
static enum stream_verdict note(struct stream_flow *flow, uint32_t sequence)
{
	if (sequence >= flow->next) {
		uint32_t ahead = sequence - flow->next + 1;

		flow->seen = ahead < WINDOW ? flow->seen << ahead : 0;
		flow->seen |= 1;
		flow->next = sequence + 1;
		return STREAM_GOOD;
	}
	uint32_t behind = flow->next - 1 - sequence;

	if (behind >= WINDOW || (flow->seen >> behind & 1) != 0)
		return STREAM_DUPLICATE;
	flow->seen |= UINT64_C(1) << behind;
	return STREAM_REORDERED;
}

enum stream_verdict stream_check(struct stream *stream, uint32_t flow, const uint8_t *payload,
				 size_t len, uint64_t now)
{
	struct tp_reader r = tp_reader_of(payload, len);
	uint32_t magic, run, stamped, sequence, high, low;
	enum stream_verdict verdict;

	if (!tp_read_be32(&r, &magic) || !tp_read_be32(&r, &run) || !tp_read_be32(&r, &stamped) ||
	    !tp_read_be32(&r, &sequence) || !tp_read_be32(&r, &high) || !tp_read_be32(&r, &low) ||
	    magic != STREAM_MAGIC || run != stream->run) {
		stream->foreign++;
		return STREAM_FOREIGN;
	}
	if (stamped != flow || flow >= stream->flow_count) {
		stream->wrong_session++;
		return STREAM_WRONG_SESSION;
	}
	verdict = note(&stream->flows[flow], sequence);
	if (verdict == STREAM_DUPLICATE) {
		stream->duplicates++;
		return verdict;
	}
	stream->received++;
	stream->reordered += verdict == STREAM_REORDERED;
	histogram_add(&stream->latency, now - ((uint64_t)high << 32 | low));
	return verdict;
}
