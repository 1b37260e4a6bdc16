/* SPDX-License-Identifier: BSD-3-Clause */
/* One login: what was asked, the reply that is being built, and what it comes to. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/ipv6_text.h"
#include "config/file/file.h"
#include "radius/authenticator.h"
#include "radius/login.h"
#include "wire/ppp.h"

extern const uint8_t authenticator[TP_RADIUS_AUTHENTICATOR_LEN];
extern const char secret[7];

extern struct tp_config *config;
extern struct tp_aaa_local *profiles;
extern struct tp_ppp_auth_request proof;
extern struct tp_aaa_question question;
extern struct tp_aaa_answer answer;
extern struct tp_radius_builder reply;
extern uint8_t room[TP_RADIUS_PACKET_MAX];

/* Of the group, and of each test. */
int setup(void **state);
int teardown(void **state);
int begin(void **state);
int end(void **state);

/* What the reply gives. */
const struct tp_subscriber *take_by(bool filter_id);
const struct tp_subscriber *take(void);
void refused(enum tp_aaa_reason reason, const char *words);

#define U32(id, value)	tp_radius_put_u32(&reply, TP_RADIUS_##id, value)
#define TEXT(id, value) tp_radius_put_text(&reply, TP_RADIUS_##id, value)
#define T(name)		cmocka_unit_test_setup_teardown(name, begin, end)
