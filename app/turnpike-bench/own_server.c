/* SPDX-License-Identifier: BSD-3-Clause */
#include "own_server.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dataplane/live.h"

#define STARTS_WITHIN_MS 20000
#define LOOK_EVERY_MS	 20

static const char config_head[] =
	"dataplane:\n"
	"  control-lcore: 0\n"
	"  worker-lcores: [%u]\n"
	"  ports:\n"
	"    - { name: access0, device: \"net_memif0,role=server,id=0,mac=02:54:50:ff:00:01,"
	"socket=%s/memif.sock,socket-abstract=no,rsize=13\" }\n";

/* The MACs are as a NIC's own: they outlive it. */
static const char config_core[] = "    - { name: core0, address: 192.0.2.1/24, device: "
				  "\"net_memif1,role=server,id=1,mac=02:54:50:ff:00:02,"
				  "socket=%s/core.sock,socket-abstract=no,rsize=13\" }\n";

static const char config_management[] = "management: { socket: %s/api.sock, log-level: %s%s%s }\n";

static const char config_city[] =
	"ip: { pool: [ { name: city, ranges: 10.0.0.2-10.15.255.254 } ] }\n"
	"ipv6:\n"
	"  pool: [ { name: links, prefix: \"2001:db8::/40\", prefix-length: 64 },\n"
	"    { name: homes, prefix: \"2001:db8:8000::/33\", prefix-length: 56 } ]\n"
	"%s"
	"interface:\n"
	"  pppoe-server: { server: [ { interface: access0, default-profile: city%s } ] }\n"
	"ppp:\n"
	"  profile:\n"
	"    - { name: city, local-address: 10.0.0.1, remote-address: city,\n"
	"        remote-ipv6-prefix-pool: links, dhcpv6-pd-pool: homes }\n"
	"    - { name: secure, local-address: 10.0.0.1, remote-address: city,\n"
	"        use-encryption: required }\n";

static const char core_address6[] =
	"  address: [ { address: \"" OWN_SERVER_CORE6 "/64\", interface: core0, no-dad: yes } ]\n";

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
		     fprintf(f, "    - { name: \"%s\", password: \"%s\"%s }\n", user, password,
			     i <= city->mppe ? ", profile: secure" : "") > 0;
		free(user);
		free(password);
		if (strstr(city->user, "{}") == NULL)
			break; /* one name for all */
	}
	return ok;
}

static bool write_config(const struct own_server *server, const struct own_server_options *o,
			 const char *path)
{
	FILE *f = fopen(path, "w");
	bool ok = true;

	if (f == NULL)
		return false;
	fprintf(f, config_head, o->lcore, server->folder);
	if (o->core)
		fprintf(f, config_core, server->folder);
	fprintf(f, config_management, server->folder, o->outlived ? "warning" : "error",
		o->outlived ? ", journal-directory: " : ", journal: no",
		o->outlived ? server->folder : "");
	fprintf(f, config_city, o->core ? core_address6 : "",
		o->city->mp > 0 ? ", mrru: 1600" : "");
	if (o->radius != NULL)
		fprintf(f, config_radius, o->radius->interim_s, server->folder);
	else
		ok = write_secrets(o->city, f);
	return fclose(f) == 0 && ok;
}

/* ---- the RADIUS server beside it ---- */

static volatile int radius_ends;

static void end_radius(int number)
{
	radius_ends = 1;
}

static struct radius_server_counts *shared_counts(void)
{
	int fd = memfd_create("radius-counts", MFD_CLOEXEC);
	struct radius_server_counts *counts = MAP_FAILED;

	if (fd < 0)
		return NULL;
	if (ftruncate(fd, sizeof(*counts)) == 0)
		counts = mmap(NULL, sizeof(*counts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return counts != MAP_FAILED ? counts : NULL;
}

/* In the network namespace that all share. What it counts is seen from here. */
static bool start_radius(struct own_server *server, const struct radius_server_options *options)
{
	struct radius_server_counts *counts = shared_counts();
	struct tp_error error = {0};

	if (counts == NULL)
		return false;
	server->radius_counts = counts;
	server->radius_pid = fork();
	if (server->radius_pid != 0)
		return server->radius_pid > 0;
	signal(SIGTERM, end_radius);
	signal(SIGINT, SIG_IGN);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (radius_server_run(options, &radius_ends, counts, &error) != 0)
		fprintf(stderr, "turnpike-bench: %s: %s\n", error.place, error.message);
	else
		fprintf(stderr,
			"radius: %lu accepts, %lu rejects, %lu starts, %lu interims, %lu stops\n",
			counts->accepts, counts->rejects, counts->starts, counts->interims,
			counts->stops);
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

/* The rig may have taken much memory by then, which is not to be copied. */
bool own_server_again(struct own_server *server)
{
	char config[128];

	snprintf(config, sizeof(config), "%s/turnpike.yaml", server->folder);
	server->pid = vfork();
	if (server->pid == 0) {
		sched_setaffinity(0, sizeof(server->cpus), &server->cpus);
		execl(server->program, "turnpike", "--config", config, (char *)NULL);
		_exit(127);
	}
	return server->pid > 0;
}

void own_server_end(struct own_server *server, int signal)
{
	if (server->pid <= 0)
		return;
	kill(server->pid, signal);
	waitpid(server->pid, NULL, 0);
	server->pid = 0;
}

/* Without a word to it: a line of /proc/net/unix (proc(5)) whose flags are those of a listener. */
static bool listens_at(const char *folder, const char *name)
{
	FILE *f = fopen("/proc/net/unix", "re");
	char path[128], line[512];
	bool found = false;

	if (f == NULL)
		return true;
	snprintf(path, sizeof(path), " %s/%s.sock\n", folder, name);
	while (!found && fgets(line, sizeof(line), f) != NULL)
		found = strstr(line, path) != NULL && strstr(line, " 00010000 ") != NULL;
	fclose(f);
	return found;
}

bool own_server_listens(const struct own_server *server)
{
	return listens_at(server->folder, "memif") && listens_at(server->folder, "core") &&
	       listens_at(server->folder, "api");
}

static void name_devices(struct own_server *server)
{
	static const char device[] =
		"net_memif%u,role=client,id=%u,socket=%s/%s.sock,socket-abstract=no,rsize=13";

	snprintf(server->device, sizeof(server->device), device, 0u, 0u, server->folder, "memif");
	snprintf(server->core_device, sizeof(server->core_device), device, 1u, 1u, server->folder,
		 "core");
}

int own_server_start(struct own_server *server, const struct own_server_options *options,
		     struct tp_error *error)
{
	char config[128];

	*server = (struct own_server){.folder = "/tmp/turnpike-bench.XXXXXX"};
	if (!find_program(server->program))
		return tp_error_set(error, -ENOENT, "turnpike",
				    "there is no such program beside this one; give a --device");
	if (mkdtemp(server->folder) == NULL)
		return tp_error_set(error, -errno, server->folder, "cannot be made");
	snprintf(config, sizeof(config), "%s/turnpike.yaml", server->folder);
	name_devices(server);
	sched_getaffinity(0, sizeof(server->cpus), &server->cpus);
	if (!write_config(server, options, config))
		return tp_error_set(error, -EIO, config, "cannot be written");
	if (unshare(CLONE_NEWNET) != 0 || !raise_loopback() ||
	    (options->radius != NULL && !start_radius(server, options->radius)) ||
	    !own_server_again(server) || !has_started(server))
		return tp_error_set(error, -ECHILD, server->program,
				    "does not start; is this root?");
	return 0;
}

/* Nothing but files is in it. */
static void remove_folder(const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;

	if (folder == NULL)
		return;
	while ((entry = readdir(folder)) != NULL)
		unlinkat(dirfd(folder), entry->d_name, 0);
	closedir(folder);
	rmdir(path);
}

void own_server_stop(struct own_server *server)
{
	own_server_end(server, SIGTERM);
	if (server->radius_pid > 0) {
		kill(server->radius_pid, SIGTERM);
		waitpid(server->radius_pid, NULL, 0);
	}
	tp_live_last_close(tp_live_last_open(server->folder), true);
	remove_folder(server->folder);
}
