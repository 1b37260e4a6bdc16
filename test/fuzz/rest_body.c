/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes as the body of a request: the first byte says which resource, the second whether an
 * item is added, changed or committed. What is committed can be shown, and removed again or is in
 * use. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config/file/file.h"
#include "config/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char base[] =
	"dataplane: { ports: [ { name: p, device: d }, { name: c, device: e, "
	"address: 192.0.2.1/24 } ] }\n"
	"radius: { server: [ { address: 198.51.100.1, secret: s } ] }\n"
	"ip: { pool: [ { name: a, ranges: 10.0.0.0/24 } ], route: [ { "
	"dst-address: 0.0.0.0/0, gateway: 192.0.2.2 } ] }\n"
	"ipv6: { pool: [ { name: b, prefix: '2001:db8:1000::/36', prefix-length: 64 } ],\n"
	"  address: [ { address: '2001:db8::1/64', interface: c } ],\n"
	"  route: [ { dst-address: '::/0', gateway: '2001:db8::2' } ] }\n"
	"interface: { vlan: [ { name: v, interface: p, vlan-id: '7,100-199' } ],\n"
	"  pppoe-server: { server: [ { interface: v, pppoe-over-vlan-range: "
	"1-9 } ],\n"
	"    mac-filter: [ { mac-address: '02:AA:00:00:00:00/16' } ],\n"
	"    static: [ { name: i, user: u } ] } }\n"
	"system: { logging: [ { topics: info } ], logging-action: [ { name: far, target: remote, "
	"remote: 192.0.2.9 } ] }\n"
	"user: [ { name: x, password: "
	"'$y$j9T$W1jMSfslrSBXJy/tsI1Op1$sE/mwwPRB4utRnGM8NZvnqLwyEpMG1nad5M3Kk.ijg9' } ]\n"
	"ppp: { profile: [ { name: q, remote-address: a } ], secret: [ { name: "
	"u, password: s, profile: q } ] }\n";

static const char client_base[] =
	"interface: { pppoe-client: [ { name: o, interface: e, user: u, password: s } ] }\n"
	"ipv6: { dhcp-client: [ { interface: o, request: prefix } ] }\n";

static void commit(struct tp_config *config, struct tp_config_change *change)
{
	const struct tp_config_item *item = tp_config_commit(config, change);
	struct tp_error error;

	if (item == NULL || tp_config_by_key(config, item->resource->id, item->key) != item)
		abort();
	json_decref(tp_config_item_to_json(item, TP_PROPLIST_ALL));
	if (tp_config_prepare_remove(config, item, &change, &error) == 0)
		tp_config_commit(config, change);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tp_errors errors;
	struct tp_config_change *change;
	struct tp_error error = {0};

	if (size < 2)
		return 0;
	enum tp_resource_id resource = data[0] % TP_RESOURCES;
	json_t *body = json_loadb((const char *)data + 2, size - 2, JSON_DECODE_ANY, NULL);
	if (body == NULL)
		return 0;
	bool server = tp_program_has(TP_PROGRAM_SERVER, resource);
	const char *text = server ? base : client_base;
	struct tp_config *config =
		tp_config_load_text(server ? TP_PROGRAM_SERVER : TP_PROGRAM_CLIENT, "base", text,
				    strlen(text), &errors);
	if (config == NULL)
		abort();
	const struct tp_config_item *item = tp_config_first(config, resource);
	if (item == NULL)
		abort(); /* the configuration above has one of each */
	int err = (data[1] & 1) != 0
			  ? tp_config_prepare_add(config, resource, body, &change, &error)
			  : tp_config_prepare_set(config, item, body, &change, &error);
	if (err != 0 && (error.message[0] == '\0' || error.code != err))
		abort();
	if (err == 0 && (data[1] & 2) != 0)
		commit(config, change);
	else if (err == 0)
		tp_config_abort(change);
	tp_config_destroy(config);
	json_decref(body);
	return 0;
}
