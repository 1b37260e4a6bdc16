/* SPDX-License-Identifier: BSD-3-Clause */
/* The TUN interface that a connection appears as. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include <linux/virtio_net.h>

#include "base/error.h"

#define TUN_PACKET_MAX 65535

/* Creates the TUN interface NAME, which lasts as long as the descriptor returned: IP packets are
 * read from and written to it, without blocking, each behind a struct virtio_net_hdr. The kernel
 * leaves it to us to cut TCP into segments, and to do checksums. *IFINDEX is its index. A negative
 * errno with ERROR filled in when it fails. */
int tun_open(const char *name, int *ifindex, struct tp_error *error);

/* Reads one packet: its length, or negative when none is waiting. */
ssize_t tun_read(int fd, struct virtio_net_hdr *vnet, void *packet, size_t room);
