/* SPDX-License-Identifier: BSD-3-Clause */
/* Putting control together, and taking it apart. */
#include "control/control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "control/control_private.h"
#include "control/log/book.h"
#include "control/loop.h"
#include "history/history.h"
#include "control/menus/ping.h"
#include "control/radius/radius.h"
#include "control/sniffer/sniffer.h"
#include "control/standing/standing.h"
#include "control/standing/upgrade.h"
#include "dataplane/sessions.h"

static int out_of_memory(struct tp_error *e)
{
	return tp_error_set(e, -ENOMEM, NULL, "out of memory");
}

/* Descriptors that are not open yet, so that tp_control_destroy() can be called at any point. */
static struct tp_control *allocate(const struct tp_control_setup *setup)
{
	struct tp_control *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->dp = setup->dataplane;
	c->config = setup->config;
	c->other_cpus = setup->other_cpus;
	c->upgrade = tp_upgrade_create(setup);
	c->core_port = TP_NO_PORT;
	c->epoll_fd = c->signal_fd = -1;
	c->mailbox.request_fd = c->mailbox.answer_fd = -1;
	c->tun.fd = -1;
	for (unsigned i = 0; i < TP_DATAPLANE_MAX_PORTS; i++)
		c->taps[i].fd = -1;
	c->now_ms = c->started_ms = tp_clock_ms();
	tp_random_init(&c->random);
	tp_outbox_init(&c->outbox);
	TAILQ_INIT(&c->laters);
	c->interfaces = tp_interfaces_create();
	c->traffic = tp_traffic_create(tp_config_dataplane(setup->config)->max_sessions);
	c->log_book = tp_log_book_create();
	if (c->interfaces == NULL || c->traffic == NULL || c->log_book == NULL ||
	    tp_waiting_init(&c->padis, tp_random_u32(&c->random)) != 0 ||
	    tp_waiting_init(&c->padrs, tp_random_u32(&c->random)) != 0 ||
	    tp_waiting_init(&c->held, tp_random_u32(&c->random)) != 0) {
		tp_log_book_destroy(c->log_book);
		tp_interfaces_destroy(c->interfaces);
		tp_traffic_destroy(c->traffic);
		tp_waiting_clear(&c->padis);
		tp_waiting_clear(&c->padrs);
		free(c);
		return NULL;
	}
	return c;
}

static int learn_ports(struct tp_control *c, struct tp_error *e)
{
	c->port_count = tp_dataplane_port_count(c->dp);
	for (unsigned i = 0; i < c->port_count; i++) {
		struct tp_port_info *info = &c->ports[i];
		int error = tp_dataplane_port_info(c->dp, i, info);

		if (error == 0)
			error = tp_ac_port_set(c->ac, (uint16_t)i, info->name, &info->mac,
					       info->mtu);
		if (error != 0)
			return tp_error_set(e, error, info->name, "can't take the port: %s",
					    strerror(-error));
		if (info->role == TP_PORT_CORE && c->core_port == TP_NO_PORT)
			c->core_port = i;
	}
	return 0;
}

/* Quarters of a second since 2026: no two starts are so near to each other, for 34 years. */
static uint32_t start_number(void)
{
	return (uint32_t)((tp_clock_wall_ms() - UINT64_C(1767225600000)) / 250);
}

static int make_engine(struct tp_control *c, struct tp_error *e)
{
	c->pools = tp_pool_registry_create();
	c->pools6 = tp_pool6_registry_create();
	c->aaa = tp_aaa_create();
	c->secrets = tp_aaa_local_create(c->config);
	if (c->pools == NULL || c->pools6 == NULL || c->aaa == NULL || c->secrets == NULL ||
	    tp_aaa_local_add(c->secrets, c->aaa) != 0)
		return out_of_memory(e);
	if (tp_control_radius_create(c, e) != 0)
		return -ENOMEM;
	return tp_ac_create(
		&(struct tp_ac_setup){
			.start_number = start_number(),
			.max_sessions = tp_config_dataplane(c->config)->max_sessions,
			.config = c->config,
			.aaa = c->aaa,
			.secrets = c->secrets,
			.pools = c->pools,
			.pools6 = c->pools6,
			.random = &c->random,
			.max_mrru = tp_dataplane_packet_max(c->dp),
			.ops = &tp_control_ops,
			.user = c,
			.now_ms = c->now_ms,
		},
		&c->ac, e);
}

static int make_taps(struct tp_control *c, struct tp_error *e)
{
	int error = tp_netlink_open(&c->netlink, 0);

	if (error == 0)
		error = tp_kernel_open(&c->kernel, c->dp, c->taps, c->port_count, c->now_ms);
	if (error != 0)
		return tp_error_set(e, error, "netlink", "%s", strerror(-error));
	for (unsigned i = 0; error == 0 && i < c->port_count; i++)
		error = tp_taps_make(c, i, e);
	return error == 0 ? tp_taps_make_tun(c, e) : error;
}

static int make_loop(struct tp_control *c, struct tp_error *e)
{
	int error = tp_mailbox_open(&c->mailbox);

	if (error != 0)
		return out_of_memory(e);
	error = tp_loop_open(c);
	return error == 0 ? 0 : tp_error_set(e, error, "epoll", "%s", strerror(-error));
}

int tp_control_create(const struct tp_control_setup *setup, struct tp_control **control,
		      struct tp_error *e)
{
	struct tp_control *c = allocate(setup);
	int error = 0;

	*control = NULL;
	if (c == NULL) {
		tp_config_destroy(setup->config);
		return out_of_memory(e);
	}
	c->check = setup->check;
	if (setup->config_path != NULL) {
		c->config_path = strdup(setup->config_path);
		if (c->config_path == NULL)
			error = out_of_memory(e);
	}
	if (error == 0)
		tp_save_init(&c->save, c->config_path, &c->other_cpus, c->config, &c->mailbox);
	if (error == 0)
		error = make_engine(c, e);
	if (error == 0)
		error = learn_ports(c, e);
	if (error == 0) {
		tp_links_begin(c);
		error = make_taps(c, e);
	}
	if (error == 0) {
		tp_pool_set_reserved(c->pools, tp_control_reserved, c);
		tp_pool6_set_reserved(c->pools6, tp_control_reserved6, c);
		error = make_loop(c, e);
	}
	if (error == 0)
		tp_audit_open(c);
	if (error == 0)
		error = tp_apply_all(c, e);
	if (error != 0)
		tp_control_destroy(c);
	else
		*control = c;
	return error;
}

static void close_descriptor(int fd)
{
	if (fd >= 0)
		close(fd);
}

struct tp_mailbox *tp_control_mailbox(struct tp_control *c)
{
	return &c->mailbox;
}

void tp_control_destroy(struct tp_control *c)
{
	if (c == NULL)
		return;
	tp_standing_end(c->standing, true); /* of a start that came to nothing */
	tp_upgrade_destroy(c->upgrade);
	json_decref(c->differences);
	json_decref(c->users);
	tp_pings_destroy(c->pings);
	tp_ac_destroy(c->ac);
	tp_history_destroy(c->history);
	tp_sniffer_destroy(c);
	tp_control_radius_destroy(c->radius);
	tp_aaa_destroy(c->aaa);
	tp_aaa_local_destroy(c->secrets);
	tp_pool_registry_destroy(c->pools);
	tp_pool6_registry_destroy(c->pools6);
	tp_subscribers_destroy(c->subscribers);
	tp_kernel_close(&c->kernel);
	tp_netlink_close(&c->netlink);
	tp_netlink_close(&c->bulk);
	for (unsigned i = 0; i < TP_DATAPLANE_MAX_PORTS; i++)
		tp_tap_destroy(&c->taps[i]);
	tp_tap_destroy(&c->tun);
	tp_outbox_clear(&c->outbox);
	tp_waiting_clear(&c->padis);
	tp_waiting_clear(&c->padrs);
	tp_waiting_clear(&c->held);
	tp_last_clear(&c->last_sessions);
	tp_interfaces_destroy(c->interfaces);
	tp_traffic_destroy(c->traffic);
	tp_mailbox_close(&c->mailbox);
	tp_audit_close(c);
	tp_preview_clear(c);
	tp_log_book_destroy(c->log_book);
	close_descriptor(c->epoll_fd);
	close_descriptor(c->signal_fd);
	tp_config_destroy(c->config);
	free(c->config_path);
	free(c);
}
