/* SPDX-License-Identifier: BSD-3-Clause */
#include "turnpike/machine.h"

#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "config/file/file.h"
#include "turnpike/setup.h"

static const struct tp_config_item *dataplane_item(const struct tp_config *config)
{
	return &tp_config_dataplane(config)->head;
}

/* ---- CPUs and memory ------------------------------------------------------------------------- */

static int check_lcore(unsigned lcore, const cpu_set_t *allowed, struct tp_error *error)
{
	if (lcore < CPU_SETSIZE && CPU_ISSET(lcore, allowed))
		return 0;
	return tp_error_set(error, -EINVAL, NULL,
			    "there is no CPU %u that this process may use; it may use %d of them "
			    "(see nproc, taskset)",
			    lcore, CPU_COUNT(allowed));
}

static int check_lcores(const struct tp_config *config, const char *path, const cpu_set_t *allowed,
			struct tp_error *error)
{
	const struct tp_config_dataplane *settings = tp_config_dataplane(config);

	if (check_lcore(settings->control_lcore, allowed, error) != 0)
		return tp_config_blame(&settings->head, TP_DATAPLANE_CONTROL_LCORE, path, error);
	for (uint32_t i = 0; i < settings->worker_lcores.count; i++)
		if (check_lcore(settings->worker_lcores.number[i], allowed, error) != 0)
			return tp_config_blame(&settings->head, TP_DATAPLANE_WORKER_LCORES, path,
					       error);
	return 0;
}

/* The EAL takes any number, and crashes. */
static int check_memory(const struct tp_config *config, const char *path, struct tp_error *error)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t there = ((uint64_t)sysconf(_SC_PHYS_PAGES) * page) >> 20;
	uint32_t mib = tp_config_dataplane(config)->memory;

	if (mib <= there)
		return 0;
	tp_error_set(error, -ENOMEM, NULL, "%u MiB are more than the %llu that this machine has",
		     mib, (unsigned long long)there);
	return tp_config_blame(dataplane_item(config), TP_DATAPLANE_MEMORY, path, error);
}

/* Enough for its tables? And can the drivers' files be read? */
static int check_dataplane(const struct tp_config *config, const char *path, struct tp_error *error)
{
	struct dataplane_setup setup;
	unsigned least = 0, needed = 0;
	int result = describe_dataplane(config, false, &setup, error);

	if (result == 0)
		result = tp_dataplane_memory(&setup.config, &least, &needed, error);
	if (result != 0 || setup.config.memory_mb == 0 || setup.config.memory_mb >= least)
		return result;
	tp_error_set(error, -ENOMEM, NULL,
		     "%u MiB are too few: the tables of %u sessions and the frames of %u port%s "
		     "need %u (fewer max-sessions need less; 0 takes what is needed)",
		     setup.config.memory_mb, setup.config.max_sessions, setup.config.port_count,
		     setup.config.port_count == 1 ? "" : "s", needed);
	return tp_config_blame(dataplane_item(config), TP_DATAPLANE_MEMORY, path, error);
}

/* ---- devices --------------------------------------------------------------------------------- */

static bool is_pci_address(const char *text)
{
	unsigned domain, bus, device, function;
	int end = 0;

	return (sscanf(text, "%4x:%2x:%2x.%1x%n", &domain, &bus, &device, &function, &end) == 4 ||
		sscanf(text, "%2x:%2x.%1x%n", &bus, &device, &function, &end) == 3) &&
	       (text[end] == '\0' || text[end] == ',');
}

/* The address of the PCI device behind an interface of the host's. False: there is none. */
static bool pci_address(const char *interface, char *text, size_t size)
{
	char path[128], target[PATH_MAX];
	const char *name;
	ssize_t len;

	snprintf(path, sizeof(path), "/sys/class/net/%s/device", interface);
	len = readlink(path, target, sizeof(target) - 1);
	if (len <= 0)
		return false;
	target[len] = '\0';
	name = strrchr(target, '/') != NULL ? strrchr(target, '/') + 1 : target;
	snprintf(text, size, "%.30s", name);
	return is_pci_address(text);
}

/* A driver's name and number, or the address of a device on a bus: all that has a name of DPDK's.
 */
static bool names_a_device(const char *device)
{
	return strncmp(device, "net_", 4) == 0 || strncmp(device, "eth_", 4) == 0 ||
	       strchr(device, ':') != NULL || strlen(device) == 36 /* VMBus: a UUID */;
}

/* Whoever comes from anything else names the interface. */
static int check_name(const struct tp_config_port *port, struct tp_error *error)
{
	char address[32];

	if (names_a_device(port->device))
		return 0;
	if (strlen(port->device) >= IFNAMSIZ || if_nametoindex(port->device) == 0)
		return tp_error_set(error, -ENODEV, NULL,
				    "'%.60s' is no device of DPDK's: expected a NIC's PCI address, "
				    "such as 0000:41:00.0 (see dpdk-devbind.py --status), or "
				    "net_af_packet0,iface=NAME for an interface of this host",
				    port->device);
	if (pci_address(port->device, address, sizeof(address)))
		return tp_error_set(
			error, -ENODEV, NULL,
			"'%s' is an interface of this host's, no device of DPDK's: "
			"expected %s, its PCI address (bound to vfio-pci, see "
			"dpdk-devbind.py), or net_af_packet%u,iface=%s, which is slower",
			port->device, address, port->head.id - 1, port->device);
	return tp_error_set(error, -ENODEV, NULL,
			    "'%s' is an interface of this host's, no device of DPDK's: expected "
			    "net_af_packet%u,iface=%s",
			    port->device, port->head.id - 1, port->device);
}

/* What it stands on, is it there? */
static int check_there(const struct tp_config_port *port, struct tp_error *error)
{
	static const char packet[] = "net_af_packet", argument[] = ",iface=";
	const char *interface = strstr(port->device, argument);
	char name[IFNAMSIZ], path[128];

	if (is_pci_address(port->device)) {
		snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s%.*s",
			 port->device[4] == ':' ? "" : "0000:", (int)strcspn(port->device, ","),
			 port->device);
		if (access(path, F_OK) != 0)
			return tp_error_set(error, -ENODEV, NULL,
					    "there is no PCI device '%.*s' (see dpdk-devbind.py "
					    "--status)",
					    (int)strcspn(port->device, ","), port->device);
	}
	if (strncmp(port->device, packet, strlen(packet)) != 0 || interface == NULL)
		return 0;
	interface += strlen(argument);
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(interface, ","), interface);
	if (if_nametoindex(name) != 0)
		return 0;
	return tp_error_set(error, -ENODEV, NULL, "this host has no interface '%s' (see ip link)",
			    name);
}

static int check_devices(const struct tp_config *config, const char *path, struct tp_error *error)
{
	const struct tp_config_item *item = tp_config_first(config, TP_DATAPLANE_PORT);

	for (; item != NULL; item = tp_config_next(item))
		if (check_name((const void *)item, error) != 0 ||
		    check_there((const void *)item, error) != 0)
			return tp_config_blame(item, TP_PORT_DEVICE, path, error);
	return 0;
}

int check_machine(const struct tp_config *config, const char *path, const cpu_set_t *allowed,
		  struct tp_error *error)
{
	int result = check_lcores(config, path, allowed, error);

	if (result == 0)
		result = check_memory(config, path, error);
	if (result == 0)
		result = check_devices(config, path, error);
	if (result == 0 && tp_config_count(config, TP_DATAPLANE_PORT) > TP_DATAPLANE_MAX_PORTS)
		result = tp_error_set(error, -EINVAL, "dataplane.ports", "at most %d ports",
				      TP_DATAPLANE_MAX_PORTS);
	return result == 0 ? check_dataplane(config, path, error) : result;
}
