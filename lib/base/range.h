/* SPDX-License-Identifier: BSD-3-Clause */
/* A range of IPv4 addresses, as pools and the configuration have it. */
#pragma once

#include <stdint.h>

/* FIRST … LAST, both included; FIRST <= LAST; host byte order. */
struct tp_range {
	uint32_t first;
	uint32_t last;
};
