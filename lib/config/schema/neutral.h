/* SPDX-License-Identifier: BSD-3-Clause */
/* How tables of properties have those that mean nothing here (types/neutral.c): behind all others,
 * as their items have an array of them, `neutral`. */
#pragma once

/* The I-th of STRUCT's. VALUES, ending with NULL, are taken; the first is the default, unless
 * NORMAL is NULL. WHY: what a refusal says of any other, and documents of the property. */
#define TP_NEUTRAL(structure, i, property, normal, values, reason)                                 \
	{                                                                                          \
		.name = property, .type = &tp_type_neutral,                                        \
		.offset = offsetof(struct structure, neutral) + (i) * sizeof(unsigned),            \
		.default_text = normal, .words = values, .why = "is refused: " reason,             \
		.flags = TP_RUNTIME, .help = "Means nothing here: " reason                         \
	}

extern const char *const tp_neutral_default[]; /* default, no */
extern const char *const tp_neutral_no[];      /* no */
extern const char *const tp_neutral_yes[];     /* yes */
extern const char *const tp_neutral_none[];    /* none */
extern const char *const tp_neutral_empty[];   /* "" */
extern const char *const tp_neutral_queue[];   /* RouterOS's names of the usual queue */
extern const char *const tp_neutral_place[];   /* "", bottom, first */
extern const char *const tp_neutral_scope[];   /* 30 */
extern const char *const tp_neutral_target[];  /* 10 */
extern const char *const tp_neutral_main[];    /* main */
extern const char *const tp_neutral_unicast[]; /* unicast */
extern const char *const tp_neutral_enabled[]; /* enabled */
extern const char *const tp_neutral_auto[];    /* auto */
extern const char *const tp_neutral_mtu[];     /* 1500 */
extern const char *const tp_neutral_loop[];    /* default, off */
extern const char *const tp_neutral_send[];    /* 5s */
extern const char *const tp_neutral_five[];    /* 5m */
extern const char *const tp_neutral_ten[];     /* 10m */
extern const char *const tp_neutral_zero[];    /* 0s */
extern const char *const tp_neutral_any[];     /* any */
extern const char *const tp_neutral_radsec[];  /* 3300ms */

/* How many each has. */
enum {
	TP_PROFILE_NEUTRAL = 21,
	TP_STATIC_ROUTE_NEUTRAL = 8,
	TP_VLAN_NEUTRAL = 10,
	TP_ADDRESS6_NEUTRAL = 3,
	TP_POOL6_NEUTRAL = 1,
	TP_RADIUS_NEUTRAL = 1,
	TP_RADIUS_INCOMING_NEUTRAL = 1,
	TP_PPP_AAA_NEUTRAL = 1,
	TP_USER_NEUTRAL = 2,
	TP_USER_AAA_NEUTRAL = 3,
	TP_SNIFFER_NEUTRAL = 3,
	TP_CLIENT_NEUTRAL = 1,
};
