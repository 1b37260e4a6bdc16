/* SPDX-License-Identifier: BSD-3-Clause */
#pragma once

#include "config/store.h"
#include "api/request.h"

/* Answers a request about a configured resource from CONFIG. */
void store_answer(struct tp_config *config, struct tp_request *request);
