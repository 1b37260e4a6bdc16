/* SPDX-License-Identifier: BSD-3-Clause */
#include "turnpike/reach.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "config/file/file.h"
#include "mgmt/certificate.h"
#include "mgmt/page.h"
#include "turnpike/folders.h"

/* A socket that is there is another daemon's, or was left by one: the start finds out. */
static int check_socket(const struct tp_config_management *management, struct tp_error *error)
{
	struct stat found;

	if (lstat(management->socket, &found) != 0 || S_ISSOCK(found.st_mode))
		return 0;
	return tp_error_set(error, -EEXIST, NULL,
			    "there is something in the socket's place that is no socket");
}

static int check_page(const struct tp_config_management *management, struct tp_error *error)
{
	struct mgmt_page *page = NULL;
	char folder[PATH_MAX];
	int result = 0;

	find_web(management->web_directory, folder, sizeof(folder));
	if (folder[0] != '\0')
		result = mgmt_page_load(folder, &page, error);
	mgmt_page_destroy(page);
	return result;
}

static int check_certificate(const struct tp_config_service *service, const char *path,
			     struct tp_error *error)
{
	struct mgmt_certificate *certificate = NULL;
	int property = TP_IP_SERVICE_CERTIFICATE;
	int result = mgmt_certificate_load(service->name, service->certificate,
					   service->private_key, &certificate, error);

	mgmt_certificate_drop(certificate);
	if (result == 0)
		return 0;
	if (strstr(error->place, "private-key") != NULL)
		property = TP_IP_SERVICE_PRIVATE_KEY;
	return tp_config_blame(&service->head, property, path, error);
}

int check_services(const struct tp_config *config, const char *path, struct tp_error *error)
{
	const struct tp_config_item *item = tp_config_first(config, TP_IP_SERVICE);
	int result = 0;

	for (; item != NULL && result == 0; item = tp_config_next(item)) {
		const struct tp_config_service *service = (const void *)item;

		if (!service->disabled && service->name != TP_SERVICE_API)
			result = check_certificate(service, path, error);
	}
	return result;
}

int check_reach(const struct tp_config *config, const char *path, struct tp_error *error)
{
	const struct tp_config_management *management = tp_config_management(config);

	if (check_socket(management, error) != 0)
		return tp_config_blame(&management->head, TP_MANAGEMENT_SOCKET, path, error);
	if (check_page(management, error) != 0)
		return tp_config_blame(&management->head, TP_MANAGEMENT_WEB_DIRECTORY, path, error);
	return check_services(config, path, error);
}
