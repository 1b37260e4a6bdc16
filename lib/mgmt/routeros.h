/* SPDX-License-Identifier: BSD-3-Clause */
/* Answers as RouterOS's REST gives them: each value is a string. Pure. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

/* The media types by which a client chooses: JSON's own types, or RouterOS's strings. */
#define MGMT_TYPE_TURNPIKE "application/vnd.turnpike+json"
#define MGMT_TYPE_ROUTEROS "application/vnd.routeros+json"

/* ITEM with each value as RouterOS writes it: true as "true", 1480 as "1480", a list as
 * "1,2"; what is null is left out, and a comment that is
 * empty. A new reference; NULL when memory is out. */
json_t *mgmt_routeros(const json_t *item);

/* Does ACCEPT, that header's value or NULL, ask for strings? OTHERWISE: it does not say. */
bool mgmt_routeros_wanted(const char *accept, bool otherwise);
