/* SPDX-License-Identifier: BSD-3-Clause */
/* The question to control who an operator is whom /user does not have: TP_METHOD_LOGIN. Management
 * thread. */
#pragma once

#include "api/request.h"
#include "mgmt/login.h"

/* Who is that at ADDRESS (host byte order)? USER: who asks. It has a password in it, which
 * mgmt_question_wipe() takes out again. NULL: memory is out. */
struct tp_request *mgmt_question_create(const struct mgmt_credentials *credentials,
					uint32_t address, void *user);
void mgmt_question_wipe(struct tp_request *question);

/* What came of it: MGMT_LOGIN_OK, MGMT_LOGIN_WRONG or MGMT_LOGIN_SILENCE, for mgmt_login_told(). */
enum mgmt_login_result mgmt_question_answer(const struct tp_request *question,
					    char group[TP_GROUP_NAME_MAX]);
