/* SPDX-License-Identifier: BSD-3-Clause */
/* Where lines of the log go. Their properties: logging.c. */
#pragma once

#include "base/ip.h"
#include "config/schema/head.h"
#include "config/types/value.h"

enum tp_logging_target { TP_LOGGING_MEMORY, TP_LOGGING_ECHO, TP_LOGGING_REMOTE };
enum {
	TP_LOGGING_ACTION_NAME,
	TP_LOGGING_ACTION_TARGET,
	TP_LOGGING_ACTION_MEMORY_LINES,
	TP_LOGGING_ACTION_ADDRESS,
	TP_LOGGING_ACTION_PORT,
	TP_LOGGING_ACTION_FACILITY,
	TP_LOGGING_ACTION_COMMENT,
};
struct tp_config_logging_action {
	struct tp_config_item head;
	char *name;
	unsigned target;       /* enum tp_logging_target */
	uint32_t memory_lines; /* that are kept */
	struct tp_ip address;  /* of the syslog server; none: nothing is sent */
	uint32_t port;
	unsigned facility; /* syslog(3)'s number */
	char *comment;
};

enum {
	TP_LOGGING_TOPICS,
	TP_LOGGING_ACTION,
	TP_LOGGING_DISABLED,
	TP_LOGGING_COMMENT,
};
struct tp_config_logging {
	struct tp_config_item head;
	struct tp_name_list topics; /* "!topic": lines with that do not go there */
	char *action;
	bool disabled;
	char *comment;
};
