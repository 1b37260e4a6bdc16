/* SPDX-License-Identifier: BSD-3-Clause */
#include "api.h"

#include <curl/curl.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct received {
	char *data;
	size_t len;
	int (*event)(void *user, const char *json); /* NULL: just gather */
	/* The same of an answer in pieces. */
	int (*take)(void *user, const char *data, size_t len);
	CURL *curl;
	void *user;
	bool begun, ended;
};

int ctl_api_open(struct ctl_api *api, const char *socket)
{
	*api = (struct ctl_api){.curl = curl_easy_init(), .socket = socket};
	return api->curl != NULL ? 0 : -ENOMEM;
}

void ctl_api_close(struct ctl_api *api)
{
	curl_easy_cleanup(api->curl);
	api->curl = NULL;
}

/* Hands on the `data:` of each whole line. */
static void take_lines(struct received *received)
{
	char *begin = received->data, *end;

	if (!received->begun)
		received->ended = received->event(received->user, NULL) != 0;
	received->begun = true;
	while (!received->ended && (end = strchr(begin, '\n')) != NULL) {
		*end = '\0';
		if (strncmp(begin, "data: ", 6) == 0)
			received->ended = received->event(received->user, begin + 6) != 0;
		begin = end + 1;
	}
	received->len -= (size_t)(begin - received->data);
	memmove(received->data, begin, received->len + 1);
}

static bool is_right(CURL *curl)
{
	long status = 0;

	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	return status == 200;
}

static size_t receive(char *data, size_t size, size_t count, void *user)
{
	struct received *received = user;
	char *grown;

	if (received->take != NULL && is_right(received->curl)) {
		received->ended = received->take(received->user, data, count) != 0;
		return received->ended ? 0 : count;
	}
	grown = realloc(received->data, received->len + count + 1);

	if (grown == NULL)
		return 0;
	received->data = grown;
	memcpy(grown + received->len, data, count);
	received->len += count;
	grown[received->len] = '\0';
	if (received->event != NULL)
		take_lines(received);
	return received->ended ? 0 : count;
}

static void append_escaped(FILE *out, CURL *curl, const char *text)
{
	char *escaped = curl_easy_escape(curl, text, 0);

	fputs(escaped != NULL ? escaped : "", out);
	curl_free(escaped);
}

static char *make_url(CURL *curl, const char *menu, const char *item, json_t *query)
{
	char *url = NULL, before = '?';
	size_t size;
	const char *key;
	json_t *value;
	FILE *out = open_memstream(&url, &size);

	if (out == NULL)
		return NULL;
	fprintf(out, "http://turnpike/rest%s", menu);
	if (item != NULL) {
		fputc('/', out);
		append_escaped(out, curl, item);
	}
	json_object_foreach (query, key, value) {
		fputc(before, out);
		append_escaped(out, curl, key);
		fputc('=', out);
		append_escaped(out, curl, json_string_value(value));
		before = '&';
	}
	fclose(out);
	return url;
}

static int check_interrupt(void *user, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	const struct ctl_api *api = user;
	struct pollfd output = {.fd = api->output};

	if (api->output > 0 && poll(&output, 1, 0) > 0 && (output.revents & POLLERR) != 0)
		return 1;
	return api->interrupted != NULL && *api->interrupted;
}

/* Why nobody can be talked to by it. */
static void explain_socket(struct ctl_api *api)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct stat status;
	const char *why = "does not answer";
	int fd = -1, error = 0;

	if (stat(api->socket, &status) != 0)
		error = errno;
	else if (!S_ISSOCK(status.st_mode))
		error = ENOTSOCK;
	else if (strlen(api->socket) < sizeof(address.sun_path))
		fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	strncpy(address.sun_path, api->socket, sizeof(address.sun_path) - 1);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0)
		error = errno;
	if (fd >= 0)
		close(fd);
	if (error == ENOENT || error == ENOTDIR)
		why = "is not there: is turnpike running? (--socket names another)";
	else if (error == ENOTSOCK)
		why = "is no socket (--socket names another)";
	else if (error == EACCES || error == EPERM)
		why = "is not yours to use: be root, or of the group that it belongs to";
	else if (error == ECONNREFUSED)
		why = "has nobody behind it: turnpike has ended";
	snprintf(api->error, sizeof(api->error), "cannot connect: %s %s", api->socket, why);
}

static int perform(struct ctl_api *api, const char *url, struct received *received)
{
	CURL *curl = api->curl;

	curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, api->socket);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_USERAGENT, "turnpikectl");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, api->timeout_ms);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, received);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, check_interrupt);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, api);
	CURLcode code = curl_easy_perform(curl);
	if (code == CURLE_ABORTED_BY_CALLBACK &&
	    (received->event != NULL || received->take != NULL))
		received->ended = true;
	if (code == CURLE_OK || received->ended)
		return 0;
	if (code == CURLE_COULDNT_CONNECT)
		explain_socket(api);
	else
		snprintf(api->error, sizeof(api->error), "%s: %s", api->socket,
			 curl_easy_strerror(code));
	return -1;
}

/* What an error's JSON says, for a person. */
static void explain(struct ctl_api *api, const json_t *value)
{
	const char *detail = json_string_value(json_object_get(value, "detail"));
	const char *message = json_string_value(json_object_get(value, "message"));

	if (detail != NULL)
		snprintf(api->error, sizeof(api->error), "%s", detail);
	else if (message != NULL)
		snprintf(api->error, sizeof(api->error), "%s", message);
	else
		snprintf(api->error, sizeof(api->error), "the daemon answered %ld", api->status);
}

static int call(struct ctl_api *api, const char *method, const char *menu, const char *item,
		json_t *query, json_t *body, struct received *into, json_t **value)
{
	struct received received = *into;
	char *text = body != NULL ? json_dumps(body, JSON_COMPACT) : NULL;
	json_t *answer = NULL;

	api->status = 0;
	curl_easy_reset(api->curl);
	char *url = make_url(api->curl, menu, item, query);
	curl_easy_setopt(api->curl, CURLOPT_CUSTOMREQUEST, method);
	if (text != NULL)
		curl_easy_setopt(api->curl, CURLOPT_POSTFIELDS, text);
	struct curl_slist *headers =
		text != NULL ? curl_slist_append(NULL, "Content-Type: application/json") : NULL;
	curl_easy_setopt(api->curl, CURLOPT_HTTPHEADER, headers);
	int code = perform(api, url, &received);
	curl_easy_getinfo(api->curl, CURLINFO_RESPONSE_CODE, &api->status);
	if (code == 0 && received.len > 0)
		answer = json_loadb(received.data, received.len, JSON_DECODE_ANY, NULL);
	if (code == 0 && received.ended && api->status == 0)
		; /* who takes it has gone before there was anything */
	else if (code == 0 && (api->status < 200 || api->status > 299)) {
		explain(api, answer);
		code = -1;
	} else if (code == 0 && received.len > 0 && answer == NULL) {
		snprintf(api->error, sizeof(api->error), "%s did not answer with JSON",
			 api->socket);
		code = -1;
	}
	if (code == 0 && value != NULL)
		*value = json_incref(answer);
	json_decref(answer);
	curl_slist_free_all(headers);
	free(received.data);
	free(text);
	free(url);
	return code;
}

int ctl_api_call(struct ctl_api *api, const char *method, const char *menu, const char *item,
		 json_t *query, json_t *body, json_t **value)
{
	struct received received = {.data = NULL};

	return call(api, method, menu, item, query, body, &received, value);
}

int ctl_api_stream(struct ctl_api *api, const char *menu, const char *item, json_t *body,
		   int output, int (*take)(void *user, const char *data, size_t len), void *user)
{
	struct received received = {.take = take, .user = user, .curl = api->curl};
	int code;

	api->output = output;
	code = call(api, "POST", menu, item, NULL, body, &received, NULL);
	api->output = 0;
	return code;
}

int ctl_api_change(struct ctl_api *api, const char *method, const char *menu, const char *item,
		   json_t *body, json_t **value)
{
	const bool post = strcmp(method, "POST") == 0;
	json_t *query = NULL, *words;
	int code;

	if (!api->dry_run)
		return ctl_api_call(api, method, menu, item, NULL, body, value);
	words = post && body != NULL ? json_copy(body) : json_object();
	json_object_set_new(words, "dry-run", json_string("yes"));
	if (!post)
		query = words;
	code = ctl_api_call(api, method, menu, item, query, post ? words : body, value);
	json_decref(words);
	return code;
}

int ctl_api_list(struct ctl_api *api, const char *menu, json_t *query, const char *proplist,
		 json_t **value)
{
	json_t *words = json_object();

	if (query != NULL)
		json_object_set(words, ".query", query);
	if (proplist != NULL)
		json_object_set_new(words, ".proplist", json_string(proplist));
	int code = query != NULL ? ctl_api_call(api, "POST", menu, "print", NULL, words, value)
				 : ctl_api_call(api, "GET", menu, NULL, words, NULL, value);
	json_decref(words);
	return code;
}

int ctl_api_events(struct ctl_api *api, json_t *filter, int (*event)(void *user, const char *json),
		   void *user)
{
	struct received received = {.event = event, .user = user};
	long status = 0;

	curl_easy_reset(api->curl);
	char *url = make_url(api->curl, "/events", NULL, filter);
	int code = perform(api, url, &received);
	curl_easy_getinfo(api->curl, CURLINFO_RESPONSE_CODE, &status);
	if (code == 0 && status != 200) {
		snprintf(api->error, sizeof(api->error), "the daemon answered %ld", status);
		code = -1;
	}
	free(received.data);
	free(url);
	return code;
}
