/* SPDX-License-Identifier: BSD-3-Clause */
#include "aaa/aaa.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct source {
	const struct tp_aaa_source_ops *ops;
	void *source;
};

struct tp_aaa {
	struct source sources[TP_AAA_MAX_SOURCES];
	unsigned source_count;
	uint64_t last_id;
	struct tp_aaa_query *open; /* by id */
	struct tp_aaa_counters counters;
};

const char *tp_aaa_reason_name(enum tp_aaa_reason reason)
{
	static const char *const names[TP_AAA_REASONS] = {
		[TP_AAA_ACCEPT] = "accept",
		[TP_AAA_NO_SECRET] = "no-secret",
		[TP_AAA_DISABLED] = "disabled",
		[TP_AAA_SERVICE_MISMATCH] = "service-mismatch",
		[TP_AAA_CALLER_MISMATCH] = "caller-mismatch",
		[TP_AAA_WRONG_PASSWORD] = "wrong-password",
		[TP_AAA_REJECTED] = "rejected",
		[TP_AAA_NO_ANSWER] = "no-answer",
		[TP_AAA_UNUSABLE] = "unusable-attribute",
		[TP_AAA_NO_MEMORY] = "no-memory",
	};
	return names[reason];
}

struct tp_aaa *tp_aaa_create(void)
{
	return calloc(1, sizeof(struct tp_aaa));
}

void tp_aaa_destroy(struct tp_aaa *aaa)
{
	free(aaa);
}

int tp_aaa_add(struct tp_aaa *aaa, const struct tp_aaa_source_ops *ops, void *source)
{
	if (aaa->source_count == TP_AAA_MAX_SOURCES)
		return -ENOSPC;
	aaa->sources[aaa->source_count++] = (struct source){ops, source};
	return 0;
}

static void close_query(struct tp_aaa *aaa, struct tp_aaa_query *query)
{
	HASH_DEL(aaa->open, query);
	aaa->counters.open--;
	query->id = 0;
}

/* Whatever comes of it, the query may be gone when this returns. */
static void ask_source(struct tp_aaa *aaa, struct tp_aaa_query *query)
{
	const struct source *source = &aaa->sources[query->source];

	source->ops->ask(source->source, query->id, &query->question);
}

void tp_aaa_ask(struct tp_aaa *aaa, struct tp_aaa_query *query)
{
	struct tp_aaa_answer nobody = {.reason = TP_AAA_NO_SECRET,
				       .text = "there is nobody to ask"};

	query->id = ++aaa->last_id;
	query->source = 0;
	HASH_ADD(hh, aaa->open, id, sizeof(query->id), query);
	aaa->counters.asked++;
	aaa->counters.open++;
	if (aaa->source_count > 0)
		ask_source(aaa, query);
	else
		tp_aaa_answer(aaa, query->id, &nobody);
}

void tp_aaa_cancel(struct tp_aaa *aaa, struct tp_aaa_query *query)
{
	const struct source *source = &aaa->sources[query->source];
	uint64_t id = query->id;

	if (id == 0)
		return;
	close_query(aaa, query);
	aaa->counters.cancelled++;
	if (source->ops->cancel != NULL)
		source->ops->cancel(source->source, id);
}

void tp_aaa_answer(struct tp_aaa *aaa, uint64_t id, struct tp_aaa_answer *answer)
{
	struct tp_aaa_query *query;

	HASH_FIND(hh, aaa->open, &id, sizeof(id), query);
	if (query == NULL) {
		aaa->counters.unwanted++;
	} else if (answer->reason == TP_AAA_NO_SECRET && query->source + 1 < aaa->source_count) {
		query->source++;
		ask_source(aaa, query);
	} else {
		close_query(aaa, query);
		query->answer(query->owner, answer);
	}
	tp_subscriber_clear(&answer->subscriber);
	explicit_bzero(&answer->keys, sizeof(answer->keys));
}

const struct tp_aaa_counters *tp_aaa_counters(const struct tp_aaa *aaa)
{
	return &aaa->counters;
}
