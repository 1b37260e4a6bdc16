/* SPDX-License-Identifier: BSD-3-Clause */
/* What proves a RADIUS packet to be its sender's, and hides what is in it: Request and Response
 * Authenticator (RFC 2865 section 3, RFC 2866 section 3, RFC 5176 section 2.3),
 * Message-Authenticator (RFC 3579 section 3.2, RFC 5176 section 2.3), User-Password (RFC 2865
 * section 5.2), keys of MPPE (RFC 2548 section 2.4). Comparisons take a time that does not depend
 * on what is compared. Pure functions; any thread.
 *
 * A secret is a string, as the configuration has it, or a struct tp_radius_secret made of it, which
 * is as secret: whoever has one wipes it. */
#pragma once

#include <nettle/hmac.h>

#include "radius/packet.h"

/* A secret, with what HMAC makes of it, for who signs and checks many packets. */
struct tp_radius_secret {
	const char *text; /* borrowed */
	struct hmac_md5_ctx hmac;
};

void tp_radius_secret_set(struct tp_radius_secret *secret, const char *text);

enum tp_radius_proof {
	TP_RADIUS_PROVEN,
	TP_RADIUS_WRONG_AUTHENTICATOR,	       /* Request or Response Authenticator */
	TP_RADIUS_NO_MESSAGE_AUTHENTICATOR,    /* and it was required */
	TP_RADIUS_WRONG_MESSAGE_AUTHENTICATOR, /* required or not */
};

/* A request that was built, LEN bytes, with its identifier set. Hides User-Password, fills in
 * Message-Authenticator if there is room for it, and the Request Authenticator:
 *	Access-Request, Status-Server	RANDOM, which is not to be guessed nor used twice
 *	the others			over the packet; RANDOM is not looked at
 * Once for each packet, as what is hidden would be hidden again. */
void tp_radius_sign_request(uint8_t *bytes, size_t len, const char *secret,
			    const uint8_t random[TP_RADIUS_AUTHENTICATOR_LEN]);

/* Where what tp_radius_sign_request() fills in stands in a request, from its first byte; 0: it is
 * not there. */
struct tp_radius_offsets {
	uint16_t message_authenticator;
	uint16_t password;     /* User-Password's value; … */
	uint16_t password_len; /* … 0: nothing is to be hidden */
};

struct tp_radius_offsets tp_radius_offsets_of(const struct tp_radius_packet *request);

/* As tp_radius_sign_request(), of LEN bytes that were parsed before: the offsets are theirs. */
void tp_radius_sign_request_at(uint8_t *bytes, size_t len, const struct tp_radius_offsets *at,
			       const struct tp_radius_secret *secret,
			       const uint8_t random[TP_RADIUS_AUTHENTICATOR_LEN]);

/* A reply that was built to a request with the authenticator REQUEST: sets the identifier ID, fills
 * in Message-Authenticator if there is room for it, and the Response Authenticator. */
void tp_radius_sign_response(uint8_t *bytes, size_t len, const char *secret, uint8_t id,
			     const uint8_t request[TP_RADIUS_AUTHENTICATOR_LEN]);

/* Is RESPONSE that of who knows SECRET, to the request with the authenticator REQUEST? With
 * REQUIRED a Message-Authenticator must be there. */
enum tp_radius_proof tp_radius_check_response(const struct tp_radius_packet *response,
					      const struct tp_radius_secret *secret,
					      const uint8_t request[TP_RADIUS_AUTHENTICATOR_LEN],
					      bool required);

/* Is it a request of who knows SECRET? An Access-Request and a Status-Server prove nothing but by
 * their Message-Authenticator. */
enum tp_radius_proof tp_radius_check_request(const struct tp_radius_packet *request,
					     const char *secret, bool required);

/* What is hidden as User-Password is (MS-CHAP-MPPE-Keys are as well): LEN bytes, a multiple of 16
 * up to TP_RADIUS_PASSWORD_MAX, into as many of CLEAR, padding included. False: LEN can't be. */
bool tp_radius_reveal(const uint8_t *hidden, size_t len, const char *secret,
		      const uint8_t request[TP_RADIUS_AUTHENTICATOR_LEN], uint8_t *clear);

/* The other direction, in place. */
void tp_radius_hide(uint8_t *bytes, size_t len, const char *secret,
		    const uint8_t request[TP_RADIUS_AUTHENTICATOR_LEN]);

/* MS-MPPE-Send-Key and -Recv-Key: two bytes of salt, then the length of the key, the key and
 * padding, hidden. REQUEST is the authenticator of the Access-Request. */
#define TP_RADIUS_KEY_MAX	   32
#define TP_RADIUS_KEY_VALUE_LEN(n) (2 + (1 + (n) + 15) / 16 * 16) /* of a key of N bytes */

/* False: it is none, or longer than TP_RADIUS_KEY_MAX. */
bool tp_radius_key_reveal(const struct tp_radius_value *value, const char *secret,
			  const uint8_t request[TP_RADIUS_AUTHENTICATOR_LEN],
			  uint8_t key[TP_RADIUS_KEY_MAX], size_t *len);

/* LEN up to TP_RADIUS_KEY_MAX. SALT: two bytes, another for each key of a packet; its highest bit
 * is set. Returns the length of VALUE. */
size_t tp_radius_key_hide(const uint8_t *key, size_t len, uint16_t salt, const char *secret,
			  const uint8_t request[TP_RADIUS_AUTHENTICATOR_LEN],
			  uint8_t value[TP_RADIUS_KEY_VALUE_LEN(TP_RADIUS_KEY_MAX)]);
