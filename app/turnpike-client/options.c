/* SPDX-License-Identifier: BSD-3-Clause */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/pppoe.h"

static const char usage[] =
	"Usage: turnpike-client --interface IFACE --user USER [OPTION]...\n"
	"       turnpike-client scan IFACE [--json] [--duration SECONDS]\n"
	"\n"
	"Dials in over PPPoE and forwards through a TUN interface, until SIGINT or SIGTERM.\n"
	"\n"
	"  --interface IFACE            the Ethernet interface to dial over\n"
	"  --name NAME                  the interface to create; default pppoe-out1\n"
	"  --user USER                  the name to give\n"
	"  --password PASSWORD          the password; better:\n"
	"  --password-file FILE         its first line is the password\n"
	"  --service-name NAME          only this service; default: the first offered\n"
	"  --ac-name NAME               only this access concentrator; default: the first to "
	"answer\n"
	"  --allow METHODS              default mschap2,mschap1,chap,pap\n"
	"  --add-default-route          route everything through the connection\n"
	"  --default-route-distance N   0 to 255; default 1\n"
	"  --use-peer-dns               ask for name servers, and write them to\n"
	"                               /run/turnpike-client/NAME.resolv.conf\n"
	"  --max-mru N, --max-mtu N     default 1460; over 1492 needs RFC 4638 on the other side\n"
	"  --keepalive-timeout SECONDS  0: never; default 60\n"
	"  --once                       don't dial again after the connection has ended\n"
	"  --verbose                    say more\n"
	"\n"
	"scan lists the access concentrators of the broadcast domain:\n"
	"\n"
	"  --duration SECONDS           how long to listen; default 3\n"
	"  --json                       a JSON array instead of a table\n";

enum option_id {
	HELP = 1,
	INTERFACE,
	NAME,
	USER,
	PASSWORD,
	PASSWORD_FILE,
	SERVICE_NAME,
	AC_NAME,
	ALLOW,
	ADD_DEFAULT_ROUTE,
	DEFAULT_ROUTE_DISTANCE,
	USE_PEER_DNS,
	MAX_MRU,
	MAX_MTU,
	KEEPALIVE_TIMEOUT,
	ONCE,
	VERBOSE,
	JSON,
	DURATION,
};

static const struct option long_options[] = {
	{"help", no_argument, NULL, HELP},
	{"interface", required_argument, NULL, INTERFACE},
	{"name", required_argument, NULL, NAME},
	{"user", required_argument, NULL, USER},
	{"password", required_argument, NULL, PASSWORD},
	{"password-file", required_argument, NULL, PASSWORD_FILE},
	{"service-name", required_argument, NULL, SERVICE_NAME},
	{"ac-name", required_argument, NULL, AC_NAME},
	{"allow", required_argument, NULL, ALLOW},
	{"add-default-route", no_argument, NULL, ADD_DEFAULT_ROUTE},
	{"default-route-distance", required_argument, NULL, DEFAULT_ROUTE_DISTANCE},
	{"use-peer-dns", no_argument, NULL, USE_PEER_DNS},
	{"max-mru", required_argument, NULL, MAX_MRU},
	{"max-mtu", required_argument, NULL, MAX_MTU},
	{"keepalive-timeout", required_argument, NULL, KEEPALIVE_TIMEOUT},
	{"once", no_argument, NULL, ONCE},
	{"verbose", no_argument, NULL, VERBOSE},
	{"json", no_argument, NULL, JSON},
	{"duration", required_argument, NULL, DURATION},
	{0},
};

static bool mistake(const char *option, const char *expected)
{
	fprintf(stderr, "turnpike-client: --%s: expected %s\n", option, expected);
	return false;
}

static bool read_number(const char *option, const char *text, uint32_t min, uint32_t max,
			uint32_t *number)
{
	char expected[64], *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || value < min ||
	    value > max) {
		snprintf(expected, sizeof(expected), "a number, %u to %u", min, max);
		return mistake(option, expected);
	}
	*number = (uint32_t)value;
	return true;
}

static bool read_mtu(const char *option, const char *text, uint16_t *mtu)
{
	uint32_t number;

	if (!read_number(option, text, 576, 1500, &number))
		return false;
	*mtu = (uint16_t)number;
	return true;
}

static bool read_allow(struct options *options, char *text)
{
	char *rest = text, *word;

	options->allow_count = 0;
	while ((word = strsep(&rest, ",")) != NULL) {
		enum tp_ppp_method method = tp_ppp_method_find(word);

		if (method == TP_PPP_NO_AUTH ||
		    memchr(options->allow, method, options->allow_count) != NULL)
			return mistake("allow", "some of mschap2,mschap1,chap,pap, each once");
		options->allow[options->allow_count++] = (uint8_t)method;
	}
	return true;
}

static bool keep_password(struct options *options, const char *option, const char *text)
{
	if (strlen(text) >= sizeof(options->password))
		return mistake(option, "at most 255 bytes");
	strcpy(options->password, text);
	return true;
}

static bool read_password_file(struct options *options, const char *path)
{
	char line[TP_PPP_NAME_MAX + 3];
	FILE *file = fopen(path, "re");
	bool ok;

	if (file == NULL) {
		fprintf(stderr, "turnpike-client: %s: %s\n", path, strerror(errno));
		return false;
	}
	ok = fgets(line, sizeof(line), file) != NULL;
	fclose(file);
	if (!ok)
		return mistake("password-file", "a file with the password on its first line");
	line[strcspn(line, "\r\n")] = '\0';
	ok = keep_password(options, "password-file", line);
	explicit_bzero(line, sizeof(line));
	return ok;
}

static bool read_option(struct options *options, int option, char *value)
{
	switch (option) {
	case INTERFACE:
		options->interface = value;
		return true;
	case NAME:
		options->name = value;
		return strlen(value) < IFNAMSIZ && value[0] != '\0'
			       ? true
			       : mistake("name", "1 to 15 characters");
	case USER:
		options->user = value;
		return strlen(value) <= TP_PPP_NAME_MAX ? true
							: mistake("user", "at most 255 bytes");
	case PASSWORD:
		if (!keep_password(options, "password", value))
			return false;
		explicit_bzero(value, strlen(value));
		return true;
	case PASSWORD_FILE:
		return read_password_file(options, value);
	case SERVICE_NAME:
		options->service_name = value;
		return true;
	case AC_NAME:
		options->ac_name = value;
		return true;
	case ALLOW:
		return read_allow(options, value);
	case ADD_DEFAULT_ROUTE:
		options->add_default_route = true;
		return true;
	case DEFAULT_ROUTE_DISTANCE:
		return read_number("default-route-distance", value, 0, 255,
				   &options->default_route_distance);
	case USE_PEER_DNS:
		options->use_peer_dns = true;
		return true;
	case MAX_MRU:
		return read_mtu("max-mru", value, &options->max_mru);
	case MAX_MTU:
		return read_mtu("max-mtu", value, &options->max_mtu);
	case KEEPALIVE_TIMEOUT:
		return read_number("keepalive-timeout", value, 0, 86400,
				   &options->keepalive_timeout_s);
	case ONCE:
		options->once = true;
		return true;
	case VERBOSE:
		options->verbose = true;
		return true;
	case JSON:
		options->json = true;
		return true;
	case DURATION:
		return read_number("duration", value, 1, 3600, &options->duration_s);
	default:
		return false; /* getopt has told */
	}
}

static bool read_operands(struct options *options, int count, char **operands)
{
	if (count > 0 && strcmp(operands[0], "scan") == 0) {
		options->scan = true;
		operands++;
		count--;
		if (count > 0) {
			options->interface = operands[0];
			operands++;
			count--;
		}
	}
	if (count > 0) {
		fprintf(stderr, "turnpike-client: what is \"%s\"? See --help\n", operands[0]);
		return false;
	}
	if (options->interface == NULL) {
		fprintf(stderr, "turnpike-client: which interface? See --help\n");
		return false;
	}
	return true;
}

int options_parse(struct options *options, int argc, char **argv)
{
	int option;

	*options = (struct options){
		.duration_s = 3,
		.name = "pppoe-out1",
		.user = "",
		.service_name = "",
		.ac_name = "",
		.allow = {TP_PPP_MSCHAP2, TP_PPP_MSCHAP1, TP_PPP_CHAP, TP_PPP_PAP},
		.allow_count = TP_PPP_METHODS,
		.default_route_distance = 1,
		.max_mru = 1460,
		.max_mtu = 1460,
		.keepalive_timeout_s = 60,
	};
	while ((option = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
		if (option == HELP || option == 'h') {
			fputs(usage, stdout);
			return 0;
		}
		if (!read_option(options, option, optarg))
			return 2;
	}
	return read_operands(options, argc - optind, argv + optind) ? -1 : 2;
}
