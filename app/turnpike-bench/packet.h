/* SPDX-License-Identifier: BSD-3-Clause */
/* The test packets themselves: UDP over either family, in it a stamp (stream.h), then zeroes.
 * Pure functions over bytes; any thread. */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum packet_family { PACKET_IPV4, PACKET_IPV6, PACKET_FAMILIES };

/* By the version that it has; what has none that we know is taken for IPv4. */
enum packet_family packet_family_of(const uint8_t *packet, size_t len);

/* Bytes before the stamp: the headers of IP and of UDP. */
size_t packet_headers(enum packet_family family);

/* Bytes of the smallest test packet. */
uint16_t packet_least(enum packet_family family);

/* Write a packet of SIZE bytes, at least packet_least(), around the stamp that stands in it.
 * Addresses are in host order, or 16 bytes as on the wire. Of IPv4 the UDP checksum is none. */
void packet_build_ipv4(uint8_t *packet, uint16_t size, uint32_t src, uint32_t dst);
void packet_build_ipv6(uint8_t *packet, uint16_t size, const uint8_t *src, const uint8_t *dst);
