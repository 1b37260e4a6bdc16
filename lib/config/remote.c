/* SPDX-License-Identifier: BSD-3-Clause */
#include "config/remote.h"

#include <stdlib.h>
#include <string.h>

static bool copy_networks(struct tp_prefix_list *to, const struct tp_prefix_list *from)
{
	if (from->count == 0)
		return true;
	to->prefix = malloc(from->count * sizeof(*to->prefix));
	if (to->prefix == NULL)
		return false;
	memcpy(to->prefix, from->prefix, from->count * sizeof(*to->prefix));
	to->count = from->count;
	return true;
}

static bool copy_user(struct tp_remote_user *to, const struct tp_config_user *from)
{
	to->name = strdup(from->name);
	to->hash = strdup(from->password);
	to->group = from->group;
	to->disabled = from->disabled;
	return copy_networks(&to->address, &from->address) && to->name != NULL && to->hash != NULL;
}

static bool copy_users(struct tp_remote *remote, const struct tp_config *config)
{
	const struct tp_config_item *item = tp_config_first(config, TP_USER);
	bool ok = true;

	remote->user = calloc(tp_config_count(config, TP_USER) + 1, sizeof(*remote->user));
	if (remote->user == NULL)
		return false;
	for (; ok && item != NULL; item = tp_config_next(item))
		ok = copy_user(&remote->user[remote->user_count++], (const void *)item);
	return ok;
}

struct tp_remote *tp_remote_create(const struct tp_config *config)
{
	const struct tp_config_service *service = tp_config_service(config, TP_SERVICE_WWW_SSL);
	const struct tp_config_user_aaa *aaa = (const void *)tp_config_first(config, TP_USER_AAA);
	struct tp_remote *remote = calloc(1, sizeof(*remote));

	if (remote == NULL)
		return NULL;
	remote->disabled = service->disabled;
	remote->port = (uint16_t)service->port;
	remote->local_address = service->local_address;
	remote->certificate = strdup(service->certificate);
	remote->private_key = strdup(service->private_key);
	remote->max_sessions = service->max_sessions;
	remote->use_radius = aaa != NULL && aaa->use_radius; /* a client has none */
	if (copy_networks(&remote->address, &service->address) && copy_users(remote, config) &&
	    remote->certificate != NULL && remote->private_key != NULL)
		return remote;
	tp_remote_destroy(remote);
	return NULL;
}

void tp_remote_destroy(struct tp_remote *remote)
{
	if (remote == NULL)
		return;
	for (unsigned i = 0; i < remote->user_count; i++) {
		free(remote->user[i].name);
		free(remote->user[i].hash);
		free(remote->user[i].address.prefix);
	}
	free(remote->user);
	free(remote->address.prefix);
	free(remote->certificate);
	free(remote->private_key);
	free(remote);
}

bool tp_remote_allows(const struct tp_prefix_list *networks, uint32_t address)
{
	for (uint32_t i = 0; i < networks->count; i++) {
		const struct tp_prefix *prefix = &networks->prefix[i];
		if ((address & tp_prefix_mask(prefix->length)) == prefix->address)
			return true;
	}
	return networks->count == 0;
}
