/* SPDX-License-Identifier: BSD-3-Clause */
#include "rig_port.h"

#include <errno.h>
#include <rte_cycles.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"

#define RING_SIZE    2048
#define POOL_SIZE    16383
#define HUGE_PAGES   64	    /* of 2 MB: two ports' pools, and the EAL's own */
#define FULL_WAIT_US 200000 /* how long a full port is waited for before frames are given up */
#define RESUME_TRIES 400
#define FULL_NAP_US  20 /* asleep: whoever empties it may share this core */

struct rig_port {
	uint16_t id;
	struct rte_mempool *pool;
	struct rte_mbuf *tx[RIG_BURST];
	uint8_t tags[RIG_BURST]; /* of TX */
	unsigned tx_count;
	bool paused;
	unsigned tries; /* looks for a link since it was started, while it is paused */
	struct rig_port_counters counters;
};

/* Free ones, for the pools of two ports. */
static bool have_huge_pages(void)
{
	FILE *f = fopen("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "r");
	unsigned count = 0;

	if (f == NULL)
		return false;
	if (fscanf(f, "%u", &count) != 1)
		count = 0;
	fclose(f);
	return count >= HUGE_PAGES;
}

static bool is_virtual(const char *device)
{
	return strncmp(device, "net_", 4) == 0;
}

static int start_eal(const char *const *devices, unsigned count, unsigned lcore,
		     struct tp_error *error)
{
	char core[16], prefix[48], arguments[RIG_PORTS_MAX][256];
	char *argv[16 + RIG_PORTS_MAX];
	bool pci = false;
	int argc = 0;

	snprintf(core, sizeof(core), "%u", lcore);
	snprintf(prefix, sizeof(prefix), "--file-prefix=turnpike-bench-%d", (int)getpid());
	argv[argc++] = "turnpike-bench";
	argv[argc++] = "--no-telemetry";
	argv[argc++] = "--log-level=error";
	argv[argc++] = "-l";
	argv[argc++] = core;
	for (unsigned i = 0; i < count; i++) {
		snprintf(arguments[i], sizeof(arguments[i]), "%s=%s",
			 is_virtual(devices[i]) ? "--vdev" : "--allow", devices[i]);
		argv[argc++] = arguments[i];
		pci = pci || !is_virtual(devices[i]);
	}
	if (!pci)
		argv[argc++] = "--no-pci";
	if (have_huge_pages()) {
		argv[argc++] = "--in-memory";
	} else { /* the EAL refuses --in-memory then; this is what it would have done */
		argv[argc++] = "--no-huge";
		argv[argc++] = "--no-shconf";
		argv[argc++] = "-m";
		argv[argc++] = "256";
		argv[argc++] = prefix;
	}
	if (rte_eal_init(argc, argv) < 0)
		return tp_error_set(error, -rte_errno, devices[0], "the EAL does not start: %s",
				    rte_strerror(rte_errno));
	return 0;
}

static int start_port(struct rig_port *port, const char *device, struct tp_error *error)
{
	struct rte_eth_conf conf = {0};
	char name[RTE_ETH_NAME_MAX_LEN];
	int err;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(device, ","), device);
	if (rte_eth_dev_get_port_by_name(name, &port->id) != 0)
		return tp_error_set(error, -ENODEV, device, "no DPDK driver took the device");
	port->pool = rte_pktmbuf_pool_create(name, POOL_SIZE, 256, 0, RTE_MBUF_DEFAULT_BUF_SIZE,
					     SOCKET_ID_ANY);
	if (port->pool == NULL)
		return tp_error_set(error, -ENOMEM, device, "no memory for packets");
	err = rte_eth_dev_configure(port->id, 1, 1, &conf);
	if (err == 0)
		err = rte_eth_rx_queue_setup(port->id, 0, RING_SIZE, SOCKET_ID_ANY, NULL,
					     port->pool);
	if (err == 0)
		err = rte_eth_tx_queue_setup(port->id, 0, RING_SIZE, SOCKET_ID_ANY, NULL);
	if (err == 0)
		err = rte_eth_dev_start(port->id);
	if (err != 0)
		return tp_error_set(error, err, device, "the port does not start: %s",
				    rte_strerror(-err));
	/* The emulated subscribers have MACs of their own; a virtual device may not know this
	 * mode, and then takes every frame anyway. */
	rte_eth_promiscuous_enable(port->id);
	return 0;
}

static void stop_port(struct rig_port *port)
{
	rte_eth_dev_stop(port->id);
	rte_eth_dev_close(port->id);
	rte_mempool_free(port->pool);
	free(port);
}

int rig_ports_open(const char *const *devices, unsigned count, unsigned lcore,
		   struct rig_port **ports, struct tp_error *error)
{
	int err = start_eal(devices, count, lcore, error);
	unsigned opened = 0;

	if (err != 0)
		return err;
	for (; opened < count; opened++) {
		ports[opened] = calloc(1, sizeof(*ports[opened]));
		if (ports[opened] == NULL) {
			err = tp_error_set(error, -ENOMEM, devices[opened], "no memory");
			goto failed;
		}
		err = start_port(ports[opened], devices[opened], error);
		if (err != 0) {
			free(ports[opened]);
			goto failed;
		}
	}
	return 0;
failed:
	rig_ports_close(ports, opened);
	return err;
}

void rig_ports_close(struct rig_port **ports, unsigned count)
{
	char folder[512];

	for (unsigned i = 0; i < count; i++)
		stop_port(ports[i]);
	snprintf(folder, sizeof(folder), "%s", rte_eal_get_runtime_dir());
	rte_eal_cleanup();
	rmdir(folder); /* of this process alone; the EAL leaves it behind, empty */
}

void rig_port_pause(struct rig_port *port)
{
	rig_port_flush(port);
	if (port->tries == 0)
		rte_eth_dev_stop(port->id);
	port->paused = true;
}

/* A driver may say that a port has started though nobody was there, and look no further. But who is
 * cut off in the middle of the first words may take it badly, so that is left for the last. */
bool rig_port_resume(struct rig_port *port)
{
	struct rte_eth_link link = {0};

	if (!port->paused)
		return true;
	if (port->tries == 0 && rte_eth_dev_start(port->id) != 0)
		return false;
	if (rte_eth_link_get_nowait(port->id, &link) == 0 && link.link_status != 0) {
		port->paused = false;
		port->tries = 0;
	} else if (++port->tries == RESUME_TRIES) {
		rte_eth_dev_stop(port->id);
		port->tries = 0;
	}
	return !port->paused;
}

void rig_ports_tell_nothing(void)
{
	rte_log_set_global_level(RTE_LOG_EMERG);
	rte_log_set_level_pattern("*", RTE_LOG_EMERG);
}

struct tp_mac rig_port_mac(const struct rig_port *port)
{
	struct rte_ether_addr address = {0};
	struct tp_mac mac;

	rte_eth_macaddr_get(port->id, &address);
	memcpy(mac.bytes, address.addr_bytes, sizeof(mac.bytes));
	return mac;
}

/* Takes the tags out of the frame, those that the driver left in it. */
static bool parse_frame(const struct rte_mbuf *m, struct rig_frame *frame)
{
	struct tp_reader r = tp_reader_of(rte_pktmbuf_mtod(m, void *), rte_pktmbuf_data_len(m));
	uint16_t tags[2] = {0}, tag;
	unsigned count = 0;

	if (m->ol_flags & RTE_MBUF_F_RX_VLAN_STRIPPED)
		tags[count++] = m->vlan_tci & 0xfff;
	if (!tp_read_copy(&r, frame->dst.bytes, 6) || !tp_read_copy(&r, frame->src.bytes, 6) ||
	    !tp_read_be16(&r, &frame->ethertype))
		return false;
	while (frame->ethertype == TP_ETHERTYPE_VLAN || frame->ethertype == TP_ETHERTYPE_QINQ) {
		if (count == 2 || !tp_read_be16(&r, &tag) || !tp_read_be16(&r, &frame->ethertype))
			return false;
		tags[count++] = tag & 0xfff;
	}
	frame->vlans = (struct tp_vlans){.outer = tags[0], .inner = tags[1]};
	frame->payload = r.p;
	frame->len = (uint16_t)tp_reader_left(&r);
	return true;
}

unsigned rig_port_receive(struct rig_port *port,
			  void (*each)(void *user, const struct rig_frame *frame), void *user)
{
	struct rte_mbuf *burst[RIG_BURST];
	struct rig_frame frame;
	unsigned n = port->paused ? 0 : rte_eth_rx_burst(port->id, 0, burst, RIG_BURST);

	port->counters.received += n;
	for (unsigned i = 0; i < n; i++) {
		if (burst[i]->nb_segs == 1 && parse_frame(burst[i], &frame))
			each(user, &frame);
		rte_pktmbuf_free(burst[i]);
	}
	return n;
}

uint8_t *rig_port_send(struct rig_port *port, const struct tp_mac *dst, const struct tp_mac *src,
		       struct tp_vlans vlans, uint16_t ethertype, uint16_t len)
{
	uint16_t header[4], tag_count = 0;
	struct rte_mbuf *m;
	uint8_t *p;

	if (vlans.outer != 0) {
		header[tag_count++] = TP_ETHERTYPE_VLAN;
		header[tag_count++] = vlans.outer;
	}
	if (vlans.inner != 0) {
		header[tag_count++] = TP_ETHERTYPE_VLAN;
		header[tag_count++] = vlans.inner;
	}
	if (port->tx_count == RIG_BURST)
		rig_port_flush(port);
	m = rte_pktmbuf_alloc(port->pool);
	if (m == NULL ||
	    (p = (uint8_t *)rte_pktmbuf_append(
		     m, (uint16_t)(TP_ETHERNET_HEADER_LEN + 2 * tag_count + len))) == NULL) {
		rte_pktmbuf_free(m);
		port->counters.lost++;
		return NULL;
	}
	port->tags[port->tx_count] = 0;
	port->tx[port->tx_count++] = m;
	memcpy(p, dst->bytes, 6);
	memcpy(p + 6, src->bytes, 6);
	p += 12;
	for (unsigned i = 0; i < tag_count; i++, p += 2)
		tp_put_be16(p, header[i]);
	tp_put_be16(p, ethertype);
	return p + 2;
}

void rig_port_tag(struct rig_port *port, uint8_t tag)
{
	port->tags[port->tx_count - 1] = tag;
}

void rig_port_flush(struct rig_port *port)
{
	unsigned sent = 0, waited = 0;

	while (sent < port->tx_count && !port->paused) {
		sent += rte_eth_tx_burst(port->id, 0, port->tx + sent,
					 (uint16_t)(port->tx_count - sent));
		if (sent < port->tx_count) {
			if (waited++ == FULL_WAIT_US / FULL_NAP_US)
				break;
			rte_delay_us_sleep(FULL_NAP_US);
		}
	}
	port->counters.sent += sent;
	port->counters.lost += port->tx_count - sent;
	for (unsigned i = sent; i < port->tx_count; i++)
		port->counters.not_taken[port->tags[i]]++;
	if (sent < port->tx_count)
		rte_pktmbuf_free_bulk(port->tx + sent, port->tx_count - sent);
	port->tx_count = 0;
}

const struct rig_port_counters *rig_port_counters(const struct rig_port *port)
{
	return &port->counters;
}
