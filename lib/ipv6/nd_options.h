/* SPDX-License-Identifier: BSD-3-Clause */
/* Numbers of ND's options and flags, for nd.c (building) and nd_parse.c. Private to lib/ipv6. */
#pragma once

/* IANA, "IPv6 Neighbor Discovery Option Formats". */
#define ND_OPTION_SOURCE_LINK_LAYER 1
#define ND_OPTION_PREFIX	    3
#define ND_OPTION_MTU		    5
#define ND_OPTION_RDNSS		    25
#define ND_OPTION_DNSSL		    31

#define ND_PREFIX_UNITS 4 /* of eight octets */

#define ND_RA_M 0x80
#define ND_RA_O 0x40

#define ND_PREFIX_L 0x80
#define ND_PREFIX_A 0x40
#define ND_PREFIX_P 0x10 /* RFC 9762; between it and A is RFC 6275's R */

#define ND_NA_ROUTER	0x80
#define ND_NA_SOLICITED 0x40
#define ND_NA_OVERRIDE	0x20
