/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/inbox.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

int tp_inbox_init(struct tp_inbox *box, bool waited)
{
	atomic_init(&box->last, NULL);
	box->wake = waited ? eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC) : -1;
	return waited && box->wake < 0 ? -errno : 0;
}

void tp_inbox_clear(struct tp_inbox *box)
{
	if (box->wake >= 0)
		close(box->wake);
	box->wake = -1;
}

void tp_inbox_wake(struct tp_inbox *box)
{
	if (box->wake >= 0)
		eventfd_write(box->wake, 1);
}

/* Once it is in the list ITEM is the taker's, who may have freed it. */
void tp_inbox_put(struct tp_inbox *box, struct tp_inbox_item *item)
{
	struct tp_inbox_item *earlier = atomic_load_explicit(&box->last, memory_order_relaxed);

	do
		item->next = earlier;
	while (!atomic_compare_exchange_weak_explicit(&box->last, &earlier, item,
						      memory_order_release, memory_order_relaxed));
	if (earlier == NULL) /* who takes may sleep; it takes all at once */
		tp_inbox_wake(box);
}

struct tp_inbox_item *tp_inbox_take(struct tp_inbox *box)
{
	struct tp_inbox_item *item =
		atomic_exchange_explicit(&box->last, NULL, memory_order_acquire);
	struct tp_inbox_item *first = NULL;

	while (item != NULL) {
		struct tp_inbox_item *earlier = item->next;

		item->next = first;
		first = item;
		item = earlier;
	}
	return first;
}

void tp_inbox_wait(struct tp_inbox *box, int timeout_ms)
{
	struct pollfd fd = {.fd = box->wake, .events = POLLIN};
	eventfd_t count;

	if (poll(&fd, 1, timeout_ms) > 0)
		eventfd_read(box->wake, &count);
}
