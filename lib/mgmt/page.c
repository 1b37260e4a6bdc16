/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/page.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

#define FILES_MAX     64
#define FILE_SIZE_MAX (1024 * 1024)
#define TAG_BYTES     16 /* of SHA-256 */
#define INDEX	      "index.html"

struct mgmt_page_file {
	char url[NAME_MAX + 2];
	char tag[2 * TAG_BYTES + 3]; /* ETag, with its quotes */
	struct MHD_Response *whole, *unchanged;
};

struct mgmt_page {
	unsigned count;
	struct mgmt_page_file file[FILES_MAX];
};

static const struct {
	const char *suffix, *type;
} types[] = {
	{".html", "text/html; charset=utf-8"},
	{".css", "text/css; charset=utf-8"},
	{".js", "text/javascript; charset=utf-8"},
	{".svg", "image/svg+xml"},
};

/* The page takes nothing from elsewhere, runs nothing that stands in its text, and stands in no
 * frame of another's. It is asked for anew each time, and is mostly unchanged. */
static const char *const headers[][2] = {
	{"Content-Security-Policy",
	 "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
	 "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
	{"X-Content-Type-Options", "nosniff"},
	{"X-Frame-Options", "DENY"},
	{"Referrer-Policy", "no-referrer"},
	{"Cross-Origin-Opener-Policy", "same-origin"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"Cache-Control", "no-cache"},
};

static const char *type_of(const char *name)
{
	const char *suffix = strrchr(name, '.');

	for (size_t i = 0; suffix != NULL && i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(suffix, types[i].suffix) == 0)
			return types[i].type;
	return NULL;
}

static void make_tag(const char *data, size_t len, char *tag)
{
	uint8_t digest[TAG_BYTES];
	struct sha256_ctx context;

	sha256_init(&context);
	sha256_update(&context, len, (const uint8_t *)data);
	sha256_digest(&context, sizeof(digest), digest);
	*tag++ = '"';
	for (unsigned i = 0; i < sizeof(digest); i++)
		tag += sprintf(tag, "%02x", digest[i]);
	strcpy(tag, "\"");
}

static bool add_headers(struct MHD_Response *response, const char *tag)
{
	bool added = MHD_add_response_header(response, "ETag", tag) == MHD_YES;

	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		added &= MHD_add_response_header(response, headers[i][0], headers[i][1]) == MHD_YES;
	return added;
}

/* Makes the two answers of FILE; DATA, of malloc(), becomes theirs. False: no memory. */
static bool make_answers(struct mgmt_page_file *file, char *data, size_t len, const char *type)
{
	make_tag(data, len, file->tag);
	file->whole = MHD_create_response_from_buffer(len, data, MHD_RESPMEM_MUST_FREE);
	if (file->whole == NULL)
		free(data);
	file->unchanged = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	return file->whole != NULL && file->unchanged != NULL &&
	       add_headers(file->whole, file->tag) && add_headers(file->unchanged, file->tag) &&
	       MHD_add_response_header(file->whole, "Content-Type", type) == MHD_YES;
}

/* All of FD in *DATA, of malloc(). A negative errno: it is none that a page has. */
static ssize_t read_all(int fd, char **data)
{
	struct stat status;
	size_t len = 0;
	ssize_t got;

	if (fstat(fd, &status) != 0)
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -EISDIR;
	if (status.st_size > FILE_SIZE_MAX)
		return -EFBIG;
	*data = malloc((size_t)status.st_size + 1);
	if (*data == NULL)
		return -ENOMEM;
	while ((got = read(fd, *data + len, (size_t)status.st_size - len)) > 0)
		len += (size_t)got;
	return got < 0 ? -errno : (ssize_t)len;
}

static int add_file(struct mgmt_page *page, int folder, const char *name)
{
	struct mgmt_page_file *file = &page->file[page->count];
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
	char *data = NULL;

	if (fd < 0)
		return -errno;
	ssize_t len = read_all(fd, &data);
	close(fd);
	if (len < 0) {
		free(data);
		return (int)len;
	}
	snprintf(file->url, sizeof(file->url), "/%s", strcmp(name, INDEX) == 0 ? "" : name);
	page->count++;
	return make_answers(file, data, (size_t)len, type_of(name)) ? 0 : -ENOMEM;
}

static int refuse(struct tp_error *error, int code, const char *folder, const char *name,
		  const char *why)
{
	return tp_error_set(error, code, "management.web-directory", "%s%s%s: %s", folder,
			    name[0] != '\0' ? "/" : "", name, why);
}

static int add_files(struct mgmt_page *page, DIR *dir, const char *folder, struct tp_error *error)
{
	const struct dirent *entry;

	while ((entry = readdir(dir)) != NULL) {
		const char *name = entry->d_name;

		if (name[0] == '.' || type_of(name) == NULL)
			continue;
		if (page->count == FILES_MAX)
			return refuse(error, -E2BIG, folder, "", "has too many files for a page");
		int code = add_file(page, dirfd(dir), name);
		if (code != 0)
			return refuse(error, code, folder, name, strerror(-code));
	}
	if (mgmt_page_find(page, "/") == NULL)
		return refuse(error, -ENOENT, folder, INDEX, strerror(ENOENT));
	return 0;
}

int mgmt_page_load(const char *folder, struct mgmt_page **out, struct tp_error *error)
{
	DIR *dir = opendir(folder);

	if (dir == NULL)
		return refuse(error, -errno, folder, "", strerror(errno));
	struct mgmt_page *page = calloc(1, sizeof(*page));
	int code = page != NULL ? add_files(page, dir, folder, error)
				: refuse(error, -ENOMEM, folder, "", strerror(ENOMEM));
	closedir(dir);
	if (code != 0) {
		mgmt_page_destroy(page);
		return code;
	}
	tp_log_info("management", "the operators' page is %s", folder);
	*out = page;
	return 0;
}

void mgmt_page_destroy(struct mgmt_page *page)
{
	for (unsigned i = 0; page != NULL && i < page->count; i++) {
		if (page->file[i].whole != NULL)
			MHD_destroy_response(page->file[i].whole);
		if (page->file[i].unchanged != NULL)
			MHD_destroy_response(page->file[i].unchanged);
	}
	free(page);
}

const struct mgmt_page_file *mgmt_page_find(const struct mgmt_page *page, const char *url)
{
	for (unsigned i = 0; page != NULL && i < page->count; i++)
		if (strcmp(page->file[i].url, url) == 0)
			return &page->file[i];
	return NULL;
}

struct MHD_Response *mgmt_page_answer(const struct mgmt_page_file *file, const char *if_none_match,
				      unsigned *status)
{
	/* Each tag stands in its quotes, so that none is a part of another. */
	const bool has = if_none_match != NULL && (strcmp(if_none_match, "*") == 0 ||
						   strstr(if_none_match, file->tag) != NULL);

	*status = has ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK;
	return has ? file->unchanged : file->whole;
}
