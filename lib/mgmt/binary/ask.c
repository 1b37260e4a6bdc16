/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/binary/ask.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/query.h"
#include "mgmt/binary/sentence.h"
#include "mgmt/binary/words.h"
#include "mgmt/server.h"

/* While a sentence is read. */
struct reading {
	struct mgmt_ask *ask;
	char *path;	/* the first word */
	json_t *query;	/* the words "?…", without the mark; NULL: none */
	char what[128]; /* the word that is read, for errors */
};

void mgmt_ask_free(struct mgmt_ask *ask)
{
	free(ask->tag);
	mgmt_request_free(ask->request);
	json_decref(ask->arguments);
	*ask = (struct mgmt_ask){0};
}

static int refuse(const struct reading *r, struct tp_error *error, const char *why)
{
	return tp_error_set(error, -EINVAL, "", "%s: %s", r->what, why);
}

/* "=name=value", "=name=" and "=name". */
static int read_argument(struct reading *r, const char *word, size_t len, struct tp_error *error)
{
	const char *equals = memchr(word, '=', len);
	size_t name_len = equals != NULL ? (size_t)(equals - word) : len;
	const char *value = equals != NULL ? equals + 1 : word + len;
	char *name = strndup(word, name_len);
	json_t *text = mgmt_words_text(value, (size_t)(word + len - value));
	int code = 0;

	if (name == NULL || name_len == 0 || strlen(name) != name_len || text == NULL)
		code = refuse(r, error, "is no name and value in UTF-8");
	else if (memchr(value, '\0', (size_t)(word + len - value)) != NULL)
		code = refuse(r, error, "has a NUL in it");
	else if (json_object_get(r->ask->arguments, name) != NULL)
		code = refuse(r, error, "stands twice");
	else if (json_object_set(r->ask->arguments, name, text) != 0)
		code = refuse(r, error, "is no name in UTF-8");
	json_decref(text);
	free(name);
	return code;
}

/* RouterOS has "?name=x" and "?=name=x" for the same. */
static int read_query(struct reading *r, const char *word, size_t len, struct tp_error *error)
{
	json_t *text = memchr(word, '\0', len) == NULL ? mgmt_words_text(word, len) : NULL;

	if (text == NULL)
		return refuse(r, error, "is no text in UTF-8");
	if (r->query == NULL)
		r->query = json_array();
	return json_array_append_new(r->query, text) == 0 ? 0 : -ENOMEM;
}

static int read_tag(struct reading *r, const char *word, size_t len, struct tp_error *error)
{
	static const char name[] = ".tag=";

	if (len < sizeof(name) - 1 || memcmp(word, name, sizeof(name) - 1) != 0)
		return refuse(r, error, "there is .tag alone");
	if (r->ask->tag != NULL)
		return refuse(r, error, "stands twice");
	r->ask->tag = strndup(word + sizeof(name) - 1, len - (sizeof(name) - 1));
	return r->ask->tag != NULL ? 0 : -ENOMEM;
}

static int read_word(struct reading *r, const char *word, size_t len, struct tp_error *error)
{
	snprintf(r->what, sizeof(r->what), "%.*s", (int)(len < 64 ? len : 64), word);
	for (char *c = r->what; *c != '\0'; c++)
		if (*c < ' ' || *c > '~')
			*c = '.';
	switch (word[0]) {
	case '=':
		return read_argument(r, word + 1, len - 1, error);
	case '?':
		return read_query(r, word + 1, len - 1, error);
	case '.':
		return read_tag(r, word, len, error);
	default:
		return refuse(r, error, "a word begins with =, ? or .tag");
	}
}

static int read_words(struct reading *r, const uint8_t *sentence, struct tp_error *error)
{
	size_t offset = 0, len;
	const char *word = mgmt_sentence_word(sentence, &offset, &len);
	int code = 0, failed;

	r->ask->arguments = json_object();
	r->path = word != NULL ? strndup(word, len) : NULL;
	if (r->path == NULL || r->ask->arguments == NULL)
		return -ENOMEM;
	snprintf(r->what, sizeof(r->what), "%.64s", r->path);
	if (strlen(r->path) != len || r->path[0] != '/')
		code = tp_error_set(error, -EINVAL, "",
				    "a sentence begins with a command, as in "
				    "/ppp/active/print");
	/* To the end, for the sake of its tag. */
	while ((word = mgmt_sentence_word(sentence, &offset, &len)) != NULL) {
		failed = read_word(r, word, len, code == 0 ? error : NULL);
		if (code == 0)
			code = failed;
	}
	return code;
}

/* Cuts WORD off PATH's end. */
static bool cut_end(char *path, const char *word)
{
	char *slash = strrchr(path, '/');

	if (slash == path || strcmp(slash + 1, word) != 0)
		return false;
	*slash = '\0';
	return true;
}

static bool has(const struct mgmt_ask *ask, const char *name)
{
	return json_object_get(ask->arguments, name) != NULL;
}

/* A list that is to be told of: what REST's URL would have. */
static bool make_list(struct reading *r, struct tp_request *request)
{
	const json_t *proplist = json_object_get(r->ask->arguments, ".proplist");

	request->method = TP_METHOD_GET;
	request->query = json_object();
	return (proplist == NULL ||
		json_object_set(request->query, ".proplist", (json_t *)(uintptr_t)proplist) == 0) &&
	       (r->query == NULL || json_object_set(request->query, TP_API_QUERY, r->query) == 0);
}

/* A command with all that was said. */
static bool make_command(struct reading *r, struct tp_request *request)
{
	request->method = TP_METHOD_POST;
	request->endless = true; /* there is /cancel */
	request->body = json_incref(r->ask->arguments);
	return r->query == NULL || json_object_set(request->body, TP_API_QUERY, r->query) == 0;
}

static int make_request(struct reading *r)
{
	struct tp_request *request = calloc(1, sizeof(*request));
	struct mgmt_ask *ask = r->ask;
	char *end;
	bool ok;

	ask->request = request;
	if (request == NULL)
		return -ENOMEM;
	request->routeros = true;
	request->path = r->path;
	r->path = NULL;
	end = strrchr(request->path, '/');
	if (strcmp(end, "/getall") == 0) /* as it was called once */
		strcpy(end, "/print");
	if (cut_end(request->path, "listen"))
		ask->kind = MGMT_ASK_LISTEN;
	else if ((has(ask, "follow") || has(ask, "follow-only")) && cut_end(request->path, "print"))
		ask->kind = has(ask, "follow") ? MGMT_ASK_FOLLOW : MGMT_ASK_LISTEN;
	ok = ask->kind == MGMT_ASK_REQUEST ? make_command(r, request) : make_list(r, request);
	return ok ? 0 : -ENOMEM;
}

int mgmt_ask_read(const uint8_t *sentence, struct mgmt_ask *ask, struct tp_error *error)
{
	static const struct {
		const char *path;
		enum mgmt_ask_kind kind;
	} own[] = {
		{"/login", MGMT_ASK_LOGIN}, {"/cancel", MGMT_ASK_CANCEL}, {"/quit", MGMT_ASK_QUIT}};
	struct reading r = {.ask = ask};
	int code;

	*ask = (struct mgmt_ask){.kind = MGMT_ASK_REQUEST};
	code = read_words(&r, sentence, error);
	for (size_t i = 0; code == 0 && i < sizeof(own) / sizeof(own[0]); i++)
		if (strcmp(r.path, own[i].path) == 0)
			ask->kind = own[i].kind;
	if (code == 0 && ask->kind == MGMT_ASK_REQUEST)
		code = make_request(&r);
	json_decref(r.query);
	free(r.path);
	return code;
}
