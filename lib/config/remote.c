/* SPDX-License-Identifier: BSD-3-Clause */
#include "config/remote.h"

#include <stdio.h>
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

static bool copy_groups(struct tp_remote *remote, const struct tp_config *config)
{
	const struct tp_config_item *item = tp_config_first(config, TP_USER_GROUPS);

	remote->group = calloc(tp_config_count(config, TP_USER_GROUPS) + 1, sizeof(*remote->group));
	for (; remote->group != NULL && item != NULL; item = tp_config_next(item)) {
		const struct tp_config_user_group *from = (const void *)item;
		struct tp_rights *to = &remote->group[remote->group_count++];

		snprintf(to->group, sizeof(to->group), "%s", from->name);
		to->policy = from->policy;
	}
	return remote->group != NULL;
}

struct tp_rights tp_remote_rights(const struct tp_remote *remote, const char *group)
{
	struct tp_rights none = {.policy = 0};

	for (unsigned i = 0; remote != NULL && i < remote->group_count; i++)
		if (strcmp(remote->group[i].group, group) == 0)
			return remote->group[i];
	snprintf(none.group, sizeof(none.group), "%s", group);
	return none;
}

static bool copy_user(const struct tp_remote *remote, struct tp_remote_user *to,
		      const struct tp_config_user *from)
{
	to->name = strdup(from->name);
	to->hash = strdup(from->password);
	to->rights = tp_remote_rights(remote, from->group);
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
		ok = copy_user(remote, &remote->user[remote->user_count++], (const void *)item);
	return ok;
}

static bool copy_service(struct tp_remote_service *to, const struct tp_config_service *from)
{
	tp_config_id_format(from->head.id, to->id);
	to->disabled = from->disabled;
	to->port = (uint16_t)from->port;
	to->local_address = from->local_address;
	to->certificate = strdup(from->certificate);
	to->private_key = strdup(from->private_key);
	to->max_sessions = from->max_sessions;
	return copy_networks(&to->address, &from->address) && to->certificate != NULL &&
	       to->private_key != NULL;
}

struct tp_remote *tp_remote_create(const struct tp_config *config)
{
	const struct tp_config_user_aaa *aaa = (const void *)tp_config_first(config, TP_USER_AAA);
	struct tp_remote *remote = calloc(1, sizeof(*remote));
	bool ok = remote != NULL;

	for (unsigned i = 0; ok && i < TP_SERVICES; i++)
		ok = copy_service(&remote->service[i], tp_config_service(config, i));
	if (ok && copy_groups(remote, config) && copy_users(remote, config)) {
		remote->use_radius = aaa != NULL && aaa->use_radius; /* a client has none */
		return remote;
	}
	tp_remote_destroy(remote);
	return NULL;
}

static void free_service(struct tp_remote_service *service)
{
	free(service->address.prefix);
	free(service->certificate);
	free(service->private_key);
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
	free(remote->group);
	for (unsigned i = 0; i < TP_SERVICES; i++)
		free_service(&remote->service[i]);
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
