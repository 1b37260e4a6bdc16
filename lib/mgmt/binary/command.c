/* SPDX-License-Identifier: BSD-3-Clause */
/* From a sentence to its !done. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "mgmt/binary/talk.h"

static const struct mgmt_route route = {.target = MGMT_REST, .method = TP_METHOD_POST};

static struct mgmt_text *out_of(struct mgmt_command *command)
{
	return &command->talk->out;
}

static void command_free(struct mgmt_command *command)
{
	if (command->credentials != NULL) {
		explicit_bzero(command->credentials, sizeof(*command->credentials));
		free(command->credentials);
	}
	mgmt_listen_end(command);
	mgmt_ask_free(&command->ask);
	free(command);
}

void mgmt_command_orphan(struct mgmt_command *command)
{
	struct mgmt_talk *talk = command->talk;

	TAILQ_REMOVE(&talk->commands, command, entry);
	talk->command_count--;
	if (command->listens && --talk->mgmt->listeners == 0)
		tp_mailbox_listen(talk->mgmt->setup.mailbox, false);
	command->listens = false;
	if (command->credentials != NULL)
		talk->asking = false;
	command->talk = NULL;
	if (!command->under_way)
		command_free(command);
}

void mgmt_command_end(struct mgmt_command *command)
{
	mgmt_answer_done(out_of(command), command->ask.tag, NULL);
	mgmt_command_orphan(command);
}

void mgmt_command_trap(struct mgmt_command *command, enum mgmt_trap category, const char *message)
{
	mgmt_answer_trap(out_of(command), command->ask.tag, category, message);
	mgmt_command_end(command);
}

void mgmt_command_submit(struct mgmt_command *command, struct tp_request *request)
{
	struct tp_mgmt *mgmt = command->talk->mgmt;

	request->user = command;
	command->deadline_ms = mgmt->now_ms + mgmt->setup.answer_timeout_ms;
	command->waits = mgmt_talk_is_full(command->talk) || !mgmt_submit(mgmt, request);
	command->under_way = !command->waits;
}

/* ---- answers --------------------------------------------------------------------------------- */

static void tell_items(struct mgmt_command *command, const json_t *items)
{
	const json_t *item;
	size_t i;

	json_array_foreach (items, i, item)
		if (json_is_object(item))
			mgmt_answer_item(out_of(command), command->ask.tag, item);
}

static void tell_object(struct mgmt_command *command, const json_t *answer)
{
	const json_t *ret = json_object_get(answer, "ret");

	if (ret != NULL && json_object_size(answer) == 1) {
		mgmt_answer_done(out_of(command), command->ask.tag, ret);
		mgmt_command_orphan(command);
		return;
	}
	if (answer != NULL)
		mgmt_answer_item(out_of(command), command->ask.tag, answer);
	mgmt_command_end(command);
}

static void tell(struct mgmt_command *command)
{
	struct tp_request *request = command->ask.request;
	json_t *answer = request->answer;

	request->answer = NULL;
	command->talk->mgmt->requests++;
	if (request->status >= TP_API_BAD_REQUEST) {
		mgmt_answer_error(out_of(command), command->ask.tag, request->status, answer);
		mgmt_command_end(command);
	} else if (request->counts && request->more) {
		mgmt_command_submit(command, request); /* there is more to be counted */
	} else if (!json_is_array(answer)) {
		tell_object(command, answer);
	} else {
		tell_items(command, answer);
		if (request->more)
			mgmt_command_submit(command, request);
		else if (command->listens)
			mgmt_listen_go_on(command);
		else
			mgmt_command_end(command);
	}
	json_decref(answer);
}

static void answered(struct tp_request *request)
{
	struct mgmt_command *command = request->user;
	struct mgmt_talk *talk = command->talk;

	command->under_way = false;
	if (talk == NULL)
		command_free(command);
	else if (command->credentials != NULL)
		mgmt_talk_told(command);
	else if (request == command->look)
		mgmt_listen_looked(command);
	else
		tell(command);
	if (talk != NULL)
		mgmt_talk_run(talk);
}

void mgmt_command_tick(struct mgmt_command *command)
{
	struct tp_request *request = command->look != NULL ? command->look : command->ask.request;

	if (command->waits && !mgmt_talk_is_full(command->talk) &&
	    mgmt_submit(command->talk->mgmt, request)) {
		command->waits = false;
		command->under_way = true;
	}
	if (command->under_way && command->talk->mgmt->now_ms >= command->deadline_ms)
		mgmt_command_trap(command, MGMT_TRAP_GENERAL,
				  "control did not answer in time; it may still do what was asked");
}

/* ---- questions --------------------------------------------------------------------------------
 */

/* Those with the tag, or all; but not COMMAND itself. */
static void cancel(struct mgmt_command *command)
{
	const json_t *tag = json_object_get(command->ask.arguments, "tag");
	struct mgmt_talk *talk = command->talk;
	struct mgmt_text ends = {0};
	struct mgmt_command *one, *next;

	for (one = TAILQ_FIRST(&talk->commands); one != NULL; one = next) {
		next = TAILQ_NEXT(one, entry);
		if (one == command ||
		    (tag != NULL &&
		     (one->ask.tag == NULL || strcmp(one->ask.tag, json_string_value(tag)) != 0)))
			continue;
		mgmt_answer_trap(&talk->out, one->ask.tag, MGMT_TRAP_INTERRUPTED, "interrupted");
		mgmt_answer_done(&ends, one->ask.tag, NULL);
		mgmt_command_orphan(one);
	}
	mgmt_command_end(command);
	mgmt_text_append(&talk->out, ends.data != NULL ? ends.data : "", ends.len);
	talk->out.failed |= ends.failed;
	mgmt_text_free(&ends);
}

static void request(struct mgmt_command *command)
{
	struct mgmt_talk *talk = command->talk;
	struct tp_request *request = command->ask.request;
	struct tp_error error = {0};
	char text[sizeof(error.place) + sizeof(error.message) + 4];

	if ((mgmt_route_policy(&route, request->path) & ~talk->rights.policy) != 0) {
		talk->mgmt->forbidden++;
		mgmt_command_trap(command, MGMT_TRAP_GENERAL, "not enough permissions (9)");
	} else if (mgmt_prepare(talk->mgmt, &route, request, &error) != 0) {
		snprintf(text, sizeof(text), "%s: %s", error.place, error.message);
		mgmt_command_trap(command, MGMT_TRAP_ARGUMENT, text);
	} else {
		mgmt_who_of_talk(talk, &request->who);
		mgmt_command_submit(command, request);
	}
}

static void carry_out(struct mgmt_command *command)
{
	struct mgmt_talk *talk = command->talk;

	if (command->ask.kind == MGMT_ASK_LOGIN) {
		mgmt_talk_login(command);
	} else if (!talk->logged_in) {
		mgmt_command_orphan(command);
		mgmt_talk_fatal(talk, "not logged in");
	} else if (command->ask.kind == MGMT_ASK_CANCEL) {
		cancel(command);
	} else if (command->ask.kind == MGMT_ASK_QUIT) {
		mgmt_command_orphan(command);
		mgmt_talk_fatal(talk, "session terminated on request");
	} else if (command->ask.kind == MGMT_ASK_REQUEST) {
		request(command);
	} else {
		mgmt_listen_begin(command);
	}
}

void mgmt_command_take(struct mgmt_talk *talk, const uint8_t *sentence)
{
	struct mgmt_command *command = calloc(1, sizeof(*command));
	struct tp_error error = {0};
	int code;

	if (command == NULL) {
		talk->over = true;
		return;
	}
	command->asker.answered = answered;
	command->talk = talk;
	TAILQ_INSERT_TAIL(&talk->commands, command, entry);
	talk->command_count++;
	code = mgmt_ask_read(sentence, &command->ask, &error);
	if (code == -ENOMEM)
		talk->over = true;
	else if (code != 0)
		mgmt_command_trap(command, MGMT_TRAP_API, error.message);
	else if (talk->command_count > MGMT_TALK_COMMANDS && command->ask.kind != MGMT_ASK_CANCEL)
		mgmt_command_trap(command, MGMT_TRAP_API, "too many commands at a time");
	else
		carry_out(command);
}
