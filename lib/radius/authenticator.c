/* SPDX-License-Identifier: BSD-3-Clause */
#include "radius/authenticator.h"

#include <nettle/hmac.h>
#include <nettle/md5.h>
#include <nettle/memops.h>

enum {
	CODE_AT = 0,
	ID_AT = 1,
	AUTHENTICATOR_AT = 4,
	LEN = TP_RADIUS_AUTHENTICATOR_LEN,
	SALT_LEN = 2,
};

static const uint8_t zeros[LEN];

static void md5_string(struct md5_ctx *md5, const char *string)
{
	md5_update(md5, strlen(string), (const uint8_t *)string);
}

/* MD5 over the packet with AUTHENTICATOR in its place, and the secret. */
static void digest(const uint8_t *bytes, size_t len, const char *secret,
		   const uint8_t authenticator[LEN], uint8_t out[LEN])
{
	struct md5_ctx md5;

	md5_init(&md5);
	md5_update(&md5, AUTHENTICATOR_AT, bytes);
	md5_update(&md5, LEN, authenticator);
	md5_update(&md5, len - TP_RADIUS_HEADER_LEN, bytes + TP_RADIUS_HEADER_LEN);
	md5_string(&md5, secret);
	md5_digest(&md5, LEN, out);
}

void tp_radius_secret_set(struct tp_radius_secret *secret, const char *text)
{
	secret->text = text;
	hmac_md5_set_key(&secret->hmac, strlen(text), (const uint8_t *)text);
}

/* HMAC-MD5 over the packet with AUTHENTICATOR in its place, and zeros where the value of the
 * Message-Authenticator is, AT bytes from the start. */
static void message_digest(const uint8_t *bytes, size_t len, size_t at,
			   const struct tp_radius_secret *secret, const uint8_t authenticator[LEN],
			   uint8_t out[LEN])
{
	struct hmac_md5_ctx hmac = secret->hmac;

	hmac_md5_update(&hmac, AUTHENTICATOR_AT, bytes);
	hmac_md5_update(&hmac, LEN, authenticator);
	hmac_md5_update(&hmac, at - TP_RADIUS_HEADER_LEN, bytes + TP_RADIUS_HEADER_LEN);
	hmac_md5_update(&hmac, LEN, zeros);
	hmac_md5_update(&hmac, len - at - LEN, bytes + at + LEN);
	hmac_md5_digest(&hmac, LEN, out);
}

/* Is the authenticator a random number, and not one over the packet? */
static bool is_random(uint8_t code)
{
	return code == TP_RADIUS_ACCESS_REQUEST || code == TP_RADIUS_STATUS_SERVER;
}

static uint16_t message_authenticator_at(const struct tp_radius_packet *packet)
{
	return packet->message_authenticator != NULL
		       ? (uint16_t)(packet->message_authenticator - packet->bytes)
		       : 0;
}

struct tp_radius_offsets tp_radius_offsets_of(const struct tp_radius_packet *request)
{
	struct tp_radius_offsets at = {.message_authenticator = message_authenticator_at(request)};
	struct tp_radius_value password;

	if (is_random(request->code) &&
	    tp_radius_get(request, TP_RADIUS_USER_PASSWORD, &password)) {
		at.password = (uint16_t)(password.bytes - request->bytes);
		at.password_len = password.len;
	}
	return at;
}

void tp_radius_sign_request_at(uint8_t *bytes, size_t len, const struct tp_radius_offsets *at,
			       const struct tp_radius_secret *secret, const uint8_t random[LEN])
{
	uint8_t *authenticator = bytes + AUTHENTICATOR_AT;
	const bool is_digest = !is_random(bytes[CODE_AT]);

	memcpy(authenticator, is_digest ? zeros : random, LEN);
	tp_radius_hide(bytes + at->password, at->password_len, secret->text, random);
	if (at->message_authenticator != 0)
		message_digest(bytes, len, at->message_authenticator, secret, authenticator,
			       bytes + at->message_authenticator);
	if (is_digest)
		digest(bytes, len, secret->text, zeros, authenticator);
}

void tp_radius_sign_request(uint8_t *bytes, size_t len, const char *secret,
			    const uint8_t random[LEN])
{
	struct tp_radius_secret keyed;
	struct tp_radius_offsets at;
	struct tp_radius_packet packet;

	if (tp_radius_parse(bytes, len, &packet) != TP_RADIUS_WELL_FORMED)
		return;
	at = tp_radius_offsets_of(&packet);
	tp_radius_secret_set(&keyed, secret);
	tp_radius_sign_request_at(bytes, packet.len, &at, &keyed, random);
	explicit_bzero(&keyed, sizeof(keyed));
}

void tp_radius_sign_response(uint8_t *bytes, size_t len, const char *secret, uint8_t id,
			     const uint8_t request[LEN])
{
	struct tp_radius_secret keyed;
	struct tp_radius_packet packet;
	size_t at;

	if (tp_radius_parse(bytes, len, &packet) != TP_RADIUS_WELL_FORMED)
		return;
	at = message_authenticator_at(&packet);
	bytes[ID_AT] = id;
	if (at != 0) {
		tp_radius_secret_set(&keyed, secret);
		message_digest(bytes, packet.len, at, &keyed, request, bytes + at);
		explicit_bzero(&keyed, sizeof(keyed));
	}
	digest(bytes, packet.len, secret, request, bytes + AUTHENTICATOR_AT);
}

static enum tp_radius_proof check_message(const struct tp_radius_packet *packet,
					  const struct tp_radius_secret *secret,
					  const uint8_t authenticator[LEN], bool required)
{
	const uint8_t *value = packet->message_authenticator;
	uint8_t expected[LEN];

	if (value == NULL)
		return required ? TP_RADIUS_NO_MESSAGE_AUTHENTICATOR : TP_RADIUS_PROVEN;
	message_digest(packet->bytes, packet->len, (size_t)(value - packet->bytes), secret,
		       authenticator, expected);
	return memeql_sec(expected, value, LEN) ? TP_RADIUS_PROVEN
						: TP_RADIUS_WRONG_MESSAGE_AUTHENTICATOR;
}

enum tp_radius_proof tp_radius_check_response(const struct tp_radius_packet *response,
					      const struct tp_radius_secret *secret,
					      const uint8_t request[LEN], bool required)
{
	uint8_t expected[LEN];

	digest(response->bytes, response->len, secret->text, request, expected);
	if (!memeql_sec(expected, response->authenticator, LEN))
		return TP_RADIUS_WRONG_AUTHENTICATOR;
	return check_message(response, secret, request, required);
}

enum tp_radius_proof tp_radius_check_request(const struct tp_radius_packet *request,
					     const char *secret, bool required)
{
	const uint8_t *authenticator = is_random(request->code) ? request->authenticator : zeros;
	struct tp_radius_secret keyed;
	enum tp_radius_proof proof;
	uint8_t expected[LEN];

	if (!is_random(request->code)) {
		digest(request->bytes, request->len, secret, zeros, expected);
		if (!memeql_sec(expected, request->authenticator, LEN))
			return TP_RADIUS_WRONG_AUTHENTICATOR;
	}
	tp_radius_secret_set(&keyed, secret);
	proof = check_message(request, &keyed, authenticator, required);
	explicit_bzero(&keyed, sizeof(keyed));
	return proof;
}

/* b(1) = MD5(secret + request + salt), b(n) = MD5(secret + c(n - 1)); each block of 16 bytes is
 * what is clear xor b: RFC 2865, section 5.2; RFC 2548, section 2.4.2. */
static void next_pad(const char *secret, const uint8_t *before, const uint8_t *salt,
		     size_t salt_len, uint8_t pad[LEN])
{
	struct md5_ctx md5;

	md5_init(&md5);
	md5_string(&md5, secret);
	md5_update(&md5, LEN, before);
	md5_update(&md5, salt_len, salt);
	md5_digest(&md5, LEN, pad);
}

static void hide(uint8_t *bytes, size_t len, const char *secret, const uint8_t *request,
		 const uint8_t *salt, size_t salt_len)
{
	const uint8_t *before = request;
	uint8_t pad[LEN];

	for (size_t at = 0; at + LEN <= len; at += LEN) {
		next_pad(secret, before, salt, at == 0 ? salt_len : 0, pad);
		for (size_t i = 0; i < LEN; i++)
			bytes[at + i] ^= pad[i];
		before = bytes + at;
	}
}

static void reveal(const uint8_t *hidden, size_t len, const char *secret, const uint8_t *request,
		   const uint8_t *salt, size_t salt_len, uint8_t *clear)
{
	const uint8_t *before = request;
	uint8_t pad[LEN];

	for (size_t at = 0; at + LEN <= len; at += LEN) {
		next_pad(secret, before, salt, at == 0 ? salt_len : 0, pad);
		for (size_t i = 0; i < LEN; i++)
			clear[at + i] = hidden[at + i] ^ pad[i];
		before = hidden + at;
	}
}

bool tp_radius_reveal(const uint8_t *hidden, size_t len, const char *secret,
		      const uint8_t request[LEN], uint8_t *clear)
{
	if (len == 0 || len % LEN != 0 || len > TP_RADIUS_PASSWORD_MAX)
		return false;
	reveal(hidden, len, secret, request, NULL, 0, clear);
	return true;
}

void tp_radius_hide(uint8_t *bytes, size_t len, const char *secret, const uint8_t request[LEN])
{
	hide(bytes, len, secret, request, NULL, 0);
}

bool tp_radius_key_reveal(const struct tp_radius_value *value, const char *secret,
			  const uint8_t request[LEN], uint8_t key[TP_RADIUS_KEY_MAX], size_t *len)
{
	uint8_t clear[TP_RADIUS_VENDOR_VALUE_MAX];
	size_t hidden = value->len - (size_t)SALT_LEN;
	bool fits;

	if (value->len < SALT_LEN + LEN || hidden % LEN != 0 || hidden > sizeof(clear))
		return false;
	reveal(value->bytes + SALT_LEN, hidden, secret, request, value->bytes, SALT_LEN, clear);
	fits = clear[0] > 0 && clear[0] < hidden && clear[0] <= TP_RADIUS_KEY_MAX;
	if (fits) {
		*len = clear[0];
		memcpy(key, clear + 1, clear[0]);
	}
	explicit_bzero(clear, sizeof(clear));
	return fits;
}

size_t tp_radius_key_hide(const uint8_t *key, size_t len, uint16_t salt, const char *secret,
			  const uint8_t request[LEN],
			  uint8_t value[TP_RADIUS_KEY_VALUE_LEN(TP_RADIUS_KEY_MAX)])
{
	size_t total = TP_RADIUS_KEY_VALUE_LEN(len);

	memset(value, 0, total);
	tp_put_be16(value, salt | 0x8000);
	value[SALT_LEN] = (uint8_t)len;
	memcpy(value + SALT_LEN + 1, key, len);
	hide(value + SALT_LEN, total - SALT_LEN, secret, request, value, SALT_LEN);
	return total;
}
