/* SPDX-License-Identifier: BSD-3-Clause */
#include "aaa/local.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/name.h"
#include "base/text.h"

struct tp_aaa_local {
	const struct tp_config *config;
	struct tp_aaa *aaa;
	struct tp_names *names; /* of profiles, pools and lists that subscribers have */
};

struct tp_aaa_local *tp_aaa_local_create(const struct tp_config *config)
{
	struct tp_aaa_local *local = calloc(1, sizeof(*local));

	if (local == NULL)
		return NULL;
	local->config = config;
	local->names = tp_names_create();
	if (local->names == NULL) {
		free(local);
		return NULL;
	}
	return local;
}

void tp_aaa_local_destroy(struct tp_aaa_local *local)
{
	if (local == NULL)
		return;
	tp_names_destroy(local->names);
	free(local);
}

void tp_aaa_local_config_set(struct tp_aaa_local *local, const struct tp_config *config)
{
	local->config = config;
}

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

/* False: no memory. */
static bool set_name(struct tp_aaa_local *local, const char **name, const char *text)
{
	tp_name_unref(*name);
	*name = text[0] != '\0' ? tp_name_get(local->names, text) : NULL;
	return text[0] == '\0' || *name != NULL;
}

static bool set_endpoint(struct tp_aaa_local *local, struct tp_subscriber_address *out,
			 const struct tp_endpoint *endpoint)
{
	if (endpoint->kind == TP_ENDPOINT_ADDRESS)
		out->fixed = endpoint->address;
	return endpoint->kind != TP_ENDPOINT_POOL || set_name(local, &out->pool, endpoint->pool);
}

/* The first fixed address of what the secret and the profiles say, or else the first pool. */
static const struct tp_endpoint *choose(const struct tp_endpoint *const *from, unsigned count)
{
	static const struct tp_endpoint none;
	const struct tp_endpoint *chosen = &none;

	for (unsigned i = 0; i < count; i++) {
		if (from[i]->kind == TP_ENDPOINT_ADDRESS)
			return from[i];
		if (from[i]->kind == TP_ENDPOINT_POOL && chosen->kind == TP_ENDPOINT_NONE)
			chosen = from[i];
	}
	return chosen;
}

static bool resolve_endpoints(struct tp_aaa_local *local, const struct tp_config_secret *secret,
			      const struct chain *chain, struct tp_subscriber *out)
{
	const struct tp_endpoint *locals[4], *remotes[4];
	unsigned n = 0;

	if (secret != NULL) {
		locals[n] = &secret->local_address;
		remotes[n++] = &secret->remote_address;
	}
	for (unsigned i = 0; i < chain->count; i++) {
		locals[n] = &chain->profile[i]->local_address;
		remotes[n++] = &chain->profile[i]->remote_address;
	}
	return set_endpoint(local, &out->local, choose(locals, n)) &&
	       set_endpoint(local, &out->remote, choose(remotes, n));
}

/* RouterOS's profile `default` has IPv6; so has who does not decide. */
static unsigned resolve_use_ipv6(const struct chain *chain)
{
	for (unsigned i = 0; i < chain->count; i++)
		if (chain->profile[i]->use_ipv6 != TP_USE_IPV6_DEFAULT)
			return chain->profile[i]->use_ipv6;
	return TP_USE_IPV6_YES;
}

/* `default` hands the decision down; where nobody decides, it is no. */
static void resolve_switches(const struct chain *chain, struct tp_subscriber *out)
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
	out->use_ipv6 = (uint8_t)resolve_use_ipv6(chain);
}

static void set_servers(uint32_t to[2], const struct tp_address_list *from)
{
	for (unsigned i = 0; i < from->count; i++)
		to[i] = from->address[i];
}

static bool resolve_profiles(struct tp_aaa_local *local, const struct chain *chain,
			     struct tp_subscriber *out)
{
	const struct tp_config_profile *profile = setter(chain, TP_PROFILE_DNS_SERVER);

	if (profile != NULL)
		memcpy(out->dns, profile->dns_server.v4, sizeof(out->dns));
	profile = setter(chain, TP_PROFILE_WINS_SERVER);
	if (profile != NULL)
		set_servers(out->wins, &profile->wins_server);
	profile = setter(chain, TP_PROFILE_SESSION_TIMEOUT);
	if (profile != NULL)
		out->session_timeout_s = profile->session_timeout;
	profile = setter(chain, TP_PROFILE_IDLE_TIMEOUT);
	if (profile != NULL)
		out->idle_timeout_s = profile->idle_timeout;
	profile = setter(chain, TP_PROFILE_RATE_LIMIT);
	if (profile != NULL && tp_subscriber_set_rate_limit(out, profile->rate_limit) != 0)
		return false;
	profile = setter(chain, TP_PROFILE_ADDRESS_LIST);
	return set_name(local, &out->address_list, profile != NULL ? profile->address_list : "") &&
	       set_name(local, &out->profile, chain->profile[0]->name);
}

static bool resolve_secret(const struct tp_config_secret *secret, struct tp_subscriber *out)
{
	out->secret_id = secret->head.id;
	out->limit_bytes_in = secret->limit_bytes_in;
	out->limit_bytes_out = secret->limit_bytes_out;
	if (secret->rate_limit != NULL &&
	    tp_subscriber_set_rate_limit(out, secret->rate_limit) != 0)
		return false;
	if (secret->routes.count == 0)
		return true;
	out->routes = calloc(secret->routes.count, sizeof(out->routes[0]));
	if (out->routes == NULL)
		return false;
	out->route_count = secret->routes.count;
	for (uint32_t i = 0; i < out->route_count; i++)
		out->routes[i] = secret->routes.route[i].dst;
	return true;
}

/* ---- IPv6 ---- */

static void of_profiles(const struct chain *chain, struct tp_subscriber_ipv6 *ipv6,
			const char **prefix_pool, const char **pd_pool)
{
	const struct tp_config_profile *last = chain->profile[chain->count - 1];
	const struct tp_config_profile *profile = setter(chain, TP_PROFILE_DHCPV6_LEASE_TIME);

	ipv6->lease_time_s = (profile != NULL ? profile : last)->dhcpv6_lease_time;
	profile = setter(chain, TP_PROFILE_REMOTE_IPV6_PREFIX_POOL);
	*prefix_pool = profile != NULL ? profile->remote_ipv6_prefix_pool : "";
	profile = setter(chain, TP_PROFILE_DHCPV6_PD_POOL);
	*pd_pool = profile != NULL ? profile->dhcpv6_pd_pool : "";
	profile = setter(chain, TP_PROFILE_DNS_SERVER);
	if (profile == NULL)
		return;
	ipv6->dns_count = profile->dns_server.v6_count;
	memcpy(ipv6->dns, profile->dns_server.v6, sizeof(ipv6->dns));
}

static void of_secret(const struct tp_config_secret *secret, struct tp_subscriber_ipv6 *ipv6)
{
	ipv6->prefix = secret->remote_ipv6_prefix;
	ipv6->delegated = secret->delegated_ipv6_prefix.prefix;
	ipv6->delegated_count = (uint8_t)secret->delegated_ipv6_prefix.count;
	ipv6->routes = secret->ipv6_routes.prefix;
	ipv6->route_count = secret->ipv6_routes.count;
}

/* False: no memory. */
static bool resolve_ipv6(struct tp_aaa_local *local, const struct tp_config_secret *secret,
			 const struct chain *chain, struct tp_subscriber *out)
{
	struct tp_subscriber_ipv6 ipv6 = {0};
	const char *prefix_pool, *pd_pool;
	bool done;

	of_profiles(chain, &ipv6, &prefix_pool, &pd_pool);
	if (secret != NULL)
		of_secret(secret, &ipv6);
	done = set_name(local, &ipv6.prefix_pool, prefix_pool) &&
	       set_name(local, &ipv6.pd_pool, pd_pool);
	if (done && !tp_subscriber_ipv6_is_nothing(&ipv6)) {
		out->ipv6 = tp_subscriber_ipv6_copy(&ipv6);
		done = out->ipv6 != NULL;
	}
	tp_name_unref(ipv6.prefix_pool);
	tp_name_unref(ipv6.pd_pool);
	return done;
}

static int resolve(struct tp_aaa_local *local, const struct tp_config_secret *secret,
		   const struct chain *chain, struct tp_subscriber *out)
{
	memset(out, 0, sizeof(*out));
	resolve_switches(chain, out);
	if (resolve_endpoints(local, secret, chain, out) && resolve_profiles(local, chain, out) &&
	    (secret == NULL || resolve_secret(secret, out)) &&
	    resolve_ipv6(local, secret, chain, out))
		return 0;
	tp_subscriber_clear(out);
	return -ENOMEM;
}

int tp_aaa_local_attributes(struct tp_aaa_local *local, const char *user,
			    const char *default_profile, struct tp_subscriber *out)
{
	const struct tp_config_secret *secret = tp_config_secret(local->config, user);
	struct chain chain;

	if (secret == NULL)
		return -ENOENT;
	chain = make_chain(local->config, secret->profile, default_profile);
	return resolve(local, secret, &chain, out);
}

uint32_t tp_aaa_local_secret_id(const struct tp_aaa_local *local, const char *user)
{
	const struct tp_config_secret *secret = tp_config_secret(local->config, user);

	return secret != NULL ? secret->head.id : 0;
}

bool tp_aaa_local_has(const struct tp_aaa_local *local, const char *user)
{
	const struct tp_config_secret *secret = tp_config_secret(local->config, user);

	return secret != NULL && !secret->disabled;
}

int tp_aaa_local_profile(struct tp_aaa_local *local, const char *profile,
			 const char *default_profile, struct tp_subscriber *out)
{
	const struct chain chain = make_chain(local->config, profile, default_profile);

	return resolve(local, NULL, &chain, out);
}

const char *tp_aaa_local_name(struct tp_aaa_local *local, const char *text)
{
	return tp_name_get(local->names, text);
}

/* ---- the source ---- */

/* What reads as a MAC address is one: no access node can lend a host's address to a line. */
static bool caller_matches(const struct tp_config_secret *secret,
			   const struct tp_aaa_question *question)
{
	struct tp_mac mac;

	if (secret->caller_id[0] == '\0')
		return true;
	if (tp_mac_parse(secret->caller_id, &mac))
		return tp_mac_equal(&mac, &question->caller_id);
	return question->line != NULL &&
	       (strcmp(question->line->circuit_id, secret->caller_id) == 0 ||
		strcmp(question->line->remote_id, secret->caller_id) == 0);
}

static enum tp_aaa_reason judge(const struct tp_config_secret *secret,
				const struct tp_aaa_question *question)
{
	if (secret == NULL)
		return TP_AAA_NO_SECRET;
	if (secret->disabled)
		return TP_AAA_DISABLED;
	if (secret->service != TP_SERVICE_ANY && secret->service != question->service)
		return TP_AAA_SERVICE_MISMATCH;
	return caller_matches(secret, question) ? TP_AAA_ACCEPT : TP_AAA_CALLER_MISMATCH;
}

static void explain(struct tp_aaa_answer *answer, const struct tp_config_secret *secret,
		    const struct tp_aaa_question *question)
{
	static const struct tp_access_line no_line;
	const struct tp_access_line *line = question->line != NULL ? question->line : &no_line;
	const bool known = line->circuit_id[0] != '\0' || line->remote_id[0] != '\0';
	char user[65], caller[TP_MAC_TEXT_LEN];
	size_t size = sizeof(answer->text);

	tp_text_show(question->user, user, sizeof(user));
	switch (answer->reason) {
	case TP_AAA_WRONG_PASSWORD:
		snprintf(answer->text, size, "wrong password");
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
			user, secret->caller_id, tp_mac_format(&question->caller_id, caller),
			known ? " on " : "", line->circuit_id,
			line->remote_id[0] != '\0' ? " " : "", line->remote_id);
		break;
	default:
		break;
	}
}

static bool verify(const struct tp_ppp_auth_request *proof, const char *password,
		   struct tp_aaa_answer *answer)
{
	struct tp_ppp_auth_result result = {0};

	tp_ppp_auth_verify(proof, password, &result);
	memcpy(answer->authenticator_response, result.authenticator_response,
	       sizeof(answer->authenticator_response));
	return result.accept;
}

static void accept(struct tp_aaa_local *local, const struct tp_config_secret *secret,
		   const struct tp_aaa_question *question, struct tp_aaa_answer *answer)
{
	const struct chain chain =
		make_chain(local->config, secret->profile, question->default_profile);

	answer->has_keys = tp_ppp_auth_keys(question->proof, secret->password, &answer->keys);
	if (resolve(local, secret, &chain, &answer->subscriber) == 0)
		return;
	answer->reason = TP_AAA_NO_MEMORY;
	snprintf(answer->text, sizeof(answer->text), "no memory for what it gets");
}

static void ask(void *source, uint64_t id, const struct tp_aaa_question *question)
{
	struct tp_aaa_local *local = source;
	const struct tp_config_secret *secret = tp_config_secret(local->config, question->user);
	struct tp_aaa_answer answer = {.reason = judge(secret, question)};

	if (answer.reason == TP_AAA_ACCEPT && !verify(question->proof, secret->password, &answer))
		answer.reason = TP_AAA_WRONG_PASSWORD;
	if (answer.reason == TP_AAA_ACCEPT)
		accept(local, secret, question, &answer);
	else
		explain(&answer, secret, question);
	tp_aaa_answer(local->aaa, id, &answer);
}

int tp_aaa_local_add(struct tp_aaa_local *local, struct tp_aaa *aaa)
{
	static const struct tp_aaa_source_ops ops = {.ask = ask};

	local->aaa = aaa;
	return tp_aaa_add(aaa, &ops, local);
}
