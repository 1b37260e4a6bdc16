/* SPDX-License-Identifier: BSD-3-Clause */
/* The file format of captures, pcapng (draft-ietf-opsawg-pcapng): as many of its blocks as a
 * capture of packets with comments takes, in this machine's byte order, as the format has it. Pure
 * functions; any thread. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define TP_PCAPNG_ETHERNET 1   /* LINKTYPE_ETHERNET */
#define TP_PCAPNG_RAW	   101 /* LINKTYPE_RAW: IPv4 or IPv6, nothing before it */

#define TP_PCAPNG_TEXT_MAX 512 /* bytes of a name or comment; what is beyond is cut off */

/* What a block takes at most beside its packet. */
#define TP_PCAPNG_ROOM (128 + 3 * TP_PCAPNG_TEXT_MAX)

struct tp_pcapng_packet {
	uint32_t interface; /* number, in the order of their blocks */
	uint64_t time_ns;   /* since 1970 */
	const void *data;
	uint32_t captured, length; /* of it there is so much; it was so long */
	enum { TP_PCAPNG_UNKNOWN, TP_PCAPNG_IN, TP_PCAPNG_OUT } direction;
	const char *comment; /* NULL: none */
};

/* Each writes one block to OUT, which has room for TP_PCAPNG_ROOM bytes and the packet's, and
 * returns its length. Texts may be NULL. */
size_t tp_pcapng_section(uint8_t *out, const char *program, const char *comment);
size_t tp_pcapng_interface(uint8_t *out, uint16_t link_type, const char *name,
			   const char *description);
size_t tp_pcapng_packet(uint8_t *out, const struct tp_pcapng_packet *packet);
