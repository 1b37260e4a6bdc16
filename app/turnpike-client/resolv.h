/* SPDX-License-Identifier: BSD-3-Clause */
/* The name servers that the peer gave, in a file of their own, in the format of resolv.conf(5):
 * /run/turnpike-client/NAME.resolv.conf. Who wants them to be the host's includes or links it;
 * /etc/resolv.conf belongs to others. */
#pragma once

#include <stdint.h>

/* Writes the servers of DNS that are not 0, in host byte order. 0 or a negative errno. */
int resolv_write(const char *name, const uint32_t dns[2]);
void resolv_remove(const char *name);
