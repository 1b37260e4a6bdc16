/* SPDX-License-Identifier: BSD-3-Clause */
/* The numbers of an image's records: they are on disks, and stay what they are. An image begins
 * with a word, its version, and the oldest version whose reader can make a session of it; then
 * comes TP_IMAGE_HEAD, and the others in any order. Private to image_*.c. */
#pragma once

#define TP_IMAGE_WORD 0x5450 /* "TP" */

enum tp_image_record {
	TP_IMAGE_HEAD = 1,	   /* ids: accounting id, id, slot, serial, started, up */
	TP_IMAGE_USER = 2,	   /* text */
	TP_IMAGE_COUNTERS = 3,	   /* ten numbers */
	TP_IMAGE_SESSION = 4,	   /* families, flags, addresses of IPv4 */
	TP_IMAGE_REMOTE_POOL = 5,  /* text */
	TP_IMAGE_LOCAL_POOL = 6,   /* text */
	TP_IMAGE_LINK_PREFIX = 7,  /* prefix, text of its pool */
	TP_IMAGE_LINK_ADDRESS = 8, /* likewise */
	TP_IMAGE_DELEGATED = 9,	   /* number, prefix, text of the pool asked, text of its pool */
	TP_IMAGE_BINDING = 10,	   /* of DHCPv6 */
	TP_IMAGE_SUBSCRIBER = 11,  /* records of its own */
	TP_IMAGE_LINE = 12,	   /* likewise; one for each, the session's own first */
};

/* Flags of TP_IMAGE_SESSION. */
#define TP_IMAGE_LOCAL_LEASED 0x01
#define TP_IMAGE_NO_IPV6      0x02
#define TP_IMAGE_ENCRYPTED    0x04
#define TP_IMAGE_ANEW	      0x08

enum tp_image_line_record {
	TP_IMAGE_LINE_IDS = 1,	     /* as TP_IMAGE_HEAD, without serial; instance */
	TP_IMAGE_LINE_PLACE = 2,     /* session id, VLANs, MAC, fingerprint, flags */
	TP_IMAGE_LINE_PORT = 3,	     /* text */
	TP_IMAGE_LINE_SERVER = 4,    /* .id, text of its service-name */
	TP_IMAGE_LINE_INTERFACE = 5, /* text, of the server */
	TP_IMAGE_LINE_LCP = 6,	     /* as agreed */
	TP_IMAGE_LINE_NETWORK = 7,   /* how IPCP and IPV6CP stand, interface identifiers */
	TP_IMAGE_LINE_MP = 8,	     /* MRRU, sequence numbers, Endpoint-Discriminator */
	TP_IMAGE_LINE_CIRCUIT = 9,   /* text */
	TP_IMAGE_LINE_REMOTE = 10,   /* text */
	TP_IMAGE_LINE_NUMBERS = 11,  /* TP_LINE_NUMBERS in their order */
};

#define TP_IMAGE_LINE_LARGE 0x01 /* flag of TP_IMAGE_LINE_PLACE */

enum tp_image_subscriber_record {
	TP_IMAGE_GETS = 1,	   /* numbers and flags */
	TP_IMAGE_PROFILE = 2,	   /* text */
	TP_IMAGE_ADDRESS_LIST = 3, /* text */
	TP_IMAGE_LOCAL = 4,	   /* address, text of a pool */
	TP_IMAGE_REMOTE = 5,	   /* likewise */
	TP_IMAGE_RATE_LIMIT = 6,   /* words, and six numbers each way */
	TP_IMAGE_ROUTES = 7,	   /* length and address of each */
	TP_IMAGE_RADIUS = 8,	   /* numbers; Class and what else is told again behind */
	TP_IMAGE_IPV6 = 9,	   /* numbers and flags */
	TP_IMAGE_PREFIX_POOL = 10, /* text */
	TP_IMAGE_PD_POOL = 11,	   /* text */
	TP_IMAGE_FIXED_PD = 12,	   /* prefixes */
	TP_IMAGE_IPV6_ROUTES = 13, /* prefixes */
};
