/* SPDX-License-Identifier: BSD-3-Clause */
/* The HTTP server, with something in control's place that echoes: the input is a method (its
 * first byte), a URL (up to the end of the line), and a body; or, for some first bytes, what a
 * client sends as it is. */
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "fake_control.h"
#include "mgmt/mgmt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static struct tp_mailbox control;
static struct tp_mgmt *mgmt;
static pthread_t thread;
static struct sockaddr_un address = {.sun_family = AF_UNIX};

static void *run(void *user)
{
	tp_mgmt_run(mgmt);
	return NULL;
}

static void stop(void)
{
	tp_mgmt_stop(mgmt);
	pthread_join(thread, NULL);
	tp_mgmt_destroy(mgmt);
	fake_control_stop(&control);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct tp_mgmt_setup setup = {.mailbox = &control, .socket = address.sun_path};

	tp_log_set_level(TP_LOG_ERROR);
	snprintf(address.sun_path, sizeof(address.sun_path), "/tmp/turnpike-fuzz-%d.sock",
		 getpid());
	fake_control_start(&control);
	control.items = 100;
	if (tp_mgmt_create(&setup, &mgmt, NULL) != 0 ||
	    pthread_create(&thread, NULL, run, NULL) != 0)
		abort();
	atexit(stop);
	return 0;
}

/* Sends, and reads until the server has nothing more to say. */
static void exchange(const char *head, size_t head_len, const uint8_t *body, size_t body_len)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct pollfd ready = {.fd = fd, .events = POLLIN};
	char answer[4096];

	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0)
		abort();
	send(fd, head, head_len, MSG_NOSIGNAL);
	send(fd, body, body_len, MSG_NOSIGNAL);
	shutdown(fd, SHUT_WR);
	while (poll(&ready, 1, 20) > 0 && recv(fd, answer, sizeof(answer), 0) > 0)
		;
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const methods[] = {"GET", "HEAD", "PUT", "PATCH", "DELETE", "POST"};
	char head[4096];

	if (size == 0)
		return 0;
	if (data[0] >= 0xc0) {
		exchange("", 0, data + 1, size - 1);
		return 0;
	}
	const uint8_t *url = data + 1, *end = memchr(url, '\n', size - 1);
	size_t url_len = end != NULL ? (size_t)(end - url) : size - 1;
	size_t body_len = end != NULL ? size - 2 - url_len : 0;
	int len = snprintf(head, sizeof(head),
			   "%s /rest/%.*s HTTP/1.1\r\nHost: x\r\nContent-Length: %zu\r\n\r\n",
			   methods[data[0] % 6], (int)(url_len < 2000 ? url_len : 2000), url,
			   body_len);
	exchange(head, (size_t)len, end != NULL ? end + 1 : url, body_len);
	return 0;
}
