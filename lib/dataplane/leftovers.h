/* SPDX-License-Identifier: BSD-3-Clause */
/* What a daemon that was killed has left in the way of the next one: files of drivers and of the
 * EAL. What a living one holds is told from it, and stays. Network interfaces (TAPs), locks and
 * huge pages go with the process. Control, at start. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* The path of the Unix socket that the driver of DEVICE will listen on, into PATH; false: DEVICE
 * makes none. */
bool tp_leftovers_socket(const char *device, char *path, size_t size);

/* Removes that socket if nobody holds it; -EADDRINUSE if somebody does, -EEXIST if something else
 * is in its place. ERROR's place is PORT. */
int tp_leftovers_clear_device(const char *device, const char *port, struct tp_error *error);

/* Removes in FOLDER the empty folders PREFIX-PID of processes that are gone. */
void tp_leftovers_clear_folders(const char *folder, const char *prefix);
