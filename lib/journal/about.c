/* SPDX-License-Identifier: BSD-3-Clause */
/* What a journal says of the daemon that writes it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "journal/journal_private.h"

static void read_line(const char *path, char *text, size_t size)
{
	FILE *f = fopen(path, "re");

	text[0] = '\0';
	if (f == NULL)
		return;
	if (fgets(text, (int)size, f) == NULL)
		text[0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	fclose(f);
}

void tp_journal_about_here(struct tp_journal_about *about, const char *version)
{
	memset(about, 0, sizeof(*about));
	read_line("/proc/sys/kernel/random/boot_id", about->boot_id, sizeof(about->boot_id));
	read_line("/etc/machine-id", about->machine_id, sizeof(about->machine_id));
	snprintf(about->version, sizeof(about->version), "%s", version);
}

static uint64_t sum_of(const struct tp_journal_about *a)
{
	const uint64_t numbers[] = {a->unix_ms, a->kept, a->attempts};
	char text[4 * TP_JOURNAL_TEXT_MAX + 4];
	int len = snprintf(text, sizeof(text), "%s\n%s\n%s\n%s", a->boot_id, a->machine_id,
			   a->version, a->counters);

	return tp_database_sum(numbers, sizeof(numbers), text, (size_t)len);
}

bool tp_journal_about_write(struct tp_journal *journal, const struct tp_journal_about *about)
{
	sqlite3_stmt *statement = journal->statement[WRITE_ABOUT];

	sqlite3_bind_text(statement, 1, about->boot_id, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 2, about->machine_id, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 3, about->version, -1, SQLITE_STATIC);
	sqlite3_bind_text(statement, 4, about->counters, -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 5, (sqlite3_int64)about->unix_ms);
	sqlite3_bind_int(statement, 6, about->kept);
	sqlite3_bind_int64(statement, 7, about->attempts);
	sqlite3_bind_int64(statement, 8, (sqlite3_int64)sum_of(about));
	return tp_statement_run(statement);
}

static bool read_text(sqlite3_stmt *statement, int column, char *text)
{
	const unsigned char *from = sqlite3_column_text(statement, column);
	int len = sqlite3_column_bytes(statement, column);

	if (from == NULL || len >= TP_JOURNAL_TEXT_MAX)
		return false;
	memcpy(text, from, (size_t)len + 1);
	return true;
}

static bool read_row(sqlite3_stmt *statement, struct tp_journal_about *about)
{
	if (!read_text(statement, 0, about->boot_id) ||
	    !read_text(statement, 1, about->machine_id) ||
	    !read_text(statement, 2, about->version) || !read_text(statement, 3, about->counters) ||
	    !tp_statement_within(statement, 4, 0, INT64_MAX) ||
	    !tp_statement_within(statement, 5, 0, 1) ||
	    !tp_statement_within(statement, 6, 0, UINT32_MAX))
		return false;
	about->unix_ms = (uint64_t)sqlite3_column_int64(statement, 4);
	about->kept = sqlite3_column_int(statement, 5) != 0;
	about->attempts = (unsigned)sqlite3_column_int64(statement, 6);
	return (uint64_t)sqlite3_column_int64(statement, 7) == sum_of(about);
}

int tp_journal_about_read(struct tp_journal *journal, struct tp_journal_about *about)
{
	static const char query[] = "SELECT boot, machine, version, counters, unix, kept, attempts,"
				    " sum FROM about WHERE one = 1";
	sqlite3_stmt *statement;
	int rc = sqlite3_prepare_v2(journal->db, query, -1, &statement, NULL);

	memset(about, 0, sizeof(*about));
	if (rc != SQLITE_OK)
		return rc;
	rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW && !read_row(statement, about))
		memset(about, 0, sizeof(*about));
	sqlite3_finalize(statement);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? SQLITE_OK : rc;
}
