/* SPDX-License-Identifier: BSD-3-Clause */
/* DHCP Unique Identifiers: who a client or a server is (RFC 8415, section 11). Others' are opaque:
 * compared, never looked into. Pure functions; any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define TP_DUID_MIN 3	/* a type and one octet */
#define TP_DUID_MAX 130 /* a type and 128 */

#define TP_DUID_LL_LEN	 10 /* of Ethernet */
#define TP_DUID_UUID_LEN 18

struct tp_duid {
	uint8_t len; /* 0: none */
	uint8_t bytes[TP_DUID_MAX];
};

/* Of a link-layer address of Ethernet (DUID-LL, section 11.4). */
void tp_duid_of_mac(struct tp_duid *duid, const uint8_t mac[6]);

/* Of a UUID (DUID-UUID, RFC 6355), such as a machine's. */
void tp_duid_of_uuid(struct tp_duid *duid, const uint8_t uuid[16]);

static inline bool tp_duid_len_ok(size_t len)
{
	return len >= TP_DUID_MIN && len <= TP_DUID_MAX;
}

static inline bool tp_duid_is(const struct tp_duid *duid, const uint8_t *bytes, size_t len)
{
	return duid->len == len && memcmp(duid->bytes, bytes, len) == 0;
}

/* "0x00030001020000000001", as RouterOS shows it; cut to what fits. Returns TEXT. */
char *tp_duid_format(const uint8_t *bytes, size_t len, char *text, size_t size);
