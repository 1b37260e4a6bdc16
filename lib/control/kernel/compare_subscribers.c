/* SPDX-License-Identifier: BSD-3-Clause */
/* What the kernel has of subscribers' routes, compared with what it was told. */
#include <stdio.h>
#include <stdlib.h>

#include "control/kernel/compare_private.h"

void tp_prefixes_read_add(struct tp_prefixes_read *list, const struct tp_ip_prefix *prefix)
{
	struct tp_ip_prefix *room =
		tp_compare_room(list->prefix, list->count, &list->room, sizeof(*room));

	if (room == NULL) {
		list->broken = true;
		return;
	}
	list->prefix = room;
	list->prefix[list->count++] = *prefix;
}

static void told(void *user, const struct tp_ip_prefix *prefix)
{
	tp_prefixes_read_add(user, prefix);
}

static int compare(const void *one, const void *other)
{
	return tp_compare_prefixes(one, other);
}

/* In order, and each once. */
static void sort(struct tp_prefixes_read *list)
{
	size_t count = 0;

	if (list->count == 0)
		return;
	qsort(list->prefix, list->count, sizeof(*list->prefix), compare);
	for (size_t i = 1; i < list->count; i++)
		if (compare(&list->prefix[count], &list->prefix[i]) != 0)
			list->prefix[++count] = list->prefix[i];
	list->count = count + 1;
}

static void say(const struct tp_ip_prefix *prefix, bool lacks, tp_differ_fn differ, void *user)
{
	char text[128], name[TP_IP_PREFIX_TEXT_LEN];

	snprintf(text, sizeof(text), "%s the route to %s%s", lacks ? "lacks" : "has",
		 tp_ip_prefix_format(prefix, name),
		 lacks ? ", of which it was told" : ", and was not told of it");
	differ(user, "kernel", text);
}

static void go_through(const struct tp_prefixes_read *shall, const struct tp_prefixes_read *is,
		       tp_differ_fn differ, void *user)
{
	unsigned differences = 0;

	for (size_t i = 0, j = 0;
	     (i < shall->count || j < is->count) && differences < TP_DIFFERENCES_MAX;) {
		int order = i == shall->count ? 1
			    : j == is->count  ? -1
					      : compare(&shall->prefix[i], &is->prefix[j]);

		if (order != 0) {
			say(order < 0 ? &shall->prefix[i] : &is->prefix[j], order < 0, differ,
			    user);
			differences++;
		}
		i += order <= 0;
		j += order >= 0;
	}
}

void tp_compare_subscribers(const struct tp_subscribers *subscribers, struct tp_prefixes_read *is,
			    tp_differ_fn differ, void *user)
{
	struct tp_prefixes_read shall = {0};

	if (tp_subscribers_queued(subscribers) > 0)
		return;
	tp_subscribers_each(subscribers, told, &shall);
	if (!shall.broken && !is->broken) {
		sort(&shall);
		sort(is);
		go_through(&shall, is, differ, user);
	}
	free(shall.prefix);
}
