/* SPDX-License-Identifier: BSD-3-Clause */
#include "radius/source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <uthash.h>

#include "base/text.h"
#include "radius/cache.h"
#include "radius/login.h"

/* A question that is with the servers. */
struct login {
	struct tp_radius_source *source;
	uint64_t id; /* lib/aaa's */
	const struct tp_aaa_question *question;
	struct tp_radius_request *request;
	UT_hash_handle hh;
};

struct tp_radius_source {
	struct tp_aaa *aaa;
	struct tp_aaa_local *profiles;
	struct tp_radius_client *client;
	struct tp_radius_cache *cache;
	struct tp_radius_source_settings settings; /* its texts are in `texts` */
	struct tp_radius_choice *choices;
	char **texts;
	unsigned text_count;
	uint8_t address6[16];
	struct login *open; /* by id */
	uint64_t now_ms;
	struct tp_radius_source_counters counters;
};

/* ---- settings ---- */

static void free_texts(char **texts, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		free(texts[i]);
	free(texts);
}

/* Copies, one after the other, into TEXTS; NULL stays NULL. */
struct copying {
	char **texts;
	unsigned count;
	bool failed;
};

static const char *copy(struct copying *c, const char *text)
{
	char *copied = text != NULL ? strdup(text) : NULL;

	if (text != NULL && copied == NULL)
		c->failed = true;
	if (copied != NULL)
		c->texts[c->count++] = copied;
	return copied;
}

#define NAS_TEXTS    4
#define CHOICE_TEXTS 3

int tp_radius_source_set(struct tp_radius_source *source,
			 const struct tp_radius_source_settings *from)
{
	struct tp_radius_source_settings to = *from;
	struct tp_radius_choice *choices = calloc(from->choice_count + 1, sizeof(*choices));
	struct copying c = {
		.texts = calloc(NAS_TEXTS + CHOICE_TEXTS * from->choice_count, sizeof(char *))};

	if (c.texts == NULL || choices == NULL) {
		free(c.texts);
		free(choices);
		return -ENOMEM;
	}
	to.nas.identifier = copy(&c, from->nas.identifier);
	to.nas.nas_port_id = copy(&c, from->nas.nas_port_id);
	to.nas.calling_station_id = copy(&c, from->nas.calling_station_id);
	to.nas.called_station_id = copy(&c, from->nas.called_station_id);
	for (unsigned i = 0; i < from->choice_count; i++) {
		choices[i] = from->choices[i];
		choices[i].domain = copy(&c, from->choices[i].domain);
		choices[i].called_id = copy(&c, from->choices[i].called_id);
		choices[i].realm = copy(&c, from->choices[i].realm);
	}
	if (c.failed) {
		free_texts(c.texts, c.count);
		free(choices);
		return -ENOMEM;
	}
	if (from->nas.address6 != NULL) {
		memcpy(source->address6, from->nas.address6, 16);
		to.nas.address6 = source->address6;
	}
	free_texts(source->texts, source->text_count);
	free(source->choices);
	to.choices = choices;
	source->settings = to;
	source->choices = choices;
	source->texts = c.texts;
	source->text_count = c.count;
	tp_radius_cache_expire(source->cache, to.cache_s * UINT64_C(1000), source->now_ms);
	return 0;
}

/* ---- whom to ask ---- */

static bool suits(const struct tp_radius_choice *choice, const char *user, const char *service_name)
{
	if (user == NULL)
		return true;
	return tp_radius_in_domain(user, choice->domain) &&
	       (choice->called_id[0] == '\0' || strcmp(service_name, choice->called_id) == 0);
}

unsigned tp_radius_source_choose(const struct tp_radius_source *source,
				 enum tp_radius_service service, const char *user,
				 const char *service_name, uint32_t ids[TP_RADIUS_ORDER_MAX],
				 const char **realm)
{
	unsigned count = 0;

	/* Those that get accounting in need alone come after the others. */
	for (unsigned turn = 0; turn < (service == TP_RADIUS_ACCT ? 2u : 1u); turn++) {
		for (unsigned i = 0; i < source->settings.choice_count; i++) {
			const struct tp_radius_choice *choice = &source->choices[i];

			if (count == TP_RADIUS_ORDER_MAX || !suits(choice, user, service_name) ||
			    (service == TP_RADIUS_ACCT && choice->accounting_backup != (turn == 1)))
				continue;
			if (count == 0)
				*realm = choice->realm;
			ids[count++] = choice->id;
		}
	}
	return count;
}

bool tp_radius_source_is_selective(const struct tp_radius_source *source)
{
	for (unsigned i = 0; i < source->settings.choice_count; i++)
		if (source->choices[i].domain[0] != '\0' || source->choices[i].called_id[0] != '\0')
			return true;
	return false;
}

static bool is_same_group(const struct tp_radius_choice *a, const struct tp_radius_choice *b)
{
	return strcasecmp(a->domain, b->domain) == 0 && strcmp(a->called_id, b->called_id) == 0;
}

/* The first server of group NUMBER; NULL: there are not so many. */
static const struct tp_radius_choice *first_of(const struct tp_radius_source *source,
					       unsigned number)
{
	for (unsigned i = 0; i < source->settings.choice_count; i++) {
		const struct tp_radius_choice *choice = &source->choices[i];
		bool known = false;

		for (unsigned k = 0; k < i && !known; k++)
			known = is_same_group(&source->choices[k], choice);
		if (!known && number-- == 0)
			return choice;
	}
	return NULL;
}

unsigned tp_radius_source_group(const struct tp_radius_source *source, unsigned number,
				uint32_t ids[TP_RADIUS_ORDER_MAX])
{
	const struct tp_radius_choice *first = first_of(source, number);
	unsigned count = 0;

	for (unsigned turn = 0; turn < 2 && first != NULL; turn++) {
		for (unsigned i = 0; i < source->settings.choice_count; i++) {
			const struct tp_radius_choice *choice = &source->choices[i];

			if (count < TP_RADIUS_ORDER_MAX && is_same_group(choice, first) &&
			    choice->accounting_backup == (turn == 1))
				ids[count++] = choice->id;
		}
	}
	return count;
}

const struct tp_radius_nas *tp_radius_source_nas(const struct tp_radius_source *source)
{
	return &source->settings.nas;
}

/* ---- answers ---- */

static void give(struct tp_radius_source *source, uint64_t id, struct tp_aaa_answer *answer)
{
	if (answer->reason == TP_AAA_UNUSABLE)
		source->counters.unusable++;
	tp_aaa_answer(source->aaa, id, answer);
}

/* No server can be heard: what was remembered may do. */
static void answer_without(struct tp_radius_source *source, uint64_t id,
			   const struct tp_aaa_question *question, const char *why)
{
	struct tp_aaa_answer answer = {.reason = TP_AAA_NO_ANSWER};
	struct tp_radius_packet packet;
	const struct tp_radius_reply remembered = {.packet = &packet};
	char shown[65];
	int rc = -ENOENT;

	if (source->settings.cache_s != 0) {
		tp_radius_cache_expire(source->cache, source->settings.cache_s * UINT64_C(1000),
				       source->now_ms);
		rc = tp_radius_cache_get(source->cache, question, &packet);
	}
	if (rc == 0) {
		tp_radius_take_reply(&remembered, question, source->profiles,
				     source->settings.filter_id_rate, &answer);
		if (answer.reason == TP_AAA_ACCEPT)
			source->counters.from_cache++;
	} else {
		if (rc == -EACCES)
			source->counters.cache_refused++;
		source->counters.no_answer++;
		snprintf(answer.message, sizeof(answer.message),
			 "the login can't be checked now, please try again later");
		snprintf(answer.text, sizeof(answer.text), "user '%s': %s",
			 tp_text_show(question->user, shown, sizeof(shown)), why);
	}
	give(source, id, &answer);
}

static void answer_by(struct tp_radius_source *source, uint64_t id,
		      const struct tp_aaa_question *question,
		      const struct tp_radius_outcome *outcome)
{
	const struct tp_radius_reply reply = {
		.packet = outcome->packet,
		.secret = outcome->secret,
		.request = outcome->authenticator,
	};
	struct tp_aaa_answer answer = {0};

	tp_radius_take_reply(&reply, question, source->profiles, source->settings.filter_id_rate,
			     &answer);
	if (source->settings.cache_s != 0 && answer.reason == TP_AAA_ACCEPT)
		tp_radius_cache_put(source->cache, question, outcome->packet, source->now_ms);
	if (answer.reason == TP_AAA_REJECTED)
		tp_radius_cache_forget(source->cache, question->user);
	give(source, id, &answer);
}

static void close_login(struct login *login)
{
	HASH_DEL(login->source->open, login);
	login->source->counters.open--;
	free(login);
}

static void done(void *owner, const struct tp_radius_outcome *outcome)
{
	struct login *login = owner;
	struct tp_radius_source *source = login->source;
	const struct tp_aaa_question *question = login->question;
	uint64_t id = login->id;

	close_login(login);
	if (outcome->result == TP_RADIUS_ANSWERED)
		answer_by(source, id, question, outcome);
	else
		answer_without(source, id, question, "no RADIUS server answers");
}

/* ---- questions ---- */

static int put(struct login *login, const uint32_t *ids, unsigned count, const char *realm)
{
	struct tp_radius_source *source = login->source;
	uint8_t room[TP_RADIUS_PACKET_MAX];
	struct tp_radius_builder b;
	struct tp_radius_ask ask = {
		.service = TP_RADIUS_AUTH,
		.bytes = room,
		.servers = ids,
		.server_count = count,
		.done = done,
		.owner = login,
	};
	int rc;

	tp_radius_begin(&b, room, sizeof(room), TP_RADIUS_ACCESS_REQUEST);
	tp_radius_put_login(&b, &source->settings.nas, realm, login->question);
	ask.len = tp_radius_finish(&b);
	rc = ask.len == 0
		     ? -EINVAL
		     : tp_radius_client_ask(source->client, &ask, &login->request, source->now_ms);
	explicit_bzero(room, tp_writer_len(&b.w));
	return rc;
}

static const char *why_not(int error)
{
	switch (error) {
	case -EHOSTDOWN:
		return "all RADIUS servers are dead";
	case -ENOBUFS:
		return "too many logins wait for the RADIUS servers";
	case -ENOENT:
		return "no RADIUS server is for this user";
	case -EINVAL:
		return "its name or password is longer than RADIUS can say";
	default:
		return "no memory to ask the RADIUS servers";
	}
}

static void open_login(struct tp_radius_source *source, uint64_t id,
		       const struct tp_aaa_question *question)
{
	uint32_t ids[TP_RADIUS_ORDER_MAX];
	const char *realm = "";
	unsigned count = tp_radius_source_choose(source, TP_RADIUS_AUTH, question->proof->name,
						 question->service_name, ids, &realm);
	struct login *login = calloc(1, sizeof(*login));
	int rc = login != NULL ? 0 : -ENOMEM;

	if (login != NULL) {
		*login = (struct login){.source = source, .id = id, .question = question};
		HASH_ADD(hh, source->open, id, sizeof(login->id), login);
		source->counters.open++;
		rc = put(login, ids, count, realm);
	}
	if (rc == 0) {
		source->counters.asked++;
		return;
	}
	if (login != NULL)
		close_login(login);
	answer_without(source, id, question, why_not(rc));
}

/* Who has no proof of a known kind, and anybody while RADIUS is not used, is unknown here. */
static void ask(void *user, uint64_t id, const struct tp_aaa_question *question)
{
	struct tp_radius_source *source = user;
	struct tp_aaa_answer unknown = {.reason = TP_AAA_NO_SECRET};
	char shown[65];

	if (source->settings.enabled) {
		open_login(source, id, question);
		return;
	}
	snprintf(unknown.text, sizeof(unknown.text), "user '%s': there is no secret of this name",
		 tp_text_show(question->user, shown, sizeof(shown)));
	tp_aaa_answer(source->aaa, id, &unknown);
}

static void cancel(void *user, uint64_t id)
{
	struct tp_radius_source *source = user;
	struct login *login;

	HASH_FIND(hh, source->open, &id, sizeof(id), login);
	if (login == NULL)
		return;
	tp_radius_client_cancel(source->client, login->request, source->now_ms);
	close_login(login);
}

/* ---- the source ---- */

struct tp_radius_source *tp_radius_source_create(struct tp_aaa_local *profiles,
						 struct tp_radius_client *client,
						 struct tp_random *random)
{
	struct tp_radius_source *source = calloc(1, sizeof(*source));

	if (source == NULL)
		return NULL;
	source->profiles = profiles;
	source->client = client;
	source->cache = tp_radius_cache_create(random);
	if (source->cache == NULL) {
		free(source);
		return NULL;
	}
	return source;
}

void tp_radius_source_destroy(struct tp_radius_source *source)
{
	struct login *login, *next;

	if (source == NULL)
		return;
	HASH_ITER (hh, source->open, login, next) {
		close_login(login);
	}
	tp_radius_cache_destroy(source->cache);
	free_texts(source->texts, source->text_count);
	free(source->choices);
	free(source);
}

int tp_radius_source_add(struct tp_radius_source *source, struct tp_aaa *aaa)
{
	static const struct tp_aaa_source_ops ops = {.ask = ask, .cancel = cancel};

	source->aaa = aaa;
	return tp_aaa_add(aaa, &ops, source);
}

void tp_radius_source_now(struct tp_radius_source *source, uint64_t now_ms)
{
	source->now_ms = now_ms;
}

const struct tp_radius_source_counters *
tp_radius_source_counters(const struct tp_radius_source *source)
{
	((struct tp_radius_source *)source)->counters.cached = tp_radius_cache_count(source->cache);
	return &source->counters;
}
