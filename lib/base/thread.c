/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/thread.h"

int tp_thread_start(pthread_t *thread, const char *name, const cpu_set_t *cpus,
		    void *(*work)(void *), void *user)
{
	pthread_attr_t attributes;
	int error;

	pthread_attr_init(&attributes);
	if (CPU_COUNT(cpus) > 0)
		pthread_attr_setaffinity_np(&attributes, sizeof(*cpus), cpus);
	error = pthread_create(thread, &attributes, work, user);
	pthread_attr_destroy(&attributes);
	if (error == 0)
		pthread_setname_np(*thread, name);
	return -error;
}
