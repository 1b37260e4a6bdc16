/* SPDX-License-Identifier: BSD-3-Clause */
/* The reasons for which subscribers are not there, and for each what to try. Every reason that the
 * access concentrator gives has its row; a test looks for one that has none. */
#include <string.h>

#include "history/history.h"

/* clang-format off */
static const char *const discovery[TP_PPPOE_REASON_COUNT] = {
	[TP_PPPOE_MALFORMED_HEADER] = "the client, or something on the way, sends broken PPPoE: look at it with /tool sniffer",
	[TP_PPPOE_MALFORMED_TAG] = "the client, or something on the way, sends broken PPPoE: look at it with /tool sniffer",
	[TP_PPPOE_UNKNOWN_CODE] = "the client sends what PPPoE does not have: look at it with /tool sniffer",
	[TP_PPPOE_UNEXPECTED_CODE] = "another access concentrator, or a loop, is on this VLAN: look for who sends PADO and PADS there",
	[TP_PPPOE_BAD_SESSION_ID] = "the client's PPPoE is wrong: update it",
	[TP_PPPOE_BAD_SOURCE] = "the frame's source is a group address, zero or our own: look for a loop, or for a MAC address set by hand",
	[TP_PPPOE_NOT_BROADCAST] = "the client's PADI must be a broadcast: update the client",
	[TP_PPPOE_WRONG_DESTINATION] = "it talks to another access concentrator's address: look whether one is on this VLAN",
	[TP_PPPOE_NO_SERVERS] = "enable a server on this interface in /interface pppoe-server server, or bring him to the right VLAN",
	[TP_PPPOE_MAC_REJECTED] = "look at /interface pppoe-server mac-filter: change or remove the entry that fits his MAC address",
	[TP_PPPOE_SERVICE_NAME_COUNT] = "the client's PPPoE is wrong: a request has exactly one Service-Name",
	[TP_PPPOE_UNKNOWN_SERVICE] = "clear the service name in the client, or set the server's service-name to it",
	[TP_PPPOE_PADO_WITHHELD] = "the server is told to be silent at this load: look at its pado-delay, or at the other access concentrator that should answer",
	[TP_PPPOE_NO_COOKIE] = "the client does not return the AC-Cookie, or the request is forged: update the client",
	[TP_PPPOE_STALE_COOKIE] = "he answered an offer that is over a minute old: look for delay on the way, or wait for his next try",
	[TP_PPPOE_BAD_COOKIE] = "the offer that he answers was another's, for another VLAN, or of before a restart: his next try should be right; if not, look for a loop",
	[TP_PPPOE_REPLY_TOO_LONG] = "the client sends more tags than fit into a reply: look at it with /tool sniffer",
	[TP_PPPOE_OWNER_REFUSED] = "raise the limit that is named: max-sessions of the server, or of /dataplane",
	[TP_PPPOE_PEER_ERROR] = "the client itself reports an error: see its words, and its log",
	[TP_PPPOE_NO_REQUEST] = "the PADO does not reach the client, or it has chosen another access concentrator: look for another in its VLAN, and capture him with /tool sniffer",
	[TP_PPPOE_TAG_TOO_LONG] = "the client sends a tag that is longer than any should be: update it",
};

static const char *const login[TP_AUTH_FAILURES] = {
	[TP_AUTH_FAIL_NO_SECRET] = "compare the name in the client with /ppp secret, letter by letter; with RADIUS, see that /ppp aaa use-radius is yes",
	[TP_AUTH_FAIL_DISABLED] = "enable the secret: /ppp secret enable NAME",
	[TP_AUTH_FAIL_SERVICE] = "the secret is for another service: set its service to any or pppoe",
	[TP_AUTH_FAIL_CALLER] = "he dials from another MAC address or line than the secret's caller-id says: change it if he has a new router",
	[TP_AUTH_FAIL_PASSWORD] = "set the password anew on both sides: /ppp secret set NAME password=…",
	[TP_AUTH_FAIL_REJECTED] = "ask the RADIUS server why: its log has the reason for this user",
	[TP_AUTH_FAIL_NO_ANSWER] = "see which RADIUS server is dead: /radius print, then its address, its secret and the way to it",
	[TP_AUTH_FAIL_UNUSABLE] = "the RADIUS server gives an attribute that can't be had: correct the one that is named",
	[TP_AUTH_FAIL_NAME_CHANGED] = "the client changed its name within a session: look for two sets of credentials in it",
	[TP_AUTH_FAIL_LOCKED] = "correct the password in the client, then /ppp locked remove NAME, or wait",
	[TP_AUTH_FAIL_NO_METHOD] = "allow one more method in the server's authentication, or in the client",
	[TP_AUTH_FAIL_TIMEOUT] = "the client does not say who it is: see that it has a name and a password, and that frames reach it",
};

static const char *const end[TP_END_REASONS] = {
	[TP_END_PEER_PADT] = "he, or his router, hung up: nothing is wrong here if he means to be away",
	[TP_END_PEER_TERMINATE] = "he, or his router, hung up: nothing is wrong here if he means to be away",
	[TP_END_KEEPALIVE] = "his line or his router is dead: look at the access node's port, then at power and cables",
	[TP_END_SESSION_TIMEOUT] = "his time was over: he may dial again; session-timeout of the profile or RADIUS says how long",
	[TP_END_IDLE_TIMEOUT] = "he was idle: he may dial again; idle-timeout of the profile or RADIUS says how long",
	[TP_END_LIMIT_BYTES] = "his volume is used up: limit-bytes-in and limit-bytes-out of his secret, or RADIUS's",
	[TP_END_ADMIN] = "an operator or a RADIUS server disconnected him: the log says who; he may dial again",
	[TP_END_CONFIG] = "his server, secret or interface was removed or disabled: look at /system history",
	[TP_END_REPLACED_HOST] = "he dialled again from the same host: look at the session that came after",
	[TP_END_REPLACED_USER] = "his name dialled in from elsewhere: if that is not he, give him another password; only-one of the profile lets both in",
	[TP_END_AUTH_FAILED] = "set name and password anew on both sides",
	[TP_END_AUTH_TIMEOUT] = "the client does not say who it is: see that it has a name and a password, and that frames reach it",
	[TP_END_LCP_FAILED] = "frames get lost on one way, or the client insists on something: capture him with /tool sniffer, try another MTU",
	[TP_END_IPCP_FAILED] = "the client refuses its address, or wants one that it can't have: set it to obtain one automatically",
	[TP_END_NO_ADDRESS] = "see /ip pool print for a pool that is full, and /ip pool used print for who has the address",
	[TP_END_NO_ENCRYPTION] = "set use-encryption of the profile to yes instead of required, or switch MPPE on in the client",
	[TP_END_NO_IPV6] = "set use-ipv6 of the profile to yes instead of required, or switch IPv6 on in the client",
	[TP_END_LOOPBACK] = "the line sends our frames back: look for a loop at the access node or in his house",
	[TP_END_RESOURCES] = "the router has no room or memory for him: raise max-sessions or memory of /dataplane",
	[TP_END_GAVE_WAY] = "more dial than half-open-limit of the port allows: look for a storm in his VLAN",
	[TP_END_SHUTDOWN] = "the access concentrator was shut down: he dials again when it is back",
	[TP_END_DRAIN] = "this box, his server or port is taken out of service (/system drain): he is to dial in elsewhere",
};

static const char *const event[TP_AC_EVENT_KINDS] = {
	[TP_AC_SESSION_DOWN] = "if it does not come up again within seconds, look at what follows",
	[TP_AC_LINK_DOWN] = "one line of his bundle is down: look at that line",
	[TP_AC_LOGIN_LOCKED] = "correct the password in the client, then /ppp locked remove NAME, or wait",
	[TP_AC_NO_ADDRESS] = "see /ip pool print or /ipv6 pool print for a pool that is full, and its used print for who has the address",
	[TP_AC_NO_ENCRYPTION] = "set use-encryption of the profile to yes instead of required, or switch MPPE on in the client",
	[TP_AC_GAVE_WAY] = "more dial than half-open-limit of the port allows: look for a storm in his VLAN",
	[TP_AC_IPV4_REFUSED] = "set the client to obtain its address automatically, and to use IPv4; or give it the one that it wants by remote-address of its secret",
	[TP_AC_IPV6_REFUSED] = "switch IPv6 on in the client, if he is to have it; with use-ipv6=no of the profile it is not offered",
};

/* clang-format on */

static const char *discovery_word(unsigned code)
{
	return tp_pppoe_reason_name((enum tp_pppoe_reason)code);
}

static const char *login_word(unsigned code)
{
	return tp_auth_failure_name((enum tp_auth_failure)code);
}

static const char *end_word(unsigned code)
{
	return tp_end_reason_name((enum tp_end_reason)code);
}

static const char *event_word(unsigned code)
{
	return tp_ac_event_name((enum tp_ac_event_kind)code);
}

static const struct {
	const char *name;
	const char *const *advice;
	const char *(*word)(unsigned code);
	unsigned codes;
} kinds[TP_HISTORY_KINDS] = {
	[TP_HISTORY_DISCOVERY] = {"discovery", discovery, discovery_word, TP_PPPOE_REASON_COUNT},
	[TP_HISTORY_LOGIN] = {"login", login, login_word, TP_AUTH_FAILURES},
	[TP_HISTORY_END] = {"end", end, end_word, TP_END_REASONS},
	[TP_HISTORY_EVENT] = {"event", event, event_word, TP_AC_EVENT_KINDS},
};

const char *tp_history_word(enum tp_history_kind kind, unsigned code)
{
	return kinds[kind].word(code);
}

int tp_history_code(enum tp_history_kind kind, const char *word)
{
	for (unsigned i = 0; i < kinds[kind].codes; i++)
		if (strcmp(kinds[kind].word(i), word) == 0)
			return (int)i;
	return -1;
}

const char *tp_history_kind_name(enum tp_history_kind kind)
{
	return kinds[kind].name;
}

unsigned tp_history_codes(enum tp_history_kind kind)
{
	return kinds[kind].codes;
}

const char *tp_history_advice(enum tp_history_kind kind, unsigned code)
{
	return code < kinds[kind].codes ? kinds[kind].advice[code] : NULL;
}
