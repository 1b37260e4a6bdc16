/* SPDX-License-Identifier: BSD-3-Clause */
/* The engine as a whole: made and taken apart, its ports, its ticks. */
#include "session/engine.h"
#include "session/half_open.h"
#include "session/ipv6.h"
#include "session/life.h"
#include "session/login.h"
#include "session/ppp_config.h"

#include <errno.h>
#include <stdlib.h>

#define REFUSAL_EVENTS_PER_S 10
#define GAVE_WAY_EVENTS	     5	  /* at once, then one a second */
#define UNKNOWN_PADTS_PER_S  2000 /* 60,000 clients of before a restart hear within 30 s */

static int check(const struct tp_ac_setup *setup, struct tp_error *error)
{
	if (setup->max_sessions < 1 || setup->max_sessions > TP_AC_MAX_SESSIONS)
		return tp_error_set(error, -EINVAL, "max-sessions",
				    "the session table can have 1 to %u slots, not %u",
				    TP_AC_MAX_SESSIONS, setup->max_sessions);
	return 0;
}

int tp_ac_create(const struct tp_ac_setup *setup, struct tp_ac **out, struct tp_error *error)
{
	struct tp_ac *ac;
	int rc = check(setup, error);

	if (rc != 0)
		return rc;
	ac = calloc(1, sizeof(*ac));
	if (ac == NULL)
		return tp_error_set(error, -ENOMEM, NULL, "out of memory");
	ac->counters.memory_bytes = sizeof(*ac);
	ac->config = setup->config;
	ac->aaa = setup->aaa;
	ac->secrets = setup->secrets;
	ac->pools = setup->pools;
	ac->pools6 = setup->pools6;
	ac->random = setup->random;
	ac->ops = *setup->ops;
	ac->user = setup->user;
	ac->start_number = setup->start_number;
	ac->max_mrru = setup->max_mrru;
	ac->now_ms = setup->now_ms;
	tp_ac_ipv6_init(ac);
	LIST_INIT(&ac->unused_logins);
	TAILQ_INIT(&ac->delayed);
	tp_timer_wheel_init(&ac->wheel, ac->now_ms);
	ac->due = tp_ac_due;
	tp_token_bucket_init(&ac->refusal_events, REFUSAL_EVENTS_PER_S, 2 * REFUSAL_EVENTS_PER_S,
			     ac->now_ms);
	tp_token_bucket_init(&ac->gave_way_events, 1, GAVE_WAY_EVENTS, ac->now_ms);
	tp_token_bucket_init(&ac->unknown_padts, UNKNOWN_PADTS_PER_S, UNKNOWN_PADTS_PER_S,
			     ac->now_ms);
	ac->values = tp_aaa_values_create(ac->random);
	if (ac->values == NULL || tp_ac_table_init(ac, setup->max_sessions) != 0 ||
	    tp_ac_mac_filter_init(ac) != 0 || tp_ac_discovery_init(ac) != 0) {
		tp_ac_destroy(ac);
		return tp_error_set(error, -ENOMEM, NULL, "no memory for a table of %u sessions",
				    setup->max_sessions);
	}
	*out = ac;
	return 0;
}

/* What a line holds outside of its own memory. */
static void drop(struct tp_line *line)
{
	struct tp_ac *ac = line->ac;

	tp_ac_session_drop(line);
	tp_ac_free(ac, line->access_line, sizeof(*line->access_line));
	tp_ac_text_free(ac, line->user);
	tp_ac_encryption_free(line);
	tp_ac_ppp_config_unref(ac, line->ppp_config);
	tp_ac_server_unref(ac, line->server);
}

/* Before the first of all sessions goes: neither a login nor another line points to one. */
static void detach(struct tp_line *line)
{
	tp_ac_login_abandon(line);
	tp_ac_half_open_over(line);
	if (tp_line_joined(line))
		line->session = NULL;
}

void tp_ac_destroy(struct tp_ac *ac)
{
	if (ac == NULL)
		return;
	for (uint32_t slot = 0; slot < ac->table.fresh; slot++) {
		struct tp_line *line = tp_ac_table_slot(ac, slot);

		if (line->ac != NULL)
			detach(line);
	}
	for (uint32_t slot = 0; slot < ac->table.fresh; slot++) {
		struct tp_line *line = tp_ac_table_slot(ac, slot);

		if (line->ac != NULL)
			drop(line);
	}
	tp_ac_restore_clear(ac);
	tp_ac_logins_clear(ac);
	tp_ac_delayed_clear(ac);
	tp_ac_offers_clear(ac);
	tp_ac_lockouts_clear(ac);
	tp_ac_servers_clear(ac);
	tp_ac_mac_filter_clear(ac);
	for (unsigned i = 0; i < TP_AC_MAX_PORTS; i++)
		for (unsigned scope = 0; scope < TP_VLAN_SCOPES; scope++)
			tp_ac_ids_clear(ac, &ac->ports[i].ids[scope]);
	tp_ac_table_clear(ac);
	tp_aaa_values_destroy(ac->values);
	tp_pppoe_ac_destroy(ac->discovery);
	free(ac);
}

void tp_ac_config_set(struct tp_ac *ac, const struct tp_config *config)
{
	ac->config = config;
	tp_aaa_local_config_set(ac->secrets, config);
	tp_pppoe_ac_set_name(ac->discovery, tp_config_identity(config)->name);
	tp_ac_servers_rename(ac);
	tp_ac_ipv6_configure(ac);
}

int tp_ac_port_set(struct tp_ac *ac, uint16_t number, const char *name, const struct tp_mac *mac,
		   uint16_t mtu)
{
	struct tp_ac_port *port;

	if (number >= TP_AC_MAX_PORTS)
		return -EINVAL;
	port = &ac->ports[number];
	port->set = true;
	port->name = name;
	port->mac = *mac;
	port->mtu = mtu;
	tp_ac_servers_update_port(ac, number);
	tp_ac_ipv6_identify(ac);
	return 0;
}

void tp_ac_slot_released(struct tp_ac *ac, uint32_t slot, uint64_t now_ms)
{
	struct tp_line *line = tp_ac_table_slot(ac, slot);

	tp_ac_now(ac, now_ms);
	if (line == NULL || line->ac == NULL || line->state != TP_SESSION_CLOSED)
		return;
	tp_ac_ids_release(tp_ac_ids_of(ac, &line->access), line->session_id);
	ac->counters.standing[TP_SESSION_CLOSED]--;
	drop(line);
	tp_ac_table_release(ac, line);
}

unsigned tp_ac_tick(struct tp_ac *ac, uint64_t now_ms, unsigned limit)
{
	unsigned done = 0, fired;

	tp_ac_now(ac, now_ms);
	if (ac->sweeping)
		done = tp_ac_sweep(ac, limit / 2 + 1);
	if (done >= limit)
		return done;
	fired = tp_timer_wheel_advance(&ac->wheel, ac->now_ms, limit - done);
	ac->timers_left = fired == limit - done;
	return done + fired;
}

uint64_t tp_ac_deadline(const struct tp_ac *ac)
{
	if (ac->sweeping || ac->timers_left)
		return 0;
	return tp_timer_wheel_next(&ac->wheel);
}

void tp_ac_shutdown(struct tp_ac *ac, uint64_t now_ms)
{
	tp_ac_now(ac, now_ms);
	if (ac->shutting_down)
		return;
	ac->shutting_down = true;
	tp_ac_offers_clear(ac);
	tp_ac_sweep_start(ac);
}

bool tp_ac_shutdown_done(const struct tp_ac *ac)
{
	return ac->shutting_down && tp_ac_table_next(ac, 0) == NULL;
}
