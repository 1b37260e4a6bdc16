/* SPDX-License-Identifier: BSD-3-Clause */
/* A whole control over the fake data plane, and requests to it. */
#pragma once

#include <jansson.h>

#include "control/api.h"
#include "control/control_private.h"
#include "fake_dataplane.h"

/* Two access ports, a pool, a profile, a secret and a server. */
extern const char fixture_yaml[];

/* Control with this configuration (the path of a file that is read again by a reload: CONFIG_PATH,
 * or NULL). Fails the test when it can't be made. */
struct tp_control *fixture_create(const char *yaml, const char *config_path);

/* Executes one request; QUERY and BODY are JSON texts or NULL. The answer is the caller's. */
json_t *fixture_call(struct tp_control *c, enum tp_method method, const char *path,
		     const char *query, const char *body, int *status);

/* The status alone. */
int fixture_status(struct tp_control *c, enum tp_method method, const char *path, const char *body);

/* The detail of the refusal, in a buffer that the next call uses again. */
const char *fixture_refusal(struct tp_control *c, enum tp_method method, const char *path,
			    const char *query, const char *body);

/* Control with fixture_yaml in a file of its own. */
struct fixture_file {
	struct tp_control *c;
	char path[64];
};

/* cmocka's: *STATE is one. */
int fixture_file_setup(void **state);
int fixture_file_teardown(void **state);

void fixture_file_write(const struct fixture_file *w, const char *text);
