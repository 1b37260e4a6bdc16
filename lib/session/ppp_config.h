/* SPDX-License-Identifier: BSD-3-Clause */
/* The PPP configurations that sessions share. */
#pragma once

#include "ppp/config.h"
#include "session/server.h"

/* A PPP configuration that sessions share; it stays as it is while one of them has it. */
struct tp_ac_ppp_config {
	struct tp_ppp_config config;
	uint32_t refs;
	char name[TP_PPP_NAME_MAX + 1];
};

/* NULL: no memory. The caller's reference. */
struct tp_ac_ppp_config *
tp_ac_ppp_config_create(struct tp_ac *ac, const struct tp_ac_server *server, uint16_t max_payload);
void tp_ac_ppp_config_unref(struct tp_ac *ac, struct tp_ac_ppp_config *link);
