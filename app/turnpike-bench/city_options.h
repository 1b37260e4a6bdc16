/* SPDX-License-Identifier: BSD-3-Clause */
/* The options that every command with subscribers has: who they are and how they dial. */
#pragma once

#include <getopt.h>

#include "city.h"

struct city_options {
	struct city_config city;
	const char *device;
	unsigned timeout_s, lcore;
	bool json;
};

enum {
	OPT_DEVICE = 256,
	OPT_SESSIONS,
	OPT_RATE,
	OPT_FAMILY,
	OPT_USER,
	OPT_PASSWORD,
	OPT_ALLOW,
	OPT_SERVICE,
	OPT_AC,
	OPT_VLAN,
	OPT_INNER,
	OPT_MRU,
	OPT_TIMEOUT,
	OPT_LCORE,
	OPT_SEED,
	OPT_JSON,
	OPT_HELP,
	OPT_OWN, /* a command's own options begin here */
};

/* For the command's table of long options. */
#define CITY_LONG_OPTIONS                                                                          \
	{"device", required_argument, NULL, OPT_DEVICE},                                           \
		{"sessions", required_argument, NULL, OPT_SESSIONS},                               \
		{"rate", required_argument, NULL, OPT_RATE},                                       \
		{"family", required_argument, NULL, OPT_FAMILY},                                   \
		{"user", required_argument, NULL, OPT_USER},                                       \
		{"password", required_argument, NULL, OPT_PASSWORD},                               \
		{"allow", required_argument, NULL, OPT_ALLOW},                                     \
		{"service-name", required_argument, NULL, OPT_SERVICE},                            \
		{"ac-name", required_argument, NULL, OPT_AC},                                      \
		{"vlan", required_argument, NULL, OPT_VLAN},                                       \
		{"inner-vlan", required_argument, NULL, OPT_INNER},                                \
		{"max-mru", required_argument, NULL, OPT_MRU},                                     \
		{"timeout", required_argument, NULL, OPT_TIMEOUT},                                 \
		{"lcore", required_argument, NULL, OPT_LCORE},                                     \
		{"seed", required_argument, NULL, OPT_SEED},                                       \
		{"json", no_argument, NULL, OPT_JSON},                                             \
	{                                                                                          \
		"help", no_argument, NULL, OPT_HELP                                                \
	}

/* For the command's usage text. */
#define CITY_USAGE                                                                                 \
	"  --device DEVICE     the subscribers' port: a PCI address, or e.g.\n"                    \
	"                      net_af_packet0,iface=acc0\n"                                        \
	"  --sessions N        subscribers (1000)\n"                                               \
	"  --rate R            how many dial a second; 0: all at once (0)\n"                       \
	"  --family 4|6|both   what everybody wishes for (4); of IPv6 an address by SLAAC and a\n" \
	"                      delegated prefix by DHCPv6\n"                                       \
	"  --user PATTERN      user name; {} is the subscriber's number (user{})\n"                \
	"  --password PATTERN  likewise (password{})\n"                                            \
	"  --allow LIST        authentication methods (mschap2,mschap1,chap,pap)\n"                \
	"  --service-name S    ask for this service; any by default\n"                             \
	"  --ac-name S         take only this access concentrator; any by default\n"               \
	"  --vlan A[-B]        (outer) VLAN tags, shared out among the subscribers\n"              \
	"  --inner-vlan A[-B]  inner VLAN tags\n"                                                  \
	"  --max-mru N         (1492)\n"                                                           \
	"  --timeout SECONDS   give up on those that are not up by then (60)\n"                    \
	"  --lcore N           run on this core (1)\n"                                             \
	"  --seed N            of magic numbers, jitter and churn (1)\n"                           \
	"  --json              print JSON\n"

void city_options_init(struct city_options *options);

/* Reads the command line. Options from OPT_OWN on are given to TAKE_OWN, which returns whether
 * their value is right. Returns 0, or when the command is to end: its exit code, plus one. */
int city_options_parse(int argc, char **argv, const struct option *table, const char *usage,
		       struct city_options *options,
		       bool (*take_own)(int option, const char *value, void *user), void *user);

/* A whole number up to MAX. */
bool option_number(const char *text, unsigned long max, unsigned long *value);

/* An IPv4 address, host order. */
bool option_address(const char *text, uint32_t *address);
