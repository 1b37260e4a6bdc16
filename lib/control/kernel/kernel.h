/* SPDX-License-Identifier: BSD-3-Clause */
/* What the kernel knows and the data plane must: routes and neighbours of both families on the TAPs
 * of core ports. Asked for whole at the start (and when the kernel had to leave something out),
 * heard of one by one from then on; see enum tp_netlink_news for how the two go together. Never
 * waits. Control thread. */
#pragma once

#include <stdint.h>

#include "control/kernel/tap.h"
#include "control/kernel/neighbours.h"
#include "control/kernel/netlink.h"
#include "control/kernel/routes.h"
#include "config/types/value.h"

#define TP_RESOLVE_MEMORY 256 /* neighbours lately asked for */
#define TP_OWN_ADDRESSES  256 /* of IPv6, that no subscriber is given */

enum tp_kernel_dump { TP_DUMP_NONE, TP_DUMP_ROUTES, TP_DUMP_NEIGHBOURS };

struct tp_kernel {
	struct tp_dataplane *dp;
	const struct tp_tap *taps; /* one for each port of the data plane */
	unsigned tap_count;
	struct tp_netlink monitor;
	struct tp_netlink query; /* NTF_USE */
	struct tp_netlink dumper;
	struct tp_routes *routes;
	struct tp_neighbours *neighbours;
	uint64_t now_ms;
	bool readable;	    /* set by who waits for its descriptors */
	bool links_changed; /* for whoever follows them, who resets it */
	bool disturbed;	    /* links or addresses have changed: routes may have gone with them */
	enum tp_kernel_dump dumping, next_dump;
	bool interrupted;     /* the dump under way is not all that there is */
	bool behind;	      /* events were lost, and those before them are still to be read */
	uint64_t dump_due_ms; /* TP_NEVER: no need */
	uint64_t reconcile_due_ms; /* of neighbours alone */
	bool warned_of_shared;	   /* routes that name no next hop */
	uint64_t route_news;	   /* events that routes may have changed with */
	unsigned doubts;	   /* dumps in succession that another had to follow */
	struct {
		struct tp_ip address;
		uint8_t port;
		uint64_t at_ms;
	} asked[TP_RESOLVE_MEMORY];
	uint8_t own[TP_OWN_ADDRESSES][16]; /* in force; beyond that many they are not looked at */
	unsigned own_count;
	uint64_t resolves, resolves6, overruns, incomplete, duplicates;
};

/* TAPS must outlive it. Returns 0 or a negative errno. */
int tp_kernel_open(struct tp_kernel *kernel, struct tp_dataplane *dp, const struct tp_tap *taps,
		   unsigned tap_count, uint64_t now_ms);
void tp_kernel_close(struct tp_kernel *kernel);

/* Takes what the kernel has said (when READABLE is set), a bounded part of it; returns whether
 * there was anything. */
bool tp_kernel_poll(struct tp_kernel *kernel, uint64_t now_ms);

/* True once after links or addresses have changed and all routes have been read anew. */
bool tp_kernel_settled(struct tp_kernel *kernel);

/* A worker wants the neighbour ADDRESS on PORT: asks the kernel, at most once a second. */
void tp_kernel_resolve(struct tp_kernel *kernel, unsigned port, const struct tp_ip *address,
		       uint64_t now_ms);

/* The first address of the box, as 16 bytes, that is of PREFIX; NULL: none. */
const uint8_t *tp_kernel_own_in(const struct tp_kernel *kernel, const struct tp_prefix6 *prefix);

/* Are routes being read? Then it is no time to remove any of IPv6: see tp_routes_shaken(). */
bool tp_kernel_reads_routes(const struct tp_kernel *kernel);

/* That was done all the same. */
void tp_kernel_interrupt(struct tp_kernel *kernel);

/* ---- the parts of the above, for tests: without a socket -------------------------------- */

/* An empty TP_KERNEL whose DP, TAPS and TAP_COUNT are set. 0 or -ENOMEM. */
int tp_kernel_prepare(struct tp_kernel *kernel, uint64_t now_ms);

/* A message of the kernel's, heard as an event, or as part of the dump under way. */
void tp_kernel_hear_event(void *kernel, const struct nlmsghdr *message);
void tp_kernel_hear_dump(void *kernel, const struct nlmsghdr *message);

void tp_kernel_begin_dump(struct tp_kernel *kernel, enum tp_kernel_dump what);
