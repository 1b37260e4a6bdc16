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
	"Usage: turnpike-client --config FILE [--run-as USER]\n"
	"       turnpike-client --check FILE\n"
	"       turnpike-client --interface IFACE --user USER [OPTION]...\n"
	"       turnpike-client scan IFACE [--json] [--duration SECONDS]\n"
	"\n"
	"Dials in over PPPoE and forwards through TUN interfaces, until SIGINT or SIGTERM.\n"
	"\n"
	"  --config FILE                the clients in FILE, managed by turnpikectl -s\n"
	"                               /run/turnpike-client/api.sock\n"
	"  --run-as USER                become USER, once what needs root has been done\n"
	"  --check FILE                 tell what is wrong in FILE\n"
	"\n"
	"Or one client, by its properties:\n"
	"\n"
	"  --interface IFACE            the Ethernet interface to dial over; several, with\n"
	"                               commas: a bundle of links with --mrru; without it one\n"
	"                               after the other is tried\n"
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
	"  --use-peer-dns               ask for name servers, and give them to resolvconf or\n"
	"                               systemd-resolved, or to\n"
	"                               /run/turnpike-dns/NAME.resolv.conf\n"
	"  --dial-on-demand             dial when a packet is to go out\n"
	"  --idle-timeout SECONDS       and hang up after so long without any; default 0: never\n"
	"  --max-mru N, --max-mtu N     default 1460; over 1492 needs RFC 4638 on the other side;\n"
	"                               auto: what the interface carries\n"
	"  --mrru N                     larger packets in fragments (MP), 512 to 65535\n"
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
	CONFIG,
	CHECK,
	RUN_AS,
	DIAL_ON_DEMAND,
	IDLE_TIMEOUT,
	MRRU,
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
	{"config", required_argument, NULL, CONFIG},
	{"check", required_argument, NULL, CHECK},
	{"run-as", required_argument, NULL, RUN_AS},
	{"dial-on-demand", no_argument, NULL, DIAL_ON_DEMAND},
	{"idle-timeout", required_argument, NULL, IDLE_TIMEOUT},
	{"mrru", required_argument, NULL, MRRU},
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
	uint32_t number = 0;

	if (strcmp(text, "auto") != 0 && !read_number(option, text, 576, 1500, &number))
		return false;
	*mtu = (uint16_t)number;
	return true;
}

static bool read_mrru(const char *text, uint16_t *mrru)
{
	uint32_t number = 0;

	if (strcmp(text, "disabled") != 0 && !read_number("mrru", text, 512, 65535, &number))
		return false;
	*mrru = (uint16_t)number;
	return true;
}

static bool read_allow(struct settings *client, char *text)
{
	char *rest = text, *word;

	memset(client->allow, 0, sizeof(client->allow));
	client->allow_count = 0;
	while ((word = strsep(&rest, ",")) != NULL) {
		enum tp_ppp_method method = tp_ppp_method_find(word);

		if (method == TP_PPP_NO_AUTH ||
		    memchr(client->allow, method, client->allow_count) != NULL)
			return mistake("allow", "some of mschap2,mschap1,chap,pap, each once");
		client->allow[client->allow_count++] = (uint8_t)method;
	}
	return true;
}

static bool keep(char *to, size_t size, const char *option, const char *text, size_t min)
{
	char expected[64];

	if (strlen(text) >= min && strlen(text) < size) {
		strcpy(to, text);
		return true;
	}
	snprintf(expected, sizeof(expected), "%s%zu bytes", min > 0 ? "1 to " : "at most ",
		 size - 1);
	return mistake(option, expected);
}

static bool read_interfaces(struct settings *client, char *text)
{
	char *rest = text, *word;

	client->interface_count = 0;
	while ((word = strsep(&rest, ",")) != NULL) {
		if (client->interface_count == LINKS_MAX)
			return mistake("interface", "at most 8 of them");
		if (!keep(client->interface[client->interface_count++], IFNAMSIZ, "interface", word,
			  1))
			return false;
	}
	return true;
}

static bool read_password_file(struct settings *client, const char *path)
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
	ok = keep(client->password, sizeof(client->password), "password-file", line, 0);
	explicit_bzero(line, sizeof(line));
	return ok;
}

#define KEEP(field, option, min) keep(client->field, sizeof(client->field), option, value, min)

/* A property of the client. */
static bool read_property(struct settings *client, int option, char *value)
{
	switch (option) {
	case INTERFACE:
		return read_interfaces(client, value);
	case NAME:
		return KEEP(name, "name", 1);
	case USER:
		return KEEP(user, "user", 0);
	case PASSWORD:
		if (!KEEP(password, "password", 0))
			return false;
		explicit_bzero(value, strlen(value));
		return true;
	case PASSWORD_FILE:
		return read_password_file(client, value);
	case SERVICE_NAME:
		return KEEP(service_name, "service-name", 0);
	case AC_NAME:
		return KEEP(ac_name, "ac-name", 0);
	case ALLOW:
		return read_allow(client, value);
	case ADD_DEFAULT_ROUTE:
		client->add_default_route = true;
		return true;
	case DEFAULT_ROUTE_DISTANCE:
		return read_number("default-route-distance", value, 0, 255,
				   &client->default_route_distance);
	case USE_PEER_DNS:
		client->use_peer_dns = true;
		return true;
	case DIAL_ON_DEMAND:
		client->dial_on_demand = true;
		return true;
	case IDLE_TIMEOUT:
		return read_number("idle-timeout", value, 0, 86400, &client->idle_timeout_s);
	case MAX_MRU:
		return read_mtu("max-mru", value, &client->max_mru);
	case MAX_MTU:
		return read_mtu("max-mtu", value, &client->max_mtu);
	case MRRU:
		return read_mrru(value, &client->mrru);
	case KEEPALIVE_TIMEOUT:
		return read_number("keepalive-timeout", value, 0, 86400,
				   &client->keepalive_timeout_s);
	case ONCE:
		client->once = true;
		return true;
	default:
		return false; /* getopt has told */
	}
}

static bool read_option(struct options *options, int option, char *value)
{
	switch (option) {
	case VERBOSE:
		options->verbose = true;
		return true;
	case JSON:
		options->json = true;
		return true;
	case DURATION:
		return read_number("duration", value, 1, 3600, &options->duration_s);
	case CONFIG:
	case CHECK:
		options->action = option == CONFIG ? OPTIONS_SERVE : OPTIONS_CHECK;
		options->config = value;
		return true;
	case RUN_AS:
		options->run_as = value;
		return true;
	default:
		return read_property(&options->client, option, value);
	}
}

static bool read_operands(struct options *options, int count, char **operands)
{
	if (count > 0 && strcmp(operands[0], "scan") == 0) {
		options->action = OPTIONS_SCAN;
		operands++;
		count--;
		if (count > 0) {
			if (!read_interfaces(&options->client, operands[0]))
				return false;
			operands++;
			count--;
		}
	}
	if (count > 0) {
		fprintf(stderr, "turnpike-client: what is \"%s\"? See --help\n", operands[0]);
		return false;
	}
	if (options->config == NULL && options->client.interface_count == 0) {
		fprintf(stderr, "turnpike-client: which interface? See --help\n");
		return false;
	}
	if (options->config != NULL && options->client.interface_count > 0) {
		fprintf(stderr, "turnpike-client: with a file, the clients are those in it\n");
		return false;
	}
	return true;
}

int options_parse(struct options *options, int argc, char **argv)
{
	int option;

	*options = (struct options){.duration_s = 3};
	settings_init(&options->client);
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
