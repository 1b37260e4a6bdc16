/* SPDX-License-Identifier: BSD-3-Clause */
/* What the files of this folder share, and nobody else includes: how a protocol sits on the
 * automaton, and what the phases of a link ask of each other.
 *
 * Calls go down: ppp.c (the owner's calls), lcp.c (all that begins and ends with LCP), auth.c with
 * pap.c and chap.c, network.c with ccp.c, ipcp.c and ipv6cp.c,
 * fsm.c, lcp_options.c, link.c. */
#pragma once

#include "base/bytes.h"
#include "ppp/ppp.h"
#include "wire/ppp.h"

#define TP_PPP_FRAME_MAX (TP_PPP_PROTO_LEN + TP_PPP_DEFAULT_MRU)

/* The answer to a Configure-Request, while its options are gone through. It starts as an Ack of
 * all; the first option to be naked makes it a Nak of some, the first to be rejected a Reject of
 * some (RFC 1661 sections 5.2 to 5.4). */
struct tp_ppp_answer {
	struct tp_writer w;
	uint8_t code;
	bool no_naks; /* Max-Failure is reached: reject instead */
	bool failed;  /* the peer insists on what can't be: the protocol comes to nothing */
	/* How long the frame of a Nak or a Reject may be: the peer's MRU. What does not fit is left
	 * for the next round. (LCP's own go by the default, RFC 1661 section 6.1.) */
	size_t most;
};

void tp_ppp_answer_ack(struct tp_ppp_answer *a, const struct tp_ppp_option *option);
void tp_ppp_answer_reject(struct tp_ppp_answer *a, const struct tp_ppp_option *option);
/* Naks OPTION with other DATA (LEN bytes). Rejects it when Max-Failure is reached. */
void tp_ppp_answer_nak(struct tp_ppp_answer *a, const struct tp_ppp_option *option,
		       const void *data, uint8_t len);
void tp_ppp_answer_nak_be16(struct tp_ppp_answer *a, const struct tp_ppp_option *option,
			    uint16_t value);
void tp_ppp_answer_nak_be32(struct tp_ppp_answer *a, const struct tp_ppp_option *option,
			    uint32_t value);

/* A protocol on the automaton. */
struct tp_ppp_protocol {
	uint16_t number;
	struct tp_ppp_fsm *(*fsm)(struct tp_ppp *ppp); /* its automaton */
	bool essential;				       /* the link ends with it */
	bool optional;				       /* packets wait for it: fewer tries */
	/* Our request again, when the peer's first arrives? NULL: no. */
	bool (*resend_on_first)(const struct tp_ppp *ppp);
	/* Negotiation starts afresh: forget what was agreed or refused before. */
	void (*reset)(struct tp_ppp *ppp);
	/* Writes our options: the same ones until an answer changes them. */
	void (*build_request)(const struct tp_ppp *ppp, struct tp_writer *w);
	/* Judges the peer's options, well-formed as a list; takes them over when A is still an Ack.
	 */
	void (*input_request)(struct tp_ppp *ppp, struct tp_reader options,
			      struct tp_ppp_answer *a);
	void (*input_nak)(struct tp_ppp *ppp, const struct tp_ppp_option *option);
	void (*input_reject)(struct tp_ppp *ppp, const struct tp_ppp_option *option);
	/* A code above Code-Reject; false: unknown. */
	bool (*input_code)(struct tp_ppp *ppp, const struct tp_ppp_packet *packet, uint64_t now_ms);
	/* The RFC's This-Layer-Up, -Down, -Finished; the last may be NULL. */
	void (*up)(struct tp_ppp *ppp, uint64_t now_ms);
	void (*down)(struct tp_ppp *ppp, uint64_t now_ms);
	void (*finished)(struct tp_ppp *ppp, uint64_t now_ms);
	/* The peer ended it when it was open, and has its Ack; `finished` follows. TEXT: its words.
	 * NULL: they are of no interest. */
	void (*terminated)(struct tp_ppp *ppp, struct tp_reader text);
	/* Of one that is not essential: the peer won't have it (TP_PPP_PEER_REFUSED), or there is
	 * no agreement. It may still come back, if the peer begins. */
	void (*failed)(struct tp_ppp *ppp, enum tp_ppp_reason reason, uint64_t now_ms);

	/* Of a network protocol, a row of network.c's table; NULL: nothing beyond the automaton.
	 * `fsm` may return NULL: the link does not have it, and none of these is called. */
	uint16_t data; /* the protocol of the packets that it is for */
	/* Of one whose packets are the network's (IPCP is, CCP is not): its bit in tp_ppp.open and
	 * tp_ppp.up, what the owner is told, and what was agreed on, for that event. */
	uint8_t family;
	enum tp_ppp_event_type told_up, told_down;
	void (*agreed)(const struct tp_ppp *ppp, struct tp_ppp_event *event);
	/* A server has accepted the peer. */
	void (*given)(struct tp_ppp *ppp, const struct tp_ppp_auth_result *result);
	/* The network phase begins: opens it, if it is wanted. */
	void (*start)(struct tp_ppp *ppp, uint64_t now_ms);
	/* LCP goes down, and the automaton has been halted. */
	void (*stop)(struct tp_ppp *ppp, uint64_t now_ms);
	/* A deadline beside the restart timer's, and what is due then. Both or neither. */
	uint64_t (*deadline)(const struct tp_ppp *ppp);
	void (*timeout)(struct tp_ppp *ppp, uint64_t now_ms);
	/* TO, in a bundle, gets what FROM has, which is left as one that never began. */
	void (*take)(struct tp_ppp *to, struct tp_ppp *from);
};

#define TP_PPP_FAMILY_IPV4 0x01
#define TP_PPP_FAMILY_IPV6 0x02

extern const struct tp_ppp_protocol tp_ppp_lcp;
extern const struct tp_ppp_protocol tp_ppp_ipcp;
extern const struct tp_ppp_protocol tp_ppp_ipv6cp;
extern const struct tp_ppp_protocol tp_ppp_ccp;

static inline struct tp_ppp_fsm *tp_ppp_fsm_of(struct tp_ppp *ppp, const struct tp_ppp_protocol *p)
{
	return p->fsm(ppp);
}

/* fsm_send.c: the automaton's actions scr (again, as it was), str, sta and scj */
void tp_ppp_fsm_send_request(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms);
void tp_ppp_fsm_send_terminate(struct tp_ppp *ppp, const struct tp_ppp_protocol *p,
			       uint64_t now_ms);
void tp_ppp_fsm_send_terminate_ack(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint8_t id);
void tp_ppp_fsm_send_code_reject(struct tp_ppp *ppp, const struct tp_ppp_protocol *p,
				 struct tp_reader packet);

/* fsm.c: states, and the automaton's actions irc, scr, irc with scr of a negotiation that starts
 * afresh, and tlf */
bool tp_ppp_fsm_negotiates(const struct tp_ppp_fsm *fsm);
void tp_ppp_fsm_enter(struct tp_ppp_fsm *fsm, enum tp_ppp_state state);
void tp_ppp_fsm_irc(struct tp_ppp *ppp, const struct tp_ppp_protocol *p);
void tp_ppp_fsm_scr(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms);
void tp_ppp_fsm_start(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms);
void tp_ppp_fsm_finish(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms);

/* fsm.c: what moves it */
void tp_ppp_fsm_init(struct tp_ppp_fsm *fsm);
void tp_ppp_fsm_open(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms);
void tp_ppp_fsm_up(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms);
void tp_ppp_fsm_close(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms);
/* Down and back to Initial, without This-Layer-Finished. */
void tp_ppp_fsm_halt(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms);
/* Negotiates afresh what is open. */
void tp_ppp_fsm_restart(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms);
void tp_ppp_fsm_timeout(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms);
/* RXJ-: the peer rejected the protocol, or a code that it can't do without. */
void tp_ppp_fsm_rejected(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms);
/* There is no agreement: the link ends, or P alone does. */
void tp_ppp_fsm_fail(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms);

/* fsm_receive.c: what a packet does to it */
void tp_ppp_fsm_input(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, struct tp_reader r,
		      uint64_t now_ms);

/* lcp_options.c: the handlers of LCP's options, and what was agreed on by them */
void tp_ppp_lcp_reset(struct tp_ppp *ppp);
void tp_ppp_lcp_build_request(const struct tp_ppp *ppp, struct tp_writer *w);
void tp_ppp_lcp_input_request(struct tp_ppp *ppp, struct tp_reader options,
			      struct tp_ppp_answer *a);
void tp_ppp_lcp_input_nak(struct tp_ppp *ppp, const struct tp_ppp_option *option);
void tp_ppp_lcp_input_reject(struct tp_ppp *ppp, const struct tp_ppp_option *option);
/* The method agreed on, whichever side demanded it. */
enum tp_ppp_method tp_ppp_lcp_method(const struct tp_ppp *ppp);
/* The most that we send, and that the peer may. */
uint16_t tp_ppp_lcp_mtu(const struct tp_ppp *ppp);
uint16_t tp_ppp_lcp_mru(const struct tp_ppp *ppp);
/* Both sides want MP, and whether fragments to us have short sequence numbers. */
bool tp_ppp_lcp_has_mp(const struct tp_ppp *ppp);
bool tp_ppp_lcp_short_sequence(const struct tp_ppp *ppp);
/* How much data fits into a packet of ours behind its header and BEFORE bytes: no more than the
 * peer's MRU, nor than a frame of ours. */
size_t tp_ppp_lcp_room(const struct tp_ppp *ppp, size_t before);

/* lcp.c */
/* LCP packet R (after the protocol field) is an Echo of our own: we hear ourselves. */
bool tp_ppp_lcp_own_echo(const struct tp_ppp *ppp, struct tp_reader r);
void tp_ppp_lcp_send_echo(struct tp_ppp *ppp);
void tp_ppp_lcp_send_protocol_reject(struct tp_ppp *ppp, const uint8_t *frame, size_t len);
/* The link is dead: TP_PPP_FINISHED is due. A reason noted before stays. */
void tp_ppp_finish(struct tp_ppp *ppp, enum tp_ppp_reason reason, uint64_t now_ms);

/* auth.c: what PAP and CHAP have in common */
enum tp_ppp_auth_state {
	TP_PPP_AUTH_NONE,
	TP_PPP_AUTH_WAIT,     /* server: for a PAP request or a Response; client: for a Challenge */
	TP_PPP_AUTH_PENDING,  /* server: for the owner's decision */
	TP_PPP_AUTH_ANSWERED, /* client: PAP request or Response sent */
	TP_PPP_AUTH_DONE,
};
void tp_ppp_auth_start(struct tp_ppp *ppp, uint64_t now_ms);
void tp_ppp_auth_stop(struct tp_ppp *ppp);
void tp_ppp_auth_timeout(struct tp_ppp *ppp, uint64_t now_ms);
/* Server: the question SERIAL stands; and the owner's decision on it. */
bool tp_ppp_auth_awaits(const struct tp_ppp *ppp, uint32_t serial);
void tp_ppp_auth_decide(struct tp_ppp *ppp, const struct tp_ppp_auth_result *result,
			uint64_t now_ms);
/* Server: asks the owner; fills what PAP and CHAP have in common. NAME is the peer's. */
void tp_ppp_auth_ask(struct tp_ppp *ppp, struct tp_ppp_auth_request *request, struct tp_reader name,
		     uint64_t now_ms);
/* Client: the server's verdict, with its words. */
void tp_ppp_auth_passed(struct tp_ppp *ppp, struct tp_reader message, uint64_t now_ms);
void tp_ppp_auth_refused(struct tp_ppp *ppp, struct tp_reader message);
/* Starts the resend timer for a try; false: no tries are left, and the link ends. */
bool tp_ppp_auth_try(struct tp_ppp *ppp, uint64_t now_ms);

/* pap.c */
void tp_ppp_pap_input(struct tp_ppp *ppp, const struct tp_ppp_packet *packet, uint64_t now_ms);
void tp_ppp_pap_send_request(struct tp_ppp *ppp);
void tp_ppp_pap_send_verdict(struct tp_ppp *ppp, bool accept, const char *message);

/* chap.c */
void tp_ppp_chap_input(struct tp_ppp *ppp, const struct tp_ppp_packet *packet, uint64_t now_ms);
void tp_ppp_chap_new_challenge(struct tp_ppp *ppp);
void tp_ppp_chap_send_challenge(struct tp_ppp *ppp);
void tp_ppp_chap_send_response(struct tp_ppp *ppp);
void tp_ppp_chap_send_success(struct tp_ppp *ppp, const char *message);
void tp_ppp_chap_send_failure(struct tp_ppp *ppp, uint16_t error, const char *message);

/* ccp.c */
/* The time for CCP to come to something is over. */
void tp_ppp_ccp_timeout(struct tp_ppp *ppp, uint64_t now_ms);
/* Is it known whether packets are encrypted? */
bool tp_ppp_ccp_is_settled(const struct tp_ppp *ppp);
/* Keys out of the authentication that was passed; NULL: none, or no more. */
void tp_ppp_ccp_set_keys(struct tp_ppp *ppp, const struct tp_mppe_keys *keys);

/* tp_ppp_decryption_lost(), of a link that decrypts. */
void tp_ppp_ccp_lost(struct tp_ppp *ppp, enum tp_mppe_need need, uint64_t now_ms);

/* network.c: the network phase, and its protocols, of which nobody else names one */
void tp_ppp_network_init(struct tp_ppp *ppp);
void tp_ppp_start_network(struct tp_ppp *ppp, uint64_t now_ms);
/* A frame of PROTOCOL, R behind the protocol field. False: there is no such protocol here. */
bool tp_ppp_network_input(struct tp_ppp *ppp, uint16_t protocol, struct tp_reader r,
			  uint64_t now_ms);
/* The peer has rejected PROTOCOL, which may be none of these. */
void tp_ppp_network_rejected(struct tp_ppp *ppp, uint16_t protocol, uint64_t now_ms);
void tp_ppp_network_tick(struct tp_ppp *ppp, uint64_t now_ms);
uint64_t tp_ppp_network_deadline(const struct tp_ppp *ppp);
/* LCP goes down, and they with it. */
void tp_ppp_network_halt(struct tp_ppp *ppp, uint64_t now_ms);
/* A server has accepted the peer. */
void tp_ppp_network_given(struct tp_ppp *ppp, const struct tp_ppp_auth_result *result);
/* P, which has a family, is open, or is so no more. */
void tp_ppp_network_opened(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms);
void tp_ppp_network_closed(struct tp_ppp *ppp, const struct tp_ppp_protocol *p, uint64_t now_ms);
/* P, which has a family, has come to nothing: the link ends, if nothing else is up or under way. */
/* P comes to nothing, which is told once; of LCP and CCP it is not. */
void tp_ppp_network_refused(struct tp_ppp *ppp, const struct tp_ppp_protocol *p,
			    enum tp_ppp_reason reason);
void tp_ppp_network_failed(struct tp_ppp *ppp, const struct tp_ppp_protocol *p,
			   enum tp_ppp_reason reason);
/* One of them or CCP has come to something: tells when packets may flow, and when no more. */
void tp_ppp_network_check(struct tp_ppp *ppp, uint64_t now_ms);

/* link.c */
/* Ends W's packet and sends it; nothing goes out once the end of the link is decided. */
void tp_ppp_send(struct tp_ppp *ppp, struct tp_writer *w);
void tp_ppp_emit(struct tp_ppp *ppp, const struct tp_ppp_event *event);
/* The link can't go on: it is closed as soon as the outermost call is about to return. */
void tp_ppp_fail(struct tp_ppp *ppp, enum tp_ppp_reason reason);
/* Remembers why, unless a reason is known already. */
void tp_ppp_note_reason(struct tp_ppp *ppp, enum tp_ppp_reason reason);
/* Remembers the peer's words for TP_PPP_FINISHED. */
void tp_ppp_note_text(struct tp_ppp *ppp, struct tp_reader text);
