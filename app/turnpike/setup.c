/* SPDX-License-Identifier: BSD-3-Clause */
#include "turnpike/setup.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "config/file/file.h"
#include "turnpike/folders.h"

/* Without a file nobody knows yet what one looks like. */
static void show_examples(void)
{
	char folder[PATH_MAX];

	if (find_examples(folder, sizeof(folder)))
		fprintf(stderr,
			"turnpike: examples to start from are in %s: quick-example.yaml is the "
			"smallest, two-nics.yaml one for a server; copy one, change its devices, "
			"and `turnpike --check FILE` says what is wrong with it\n",
			folder);
}

struct tp_config *load_config(const char *path)
{
	struct tp_errors errors = {0};
	struct tp_config *config = tp_config_load(TP_PROGRAM_SERVER, path, &errors);

	if (config == NULL)
		for (unsigned i = 0; i < errors.count; i++)
			fprintf(stderr, "%s: %s\n", errors.error[i].place, errors.error[i].message);
	if (errors.total > errors.count)
		fprintf(stderr, "%s: %u mistakes more\n", path, errors.total - errors.count);
	if (config == NULL && errors.count > 0 && errors.error[0].code == -ENOENT)
		show_examples();
	tp_errors_clear(&errors);
	if (config != NULL && tp_config_count(config, TP_DATAPLANE_PORT) == 0) {
		fprintf(stderr, "%s: dataplane.ports: there is no port; expected at least one\n",
			path);
		tp_config_destroy(config);
		return NULL;
	}
	return config;
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

int describe_dataplane(const struct tp_config *config, bool no_huge_pages,
		       struct dataplane_setup *setup, struct tp_error *error)
{
	const struct tp_config_dataplane *settings = tp_config_dataplane(config);
	const struct tp_config_management *management = tp_config_management(config);
	int result = find_drivers_config(settings->drivers_config, setup->drivers,
					 sizeof(setup->drivers), error);

	if (result != 0)
		return result;
	setup->config = (struct tp_dataplane_config){
		.ports = setup->ports,
		.port_count = describe_ports(config, setup->ports),
		.worker_lcores = settings->worker_lcores.number,
		.worker_count = settings->worker_lcores.count,
		.control_lcore = settings->control_lcore,
		.max_sessions = settings->max_sessions,
		.idle_sleep = settings->idle == TP_IDLE_SLEEP,
		.huge_pages = no_huge_pages ? 0 : huge_pages(settings->huge_pages),
		.memory_mb = settings->memory,
		.drivers_config = setup->drivers[0] != '\0' ? setup->drivers : NULL,
		.counters_key = management->journal ? management->journal_directory : NULL,
	};
	return 0;
}

int create_dataplane(const struct tp_config *config, bool no_huge_pages, struct tp_dataplane **dp,
		     struct tp_error *error)
{
	struct dataplane_setup setup;
	int result = describe_dataplane(config, no_huge_pages, &setup, error);

	if (result != 0)
		return result;
	if (setup.drivers[0] != '\0')
		tp_log_info("dataplane", "what drivers can do is read from %s", setup.drivers);
	return tp_dataplane_create(&setup.config, dp, error);
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
