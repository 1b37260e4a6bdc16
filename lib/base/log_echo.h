/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the log's echo goes: to stderr; or, if that is the systemd journal, there by its native
 * protocol (systemd.journal-fields(7)), with the priority and with fields to search by:
 * TURNPIKE_TOPICS, and of a line about somebody TURNPIKE_USER, TURNPIKE_MAC, TURNPIKE_SESSION,
 * TURNPIKE_INTERFACE and TURNPIKE_ADDRESS. If the journal's socket can't be had, lines on stderr
 * begin with "<6>", which the journal reads as a priority (sd-daemon(3)). */
#pragma once

#include "base/log.h"

/* Finds out by the environment what stderr is. Before other threads log. */
void tp_log_echo_begin(void);

/* The same by what is given: JOURNAL_STREAM's value or NULL, and the journal's socket. */
void tp_log_echo_to(const char *stream, const char *path);

/* Any thread; holds nobody up. */
void tp_log_echo(const struct tp_log_line *line);

/* A thousand lines a second are a thousand system calls: of the thread that calls this, lines for
 * stderr, after the first few, are held together until tp_log_echo_let_go(), or until they are as
 * many as a pipe takes at once; or until there is one that tells of trouble, or that somebody who
 * looks for trouble has asked for (debug). */
void tp_log_echo_hold(void);
void tp_log_echo_let_go(void);
