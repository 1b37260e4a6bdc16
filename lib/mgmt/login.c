/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/login.h"

#include <nettle/base64.h>
#include <nettle/hmac.h>
#include <nettle/memops.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/random.h"
#include "base/text.h"
#include "config/types/password.h"

#define REMEMBERED     64 /* logins */
#define REMEMBER_MS    300000
#define SUSPECTS       256 /* addresses with wrong logins; the one quiet for longest makes room */
#define WRONG_MAX      5   /* in a row, with less than WRONG_MS between them */
#define WRONG_MS       60000
#define HASHES_AT_ONCE 8 /* tokens of the bucket, and one more each HASH_MS */
#define HASH_MS	       250

const char *const mgmt_login_words[MGMT_LOGIN_RESULTS] = {
	[MGMT_LOGIN_OK] = "accepted",	    [MGMT_LOGIN_NONE] = "no-credentials",
	[MGMT_LOGIN_WRONG] = "wrong",	    [MGMT_LOGIN_ADDRESS] = "address",
	[MGMT_LOGIN_LOCKED] = "locked",	    [MGMT_LOGIN_BUSY] = "busy",
	[MGMT_LOGIN_SILENCE] = "no-answer",
};

struct remembered {
	uint8_t mac[SHA256_DIGEST_SIZE]; /* of "name:password" */
	bool radius;			 /* a server's user; else one of /user: */
	unsigned user;
	struct tp_rights rights; /* a server's user: of the group that the server said */
	uint32_t address;
	uint64_t until_ms; /* 0: empty */
};

struct suspect {
	uint32_t address; /* 0: empty */
	unsigned wrong;
	uint64_t last_ms, locked_until_ms;
};

struct mgmt_logins {
	const struct tp_remote *remote; /* NULL: nobody may log in */
	uint8_t key[SHA256_DIGEST_SIZE];
	struct remembered remembered[REMEMBERED];
	struct suspect suspects[SUSPECTS];
	uint64_t tokens_ms; /* of the bucket, as time saved up */
	uint64_t tokens_at_ms;
	char *nobody; /* the hash that an unknown user is measured by: it takes as long */
	uint64_t counts[MGMT_LOGIN_RESULTS];
};

struct mgmt_logins *mgmt_logins_create(void)
{
	struct mgmt_logins *logins = calloc(1, sizeof(*logins));
	struct tp_random random;
	char word[33] = "";

	if (logins == NULL)
		return NULL;
	tp_random_init(&random);
	tp_random_bytes(&random, logins->key, sizeof(logins->key));
	for (unsigned i = 0; i < sizeof(word) - 1; i++)
		word[i] = (char)('a' + tp_random_below(&random, 26));
	explicit_bzero(&random, sizeof(random));
	logins->nobody = tp_password_keep(word);
	logins->tokens_ms = HASHES_AT_ONCE * HASH_MS;
	if (logins->nobody != NULL)
		return logins;
	free(logins);
	return NULL;
}

void mgmt_logins_destroy(struct mgmt_logins *logins)
{
	if (logins == NULL)
		return;
	free(logins->nobody);
	explicit_bzero(logins, sizeof(*logins));
	free(logins);
}

void mgmt_logins_set(struct mgmt_logins *logins, const struct tp_remote *remote)
{
	logins->remote = remote;
	explicit_bzero(logins->remembered, sizeof(logins->remembered));
}

/* "Basic dXNlcjpwYXNzd29yZA==". */
bool mgmt_credentials_read(const char *header, struct mgmt_credentials *out)
{
	struct base64_decode_ctx context;
	size_t len;

	if (header == NULL || strncasecmp(header, "Basic", 5) != 0 || header[5] != ' ')
		return false;
	header += 5 + strspn(header + 5, " ");
	len = strlen(header);
	if (BASE64_DECODE_LENGTH(len) > MGMT_CREDENTIALS_MAX)
		return false;
	base64_decode_init(&context);
	if (!base64_decode_update(&context, &out->len, (uint8_t *)out->text, len, header) ||
	    !base64_decode_final(&context) || memchr(out->text, '\0', out->len) != NULL)
		return false;
	out->text[out->len] = '\0';
	char *colon = strchr(out->text, ':');
	if (colon == NULL)
		return false;
	*colon = '\0';
	out->password = colon + 1;
	return true;
}

bool mgmt_credentials_of(const char *name, const char *password, struct mgmt_credentials *out)
{
	int len = snprintf(out->text, sizeof(out->text), "%s:%s", name, password);

	if (len < 0 || (size_t)len >= sizeof(out->text) || strchr(name, ':') != NULL)
		return false;
	out->len = (size_t)len;
	out->text[strlen(name)] = '\0';
	out->password = out->text + strlen(name) + 1;
	return true;
}

static void authenticate(const struct mgmt_logins *logins,
			 const struct mgmt_credentials *credentials,
			 uint8_t mac[SHA256_DIGEST_SIZE])
{
	struct hmac_sha256_ctx context;

	hmac_sha256_set_key(&context, sizeof(logins->key), logins->key);
	hmac_sha256_update(&context, credentials->len, (const uint8_t *)credentials->text);
	hmac_sha256_digest(&context, SHA256_DIGEST_SIZE, mac);
	explicit_bzero(&context, sizeof(context));
}

/* A server has seen the address, and may have let the user in for its sake. */
static const struct remembered *recall(const struct mgmt_logins *logins,
				       const uint8_t mac[SHA256_DIGEST_SIZE], uint32_t address,
				       uint64_t now_ms)
{
	for (unsigned i = 0; i < REMEMBERED; i++) {
		const struct remembered *r = &logins->remembered[i];
		if (now_ms < r->until_ms && memeql_sec(r->mac, mac, sizeof(r->mac)) &&
		    (!r->radius || r->address == address))
			return r;
	}
	return NULL;
}

/* WHAT's MAC and time are filled in. */
static void remember(struct mgmt_logins *logins, const struct mgmt_credentials *credentials,
		     struct remembered what, uint64_t now_ms)
{
	struct remembered *oldest = &logins->remembered[0];

	for (unsigned i = 1; i < REMEMBERED; i++)
		if (logins->remembered[i].until_ms < oldest->until_ms)
			oldest = &logins->remembered[i];
	*oldest = what;
	authenticate(logins, credentials, oldest->mac);
	oldest->until_ms = now_ms + REMEMBER_MS;
}

static struct suspect *find_suspect(struct mgmt_logins *logins, uint32_t address)
{
	for (unsigned i = 0; i < SUSPECTS; i++)
		if (logins->suspects[i].address == address)
			return &logins->suspects[i];
	return NULL;
}

static bool locked(const struct suspect *suspect, uint64_t now_ms)
{
	return suspect != NULL && now_ms < suspect->locked_until_ms;
}

static const char *address_text(uint32_t address, char text[TP_IPV4_TEXT_LEN])
{
	return tp_ipv4_format(address, text);
}

static void note_wrong(struct mgmt_logins *logins, uint32_t address, uint64_t now_ms)
{
	struct suspect *suspect = find_suspect(logins, address);
	char text[TP_IPV4_TEXT_LEN];

	if (suspect == NULL) {
		suspect = &logins->suspects[0];
		for (unsigned i = 1; i < SUSPECTS; i++)
			if (logins->suspects[i].last_ms < suspect->last_ms)
				suspect = &logins->suspects[i];
		*suspect = (struct suspect){.address = address};
	}
	if (now_ms - suspect->last_ms > WRONG_MS)
		suspect->wrong = 0;
	suspect->last_ms = now_ms;
	if (++suspect->wrong < WRONG_MAX)
		return;
	suspect->wrong = 0;
	suspect->locked_until_ms = now_ms + MGMT_LOCK_MS;
	tp_log_warning("management", "%s: too many wrong logins, none is taken from there for %u s",
		       address_text(address, text), MGMT_LOCK_MS / 1000);
}

static void forget_wrong(struct mgmt_logins *logins, uint32_t address)
{
	struct suspect *suspect = find_suspect(logins, address);

	if (suspect != NULL)
		*suspect = (struct suspect){0};
}

/* Is there time for one more hash? */
static bool take_token(struct mgmt_logins *logins, uint64_t now_ms)
{
	const uint64_t most = HASHES_AT_ONCE * HASH_MS;

	logins->tokens_ms += now_ms - logins->tokens_at_ms;
	if (logins->tokens_ms > most)
		logins->tokens_ms = most;
	logins->tokens_at_ms = now_ms;
	if (logins->tokens_ms < HASH_MS)
		return false;
	logins->tokens_ms -= HASH_MS;
	return true;
}

static const struct tp_remote_user *find_user(const struct mgmt_logins *logins, const char *name)
{
	for (unsigned i = 0; logins->remote != NULL && i < logins->remote->user_count; i++)
		if (strcmp(logins->remote->user[i].name, name) == 0)
			return &logins->remote->user[i];
	return NULL;
}

/* Is it for a RADIUS server to say? Whom /user has, disabled or not, is not a server's. Nobody has
 * an empty password: directories take it for no login at all, and let it in. */
static bool is_for_radius(const struct mgmt_logins *logins,
			  const struct mgmt_credentials *credentials)
{
	return logins->remote != NULL && logins->remote->use_radius &&
	       credentials->text[0] != '\0' && credentials->password[0] != '\0' &&
	       find_user(logins, credentials->text) == NULL;
}

/* The slow way. What a stranger typed as a name is not logged: it may be a password. */
static enum mgmt_login_result verify(struct mgmt_logins *logins,
				     const struct mgmt_credentials *credentials, uint32_t address,
				     uint64_t now_ms, const struct tp_remote_user **user)
{
	const struct tp_remote_user *found = find_user(logins, credentials->text);
	enum mgmt_login_result result = MGMT_LOGIN_WRONG;
	char text[TP_IPV4_TEXT_LEN];

	if (locked(find_suspect(logins, address), now_ms))
		return MGMT_LOGIN_LOCKED;
	if (!take_token(logins, now_ms))
		return MGMT_LOGIN_BUSY;
	if (is_for_radius(logins, credentials))
		return MGMT_LOGIN_ASK;
	if (found != NULL && found->disabled)
		found = NULL;
	if (tp_password_verify(credentials->password,
			       found != NULL ? found->hash : logins->nobody) &&
	    found != NULL)
		result = tp_remote_allows(&found->address, address) ? MGMT_LOGIN_OK
								    : MGMT_LOGIN_ADDRESS;
	*user = found;
	if (result == MGMT_LOGIN_OK) {
		tp_log_info("management", "%s has logged in from %s", found->name,
			    address_text(address, text));
		forget_wrong(logins, address);
		return result;
	}
	tp_log_warning("management", "login of %s from %s is refused: %s",
		       found != NULL ? found->name : "a user that there is not",
		       address_text(address, text), mgmt_login_words[result]);
	note_wrong(logins, address, now_ms);
	return result;
}

static enum mgmt_login_result check(struct mgmt_logins *logins,
				    const struct mgmt_credentials *credentials, uint32_t address,
				    uint64_t now_ms, struct tp_rights *rights)
{
	const struct tp_remote_user *user = NULL;
	uint8_t mac[SHA256_DIGEST_SIZE];
	enum mgmt_login_result result;

	authenticate(logins, credentials, mac);
	const struct remembered *known = recall(logins, mac, address, now_ms);
	if (known != NULL && known->radius) {
		*rights = known->rights;
		return MGMT_LOGIN_OK;
	}
	if (known != NULL) {
		user = &logins->remote->user[known->user];
		*rights = user->rights;
		return tp_remote_allows(&user->address, address) ? MGMT_LOGIN_OK
								 : MGMT_LOGIN_ADDRESS;
	}
	result = verify(logins, credentials, address, now_ms, &user);
	if (result == MGMT_LOGIN_OK) {
		const unsigned number = (unsigned)(user - logins->remote->user);
		remember(logins, credentials, (struct remembered){.user = number}, now_ms);
		*rights = user->rights;
	}
	return result;
}

enum mgmt_login_result mgmt_login_as(struct mgmt_logins *logins,
				     const struct mgmt_credentials *credentials, uint32_t address,
				     uint64_t now_ms, struct tp_rights *rights)
{
	enum mgmt_login_result result = check(logins, credentials, address, now_ms, rights);

	if (result != MGMT_LOGIN_ASK)
		logins->counts[result]++;
	return result;
}

enum mgmt_login_result mgmt_login(struct mgmt_logins *logins, const char *authorization,
				  uint32_t address, uint64_t now_ms, struct tp_rights *rights)
{
	struct mgmt_credentials credentials;
	enum mgmt_login_result result = MGMT_LOGIN_NONE;

	if (mgmt_credentials_read(authorization, &credentials))
		result = mgmt_login_as(logins, &credentials, address, now_ms, rights);
	else
		logins->counts[result]++;
	explicit_bzero(&credentials, sizeof(credentials));
	return result;
}

/* As above: who is wrong is not named. */
static enum mgmt_login_result settle(struct mgmt_logins *logins,
				     const struct mgmt_credentials *credentials, uint32_t address,
				     uint64_t now_ms, enum mgmt_login_result said,
				     const struct tp_rights *rights)
{
	char text[TP_IPV4_TEXT_LEN], shown[TP_TEXT_ROOM(64)];

	if (!is_for_radius(logins, credentials))
		return MGMT_LOGIN_BUSY;
	if (locked(find_suspect(logins, address), now_ms))
		return MGMT_LOGIN_LOCKED;
	if (said != MGMT_LOGIN_OK) {
		tp_log_warning("management", "login from %s by RADIUS is refused: %s",
			       address_text(address, text), mgmt_login_words[said]);
		if (said == MGMT_LOGIN_WRONG)
			note_wrong(logins, address, now_ms);
		return said;
	}
	tp_log_info("management", "%s has logged in from %s by RADIUS, of group %s",
		    tp_text_show(credentials->text, shown, sizeof(shown)),
		    address_text(address, text), rights->group);
	forget_wrong(logins, address);
	remember(logins, credentials,
		 (struct remembered){.radius = true, .rights = *rights, .address = address},
		 now_ms);
	return said;
}

enum mgmt_login_result mgmt_login_told_as(struct mgmt_logins *logins,
					  const struct mgmt_credentials *credentials,
					  uint32_t address, uint64_t now_ms,
					  enum mgmt_login_result said,
					  const struct tp_rights *rights)
{
	enum mgmt_login_result result = settle(logins, credentials, address, now_ms, said, rights);

	logins->counts[result]++;
	return result;
}

enum mgmt_login_result mgmt_login_told(struct mgmt_logins *logins, const char *authorization,
				       uint32_t address, uint64_t now_ms,
				       enum mgmt_login_result said, const struct tp_rights *rights)
{
	struct mgmt_credentials credentials;
	enum mgmt_login_result result = MGMT_LOGIN_NONE;

	if (mgmt_credentials_read(authorization, &credentials))
		result = mgmt_login_told_as(logins, &credentials, address, now_ms, said, rights);
	else
		logins->counts[result]++;
	explicit_bzero(&credentials, sizeof(credentials));
	return result;
}

uint64_t mgmt_logins_count(const struct mgmt_logins *logins, enum mgmt_login_result result)
{
	return logins->counts[result];
}

unsigned mgmt_logins_locked(const struct mgmt_logins *logins, uint64_t now_ms)
{
	unsigned count = 0;

	for (unsigned i = 0; i < SUSPECTS; i++)
		count += locked(&logins->suspects[i], now_ms);
	return count;
}
