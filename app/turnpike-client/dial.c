/* SPDX-License-Identifier: BSD-3-Clause */
#include "dial.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "connection.h"
#include "privileges.h"
#include "resolv.h"
#include "signals.h"

struct dial {
	struct loop loop;
	struct signals signals;
	struct resolver *resolver;
	struct monitor monitor;
	struct connection connection;
};

static void on_changed(void *owner, const struct monitor_change *change, uint64_t now_ms)
{
	struct dial *d = owner;

	connection_changed(&d->connection, change, now_ms);
}

/* A second signal ends without more ado. */
static void on_signal(void *owner, int signal, uint64_t now_ms)
{
	struct dial *d = owner;

	if (d->connection.hanging_up)
		d->connection.finished = true;
	else if (signal != SIGHUP)
		connection_hang_up(&d->connection, now_ms);
}

static int run(struct dial *d, const struct settings *settings)
{
	struct connection *c = &d->connection;
	struct tp_error error = {0};

	if (privileges_drop(NULL, &error) != 0 ||
	    connection_open(c, settings, &d->loop, d->resolver, NULL, NULL, loop_now(&d->loop),
			    &error) != 0) {
		tp_log_error("client", "%s: %s", error.place, error.message);
		return 1;
	}
	if (monitor_open(&d->monitor, &d->loop, on_changed, d) != 0)
		tp_log_warning("client", "cannot watch interfaces: %s", strerror(errno));
	while (!c->finished)
		connection_tick(c, loop_turn(&d->loop, connection_deadline(c)));
	monitor_close(&d->monitor);
	connection_close(c);
	return (c->hanging_up && !c->broken) || c->was_connected ? 0 : 1;
}

int dial_run(const struct settings *settings)
{
	struct dial *d = calloc(1, sizeof(*d));
	int status = 1;

	if (d == NULL || loop_open(&d->loop) != 0 ||
	    signals_open(&d->signals, &d->loop, on_signal, d) != 0 ||
	    (d->resolver = resolver_start()) == NULL) {
		tp_log_error("client", "cannot begin: %s", strerror(errno));
	} else {
		status = run(d, settings);
		signals_close(&d->signals);
		loop_close(&d->loop);
	}
	if (d != NULL)
		resolver_stop(d->resolver);
	free(d);
	return status;
}
