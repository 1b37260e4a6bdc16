/* SPDX-License-Identifier: BSD-3-Clause */
#include "traffic_report.h"

#include <rte_cycles.h>
#include <stdio.h>

static const char *const direction_names[] = {"up", "down"};
static const char *const family_names[] = {"ipv4", "ipv6"};

static double to_us(uint64_t ticks)
{
	return (double)ticks * 1e6 / (double)rte_get_tsc_hz();
}

void trial_report_begin(struct trial_report *report, bool json)
{
	*report = (struct trial_report){.trials = json ? json_array() : NULL};
	if (!json)
		printf("%-9s %10s %10s %10s %8s %9s %6s %9s %9s %9s\n", "", "pps", "sent",
		       "received", "lost", "reordered", "wrong", "50 % us", "99 % us", "longest");
}

/* For a plot of the distribution: pairs of per mille and microseconds. */
static json_t *distribution(const struct stream *s)
{
	static const unsigned per_mille[] = {10,  50,  100, 250, 500, 750, 900,
					     950, 975, 990, 995, 998, 999, 1000};
	json_t *pairs = json_array();

	for (size_t i = 0; i < sizeof(per_mille) / sizeof(per_mille[0]); i++)
		json_array_append_new(
			pairs, json_pack("[i, f]", per_mille[i],
					 to_us(histogram_percentile(&s->latency, per_mille[i]))));
	return pairs;
}

static void add_count(struct trial_report *report, enum trial_direction d, enum packet_family f,
		      const struct trial_result *result)
{
	const struct stream *s = &result->count[d][f].stream;
	uint64_t sent = result->count[d][f].sent, lost = result->count[d][f].lost;
	double pps = (double)sent / result->seconds;
	double p50 = to_us(histogram_percentile(&s->latency, 500));
	double p99 = to_us(histogram_percentile(&s->latency, 990));
	double longest = to_us(s->latency.max);

	report->wrong_session += s->wrong_session;
	if (report->trials == NULL) {
		printf("%-4s %s %10.0f %10lu %10lu %8lu %9lu %6lu %9.1f %9.1f %9.1f\n",
		       direction_names[d], family_names[f], pps, sent, s->received, lost,
		       s->reordered, s->wrong_session, p50, p99, longest);
		fflush(stdout);
		return;
	}
	json_array_append_new(
		report->trials,
		json_pack("{s:s s:s s:f s:I s:I s:I s:I s:I s:I s:{s:f s:f s:f s:o}}", "direction",
			  direction_names[d], "family", family_names[f], "pps", pps, "sent",
			  (json_int_t)sent, "received", (json_int_t)s->received, "lost",
			  (json_int_t)lost, "reordered", (json_int_t)s->reordered, "duplicates",
			  (json_int_t)s->duplicates, "wrong_session", (json_int_t)s->wrong_session,
			  "latency_us", "p50", p50, "p99", p99, "max", longest, "distribution",
			  distribution(s)));
}

void trial_report_add(struct trial_report *report, const struct trial *trial,
		      const struct trial_result *result)
{
	for (int d = 0; d < TRIAL_DIRECTIONS; d++)
		for (int f = 0; f < PACKET_FAMILIES; f++)
			if (trial->directions[d] && trial->families[f])
				add_count(report, (enum trial_direction)d, (enum packet_family)f,
					  result);
	report->fallen += result->fallen;
	if (trial->churn_rate != 0)
		report->churn_rate = (double)result->churned / result->seconds;
}

void trial_report_no_loss(struct trial_report *report, uint32_t pps)
{
	report->no_loss_pps = pps;
	report->searched = true;
}

void trial_report_end(struct trial_report *report)
{
	json_t *all;

	if (report->trials == NULL) {
		if (report->churn_rate > 0)
			printf("%.0f other sessions a second came and went\n", report->churn_rate);
		if (report->fallen > 0)
			printf("measured sessions that ended by themselves: %u\n", report->fallen);
		if (report->searched)
			printf("highest rate without loss: %u packets a second in each direction\n",
			       report->no_loss_pps);
		return;
	}
	all = json_pack("{s:o}", "trials", report->trials);
	if (report->searched)
		json_object_set_new(all, "no_loss_pps",
				    json_integer((json_int_t)report->no_loss_pps));
	json_object_set_new(all, "churned_per_second", json_real(report->churn_rate));
	json_object_set_new(all, "sessions_fallen", json_integer((json_int_t)report->fallen));
	json_dumpf(all, stdout, JSON_REAL_PRECISION(6));
	putchar('\n');
	json_decref(all);
}
