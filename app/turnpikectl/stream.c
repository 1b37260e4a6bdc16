/* SPDX-License-Identifier: BSD-3-Clause */
/* `quick` and `download`: a capture goes on to a file, or to the standard output for Wireshark. It
 * is cut off between two of its blocks and nowhere else, so that what there is of it can be read,
 * however it ends. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"

#define BLOCK_MAX (1u << 24) /* bytes; the daemon's have a few thousand */

struct stream {
	FILE *out;
	char *data; /* what came of a block that is not whole */
	size_t len, room;
	bool failed; /* it can't be written, or is no capture */
};

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
	interrupted = 1;
}

/* The bytes of the block at AT (pcapng: a type, then its length, in the writer's byte order, which
 * is this machine's as the socket is); 0: that is not known yet. */
static size_t block_at(const struct stream *s, size_t at)
{
	uint32_t length;

	if (s->len - at < 8)
		return 0;
	memcpy(&length, s->data + at + 4, sizeof(length));
	return length > 0 ? length : 1; /* which no block has */
}

static int take(void *user, const char *data, size_t len)
{
	struct stream *s = user;
	size_t whole = 0, block;

	if (s->len + len > s->room) {
		char *grown = realloc(s->data, s->len + len);

		if (grown == NULL) {
			s->failed = true;
			return -1;
		}
		s->data = grown;
		s->room = s->len + len;
	}
	memcpy(s->data + s->len, data, len);
	s->len += len;
	while ((block = block_at(s, whole)) != 0 && block <= s->len - whole) {
		s->failed = block < 12;
		if (s->failed)
			return -1;
		whole += block;
	}
	s->failed = block > BLOCK_MAX || fwrite(s->data, 1, whole, s->out) != whole ||
		    fflush(s->out) != 0;
	memmove(s->data, s->data + whole, s->len - whole);
	s->len -= whole;
	return s->failed ? -1 : 0;
}

/* Ctrl-C ends the capture, not this program, which is to end it well; who reads and is gone is
 * heard of by what is written. */
static void run(struct ctl *ctl, const char *path, const char *name, json_t *body,
		struct stream *stream, enum ctl_result *result)
{
	struct sigaction on_interrupt = {.sa_handler = interrupt}, before_interrupt;
	struct sigaction ignore = {.sa_handler = SIG_IGN}, before_pipe;
	const volatile sig_atomic_t *usual = ctl->api.interrupted;

	interrupted = 0;
	sigaction(SIGINT, &on_interrupt, &before_interrupt);
	sigaction(SIGPIPE, &ignore, &before_pipe);
	ctl->api.interrupted = &interrupted;
	if (ctl_api_stream(&ctl->api, path, name, body, fileno(stream->out), take, stream) != 0)
		*result = ctl_fail(ctl, CTL_ERROR, 0, "%s", ctl->api.error);
	ctl->api.interrupted = usual;
	sigaction(SIGPIPE, &before_pipe, NULL);
	sigaction(SIGINT, &before_interrupt, NULL);
}

/* Where it goes by file=; NULL: it is said why that can't be. */
static FILE *open_file(struct ctl *ctl, const char *file)
{
	FILE *out;

	if (file == NULL && isatty(fileno(ctl->out))) {
		ctl_fail(ctl, CTL_USAGE, 0,
			 "packets are no text: file=NAME writes them to a file, and file=- to "
			 "a program (turnpikectl ... file=- | wireshark -k -i -)");
		return NULL;
	}
	if (file == NULL || strcmp(file, "-") == 0)
		return ctl->out;
	out = fopen(file, "wbe");
	if (out == NULL)
		ctl_fail(ctl, CTL_ERROR, 0, "%s: %s", file, strerror(errno));
	return out;
}

static enum ctl_result read_words(struct ctl *ctl, const json_t *arguments,
				  const struct ctl_words *words, size_t first, json_t *body,
				  const char **file)
{
	enum ctl_result result = CTL_OK;

	for (size_t i = first; result == CTL_OK && i < words->count; i++) {
		const struct ctl_word *word = &words->words[i];

		if (word->kind == CTL_PAIR && strcmp(word->name, "file") == 0 &&
		    strcmp(word->op, "=") == 0)
			*file = word->text;
		else
			result = ctl_own_argument(ctl, arguments, words, i, body);
	}
	return result;
}

enum ctl_result ctl_stream(struct ctl *ctl, const char *path, enum ctl_verb verb,
			   const struct ctl_words *words, size_t first)
{
	const char *name = ctl_verb_name(&ctl->tree, verb), *file = NULL;
	const json_t *arguments = ctl_verb_arguments(ctl_menu_find(&ctl->tree, path), name);
	struct stream stream = {.out = NULL};
	json_t *body = json_object();
	enum ctl_result result = read_words(ctl, arguments, words, first, body, &file);

	if (result == CTL_OK)
		stream.out = open_file(ctl, file);
	if (result == CTL_OK && stream.out == NULL)
		result = CTL_USAGE;
	if (result == CTL_OK)
		run(ctl, path, name, body, &stream, &result);
	if (stream.out != NULL && stream.out != ctl->out && fclose(stream.out) != 0)
		result = ctl_fail(ctl, CTL_ERROR, 0, "%s: %s", file, strerror(errno));
	free(stream.data);
	json_decref(body);
	return result;
}
