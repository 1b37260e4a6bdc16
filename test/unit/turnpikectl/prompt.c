/* SPDX-License-Identifier: BSD-3-Clause */
#include "prompt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "config/file/file.h"
#include "client.h"
#include "shell.h"
#include "store_control.h"

static struct fixture f;
struct ctl ctl;
char *out, *err;
static size_t out_size, err_size;

const char *socket_path(void)
{
	return f.path;
}

/* The reference's Quick Example, as it stands there, with its prompts. */
const char quick_example[] =
	"[admin@MikroTik] > /ip pool\n"
	"add name=pppoe-pool ranges=10.0.0.2-10.0.0.5\n"
	"[admin@MikroTik] > /ppp profile\n"
	"add local-address=10.0.0.1 name=for-pppoe remote-address=pppoe-pool\n"
	"[admin@MikroTik] > /ppp secret\n"
	"add name=MT-User password=StrongPass profile=for-pppoe service=pppoe\n"
	"[admin@MikroTik] > /interface pppoe-server server\n"
	"add default-profile=for-pppoe disabled=no interface=ether3 service-name=pppoeservice\n";

static void answer(struct tp_mailbox *control, struct tp_request *request)
{
	store_answer(control->user, request);
}

int prompt_setup(void **state)
{
	static const char file[] = "dataplane: { control-lcore: 0, worker-lcores: [1],"
				   " ports: [ { name: ether3, device: net_null0 } ] }\n";
	struct tp_errors errors = {0};
	struct tp_config *config =
		tp_config_load_text(TP_PROGRAM_SERVER, "test", file, strlen(file), &errors);

	assert_non_null(config);
	const struct tp_mgmt_setup how = {.menus = store_menus()};
	fixture_start(&f, &how);
	f.control.user = config;
	f.control.answer = answer;
	return ctl_open(&ctl, f.path, open_memstream(&out, &out_size),
			open_memstream(&err, &err_size));
}

int prompt_teardown(void **state)
{
	ctl_close(&ctl);
	fclose(ctl.out);
	fclose(ctl.err);
	free(out);
	free(err);
	tp_config_destroy(f.control.user);
	fixture_stop(&f);
	return 0;
}

enum ctl_result run(const char *line)
{
	rewind(ctl.out);
	rewind(ctl.err);
	enum ctl_result result = ctl_run(&ctl, line);
	fputc('\0', ctl.out);
	fputc('\0', ctl.err);
	fflush(ctl.out);
	fflush(ctl.err);
	return result;
}

void expect(const char *line, const char *printed)
{
	if (run(line) != CTL_OK)
		fail_msg("%s: %s", line, err != NULL ? err : "");
	assert_string_equal(out, printed);
	assert_string_equal(err, "");
}

void expect_refusal(const char *line, enum ctl_result result, const char *sentence)
{
	if (run(line) != result)
		fail_msg("%s: another result; %s", line, err != NULL ? err : "");
	if (err == NULL || strstr(err, sentence) == NULL)
		fail_msg("%s: \"%s\" is not in \"%s\"", line, sentence, err != NULL ? err : "");
}

void script(const char *text, enum ctl_result result)
{
	FILE *in = fmemopen((char *)text, strlen(text), "r");

	rewind(ctl.err);
	enum ctl_result got = ctl_script(&ctl, in);
	fputc('\0', ctl.err);
	fflush(ctl.err);
	if (got != result)
		fail_msg("%s", err);
	fclose(in);
	ctl.line = 0;
	strcpy(ctl.menu, "/");
}

void add_secrets(void)
{
	script("/ppp secret\n"
	       "add name=w1 password=x limit-bytes-in=5 comment=\"a (b) && c\"\n"
	       "add name=w2 password=x limit-bytes-in=20 disabled=yes remote-address=10.1.0.7\n"
	       "add name=w3 password=x limit-bytes-in=100 remote-address=10.2.0.7\n"
	       "add name=a/b password=x comment=\"x;y]z\"\n",
	       CTL_OK);
	assert_int_equal(run("/ppp secret"), CTL_OK);
}

void expect_found(const char *condition, const char *names)
{
	char line[256], found[256] = "";
	json_t *list, *item;
	size_t i;

	snprintf(line, sizeof(line), "print where %s", condition);
	ctl.json = true;
	if (run(line) != CTL_OK)
		fail_msg("%s: %s", line, err);
	ctl.json = false;
	list = json_loads(out, 0, NULL);
	json_array_foreach (list, i, item)
		snprintf(found + strlen(found), sizeof(found) - strlen(found), "%s%s",
			 i > 0 ? "," : "", json_string_value(json_object_get(item, "name")));
	json_decref(list);
	if (strcmp(found, names) != 0)
		fail_msg("%s: found \"%s\", expected \"%s\"", condition, found, names);
}
