/* SPDX-License-Identifier: BSD-3-Clause */
#include "turnpike/setup.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "config/file/file.h"
#include "turnpike/drivers.h"

struct tp_config *load_config(const char *path)
{
	struct tp_errors errors = {0};
	struct tp_config *config = tp_config_load(TP_PROGRAM_SERVER, path, &errors);

	if (config == NULL)
		for (unsigned i = 0; i < errors.count; i++)
			fprintf(stderr, "%s: %s\n", errors.error[i].place, errors.error[i].message);
	if (errors.total > errors.count)
		fprintf(stderr, "%s: %u mistakes more\n", path, errors.total - errors.count);
	tp_errors_clear(&errors);
	if (config != NULL && tp_config_count(config, TP_DATAPLANE_PORT) == 0) {
		fprintf(stderr, "%s: dataplane.ports: there is no port; expected at least one\n",
			path);
		tp_config_destroy(config);
		return NULL;
	}
	return config;
}

static int check_lcore(unsigned lcore, const char *property, const cpu_set_t *allowed,
		       struct tp_error *error)
{
	if (lcore < CPU_SETSIZE && CPU_ISSET(lcore, allowed))
		return 0;
	return tp_error_set(error, -EINVAL, property,
			    "there is no CPU %u that this process may use; it may use %d of them "
			    "(see nproc, taskset)",
			    lcore, CPU_COUNT(allowed));
}

static int check_lcores(const struct tp_config *config, const cpu_set_t *allowed,
			struct tp_error *error)
{
	const struct tp_config_dataplane *settings = tp_config_dataplane(config);
	int result =
		check_lcore(settings->control_lcore, "dataplane.control-lcore", allowed, error);

	for (uint32_t i = 0; result == 0 && i < settings->worker_lcores.count; i++)
		result = check_lcore(settings->worker_lcores.number[i], "dataplane.worker-lcores",
				     allowed, error);
	return result;
}

/* The EAL takes any number, and crashes. */
static int check_memory(uint32_t mib, struct tp_error *error)
{
	uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t there = ((uint64_t)sysconf(_SC_PHYS_PAGES) * page) >> 20;

	if (mib <= there)
		return 0;
	return tp_error_set(error, -ENOMEM, "dataplane.memory",
			    "%u MiB are more than the %llu that this machine has", mib,
			    (unsigned long long)there);
}

int check_machine(const struct tp_config *config, const cpu_set_t *allowed, struct tp_error *error)
{
	const struct tp_config_dataplane *settings = tp_config_dataplane(config);
	char drivers[PATH_MAX];
	int result = check_lcores(config, allowed, error);

	if (result == 0)
		result = check_memory(settings->memory, error);
	if (result == 0)
		result = find_drivers_config(settings->drivers_config, drivers, sizeof(drivers),
					     error);
	if (result == 0 && tp_config_count(config, TP_DATAPLANE_PORT) > TP_DATAPLANE_MAX_PORTS)
		result = tp_error_set(error, -EINVAL, "dataplane.ports", "at most %d ports",
				      TP_DATAPLANE_MAX_PORTS);
	return result;
}

static unsigned describe_ports(const struct tp_config *config,
			       struct tp_dataplane_port_config ports[TP_DATAPLANE_MAX_PORTS])
{
	const struct tp_config_item *item = tp_config_first(config, TP_DATAPLANE_PORT);
	unsigned count = 0;

	for (; item != NULL && count < TP_DATAPLANE_MAX_PORTS; item = tp_config_next(item)) {
		const struct tp_config_port *port = (const void *)item;

		ports[count++] = (struct tp_dataplane_port_config){
			.name = port->name,
			.device = port->device,
			.role = tp_config_is_core(config, port) ? TP_PORT_CORE : TP_PORT_ACCESS,
			.mtu = (uint16_t)port->mtu,
			.rx_queues = (uint16_t)port->rx_queues,
		};
	}
	return count;
}

static int huge_pages(unsigned setting)
{
	return setting == TP_HUGE_PAGES_YES ? 1 : setting == TP_HUGE_PAGES_NO ? 0 : -1;
}

int create_dataplane(const struct tp_config *config, bool no_huge_pages, struct tp_dataplane **dp,
		     struct tp_error *error)
{
	const struct tp_config_dataplane *settings = tp_config_dataplane(config);
	struct tp_dataplane_port_config ports[TP_DATAPLANE_MAX_PORTS];
	char drivers[PATH_MAX];
	int result = find_drivers_config(settings->drivers_config, drivers, sizeof(drivers), error);

	if (result != 0)
		return result;
	if (drivers[0] != '\0')
		tp_log_info("dataplane", "what drivers can do is read from %s", drivers);
	return tp_dataplane_create(
		&(struct tp_dataplane_config){
			.ports = ports,
			.port_count = describe_ports(config, ports),
			.worker_lcores = settings->worker_lcores.number,
			.worker_count = settings->worker_lcores.count,
			.control_lcore = settings->control_lcore,
			.max_sessions = settings->max_sessions,
			.idle_sleep = settings->idle == TP_IDLE_SLEEP,
			.huge_pages = no_huge_pages ? 0 : huge_pages(settings->huge_pages),
			.memory_mb = settings->memory,
			.drivers_config = drivers[0] != '\0' ? drivers : NULL,
		},
		dp, error);
}

void other_cpus(const struct tp_config *config, const cpu_set_t *allowed, cpu_set_t *others)
{
	const struct tp_config_dataplane *settings = tp_config_dataplane(config);

	*others = *allowed;
	CPU_CLR(settings->control_lcore, others);
	for (uint32_t i = 0; i < settings->worker_lcores.count; i++)
		CPU_CLR(settings->worker_lcores.number[i], others);
	if (CPU_COUNT(others) == 0)
		CPU_SET(settings->control_lcore, others);
}
