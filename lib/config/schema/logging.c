/* SPDX-License-Identifier: BSD-3-Clause */
/* The schema of the log.
 * The properties stand in the order of their enum in logging.h. */
#include <stdio.h>
#include <stdlib.h>

#include "config/schema/tables.h"

#define TOPIC_MAX	 20
#define MEMORY_LINES_MAX 65535
#define PORT_MAX	 65535

const char *const tp_logging_target_words[] = {"memory", "echo", "remote", NULL};
/* In the order of their numbers: RFC 5424, table 1. */
static const char *const facility_words[] = {
	"kern",	  "user",     "mail",	"daemon", "auth",   "syslog", "lpr",   "news",	 "uucp",
	"cron",	  "authpriv", "ftp",	"ntp",	  "audit",  "alert",  "clock", "local0", "local1",
	"local2", "local3",   "local4", "local5", "local6", "local7", NULL,
};

const char *const tp_logging_action_words[] = {"memory", "echo", "remote", NULL};
const struct tp_key_default tp_logging_action_defaults[] = {
	{"memory", TP_LOGGING_ACTION_TARGET, "memory"},
	{"echo", TP_LOGGING_ACTION_TARGET, "echo"},
	{NULL, 0, NULL}};

/* clang-format off */
const struct tp_property tp_logging_action_properties[] = {
	[TP_LOGGING_ACTION_NAME] = {.name = "name",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_logging_action, name),
	 .min = 1,
	 .max = NAME_MAX_LEN,
	 .flags = TP_REQUIRED | TP_KEY | TP_RUNTIME,
	 .help = "What rules call it"},
	[TP_LOGGING_ACTION_TARGET] = {.name = "target",
	 .type = &tp_type_enum,
	 .offset = offsetof(struct tp_config_logging_action, target),
	 .default_text = "remote",
	 .words = tp_logging_target_words,
	 .flags = TP_RUNTIME,
	 .help = "`/log` (of the action `memory` alone), the daemon's own output, which is the "
		 "systemd journal for a service (`echo` alone), or a syslog server"},
	[TP_LOGGING_ACTION_MEMORY_LINES] = {.name = "memory-lines",
	 .type = &tp_type_number,
	 .offset = offsetof(struct tp_config_logging_action, memory_lines),
	 .default_text = "1000",
	 .min = 1,
	 .max = MEMORY_LINES_MAX,
	 .flags = TP_RUNTIME,
	 .help = "`memory`: so many lines are kept, the oldest goes for a new one"},
	[TP_LOGGING_ACTION_ADDRESS] = {.name = "remote",
	 .type = &tp_type_ip_address,
	 .offset = offsetof(struct tp_config_logging_action, address),
	 .default_text = "",
	 .flags = TP_RUNTIME,
	 .help = "`remote`: the server's address, IPv4 or IPv6; empty: nothing is sent"},
	[TP_LOGGING_ACTION_PORT] = {.name = "remote-port",
	 .type = &tp_type_number,
	 .offset = offsetof(struct tp_config_logging_action, port),
	 .default_text = "514",
	 .min = 1,
	 .max = PORT_MAX,
	 .flags = TP_RUNTIME,
	 .help = "`remote`: its UDP port"},
	[TP_LOGGING_ACTION_FACILITY] = {.name = "syslog-facility",
	 .type = &tp_type_enum,
	 .offset = offsetof(struct tp_config_logging_action, facility),
	 .default_text = "daemon",
	 .words = facility_words,
	 .flags = TP_RUNTIME,
	 .help = "`remote`: the facility of what is sent"},
	[TP_LOGGING_ACTION_COMMENT] = {.name = "comment",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_logging_action, comment),
	 .max = TEXT_MAX,
	 .flags = TP_RUNTIME,
	 .help = "A note for people"},
};

const struct tp_property tp_logging_properties[] = {
	[TP_LOGGING_TOPICS] = {.name = "topics",
	 .type = &tp_type_name_list,
	 .offset = offsetof(struct tp_config_logging, topics),
	 .default_text = "info",
	 .min = 1,
	 .max = TOPIC_MAX,
	 .flags = TP_KEY | TP_RUNTIME,
	 .help = "Lines that have all of these topics, and none with a `!` before it: levels "
		 "(`error`, `warning`, `info`, `debug`) and what they are about (`account`, `config`, "
		 "`dataplane`, `drain`, `interface`, `journal`, `management`, `ppp`, `pppoe`, "
		 "`radius`, `route`, `system`)"},
	[TP_LOGGING_ACTION] = {.name = "action",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_logging, action),
	 .default_text = "memory",
	 .min = 1,
	 .max = NAME_MAX_LEN,
	 .refers = TP_REFERS_LOGGING_ACTION,
	 .flags = TP_KEY | TP_RUNTIME,
	 .help = "Where they go"},
	[TP_LOGGING_DISABLED] = {.name = "disabled",
	 .type = &tp_type_bool,
	 .offset = offsetof(struct tp_config_logging, disabled),
	 .default_text = "no",
	 .flags = TP_RUNTIME,
	 .help = "The rule is as if it were not there"},
	[TP_LOGGING_COMMENT] = {.name = "comment",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_logging, comment),
	 .max = TEXT_MAX,
	 .flags = TP_RUNTIME,
	 .help = "A note for people"},
};
/* clang-format on */

char *tp_key_of_logging(const struct tp_config_item *item)
{
	const struct tp_config_logging *rule = (const void *)item;
	char *key = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&key, &size);

	if (out == NULL)
		return NULL;
	for (unsigned i = 0; i < rule->topics.count; i++)
		fprintf(out, "%s%s", i > 0 ? "," : "", rule->topics.name[i]);
	fprintf(out, "@%s", rule->action);
	if (fclose(out) == 0)
		return key;
	free(key);
	return NULL;
}
