/* SPDX-License-Identifier: BSD-3-Clause */
/* Control beside the kernel itself, in a network namespace of its own, with an access port and the
 * core port ether1. */
#pragma once

#include "fixture.h"

int kernel_setup(void **state);
int kernel_teardown(void **state);

/* Lets control hear what the kernel says, until it is content. */
void hear(struct tp_control *c);

/* The one set up, when it has heard all; without root the test is skipped. */
struct tp_control *control_of(void **state);

/* A command of the shell, which must succeed. */
void run(const char *command);

/* Has the kernel write a dump of WHAT into our socket, which is not read yet. */
struct tp_control *with_a_dump_unread(void **state, enum tp_kernel_dump what);
