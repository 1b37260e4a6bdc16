/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/binary/talk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"

#define TLS_VERSIONS "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"
#define BLOCK	     16384
#define READ_AT_ONCE 16	   /* blocks, of one connection in a turn of the loop */
#define WRITE_MS     60000 /* who takes nothing at all for so long is cut off */

bool mgmt_talk_is_full(const struct mgmt_talk *talk)
{
	return talk->out.len - talk->sent > MGMT_TALK_OUT_MAX;
}

static bool begin_tls(struct mgmt_talk *talk)
{
	const struct mgmt_binary *binary = &talk->mgmt->binaries.service[talk->service];

	if (talk->service != TP_SERVICE_API_SSL)
		return true;
	if (gnutls_init(&talk->tls, GNUTLS_SERVER | GNUTLS_NONBLOCK) != 0) {
		talk->tls = NULL;
		return false;
	}
	talk->shaking_hands = true;
	talk->certificate = mgmt_certificate_use(binary->certificate);
	gnutls_transport_set_int(talk->tls, talk->fd);
	return gnutls_priority_set_direct(talk->tls, TLS_VERSIONS, NULL) == 0 &&
	       gnutls_credentials_set(talk->tls, GNUTLS_CRD_CERTIFICATE,
				      talk->certificate->credentials) == 0;
}

bool mgmt_talk_begin(struct tp_mgmt *mgmt, enum tp_service_name service, int fd, uint32_t address)
{
	struct mgmt_talk *talk = calloc(1, sizeof(*talk));
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = talk};

	if (talk == NULL) {
		close(fd);
		return false;
	}
	*talk = (struct mgmt_talk){.mgmt = mgmt, .service = service, .fd = fd, .address = address};
	talk->login_by_ms = mgmt->now_ms + mgmt->setup.login_timeout_ms;
	talk->events = EPOLLIN;
	TAILQ_INIT(&talk->commands);
	TAILQ_INSERT_TAIL(&mgmt->binaries.talks, talk, entry);
	mgmt->binaries.service[service].sessions++;
	if (begin_tls(talk) && epoll_ctl(mgmt->binaries.epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0)
		return true;
	mgmt_talk_destroy(talk);
	return false;
}

void mgmt_talk_destroy(struct mgmt_talk *talk)
{
	struct mgmt_command *command;

	while ((command = TAILQ_FIRST(&talk->commands)) != NULL)
		mgmt_command_orphan(command);
	if (talk->tls != NULL)
		gnutls_deinit(talk->tls);
	close(talk->fd);
	mgmt_certificate_drop(talk->certificate);
	if (talk->in.data != NULL) /* passwords went by */
		explicit_bzero(talk->in.data, talk->in.room);
	mgmt_text_free(&talk->in);
	mgmt_text_free(&talk->out);
	free(talk->name);
	free(talk->hash);
	talk->mgmt->binaries.service[talk->service].sessions--;
	TAILQ_REMOVE(&talk->mgmt->binaries.talks, talk, entry);
	free(talk);
}

void mgmt_talk_fatal(struct mgmt_talk *talk, const char *message)
{
	if (talk->ending)
		return;
	if (!talk->shaking_hands)
		mgmt_answer_fatal(&talk->out, message);
	talk->ending = true;
}

/* ---- bytes ---------------------------------------------------------------------------------- */

/* Bytes read; 0: the other end is closed; -EAGAIN: none just now; another negative errno. */
static ssize_t take(struct mgmt_talk *talk, char *data, size_t size)
{
	ssize_t got;

	if (talk->tls == NULL) {
		got = recv(talk->fd, data, size, 0);
		return got >= 0 ? got : errno == EINTR ? -EAGAIN : -errno;
	}
	got = gnutls_record_recv(talk->tls, data, size);
	if (got == GNUTLS_E_AGAIN || got == GNUTLS_E_INTERRUPTED)
		return -EAGAIN;
	return got >= 0 ? got : -EIO;
}

static ssize_t give(struct mgmt_talk *talk, const char *data, size_t size)
{
	ssize_t gone;

	if (talk->tls == NULL) {
		gone = send(talk->fd, data, size, MSG_NOSIGNAL);
		return gone >= 0 ? gone : errno == EINTR ? -EAGAIN : -errno;
	}
	gone = gnutls_record_send(talk->tls, data, size);
	if (gone == GNUTLS_E_AGAIN || gone == GNUTLS_E_INTERRUPTED)
		return -EAGAIN;
	return gone >= 0 ? gone : -EIO;
}

static void shake_hands(struct mgmt_talk *talk)
{
	int code = gnutls_handshake(talk->tls);

	if (code == 0)
		talk->shaking_hands = false;
	else if (gnutls_error_is_fatal(code))
		talk->over = true;
}

static void drop_front(struct mgmt_text *text, size_t len)
{
	text->len -= len;
	memmove(text->data, text->data + len, text->len);
}

/* All sentences that are whole. */
static void take_sentences(struct mgmt_talk *talk)
{
	while (talk->in.len > 0 && !talk->ending && !mgmt_talk_is_full(talk)) {
		const uint8_t *data = (const uint8_t *)talk->in.data;
		int found = mgmt_sentence_look(&talk->sentence, data, talk->in.len);

		if (found < 0)
			mgmt_talk_fatal(talk, found == -EMSGSIZE ? "too long a sentence"
								 : "not a sentence");
		if (found <= 0)
			break;
		talk->mgmt->binaries.sentences++;
		if (talk->sentence.words > 0) /* an empty one is none */
			mgmt_command_take(talk, data);
		drop_front(&talk->in, talk->sentence.len);
		talk->sentence = (struct mgmt_sentence){0};
		talk->sentence_by_ms = 0;
	}
	if (talk->in.len > 0 && talk->sentence_by_ms == 0)
		talk->sentence_by_ms = talk->mgmt->now_ms + talk->mgmt->setup.request_timeout_ms;
}

static void read_all(struct mgmt_talk *talk)
{
	char block[BLOCK];

	for (unsigned i = 0; i < READ_AT_ONCE; i++) {
		ssize_t got;

		take_sentences(talk);
		if (talk->ending || mgmt_talk_is_full(talk))
			return;
		got = take(talk, block, sizeof(block));
		if (got == -EAGAIN)
			return;
		if (got <= 0 || talk->in.failed) {
			talk->over = true;
			return;
		}
		mgmt_text_append(&talk->in, block, (size_t)got);
		explicit_bzero(block, (size_t)got);
	}
	take_sentences(talk);
}

static void write_all(struct mgmt_talk *talk)
{
	struct mgmt_text *out = &talk->out;

	while (out->len > talk->sent) {
		size_t left = out->len - talk->sent;
		ssize_t gone =
			give(talk, out->data + talk->sent, left < BLOCK ? left : (size_t)BLOCK);

		if (gone == -EAGAIN) {
			if (talk->write_by_ms == 0)
				talk->write_by_ms = talk->mgmt->now_ms + WRITE_MS;
			break;
		}
		if (gone < 0) {
			talk->over = true;
			return;
		}
		talk->sent += (size_t)gone;
		talk->write_by_ms = 0;
	}
	if (talk->sent == out->len) {
		out->len = talk->sent = 0;
		talk->over |= talk->ending;
	} else if (talk->sent > MGMT_TALK_OUT_MAX) {
		drop_front(out, talk->sent);
		talk->sent = 0;
	}
	talk->over |= out->failed;
}

/* Epoll tells of what it waits for alone. */
static void watch(struct mgmt_talk *talk)
{
	bool writes = talk->shaking_hands ? gnutls_record_get_direction(talk->tls) == 1
					  : talk->out.len > talk->sent;
	bool reads = !talk->ending && !mgmt_talk_is_full(talk);
	struct epoll_event event = {.data.ptr = talk};

	event.events = (reads ? EPOLLIN : 0u) | (writes ? EPOLLOUT : 0u);
	if (event.events == talk->events)
		return;
	if (epoll_ctl(talk->mgmt->binaries.epoll_fd, EPOLL_CTL_MOD, talk->fd, &event) == 0)
		talk->events = event.events;
	else
		talk->over = true;
}

void mgmt_talk_run(struct mgmt_talk *talk)
{
	if (talk->shaking_hands)
		shake_hands(talk);
	if (!talk->over && !talk->shaking_hands) {
		read_all(talk);
		write_all(talk);
	}
	if (!talk->over)
		watch(talk);
}

static bool is_due(uint64_t deadline_ms, uint64_t now_ms)
{
	return deadline_ms != 0 && now_ms >= deadline_ms;
}

void mgmt_talk_tick(struct mgmt_talk *talk)
{
	const uint64_t now_ms = talk->mgmt->now_ms;
	struct mgmt_command *command, *next;

	for (command = TAILQ_FIRST(&talk->commands); command != NULL; command = next) {
		next = TAILQ_NEXT(command, entry);
		mgmt_command_tick(command);
	}
	if (is_due(talk->write_by_ms, now_ms) ||
	    (!talk->asking &&
	     (is_due(talk->login_by_ms, now_ms) || is_due(talk->sentence_by_ms, now_ms)))) {
		talk->mgmt->binaries.expired++;
		talk->over = true;
	}
}
