/* SPDX-License-Identifier: BSD-3-Clause */
#include "control_load.h"

#include <inttypes.h>
#include <stdio.h>

#define STEP_US 1000000

/* Control runs on the process' first thread. */
static uint64_t cpu_ns(pid_t pid)
{
	char path[64];
	uint64_t ns = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/schedstat", (int)pid, (int)pid);
	f = fopen(path, "r");
	if (f == NULL)
		return 0;
	if (fscanf(f, "%" SCNu64, &ns) != 1)
		ns = 0;
	fclose(f);
	return ns;
}

static double percent(uint64_t ns, uint64_t us)
{
	return us == 0 ? 0 : (double)ns / 10.0 / (double)us;
}

void control_load_begin(struct control_load *load, pid_t pid, uint64_t now_us)
{
	*load = (struct control_load){.pid = pid, .begun_us = now_us, .sampled_us = now_us};
	if (pid != 0)
		load->begun_ns = load->sampled_ns = cpu_ns(pid);
}

void control_load_sample(struct control_load *load, uint64_t now_us)
{
	uint64_t ns;
	double step;

	if (load->pid == 0 || now_us - load->sampled_us < STEP_US)
		return;
	ns = cpu_ns(load->pid);
	step = percent(ns - load->sampled_ns, now_us - load->sampled_us);
	if (step > load->highest_percent)
		load->highest_percent = step;
	load->sampled_us = now_us;
	load->sampled_ns = ns;
	load->seconds = (double)(now_us - load->begun_us) / 1e6;
	load->percent = percent(ns - load->begun_ns, now_us - load->begun_us);
}
