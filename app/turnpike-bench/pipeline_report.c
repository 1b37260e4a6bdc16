/* SPDX-License-Identifier: BSD-3-Clause */
#include "pipeline_report.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static const char *family_of(const struct pipeline_options *o)
{
	return o->ipv6_percent == 0	? "IPv4"
	       : o->ipv6_percent == 100 ? "IPv6"
	       : o->ipv6_percent == 50	? "IPv4 and IPv6"
					: "70 % IPv4 and 30 % IPv6";
}

void pipeline_report_table(const struct pipeline_options *o, const struct pipeline_result *results,
			   unsigned count)
{
	char size[16] = "IMIX";
	if (!o->imix)
		snprintf(size, sizeof(size), "%u-byte", o->size);
	printf("%s %s, %u tags%s%s%s, bursts of %u, %u frames in flight, code for %s\n"
	       "TSC cycles a packet, median of %u rounds (best)\n\n"
	       "direction  sessions      turnpike         floor  ratio (quartiles)     Mpps"
	       "   fetched ahead by the floor: mbufs/frames/tables/sessions\n",
	       size, family_of(o), o->tags,
	       o->links > 1 ? ", MP by several links"
	       : o->mrru    ? ", MP"
			    : "",
	       o->rate_limit ? ", rate limits" : "", o->encryption ? ", encryption" : "", o->burst,
	       o->in_flight, results[0].level, o->rounds);
	for (unsigned i = 0; i < count; i++) {
		const struct pipeline_result *r = &results[i];
		printf("%-9s  %8u  %5.1f (%5.1f)  %4.1f (%4.1f)  %5.2f (%.2f to %.2f)  %6.1f   "
		       "%u/%u/%u/%u\n",
		       r->direction, r->sessions, r->cycles, r->best_cycles, r->floor_cycles,
		       r->best_floor_cycles, r->cycles / r->floor_cycles, r->low_ratio,
		       r->high_ratio, r->tsc_ghz * 1000 / r->cycles, r->ahead.mbufs,
		       r->ahead.frames, r->ahead.tables, r->ahead.sessions);
	}
}

void pipeline_report_json(const struct pipeline_options *o, const struct pipeline_result *results,
			  unsigned count)
{
	json_t *list = json_array();
	for (unsigned i = 0; i < count; i++) {
		const struct pipeline_result *r = &results[i];
		json_array_append_new(
			list,
			json_pack("{s:s, s:i, s:f, s:f, s:f, s:[f, f], s:f, s:f, s:f, s:[i, i, i, "
				  "i]}",
				  "direction", r->direction, "sessions", (int)r->sessions,
				  "cycles_per_packet", r->cycles, "floor_cycles_per_packet",
				  r->floor_cycles, "ratio", r->cycles / r->floor_cycles,
				  "ratio_quartiles", r->low_ratio, r->high_ratio,
				  "best_cycles_per_packet", r->best_cycles,
				  "best_floor_cycles_per_packet", r->best_floor_cycles,
				  "million_packets_per_second", r->tsc_ghz * 1000 / r->cycles,
				  "floor_distances", (int)r->ahead.mbufs, (int)r->ahead.frames,
				  (int)r->ahead.tables, (int)r->ahead.sessions));
	}
	json_t *size = o->imix ? json_string("imix") : json_integer((json_int_t)o->size);
	json_t *all = json_pack("{s:o, s:s, s:o, s:i, s:b, s:i, s:b, s:b, s:i, s:i, s:i, s:s, s:f}",
				"results", list, "family", family_of(o), "size", size, "vlan_tags",
				(int)o->tags, "mp", o->mrru, "links", (int)o->links, "rate_limit",
				o->rate_limit, "encryption", o->encryption, "burst", (int)o->burst,
				"in_flight", (int)o->in_flight, "rounds", (int)o->rounds, "level",
				results[0].level, "tsc_ghz", results[0].tsc_ghz);
	json_dumpf(all, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(5));
	putchar('\n');
	json_decref(all);
}
