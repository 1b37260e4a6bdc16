/* SPDX-License-Identifier: BSD-3-Clause */
/* Who it is: =name= and =password=, as RouterOS has it from 6.43 on. The older login proves that
 * one knows the password by a digest of it, which takes a server that knows it too: here it is
 * kept as a hash alone. */
#include <stdlib.h>
#include <string.h>

#include "mgmt/binary/talk.h"

static const char *text_of(const struct mgmt_command *command, const char *name)
{
	return json_string_value(json_object_get(command->ask.arguments, name));
}

static const char *refusal(enum mgmt_login_result result)
{
	switch (result) {
	case MGMT_LOGIN_LOCKED:
		return "too many wrong logins from this address, wait";
	case MGMT_LOGIN_BUSY:
		return "too many logins at once, try again";
	case MGMT_LOGIN_SILENCE:
		return "no RADIUS server answers, try again";
	default:
		return "invalid user name or password (6)";
	}
}

static const struct tp_remote_user *user_of(const struct tp_remote *remote, const char *name)
{
	for (unsigned i = 0; remote != NULL && i < remote->user_count; i++)
		if (strcmp(remote->user[i].name, name) == 0)
			return &remote->user[i];
	return NULL;
}

static void let_in(struct mgmt_talk *talk, const char *name, const struct tp_rights *rights)
{
	const struct tp_remote_user *user = user_of(talk->mgmt->remote, name);

	free(talk->name);
	free(talk->hash);
	talk->name = strdup(name);
	talk->hash = user != NULL ? strdup(user->hash) : NULL;
	talk->radius = user == NULL;
	talk->rights = *rights;
	talk->logged_in = talk->name != NULL;
	mgmt_presence_begin(talk->mgmt, &talk->presence, talk->address);
	talk->login_by_ms = 0;
}

static void decide(struct mgmt_command *command, const char *name, enum mgmt_login_result result,
		   const struct tp_rights *rights)
{
	if (result != MGMT_LOGIN_OK) {
		mgmt_command_trap(command, MGMT_TRAP_GENERAL, refusal(result));
		return;
	}
	let_in(command->talk, name, rights);
	mgmt_command_end(command);
}

/* Nobody knows yet: control asks a RADIUS server. */
static bool ask(struct mgmt_command *command, const struct mgmt_credentials *credentials)
{
	struct mgmt_talk *talk = command->talk;

	command->credentials = malloc(sizeof(*command->credentials));
	if (command->credentials == NULL)
		return false;
	*command->credentials = *credentials;
	command->credentials->password =
		command->credentials->text + (credentials->password - credentials->text);
	command->ask.request = mgmt_question_create(credentials, talk->address, command);
	if (command->ask.request == NULL || !mgmt_submit(talk->mgmt, command->ask.request))
		return false;
	command->under_way = talk->asking = true;
	command->deadline_ms =
		talk->mgmt->now_ms + TP_LOGIN_WAIT_MS + talk->mgmt->setup.answer_timeout_ms;
	return true;
}

void mgmt_talk_login(struct mgmt_command *command)
{
	const char *name = text_of(command, "name"), *password = text_of(command, "password");
	struct mgmt_talk *talk = command->talk;
	enum mgmt_login_result result = MGMT_LOGIN_WRONG;
	struct tp_rights rights = {.policy = 0};
	struct mgmt_credentials credentials;

	if (name == NULL || password == NULL) {
		mgmt_command_trap(command, MGMT_TRAP_API,
				  "a login has =name= and =password=; that by challenge and "
				  "=response= is not served");
		return;
	}
	if (mgmt_credentials_of(name, password, &credentials))
		result = mgmt_login_as(talk->mgmt->logins, &credentials, talk->address,
				       talk->mgmt->now_ms, &rights);
	if (result == MGMT_LOGIN_ASK && (talk->asking || !ask(command, &credentials)))
		result = MGMT_LOGIN_BUSY;
	if (result != MGMT_LOGIN_ASK)
		decide(command, name, result, &rights);
	explicit_bzero(&credentials, sizeof(credentials));
}

void mgmt_talk_told(struct mgmt_command *command)
{
	struct mgmt_talk *talk = command->talk;
	char group[TP_GROUP_NAME_MAX];
	enum mgmt_login_result said = mgmt_question_answer(command->ask.request, group);
	const struct tp_rights rights = tp_remote_rights(talk->mgmt->remote, group);

	mgmt_question_wipe(command->ask.request);
	said = mgmt_login_told_as(talk->mgmt->logins, command->credentials, talk->address,
				  talk->mgmt->now_ms, said, &rights);
	decide(command, command->credentials->text, said, &rights);
}

/* May who has logged in still do so? Of a server's users only that server knows. */
static bool still_may(struct mgmt_talk *talk, const struct tp_remote *remote)
{
	const struct tp_remote_user *user = user_of(remote, talk->name);

	if (talk->radius) {
		talk->rights = tp_remote_rights(remote, talk->rights.group);
		return user == NULL && remote->use_radius;
	}
	if (user == NULL || user->disabled || talk->hash == NULL ||
	    strcmp(user->hash, talk->hash) != 0 || !tp_remote_allows(&user->address, talk->address))
		return false;
	talk->rights = user->rights;
	return true;
}

void mgmt_binaries_review(struct tp_mgmt *mgmt, const struct tp_remote *remote)
{
	struct mgmt_talk *talk;

	TAILQ_FOREACH (talk, &mgmt->binaries.talks, entry) {
		const struct tp_remote_service *service = &remote->service[talk->service];

		if (service->disabled || !tp_remote_allows(&service->address, talk->address))
			mgmt_talk_fatal(talk, "the service is not for you any more");
		else if (talk->logged_in && !still_may(talk, remote))
			mgmt_talk_fatal(talk, "the user may not log in any more");
	}
}
