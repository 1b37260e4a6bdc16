/* SPDX-License-Identifier: BSD-3-Clause */
#include "base/log_echo.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define JOURNAL_SOCKET "/run/systemd/journal/socket"
#define LINE_MAX_LEN   2200
#define FIELDS_LEN     8192

static enum { TO_STDERR, TO_STDERR_WITH_PRIORITY, TO_JOURNAL } to;
static int journal_fd = -1;
static atomic_uint lost;

/* syslog(3)'s, of enum tp_log_level. */
static const unsigned priorities[] = {3, 4, 6, 7};

/* ---- which ---------------------------------------------------------------------------------- */

/* JOURNAL_STREAM is "device:inode" of what was stderr when systemd started this process or one
 * before it: it need not be any more. */
static bool is_stderr(const char *stream)
{
	unsigned long long device, inode;
	struct stat st;

	return stream != NULL && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
	       fstat(STDERR_FILENO, &st) == 0 && st.st_dev == device && st.st_ino == inode;
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

void tp_log_echo_to(const char *stream, const char *path)
{
	if (journal_fd >= 0)
		close(journal_fd);
	journal_fd = -1;
	to = TO_STDERR;
	if (!is_stderr(stream))
		return;
	journal_fd = connect_to(path);
	to = journal_fd >= 0 ? TO_JOURNAL : TO_STDERR_WITH_PRIORITY;
}

void tp_log_echo_begin(void)
{
	tp_log_echo_to(getenv("JOURNAL_STREAM"), JOURNAL_SOCKET);
}

/* ---- the journal ---------------------------------------------------------------------------- */

struct fields {
	char text[FIELDS_LEN];
	size_t len;
};

/* No value has a newline in it: that would need another form. */
static void add(struct fields *f, const char *name, const char *value)
{
	if (value == NULL || value[0] == '\0' || strchr(value, '\n') != NULL ||
	    f->len + strlen(name) + strlen(value) + 2 > sizeof(f->text))
		return;
	f->len += (size_t)sprintf(f->text + f->len, "%s=%s\n", name, value);
}

static bool to_journal(const struct tp_log_line *line)
{
	struct fields f = {.len = 0};
	char priority[4];

	snprintf(priority, sizeof(priority), "%u", priorities[line->level]);
	add(&f, "PRIORITY", priority);
	add(&f, "MESSAGE", line->text);
	add(&f, "SYSLOG_IDENTIFIER", program_invocation_short_name);
	add(&f, "TURNPIKE_TOPICS", line->topics);
	add(&f, "TURNPIKE_USER", line->about->user);
	add(&f, "TURNPIKE_MAC", line->about->mac);
	add(&f, "TURNPIKE_SESSION", line->about->session);
	add(&f, "TURNPIKE_INTERFACE", line->about->interface);
	add(&f, "TURNPIKE_ADDRESS", line->about->address);
	return send(journal_fd, f.text, f.len, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

/* ---- stderr --------------------------------------------------------------------------------- */

#define AT_ONCE 8 /* lines, before the others are held: they are no flood */

/* Of this thread, whole lines. */
static _Thread_local struct {
	bool holds;
	unsigned at_once; /* written so since lines are held */
	unsigned lines;
	size_t len;
	char text[PIPE_BUF];
} held;

/* Writes lines if whoever reads stderr keeps up: a caller must not wait for a reader. A pipe
 * that is said to be writable takes up to PIPE_BUF bytes at once (man 7 pipe). */
static bool write_lines(const char *lines, size_t len)
{
	struct pollfd writable = {.fd = STDERR_FILENO, .events = POLLOUT};

	if (poll(&writable, 1, 0) != 1 || (writable.revents & POLLOUT) == 0)
		return false;
	return write(STDERR_FILENO, lines, len) >= 0;
}

static void write_held(void)
{
	if (held.lines > 0 && !write_lines(held.text, held.len))
		atomic_fetch_add(&lost, held.lines);
	held.lines = 0;
	held.len = 0;
}

static bool hold(const char *line, size_t len, bool urgent)
{
	if (held.at_once < AT_ONCE) {
		held.at_once++;
		return write_lines(line, len);
	}
	if (held.len + len > sizeof(held.text))
		write_held();
	memcpy(held.text + held.len, line, len);
	held.len += len;
	held.lines++;
	if (urgent)
		write_held();
	return true;
}

void tp_log_echo_hold(void)
{
	held.holds = true;
	held.at_once = 0;
}

void tp_log_echo_let_go(void)
{
	held.holds = false;
	write_held();
}

/* Of a second once: a thousand sessions may come up in one. */
static const char *date_of(time_t seconds)
{
	static _Thread_local char text[32];
	static _Thread_local time_t of = -1;
	struct tm tm;

	if (seconds != of) {
		localtime_r(&seconds, &tm);
		strftime(text, sizeof(text), "%F %T", &tm);
		of = seconds;
	}
	return text;
}

static bool to_stderr(const struct tp_log_line *line)
{
	int topic = (int)strcspn(line->topics, ",");
	char text[LINE_MAX_LEN];
	size_t len, rest;

	if (to == TO_STDERR)
		len = (size_t)snprintf(text, sizeof(text),
				       "%s.%03u %s %.*s: ", date_of((time_t)(line->wall_ms / 1000)),
				       (unsigned)(line->wall_ms % 1000),
				       tp_log_level_words[line->level], topic, line->topics);
	else
		len = (size_t)snprintf(text, sizeof(text), "<%u>%.*s: ", priorities[line->level],
				       topic, line->topics);
	rest = strnlen(line->text, sizeof(text) - 1 - len);
	memcpy(text + len, line->text, rest);
	len += rest;
	text[len] = '\n';
	return held.holds ? hold(text, len + 1, line->level != TP_LOG_INFO)
			  : write_lines(text, len + 1);
}

static bool write_out(const struct tp_log_line *line)
{
	return to == TO_JOURNAL ? to_journal(line) : to_stderr(line);
}

/* The line, after a word on those that were lost before it. */
void tp_log_echo(const struct tp_log_line *line)
{
	static const struct tp_log_about nobody;
	unsigned before = atomic_exchange(&lost, 0);

	if (before > 0) {
		char text[48];
		const struct tp_log_line word = {.level = TP_LOG_WARNING,
						 .wall_ms = line->wall_ms,
						 .topics = "system",
						 .text = text,
						 .about = &nobody};

		snprintf(text, sizeof(text), "log: %u lines lost", before);
		if (!write_out(&word)) {
			atomic_fetch_add(&lost, before + 1);
			return;
		}
	}
	if (!write_out(line))
		atomic_fetch_add(&lost, 1);
}
