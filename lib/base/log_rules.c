/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/log_rules.h"

#include <stdatomic.h>
#include <string.h>

/* Of a rule's word: topics, then those that it excludes, then its action. */
#define TOPIC_BITS 28
#define TOPIC_MASK ((UINT32_C(1) << TOPIC_BITS) - 1)
#define LEVEL_MASK ((UINT32_C(1) << (TP_LOG_DEBUG + 1)) - 1)

const char *const tp_log_level_words[] = {"error", "warning", "info", "debug", NULL};

const char *const tp_log_topic_words[] = {
	"error", "warning",   "info",  "debug",	    "account", "client", "config",
	"drain", "dataplane", "dns",   "interface", "journal", "ppp",	 "management",
	"pppoe", "radius",    "route", "scan",	    "system",  NULL,
};
_Static_assert(sizeof(tp_log_topic_words) / sizeof(tp_log_topic_words[0]) - 1 <= TOPIC_BITS,
	       "a topic has no bit");

/* Each rule is one word, so that nobody sees half of one. */
static atomic_ullong words[TP_LOG_RULES];
static atomic_uint word_count;
static atomic_uint ruled; /* the echo and the memory, as far as they have rules */
static atomic_int default_level = TP_LOG_INFO;
static atomic_int most = TP_LOG_INFO; /* the least important level that anybody wants */

uint32_t tp_log_topic_bit(const char *topic, size_t len)
{
	for (unsigned i = 0; tp_log_topic_words[i] != NULL; i++) {
		const char *word = tp_log_topic_words[i];

		if (word[0] == topic[0] && strncmp(word, topic, len) == 0 && word[len] == '\0')
			return UINT32_C(1) << i;
	}
	return 0;
}

uint32_t tp_log_topic_bits(enum tp_log_level level, const char *topics)
{
	uint32_t bits = UINT32_C(1) << level;
	size_t len;

	for (; *topics != '\0'; topics += len + (topics[len] == ',')) {
		len = strcspn(topics, ",");
		bits |= tp_log_topic_bit(topics, len);
	}
	return bits;
}

/* The least important level that a rule for ALL may want. */
static int level_of(uint32_t all, uint32_t none)
{
	uint32_t levels = (all & LEVEL_MASK) != 0 ? all & LEVEL_MASK : LEVEL_MASK;

	for (int level = TP_LOG_DEBUG; level >= TP_LOG_ERROR; level--)
		if ((levels & ~none & UINT32_C(1) << level) != 0)
			return level;
	return TP_LOG_ERROR;
}

static void find_most(void)
{
	unsigned count = atomic_load(&word_count);
	int level = atomic_load(&ruled) == (1u << TP_LOG_ECHO | 1u << TP_LOG_MEMORY)
			    ? TP_LOG_ERROR
			    : atomic_load(&default_level);

	for (unsigned i = 0; i < count; i++) {
		unsigned long long word = atomic_load(&words[i]);
		int wanted = level_of((uint32_t)word & TOPIC_MASK,
				      (uint32_t)(word >> TOPIC_BITS) & TOPIC_MASK);

		level = wanted > level ? wanted : level;
	}
	atomic_store(&most, level);
}

void tp_log_set_level(enum tp_log_level level)
{
	atomic_store(&default_level, (int)level);
	find_most();
}

bool tp_log_enabled(enum tp_log_level level)
{
	return (int)level <= atomic_load_explicit(&most, memory_order_relaxed);
}

void tp_log_rules_set(const struct tp_log_rule *rules, unsigned count)
{
	unsigned have = 0;

	if (count > TP_LOG_RULES)
		count = TP_LOG_RULES;
	for (unsigned i = 0; i < count; i++) {
		atomic_store(&words[i],
			     (unsigned long long)rules[i].all |
				     (unsigned long long)rules[i].none << TOPIC_BITS |
				     (unsigned long long)rules[i].action << (2 * TOPIC_BITS));
		if (rules[i].action < TP_LOG_OTHERS)
			have |= 1u << rules[i].action;
	}
	atomic_store(&word_count, count);
	atomic_store(&ruled, have);
	find_most();
}

uint32_t tp_log_actions(enum tp_log_level level, const char *topics)
{
	uint32_t bits = tp_log_topic_bits(level, topics), actions = 0;
	unsigned count = atomic_load(&word_count);

	if ((int)level <= atomic_load(&default_level))
		actions = (1u << TP_LOG_ECHO | 1u << TP_LOG_MEMORY) & ~atomic_load(&ruled);
	for (unsigned i = 0; i < count; i++) {
		unsigned long long word = atomic_load(&words[i]);
		uint32_t all = (uint32_t)word & TOPIC_MASK;

		if ((bits & all) == all &&
		    (bits & (uint32_t)(word >> TOPIC_BITS) & TOPIC_MASK) == 0)
			actions |= UINT32_C(1) << (word >> (2 * TOPIC_BITS));
	}
	return actions;
}
