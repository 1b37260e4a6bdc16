/* SPDX-License-Identifier: BSD-3-Clause */
/* The EAL's arguments, made from the configuration. */
#include "dataplane/eal.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_log.h>
#include <rte_version.h>

#include "base/log.h"
#include "dataplane/leftovers.h"

#define ARGUMENTS_MAX 128
#define HUGE_PAGES    "/sys/kernel/mm/hugepages"
#define PREFIX	      "turnpike" /* of the EAL's folder for this process, in ordinary memory */

struct arguments {
	int count;
	char *list[ARGUMENTS_MAX];
};

static void add(struct arguments *a, const char *text)
{
	if (a->count < ARGUMENTS_MAX - 1)
		a->list[a->count++] = strdup(text);
}

static void add_pair(struct arguments *a, const char *option, const char *value)
{
	add(a, option);
	add(a, value);
}

static unsigned long read_pages(const char *folder, const char *what)
{
	char path[PATH_MAX];
	unsigned long pages = 0;

	snprintf(path, sizeof(path), HUGE_PAGES "/%s/%s", folder, what);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return 0;
	if (fscanf(file, "%lu", &pages) != 1)
		pages = 0;
	fclose(file);
	return pages;
}

/* A mapping's pages are counted free until it touches them. */
uint64_t tp_eal_free_huge_mb(void)
{
	uint64_t total_kb = 0;
	struct dirent *entry;
	DIR *dir = opendir(HUGE_PAGES);
	if (dir == NULL)
		return 0;
	while ((entry = readdir(dir)) != NULL) {
		unsigned long kb;
		if (sscanf(entry->d_name, "hugepages-%lukB", &kb) != 1)
			continue;
		unsigned long free = read_pages(entry->d_name, "free_hugepages");
		unsigned long reserved = read_pages(entry->d_name, "resv_hugepages");
		if (free > reserved)
			total_kb += (uint64_t)kb * (free - reserved);
	}
	closedir(dir);
	return total_kb / 1024;
}

/* 1: with huge pages; 0: without; negative: there should be some, and are not. */
static int choose_memory(const struct tp_dataplane_config *config, unsigned memory_mb,
			 struct arguments *a, struct tp_error *error)
{
	char text[16], prefix[32];
	uint64_t huge = config->huge_pages == 0 ? 0 : tp_eal_free_huge_mb();

	/* With huge pages too: the EAL takes all at once then, and what the daemon needs later
	 * can't have been taken by others. */
	snprintf(text, sizeof(text), "%u", memory_mb);
	add_pair(a, "-m", text);
	if (config->huge_pages == 1 && huge < memory_mb)
		return tp_error_set(error, -ENOMEM, "dataplane.huge-pages",
				    "%u MiB of huge pages are needed and %llu are free: raise "
				    "/proc/sys/vm/nr_hugepages",
				    memory_mb, (unsigned long long)huge);
	if (huge >= memory_mb) {
		tp_log_info("dataplane", "using %u MiB of huge pages", memory_mb);
		add(a, "--in-memory"); /* no files, so that several daemons never meet */
		return 1;
	}
	tp_log_info("dataplane", "%s: using %u MiB of ordinary memory, at half the speed or less",
		    config->huge_pages == 0 ? "huge pages are switched off"
					    : "too few huge pages are free",
		    memory_mb);
	add(a, "--no-huge");
	add(a,
	    "--no-shconf"); /* what --in-memory would do; the EAL refuses it without huge pages */
	snprintf(prefix, sizeof(prefix), PREFIX "-%d", (int)getpid());
	add_pair(a, "--file-prefix", prefix);
	return 0;
}

static void choose_lcores(const struct tp_dataplane_config *config, struct arguments *a)
{
	char text[16 * (TP_DATAPLANE_MAX_WORKERS + 1)];
	int len = snprintf(text, sizeof(text), "0@%u", config->control_lcore);
	for (unsigned i = 0; i < config->worker_count; i++)
		len += snprintf(text + len, sizeof(text) - (size_t)len, ",%u@%u", i + 1,
				config->worker_lcores[i]);
	add_pair(a, "--lcores", text);
	add_pair(a, "--main-lcore", "0");
}

static void choose_devices(const struct tp_dataplane_config *config, const struct tp_port *ports,
			   struct arguments *a)
{
	char name[64], device[sizeof(ports->device) + sizeof(ports->driver.device_arguments) + 2];
	bool pci = false;
	for (unsigned i = 0; i < config->port_count; i++) {
		bool virtual = tp_driver_of_device(ports[i].device, name, sizeof(name));
		tp_port_device_argument(&ports[i], device, sizeof(device));
		add_pair(a, virtual ? "--vdev" : "-a", device);
		pci |= !virtual;
	}
	if (!pci)
		add(a, "--no-pci");
}

static int clear_devices(const struct tp_dataplane_config *config, const struct tp_port *ports,
			 struct tp_error *error)
{
	char device[sizeof(ports->device) + sizeof(ports->driver.device_arguments) + 2];
	int err = 0;

	for (unsigned i = 0; err == 0 && i < config->port_count; i++) {
		tp_port_device_argument(&ports[i], device, sizeof(device));
		err = tp_leftovers_clear_device(device, ports[i].name, error);
	}
	return err;
}

/* Beside that of this process. */
static void clear_folders(void)
{
	char folder[512];
	char *slash;

	snprintf(folder, sizeof(folder), "%s", rte_eal_get_runtime_dir());
	slash = strrchr(folder, '/');
	if (slash == NULL)
		return;
	*slash = '\0';
	tp_leftovers_clear_folders(folder, PREFIX);
}

int tp_eal_start(const struct tp_dataplane_config *config, const struct tp_port *ports,
		 unsigned memory_mb, struct tp_error *error)
{
	struct arguments a = {0};
	int err = clear_devices(config, ports, error);
	if (err != 0)
		return err;
	/* A unit's may be a list, which the EAL takes for one folder; its own is /run/dpdk. */
	unsetenv("RUNTIME_DIRECTORY");
	add(&a, "turnpike");
	add(&a, "--no-telemetry");
	add_pair(&a, "--log-level", tp_log_enabled(TP_LOG_DEBUG) ? "info" : "error");
	choose_lcores(config, &a);
	choose_devices(config, ports, &a);
	err = choose_memory(config, memory_mb, &a, error);
	if (err >= 0) {
		/* The EAL keeps pointers into the arguments, and reorders the list. */
		char *list[ARGUMENTS_MAX];
		memcpy(list, a.list, sizeof(list));
		err = rte_eal_init(a.count, list);
		if (err < 0)
			err = tp_error_set(error, rte_errno != 0 ? -rte_errno : -EIO, "dataplane",
					   "DPDK does not start: %s (its own words are above)",
					   rte_strerror(rte_errno));
		else
			clear_folders();
	}
	for (int i = 0; i < a.count; i++)
		free(a.list[i]);
	return err < 0 ? err : 0;
}

void tp_eal_stop(void)
{
	char folder[512]; /* of this process alone; the EAL leaves it behind, empty */
	snprintf(folder, sizeof(folder), "%s", rte_eal_get_runtime_dir());
	rte_eal_cleanup();
	rmdir(folder);
}
