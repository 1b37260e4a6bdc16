/* SPDX-License-Identifier: BSD-3-Clause */
/* Words for people, and the defaults. */
#include <stdio.h>

#include "ppp/engine.h"

const char *tp_ppp_reason_name(enum tp_ppp_reason reason)
{
	static const char *const names[TP_PPP_REASONS] = {
		[TP_PPP_NO_REASON] = "no reason",
		[TP_PPP_BY_OWNER] = "closed",
		[TP_PPP_BY_PEER] = "terminated by the peer",
		[TP_PPP_LOWER_LAYER] = "lower layer down",
		[TP_PPP_NO_ANSWER] = "LCP: no answer",
		[TP_PPP_NO_AGREEMENT] = "negotiation did not converge",
		[TP_PPP_LOOPED_BACK] = "link is looped back",
		[TP_PPP_PEER_REFUSED] = "protocol refused by the peer",
		[TP_PPP_NO_METHOD] = "no common authentication method",
		[TP_PPP_AUTH_FAILED] = "authentication failed",
		[TP_PPP_AUTH_TIMEOUT] = "authentication timed out",
		[TP_PPP_PEER_NOT_GENUINE] = "wrong authenticator response",
		[TP_PPP_NO_ENCRYPTION] = "encryption is required",
		[TP_PPP_NO_NETWORK] = "no network protocol",
		[TP_PPP_KEEPALIVE] = "keepalive timeout",
		[TP_PPP_SESSION_TIMEOUT] = "session timeout",
		[TP_PPP_IDLE_TIMEOUT] = "idle timeout",
		[TP_PPP_DISCONNECTED] = "disconnected by operator",
		[TP_PPP_REPLACED] = "replaced by a new session",
		[TP_PPP_SHUTDOWN] = "shutting down",
	};

	return (unsigned)reason < TP_PPP_REASONS ? names[reason] : names[TP_PPP_NO_REASON];
}

static const char *const method_names[] = {
	[TP_PPP_NO_AUTH] = "none",    [TP_PPP_PAP] = "pap",	    [TP_PPP_CHAP] = "chap",
	[TP_PPP_MSCHAP1] = "mschap1", [TP_PPP_MSCHAP2] = "mschap2",
};

const char *tp_ppp_method_name(enum tp_ppp_method method)
{
	return (unsigned)method <= TP_PPP_METHODS ? method_names[method]
						  : method_names[TP_PPP_NO_AUTH];
}

enum tp_ppp_method tp_ppp_method_find(const char *name)
{
	for (int m = TP_PPP_PAP; m <= TP_PPP_METHODS; m++) {
		if (strcmp(name, method_names[m]) == 0)
			return (enum tp_ppp_method)m;
	}
	return TP_PPP_NO_AUTH;
}

static void encoding(const struct tp_mppe_terms *terms, char *text, size_t size)
{
	if (terms->bits == 0)
		snprintf(text, size, "none");
	else
		snprintf(text, size, "MPPE%u %s", terms->bits,
			 terms->stateless ? "stateless" : "stateful");
}

const char *tp_ppp_encoding(const struct tp_ppp_encryption *encryption,
			    char text[TP_PPP_ENCODING_LEN])
{
	char in[TP_PPP_ENCODING_LEN / 2], out[TP_PPP_ENCODING_LEN / 2];

	text[0] = '\0';
	if (encryption == NULL)
		return text;
	encoding(&encryption->receive, in, sizeof(in));
	encoding(&encryption->send, out, sizeof(out));
	if (strcmp(in, out) == 0)
		snprintf(text, TP_PPP_ENCODING_LEN, "%s", in);
	else
		snprintf(text, TP_PPP_ENCODING_LEN, "%s/%s", in, out);
	return text;
}

void tp_ppp_config_init(struct tp_ppp_config *config, enum tp_ppp_role role)
{
	*config = (struct tp_ppp_config){
		.role = role,
		.ipcp = true,
		.mru = 1480,
		.max_mtu = 1480,
		.peer_mru_min = TP_PPP_MRU_MIN,
		.peer_mru_max = 1492, /* RFC 2516 section 7 */
		.methods = {TP_PPP_MSCHAP2, TP_PPP_MSCHAP1, TP_PPP_CHAP, TP_PPP_PAP},
		.method_count = TP_PPP_METHODS,
		.name = "",
		.restart_ms = 3000, /* RFC 1661 section 4.6 */
		.max_configure = 10,
		.max_terminate = 2,
		.max_failure = 5,
		.decision_ms = 60000,
		.setup_ms = 120000,
		.network_ms = 60000,
	};
}
