/* SPDX-License-Identifier: BSD-3-Clause */
/* AC-Cookies (RFC 2516, section 9 and appendix A): proof, kept by the client and not by us, that
 * who sends a PADR has received our PADO. Private to lib/pppoe.
 *
 * A cookie is  generation (1) | nonce (7) | service (4) | digest (12)  where the digest is a
 * truncated HMAC-SHA1, under the generation's key, over what precedes it and the client's MAC
 * address, port and VLANs. Each generation's key is made anew after
 * TP_PPPOE_COOKIE_LIFETIME_MS; the one before it is still accepted. The nonce makes each PADO's
 * cookie its own, so that two PADRs with the same cookie are one PADR repeated. */
#pragma once

#include <nettle/hmac.h>

#include "base/random.h"
#include "pppoe/pppoe.h"

#define TP_PPPOE_COOKIE_LEN 24

struct tp_pppoe_cookie_key {
	uint8_t generation;
	struct hmac_sha1_ctx hmac; /* keyed, and empty between uses */
};

struct tp_pppoe_cookies {
	struct tp_random *random;
	struct tp_pppoe_cookie_key current;
	struct tp_pppoe_cookie_key previous;
	uint64_t renew_ms; /* when CURRENT becomes PREVIOUS */
	struct hmac_sha1_ctx fingerprint;
};

void tp_pppoe_cookies_init(struct tp_pppoe_cookies *cookies, struct tp_random *random,
			   uint64_t now_ms);

/* Makes a cookie for the sender of PADI, who asked for the service SERVICE_NAME ("" for any). */
void tp_pppoe_cookie_make(struct tp_pppoe_cookies *cookies, const struct tp_pppoe_packet *padi,
			  const struct tp_pppoe_value *service_name, uint64_t now_ms,
			  uint8_t cookie[TP_PPPOE_COOKIE_LEN]);

/* TP_PPPOE_NONE when COOKIE is ours, fresh, and was made for the sender of PADR; else
 * TP_PPPOE_NO_COOKIE, _STALE_COOKIE or _BAD_COOKIE. */
enum tp_pppoe_reason tp_pppoe_cookie_check(struct tp_pppoe_cookies *cookies,
					   const struct tp_pppoe_packet *padr,
					   const struct tp_pppoe_value *cookie, uint64_t now_ms);

/* True when COOKIE, which has been checked, was made for any service or for SERVICE_NAME. */
bool tp_pppoe_cookie_allows(const struct tp_pppoe_value *cookie,
			    const struct tp_pppoe_value *service_name);

/* See struct tp_pppoe_request. */
uint64_t tp_pppoe_cookie_fingerprint(struct tp_pppoe_cookies *cookies,
				     const struct tp_pppoe_packet *padr,
				     const struct tp_pppoe_tags *tags);
