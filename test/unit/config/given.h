/* SPDX-License-Identifier: BSD-3-Clause */
/* What the tests of lib/config start from. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <jansson.h>

#include "config/file/file.h"

/* Loads TEXT, which must be right. */
static inline struct tp_config *given(const char *text)
{
	struct tp_errors errors;
	struct tp_config *config =
		tp_config_load_text(TP_PROGRAM_SERVER, "test.yaml", text, strlen(text), &errors);
	for (unsigned i = 0; i < errors.count; i++)
		print_error("%s: %s\n", errors.error[i].place, errors.error[i].message);
	assert_non_null(config);
	return config;
}

/* What is saved of CONFIG, to be freed. */
static inline char *yaml_of(struct tp_config *config)
{
	struct tp_config_snapshot *snapshot = tp_config_snapshot(config);
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_int_equal(tp_config_write(snapshot, out), 0);
	fclose(out);
	tp_config_snapshot_destroy(snapshot);
	return text;
}

/* JSON written with ' in place of ". */
static inline json_t *json_given(const char *text)
{
	char copy[4096];
	snprintf(copy, sizeof(copy), "%s", text);
	for (char *c = copy; *c != '\0'; c++) {
		if (*c == '\'')
			*c = '"';
	}
	json_t *json = json_loads(copy, JSON_DECODE_ANY, NULL);
	assert_non_null(json);
	return json;
}

/* The reference's Quick Example. */
static const char quick_example[] =
	"system: { identity: MT_AC }\n"
	"dataplane:\n"
	"  ports:\n"
	"    - { name: ether3, device: 'net_af_packet0,iface=acc0' }\n"
	"    - { name: core0, device: 'net_af_packet1,iface=up0', address: 192.0.2.1/24 }\n"
	"ip:\n"
	"  pool: [ { name: pppoe-pool, ranges: 10.0.0.2-10.0.0.5 } ]\n"
	"  route: [ { dst-address: 0.0.0.0/0, gateway: 192.0.2.2 } ]\n"
	"ppp:\n"
	"  profile: [ { name: for-pppoe, local-address: 10.0.0.1, remote-address: pppoe-pool } ]\n"
	"  secret: [ { name: MT-User, password: StrongPass, profile: for-pppoe, service: pppoe } "
	"]\n"
	"interface:\n"
	"  pppoe-server:\n"
	"    server: [ { service-name: pppoeservice, interface: ether3, default-profile: for-pppoe "
	"} ]\n";
