/* SPDX-License-Identifier: BSD-3-Clause */
/* /tool/sniffer: one capture at a time, of one subscriber, one port, discovery, or all, to a file
 * in a directory of the daemon's own, to memory, or to who asks. Control thread. */
#pragma once

#include "api/menus.h"

struct tp_control;
struct tp_sniffer;

/* Of a turn of the loop: follows the subscriber, and ends what is over. */
void tp_sniffer_turn(struct tp_control *c);
/* Ends a capture that runs, and frees all. */
void tp_sniffer_destroy(struct tp_control *c);
void tp_sniffer_samples(struct tp_control *c, json_t *array);

#define TP_SNIFFER_TYPE "application/x-pcapng"

#define TP_SNIFFER_START_BODY                                                                      \
	"`{\"subscriber\": \"bob\", \"file-name\": \"bob\"}`, `\"filter-interface\":`, "           \
	"`\"filter-mac-address\":`, `\"filter-ip-address\":`, `\"filter-mac-protocol\":`, "        \
	"`\"file-limit\":`, `\"memory-limit\":`, `\"packet-limit\":`, `\"duration\":`, "           \
	"`\"only-headers\":`: what to capture, see [Captures](captures.md); what it does not "     \
	"say, "                                                                                    \
	"`/tool/sniffer` does"
#define TP_SNIFFER_START_HELP                                                                      \
	"begins a capture, and answers how it does; 400 if one is running. This and what follows " \
	"takes the policy `sniff`"
#define TP_SNIFFER_QUICK_BODY                                                                      \
	"as `start` has it, without `file-name` and `memory-limit`: `\"subscriber\":`, "           \
	"`\"filter-interface\":`, `\"filter-mac-address\":`, `\"filter-ip-address\":`, "           \
	"`\"filter-mac-protocol\":`, `\"file-limit\":`, `\"packet-limit\":`, `\"duration\":`, "    \
	"`\"only-headers\":`"
#define TP_SNIFFER_QUICK_HELP                                                                      \
	"the same, live: the answer is the capture (`application/x-pcapng`), as it comes. It "     \
	"ends "                                                                                    \
	"at its limits, by `stop`, and when nobody takes it any more. By REST and `turnpikectl`"
#define TP_SNIFFER_STOP_BODY "none"
#define TP_SNIFFER_STOP_HELP "ends it, and answers likewise when it is whole"
#define TP_SNIFFER_SAVE_BODY "`{\"file-name\": \"bob\"}`"
#define TP_SNIFFER_SAVE_HELP                                                                       \
	"writes what was captured into memory to a file, and answers with its path, `file`"
#define TP_SNIFFER_DOWNLOAD_BODY "`{\"file-name\": \"bob\"}`, or none: what is in memory"
#define TP_SNIFFER_DOWNLOAD_HELP                                                                   \
	"answers with a capture, `application/x-pcapng`. By REST and `turnpikectl`"

extern const struct tp_status tp_sniffer_status[];
/* For struct tp_decorator. */
void tp_sniffer_tell(void *user, const struct tp_config_item *item, json_t *object);
/* For struct tp_verb. */
enum tp_api_command tp_sniffer_start(void *user, struct tp_request *request);
enum tp_api_command tp_sniffer_quick(void *user, struct tp_request *request);
enum tp_api_command tp_sniffer_stop(void *user, struct tp_request *request);
enum tp_api_command tp_sniffer_save(void *user, struct tp_request *request);
enum tp_api_command tp_sniffer_download(void *user, struct tp_request *request);
