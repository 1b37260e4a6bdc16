/* SPDX-License-Identifier: BSD-3-Clause */
#include "dataplane/port_link.h"

#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <rte_ethdev.h>

#include "dataplane/port.h"
#include "dataplane/port_again.h"

static bool driver_does_not_look(const struct tp_port *port)
{
	return strcmp(port->driver.name, "net_af_packet") == 0 ||
	       strcmp(port->driver.name, "net_af_xdp") == 0;
}

void tp_port_link_open(struct tp_port *port)
{
	struct rte_eth_dev_info info;

	port->kernel_fd = -1;
	if (!driver_does_not_look(port) || rte_eth_dev_info_get(port->dpdk_id, &info) != 0 ||
	    info.if_index == 0)
		return;
	port->kernel_index = info.if_index;
	port->kernel_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

void tp_port_link_close(struct tp_port *port)
{
	if (port->kernel_fd >= 0)
		close(port->kernel_fd);
	port->kernel_fd = -1;
}

/* By its number, as its name may change. */
static bool kernel_link_up(const struct tp_port *port, bool *gone)
{
	struct ifreq request = {.ifr_ifindex = (int)port->kernel_index};

	if (ioctl(port->kernel_fd, SIOCGIFNAME, &request) != 0) {
		*gone = true;
		return false;
	}
	return ioctl(port->kernel_fd, SIOCGIFFLAGS, &request) == 0 &&
	       (request.ifr_flags & IFF_UP) != 0 && (request.ifr_flags & IFF_RUNNING) != 0;
}

bool tp_port_link_up(const struct tp_port *port, bool *gone)
{
	struct rte_eth_link link = {0};

	*gone = !tp_port_is_there(port);
	if (*gone)
		return false;
	rte_eth_link_get_nowait(port->dpdk_id, &link);
	if (link.link_status != RTE_ETH_LINK_UP)
		return false;
	return port->kernel_fd < 0 || kernel_link_up(port, gone);
}
