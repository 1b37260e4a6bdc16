/* SPDX-License-Identifier: BSD-3-Clause */
#include "setup_report.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#define BAR_WIDTH 40
#define WINDOW	  3 /* steps that a rate is taken over */

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static double percentile_ms(const struct city *city, unsigned per_mille)
{
	if (city->setups == 0)
		return 0;
	return city->latency_us[(uint64_t)(city->setups - 1) * per_mille / 1000] / 1000.0;
}

/* Set-ups a second over the WINDOW steps that begin at FIRST. */
static double rate_of(const struct setup_result *result, uint32_t first)
{
	uint32_t sum = 0;

	for (uint32_t i = first; i < first + WINDOW; i++)
		sum += result->steps[i];
	return sum * (1e6 / CITY_CURVE_US) / WINDOW;
}

static void take_curve(struct setup_result *result, const struct city *city)
{
	bool climbed = false;

	for (uint32_t i = 0; i < CITY_CURVE_MAX; i++) {
		result->steps[i] = city->curve[i];
		if (city->curve[i] > 0)
			result->step_count = i + 1;
	}
	for (uint32_t i = 0; i + WINDOW < result->step_count; i++)
		if (rate_of(result, i) > result->best_rate)
			result->best_rate = rate_of(result, i);
	result->lowest_rate = result->best_rate;
	for (uint32_t i = 0; i + WINDOW < result->step_count; i++) {
		double rate = rate_of(result, i);

		climbed = climbed || rate * 2 >= result->best_rate;
		if (climbed && rate < result->lowest_rate)
			result->lowest_rate = rate;
	}
}

void setup_result_take(struct setup_result *result, struct city *city)
{
	double seconds = (double)(city->last_up_us - city->first_dial_us) / 1e6;

	qsort(city->latency_us, city->setups, sizeof(*city->latency_us), compare);
	*result = (struct setup_result){
		.sessions = city->config->count,
		.established = city->in_state[SUBSCRIBER_UP],
		.failed = city->config->count - city->in_state[SUBSCRIBER_UP],
		.duplicate_addresses = city_duplicate_addresses(city),
		.seconds = city->setups > 0 ? seconds : 0,
		.latency_ms = {percentile_ms(city, 500), percentile_ms(city, 900),
			       percentile_ms(city, 990), percentile_ms(city, 1000)},
		.retransmissions = city->retransmissions,
	};
	if (result->seconds > 0)
		result->sessions_per_second = result->established / result->seconds;
	take_curve(result, city);
}

void setup_progress(const struct city *city)
{
	unsigned done = (unsigned)((uint64_t)city->in_state[SUBSCRIBER_UP] * BAR_WIDTH /
				   city->config->count);
	char bar[BAR_WIDTH + 1];

	for (unsigned i = 0; i < BAR_WIDTH; i++)
		bar[i] = i < done ? '#' : '.';
	bar[BAR_WIDTH] = '\0';
	fprintf(stderr, "\r[%s] %u up, %u dialing, %u waiting, %u gone ", bar,
		city->in_state[SUBSCRIBER_UP], city->in_state[SUBSCRIBER_DIALING],
		city->in_state[SUBSCRIBER_WAITING], city->in_state[SUBSCRIBER_GONE]);
}

static json_t *curve_json(const struct setup_result *r)
{
	json_t *steps = json_array();

	for (uint32_t i = 0; i < r->step_count; i++)
		json_array_append_new(steps, json_integer((json_int_t)r->steps[i]));
	return json_pack("{s:f s:f s:f s:o}", "step_seconds", CITY_CURVE_US / 1e6, "best_rate",
			 r->best_rate, "lowest_rate", r->lowest_rate, "sessions_up", steps);
}

static void report_json(const struct setup_result *r, const struct city *city)
{
	json_t *failures = json_object();
	json_t *all = json_pack(
		"{s:i s:i s:i s:f s:f s:{s:f s:f s:f s:f} s:I s:i s:i s:I s:I s:I}", "sessions",
		(int)r->sessions, "established", (int)r->established, "failed", (int)r->failed,
		"seconds", r->seconds, "sessions_per_second", r->sessions_per_second, "latency_ms",
		"p50", r->latency_ms[0], "p90", r->latency_ms[1], "p99", r->latency_ms[2], "max",
		r->latency_ms[3], "retransmissions", (json_int_t)r->retransmissions,
		"duplicate_addresses", (int)r->duplicate_addresses, "up_after_hold",
		(int)r->up_after_hold, "pings_sent", (json_int_t)city->pings_sent, "pings_answered",
		(json_int_t)city->pings_answered, "stray_frames", (json_int_t)city->stray_frames);

	for (unsigned i = 0; i < CITY_FAILURES && city->failures[i].count > 0; i++)
		json_object_set_new(failures, city->failures[i].reason,
				    json_integer((json_int_t)city->failures[i].count));
	json_object_set_new(all, "failures", failures);
	json_object_set_new(all, "curve", curve_json(r));
	json_object_set_new(all, "hung_up", json_integer(city->in_state[SUBSCRIBER_GONE]));
	if (r->load.pid != 0)
		json_object_set_new(all, "control",
				    json_pack("{s:f s:f s:f}", "seconds", r->load.seconds,
					      "percent", r->load.percent, "highest_percent",
					      r->load.highest_percent));
	json_object_set_new(all, "tear_down_seconds", json_real(r->tear_down_s));
	json_dumpf(all, stdout, JSON_REAL_PRECISION(6));
	putchar('\n');
	json_decref(all);
}

static void report_table(const struct setup_result *r, const struct city *city)
{
	const struct rig_port_counters *port = rig_port_counters(city->port);

	printf("\nsubscribers          %u\n", r->sessions);
	printf("established          %u\n", r->established);
	printf("failed               %u\n", r->failed);
	printf("same address twice   %u\n", r->duplicate_addresses);
	printf("time to all up       %.3f s\n", r->seconds);
	printf("sessions a second    %.0f\n", r->sessions_per_second);
	printf("best, lowest rate    %.0f, %.0f sessions a second\n", r->best_rate, r->lowest_rate);
	printf("PADI to address      median %.1f ms, 90 %% %.1f, 99 %% %.1f, longest %.1f\n",
	       r->latency_ms[0], r->latency_ms[1], r->latency_ms[2], r->latency_ms[3]);
	printf("retransmissions      %lu\n", r->retransmissions);
	if (city->ping_target != 0)
		printf("pings                %lu answered of %u subscribers, %lu sent\n",
		       city->pings_answered, r->established, city->pings_sent);
	printf("up after the hold    %u\n", r->up_after_hold);
	if (r->load.pid != 0 && r->load.seconds > 0)
		printf("control meanwhile    %.2f %% of its core, %.2f %% in the busiest second\n",
		       r->load.percent, r->load.highest_percent);
	printf("hung up              %u in %.3f s\n", city->in_state[SUBSCRIBER_GONE],
	       r->tear_down_s);
	printf("frames               %lu in, %lu out, %lu not sent, %lu stray\n", port->received,
	       port->sent, port->lost, city->stray_frames);
	for (unsigned i = 0; i < CITY_FAILURES && city->failures[i].count > 0; i++)
		printf("ended early          %lu: %s\n", city->failures[i].count,
		       city->failures[i].reason);
}

void setup_report(const struct setup_result *result, const struct city *city, bool json)
{
	if (json)
		report_json(result, city);
	else
		report_table(result, city);
}
