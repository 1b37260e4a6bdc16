/* SPDX-License-Identifier: BSD-3-Clause */
/* The PPP Multilink Protocol over one link: RFC 1990, and RFC 1717 before it, whose headers are the
 * same. A packet too large for the link is cut into fragments, and joined again at the other end.
 *
 * A "packet" here is what is cut: a PPP protocol field and what follows it. A "fragment" starts
 * behind the protocol field 0x003d. One link delivers in order, so a gap in the sequence numbers is
 * a loss, and what is joined is always one packet at a time: one buffer is all the memory it takes.
 *
 * Pure but for the structs given; the thread that owns them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

#define TP_MP_LONG_HEADER_LEN  4 /* RFC 1990, section 3: 24 bits of sequence number */
#define TP_MP_SHORT_HEADER_LEN 2 /* 12 bits, after Short-Sequence-Number was negotiated */
#define TP_MP_BEGIN	       0x80
#define TP_MP_END	       0x40

/* ---- cutting ----------------------------------------------------------------------------- */

struct tp_mp_sender {
	uint32_t next; /* sequence number of the next fragment */
	bool is_short; /* the peer asked for short ones */
};

static inline size_t tp_mp_header_len(bool is_short)
{
	return is_short ? TP_MP_SHORT_HEADER_LEN : TP_MP_LONG_HEADER_LEN;
}

/* How many fragments of at most MTU bytes, header included, a packet of LEN bytes makes. MTU is
 * larger than a header. */
size_t tp_mp_fragment_count(const struct tp_mp_sender *tx, size_t len, size_t mtu);

/* The sequence number COUNT fragments further on. */
uint32_t tp_mp_later(const struct tp_mp_sender *tx, uint32_t count);

/* Writes the header of the next fragment to P, tp_mp_header_len() bytes. */
void tp_mp_header_put(struct tp_mp_sender *tx, bool begin, bool end, uint8_t *p);

/* ---- joining ----------------------------------------------------------------------------- */

struct tp_mp_fragment {
	bool begin, end;
	uint32_t sequence;
	struct tp_reader data; /* part of a packet */
};

/* Reads a fragment's header from R, all of it the fragment's. False: it is too short, or has
 * nothing in it but a header. */
bool tp_mp_fragment_parse(struct tp_reader r, bool is_short, struct tp_mp_fragment *fragment);

struct tp_mp_receiver {
	uint32_t next;	 /* the sequence number that is due */
	uint32_t used;	 /* bytes in the buffer; 0: no packet is being joined */
	uint32_t most;	 /* bytes of a packet at most: MRRU and protocol field */
	uint64_t lost;	 /* packets given up because a fragment of them did not come */
	bool is_short;	 /* we asked for short sequence numbers */
	bool is_synched; /* `next` is known: RFC 1717 peers may begin with any number */
};

enum tp_mp_verdict {
	TP_MP_PACKET, /* a whole packet has come */
	TP_MP_KEPT,   /* in the buffer; more is to come */
	TP_MP_LATE,   /* before what was given up already, or twice: not of use */
	TP_MP_ORPHAN, /* the beginning of its packet was lost */
	TP_MP_TOO_BIG /* the packet would be larger than what we said we take; given up */
};

/* Does FRAGMENT begin a packet that goes into the buffer? Else the buffer is only looked at when
 * `used` is not 0. */
static inline bool tp_mp_wants_buffer(const struct tp_mp_fragment *fragment)
{
	return fragment->begin && !fragment->end;
}

/* Takes a fragment. BUFFER has room for `most` bytes and is the same as long as `used` is not 0.
 * TP_MP_PACKET: *PACKET is in BUFFER, or, when it came whole, in the fragment. */
enum tp_mp_verdict tp_mp_receive(struct tp_mp_receiver *rx, const struct tp_mp_fragment *fragment,
				 uint8_t *buffer, struct tp_reader *packet);

/* The buffer is gone: gives up the packet that is being joined. */
void tp_mp_forget(struct tp_mp_receiver *rx);

/* The protocol field in front of PACKET, which moves past it: one byte when it is odd, as Protocol-
 * Field-Compression has it (RFC 1661, section 6.5), which peers use inside of MP and MPPE without
 * asking; else two. False: it ends before. */
bool tp_mp_protocol(struct tp_reader *packet, uint16_t *protocol);
