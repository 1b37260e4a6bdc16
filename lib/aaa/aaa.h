/* SPDX-License-Identifier: BSD-3-Clause */
/* What profiles and secrets come to for one subscriber.
 *
 * As RouterOS has it (help.mikrotik.com, "PPP AAA"), each attribute is taken from the first of
 * these that sets it:
 *	1. the secret,
 *	2. the secret's profile, unless that is `default`,
 *	3. the server's default-profile,
 *	4. the profile `default`;
 * but a fixed local-address or remote-address, wherever in this order, goes before any pool.
 * (A secret's profile is `default` when it names none; so `default` is where everyone ends, and
 * never hides the server's default-profile.)
 *
 * No I/O, no clock. One thread, the configuration's. */
#pragma once

#include "config/store.h"

/* Who asks. All strings are borrowed for the call. */
struct tp_aaa_request {
	const char *user;	     /* NUL-terminated; the name exactly as the peer gave it */
	enum tp_service service;     /* TP_SERVICE_PPPOE */
	struct tp_mac caller_id;     /* the peer's MAC address */
	const char *circuit_id;	     /* of its line, as the access node says; NULL: not known */
	const char *remote_id;	     /* likewise */
	const char *default_profile; /* of the server that the session came in by */
};

enum tp_aaa_reason {
	TP_AAA_ACCEPT,
	TP_AAA_NO_SECRET,	 /* no such user */
	TP_AAA_DISABLED,	 /* the secret is disabled */
	TP_AAA_SERVICE_MISMATCH, /* the secret is for another service */
	TP_AAA_CALLER_MISMATCH,	 /* the secret is for another host */
};
#define TP_AAA_REASONS 5

/* A word for counters and events: "no-secret", "disabled", … */
const char *tp_aaa_reason_name(enum tp_aaa_reason reason);

/* Pointers lead into the configuration: they hold until it changes. Copy what outlives that. */
struct tp_aaa_subscriber {
	const char *password; /* to verify the peer's proof with */
	const char *profile;  /* name of the profile in force: 2 above, or else 3 */
	uint32_t secret_id;   /* .id of the secret */

	struct tp_endpoint local_address;
	struct tp_endpoint remote_address; /* NONE: nothing to give */
	struct tp_address_list dns_server;
	struct tp_address_list wins_server;
	uint32_t session_timeout;		/* seconds; 0: none */
	uint32_t idle_timeout;			/* seconds; 0: none */
	uint64_t limit_bytes_in;		/* of one session; 0: none */
	uint64_t limit_bytes_out;		/* likewise */
	const struct tp_rate_limit *rate_limit; /* NULL: none */
	const char *address_list;		/* "": none */
	bool only_one;				/* one session of this user at a time */
	bool change_tcp_mss;
	enum tp_use_encryption use_encryption; /* never TP_ENCRYPTION_DEFAULT */
	bool stateful_encryption;
	const struct tp_framed_route *routes;
	uint32_t route_count;
};

struct tp_aaa_answer {
	enum tp_aaa_reason reason;
	char text[192]; /* for the log, a clause that names what refused: "user bob: secret is
			 * disabled"; "" when accepted; never a password */
	struct tp_aaa_subscriber subscriber; /* when accepted */
};

/* Called once for each look-up. ANSWER and what it points to hold during the call only. */
typedef void (*tp_aaa_answer_fn)(void *owner, const struct tp_aaa_answer *answer);

#define TP_AAA_NAME_MAX 255 /* bytes of a user's name: RFC 1334, section 2.2.1 */

/* The NAME by which a peer that SENT this one is known: in the log, to operators, and in its
 * secret. It is text (base/text.h), so Latin-1's "m\xfcller" is called so; if there is no secret
 * of that name but one of the same in UTF-8, "müller", it is this. */
void tp_aaa_user_name(const struct tp_config *config, const char *sent,
		      char name[TP_AAA_NAME_MAX + 1]);

/* Looks the user up and tells ANSWER(OWNER, …). An answer may come before this returns (the
 * local secrets' always does) or later (a server's): write the caller so that both work. */
void tp_aaa_lookup(const struct tp_config *config, const struct tp_aaa_request *request,
		   tp_aaa_answer_fn answer, void *owner);

/* The attributes of USER as tp_aaa_lookup() would have them now, whether it would accept or not.
 * False: there is no such user. For sessions that stand already. */
bool tp_aaa_attributes(const struct tp_config *config, const char *user,
		       const char *default_profile, struct tp_aaa_subscriber *out);

/* The attributes of a profile alone, inheritance done, as for a user whose secret sets nothing
 * (password NULL, secret_id 0). PROFILE may name none that exists: `default` is taken then. */
void tp_aaa_profile(const struct tp_config *config, const char *profile,
		    struct tp_aaa_subscriber *out);
