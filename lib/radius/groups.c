/* SPDX-License-Identifier: BSD-3-Clause */
#include "radius/groups.h"

#include <errno.h>

static bool was_told(const struct tp_radius_groups *groups, uint32_t first)
{
	for (unsigned i = 0; i < groups->told_count; i++)
		if (groups->told[i] == first)
			return true;
	return false;
}

/* Returns how many there are. *ERROR: the last that there was. */
static unsigned put_to_all(struct tp_radius_groups *groups, const struct tp_radius_source *source,
			   bool again, tp_radius_groups_put put, void *owner, int *error)
{
	uint32_t ids[TP_RADIUS_ORDER_MAX];
	unsigned number, count;
	int rc;

	for (number = 0; number < TP_RADIUS_GROUPS_MAX; number++) {
		count = tp_radius_source_group(source, number, ids);
		if (count == 0)
			break;
		if (!again && was_told(groups, ids[0]))
			continue;
		rc = put(owner, ids, count);
		if (rc == 0) {
			groups->pending++;
			continue;
		}
		groups->failed = true;
		*error = rc;
	}
	return number;
}

int tp_radius_groups_ask(struct tp_radius_groups *groups, const struct tp_radius_source *source,
			 uint64_t seq, tp_radius_groups_put put, void *owner)
{
	int error = 0;

	if (groups->seq != seq)
		*groups = (struct tp_radius_groups){.seq = seq};
	groups->pending = 0;
	groups->failed = false;
	if (put_to_all(groups, source, false, put, owner, &error) == 0)
		return -ENOENT;
	/* Nobody is left who has to hear it, and who asks wants an answer: somebody hears it twice.
	 */
	if (groups->pending == 0 && error == 0)
		(void)put_to_all(groups, source, true, put, owner, &error);
	return groups->pending > 0 ? 0 : error;
}

bool tp_radius_groups_answered(struct tp_radius_groups *groups, uint32_t first, bool *acknowledged)
{
	if (!*acknowledged)
		groups->failed = true;
	else if (!was_told(groups, first) && groups->told_count < TP_RADIUS_GROUPS_MAX)
		groups->told[groups->told_count++] = first;
	groups->pending--;
	*acknowledged = !groups->failed;
	return groups->pending == 0;
}
