/* SPDX-License-Identifier: BSD-3-Clause */
/* `/interface/pppoe-server/mac-filter`: who may dial in, by MAC address. Entries are found by hash,
 * once for each prefix length that is in use: thousands cost no more than one. */
#include "session/engine.h"

#include <errno.h>
#include <stdlib.h>

#define MAC_BITS      48
#define INTERFACE_MAX 64

/* What an entry fits. The interface's name, cut to its length, ends it; "": any. */
struct key {
	struct tp_mac mac;
	uint8_t length;
	char interface[INTERFACE_MAX];
};

struct entry {
	uint32_t id;
	bool reject;
	unsigned key_len;
	struct key key;
	UT_hash_handle by_id;
	UT_hash_handle by_key;
};

struct tp_ac_mac_filter {
	struct entry *by_id;
	struct entry *by_key;
	uint32_t lengths[MAC_BITS + 1]; /* how many entries have each */
};

static unsigned make_key(struct key *key, const struct tp_mac *mac, unsigned length,
			 const char *interface)
{
	*key = (struct key){.mac = tp_mac_prefix_of(mac, length), .length = (uint8_t)length};
	snprintf(key->interface, sizeof(key->interface), "%s", interface);
	return (unsigned)(offsetof(struct key, interface) + strlen(key->interface));
}

static struct entry *find_id(const struct tp_ac_mac_filter *filter, uint32_t id)
{
	struct entry *entry;

	HASH_FIND(by_id, filter->by_id, &id, sizeof(id), entry);
	return entry;
}

/* The entry for hosts that begin like CLIENT, with LENGTH bits, at INTERFACE. */
static const struct entry *find(const struct tp_ac_mac_filter *filter, const struct tp_mac *client,
				unsigned length, const char *interface)
{
	struct key key;
	unsigned len = make_key(&key, client, length, interface);
	struct entry *entry;

	HASH_FIND(by_key, filter->by_key, &key, len, entry);
	return entry;
}

bool tp_ac_mac_rejected(const struct tp_ac *ac, const char *interface, const struct tp_mac *client)
{
	const struct tp_ac_mac_filter *filter = ac->mac_filter;

	if (filter->by_key == NULL)
		return false;
	for (unsigned length = MAC_BITS + 1; length-- > 0;) {
		const struct entry *entry;

		if (filter->lengths[length] == 0)
			continue;
		entry = find(filter, client, length, interface);
		if (entry == NULL)
			entry = find(filter, client, length, "");
		if (entry != NULL)
			return entry->reject;
	}
	return false;
}

static void drop(struct tp_ac *ac, struct entry *entry)
{
	struct tp_ac_mac_filter *filter = ac->mac_filter;

	HASH_DELETE(by_id, filter->by_id, entry);
	HASH_DELETE(by_key, filter->by_key, entry);
	filter->lengths[entry->key.length]--;
	tp_ac_free(ac, entry, sizeof(*entry));
}

int tp_ac_mac_filter_put(struct tp_ac *ac, const struct tp_config_mac_filter *config)
{
	struct tp_ac_mac_filter *filter = ac->mac_filter;
	struct entry *entry;

	if (config->disabled) {
		tp_ac_mac_filter_remove(ac, config->head.id);
		return 0;
	}
	entry = tp_ac_alloc(ac, sizeof(*entry));
	if (entry == NULL)
		return -ENOMEM;
	tp_ac_mac_filter_remove(ac, config->head.id);
	entry->id = config->head.id;
	entry->reject = config->action == TP_MAC_REJECT;
	entry->key_len = make_key(&entry->key, &config->mac_address.mac, config->mac_address.length,
				  config->interface);
	HASH_ADD(by_id, filter->by_id, id, sizeof(entry->id), entry);
	HASH_ADD(by_key, filter->by_key, key, entry->key_len, entry);
	filter->lengths[entry->key.length]++;
	return 0;
}

void tp_ac_mac_filter_remove(struct tp_ac *ac, uint32_t id)
{
	struct entry *entry = find_id(ac->mac_filter, id);

	if (entry != NULL)
		drop(ac, entry);
}

int tp_ac_mac_filter_init(struct tp_ac *ac)
{
	ac->mac_filter = tp_ac_alloc(ac, sizeof(*ac->mac_filter));
	return ac->mac_filter == NULL ? -ENOMEM : 0;
}

void tp_ac_mac_filter_clear(struct tp_ac *ac)
{
	struct entry *entry, *next;

	if (ac->mac_filter == NULL)
		return;
	HASH_ITER (by_id, ac->mac_filter->by_id, entry, next)
		drop(ac, entry);
	tp_ac_free(ac, ac->mac_filter, sizeof(*ac->mac_filter));
}
