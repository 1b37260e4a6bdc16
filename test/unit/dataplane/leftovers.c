/* SPDX-License-Identifier: BSD-3-Clause */
/* What a killed daemon has left: the sockets that drivers listen on, the EAL's folders. No EAL. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "dataplane/leftovers.h"

static void test_drivers_that_listen_on_a_socket_are_known(void **state)
{
	static const struct {
		const char *device, *path;
	} cases[] = {
		{"net_memif0,role=server,id=0,socket=/run/a.sock,socket-abstract=no",
		 "/run/a.sock"},
		{"net_memif12,socket-abstract=no,role=master", "/run/memif.sock"},
		{"net_memif0,role=server,socket=/run/a.sock", NULL}, /* an abstract one */
		{"net_memif0,role=server,socket=/run/a.sock,socket-abstract=yes", NULL},
		{"net_memif0,socket=/run/a.sock,socket-abstract=no", NULL}, /* the client */
		{"net_memif0,role=client,socket=/run/a.sock,socket-abstract=no", NULL},
		{"net_vhost0,iface=/run/v.sock,queues=2", "/run/v.sock"},
		{"net_vhost0,iface=/run/v.sock,client=0", "/run/v.sock"},
		{"net_vhost0,iface=/run/v.sock,client=1", NULL},
		{"eth_vhost0,iface=/run/v.sock", "/run/v.sock"},
		{"net_virtio_user0,path=/run/u.sock,server=1", "/run/u.sock"},
		{"net_virtio_user0,path=/dev/vhost-net", NULL},
		{"net_af_packet0,iface=acc0", NULL},
		{"net_tap0,iface=tap0", NULL},
		{"net_null0", NULL},
		{"0000:01:00.0", NULL},
		{"net_vhost0,iface", NULL},
		{"net_vhost0,,,=", NULL},
		{"", NULL},
	};
	char path[64];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		bool listens = tp_leftovers_socket(cases[i].device, path, sizeof(path));

		if (listens != (cases[i].path != NULL))
			fail_msg("%s", cases[i].device);
		if (listens)
			assert_string_equal(path, cases[i].path);
	}
}

static int bound(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	strcpy(address.sun_path, path);
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void test_a_socket_is_cleared_when_nobody_holds_it(void **state)
{
	char folder[] = "/tmp/turnpike-left-XXXXXX", path[64], device[128];
	struct tp_error error = {0};

	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/m.sock", folder);
	snprintf(device, sizeof(device), "net_memif0,role=server,socket=%s,socket-abstract=no",
		 path);
	assert_int_equal(tp_leftovers_clear_device(device, "ether3", &error), 0);
	int fd = bound(path);
	assert_int_equal(tp_leftovers_clear_device(device, "ether3", &error), -EADDRINUSE);
	assert_string_equal(error.place, "ether3");
	assert_non_null(strstr(error.message, path));
	assert_int_equal(access(path, F_OK), 0);
	close(fd);
	assert_int_equal(tp_leftovers_clear_device(device, "ether3", &error), 0);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(rmdir(folder), 0);
}

static pid_t dead(void)
{
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	return child;
}

static void make(const char *folder, const char *name, char *path, size_t size)
{
	snprintf(path, size, "%s/%s", folder, name);
	assert_int_equal(mkdir(path, 0700), 0);
}

static void test_folders_of_the_dead_go_and_all_others_stay(void **state)
{
	char folder[] = "/tmp/turnpike-left-XXXXXX", name[64], gone[96], own[96], full[96];
	char inside[128], others[4][96];
	static const char *const names[] = {"turnpike", "turnpike-x", "rte", "turnpike-12x"};
	pid_t second;

	assert_non_null(mkdtemp(folder));
	snprintf(name, sizeof(name), "turnpike-%d", (int)dead());
	make(folder, name, gone, sizeof(gone));
	snprintf(name, sizeof(name), "turnpike-%d", (int)getpid());
	make(folder, name, own, sizeof(own));
	do
		second = dead();
	while (strstr(gone, (snprintf(name, sizeof(name), "turnpike-%d", (int)second), name)));
	make(folder, name, full, sizeof(full));
	snprintf(inside, sizeof(inside), "%s/x", full);
	fclose(fopen(inside, "w"));
	for (unsigned i = 0; i < 4; i++)
		make(folder, names[i], others[i], sizeof(others[i]));
	tp_leftovers_clear_folders(folder, "turnpike");
	assert_int_equal(access(gone, F_OK), -1);
	assert_int_equal(rmdir(own), 0);
	assert_int_equal(unlink(inside), 0);
	assert_int_equal(rmdir(full), 0);
	for (unsigned i = 0; i < 4; i++)
		assert_int_equal(rmdir(others[i]), 0);
	assert_int_equal(rmdir(folder), 0);
	tp_leftovers_clear_folders(folder, "turnpike"); /* no folder: nothing to do */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_drivers_that_listen_on_a_socket_are_known),
		cmocka_unit_test(test_a_socket_is_cleared_when_nobody_holds_it),
		cmocka_unit_test(test_folders_of_the_dead_go_and_all_others_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
