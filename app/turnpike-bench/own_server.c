/* SPDX-License-Identifier: BSD-3-Clause */
#include "own_server.h"

#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define STARTS_WITHIN_MS 20000
#define LOOK_EVERY_MS	 20

static const char config_head[] =
	"dataplane:\n"
	"  control-lcore: 0\n"
	"  worker-lcores: [%u]\n"
	"  ports: [ { name: access0, device: \"net_memif0,role=server,socket=%s/memif.sock,"
	"socket-abstract=no,rsize=13\" } ]\n"
	"management: { socket: %s/api.sock, log-level: error, journal: no }\n"
	"ip: { pool: [ { name: city, ranges: 10.0.0.2-10.15.255.254 } ] }\n"
	"ipv6: { pool: [ { name: links, prefix: \"2001:db8::/40\", prefix-length: 64 },\n"
	"  { name: homes, prefix: \"2001:db8:8000::/33\", prefix-length: 56 } ] }\n"
	"interface:\n"
	"  pppoe-server: { server: [ { interface: access0, default-profile: city } ] }\n"
	"ppp:\n"
	"  profile: [ { name: city, local-address: 10.0.0.1, remote-address: city,\n"
	"    remote-ipv6-prefix-pool: links, dhcpv6-pd-pool: homes } ]\n";

static const char config_radius[] =
	"  aaa: { use-radius: yes, interim-update: %us, queue-directory: \"%s\" }\n"
	"radius: { server: [ { address: 127.0.0.1, service: ppp, timeout: 1s,\n"
	"  secret: " RADIUS_SERVER_SECRET " } ] }\n";

/* Beside the rig, where both are installed; or where both were built. */
static bool find_program(char path[PATH_MAX])
{
	static const char *const places[] = {"/turnpike", "/../turnpike/turnpike"};
	char self[PATH_MAX];
	struct stat st;
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (len < 0)
		return false;
	self[len] = '\0';
	*strrchr(self, '/') = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		int n = snprintf(path, PATH_MAX, "%s%s", self, places[i]);

		/* In a build tree a folder may have that name. */
		if (n < PATH_MAX && stat(path, &st) == 0 && S_ISREG(st.st_mode))
			return true;
	}
	return false;
}

static bool write_secrets(const struct city_config *city, FILE *f)
{
	bool ok = true;

	fputs("  secret:\n", f);
	for (uint32_t i = 1; ok && i <= city->count; i++) {
		char *user = subscriber_name(city->user, i);
		char *password = subscriber_name(city->password, i);

		ok = user != NULL && password != NULL &&
		     fprintf(f, "    - { name: \"%s\", password: \"%s\" }\n", user, password) > 0;
		free(user);
		free(password);
		if (strstr(city->user, "{}") == NULL)
			break; /* one name for all */
	}
	return ok;
}

static bool write_config(const struct own_server *server, const struct city_config *city,
			 unsigned lcore, const struct radius_server_options *radius,
			 const char *path)
{
	FILE *f = fopen(path, "w");
	bool ok = true;

	if (f == NULL)
		return false;
	fprintf(f, config_head, lcore, server->folder, server->folder);
	if (radius != NULL)
		fprintf(f, config_radius, radius->interim_s, server->folder);
	else
		ok = write_secrets(city, f);
	return fclose(f) == 0 && ok;
}

/* ---- the RADIUS server beside it ---- */

static volatile int radius_ends;

static void end_radius(int number)
{
	radius_ends = 1;
}

/* In the network namespace that both share. */
static pid_t start_radius(const struct radius_server_options *options)
{
	pid_t pid = fork();
	struct radius_server_counts counts = {0};
	struct tp_error error = {0};

	if (pid != 0)
		return pid;
	signal(SIGTERM, end_radius);
	signal(SIGINT, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (radius_server_run(options, &radius_ends, &counts, &error) != 0)
		fprintf(stderr, "turnpike-bench: %s: %s\n", error.place, error.message);
	else
		fprintf(stderr,
			"radius: %lu accepts, %lu rejects, %lu starts, %lu interims, %lu stops\n",
			counts.accepts, counts.rejects, counts.starts, counts.interims,
			counts.stops);
	_exit(0);
}

static bool raise_loopback(void)
{
	struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool up = fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &request) == 0;

	if (fd >= 0)
		close(fd);
	return up;
}

static bool has_started(const struct own_server *server)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/api.sock", server->folder);
	for (int waited = 0; waited < STARTS_WITHIN_MS; waited += LOOK_EVERY_MS) {
		if (access(path, F_OK) == 0)
			return true;
		if (waitpid(server->pid, NULL, WNOHANG) == server->pid)
			return false;
		usleep(LOOK_EVERY_MS * 1000);
	}
	return false;
}

int own_server_start(struct own_server *server, const struct city_config *city, unsigned lcore,
		     const struct radius_server_options *radius, struct tp_error *error)
{
	char program[PATH_MAX], config[128];

	*server = (struct own_server){.folder = "/tmp/turnpike-bench.XXXXXX"};
	if (!find_program(program))
		return tp_error_set(error, -ENOENT, "turnpike",
				    "there is no such program beside this one; give a --device");
	if (mkdtemp(server->folder) == NULL)
		return tp_error_set(error, -errno, server->folder, "cannot be made");
	snprintf(config, sizeof(config), "%s/turnpike.yaml", server->folder);
	snprintf(server->device, sizeof(server->device),
		 "net_memif0,role=client,socket=%s/memif.sock,socket-abstract=no,rsize=13",
		 server->folder);
	if (!write_config(server, city, lcore, radius, config))
		return tp_error_set(error, -EIO, config, "cannot be written");
	server->pid = fork();
	if (server->pid == 0) {
		if (unshare(CLONE_NEWNET) == 0 &&
		    (radius == NULL || (raise_loopback() && start_radius(radius) > 0)))
			execl(program, "turnpike", "--config", config, (char *)NULL);
		_exit(127);
	}
	if (server->pid < 0 || !has_started(server))
		return tp_error_set(error, -ECHILD, program, "does not start; is this root?");
	return 0;
}

void own_server_stop(struct own_server *server)
{
	static const char *const files[] = {"turnpike.yaml",	 "memif.sock",
					    "api.sock",		 "accounting.db",
					    "accounting.db-wal", "accounting.db-shm"};
	char path[128];

	if (server->pid > 0) {
		kill(server->pid, SIGTERM);
		waitpid(server->pid, NULL, 0);
	}
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", server->folder, files[i]);
		unlink(path);
	}
	rmdir(server->folder);
}
