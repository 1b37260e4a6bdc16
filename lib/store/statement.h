/* SPDX-License-Identifier: BSD-3-Clause */
/* Statements of a database (store/database.h): how they are run, and what a row that they give is
 * looked at for before it is believed. Rows have sums, because a disk that is broken, or a file
 * that was cut short, gives zeros without a word. Whoever has the database calls these, one thread
 * at a time. */
#pragma once

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Runs STATEMENT, which gives no rows, and makes it ready for the next. */
bool tp_statement_run(sqlite3_stmt *statement);
/* The same with NUMBER as its first parameter. */
bool tp_statement_run_on(sqlite3_stmt *statement, uint64_t number);

/* Is this COLUMN of the row an integer from MIN to MAX? */
bool tp_statement_within(sqlite3_stmt *statement, int column, int64_t min, int64_t max);

/* Of a row's numbers and bytes; against accidents alone, it has no secret. */
uint64_t tp_database_sum(const void *numbers, size_t numbers_len, const void *bytes, size_t len);
