/* SPDX-License-Identifier: BSD-3-Clause */
/* The service www-ssl, with certificates by openssl(1), and clients of it. */
#pragma once

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <signal.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/log.h"
#include "client.h"
#include "config/file/file.h"
#include "config/types/password.h"

/* Of "secret". */
#define SECRET                                                                                     \
	"$6$saltsalt$TVLlQcbpFVof5W3Yz4DTP6gRstiNuHwwTt6GLc"                                       \
	"1E5n0U0aDehy0S5knV8wiOQSpT0Y77vwPZN.Pq.H91p5hVO1"

extern struct fixture f;
extern char certificates[2][96];
extern unsigned port;

unsigned free_port(void);
struct tp_remote *settings(const char *more);
struct tp_remote *usual(unsigned certificate);
int setup(void **state);
int teardown(void **state);
void change(struct tp_remote *remote);
struct reply https(unsigned trusted, const char *user, const char *method, const char *path,
		   const char *body, const char *accept);
long status(const char *user, const char *method, const char *path, const char *body);
/* Goes on by itself, in a process that exits with 0 after a 200. */
pid_t ask_beside(const char *user, const char *method, const char *path, const char *body);
int tcp_connect(void);
int make_certificates(void **state);
int remove_certificates(void **state);

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
