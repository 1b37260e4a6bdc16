/* SPDX-License-Identifier: BSD-3-Clause */
/* What the log's rules and actions must be. */
#include "base/log_rules.h"
#include "config/schema/tables.h"

#include <errno.h>
#include <string.h>

void tp_check_of_logging_action(const struct tp_config *config, const struct tp_config_item *item,
				struct tp_report *report)
{
	const struct tp_config_logging_action *action = (const void *)item;
	unsigned own = TP_LOGGING_REMOTE;

	if (strcmp(action->name, "memory") == 0)
		own = TP_LOGGING_MEMORY;
	else if (strcmp(action->name, "echo") == 0)
		own = TP_LOGGING_ECHO;
	if (action->target != own)
		tp_report(report, item, TP_LOGGING_ACTION_TARGET, -EINVAL,
			  "the target of '%s' is %s, and of no other action", action->name,
			  tp_logging_target_words[own]);
}

/* The log has room for MOST. */
static void check_count(const struct tp_config *config, enum tp_resource_id resource, unsigned most,
			struct tp_report *report)
{
	const struct tp_config_item *item = tp_config_first(config, resource);

	for (unsigned i = 1; item != NULL; item = tp_config_next(item), i++)
		if (i > most)
			tp_report(report, item, -1, -EINVAL, "there are more than %u", most);
}

void tp_check_logging_actions(const struct tp_config *config, struct tp_report *report)
{
	check_count(config, TP_SYSTEM_LOGGING_ACTION, TP_LOG_ACTIONS, report);
}

void tp_check_logging_rules(const struct tp_config *config, struct tp_report *report)
{
	check_count(config, TP_SYSTEM_LOGGING, TP_LOG_RULES, report);
}

void tp_check_of_logging(const struct tp_config *config, const struct tp_config_item *item,
			 struct tp_report *report)
{
	const struct tp_config_logging *rule = (const void *)item;
	char quoted[TP_QUOTE_LEN];

	for (unsigned i = 0; i < rule->topics.count; i++) {
		const char *topic = rule->topics.name[i];
		const char *nearest;

		topic += topic[0] == '!';
		if (tp_log_topic_bit(topic, strlen(topic)) != 0)
			continue;
		nearest = tp_nearest(topic, tp_log_topic_words);
		tp_report(report, item, TP_LOGGING_TOPICS, -EINVAL, "there is no topic '%s'%s%s%s",
			  tp_quote(topic, quoted), nearest != NULL ? "; did you mean '" : "",
			  nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
	}
}
