/* SPDX-License-Identifier: BSD-3-Clause */
/* IPv6 addresses and prefixes as people write them: RFC 5952. Pure functions; any thread. */
#pragma once

#include <stdbool.h>

#include "base/prefix.h"

#define TP_IPV6_TEXT_LEN    46 /* with its NUL */
#define TP_PREFIX6_TEXT_LEN (TP_IPV6_TEXT_LEN + 4)

/* ADDRESS is 16 bytes, as on the wire. Return TEXT. */
char *tp_ipv6_format(const uint8_t *address, char text[TP_IPV6_TEXT_LEN]);
char *tp_prefix6_format(const struct tp_prefix6 *prefix, char text[TP_PREFIX6_TEXT_LEN]);

/* False: TEXT is something else; then nothing is written. */
bool tp_ipv6_parse(const char *text, uint8_t address[16]);
/* "2001:db8::/32", without host bits. */
bool tp_prefix6_parse(const char *text, struct tp_prefix6 *prefix);
