/* SPDX-License-Identifier: BSD-3-Clause */
#include "remote_fixture.h"

#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>

struct fixture f;
static char folder[] = "/tmp/turnpike-tls-XXXXXX";
char certificates[2][96];
unsigned port;

/* Certificate and key in one file. */
static void make_certificate(unsigned number)
{
	char command[512];

	snprintf(certificates[number], sizeof(certificates[number]), "%s/%u.pem", folder, number);
	snprintf(command, sizeof(command),
		 "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
		 "-days 2 -subj /CN=turnpike%u -addext subjectAltName=IP:127.0.0.1 "
		 "-keyout %s.key -out %s 2>/dev/null && cat %s.key >>%s",
		 number, certificates[number], certificates[number], certificates[number],
		 certificates[number]);
	assert_int_equal(system(command), 0);
}

/* So that a port that is free stays so, whatever else is tested beside. Who may not make one does
 * without. */
static void enter_own_network(void)
{
	static bool entered;
	struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	int fd;

	if (entered || unshare(CLONE_NEWNET) != 0)
		return;
	entered = true;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(ioctl(fd, SIOCSIFFLAGS, &lo), 0);
	close(fd);
}

unsigned free_port(void)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(in);
	int fd;

	enter_own_network();
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&in, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&in, &len), 0);
	close(fd);
	return ntohs(in.sin_port);
}

struct tp_remote *settings(const char *more)
{
	struct tp_errors errors;
	char yaml[3072];

	snprintf(yaml, sizeof(yaml),
		 "ip: { service: [ { name: www-ssl, local-address: 127.0.0.1, disabled: no, %s } ] "
		 "}\n"
		 "user:\n"
		 "  - { name: noc, password: '" SECRET "' }\n"
		 "  - { name: desk, password: '" SECRET "', group: write }\n"
		 "  - { name: admin, password: '" SECRET "', group: full }\n"
		 "  - { name: nose, password: '" SECRET "', group: captures }\n"
		 "user-group: [ { name: captures, policy: 'read,sniff' } ]\n",
		 more);
	struct tp_config *config =
		tp_config_load_text(TP_PROGRAM_SERVER, "t", yaml, strlen(yaml), &errors);
	assert_non_null(config);
	struct tp_remote *remote = tp_remote_create(config);
	tp_config_destroy(config);
	remote->use_radius = true;
	return remote;
}

struct tp_remote *usual(unsigned certificate)
{
	char text[256];

	snprintf(text, sizeof(text), "port: %u, certificate: '%s', max-sessions: 8", port,
		 certificates[certificate]);
	return settings(text);
}

int setup(void **state)
{
	const struct tp_mgmt_setup limits = {.idle_timeout_s = 5, .login_timeout_ms = 1000};
	struct tp_error error = {0};

	port = free_port();
	assert_int_equal(fixture_start_remote(&f, &limits, usual(0), &error), 0);
	return 0;
}

int teardown(void **state)
{
	fixture_stop(&f);
	return 0;
}

void change(struct tp_remote *remote)
{
	struct tp_remote *old = atomic_exchange(&f.control.remote, remote);

	tp_remote_destroy(old);
	fake_control_wake(&f.control);
	for (int i = 0; i < 5000 && atomic_load(&f.control.remote) != NULL; i++)
		usleep(1000);
	usleep(50000);
}

/* Over TLS, the certificate with this number being the one that is trusted. USER: "name:password",
 * or NULL. ACCEPT: a header, or NULL. */
struct reply https(unsigned trusted, const char *user, const char *method, const char *path,
		   const char *body, const char *accept)
{
	struct curl_slist *headers = accept != NULL ? curl_slist_append(NULL, accept) : NULL;

	if (body != NULL && (accept == NULL || strstr(accept, "Content-Type") == NULL))
		headers = curl_slist_append(headers, "Content-Type: application/json");
	struct reply reply;
	char url[256];
	CURL *curl = curl_easy_init();

	snprintf(url, sizeof(url), "https://127.0.0.1:%u%s", port, path);
	curl_easy_setopt(curl, CURLOPT_URL, url);
	curl_easy_setopt(curl, CURLOPT_CAINFO, certificates[trusted]);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	if (user != NULL)
		curl_easy_setopt(curl, CURLOPT_USERPWD, user);
	if (body != NULL)
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
	reply = reply_of(curl);
	curl_slist_free_all(headers);
	return reply;
}

long status(const char *user, const char *method, const char *path, const char *body)
{
	struct reply reply = https(0, user, method, path, body, NULL);
	long result = reply.status;

	reply_free(&reply);
	return result;
}

/* Whoever is forked from a program with threads may find their locks taken for ever: it is another
 * program that asks. */
pid_t ask_beside(const char *user, const char *method, const char *path, const char *body)
{
	extern char **environ;
	char url[256];
	pid_t child;

	snprintf(url, sizeof(url), "https://127.0.0.1:%u%s", port, path);
	char *words[] = {"curl",
			 "--silent",
			 "--fail",
			 "--output",
			 "/dev/null",
			 "--noproxy",
			 "*",
			 "--cacert",
			 certificates[0],
			 "--user",
			 (char *)user,
			 "--request",
			 (char *)method,
			 url,
			 body != NULL ? "--header" : NULL,
			 "Content-Type: application/json",
			 "--data",
			 (char *)body,
			 NULL};
	assert_int_equal(posix_spawnp(&child, "curl", NULL, NULL, words, environ), 0);
	return child;
}

int tcp_connect(void)
{
	struct sockaddr_in in = {.sin_family = AF_INET,
				 .sin_port = htons((uint16_t)port),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (connect(fd, (struct sockaddr *)&in, sizeof(in)) == 0)
		return fd;
	close(fd);
	return -1;
}

int make_certificates(void **state)
{
	assert_non_null(mkdtemp(folder));
	make_certificate(0);
	make_certificate(1);
	return 0;
}

int remove_certificates(void **state)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}
