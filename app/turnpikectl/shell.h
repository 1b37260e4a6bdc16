/* SPDX-License-Identifier: BSD-3-Clause */
/* Where commands come from when they are not arguments. */
#pragma once

#include "ctl.h"

/* A person at a terminal: prompt, editing, history, completion. */
enum ctl_result ctl_shell(struct ctl *ctl);

/* A file or pipe, line by line; ends at the first mistake. */
enum ctl_result ctl_script(struct ctl *ctl, FILE *in);
