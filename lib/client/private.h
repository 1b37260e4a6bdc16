/* SPDX-License-Identifier: BSD-3-Clause */
/* What client.c (from set-up to the end) takes of packets.c. Private to lib/client. */
#pragma once

#include "client/client.h"

/* CTX and USER are the client: for discovery's callbacks and PPP's. */
void tp_client_send_discovery(void *ctx, const struct tp_pppoe_packet *packet);
void tp_client_send_ppp(void *user, const uint8_t *frame, size_t len);
