/* SPDX-License-Identifier: BSD-3-Clause */
/* The words for reasons, states and events. */
#include "session/engine.h"

static const struct {
	const char *name, *text;
} end_reasons[TP_END_REASONS] = {
	[TP_END_PEER_PADT] = {"peer-padt", "the client sent a PADT"},
	[TP_END_PEER_TERMINATE] = {"peer-terminate", "the client hung up"},
	[TP_END_KEEPALIVE] = {"keepalive", "the client did not answer keepalives"},
	[TP_END_SESSION_TIMEOUT] = {"session-timeout", "session-timeout is over"},
	[TP_END_IDLE_TIMEOUT] = {"idle-timeout", "no traffic for idle-timeout"},
	[TP_END_LIMIT_BYTES] = {"limit-bytes", "limit-bytes-in or limit-bytes-out is used up"},
	[TP_END_ADMIN] = {"admin", "disconnected by an operator"},
	[TP_END_CONFIG] = {"config", "its server, secret or interface was removed or disabled"},
	[TP_END_REPLACED_HOST] =
		{"replaced-host",
		 "the host dialled in again, and one-session-per-host is set or there "
		 "was no room for both"},
	[TP_END_REPLACED_USER] = {"replaced-user",
				  "the user dialled in again, and may have one session only"},
	[TP_END_AUTH_FAILED] = {"auth-failed", "authentication failed"},
	[TP_END_AUTH_TIMEOUT] = {"auth-timeout", "the client did not authenticate itself in time"},
	[TP_END_LCP_FAILED] = {"lcp-failed", "LCP came to no agreement"},
	[TP_END_IPCP_FAILED] = {"ipcp-failed", "no network protocol came to an agreement"},
	[TP_END_NO_ADDRESS] = {"no-address", "no address or route could be given to it"},
	[TP_END_NO_ENCRYPTION] = {"no-encryption",
				  "its profile requires encryption, and the client has none"},
	[TP_END_NO_IPV6] = {"no-ipv6", "its profile requires IPv6, and the client has none"},
	[TP_END_LOOPBACK] = {"loopback", "the line is looped back"},
	[TP_END_RESOURCES] = {"resources", "no room or memory for it"},
	[TP_END_GAVE_WAY] = {"gave-way", "too many sessions were half-open, and it was of the "
					 "greediest place"},
	[TP_END_DRAIN] = {"drain",
			  "the access concentrator is drained: it is to dial in elsewhere"},
	[TP_END_SHUTDOWN] = {"shutdown", "the access concentrator shuts down"},
};

const char *tp_end_reason_name(enum tp_end_reason reason)
{
	return reason < TP_END_REASONS ? end_reasons[reason].name : "unknown";
}

const char *tp_end_reason_text(enum tp_end_reason reason)
{
	return reason < TP_END_REASONS ? end_reasons[reason].text : "unknown";
}

const char *tp_session_state_text(enum tp_session_state state)
{
	static const char *const texts[TP_SESSION_STATES] = {
		[TP_SESSION_LCP] = "dialing",
		[TP_SESSION_AUTHENTICATING] = "verifying password...",
		[TP_SESSION_NETWORK] = "getting address...",
		[TP_SESSION_UP] = "connected",
		[TP_SESSION_ENDING] = "terminating...",
		[TP_SESSION_CLOSED] = "disconnected",
	};

	return state < TP_SESSION_STATES ? texts[state] : "unknown";
}

const char *tp_ac_event_name(enum tp_ac_event_kind kind)
{
	static const char *const names[TP_AC_EVENT_KINDS] = {
		[TP_AC_SESSION_STARTED] = "session-started",
		[TP_AC_SESSION_RESTORED] = "session-restored",
		[TP_AC_SESSION_UP] = "session-up",
		[TP_AC_SESSION_DOWN] = "session-down",
		[TP_AC_SESSION_CHANGED] = "session-changed",
		[TP_AC_SESSION_ENDED] = "session-ended",
		[TP_AC_LINK_UP] = "link-up",
		[TP_AC_LINK_DOWN] = "link-down",
		[TP_AC_LOGIN_LOCKED] = "login-locked",
		[TP_AC_AUTH_FAILED] = "auth-failed",
		[TP_AC_NO_ADDRESS] = "no-address",
		[TP_AC_NO_ENCRYPTION] = "no-encryption",
		[TP_AC_GAVE_WAY] = "gave-way",
		[TP_AC_DISCOVERY_REFUSED] = "discovery-refused",
		[TP_AC_SUBSCRIBER_CHANGED] = "subscriber-changed",
		[TP_AC_IPV4_REFUSED] = "ipv4-refused",
		[TP_AC_IPV6_REFUSED] = "ipv6-refused",
	};

	return kind < TP_AC_EVENT_KINDS ? names[kind] : "unknown";
}

const char *tp_auth_failure_name(enum tp_auth_failure failure)
{
	static const char *const names[TP_AUTH_FAILURES] = {
		[TP_AUTH_FAIL_NO_SECRET] = "no-secret",
		[TP_AUTH_FAIL_DISABLED] = "disabled",
		[TP_AUTH_FAIL_SERVICE] = "service-mismatch",
		[TP_AUTH_FAIL_CALLER] = "caller-mismatch",
		[TP_AUTH_FAIL_PASSWORD] = "wrong-password",
		[TP_AUTH_FAIL_REJECTED] = "rejected",
		[TP_AUTH_FAIL_NO_ANSWER] = "no-answer",
		[TP_AUTH_FAIL_UNUSABLE] = "unusable-attribute",
		[TP_AUTH_FAIL_NAME_CHANGED] = "name-changed",
		[TP_AUTH_FAIL_LOCKED] = "locked",
		[TP_AUTH_FAIL_NO_METHOD] = "no-method",
		[TP_AUTH_FAIL_TIMEOUT] = "timeout",
	};

	return failure < TP_AUTH_FAILURES ? names[failure] : "unknown";
}
