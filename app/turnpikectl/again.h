/* SPDX-License-Identifier: BSD-3-Clause */
/* What is shown again and again, until somebody presses Ctrl-C. */
#pragma once

#include "ctl.h"

/* Has somebody pressed Ctrl-C? */
bool ctl_interrupted(const struct ctl *ctl);
/* Does ctl->out lead to a terminal, with people before it? */
bool ctl_live(const struct ctl *ctl);

/* "1s", "500ms", "1m30s", "00:00:05", "5" into *MS. False: it is no time, or none that can be
 * waited for. */
bool ctl_time(const char *text, unsigned *ms);

/* Shows TEXT; on a terminal in place of what was shown last, whose *LINES are to begin with 0. */
void ctl_again(struct ctl *ctl, const char *text, unsigned *lines);

/* Waits. False: that was all, since somebody has pressed Ctrl-C or *LEFT_MS (of UINT_MAX: for ever)
 * are over. */
bool ctl_pause(const struct ctl *ctl, unsigned ms, unsigned *left_ms);
