/* SPDX-License-Identifier: BSD-3-Clause */
/* Discovery's side of the engine. */
#pragma once

#include "pppoe/ac.h"
#include "session/session.h"

TAILQ_HEAD(tp_ac_delayed_list, tp_ac_delayed);

/* discovery.c */
int tp_ac_discovery_init(struct tp_ac *ac);

/* delay.c */
/* Sends PACKET's bytes when its delay_ms are over. */
void tp_ac_delay(struct tp_ac *ac, const struct tp_pppoe_packet *packet);
void tp_ac_delayed_clear(struct tp_ac *ac);

/* unanswered.c */
/* A PADO has gone to the host DST at TO; the host at FROM has sent a PADR. */
void tp_ac_offered(struct tp_ac *ac, const struct tp_access *to, const struct tp_mac *dst);
void tp_ac_requested(struct tp_ac *ac, const struct tp_access *from, const struct tp_mac *src);
/* Nobody is waited for any more. */
void tp_ac_offers_clear(struct tp_ac *ac);
