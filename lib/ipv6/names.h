/* SPDX-License-Identifier: BSD-3-Clause */
/* Domain names as RFC 8106 (DNSSL) and RFC 3646 (Domain Search List) have them: labels without
 * compression, one after the other. Pure functions; any thread. */
#pragma once

#include "base/bytes.h"

#define TP_NAME_TEXT_MAX 254 /* 253 characters and the end */

/* Octets that NAME ("example.net", with or without a dot at its end) takes; 0: it is no name. */
size_t tp_dns_name_len(const char *name);

/* Writes it; nothing if it is no name. */
void tp_dns_name_write(struct tp_writer *w, const char *name);

/* The next name of R as text; characters that no host name has are made '?'. False: there is none
 * (the end, or padding), or it is malformed. */
bool tp_dns_name_read(struct tp_reader *r, char text[TP_NAME_TEXT_MAX]);
