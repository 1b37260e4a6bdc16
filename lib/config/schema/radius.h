/* SPDX-License-Identifier: BSD-3-Clause */
/* RADIUS: servers, who may change sessions, what of PPP and of operators' logins it is for. Their
 * properties: radius.c. */
#pragma once

#include "config/schema/head.h"
#include "config/schema/neutral.h"
#include "config/types/value.h"

/* Bits of `service`. */
enum { TP_RADIUS_FOR_PPP = 1 << 0, TP_RADIUS_FOR_LOGIN = 1 << 1 };
enum tp_radius_protocol { TP_RADIUS_UDP, TP_RADIUS_RADSEC };
enum tp_require_message_auth { TP_MESSAGE_AUTH_NO, TP_MESSAGE_AUTH_YES };

enum {
	TP_RADIUS_SERVER_SERVICE,
	TP_RADIUS_SERVER_ADDRESS,
	TP_RADIUS_SERVER_SECRET,
	TP_RADIUS_SERVER_AUTHENTICATION_PORT,
	TP_RADIUS_SERVER_ACCOUNTING_PORT,
	TP_RADIUS_SERVER_TIMEOUT,
	TP_RADIUS_SERVER_ACCOUNTING_BACKUP,
	TP_RADIUS_SERVER_SRC_ADDRESS,
	TP_RADIUS_SERVER_DOMAIN,
	TP_RADIUS_SERVER_REALM,
	TP_RADIUS_SERVER_CALLED_ID,
	TP_RADIUS_SERVER_PROTOCOL,
	TP_RADIUS_SERVER_CERTIFICATE,
	TP_RADIUS_SERVER_CA_CERTIFICATE,
	TP_RADIUS_SERVER_REQUIRE_MESSAGE_AUTH,
	TP_RADIUS_SERVER_DISABLED,
	TP_RADIUS_SERVER_COMMENT,
};
struct tp_config_radius {
	struct tp_config_item head;
	uint32_t service; /* TP_RADIUS_FOR_… or-ed; 0: it is asked nothing */
	struct tp_ip address;
	char *secret;
	uint32_t authentication_port;
	uint32_t accounting_port;
	uint32_t timeout_ms; /* until a request is sent again */
	bool accounting_backup;
	struct tp_ip src_address;      /* none: the kernel's choice */
	char *domain;		       /* "": users of any */
	char *realm;		       /* "": none is told */
	char *called_id;	       /* a service name; "": any */
	unsigned protocol;	       /* enum tp_radius_protocol */
	char *certificate;	       /* path of a PEM file, ours with its key; "": none */
	char *ca_certificate;	       /* path of a PEM file; "": the system's */
	unsigned require_message_auth; /* enum tp_require_message_auth */
	bool disabled;
	char *comment;
	unsigned neutral[TP_RADIUS_NEUTRAL]; /* what means nothing here */
};

enum {
	TP_RADIUS_INCOMING_ACCEPT,
	TP_RADIUS_INCOMING_PORT,
	TP_RADIUS_INCOMING_REQUIRE_MESSAGE_AUTH,
	TP_RADIUS_INCOMING_REQUIRE_EVENT_TIMESTAMP,
};
struct tp_config_radius_incoming {
	struct tp_config_item head;
	bool accept;
	uint32_t port; /* UDP */
	bool require_message_auth;
	bool require_event_timestamp;
	unsigned neutral[TP_RADIUS_INCOMING_NEUTRAL]; /* what means nothing here */
};

/* What formats may have in braces: tp_line_words. */
enum tp_line_word {
	TP_LINE_WORD_INTERFACE,
	TP_LINE_WORD_MAC,
	TP_LINE_WORD_MAC_DASHES,
	TP_LINE_WORD_MAC_BARE,
	TP_LINE_WORD_SERVICE,
	TP_LINE_WORD_CIRCUIT_ID,
	TP_LINE_WORD_REMOTE_ID,
	TP_LINE_WORD_OUTER_VLAN,
	TP_LINE_WORD_INNER_VLAN,
	TP_LINE_WORD_SESSION_ID,
	TP_LINE_WORDS
};
extern const char *const tp_line_words[TP_LINE_WORDS + 1];

enum {
	TP_PPP_AAA_USE_RADIUS,
	TP_PPP_AAA_ACCOUNTING,
	TP_PPP_AAA_INTERIM_UPDATE,
	TP_PPP_AAA_USE_CIRCUIT_ID,
	TP_PPP_AAA_NAS_PORT_ID,
	TP_PPP_AAA_CALLING_STATION_ID,
	TP_PPP_AAA_FILTER_ID_RATE,
	TP_PPP_AAA_CACHE_TIME,
	TP_PPP_AAA_QUEUE_DIRECTORY,
	TP_PPP_AAA_QUEUE_SIZE,
};
struct tp_config_ppp_aaa {
	struct tp_config_item head;
	bool use_radius;
	bool accounting;
	uint32_t interim_update; /* seconds; 0: only when the server says so */
	bool use_circuit_id_in_nas_port_id;
	char *nas_port_id; /* formats of tp_line_words */
	char *calling_station_id;
	bool filter_id_rate;   /* a Filter-Id is a rate, as accel-ppp has it */
	uint32_t cache_time;   /* seconds for which an accept is remembered; 0: it is not */
	char *queue_directory; /* where records wait for a server; "": in memory alone */
	uint64_t queue_size;   /* bytes that they may take */
	unsigned neutral[TP_PPP_AAA_NEUTRAL]; /* what means nothing here */
};

enum { TP_USER_AAA_USE_RADIUS, TP_USER_AAA_DEFAULT_GROUP };
struct tp_config_user_aaa {
	struct tp_config_item head;
	bool use_radius;
	char *default_group;		       /* of who is given none */
	unsigned neutral[TP_USER_AAA_NEUTRAL]; /* what means nothing here */
};
