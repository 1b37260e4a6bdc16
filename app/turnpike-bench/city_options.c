/* SPDX-License-Identifier: BSD-3-Clause */
#include "city_options.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void city_options_init(struct city_options *options)
{
	*options = (struct city_options){
		.city = {.count = 1000,
			 .user = "user{}",
			 .password = "password{}",
			 .mru = 1492,
			 .ipv4 = true,
			 .seed = 1,
			 .methods = {TP_PPP_MSCHAP2, TP_PPP_MSCHAP1, TP_PPP_CHAP, TP_PPP_PAP},
			 .method_count = TP_PPP_METHODS},
		.timeout_s = 60,
		.lcore = 1,
	};
}

bool option_number(const char *text, unsigned long max, unsigned long *value)
{
	char *end;

	*value = strtoul(text, &end, 10);
	return *text != '\0' && *text != '-' && *end == '\0' && *value <= max;
}

bool option_address(const char *text, uint32_t *address)
{
	struct in_addr in;

	if (inet_pton(AF_INET, text, &in) != 1)
		return false;
	*address = ntohl(in.s_addr);
	return true;
}

static bool read_vlans(const char *text, struct vlan_range *range)
{
	char *end;
	unsigned long first = strtoul(text, &end, 10), last = first;

	if (*end == '-')
		last = strtoul(end + 1, &end, 10);
	*range = (struct vlan_range){.first = (uint16_t)first, .last = (uint16_t)last};
	return *end == '\0' && first >= 1 && first <= last && last <= TP_VLAN_ID_MAX;
}

static bool read_methods(const char *text, struct city_config *config)
{
	char *copy = strdup(text), *rest = copy;

	config->method_count = 0;
	for (char *word; copy != NULL && (word = strsep(&rest, ",")) != NULL;) {
		enum tp_ppp_method method = tp_ppp_method_find(word);

		if (method == TP_PPP_NO_AUTH || config->method_count == TP_PPP_METHODS) {
			config->method_count = 0;
			break;
		}
		config->methods[config->method_count++] = (uint8_t)method;
	}
	free(copy);
	return config->method_count > 0;
}

static bool read_family(const char *value, struct city_config *config)
{
	bool both = strcmp(value, "both") == 0;

	config->ipv4 = both || strcmp(value, "4") == 0;
	config->ipv6 = both || strcmp(value, "6") == 0;
	return config->ipv4 || config->ipv6;
}

/* The options with a number: its greatest value, and where it goes. */
static bool take_number(int option, const char *value, struct city_options *o)
{
	unsigned long n;

	switch (option) {
	case OPT_SESSIONS:
		if (!option_number(value, CITY_MAX, &n) || n == 0)
			return false;
		o->city.count = (uint32_t)n;
		return true;
	case OPT_RATE:
		if (!option_number(value, 10000000, &n))
			return false;
		o->city.rate = (uint32_t)n;
		return true;
	case OPT_MRU:
		if (!option_number(value, 9000, &n) || n < TP_PPP_MRU_MIN)
			return false;
		o->city.mru = (uint16_t)n;
		return true;
	case OPT_TIMEOUT:
		if (!option_number(value, 100000, &n))
			return false;
		o->timeout_s = (unsigned)n;
		return true;
	case OPT_LCORE:
		if (!option_number(value, 1023, &n))
			return false;
		o->lcore = (unsigned)n;
		return true;
	case OPT_SEED:
		return option_number(value, UINT32_MAX, &o->city.seed);
	default:
		return false;
	}
}

static bool take(int option, const char *value, struct city_options *o)
{
	switch (option) {
	case OPT_DEVICE:
		o->device = value;
		return true;
	case OPT_USER:
		o->city.user = value;
		return true;
	case OPT_PASSWORD:
		o->city.password = value;
		return true;
	case OPT_SERVICE:
		o->city.service_name = value;
		return true;
	case OPT_AC:
		o->city.ac_name = value;
		return true;
	case OPT_JSON:
		o->json = true;
		return true;
	case OPT_FAMILY:
		return read_family(value, &o->city);
	case OPT_ALLOW:
		return read_methods(value, &o->city);
	case OPT_VLAN:
		return read_vlans(value, &o->city.outer);
	case OPT_INNER:
		return read_vlans(value, &o->city.inner);
	default:
		return take_number(option, value, o);
	}
}

static const char *name_of(const struct option *table, int option)
{
	while (table->name != NULL && table->val != option)
		table++;
	return table->name;
}

int city_options_parse(int argc, char **argv, const struct option *table, const char *usage,
		       struct city_options *options,
		       bool (*take_own)(int option, const char *value, void *user), void *user)
{
	int option;

	while ((option = getopt_long(argc, argv, "", table, NULL)) != -1) {
		if (option == OPT_HELP) {
			fputs(usage, stdout);
			return 1;
		}
		if (option == '?')
			return 3;
		if (!(option >= OPT_OWN ? take_own(option, optarg, user)
					: take(option, optarg, options))) {
			fprintf(stderr, "turnpike-bench: bad value \"%s\" for --%s\n", optarg,
				name_of(table, option));
			return 3;
		}
	}
	if (optind < argc) {
		fputs(usage, stderr);
		return 3;
	}
	return 0;
}
