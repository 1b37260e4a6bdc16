/* SPDX-License-Identifier: BSD-3-Clause */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mgmt/remote.h"
#include "mgmt/server.h"

#define BACKLOG 64

int mgmt_remote_listen(enum tp_service_name service, uint32_t address, uint16_t port,
		       struct tp_error *error)
{
	struct sockaddr_in in = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(address)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), yes = 1;
	char text[TP_IPV4_TEXT_LEN], place[64];

	if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0 &&
	    bind(fd, (const struct sockaddr *)&in, sizeof(in)) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	int code = -errno;
	if (fd >= 0)
		close(fd);
	snprintf(place, sizeof(place), "ip.service[%s].port", tp_service_words[service]);
	return tp_error_set(error, code, place, "cannot listen on %s:%u: %s",
			    tp_ipv4_format(address, text), port, strerror(-code));
}

/* PROPERTIES' text of NAME, or OTHERWISE. */
static const char *text_of(const json_t *properties, const char *name, const char *otherwise)
{
	const json_t *value = json_object_get(properties, name);

	return json_is_string(value) ? json_string_value(value) : otherwise;
}

static bool stays_disabled(const struct tp_remote_service *now, const char *path,
			   const json_t *properties)
{
	const json_t *value = json_object_get(properties, "disabled");
	const char *text = json_string_value(value);

	if (strcmp(strrchr(path, '/'), "/enable") == 0)
		return false;
	if (json_is_boolean(value))
		return json_is_true(value);
	if (text != NULL)
		return strcasecmp(text, "yes") == 0 || strcasecmp(text, "true") == 0;
	return now->disabled;
}

static unsigned port_of(const struct tp_remote_service *now, const json_t *properties)
{
	const json_t *value = json_object_get(properties, "port");

	if (json_is_integer(value))
		return (unsigned)json_integer_value(value);
	if (json_is_string(value))
		return (unsigned)strtoul(json_string_value(value), NULL, 10);
	return now->port;
}

static uint16_t listens_on(const struct tp_mgmt *mgmt, enum tp_service_name name)
{
	const struct mgmt_service *service;

	if (name != TP_SERVICE_WWW_SSL)
		return mgmt->binaries.service[name].port;
	TAILQ_FOREACH (service, &mgmt->services, entry)
		if (service->secure && !service->retired)
			return service->port;
	return 0;
}

static int check_port(const struct tp_mgmt *mgmt, enum tp_service_name name, unsigned port,
		      const char *address_text, struct tp_error *error)
{
	uint32_t address = 0;

	if (port == 0 || port > UINT16_MAX || listens_on(mgmt, name) == port)
		return 0; /* the schema has its own say; or it is ours */
	if (*address_text != '\0' && !tp_ipv4_parse(address_text, &address))
		return 0;
	int fd = mgmt_remote_listen(name, address, (uint16_t)port, error);
	if (fd < 0)
		return -EINVAL;
	close(fd);
	return 0;
}

static int check_one(const struct tp_mgmt *mgmt, enum tp_service_name name, const char *path,
		     const json_t *properties, struct tp_error *error)
{
	const struct tp_remote_service *now = &mgmt->remote->service[name];
	const char *certificate = text_of(properties, "certificate", now->certificate);
	const char *key = text_of(properties, "private-key", now->private_key);
	char address[TP_IPV4_TEXT_LEN] = "";
	struct mgmt_certificate *loaded;

	if (stays_disabled(now, path, properties))
		return 0;
	if (name != TP_SERVICE_API && *certificate != '\0') {
		int code = mgmt_certificate_load(name, certificate, key, &loaded, error);
		if (code != 0)
			return code;
		mgmt_certificate_drop(loaded);
	}
	if (now->local_address != 0)
		tp_ipv4_format(now->local_address, address);
	return check_port(mgmt, name, port_of(now, properties),
			  text_of(properties, "local-address", address), error);
}

/* Is TEXT, "www-ssl,*2", of the service, among others? */
static bool names(const char *text, const char *name, const char *id)
{
	size_t len;

	for (; text != NULL && *text != '\0'; text += len + (text[len] == ',')) {
		len = strcspn(text, ",");
		if ((len == strlen(name) && strncmp(text, name, len) == 0) ||
		    (len == strlen(id) && strncmp(text, id, len) == 0))
			return true;
	}
	return false;
}

static bool body_names(const json_t *body, const char *name, const char *id)
{
	static const char *const keys[] = {".id", "numbers"};
	const json_t *one;
	size_t at;

	for (unsigned i = 0; i < 2; i++) {
		const json_t *value = json_object_get(body, keys[i]);

		if (names(json_string_value(value), name, id))
			return true;
		json_array_foreach (value, at, one)
			if (names(json_string_value(one), name, id))
				return true;
	}
	return false;
}

int mgmt_remote_check(const struct tp_mgmt *mgmt, const char *path, const json_t *properties,
		      struct tp_error *error)
{
	int code = 0;

	if (mgmt->remote == NULL)
		return 0;
	for (enum tp_service_name name = 0; code == 0 && name < TP_SERVICES; name++) {
		const char *word = tp_service_words[name], *id = mgmt->remote->service[name].id;

		if (names(strrchr(path, '/') + 1, word, id) || body_names(properties, word, id))
			code = check_one(mgmt, name, path, properties, error);
	}
	return code;
}
