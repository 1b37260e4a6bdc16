/* SPDX-License-Identifier: BSD-3-Clause */
/* The head of a session's frame, all that stands before IP and IP's first byte, compared at once.
 *
 * Frames of a burst are most often of one kind: as many tags, with the same types, the same
 * protocol of PPP. So a run takes those of one kind; what they all have in common is 32 bytes with
 * a mask, and what is their session's own (MAC address, VLANs) stands at the beginning of its
 * record. Worker lcores. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <immintrin.h>
#include <rte_byteorder.h>

#include "dataplane/port.h"
#include "dataplane/record.h"
#include "dataplane/record6.h"
#include "dataplane/worker/guess.h"
#include "wire/ipv4.h"
#include "wire/ipv6.h"
#include "wire/ppp.h"
#include "wire/pppoe.h"

/* Between the Ethernet type, or the last tag's, and IP. */
#define TP_PPP_HEADERS (TP_PPPOE_HEADER_LEN + TP_PPP_PROTO_LEN)

static inline uint16_t tp_load16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint32_t tp_load32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint64_t tp_load64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline bool tp_is_vlan_type_be(uint16_t type_be)
{
	return type_be == RTE_BE16(TP_ETHERTYPE_VLAN) || type_be == RTE_BE16(TP_ETHERTYPE_QINQ);
}

/* Where IP begins behind so many tags. */
static inline unsigned tp_head_len(unsigned tags)
{
	return TP_ETHERNET_HEADER_LEN + tags * TP_VLAN_TAG_LEN + (unsigned)TP_PPP_HEADERS;
}

/* Where the index of PORT says which slot the session of FRAME has, a frame with so many TAGS. */
static inline const uint32_t *tp_head_place(const struct tp_port *port, const uint8_t *frame,
					    unsigned tags)
{
	const uint8_t *id = frame + tp_head_len(tags) - TP_PPP_HEADERS + 2;
	unsigned scope = tags > 0 ? frame[15] & (TP_DATAPLANE_SCOPES - 1) : 0;

	return __atomic_load_n(&port->sessions[scope], __ATOMIC_ACQUIRE) +
	       rte_bswap16(tp_load16(id));
}

/* Of which kind FRAME is, by its types alone; false: of none. At worst what the buffer held before
 * is read, as everywhere before lengths have been checked. */
static inline bool tp_head_kind_of(const uint8_t *frame, struct tp_head_kind *kind)
{
	const uint8_t *type = frame + 2 * sizeof(struct tp_mac);

	*kind = (struct tp_head_kind){0};
	while (kind->tags < 2 && tp_is_vlan_type_be(tp_load16(type))) {
		kind->types_be[kind->tags++] = tp_load16(type);
		type += TP_VLAN_TAG_LEN;
	}
	uint16_t protocol_be = tp_load16(type + 2 + TP_PPPOE_HEADER_LEN);
	kind->ipv6 = protocol_be == RTE_BE16(TP_PPP_PROTO_IPV6);
	return tp_load16(type) == RTE_BE16(TP_ETHERTYPE_SESSION) &&
	       (kind->ipv6 || protocol_be == RTE_BE16(TP_PPP_PROTO_IPV4));
}

static inline bool tp_head_kind_equal(const struct tp_head_kind *a, const struct tp_head_kind *b)
{
	return a->tags == b->tags && a->ipv6 == b->ipv6 && a->types_be[0] == b->types_be[0] &&
	       a->types_be[1] == b->types_be[1];
}

static inline bool tp_head_is_other_family(const struct tp_head_kind *a,
					   const struct tp_head_kind *b)
{
	struct tp_head_kind other = *a;

	other.ipv6 = !a->ipv6;
	return tp_head_kind_equal(&other, b);
}

static inline void tp_head_expect(struct tp_head *h, unsigned at, const void *bytes, size_t len)
{
	memcpy(h->is + at, bytes, len);
	memset(h->mask + at, 0xff, len);
}

/* As a record's first bytes have it (record.h): nothing, the MAC address, the VLANs' ids, each from
 * its last byte on. The ids' upper four bits are a tag's priority. */
static inline void tp_head_expect_session(struct tp_head *h, unsigned tags)
{
	const unsigned from = 4; /* of the frame */

	memset(h->shuffle, 0x80, sizeof(h->shuffle));
	for (unsigned i = 0; i < sizeof(struct tp_mac); i++)
		h->shuffle[2 + i] = (uint8_t)(sizeof(struct tp_mac) - from + i);
	memset(h->session_mask, 0xff, 8);
	for (unsigned i = 0; i < 2; i++) {
		unsigned tci = 2 * sizeof(struct tp_mac) + 2 + i * TP_VLAN_TAG_LEN - from;

		h->session_mask[8 + 2 * i] = 0xff;
		h->session_mask[9 + 2 * i] = 0x0f;
		if (i < tags) {
			h->shuffle[8 + 2 * i] = (uint8_t)(tci + 1);
			h->shuffle[9 + 2 * i] = (uint8_t)tci;
		}
	}
}
_Static_assert(offsetof(struct tp_record_up, mac) == 0 && offsetof(struct tp_record_up, vlans) == 8,
	       "compared together");
_Static_assert(offsetof(struct tp_record_up6, mac) == 0 &&
		       offsetof(struct tp_record_up6, vlans) == 8,
	       "likewise");

/* What a frame of KIND to PORT looks like. */
static inline void tp_head_init(struct tp_head *h, const struct tp_port *port,
				const struct tp_head_kind *kind)
{
	static const uint8_t session[] = {TP_ETHERTYPE_SESSION >> 8, TP_ETHERTYPE_SESSION & 0xff,
					  TP_PPPOE_VER_TYPE, TP_PPPOE_CODE_SESSION};
	const uint16_t protocol_be =
		kind->ipv6 ? RTE_BE16(TP_PPP_PROTO_IPV6) : RTE_BE16(TP_PPP_PROTO_IPV4);
	const unsigned ip = tp_head_len(kind->tags);

	*h = (struct tp_head){0};
	tp_head_expect(h, 0, port->mac.bytes, sizeof(port->mac));
	for (unsigned i = 0; i < kind->tags; i++)
		tp_head_expect(h, 2 * sizeof(struct tp_mac) + i * TP_VLAN_TAG_LEN,
			       &kind->types_be[i], sizeof(kind->types_be[i]));
	tp_head_expect(h, ip - (unsigned)TP_PPP_HEADERS - 2, session, sizeof(session));
	tp_head_expect(h, ip - TP_PPP_PROTO_LEN, &protocol_be, sizeof(protocol_be));
	h->is[ip] = kind->ipv6 ? TP_IPV6_VERSION_BYTE : TP_IPV4_VERSION_IHL;
	h->mask[ip] = kind->ipv6 ? 0xf0 : 0xff;
	tp_head_expect_session(h, kind->tags);
}

static inline void tp_heads_init(struct tp_heads *heads, const struct tp_port *port,
				 const struct tp_head_kind *kind)
{
	heads->kind = *kind;
	tp_head_init(&heads->head, port, kind);
}

/* The first 16 bytes of RECORD, of either family. */
static inline __m128i tp_head_record(const void *record)
{
#ifdef __SANITIZE_THREAD__
	const struct tp_record_up *r = record;

	return _mm_set_epi64x(r->vlans, (int64_t)tp_read_once(&r->mac));
#else
	return _mm_load_si128(record);
#endif
}

/* Is FRAME of H's kind, to us, and of the session of RECORD, which is up? And nothing else ODD. */
static inline bool tp_head_fits(const struct tp_head *h, const uint8_t *frame, const void *record,
				__m128i odd)
{
	__m128i session = _mm_shuffle_epi8(_mm_loadu_si128((const void *)(frame + 4)),
					   _mm_loadu_si128((const void *)h->shuffle));

	session = _mm_and_si128(_mm_xor_si128(session, tp_head_record(record)),
				_mm_loadu_si128((const void *)h->session_mask));
	session = _mm_or_si128(session, odd);
#ifdef __AVX2__
	__m256i differs =
		_mm256_and_si256(_mm256_xor_si256(_mm256_loadu_si256((const void *)frame),
						  _mm256_loadu_si256((const void *)h->is)),
				 _mm256_loadu_si256((const void *)h->mask));

	differs = _mm256_or_si256(differs, _mm256_zextsi128_si256(session));
	return _mm256_testz_si256(differs, differs);
#else
	for (unsigned i = 0; i < sizeof(h->is); i += 16) {
		__m128i x = _mm_xor_si128(_mm_loadu_si128((const void *)(frame + i)),
					  _mm_loadu_si128((const void *)(h->is + i)));

		session = _mm_or_si128(
			session, _mm_and_si128(x, _mm_loadu_si128((const void *)(h->mask + i))));
	}
	return _mm_testz_si128(session, session);
#endif
}
