/* SPDX-License-Identifier: BSD-3-Clause */
/* Name servers, handed to the system: to resolvconf or to systemd-resolved where there is one, else
 * in a file, /run/turnpike-dns/NAME.resolv.conf, and the log says where they went. They are the
 * machine's: in another network namespace than that of process 1 it is always the file (see
 * resolv_file.h), for the machine's own resolver can't reach those servers.
 *
 * A process of its own does it, one that keeps the rights which the client gives up, and that takes
 * everything back when the client has gone, however it went. It believes nothing that the client
 * says but addresses, and names of interfaces after a look at them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Root's alone: not that of the API's socket, which may be another user's. */
#define RESOLV_DIRECTORY "/run/turnpike-dns"

struct resolver;

/* Those of one interface; zero: none. */
struct name_servers {
	uint32_t ipv4[2];    /* host byte order */
	uint8_t ipv6[2][16]; /* as on the wire */
};

/* Before the client gives up its rights or makes threads. NULL, with errno set, when it fails. */
struct resolver *resolver_start(void);

/* Waits until all has been taken back. NULL is fine. */
void resolver_stop(struct resolver *resolver);

bool name_servers_any(const struct name_servers *servers);

/* For the interface NAME, until resolver_clear(). Does not wait. */
void resolver_set(struct resolver *resolver, const char *name, int ifindex,
		  const struct name_servers *servers);
void resolver_clear(struct resolver *resolver, const char *name);
