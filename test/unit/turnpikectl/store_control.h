/* SPDX-License-Identifier: BSD-3-Clause */
#pragma once

#include "config/store.h"
#include "api/request.h"

/* The menus of the fake control's, with verbs of its own that store_answer() has. */
const struct tp_menus *store_menus(void);

/* Answers a request about a configured resource from CONFIG. */
void store_answer(struct tp_config *config, struct tp_request *request);
