/* SPDX-License-Identifier: BSD-3-Clause */
/* Operators whom /user does not have: management's question (TP_METHOD_LOGIN) as an Access-Request
 * with Service-Type Login to the servers whose `service` has `login`, and the answer of the first
 * that gives one. Control thread. */
#pragma once

#include <stdbool.h>
#include <sys/queue.h>

struct tp_control;
struct tp_operator_login;
struct tp_request;

TAILQ_HEAD(tp_operator_logins, tp_operator_login);

/* True: REQUEST is answered; false: it will be, within TP_LOGIN_WAIT_MS. */
bool tp_control_operator_login(struct tp_control *c, struct tp_request *request);

/* Answers those that have waited for so long, 503. */
void tp_control_operators_expire(struct tp_control *c);

/* Answers all that wait, 503: control ends. */
void tp_control_operators_end(struct tp_control *c);

/* Frees what is left of a control that never ran; the client that had them is gone. */
void tp_control_operators_forget(struct tp_operator_logins *logins);
