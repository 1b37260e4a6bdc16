/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/ending.h"

#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TIMES 4 /* everything takes longer */
#else
#define TIMES 1
#endif

static const char *_Atomic waits_for = "the sessions";

/* On whichever thread still runs; system calls only. */
static void give_up(int number)
{
	static const char text[] =
		"error system: the end takes too long and is cut short, waiting for ";
	const char *whom = atomic_load(&waits_for);

	/* There is nobody to tell if this fails. */
	(void)!write(STDERR_FILENO, text, sizeof(text) - 1);
	(void)!write(STDERR_FILENO, whom, strlen(whom));
	(void)!write(STDERR_FILENO, "\n", 1);
	_exit(1);
}

void tp_ending_begin(void)
{
	struct sigaction action = {.sa_handler = give_up};
	sigset_t signals;

	sigaction(SIGALRM, &action, NULL);
	sigemptyset(&signals);
	sigaddset(&signals, SIGALRM);
	pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
	alarm(TIMES * TP_ENDING_LIMIT_S);
}

void tp_ending_waits_for(const char *whom)
{
	atomic_store(&waits_for, whom);
}

void tp_ending_done(void)
{
	alarm(0);
}
