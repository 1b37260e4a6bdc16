/* SPDX-License-Identifier: BSD-3-Clause */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "config/store.h"
#include "config/types/value.h"

#define DURATION_MAX 3600 /* s */

static const char usage[] =
	"Usage: turnpike-client --config FILE [--run-as USER]\n"
	"       turnpike-client --check FILE\n"
	"       turnpike-client --interface IFACE --user USER [OPTION]...\n"
	"       turnpike-client scan IFACE [--json] [--duration SECONDS]\n"
	"       turnpike-client --version\n"
	"\n"
	"Dials in over PPPoE and forwards through TUN interfaces, until SIGINT or SIGTERM.\n"
	"\n"
	"  --config FILE                the clients in FILE, managed by turnpikectl -s\n"
	"                               /run/turnpike-client/api.sock\n"
	"  --run-as USER                become USER, once what needs root has been done\n"
	"  --check FILE                 tell what is wrong in FILE\n"
	"\n"
	"Or one client, by its properties, which are those of a file (docs/configuration.md):\n"
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
	"  --use-ipv6 no                IPv4 alone; default: IPv6 too, if the other side has it\n"
	"  --dial-on-demand             dial when a packet is to go out\n"
	"  --idle-timeout SECONDS       and hang up after so long without any; default 0: never\n"
	"  --max-mru N, --max-mtu N     default 1460; over 1492 needs RFC 4638 on the other side;\n"
	"                               auto: what the interface carries\n"
	"  --mrru N                     larger packets in fragments (MP), 512 to 65535\n"
	"  --keepalive-timeout SECONDS  disabled: never; default 60\n"
	"  --once                       don't dial again after the connection has ended\n"
	"  --verbose                    say more\n"
	"\n"
	"scan lists the access concentrators of the broadcast domain:\n"
	"\n"
	"  --duration SECONDS           how long to listen; default 3\n"
	"  --json                       a JSON array instead of a table\n";

enum option_id {
	HELP = 1,
	VERSION,
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
	USE_IPV6,
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

/* The properties that were given: of the client, and of its profile. */
struct words {
	json_t *client, *profile;
};

static const struct option long_options[] = {
	{"help", no_argument, NULL, HELP},
	{"version", no_argument, NULL, VERSION},
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
	{"use-ipv6", required_argument, NULL, USE_IPV6},
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

static bool mistake(const char *option, const char *message)
{
	fprintf(stderr, "turnpike-client: --%s: %s\n", option, message);
	return false;
}

/* The first line of the file at PATH is the password. */
static bool read_password_file(struct words *words, const char *path)
{
	char line[TP_PPP_NAME_MAX + 3];
	FILE *file = fopen(path, "re");
	bool ok;

	if (file == NULL) {
		fprintf(stderr, "turnpike-client: --password-file: %s: %s\n", path,
			strerror(errno));
		return false;
	}
	ok = fgets(line, sizeof(line), file) != NULL;
	fclose(file);
	if (!ok)
		return mistake("password-file",
			       "a file with the password on its first line is expected");
	line[strcspn(line, "\r\n")] = '\0';
	json_object_set_new(words->client, "password", json_string(line));
	explicit_bzero(line, sizeof(line));
	return true;
}

/* A property by its name in the schema, which says later what is wrong with it. */
static bool keep(json_t *body, const char *name, json_t *value)
{
	if (value == NULL)
		return mistake(name, "is not UTF-8");
	json_object_set_new(body, name, value);
	return true;
}

static bool read_property(struct words *words, int option, const char *name, char *value)
{
	switch (option) {
	case ADD_DEFAULT_ROUTE:
	case USE_PEER_DNS:
	case DIAL_ON_DEMAND:
		return keep(words->client, name, json_true());
	case IDLE_TIMEOUT:
		return keep(words->profile, name, json_string(value));
	case PASSWORD:
		if (!keep(words->client, name, json_string(value)))
			return false;
		explicit_bzero(value, strlen(value));
		return true;
	case PASSWORD_FILE:
		return read_password_file(words, value);
	case INTERFACE:
	case NAME:
	case USER:
	case SERVICE_NAME:
	case AC_NAME:
	case ALLOW:
	case DEFAULT_ROUTE_DISTANCE:
	case USE_IPV6:
	case MAX_MRU:
	case MAX_MTU:
	case MRRU:
	case KEEPALIVE_TIMEOUT:
		return keep(words->client, name, json_string(value));
	default:
		return false; /* getopt has told */
	}
}

/* ---- one client, by the schema that its file would have ---------------------------------------
 */

/* PLACE is "interface.pppoe-client[NAME].PROPERTY". */
static bool tell(const struct tp_error *error)
{
	const char *dot = strrchr(error->place, '.');

	return mistake(dot != NULL ? dot + 1 : "name", error->message);
}

static bool put(struct tp_config *config, enum tp_resource_id resource,
		const struct tp_config_item *item, const json_t *body,
		const struct tp_config_item **result)
{
	struct tp_config_change *change;
	struct tp_error error = {0};
	int err = item != NULL ? tp_config_prepare_set(config, item, body, &change, &error)
			       : tp_config_prepare_add(config, resource, body, &change, &error);

	if (err != 0)
		return tell(&error);
	*result = tp_config_commit(config, change);
	return true;
}

static bool read_client(struct settings *settings, const struct words *words)
{
	struct tp_config *config = tp_config_create(TP_PROGRAM_CLIENT);
	const struct tp_config_item *item = NULL;
	const bool once = settings->once;
	bool ok = config != NULL;

	if (json_object_get(words->client, "name") == NULL)
		json_object_set_new(words->client, "name", json_string("pppoe-out1"));
	ok = ok && put(config, TP_PPP_PROFILE, &tp_config_profile(config, TP_PROFILE_DEFAULT)->head,
		       words->profile, &item);
	ok = ok && put(config, TP_PPPOE_CLIENT, NULL, words->client, &item);
	if (ok)
		settings_read(settings, config, (const struct tp_config_client *)item);
	settings->once = once;
	tp_config_destroy(config);
	return ok;
}

/* ---- what is to be done -----------------------------------------------------------------------
 */

static bool read_duration(const char *text, uint32_t *duration_s)
{
	if (tp_time_parse(text, duration_s) && *duration_s >= 1 && *duration_s <= DURATION_MAX)
		return true;
	return mistake("duration", "a time from 1s to 1h is expected");
}

static bool read_option(struct options *options, struct words *words, int option, const char *name,
			char *value)
{
	switch (option) {
	case VERBOSE:
		options->verbose = true;
		return true;
	case ONCE:
		options->client.once = true;
		return true;
	case JSON:
		options->json = true;
		return true;
	case DURATION:
		return read_duration(value, &options->duration_s);
	case CONFIG:
	case CHECK:
		options->action = option == CONFIG ? OPTIONS_SERVE : OPTIONS_CHECK;
		options->config = value;
		return true;
	case RUN_AS:
		options->run_as = value;
		return true;
	default:
		return read_property(words, option, name, value);
	}
}

static bool refuse(const char *sentence)
{
	fprintf(stderr, "turnpike-client: %s (see --help)\n", sentence);
	return false;
}

/* One, whose offers are then known to be its own. */
static bool read_scan(struct options *options, const char *interface)
{
	const size_t len = strlen(interface);

	options->action = OPTIONS_SCAN;
	if (strchr(interface, ',') != NULL)
		return refuse("scan: one interface at a time, not several");
	if (len == 0 || len >= IFNAMSIZ)
		return refuse("scan: the name of an interface has 1 to 15 characters");
	snprintf(options->client.interface[0], IFNAMSIZ, "%s", interface);
	options->client.interface_count = 1;
	return true;
}

static bool read_operands(struct options *options, struct words *words, int count, char **operands)
{
	const json_t *interface = json_object_get(words->client, "interface");
	const bool scans = count > 0 && strcmp(operands[0], "scan") == 0;
	const int taken = scans ? 1 + (count > 1) : 0;

	if (count > taken) {
		fprintf(stderr, "turnpike-client: what is \"%s\"? See --help\n", operands[taken]);
		return false;
	}
	if (options->config != NULL)
		return !scans && json_object_size(words->client) == 0 &&
				       json_object_size(words->profile) == 0
			       ? true
			       : refuse("with a file, the clients are those in it");
	if (interface == NULL && taken < 2)
		return refuse("which interface?");
	if (scans)
		return read_scan(options, taken > 1 ? operands[1] : json_string_value(interface));
	if (json_object_get(words->client, "user") == NULL)
		return refuse("which user? --user NAME (--user \"\", where none is asked for)");
	return read_client(&options->client, words);
}

static int parse(struct options *options, struct words *words, int argc, char **argv)
{
	int option, at = 0;

	while ((option = getopt_long(argc, argv, "h", long_options, &at)) != -1) {
		if (option == HELP || option == 'h') {
			fputs(usage, stdout);
			return 0;
		}
		if (option == VERSION) {
			puts("turnpike-client " TP_VERSION);
			return 0;
		}
		if (option == '?' ||
		    !read_option(options, words, option, long_options[at].name, optarg))
			return 2;
	}
	return read_operands(options, words, argc - optind, argv + optind) ? -1 : 2;
}

int options_parse(struct options *options, int argc, char **argv)
{
	struct words words = {json_object(), json_object()};
	int status = 2;

	*options = (struct options){.duration_s = 3};
	settings_init(&options->client);
	if (words.client != NULL && words.profile != NULL)
		status = parse(options, &words, argc, argv);
	json_decref(words.client);
	json_decref(words.profile);
	return status;
}
