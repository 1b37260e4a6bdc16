/* SPDX-License-Identifier: BSD-3-Clause */
#include "store/statement.h"

#include "base/siphash.h"

bool tp_statement_run(sqlite3_stmt *statement)
{
	int rc = sqlite3_step(statement);

	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return rc == SQLITE_DONE;
}

bool tp_statement_run_on(sqlite3_stmt *statement, uint64_t number)
{
	sqlite3_bind_int64(statement, 1, (sqlite3_int64)number);
	return tp_statement_run(statement);
}

bool tp_statement_within(sqlite3_stmt *statement, int column, int64_t min, int64_t max)
{
	return sqlite3_column_type(statement, column) == SQLITE_INTEGER &&
	       sqlite3_column_int64(statement, column) >= min &&
	       sqlite3_column_int64(statement, column) <= max;
}

uint64_t tp_database_sum(const void *numbers, size_t numbers_len, const void *bytes, size_t len)
{
	static const uint64_t key[2] = {UINT64_C(0x7475726e70696b65), 1};

	return tp_siphash(key, numbers, numbers_len) ^ tp_siphash(key, bytes, len);
}
