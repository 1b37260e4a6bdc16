/* SPDX-License-Identifier: BSD-3-Clause */
/* PPPoE discovery as the access concentrator (RFC 2516, section 5).
 *
 * One struct tp_pppoe_ac serves every access interface: nothing is kept for a client before its
 * PADR has proven, by an AC-Cookie, that it receives what we send (RFC 2516, section 9). What
 * belongs to one access interface comes with each packet, in a struct tp_pppoe_access that the
 * owner keeps as it likes: one for a port, a VLAN, or shared by a thousand VLANs.
 *
 * Service names. A PADI that names a service is answered when an enabled server has exactly that
 * name, with that name alone. An empty one is answered once, with the names of all enabled
 * servers in the order given, and last the empty name that RFC 2516, 5.2 wants repeated. A server
 * whose own name is "" (RouterOS's default) is for clients that name none; it does not answer for
 * names that it does not have. One that is named_only is passed over where none is named. A PADR
 * with an empty name gets the server named "" if there is one, else the first enabled. The PADS
 * repeats the PADR's Service-Name as it was, not the server's name: hosts compare the two.
 *
 * Thread: all functions only on the thread that owns the object (control). No I/O, no clock;
 * callbacks are made from within tp_pppoe_ac_input(), and may call neither it nor destroy. */
#pragma once

#include "base/random.h"
#include "pppoe/pppoe.h"

struct tp_pppoe_ac;

#define TP_PPPOE_PADO_NEVER UINT16_MAX

/* One server (`/interface pppoe-server server`) of an access interface. */
struct tp_pppoe_service {
	const char *name; /* service-name; "" for clients that name none */
	void *server;	  /* the owner's object; given back in the request */
	bool disabled;
	bool named_only;	/* not for clients that name none, nor shown to them */
	uint16_t pado_delay_ms; /* offers wait so long; TP_PPPOE_PADO_NEVER: there are none */
	uint16_t max_payload;	/* the largest PPP payload that server and port can carry; over
				   1492, RFC 4638 is offered */
};

/* What an access interface offers. The owner's memory; not kept beyond the call. */
struct tp_pppoe_access {
	struct tp_mac mac;			 /* ours on this interface */
	const struct tp_pppoe_service *services; /* may be NULL when SERVICE_COUNT is 0 */
	unsigned service_count;
	bool rejected; /* this client is not to be served: its PADIs are not answered, its PADRs
			  with a Generic-Error */
};

/* A PADR whose cookie, service and addresses are right. Points into the packet. */
struct tp_pppoe_request {
	const struct tp_pppoe_packet *packet; /* source MAC, port, VLANs */
	const struct tp_pppoe_access *access;
	const struct tp_pppoe_service *service;
	/* The same for each retransmission of one PADR, and different for all others: a keyed
	 * digest over MAC, port, VLANs, Service-Name, Host-Uniq and AC-Cookie. An owner keeps it
	 * with the session, and finds by it the session that the client has already got. Never 0.
	 */
	uint64_t fingerprint;
	uint16_t max_payload; /* RFC 4638: the smaller of what client and server can do; 1492
				 when the client did not ask or the server does not offer */
	const struct tp_pppoe_tags *tags; /* all else that the client sent: TR-101 line tags */
};

enum tp_pppoe_verdict {
	TP_PPPOE_GRANT,		/* PADS with grant.session_id */
	TP_PPPOE_REFUSE_SYSTEM, /* PADS with id 0 and AC-System-Error: full, max-sessions, … */
	TP_PPPOE_REFUSE_OTHER,	/* PADS with id 0 and Generic-Error: this client, for its own
				   sake */
	TP_PPPOE_REFUSE_SILENT, /* no reply: a limit on attempts, draining, … */
};

struct tp_pppoe_grant {
	uint16_t session_id; /* 1 … 0xfffe */
	/* Why not, for the error tag and the log: one sentence, "" for none. */
	char text[128];
};

struct tp_pppoe_ac_callbacks {
	/* Sends PACKET, now or delay_ms later; its bytes are gone after the call. */
	void (*send)(void *ctx, const struct tp_pppoe_packet *packet);

	/* A client asks for a session. A retransmission (REQUEST->fingerprint seen before, its
	 * session still there) must be granted the same session id again, not a second session
	 * (RFC 2516 has PADRs repeated when the PADS is late or lost). When it grants, the PADS
	 * is sent right after the return: send LCP packets from later calls, not from here. */
	enum tp_pppoe_verdict (*open)(void *ctx, const struct tp_pppoe_request *request,
				      struct tp_pppoe_grant *grant, uint64_t now_ms);

	/* The PADS for REQUEST has been sent: PPP may start. May be NULL. */
	void (*opened)(void *ctx, const struct tp_pppoe_request *request, uint16_t session_id,
		       uint64_t now_ms);

	/* A PADT for SESSION_ID came from PACKET->src (RFC 2516, 5.5). The owner must check that
	 * the session is of this MAC, port and VLANs. TEXT: of its error tag, or "". */
	void (*terminated)(void *ctx, const struct tp_pppoe_packet *packet, uint16_t session_id,
			   const char *text, uint64_t now_ms);

	/* PACKET was refused, and counted. TEXT: a detail for the log (a service-name, the
	 * owner's own sentence), or "". May be NULL. */
	void (*refused)(void *ctx, const struct tp_pppoe_packet *packet,
			enum tp_pppoe_reason reason, const char *text, uint64_t now_ms);
};

struct tp_pppoe_ac_stats {
	uint64_t padi_received;
	uint64_t pado_sent;
	uint64_t padr_received;
	uint64_t pads_sent;	  /* with a session */
	uint64_t pads_error_sent; /* without */
	uint64_t padt_received;
	uint64_t refused[TP_PPPOE_REASON_COUNT]; /* one for each refused packet */
};

/* How long a cookie stays good: at least once, at most twice this. */
#define TP_PPPOE_COOKIE_LIFETIME_MS 60000

/* A new access concentrator named AC_NAME (`/system identity`; copied, cut to
 * TP_PPPOE_NAME_MAX - 1 bytes). CALLBACKS are copied; RANDOM must outlive it, and should be the
 * kernel's, since cookie keys are taken from it. NULL when memory is short. */
struct tp_pppoe_ac *tp_pppoe_ac_create(const char *ac_name,
				       const struct tp_pppoe_ac_callbacks *callbacks, void *ctx,
				       struct tp_random *random, uint64_t now_ms);
void tp_pppoe_ac_destroy(struct tp_pppoe_ac *ac);

/* From now on PADOs carry AC_NAME. */
void tp_pppoe_ac_set_name(struct tp_pppoe_ac *ac, const char *ac_name);

/* Takes one packet of type 0x8863 that arrived on an interface which offers ACCESS. Whatever it
 * holds, it ends in one of: a reply sent, a callback made, or one more in stats.refused[]. */
void tp_pppoe_ac_input(struct tp_pppoe_ac *ac, const struct tp_pppoe_access *access,
		       const struct tp_pppoe_packet *packet, uint64_t now_ms);

const struct tp_pppoe_ac_stats *tp_pppoe_ac_stats(const struct tp_pppoe_ac *ac);
