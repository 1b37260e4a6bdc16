/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/question.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "mgmt/submit.h"

struct tp_request *mgmt_question_create(const struct mgmt_credentials *credentials,
					uint32_t address, void *user)
{
	struct tp_request *question = calloc(1, sizeof(*question));
	char text[TP_IPV4_TEXT_LEN];

	if (question == NULL)
		return NULL;
	question->user = user;
	question->method = TP_METHOD_LOGIN;
	question->path = strdup(credentials->text);
	/* Not checked to be UTF-8: it is the server that knows what it is. */
	question->body =
		json_pack("{s:o,s:s}", "password", json_string_nocheck(credentials->password),
			  "address", tp_ipv4_format(address, text));
	if (question->path != NULL && question->body != NULL)
		return question;
	mgmt_question_wipe(question);
	mgmt_request_free(question);
	return NULL;
}

void mgmt_question_wipe(struct tp_request *question)
{
	const json_t *password = json_object_get(question->body, "password");

	if (password != NULL)
		explicit_bzero((char *)json_string_value(password), json_string_length(password));
}

enum mgmt_login_result mgmt_question_answer(const struct tp_request *question,
					    char group[TP_GROUP_NAME_MAX])
{
	const char *word = json_string_value(json_object_get(question->answer, "group"));

	snprintf(group, TP_GROUP_NAME_MAX, "%s", word != NULL ? word : "");
	if (question->status == TP_API_OK && word != NULL)
		return MGMT_LOGIN_OK;
	return question->status == TP_API_UNAUTHORIZED ? MGMT_LOGIN_WRONG : MGMT_LOGIN_SILENCE;
}
