/* SPDX-License-Identifier: BSD-3-Clause */
#include "dataplane/port_again.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include <rte_dev.h>
#include <rte_ethdev.h>
#include <rte_rcu_qsbr.h>

#include "base/log.h"
#include "base/once.h"
#include "dataplane/port_link.h"
#include "dataplane/state.h"

#define NAME_MAX_LEN 128

bool tp_port_comes_again(const struct tp_port *port)
{
	return strcmp(port->driver.name, "net_af_packet") == 0;
}

bool tp_port_is_there(const struct tp_port *port)
{
	return port->state != TP_PORT_GONE;
}

struct tp_port_stats tp_port_stats(const struct tp_port *port)
{
	struct tp_port_stats all = port->before;
	struct rte_eth_stats now = {0};

	if (tp_port_is_there(port))
		rte_eth_stats_get(port->dpdk_id, &now);
	all.rx_packets += now.ipackets;
	all.rx_bytes += now.ibytes;
	all.rx_errors += now.ierrors;
	all.rx_missed += now.imissed;
	all.rx_no_mbuf += now.rx_nombuf;
	all.tx_packets += now.opackets;
	all.tx_bytes += now.obytes;
	all.tx_errors += now.oerrors;
	return all;
}

/* The device's name, and its ARGUMENTS. */
static void device_of(const struct tp_port *port, char name[NAME_MAX_LEN], char *arguments,
		      size_t size)
{
	char text[2 * NAME_MAX_LEN];

	tp_port_device_argument(port, text, sizeof(text));
	const size_t len = strcspn(text, ",");

	snprintf(name, NAME_MAX_LEN, "%.*s", (int)len, text);
	snprintf(arguments, size, "%s", text[len] == ',' ? text + len + 1 : "");
}

/* Is there an interface of the name that the device wants? */
static bool has_interface(const struct tp_port *port)
{
	static const char key[] = ",iface=";
	const char *at = strstr(port->device, key);
	char name[IF_NAMESIZE];

	if (at == NULL)
		return false;
	at += strlen(key);
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(at, ","), at);
	return if_nametoindex(name) != 0;
}

/* No worker is in the device any more. */
static void take_away(struct tp_port *port)
{
	char name[NAME_MAX_LEN], arguments[2 * NAME_MAX_LEN];

	port->before = tp_port_stats(port);
	tp_port_stop(port);
	device_of(port, name, arguments, sizeof(arguments));
	rte_eal_hotplug_remove("vdev", name);
	port->state = TP_PORT_GONE;
}

/* What the peers know of the port stays: its MAC address, and so all sessions and neighbours. Its
 * MTU has been promised to them, too. */
static int fit(const struct tp_port *port, const struct tp_port *fresh, struct tp_error *error)
{
	struct rte_ether_addr mac;
	int err;

	if (fresh->rx_queues != port->rx_queues || fresh->tx_queues != port->tx_queues)
		return tp_error_set(error, -EINVAL, port->name, "%s has other queues than before",
				    port->device);
	memcpy(mac.addr_bytes, port->mac.bytes, sizeof(mac.addr_bytes));
	err = rte_eth_dev_default_mac_addr_set(fresh->dpdk_id, &mac);
	if (err != 0)
		return tp_error_set(error, err, port->name,
				    "%s does not take the port's MAC address, which sessions and "
				    "neighbours know: %s",
				    port->device, rte_strerror(-err));
	if (fresh->mtu < port->mtu)
		tp_log_warning("dataplane",
			       "%s: the interface has an MTU of %u now, and sessions know %u: "
			       "longer packets are lost",
			       port->name, fresh->mtu, port->mtu);
	return 0;
}

/* Makes a device of the interface, beside the port, which is as it was until all has gone well. */
static int make(struct tp_dataplane *dp, struct tp_port *port, struct tp_error *error)
{
	char name[NAME_MAX_LEN], arguments[2 * NAME_MAX_LEN];
	struct tp_port fresh = *port;
	int err;

	device_of(port, name, arguments, sizeof(arguments));
	err = rte_eal_hotplug_add("vdev", name, arguments);
	if (err != 0)
		return tp_error_set(error, err, port->name, "%s: DPDK does not take it: %s",
				    port->device, rte_strerror(-err));
	err = tp_port_start(&fresh, dp->worker_count, port->rx_queues, dp->pool, error);
	if (err == 0)
		err = fit(port, &fresh, error);
	if (err != 0) {
		tp_port_stop(&fresh);
		rte_eal_hotplug_remove("vdev", name);
		return err;
	}
	port->dpdk_id = fresh.dpdk_id;
	port->kernel_index = fresh.kernel_index;
	port->kernel_fd = fresh.kernel_fd;
	port->started = true;
	return 0;
}

int tp_dataplane_port_again(struct tp_dataplane *dp, unsigned number, struct tp_error *error)
{
	struct tp_port *port = number < dp->port_count ? &dp->ports[number] : NULL;
	int err;

	if (port == NULL || !tp_port_comes_again(port))
		return 0;
	if (port->state == TP_PORT_OPEN) {
		__atomic_store_n(&port->left, true, __ATOMIC_RELEASE);
		port->left_token = rte_rcu_qsbr_start(dp->qsbr);
		port->state = TP_PORT_LEFT;
	}
	if (port->state == TP_PORT_LEFT) {
		if (rte_rcu_qsbr_check(dp->qsbr, port->left_token, false) != 1)
			return 0;
		take_away(port);
	}
	if (!has_interface(port))
		return 0;
	err = make(dp, port, error);
	if (err != 0)
		return err < 0 ? err : -EIO;
	port->state = TP_PORT_OPEN;
	__atomic_store_n(&port->left, false, __ATOMIC_RELEASE);
	return 1;
}
