/* SPDX-License-Identifier: BSD-3-Clause */
/* What the loop is to wait for: for those whom the loop calls, and who therefore do not call it. */
#include <errno.h>
#include <sys/epoll.h>

#include "control/control_private.h"
#include "control/loop.h"

int tp_loop_watch(struct tp_control *c, int fd, uint64_t what)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = what};

	return fd < 0 || epoll_ctl(c->epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : -errno;
}

int tp_loop_watch_out(struct tp_control *c, int fd, uint64_t what, bool out)
{
	struct epoll_event event = {.events = EPOLLIN | (out ? EPOLLOUT : 0), .data.u64 = what};

	return epoll_ctl(c->epoll_fd, EPOLL_CTL_MOD, fd, &event) == 0 ? 0 : -errno;
}
