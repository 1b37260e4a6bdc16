/* SPDX-License-Identifier: BSD-3-Clause */
/* A history, and short ways to tell it something. */
#pragma once

#include "history/history.h"

#define T0 UINT64_C(1790000000000) /* a time, ms since 1970 */

extern const struct tp_history_settings fixture_settings;

/* A host's MAC address by number. */
struct tp_mac fixture_mac(unsigned number);

/* What NOTE says, of host NUMBER on ether3 without tags, for what it does not say. */
void fixture_note(struct tp_history *h, unsigned number, struct tp_history_note note);
void fixture_refused(struct tp_history *h, unsigned number, uint64_t ms);
void fixture_up(struct tp_history *h, unsigned number, const char *user, uint64_t ms);
void fixture_ended(struct tp_history *h, unsigned number, const char *user, uint64_t ms);
void fixture_failed(struct tp_history *h, unsigned number, const char *user, uint64_t ms);

/* The caller of that host under USER; NULL: there is none. */
const struct tp_caller *fixture_find(const struct tp_history *h, unsigned number, const char *user);
