/* SPDX-License-Identifier: BSD-3-Clause */
#include "ipv6/host_private.h"

#define MAX_MS (1u << 30) /* of what has no bound; twelve days */

void tp_ipv6_retry_begin(struct tp_ipv6_retry *retry, uint64_t at_ms)
{
	*retry = (struct tp_ipv6_retry){.next_ms = at_ms, .first_ms = at_ms};
}

/* RAND * OF: -0.1 to 0.1 times, or 0 to 0.1 times. */
static int32_t tenth(struct tp_random *random, uint32_t of_ms, bool upward)
{
	uint32_t tenth_ms = of_ms / 10;

	if (upward)
		return (int32_t)tp_random_below(random, tenth_ms) + 1;
	return (int32_t)tp_random_below(random, 2 * tenth_ms + 1) - (int32_t)tenth_ms;
}

void tp_ipv6_retry_sent(struct tp_ipv6_retry *retry, struct tp_random *random, uint32_t irt_ms,
			uint32_t mrt_ms, bool upward, uint64_t now_ms)
{
	uint32_t bound_ms = mrt_ms != 0 && mrt_ms < MAX_MS ? mrt_ms : MAX_MS;
	uint32_t rt_ms = retry->count == 0 ? irt_ms : 2 * retry->rt_ms;

	if (rt_ms > bound_ms)
		rt_ms = bound_ms;
	retry->rt_ms =
		(uint32_t)((int32_t)rt_ms + tenth(random, rt_ms, upward && retry->count == 0));
	retry->count++;
	retry->next_ms = now_ms + retry->rt_ms;
}
