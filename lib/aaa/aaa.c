/* SPDX-License-Identifier: BSD-3-Clause */
/* What profiles and secrets come to for one subscriber: the local secrets as a source. */
#include "aaa/aaa.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "config/store.h"

/* The profiles in force, the first that sets something wins: the secret's own, the server's,
 * `default`. */
struct chain {
	const struct tp_config_profile *profile[3];
	unsigned count;
};

static void chain_add(struct chain *chain, const struct tp_config_profile *profile)
{
	for (unsigned i = 0; i < chain->count; i++) {
		if (chain->profile[i] == profile)
			return;
	}
	if (profile != NULL)
		chain->profile[chain->count++] = profile;
}

static struct chain make_chain(const struct tp_config *config, const char *first,
			       const char *second)
{
	struct chain chain = {.count = 0};

	if (first != NULL && strcmp(first, TP_PROFILE_DEFAULT) != 0)
		chain_add(&chain, tp_config_profile(config, first));
	if (second != NULL && strcmp(second, TP_PROFILE_DEFAULT) != 0)
		chain_add(&chain, tp_config_profile(config, second));
	chain_add(&chain, tp_config_profile(config, TP_PROFILE_DEFAULT));
	return chain;
}

/* The first profile that sets PROPERTY; NULL when none does. */
static const struct tp_config_profile *setter(const struct chain *chain, unsigned property)
{
	for (unsigned i = 0; i < chain->count; i++) {
		if (tp_config_is_set(&chain->profile[i]->head, property))
			return chain->profile[i];
	}
	return NULL;
}

/* The first fixed address of what the secret and the profiles say, or else the first pool. */
static struct tp_endpoint choose(const struct tp_endpoint *const *from, unsigned count)
{
	static const struct tp_endpoint none;
	const struct tp_endpoint *chosen = &none;

	for (unsigned i = 0; i < count; i++) {
		if (from[i]->kind == TP_ENDPOINT_ADDRESS)
			return *from[i];
		if (from[i]->kind == TP_ENDPOINT_POOL && chosen->kind == TP_ENDPOINT_NONE)
			chosen = from[i];
	}
	return *chosen;
}

static void resolve_endpoints(const struct tp_config_secret *secret, const struct chain *chain,
			      struct tp_aaa_subscriber *out)
{
	const struct tp_endpoint *local[4], *remote[4];
	unsigned n = 0;

	if (secret != NULL) {
		local[n] = &secret->local_address;
		remote[n++] = &secret->remote_address;
	}
	for (unsigned i = 0; i < chain->count; i++) {
		local[n] = &chain->profile[i]->local_address;
		remote[n++] = &chain->profile[i]->remote_address;
	}
	out->local_address = choose(local, n);
	out->remote_address = choose(remote, n);
}

/* `default` hands the decision down; where nobody decides, it is no. */
static void resolve_switches(const struct chain *chain, struct tp_aaa_subscriber *out)
{
	unsigned only_one = TP_DEFAULT, change_tcp_mss = TP_DEFAULT;
	unsigned encryption = TP_ENCRYPTION_DEFAULT, stateful = TP_DEFAULT;

	for (unsigned i = 0; i < chain->count; i++) {
		if (only_one == TP_DEFAULT)
			only_one = chain->profile[i]->only_one;
		if (change_tcp_mss == TP_DEFAULT)
			change_tcp_mss = chain->profile[i]->change_tcp_mss;
		if (encryption == TP_ENCRYPTION_DEFAULT)
			encryption = chain->profile[i]->use_encryption;
		if (stateful == TP_DEFAULT)
			stateful = chain->profile[i]->stateful_encryption;
	}
	out->only_one = only_one == TP_YES;
	out->change_tcp_mss = change_tcp_mss == TP_YES;
	out->use_encryption = encryption == TP_ENCRYPTION_DEFAULT ? TP_ENCRYPTION_NO : encryption;
	out->stateful_encryption = stateful == TP_YES;
}

static void resolve(const struct tp_config_secret *secret, const struct chain *chain,
		    struct tp_aaa_subscriber *out)
{
	const struct tp_config_profile *profile;

	memset(out, 0, sizeof(*out));
	out->profile = chain->profile[0]->name;
	resolve_endpoints(secret, chain, out);
	resolve_switches(chain, out);
	profile = setter(chain, TP_PROFILE_DNS_SERVER);
	if (profile != NULL)
		out->dns_server = profile->dns_server;
	profile = setter(chain, TP_PROFILE_WINS_SERVER);
	if (profile != NULL)
		out->wins_server = profile->wins_server;
	profile = setter(chain, TP_PROFILE_SESSION_TIMEOUT);
	if (profile != NULL)
		out->session_timeout = profile->session_timeout;
	profile = setter(chain, TP_PROFILE_IDLE_TIMEOUT);
	if (profile != NULL)
		out->idle_timeout = profile->idle_timeout;
	profile = setter(chain, TP_PROFILE_ADDRESS_LIST);
	out->address_list = profile != NULL ? profile->address_list : "";
	profile = setter(chain, TP_PROFILE_RATE_LIMIT);
	if (profile != NULL)
		out->rate_limit = profile->rate_limit;
	if (secret != NULL) {
		if (secret->rate_limit != NULL)
			out->rate_limit = secret->rate_limit;
		out->password = secret->password;
		out->secret_id = secret->head.id;
		out->limit_bytes_in = secret->limit_bytes_in;
		out->limit_bytes_out = secret->limit_bytes_out;
		out->routes = secret->routes.route;
		out->route_count = secret->routes.count;
	}
}

const char *tp_aaa_reason_name(enum tp_aaa_reason reason)
{
	static const char *const names[TP_AAA_REASONS] = {
		[TP_AAA_ACCEPT] = "accept",
		[TP_AAA_NO_SECRET] = "no-secret",
		[TP_AAA_DISABLED] = "disabled",
		[TP_AAA_SERVICE_MISMATCH] = "service-mismatch",
		[TP_AAA_CALLER_MISMATCH] = "caller-mismatch",
	};
	return names[reason];
}

static bool is_text(const char *text, const char *wanted)
{
	return text != NULL && strcmp(text, wanted) == 0;
}

/* What reads as a MAC address is one: no access node can lend a host's address to a line. */
static bool caller_matches(const struct tp_config_secret *secret,
			   const struct tp_aaa_request *request)
{
	struct tp_mac mac;

	if (secret->caller_id[0] == '\0')
		return true;
	if (tp_mac_parse(secret->caller_id, &mac))
		return tp_mac_equal(&mac, &request->caller_id);
	return is_text(request->circuit_id, secret->caller_id) ||
	       is_text(request->remote_id, secret->caller_id);
}

static enum tp_aaa_reason judge(const struct tp_config_secret *secret,
				const struct tp_aaa_request *request)
{
	if (secret == NULL)
		return TP_AAA_NO_SECRET;
	if (secret->disabled)
		return TP_AAA_DISABLED;
	if (secret->service != TP_SERVICE_ANY && secret->service != request->service)
		return TP_AAA_SERVICE_MISMATCH;
	return caller_matches(secret, request) ? TP_AAA_ACCEPT : TP_AAA_CALLER_MISMATCH;
}

static void explain(struct tp_aaa_answer *answer, const struct tp_config_secret *secret,
		    const struct tp_aaa_request *request)
{
	const bool line = request->circuit_id != NULL || request->remote_id != NULL;
	char user[65], caller[TP_MAC_TEXT_LEN];
	size_t size = sizeof(answer->text);

	tp_text_show(request->user, user, sizeof(user));
	switch (answer->reason) {
	case TP_AAA_ACCEPT:
		break;
	case TP_AAA_NO_SECRET:
		snprintf(answer->text, size, "user '%s': there is no secret of this name", user);
		break;
	case TP_AAA_DISABLED:
		snprintf(answer->text, size, "user '%s': the secret is disabled", user);
		break;
	case TP_AAA_SERVICE_MISMATCH:
		snprintf(answer->text, size, "user '%s': the secret is for another service", user);
		break;
	case TP_AAA_CALLER_MISMATCH:
		snprintf(
			answer->text, size,
			"user '%.40s': the secret is for caller-id %.40s, this is %s%s%.20s%s%.20s",
			user, secret->caller_id, tp_mac_format(&request->caller_id, caller),
			line ? " on " : "", request->circuit_id != NULL ? request->circuit_id : "",
			request->remote_id != NULL ? " " : "",
			request->remote_id != NULL ? request->remote_id : "");
		break;
	}
}

void tp_aaa_lookup(const struct tp_config *config, const struct tp_aaa_request *request,
		   tp_aaa_answer_fn answer_fn, void *owner)
{
	const struct tp_config_secret *secret = tp_config_secret(config, request->user);
	struct tp_aaa_answer answer = {.reason = judge(secret, request)};

	if (answer.reason == TP_AAA_ACCEPT) {
		struct chain chain = make_chain(config, secret->profile, request->default_profile);
		resolve(secret, &chain, &answer.subscriber);
	} else {
		explain(&answer, secret, request);
	}
	answer_fn(owner, &answer);
}

bool tp_aaa_attributes(const struct tp_config *config, const char *user,
		       const char *default_profile, struct tp_aaa_subscriber *out)
{
	const struct tp_config_secret *secret = tp_config_secret(config, user);

	if (secret == NULL)
		return false;
	struct chain chain = make_chain(config, secret->profile, default_profile);
	resolve(secret, &chain, out);
	return true;
}

void tp_aaa_profile(const struct tp_config *config, const char *profile,
		    struct tp_aaa_subscriber *out)
{
	struct chain chain = make_chain(config, profile, NULL);
	resolve(NULL, &chain, out);
}
