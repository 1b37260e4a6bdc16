/* SPDX-License-Identifier: BSD-3-Clause */
/* turnpikectl: RouterOS's command language for a running turnpike or turnpike-client. */
#include <curl/curl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arguments.h"
#include "offline.h"
#include "shell.h"
#include "socket.h"

static void usage(FILE *out)
{
	fputs("Usage: turnpikectl [-s SOCKET] [--json] [--dry-run] [COMMAND]\n"
	      "\n"
	      "  turnpikectl /ip pool add name=pppoe-pool ranges=10.0.0.2-10.0.0.5\n"
	      "  turnpikectl /ppp active print where name=MT-User\n"
	      "  turnpikectl /ppp active remove MT-User\n"
	      "  turnpikectl /ppp secret print follow\n"
	      "  turnpikectl /import backup.rsc\n"
	      "  turnpikectl '/ppp secret add ?'\n"
	      "\n"
	      "Without COMMAND it is a shell, or, when its input is no terminal, runs the "
	      "commands\n"
	      "in it line by line and stops at the first mistake.\n"
	      "\n"
	      "  -s, --socket SOCKET  the socket of the daemon, or of turnpike-client,\n"
	      "                       /run/turnpike-client/api.sock; else $TURNPIKE_SOCKET, else\n"
	      "                       /run/turnpike/api.sock\n"
	      "  -j, --json           print what the daemon answers, as JSON\n"
	      "  -n, --dry-run        change nothing: say what a change would come to\n"
	      "  -V, --version        its version\n"
	      "  -h, --help           this text\n"
	      "\n"
	      "Exit status: 0 done; 1 the daemon refused or is not there; 2 no such command.\n",
	      out);
}

static enum ctl_result run_arguments(struct ctl *ctl, int count, char **arguments)
{
	char *text = ctl_join_arguments(ctl, count, arguments);

	if (text == NULL)
		return ctl_fail(ctl, CTL_ERROR, 0, "memory is out");
	const bool lines = strchr(text, '\n') != NULL;
	enum ctl_result result;

	if (lines) {
		FILE *in = fmemopen(text, strlen(text), "r");
		result = in != NULL ? ctl_script(ctl, in) : CTL_ERROR;
		if (in != NULL)
			fclose(in);
	} else {
		result = ctl_run(ctl, text);
	}
	/* Only a menu was named: there is no shell to enter it with. */
	if (result == CTL_OK && !lines && strcmp(ctl->menu, "/") != 0)
		result = ctl_help(ctl, ctl->menu);
	free(text);
	return result;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"socket", required_argument, NULL, 's'},
		{"json", no_argument, NULL, 'j'},
		{"dry-run", no_argument, NULL, 'n'},
		{"version", no_argument, NULL, 'V'},
		{"help", no_argument, NULL, 'h'},
		{"complete", required_argument, NULL, 'c'}, /* what bash asks */
		{NULL, 0, NULL, 0},
	};
	const char *socket = NULL;
	enum ctl_result result;
	bool json = false, dry_run = false;
	struct ctl ctl;
	int option;

	while ((option = getopt_long(argc, argv, "s:jnVh", options, NULL)) != -1) {
		switch (option) {
		case 's':
			socket = optarg;
			break;
		case 'j':
			json = true;
			break;
		case 'n':
			dry_run = true;
			break;
		case 'V':
			puts("turnpikectl " TP_VERSION);
			return CTL_OK;
		case 'h':
			usage(stdout);
			return CTL_OK;
		case 'c':
			return ctl_complete_line(optarg, stdout);
		default:
			usage(stderr);
			return CTL_USAGE;
		}
	}
	curl_global_init(CURL_GLOBAL_DEFAULT);
	if (ctl_open(&ctl, ctl_socket(socket), stdout, stderr) != 0)
		return CTL_ERROR;
	ctl.json = json;
	ctl.api.dry_run = dry_run;
	ctl.look = (struct ctl_look){.width = ctl_width(stdout), .colour = ctl_has_colour(stdout)};
	ctl.err_colour = ctl_has_colour(stderr);
	if (optind < argc)
		result = run_arguments(&ctl, argc - optind, argv + optind);
	else if (isatty(STDIN_FILENO))
		result = ctl_shell(&ctl);
	else
		result = ctl_script(&ctl, stdin);
	ctl_close(&ctl);
	curl_global_cleanup();
	if (fflush(stdout) != 0 && result == CTL_OK)
		result = CTL_ERROR;
	return result == CTL_LEAVE ? CTL_OK : (int)result;
}
