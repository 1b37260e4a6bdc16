/* SPDX-License-Identifier: BSD-3-Clause */
#include "turnpike/privileges.h"

#include <dirent.h>
#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define WAIT_MS 5000

#ifdef __SANITIZE_THREAD__
#define ALL_HEAR false /* the sanitizer's own thread takes no signal */
#else
#define ALL_HEAR true
#endif

static const int kept[] = {
	CAP_NET_ADMIN,	      /* the TAPs, routes and neighbours */
	CAP_NET_RAW,	      /* ports on Linux interfaces */
	CAP_NET_BIND_SERVICE, /* www-ssl on 443, or another service */
	CAP_IPC_LOCK,	      /* DPDK's memory stays in memory */
	CAP_DAC_OVERRIDE,     /* the configuration and certificates may be other users' files, */
	CAP_CHOWN,	      /* and a file that is saved stays its owner's, */
	CAP_FOWNER,	      /* with its mode */
};

static uint64_t keep;
static atomic_uint done, failed;

/* Capabilities are a thread's own, and no thread can change another's. So each is sent a signal, as
 * the C library does for setuid(). System calls only: it may interrupt anything. */
static void drop_own(int number)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];
	int saved = errno;

	/* Without CAP_SETPCAP the bounding set stays; then what is below keeps an exec from using
	 * it. */
	for (int c = 0; c <= CAP_LAST_CAP; c++)
		if ((keep >> c & 1) == 0)
			prctl(PR_CAPBSET_DROP, c, 0, 0, 0);
	bool good = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
		    syscall(SYS_capget, &header, data) == 0;
	for (unsigned i = 0; good && i < 2; i++) {
		data[i].permitted &= (uint32_t)(keep >> (32 * i));
		data[i].effective = data[i].permitted;
		data[i].inheritable = 0;
	}
	if (!good || syscall(SYS_capset, &header, data) != 0)
		atomic_fetch_add(&failed, 1);
	atomic_fetch_add(&done, 1);
	errno = saved;
}

/* Returns how many threads beside this one were told, or a negative errno. */
static int tell_others(int number)
{
	DIR *tasks = opendir("/proc/self/task");
	const struct dirent *task;
	int told = 0;

	if (tasks == NULL)
		return -errno;
	while ((task = readdir(tasks)) != NULL) {
		pid_t id = (pid_t)strtol(task->d_name, NULL, 10);

		if (id != 0 && id != gettid() && syscall(SYS_tgkill, getpid(), id, number) == 0)
			told++;
	}
	closedir(tasks);
	return told;
}

int privileges_drop(struct tp_error *error)
{
	const int number = SIGRTMIN;
	struct sigaction action = {.sa_handler = drop_own, .sa_flags = SA_RESTART}, before;
	int told;

	if (!ALL_HEAR)
		return 0;
	for (unsigned i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		keep |= UINT64_C(1) << kept[i];
	sigaction(number, &action, &before);
	told = tell_others(number);
	for (unsigned ms = 0; told > 0 && atomic_load(&done) < (unsigned)told && ms < WAIT_MS; ms++)
		usleep(1000);
	if (told >= 0 && atomic_load(&done) < (unsigned)told)
		told = -ETIMEDOUT; /* the handler stays: one may still get its signal */
	else
		sigaction(number, &before, NULL);
	drop_own(number);
	if (told >= 0 && atomic_load(&failed) == 0)
		return 0;
	return tp_error_set(error, told < 0 ? told : -EPERM, "capabilities",
			    "cannot give up rights: %s", strerror(told < 0 ? -told : EPERM));
}
