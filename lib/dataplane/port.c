/* SPDX-License-Identifier: BSD-3-Clause */
/* Ports: finding the device, its queues and offloads, starting and stopping. */
#include "dataplane/port.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <rte_ethdev.h>

#include "base/log.h"
#include "dataplane/port_link.h"
#include "dataplane/record.h"

void tp_port_device_argument(const struct tp_port *port, char *text, unsigned size)
{
	const char *more = port->driver.device_arguments;
	snprintf(text, size, "%s%s%s", port->device, more[0] != '\0' ? "," : "", more);
}

static int fail(const struct tp_port *port, struct tp_error *error, int err, const char *what)
{
	return tp_error_set(error, err, port->name, "%s: %s: %s", port->device, what,
			    rte_strerror(-err));
}

static uint16_t least(unsigned a, unsigned b, unsigned c)
{
	unsigned v = a < b ? a : b;
	return (uint16_t)(v < c ? v : c);
}

static void choose_queues(struct tp_port *port, unsigned workers, uint16_t wanted,
			  const struct rte_eth_dev_info *info)
{
	const struct tp_driver *d = &port->driver;
	bool spreads = port->role == TP_PORT_ACCESS ? d->spreads_pppoe : d->spreads_ipv4;
	unsigned rx = wanted != 0 ? wanted : spreads ? workers : 1;
	rx = rx < workers ? rx : workers;
	port->rx_queues = least(rx, d->rx_queues != 0 ? d->rx_queues : rx, info->max_rx_queues);
	port->tx_queues =
		least(workers, d->tx_queues != 0 ? d->tx_queues : workers, info->max_tx_queues);
	port->spread = workers > 1 && (!spreads || port->rx_queues < workers);
}

/* RSS by what tells sessions, or subscribers, apart, as far as the device knows it. */
static void choose_rss(const struct tp_port *port, const struct rte_eth_dev_info *info,
		       struct rte_eth_conf *conf)
{
	uint64_t wanted = port->role == TP_PORT_ACCESS ? RTE_ETH_RSS_PPPOE : RTE_ETH_RSS_IPV4;
	uint64_t can = wanted & info->flow_type_rss_offloads;
	if (port->rx_queues < 2 || can == 0)
		return;
	conf->rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
	conf->rx_adv_conf.rss_conf.rss_hf = can;
}

static int setup_queues(struct tp_port *port, struct rte_mempool *pool, struct tp_error *error)
{
	uint16_t rx_descriptors = port->driver.rx_descriptors;
	uint16_t tx_descriptors = port->driver.tx_descriptors;
	int socket = rte_eth_dev_socket_id(port->dpdk_id);
	unsigned node = socket < 0 ? 0 : (unsigned)socket;
	int err = rte_eth_dev_adjust_nb_rx_tx_desc(port->dpdk_id, &rx_descriptors, &tx_descriptors);
	if (err != 0)
		return fail(port, error, err, "its rings cannot be sized");
	for (uint16_t q = 0; q < port->rx_queues; q++) {
		err = rte_eth_rx_queue_setup(port->dpdk_id, q, rx_descriptors, node, NULL, pool);
		if (err != 0)
			return fail(port, error, err, "an RX queue cannot be set up");
	}
	for (uint16_t q = 0; q < port->tx_queues; q++) {
		err = rte_eth_tx_queue_setup(port->dpdk_id, q, tx_descriptors, node, NULL);
		if (err != 0)
			return fail(port, error, err, "a TX queue cannot be set up");
	}
	return 0;
}

/* AF_PACKET's rings: places of "framesz=" bytes. The driver counts a header of 32 as not the
 * frame's; the kernel has the packet begin at the next multiple of 16 behind that, an address and
 * room for a link-layer header, which is at 80 (tpacket_rcv()), and its Ethernet header before
 * that. */
#define AF_PACKET_FRAMESZ  2048
#define AF_PACKET_OVERHEAD 32
#define AF_PACKET_BEGIN	   (80 - TP_ETHERNET_HEADER_LEN)

unsigned tp_port_ring_frame(const struct tp_port *port)
{
	static const char argument[] = ",framesz=";
	char text[sizeof(port->device) + sizeof(port->driver.device_arguments) + 2];
	unsigned long size = AF_PACKET_FRAMESZ;

	if (strcmp(port->driver.name, "net_af_packet") != 0)
		return 0;
	tp_port_device_argument(port, text, sizeof(text));
	const char *at = strstr(text, argument);
	if (at != NULL)
		size = strtoul(at + strlen(argument), NULL, 10);
	return size > AF_PACKET_OVERHEAD && size <= UINT16_MAX ? (unsigned)size - AF_PACKET_OVERHEAD
							       : 0;
}

/* The MTU of the interface of the kernel's that the device is or stands on, which is raised to
 * WANTED if it can be; WANTED when there is none. Some drivers know no more than 1500. */
static uint16_t kernel_mtu(const struct tp_port *port, uint16_t wanted)
{
	struct rte_eth_dev_info info;
	struct ifreq request = {0};
	uint16_t mtu = wanted;

	if (rte_eth_dev_info_get(port->dpdk_id, &info) != 0 || info.if_index == 0 ||
	    if_indextoname(info.if_index, request.ifr_name) == NULL)
		return wanted;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && ioctl(fd, SIOCGIFMTU, &request) == 0 && request.ifr_mtu < wanted) {
		mtu = (uint16_t)request.ifr_mtu;
		request.ifr_mtu = wanted;
		if (ioctl(fd, SIOCSIFMTU, &request) == 0)
			mtu = wanted;
	}
	if (fd >= 0)
		close(fd);
	return mtu;
}

/* The device's MTU counts neither the Ethernet header nor, with most drivers, VLAN tags. What is
 * refused is not promised to anyone: the port's MTU is what the driver takes. */
static void set_mtu(struct tp_port *port)
{
	const unsigned header = AF_PACKET_BEGIN - AF_PACKET_OVERHEAD + TP_ETHERNET_HEADER_LEN +
				TP_VLAN_TAG_LEN; /* the inner one; the outer is stripped */
	uint16_t now = 0, wanted = port->mtu;
	unsigned ring = tp_port_ring_frame(port);
	struct rte_eth_dev_info info;

	rte_eth_dev_get_mtu(port->dpdk_id, &now);
	rte_eth_dev_info_get(port->dpdk_id, &info);
	int err = now == wanted ? 0 : rte_eth_dev_set_mtu(port->dpdk_id, wanted);
	if (err != 0 && err != -ENOTSUP && info.if_index == 0)
		port->mtu = now;
	port->mtu = kernel_mtu(port, port->mtu);
	if (ring > header && ring - header < port->mtu)
		port->mtu = (uint16_t)(ring - header);
	if (port->mtu < wanted)
		tp_log_warning("dataplane",
			       "%s: an MTU of %u was refused, it is %u: sessions and neighbours "
			       "are told that",
			       port->name, wanted, port->mtu);
}

/* Routing protocols speak in multicast; PADIs are broadcast. Drivers that cannot filter take
 * everything anyway: a refusal is no error. */
static void set_filters(const struct tp_port *port)
{
	if (port->role == TP_PORT_CORE)
		rte_eth_allmulticast_enable(port->dpdk_id);
	if (port->driver.promiscuous)
		rte_eth_promiscuous_enable(port->dpdk_id);
}

static int configure(struct tp_port *port, unsigned workers, uint16_t wanted,
		     struct tp_error *error)
{
	struct rte_eth_dev_info info;
	struct rte_eth_conf conf = {0};
	struct rte_ether_addr mac;

	int err = rte_eth_dev_info_get(port->dpdk_id, &info);
	if (err != 0)
		return fail(port, error, err, "the driver does not say what it can do");
	choose_queues(port, workers, wanted, &info);
	choose_rss(port, &info, &conf);
	err = rte_eth_dev_configure(port->dpdk_id, port->rx_queues, port->tx_queues, &conf);
	if (err != 0)
		return fail(port, error, err, "its queues cannot be configured");
	err = rte_eth_macaddr_get(port->dpdk_id, &mac);
	if (err != 0)
		return fail(port, error, err, "it has no MAC address");
	memcpy(port->mac.bytes, mac.addr_bytes, sizeof(port->mac.bytes));
	port->mac_key = tp_mac_key(&port->mac);
	return 0;
}

static int find_device(struct tp_port *port, struct tp_error *error)
{
	char name[sizeof(port->device)];
	struct rte_eth_dev_info info;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(port->device, ","), port->device);
	if (rte_eth_dev_get_port_by_name(name, &port->dpdk_id) != 0)
		return tp_error_set(error, -ENODEV, port->name,
				    "%s: no DPDK driver took this device; a PCI device must be "
				    "bound to vfio-pci (see dpdk-devbind.py)",
				    port->device);
	if (rte_eth_dev_info_get(port->dpdk_id, &info) == 0 && info.driver_name != NULL)
		snprintf(port->driver.name, sizeof(port->driver.name), "%s", info.driver_name);
	return 0;
}

int tp_port_start(struct tp_port *port, unsigned workers, uint16_t wanted_rx_queues,
		  struct rte_mempool *pool, struct tp_error *error)
{
	int err = find_device(port, error);
	if (err == 0)
		err = configure(port, workers, wanted_rx_queues, error);
	if (err != 0)
		return err;
	set_mtu(port);
	err = setup_queues(port, pool, error);
	if (err != 0)
		return err;
	err = rte_eth_dev_start(port->dpdk_id);
	if (err != 0)
		return fail(port, error, err, "it does not start");
	port->started = true;
	tp_port_link_open(port);
	set_filters(port);
	tp_log_info("dataplane", "port %s: %s, driver %s, %u RX and %u TX queues%s", port->name,
		    port->device, port->driver.name, port->rx_queues, port->tx_queues,
		    port->spread ? ", spread over workers in software" : "");
	return 0;
}

void tp_port_stop(struct tp_port *port)
{
	if (!port->started)
		return;
	tp_port_link_close(port);
	rte_eth_dev_stop(port->dpdk_id);
	rte_eth_dev_close(port->dpdk_id);
	port->started = false;
}
