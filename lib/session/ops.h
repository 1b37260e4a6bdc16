/* SPDX-License-Identifier: BSD-3-Clause */
/* What the engine tells and asks of the outside: frames, orders to the data plane, events. */
#pragma once

#include "base/log.h"
#include "pppoe/pppoe.h"
#include "session/counters.h"
#include "session/info.h"

enum tp_ac_event_kind {
	TP_AC_SESSION_STARTED,	/* PADS sent */
	TP_AC_SESSION_RESTORED, /* it goes on after a restart of the daemon; its state tells how */
	TP_AC_SESSION_UP,	/* packets flow; also when a renegotiation has brought it back */
	TP_AC_SESSION_DOWN,	/* the client renegotiates: packets do not flow meanwhile */
	TP_AC_SESSION_CHANGED, /* up, with other families or prefixes than before, or a link less */
	TP_AC_SESSION_ENDED,   /* with .reason; exactly one for each STARTED or RESTORED */
	TP_AC_LINK_UP,	       /* the line has joined a bundle */
	TP_AC_LINK_DOWN,       /* a bundle's session has lost its own link, others go on */
	TP_AC_LOGIN_LOCKED,    /* of the user, or with "" of the place as such */
	TP_AC_AUTH_FAILED,     /* the text names the user and why */
	TP_AC_NO_ADDRESS,      /* a pool is exhausted, a fixed address is in use, … */
	TP_AC_NO_ENCRYPTION,   /* it is required, and there is none */
	TP_AC_GAVE_WAY,	       /* too many half-open sessions; rate-limited likewise */
	TP_AC_DISCOVERY_REFUSED,  /* a PADI, PADR or PADT; rate-limited, the counters have all */
	TP_AC_SUBSCRIBER_CHANGED, /* what it gets has changed while it is up; quiet */
	TP_AC_IPV4_REFUSED,	  /* IPCP came to nothing, which may be the end; quiet */
	TP_AC_IPV6_REFUSED,	  /* the same of IPV6CP, which a client need not have; quiet */
	TP_AC_EVENT_KINDS,
};

/* "session-up", …: a word for the event stream. Any thread. */
const char *tp_ac_event_name(enum tp_ac_event_kind kind);

/* What it points to holds during the call. */
struct tp_ac_event {
	enum tp_ac_event_kind kind;
	enum tp_log_level level;
	uint64_t now_ms;
	const struct tp_line *line;	    /* NULL: there is none */
	const struct tp_session_info *info; /* of LINE, as it is now; NULL: there is none */
	struct tp_access access;
	struct tp_mac mac;	      /* the client's */
	const char *user;	      /* "": not known */
	enum tp_end_reason reason;    /* TP_AC_SESSION_ENDED */
	enum tp_auth_failure failure; /* TP_AC_AUTH_FAILED */
	const char *detail; /* what follows who it was; TP_AC_DISCOVERY_REFUSED: all of it */
	bool quiet;	    /* for what is remembered of subscribers: no log, no listener */
};

#define TP_AC_EVENT_TEXT 2048

/* The whole of EVENT as one line, for a log: who it was, and its detail. Made for those who ask, as
 * hardly anybody reads what a city does. */
char *tp_ac_event_text(const struct tp_ac_event *event, char text[TP_AC_EVENT_TEXT]);

/* A packet of discovery was refused, whether that is told as an event or not. */
struct tp_ac_refusal {
	struct tp_access access;
	struct tp_mac mac;
	const char *packet; /* "PADI", "PADR", …; a static string. "PADO": the host did not go on */
	enum tp_pppoe_reason reason;
	const char *detail; /* a service-name, the sentence of a limit; of a peer's bytes */
};

/* What the outside does for the engine. USER is handed through. None may call the engine back,
 * but what is const. */
struct tp_ac_ops {
	/* Sends one frame: PAYLOAD is what follows the Ethernet type. It is copied or sent
	 * before the call returns. */
	void (*output)(void *user, const struct tp_access *to, const struct tp_mac *dst,
		       uint16_t ethertype, const uint8_t *payload, size_t len);
	/* Sends an IPv6 packet to the subscriber of S, by whichever line, and as all that is sent
	 * to it: in MP, encrypted. S is up with IPv6. */
	void (*send_ipv6)(void *user, const struct tp_session *s, const uint8_t *packet,
			  size_t len);
	/* The data plane's side of a line: open, up (or changed), down, close. With one that began
	 * it a session is up; one that has joined a bundle (bundle_id) is up as a link of that.
	 * After close() the outside calls tp_ac_slot_released() when no worker can see it any more.
	 * open() and up() return 0 or a negative errno; then nothing has changed, and there will
	 * be no close() for an open() that failed. down() is only called after an up(). */
	int (*open)(void *user, const struct tp_line *line);
	int (*up)(void *user, const struct tp_line *line);
	void (*down)(void *user, const struct tp_line *line);
	void (*close)(void *user, const struct tp_line *line);
	/* A session that is up goes on by the links of its bundle, without the line that it began
	 * with, whose session id is nobody's when that is gone (line_gone). */
	void (*unlink)(void *user, const struct tp_session *s);
	/* The subscriber could not decrypt: what is sent to it starts afresh. */
	void (*flush)(void *user, const struct tp_session *s);
	/* Milliseconds since the last packet was forwarded for it, for idle-timeout. */
	uint64_t (*idle_ms)(void *user, const struct tp_session *s);
	/* Bytes forwarded for it since open(), from and to the subscriber, for limit-bytes-in and
	 * limit-bytes-out. */
	void (*bytes)(void *user, const struct tp_session *s, uint64_t *in, uint64_t *out);
	/* Something that an operator wants to know. */
	void (*event)(void *user, const struct tp_ac_event *event);
	/* May come as often as peers send. NULL: not wanted. */
	void (*refused)(void *user, const struct tp_ac_refusal *refusal);
};
