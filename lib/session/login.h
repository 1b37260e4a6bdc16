/* SPDX-License-Identifier: BSD-3-Clause */
/* From a peer's proof to what it gets: the question, the answer, addresses, encryption. */
#pragma once

#include "session/state.h"

#define TP_AC_PROFILE_MAX      63 /* bytes of a profile's name */
#define TP_AC_INTERFACE_MAX    63
#define TP_AC_SERVICE_NAME_MAX 255 /* longer ones are cut where others are told of them */

/* One auth_request on its way to a decision: it may have to wait for a session that it is to join;
 * then it is with aaa; and then, when the address is still a dying session's, until that is
 * released. */
struct tp_ac_login {
	struct tp_ac *ac;
	struct tp_line *line;
	struct tp_session *waits_for; /* let in, but for the address that this one has; or: */
	bool follows;		      /* not asked yet, since that is to come up first */
	bool due;		      /* that has: it is to be asked with the line's next turn */
	uint8_t authenticator_response[20];
	char message[TP_PPP_MESSAGE_MAX + 1]; /* of the answer, for the peer */
	struct tp_ppp_auth_request request;
	char user[TP_AAA_NAME_MAX + 1]; /* by which the peer is known: tp_aaa_user_name() */
	struct tp_aaa_query query;
	/* Of the server, which may change meanwhile: */
	char interface[TP_AC_INTERFACE_MAX + 1];
	char service_name[TP_AC_SERVICE_NAME_MAX + 1];
	char default_profile[TP_AC_PROFILE_MAX + 1];
	LIST_ENTRY(tp_ac_login) entry; /* among the waiters, or the unused */
};

/* login.c */
void tp_ac_login_ask(struct tp_line *line, const struct tp_ppp_auth_request *request);
/* S has given its address back: those who waited for it try again. */
void tp_ac_login_wake(struct tp_session *s);
/* The question of LINE's login is put, after that of the session that it has followed. */
void tp_ac_login_due(struct tp_line *line);
/* A server without authentication: what its profile gives. */
void tp_ac_login_anonymous(struct tp_line *line);

/* logins.c */
/* The one of LINE; NULL: no memory. */
struct tp_ac_login *tp_ac_login_begin(struct tp_line *line);
void tp_ac_login_over(struct tp_ac_login *login);
/* The line ended or asks afresh. */
void tp_ac_login_abandon(struct tp_line *line);
/* S, which the line of LOGIN is to join, is to come up first. */
void tp_ac_login_wait_for(struct tp_ac_login *login, struct tp_session *s);
/* S has come up, or won't: those who were to follow it are asked. */
void tp_ac_logins_follow(struct tp_session *s);
void tp_ac_logins_clear(struct tp_ac *ac);

/* lockout.c: USER's logins at the place of LINE have failed, or passed; are they held off now? */
void tp_ac_lockout_failed(struct tp_line *line, const char *user);
void tp_ac_lockout_passed(struct tp_line *line, const char *user);
bool tp_ac_lockout_holds(const struct tp_line *line, const char *user);
void tp_ac_lockouts_clear(struct tp_ac *ac);

/* subscriber.c */
extern const struct tp_subscriber tp_ac_no_subscriber; /* nothing */
/* S, new, gets nothing. */
void tp_ac_subscriber_init(struct tp_session *s);
/* FROM becomes what S gets; FROM is left empty. -ENOMEM; then nothing has changed. */
int tp_ac_subscriber_take(struct tp_session *s, struct tp_subscriber *from);
void tp_ac_subscriber_drop(struct tp_session *s);
/* What a session by a local secret, or without a login, would get now: what may change while it
 * stands is taken over. True: the data plane has to know. */
bool tp_ac_subscriber_renew(struct tp_session *s);
/* What IPCP tells the peer of S. */
struct tp_ppp_addresses tp_ac_subscriber_addresses(const struct tp_session *s);

/* address.c */
enum tp_ac_take { TP_AC_TAKEN, TP_AC_TAKE_WAIT, TP_AC_TAKE_FAILED };
/* Takes the addresses of its subscriber for S. REPLACED: a session that ends for this
 * one's sake, or NULL. WAIT: *FOR is the session whose release is to be waited for. FAILED: TEXT
 * says why. */
enum tp_ac_take tp_ac_take_addresses(struct tp_session *s, struct tp_session *replaced,
				     struct tp_session **wait_for, char text[160]);
/* WHAT ("address 10.0.0.1") of S is held by HOLDER, known as INFO; as tp_ac_take_addresses(). */
enum tp_ac_take tp_ac_take_held(struct tp_session *s, const char *what, struct tp_session *holder,
				const char *info, struct tp_session **wait_for, char text[160]);
void tp_ac_release_addresses(struct tp_session *s);

/* encryption.c */
/* Makes the PPP link of LINE ready for what SUBSCRIBER is to have. KEYS: of its login; NULL: it
 * gave none. -ENOMEM, or -ENOKEY: encryption is required, and there are no keys. */
int tp_ac_encryption_set(struct tp_line *line, const struct tp_subscriber *subscriber,
			 const struct tp_mppe_keys *keys);
void tp_ac_encryption_free(struct tp_line *line);
