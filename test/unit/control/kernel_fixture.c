/* SPDX-License-Identifier: BSD-3-Clause */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "kernel_fixture.h"

static const char yaml[] =
	"dataplane:\n"
	"  max-sessions: 64\n"
	"  ports:\n"
	"    - { name: ether0, device: net_null0 }\n"
	"    - { name: ether1, device: net_null1, address: 192.0.2.1/24 }\n"
	"ip:\n"
	"  route: [ { dst-address: 0.0.0.0/0, gateway: 192.0.2.2, distance: 5 } ]\n"
	"ipv6:\n"
	"  address: [ { address: '2001:db8::1/64', interface: ether1, no-dad: yes } ]\n"
	"  route: [ { dst-address: '::/0', gateway: 'fe80::2%ether1' } ]\n";

/* What the host has for new interfaces, as containers do: no IPv6, and no link-local addresses. */
#define WITHOUT_IPV6                                                                               \
	"cd /proc/sys/net/ipv6/conf/default && echo 1 >disable_ipv6 && echo 1 >addr_gen_mode"

int kernel_setup(void **state)
{
	*state = NULL;
	if (geteuid() != 0 || unshare(CLONE_NEWNET) != 0 || system(WITHOUT_IPV6) != 0)
		return 0;
	fake_reset(2);
	fake.ports[1].role = TP_PORT_CORE;
	*state = fixture_create(yaml, NULL);
	return 0;
}

int kernel_teardown(void **state)
{
	tp_control_destroy(*state);
	return 0;
}

/* Lets control hear what the kernel says, for a while, and until it is content: a second after the
 * TAP was made the kernel has its link-local address, which is news. */
void hear(struct tp_control *c)
{
	for (unsigned i = 0; i < 40 || (i < 400 && c->kernel.dump_due_ms != TP_NEVER); i++) {
		c->kernel.readable = true;
		c->now_ms = tp_clock_ms();
		tp_kernel_poll(&c->kernel, c->now_ms);
		if (tp_kernel_settled(&c->kernel))
			tp_core_again(c);
		usleep(5000);
	}
}

struct tp_control *control_of(void **state)
{
	if (*state == NULL)
		skip();
	hear(*state);
	return *state;
}

void run(const char *command)
{
	if (system(command) != 0)
		fail_msg("%s", command);
}

/* Has the kernel write a dump of WHAT into our socket, which is not read yet. */
struct tp_control *with_a_dump_unread(void **state, enum tp_kernel_dump what)
{
	struct tp_control *c = *state;

	c->kernel.dump_due_ms = c->now_ms;
	for (unsigned i = 0; i < 1000 && c->kernel.dumping != what; i++) {
		c->kernel.readable = true;
		tp_kernel_poll(&c->kernel, c->now_ms);
	}
	assert_int_equal(c->kernel.dumping, what);
	return c;
}
