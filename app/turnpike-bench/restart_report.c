/* SPDX-License-Identifier: BSD-3-Clause */
#include "restart_report.h"

#include <jansson.h>
#include <stdio.h>

static bool is_good(const struct restart_round *round)
{
	return round->first_s >= 0 && round->lost == 0 && round->silent == 0 &&
	       round->doubled == 0 && round->wrong == 0 && round->duplicates == 0;
}

bool restart_is_good(const struct restart_result *result)
{
	for (unsigned i = 0; i < result->count; i++)
		if (!is_good(&result->rounds[i]))
			return false;
	return result->count > 0 && (result->radius == NULL || (result->radius->backwards == 0 &&
								result->radius->strangers == 0));
}

static json_t *rounds_of(const struct restart_result *result)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < result->count; i++) {
		const struct restart_round *r = &result->rounds[i];

		json_array_append_new(
			all,
			json_pack("{s:f, s:f, s:f, s:f, s:i, s:i, s:i, s:i, s:i, s:I, s:I}",
				  "at_seconds", r->at_s, "started_after_seconds", r->started_s,
				  "first_packet_seconds", r->first_s, "all_packets_seconds",
				  r->all_s, "stood", (int)r->stood, "lost", (int)r->lost, "silent",
				  (int)r->silent, "renewed", (int)r->renewed, "doubled",
				  (int)r->doubled, "wrong_session", (json_int_t)r->wrong,
				  "duplicates", (json_int_t)r->duplicates));
	}
	return all;
}

static json_t *curve_of(const struct restart_result *result)
{
	json_t *up = json_array(), *down = json_array();

	for (unsigned i = 0; i < result->step_count; i++) {
		json_array_append_new(up, json_integer(result->steps[i][0]));
		json_array_append_new(down, json_integer(result->steps[i][1]));
	}
	return json_pack("{s:f, s:o, s:o}", "step_seconds", RESTART_STEP_US / 1e6, "up", up, "down",
			 down);
}

static json_t *radius_of(const struct radius_server_counts *counts)
{
	if (counts == NULL)
		return json_null();
	return json_pack("{s:I, s:I, s:I, s:I, s:I}", "starts", (json_int_t)counts->starts,
			 "interims", (json_int_t)counts->interims, "stops",
			 (json_int_t)counts->stops, "backwards", (json_int_t)counts->backwards,
			 "strangers", (json_int_t)counts->strangers);
}

static void report_json(const struct restart_result *result)
{
	json_t *all = json_pack("{s:i, s:s, s:b, s:o, s:o, s:o}", "sessions", (int)result->sessions,
				"signal", result->by_term ? "TERM" : "KILL", "good",
				restart_is_good(result), "restarts", rounds_of(result), "radius",
				radius_of(result->radius), "packets", curve_of(result));

	json_dumpf(all, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(all);
}

static void print_seconds(double seconds)
{
	if (seconds < 0)
		printf(" %9s", "never");
	else
		printf(" %9.2f", seconds);
}

void restart_report(const struct restart_result *result, bool json)
{
	if (json) {
		report_json(result);
		return;
	}
	printf("%-8s %9s %9s %8s %8s %8s %8s %8s %8s\n", "restart", "first s", "all s", "stood",
	       "lost", "silent", "renewed", "doubled", "wrong");
	for (unsigned i = 0; i < result->count; i++) {
		const struct restart_round *r = &result->rounds[i];

		printf("%-8u", i + 1);
		print_seconds(r->first_s);
		print_seconds(r->all_s);
		printf(" %8u %8u %8u %8u %8u %8lu\n", r->stood, r->lost, r->silent, r->renewed,
		       r->doubled, r->wrong + r->duplicates);
	}
	if (result->radius != NULL)
		printf("accounting: %lu starts, %lu interims, %lu stops; %lu went backwards, "
		       "%lu of no session that had begun\n",
		       result->radius->starts, result->radius->interims, result->radius->stops,
		       result->radius->backwards, result->radius->strangers);
}
