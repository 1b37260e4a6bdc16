/* SPDX-License-Identifier: BSD-3-Clause */
/* Folders that come with the program. */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Of drivers-config, one YAML file for each DPDK driver: PATH becomes the CONFIGURED folder; if
 * that is "", the one installed with this program, or made by the build that it lies in; or "" if
 * there is none. SIZE is best PATH_MAX. Fails if the configured one is not there. */
int find_drivers_config(const char *configured, char *path, size_t size, struct tp_error *error);

/* Of the operators' page: PATH becomes the CONFIGURED folder, which need not be there; if that is
 * "auto", the one installed with this program, or made by the build that it lies in; or "" if
 * there is none. */
void find_web(const char *configured, char *path, size_t size);

/* The folder of examples of the configuration, into PATH. False: it is not where it should be. */
bool find_examples(char *path, size_t size);
