/* SPDX-License-Identifier: BSD-3-Clause */
/* Who is at the other end: HTTP's Basic authentication (RFC 7617) against /user, and, for those
 * whom that does not have, by what the owner hears from a RADIUS server (/user/aaa).
 *
 * Passwords are verified against slow hashes, which takes this thread tens of milliseconds. So
 * what was right is remembered for a while, as an HMAC under a key that nobody else has; hashing is
 * limited to a few in a second; and an address that was wrong too often waits. Who is
 * remembered passes in all cases, so nobody is shut out by another's guesses.
 *
 * No HTTP library, no clock of its own. Management thread. */
#pragma once

#include <stdint.h>

#include "config/remote.h"

enum mgmt_login_result {
	MGMT_LOGIN_OK,
	MGMT_LOGIN_NONE,    /* no credentials, or none that can be read */
	MGMT_LOGIN_WRONG,   /* no such user, or another password */
	MGMT_LOGIN_ADDRESS, /* the user may not log in from there */
	MGMT_LOGIN_LOCKED,  /* too many wrong ones from this address */
	MGMT_LOGIN_BUSY,    /* too many logins in all */
	MGMT_LOGIN_SILENCE, /* no RADIUS server answers */
	MGMT_LOGIN_RESULTS,
	MGMT_LOGIN_ASK, /* none yet: a RADIUS server is to be asked, then mgmt_login_told() */
};

/* The words of /metrics. */
extern const char *const mgmt_login_words[MGMT_LOGIN_RESULTS];

#define MGMT_CREDENTIALS_MAX 512 /* bytes of "name:password" */

/* Wipe them with explicit_bzero(). */
struct mgmt_credentials {
	char text[MGMT_CREDENTIALS_MAX + 1]; /* the name, a NUL, the password, a NUL */
	size_t len;
	const char *password;
};

/* What stands in the header AUTHORIZATION, which may be NULL; false: nothing that can be read. */
bool mgmt_credentials_read(const char *authorization, struct mgmt_credentials *out);

/* Of NAME and PASSWORD; false: they are too long, or the name is nobody's. */
bool mgmt_credentials_of(const char *name, const char *password, struct mgmt_credentials *out);

struct mgmt_logins;

/* NULL when memory is out. */
struct mgmt_logins *mgmt_logins_create(void);
void mgmt_logins_destroy(struct mgmt_logins *logins); /* NULL is fine */

/* REMOTE has changed: who was remembered has to show their password again. It is borrowed until
 * the next call. */
void mgmt_logins_set(struct mgmt_logins *logins, const struct tp_remote *remote);

/* AUTHORIZATION is that header's value, or NULL; ADDRESS the client's, in host byte order. On
 * MGMT_LOGIN_OK *RIGHTS say what the user may do. MGMT_LOGIN_ASK is counted when its answer is
 * here. */
enum mgmt_login_result mgmt_login(struct mgmt_logins *logins, const char *authorization,
				  uint32_t address, uint64_t now_ms, struct tp_rights *rights);
/* The same of what has been read. */
enum mgmt_login_result mgmt_login_as(struct mgmt_logins *logins,
				     const struct mgmt_credentials *credentials, uint32_t address,
				     uint64_t now_ms, struct tp_rights *rights);

/* What came of MGMT_LOGIN_ASK with the same AUTHORIZATION and ADDRESS: SAID is MGMT_LOGIN_OK, with
 * the server's RIGHTS, MGMT_LOGIN_WRONG or MGMT_LOGIN_SILENCE. Returns what becomes of the login,
 * which is another thing if the settings are others by now, or the address is locked. */
enum mgmt_login_result mgmt_login_told(struct mgmt_logins *logins, const char *authorization,
				       uint32_t address, uint64_t now_ms,
				       enum mgmt_login_result said, const struct tp_rights *rights);

enum mgmt_login_result mgmt_login_told_as(struct mgmt_logins *logins,
					  const struct mgmt_credentials *credentials,
					  uint32_t address, uint64_t now_ms,
					  enum mgmt_login_result said,
					  const struct tp_rights *rights);

uint64_t mgmt_logins_count(const struct mgmt_logins *logins, enum mgmt_login_result result);
/* Addresses that have to wait. */
unsigned mgmt_logins_locked(const struct mgmt_logins *logins, uint64_t now_ms);

#define MGMT_LOCK_MS 60000
