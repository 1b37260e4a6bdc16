/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "config/file/file.h"
#include "fixture.h"

const char fixture_yaml[] = "system: { identity: MT_AC }\n"
			    "dataplane:\n"
			    "  max-sessions: 64\n"
			    "  ports:\n"
			    "    - { name: ether0, device: net_null0 }\n"
			    "    - { name: ether1, device: net_null1 }\n"
			    "ip:\n"
			    "  pool: [ { name: pppoe-pool, ranges: 10.0.0.2-10.0.0.5 } ]\n"
			    "ppp:\n"
			    "  profile: [ { name: for-pppoe, local-address: 10.0.0.1, "
			    "remote-address: pppoe-pool } ]\n"
			    "  secret: [ { name: MT-User, password: StrongPass, "
			    "profile: for-pppoe } ]\n"
			    "interface:\n"
			    "  pppoe-server:\n"
			    "    server: [ { service-name: pppoeservice, interface: ether0, "
			    "default-profile: for-pppoe } ]\n"
			    "management: { journal: no }\n";

struct tp_control *fixture_create(const char *yaml, const char *config_path)
{
	struct tp_errors errors = {0};
	struct tp_error error = {0};
	struct tp_control *c;
	struct tp_control_setup setup = {
		.config = tp_config_load_text(TP_PROGRAM_SERVER, "test.yaml", yaml, strlen(yaml),
					      &errors),
		.config_path = config_path,
	};

	for (unsigned i = 0; i < errors.count; i++)
		print_error("%s: %s\n", errors.error[i].place, errors.error[i].message);
	assert_non_null(setup.config);
	tp_errors_clear(&errors);
	if (tp_control_create(&setup, &c, &error) != 0)
		fail_msg("%s: %s", error.place, error.message);
	tp_log_set_level(TP_LOG_ERROR);
	return c;
}

static json_t *parse(const char *text)
{
	json_t *value = text != NULL ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;

	assert_true(text == NULL || value != NULL);
	return value;
}

json_t *fixture_call(struct tp_control *c, enum tp_method method, const char *path,
		     const char *query, const char *body, int *status)
{
	struct tp_request request = {
		.method = method,
		.path = strdup(path),
		.query = parse(query),
		.body = parse(body),
	};

	assert_true(tp_control_execute(c, &request));
	free(request.path);
	json_decref(request.query);
	json_decref(request.body);
	assert_int_not_equal(request.status, 0);
	if (status != NULL)
		*status = request.status;
	return request.answer;
}

int fixture_status(struct tp_control *c, enum tp_method method, const char *path, const char *body)
{
	int status;

	json_decref(fixture_call(c, method, path, NULL, body, &status));
	return status;
}

const char *fixture_refusal(struct tp_control *c, enum tp_method method, const char *path,
			    const char *query, const char *body)
{
	static char detail[1024];
	json_t *answer;
	int status;

	answer = fixture_call(c, method, path, query, body, &status);
	assert_true(status >= 400);
	assert_int_equal(json_integer_value(json_object_get(answer, "error")), status);
	assert_non_null(json_string_value(json_object_get(answer, "message")));
	snprintf(detail, sizeof(detail), "%s",
		 json_string_value(json_object_get(answer, "detail")));
	json_decref(answer);
	return detail;
}

void fixture_file_write(const struct fixture_file *w, const char *text)
{
	FILE *file = fopen(w->path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

int fixture_file_setup(void **state)
{
	struct fixture_file *w = calloc(1, sizeof(*w));
	int fd;

	strcpy(w->path, "/tmp/turnpike-control-XXXXXX");
	fd = mkstemp(w->path);
	assert_true(fd >= 0);
	close(fd);
	fixture_file_write(w, fixture_yaml);
	fake_reset(2);
	w->c = fixture_create(fixture_yaml, w->path);
	*state = w;
	return 0;
}

int fixture_file_teardown(void **state)
{
	struct fixture_file *w = *state;
	char name[80];

	tp_save_finish(&w->c->save, w->c->config);
	tp_control_destroy(w->c);
	unlink(w->path);
	snprintf(name, sizeof(name), "%s.unsaved", w->path);
	unlink(name);
	free(w);
	return 0;
}
