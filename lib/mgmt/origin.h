/* SPDX-License-Identifier: BSD-3-Clause */
/* Who made a client ask: a browser may do so for the page of a stranger, with its user's login or
 * through a proxy before the socket (cross-site request forgery). Pure; no HTTP library. */
#pragma once

#include <stdbool.h>

/* Headers' values; NULL: not there. */
struct mgmt_origin {
	const char *method;
	const char *host;	/* Host */
	const char *origin;	/* Origin */
	const char *fetch_site; /* Sec-Fetch-Site */
};

/* True: it may change something (RFC 9110, section 9.2.1: the method is not safe), and a page from
 * elsewhere asks for it. Browsers say so in Sec-Fetch-Site, older ones in Origin, which then
 * differs from Host; no page can make them say otherwise. Other programs send neither. */
bool mgmt_origin_is_foreign(const struct mgmt_origin *request);

/* Is CONTENT_TYPE JSON's? A page can send other types without asking first (Fetch's
 * "CORS-safelisted" ones). */
bool mgmt_origin_is_json(const char *content_type);
