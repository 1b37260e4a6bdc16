/* SPDX-License-Identifier: BSD-3-Clause */
#include "client.h"

#include <curl/curl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/clock.h"

static void *run(void *mgmt)
{
	tp_mgmt_run(mgmt);
	return NULL;
}

int fixture_start_remote(struct fixture *fixture, const struct tp_mgmt_setup *given,
			 struct tp_remote *remote, struct tp_error *error)
{
	struct tp_mgmt_setup setup = {0};
	static int number;

	if (given != NULL)
		setup = *given;
	fake_control_start(&fixture->control);
	fixture->control.remote = remote;
	snprintf(fixture->path, sizeof(fixture->path), "/tmp/turnpike-test-%d/%d.sock", getpid(),
		 number++);
	setup.mailbox = &fixture->control;
	if (setup.menus == NULL)
		setup.menus = &fake_menus;
	setup.socket = fixture->path;
	int code = tp_mgmt_create(&setup, &fixture->mgmt, error);
	if (code != 0)
		fake_control_stop(&fixture->control);
	else
		assert_int_equal(pthread_create(&fixture->thread, NULL, run, fixture->mgmt), 0);
	return code;
}

void fixture_start(struct fixture *fixture, const struct tp_mgmt_setup *setup)
{
	struct tp_error error = {0};

	assert_int_equal(fixture_start_remote(fixture, setup, NULL, &error), 0);
}

void fixture_stop(struct fixture *fixture)
{
	tp_mgmt_stop(fixture->mgmt);
	pthread_join(fixture->thread, NULL);
	tp_mgmt_destroy(fixture->mgmt);
	fake_control_stop(&fixture->control);
	assert_int_not_equal(access(fixture->path, F_OK), 0);
	*strrchr(fixture->path, '/') = '\0';
	rmdir(fixture->path);
}

static size_t collect(char *data, size_t size, size_t count, void *user)
{
	struct reply *reply = user;

	reply->body = realloc(reply->body, reply->len + count + 1);
	memcpy(reply->body + reply->len, data, count);
	reply->len += count;
	reply->body[reply->len] = '\0';
	return count;
}

static size_t collect_header(char *data, size_t size, size_t count, void *user)
{
	struct reply *reply = user;
	size_t len = reply->headers != NULL ? strlen(reply->headers) : 0;

	reply->headers = realloc(reply->headers, len + count + 1);
	memcpy(reply->headers + len, data, count);
	reply->headers[len + count] = '\0';
	return count;
}

struct reply reply_of(void *curl)
{
	struct reply reply = {0};

	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 20000L);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &reply);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, collect_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, &reply);
	reply.code = (int)curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply.status);
	curl_easy_cleanup(curl);
	return reply;
}

struct reply http(struct fixture *fixture, const char *method, const char *url, const char *body)
{
	char full[4096];
	CURL *curl = curl_easy_init();

	snprintf(full, sizeof(full), "http://localhost%s", url);
	curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, fixture->path);
	curl_easy_setopt(curl, CURLOPT_URL, full);
	if (body != NULL)
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	if (strcmp(method, "HEAD") == 0)
		curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
	else
		curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
	return reply_of(curl);
}

void reply_free(struct reply *reply)
{
	free(reply->headers);
	free(reply->body);
}

json_t *reply_json(const struct reply *reply)
{
	json_t *value = json_loadb(reply->body, reply->len, 0, NULL);

	assert_non_null(value);
	return value;
}

int raw_connect(struct fixture *fixture)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, fixture->path);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

void raw_send(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

bool raw_expect(int fd, const char *text, int timeout_ms, char *out, size_t room)
{
	uint64_t end = tp_clock_ms() + (uint64_t)timeout_ms;
	size_t len = 0;

	out[0] = '\0';
	while (len + 1 < room && strstr(out, text) == NULL) {
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		uint64_t now = tp_clock_ms();
		if (now >= end || poll(&ready, 1, (int)(end - now)) <= 0)
			break;
		ssize_t got = recv(fd, out + len, room - len - 1, 0);
		if (got <= 0)
			break;
		len += (size_t)got;
		out[len] = '\0';
	}
	return strstr(out, text) != NULL;
}
