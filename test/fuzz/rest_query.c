/* SPDX-License-Identifier: BSD-3-Clause */
/* Any JSON as RouterOS's query words, and any bytes as an Authorization header: the first byte
 * says which. What the check of the words takes must pass or not pass, and never fail. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "api/query.h"
#include "base/log.h"
#include "config/file/file.h"
#include "mgmt/login.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static const char yaml[] =
	"user: [ { name: noc, password: "
	"'$6$saltsalt$TVLlQcbpFVof5W3Yz4DTP6gRstiNuHwwTt6GLc1E5n0U0aDehy0S5knV8wiOQSpT0Y77vwPZN.Pq."
	"H91p5hVO1' } ]\n"
	"ppp: { secret: [ { name: a, limit-bytes-in: 100, comment: one } ] }\n";

static struct tp_config *config;
static struct tp_remote *remote;
static struct mgmt_logins *logins;
static json_t *object;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	static struct tp_errors errors;

	tp_log_set_level(TP_LOG_ERROR);
	config = tp_config_load_text(TP_PROGRAM_SERVER, "base", yaml, strlen(yaml), &errors);
	remote = tp_remote_create(config);
	logins = mgmt_logins_create();
	object = json_pack("{s:s,s:s,s:i,s:s,s:b}", ".id", "*1", "name", "a", "limit-bytes-in", 100,
			   "uptime", "1d2h", "disabled", 0);
	mgmt_logins_set(logins, remote);
	return 0;
}

static void log_in(const uint8_t *data, size_t size)
{
	static uint64_t now_ms = 1000;
	char *header = strndup((const char *)data, size);
	struct tp_rights rights;

	mgmt_login(logins, header, 0x7f000001, ++now_ms, &rights);
	free(header);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct tp_config_item *item = tp_config_first(config, TP_PPP_SECRET);

	if (size < 1)
		return 0;
	if ((data[0] & 1) != 0) {
		log_in(data + 1, size - 1);
		return 0;
	}
	json_t *words = json_loadb((const char *)data + 1, size - 1, 0, NULL);
	struct tp_api_query *query = NULL;
	struct tp_error e = {0};
	bool passes;
	if (json_is_array(words) && tp_api_query_open(words, &query, &e) == 0)
		tp_api_query_passes(query, object, (data[0] & 2) != 0 ? item : NULL, &passes, &e);
	tp_api_query_close(query);
	json_decref(words);
	return 0;
}
