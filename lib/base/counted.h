/* SPDX-License-Identifier: BSD-3-Clause */
/* What a session has used. */
#pragma once

#include <stdint.h>

struct tp_session_counters {	       /* in: from the subscriber */
	uint64_t packets_in, bytes_in; /* of both families */
	uint64_t packets_out, bytes_out;
	uint64_t ipv6_packets_in, ipv6_bytes_in; /* and of IPv6 alone */
	uint64_t ipv6_packets_out, ipv6_bytes_out;
	uint64_t drops_in, drops_out;
};
