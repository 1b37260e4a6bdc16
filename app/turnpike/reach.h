/* SPDX-License-Identifier: BSD-3-Clause */
/* What the API needs of the machine. */
#pragma once

#include "base/error.h"
#include "config/store.h"

/* Can the API of CONFIG, the file at PATH, be had: are there the files of the operators' page, the
 * certificates of services that are enabled, and room for the socket? Else the first that is not is
 * in ERROR, with its place in the file. Nothing is made or changed. */
int check_reach(const struct tp_config *config, const char *path, struct tp_error *error);

/* The same of what may change while the daemon runs: the certificates. Any thread. */
int check_services(const struct tp_config *config, const char *path, struct tp_error *error);
