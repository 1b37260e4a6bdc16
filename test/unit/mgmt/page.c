/* SPDX-License-Identifier: BSD-3-Clause */
/* The operators' page: what is served of a folder, and how. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "client.h"
#include "mgmt/page.h"

static struct fixture f;
static char folder[] = "/tmp/turnpike-page-XXXXXX";

static void write_file(const char *name, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int setup(void **state)
{
	char path[128];

	assert_non_null(mkdtemp(folder));
	write_file("index.html", "<!doctype html>");
	write_file("app.js", "export {};");
	write_file("app.css", "a{}");
	write_file("icon.svg", "<svg/>");
	write_file("notes.txt", "not for others");
	write_file(".hidden.js", "not for others");
	snprintf(path, sizeof(path), "%s/deep", folder);
	mkdir(path, 0755);
	write_file("deep/more.js", "not for others");
	fixture_start(&f, &(struct tp_mgmt_setup){.page = folder});
	return 0;
}

static int teardown(void **state)
{
	static const char *const names[] = {"index.html",   "app.js",	 "app.css",
					    "icon.svg",	    "notes.txt", ".hidden.js",
					    "deep/more.js", "deep",	 ""};
	char path[128];

	fixture_stop(&f);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		if (remove(path) != 0)
			return -1;
	}
	return 0;
}

static void test_each_file_has_its_type_and_the_headers_that_keep_others_out(void **state)
{
	static const struct {
		const char *url, *type, *text;
	} cases[] = {
		{"/", "text/html; charset=utf-8", "<!doctype html>"},
		{"/?x=1", "text/html; charset=utf-8", "<!doctype html>"},
		{"/app.js", "text/javascript; charset=utf-8", "export {};"},
		{"/app.css", "text/css; charset=utf-8", "a{}"},
		{"/icon.svg", "image/svg+xml", "<svg/>"},
	};
	char type[64];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct reply reply = http(&f, "GET", cases[i].url, NULL);

		snprintf(type, sizeof(type), "Content-Type: %s\r\n", cases[i].type);
		assert_int_equal(reply.status, 200);
		assert_string_equal(reply.body, cases[i].text);
		assert_non_null(strstr(reply.headers, type));
		assert_non_null(strstr(reply.headers, "X-Content-Type-Options: nosniff\r\n"));
		assert_non_null(strstr(reply.headers, "default-src 'none'; script-src 'self';"));
		assert_non_null(strstr(reply.headers, "frame-ancestors 'none'"));
		assert_null(strstr(reply.headers, "unsafe"));
		reply_free(&reply);
	}
}

static void test_nothing_else_is_there(void **state)
{
	static const char *const urls[] = {
		"/notes.txt",
		"/.hidden.js",
		"/deep/more.js",
		"/deep",
		"/index.html",
		"//",
		"//app.js",
		"/app.js/",
		"/../etc/passwd",
		"/%2e%2e/etc/passwd",
		"/..%2f..%2fetc/passwd",
		"/app.js%00.txt",
		"/APP.JS",
		"/app.js%20",
		"/rest",
		"/./app.js",
	};
	char request[256], out[2048];

	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		int fd = raw_connect(&f); /* a client that leaves the URL as it is */

		snprintf(request, sizeof(request),
			 "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", urls[i]);
		raw_send(fd, request);
		raw_expect(fd, "\"error\":4", 5000, out, sizeof(out));
		if (strncmp(out, "HTTP/1.1 40", 11) != 0)
			fail_msg("%s: %s", urls[i], out);
		close(fd);
	}
}

static void test_what_the_browser_has_is_not_sent_again(void **state)
{
	char request[256], out[2048], tag[64];
	struct reply reply = http(&f, "GET", "/app.js", NULL);
	const char *at = strstr(reply.headers, "ETag: ");

	assert_non_null(at);
	assert_int_equal(sscanf(at, "ETag: %63s", tag), 1);
	assert_non_null(strstr(reply.headers, "Cache-Control: no-cache\r\n"));
	reply_free(&reply);
	snprintf(request, sizeof(request),
		 "GET /app.js HTTP/1.1\r\nHost: x\r\nIf-None-Match: \"other\", W/%s\r\n"
		 "Connection: close\r\n\r\n",
		 tag);
	int fd = raw_connect(&f);
	raw_send(fd, request);
	raw_expect(fd, "nothing that comes", 5000, out, sizeof(out));
	assert_memory_equal(out, "HTTP/1.1 304 ", 13);
	assert_non_null(strstr(out, tag));
	assert_non_null(strstr(out, "Content-Security-Policy: "));
	assert_string_equal(strstr(out, "\r\n\r\n"), "\r\n\r\n");
	close(fd);
}

static void test_it_can_only_be_read(void **state)
{
	struct reply head = http(&f, "HEAD", "/", NULL), post = http(&f, "POST", "/", "{}");

	assert_int_equal(head.status, 200);
	assert_int_equal(head.len, 0);
	assert_int_equal(post.status, 405);
	assert_non_null(strstr(post.headers, "Allow: GET, HEAD\r\n"));
	reply_free(&head);
	reply_free(&post);
}

static void test_what_is_no_page_is_refused_by_its_place(void **state)
{
	struct mgmt_page *page = NULL;
	struct tp_error error = {0};
	char path[128];

	assert_int_equal(mgmt_page_load("/nowhere", &page, &error), -ENOENT);
	assert_string_equal(error.place, "management.web-directory");
	assert_non_null(strstr(error.message, "/nowhere: "));
	snprintf(path, sizeof(path), "%s/deep", folder);
	assert_int_equal(mgmt_page_load(path, &page, &error), -ENOENT);
	assert_non_null(strstr(error.message, "index.html"));
	assert_null(page);
	assert_null(mgmt_page_find(NULL, "/"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_file_has_its_type_and_the_headers_that_keep_others_out),
		cmocka_unit_test(test_nothing_else_is_there),
		cmocka_unit_test(test_what_the_browser_has_is_not_sent_again),
		cmocka_unit_test(test_it_can_only_be_read),
		cmocka_unit_test(test_what_is_no_page_is_refused_by_its_place),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
