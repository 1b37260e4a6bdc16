/* SPDX-License-Identifier: BSD-3-Clause */
/* Authentication as the owner of a link sees it: the methods, a server's question who the peer is,
 * the owner's decision, and how a secret is compared. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ppp/addresses.h"
#include "ppp/mppe.h"

struct tp_ppp;

/* The words of RouterOS: "pap", "chap", "mschap1", "mschap2". */
enum tp_ppp_method {
	TP_PPP_NO_AUTH,
	TP_PPP_PAP,
	TP_PPP_CHAP,
	TP_PPP_MSCHAP1,
	TP_PPP_MSCHAP2,
};
#define TP_PPP_METHODS 4

/* "mschap2", …; "none". A static string. */
const char *tp_ppp_method_name(enum tp_ppp_method method);

/* The method of that name; TP_PPP_NO_AUTH when there is none. */
enum tp_ppp_method tp_ppp_method_find(const char *name);

#define TP_PPP_NAME_MAX	   255
#define TP_PPP_MESSAGE_MAX 128 /* longer messages, ours and the peer's, are cut */

/* Server: who the peer says it is, and its proof. Self-contained: copy it to decide later. */
struct tp_ppp_auth_request {
	uint32_t serial; /* give it back to tp_ppp_auth_result() */
	enum tp_ppp_method method;
	bool again; /* a re-challenge of a link that is up: the name must be as before */
	uint8_t id; /* the CHAP or PAP identifier; part of CHAP's digest */
	char name[TP_PPP_NAME_MAX + 1]; /* NUL-terminated, without a NUL inside */
	/* PAP */
	uint8_t password[TP_PPP_NAME_MAX + 1]; /* any bytes; a NUL after the last */
	uint8_t password_len;
	/* CHAP: 16 bytes of challenge; MS-CHAP version 1: 8; version 2: 16 */
	uint8_t challenge[16];
	uint8_t challenge_len;
	/* The Response's value. CHAP: the digest, 16 bytes. MS-CHAP: the 49 bytes of RFC 2433
	 * section 4 (LAN Manager response 24, NT response 24, flag) or RFC 2759 section 4
	 * (peer challenge 16, zero 8, NT response 24, flags 1). */
	uint8_t response[49];
	uint8_t response_len;
};

/* MS-CHAP error codes: RFC 2433 section 6, RFC 2759 section 6. */
#define TP_PPP_ERROR_RESTRICTED_LOGON_HOURS 646
#define TP_PPP_ERROR_ACCT_DISABLED	    647
#define TP_PPP_ERROR_NO_DIALIN_PERMISSION   649
#define TP_PPP_ERROR_AUTHENTICATION_FAILURE 691

/* The decision. Zero it first. */
struct tp_ppp_auth_result {
	bool accept;
	uint16_t error;	     /* reject, MS-CHAP: one of the above; 0: 691 */
	const char *message; /* for the peer, read during the call only; NULL: a plain default */
	uint8_t authenticator_response[20]; /* accept, MS-CHAPv2: RFC 2759 section 8.7, the digest
					     * itself, not its 40 digits */
	struct tp_ppp_addresses addresses;  /* accept, unless `again` */
	struct tp_ppp_interface_ids interface_ids; /* likewise */
	bool no_ipv6;				   /* likewise: the peer's IPV6CP is rejected */
};

/* Compares REQUEST with the secret PASSWORD (NUL-terminated, UTF-8) and fills accept and
 * authenticator_response of RESULT; leaves the rest alone. MS-CHAPv1's LAN Manager response is
 * not looked at: a response without the NT one is rejected. Pure. */
void tp_ppp_auth_verify(const struct tp_ppp_auth_request *request, const char *password,
			struct tp_ppp_auth_result *result);

/* The keys that REQUEST, once accepted, gives to a server that knows PASSWORD; false: its method
 * gives none. Pure. */
bool tp_ppp_auth_keys(const struct tp_ppp_auth_request *request, const char *password,
		      struct tp_mppe_keys *keys);

/* Server: the decision on the auth_request SERIAL. Returns 0, or -ESTALE when that question no
 * longer stands (the link renegotiated or ended), and nothing happens. */
int tp_ppp_auth_result(struct tp_ppp *ppp, uint32_t serial, const struct tp_ppp_auth_result *result,
		       uint64_t now_ms);
