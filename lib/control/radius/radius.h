/* SPDX-License-Identifier: BSD-3-Clause */
/* RADIUS in the daemon: the engine of lib/radius with sockets, the servers of the configuration,
 * and what operators see of them. Control thread. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "api/menus.h"
#include "base/error.h"
#include "config/store.h"
#include "control/radius/operators.h"
#include "radius/client.h"
#include "radius/source.h"

struct tp_control;
struct tp_control_radius;

#define TP_RADIUS_TOLD 64

/* What the log was told of a server. */
struct tp_radius_told {
	uint32_t dead; /* 1 << service */
	uint64_t bad;  /* replies that were not believed */
	uint64_t bad_ms;
};

struct tp_control_accounting;
struct tp_radius_batch;
struct tp_radsec;
struct tp_radius_incoming;

struct tp_control_radius {
	struct tp_radius_client *client;
	struct tp_radius_batch *batch;
	struct tp_radius_source *source;
	struct tp_control_accounting *accounting;
	struct tp_radsec *radsec;
	struct tp_radius_incoming *incoming;
	struct tp_operator_logins operators;	    /* with the servers; the oldest first */
	uint64_t told_ms;			    /* when servers were last looked at */
	struct tp_radius_told told[TP_RADIUS_TOLD]; /* by .id */
};

/* The engine, without servers, as a source behind the local secrets. -ENOMEM. */
int tp_control_radius_create(struct tp_control *c, struct tp_error *e);

/* NULL is fine. After the sessions' engine. */
void tp_control_radius_destroy(struct tp_control_radius *radius);

/* Servers and what they are used for, as the configuration in force has them. */
void tp_control_radius_apply(struct tp_control *c);

/* A server that was configured is no more. */
void tp_control_radius_removed(struct tp_control *c, uint32_t id);

/* Is SERVER asked about this, a bit of `service`? */
bool tp_control_radius_asks(const struct tp_config_radius *server, uint32_t service);

/* What servers are told to be our address, into NAS (and ADDRESS6, where it points then): of the
 * FIRST to be asked, its src-address, or else the one that the kernel would take. */
void tp_control_radius_own_address(const struct tp_config_radius *first, struct tp_radius_nas *nas,
				   uint8_t address6[16]);

/* Of a turn of the loop: true: there was work. */
bool tp_control_radius_turn(struct tp_control *c);

/* Nothing that was sent in this turn waits any more. */
void tp_control_radius_flush(struct tp_control *c);

/* What the loop waits for has something to read. SOCKET is what tp_loop_watch() was told. */
void tp_control_radius_read(struct tp_control *c, void *socket);

/* Adds what is known of a server (/radius monitor) to its JSON. */
extern const struct tp_status tp_control_radius_status[];
void tp_control_radius_describe(void *user, const struct tp_config_item *item, json_t *o);
