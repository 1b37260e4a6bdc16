/* SPDX-License-Identifier: BSD-3-Clause */
/* The daemon's menus, in the schema and in docs/api.md and docs/routeros.md. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "api/routeros_menus.h"
#include "control/api.h"
#include "document.h"

static void test_the_documents_are_what_the_records_say(void **state)
{
	expect_in_document("api.md", tp_menus_to_markdown, &tp_control_menus);
	expect_in_document("routeros.md", tp_routeros_to_markdown, &tp_control_menus);
}

static json_t *menu_of(json_t *schema, const char *path)
{
	json_t *menu;
	size_t i;

	json_array_foreach (schema, i, menu)
		if (strcmp(json_string_value(json_object_get(menu, "path")), path) == 0)
			return menu;
	fail_msg("%s is not in the schema", path);
	return NULL;
}

static bool has(const json_t *array, const char *wanted)
{
	json_t *each;
	size_t i;

	json_array_foreach (array, i, each) {
		const json_t *name = json_is_object(each) ? json_object_get(each, "name") : each;

		if (strcmp(json_string_value(name), wanted) == 0)
			return true;
	}
	return false;
}

static void test_the_schema_has_what_runs_what_is_told_and_what_can_be_done(void **state)
{
	json_t *schema = tp_menus_to_json(&tp_control_menus);
	json_t *active = menu_of(schema, "/ppp/active"), *pool = menu_of(schema, "/ip/pool");
	json_t *entries = menu_of(schema, "/interface/pppoe-server");
	json_t *system = menu_of(schema, "/system");

	assert_true(has(json_object_get(active, "status"), "actual-rate-up"));
	assert_false(has(json_object_get(active, "status"), ".id"));
	assert_true(has(json_object_get(active, "verbs"), "remove"));
	assert_false(has(json_object_get(active, "verbs"), "set"));
	assert_true(has(json_object_get(active, "verbs"), "monitor"));
	assert_true(has(json_object_get(entries, "verbs"), "monitor"));
	assert_false(has(json_object_get(menu_of(schema, "/dataplane/counter"), "verbs"),
			 "monitor")); /* none has a name of its own */
	assert_int_equal(json_array_size(json_object_get(active, "properties")), 0);
	assert_false(has(json_object_get(menu_of(schema, "/ip/pool/used"), "verbs"), "remove"));
	assert_true(has(json_object_get(pool, "status"), "used"));
	assert_false(has(json_object_get(pool, "verbs"), "enable"));
	assert_true(has(json_object_get(menu_of(schema, "/ppp/secret"), "verbs"), "enable"));
	assert_true(has(json_object_get(entries, "properties"), "user"));
	assert_true(has(json_object_get(entries, "status"), "running"));
	assert_true(has(json_object_get(entries, "verbs"), "add"));
	assert_true(has(json_object_get(system, "verbs"), "save"));
	assert_false(has(json_object_get(system, "verbs"), "print"));
	json_decref(schema);
}

/* ---- docs/routeros.md, read as a person reads it ---- */

static bool lists(const json_t *menu, const char *name)
{
	return has(json_object_get(menu, "properties"), name) ||
	       has(json_object_get(menu, "status"), name);
}

/* The rows of PATH's table: {"name":"the same"}. NULL: the page has no such table. */
static json_t *rows_of(const char *page, const char *path)
{
	char heading[128], name[64], what[32];
	json_t *rows = json_object();

	snprintf(heading, sizeof(heading), "\n### %s\n", path);
	const char *at = strstr(page, heading);
	if (at == NULL) {
		json_decref(rows);
		return NULL;
	}
	const char *end = strstr(at + 1, "\n#");
	if (end == NULL)
		end = at + strlen(at);
	while ((at = strstr(at + 1, "\n| `")) != NULL && at < end) {
		assert_int_equal(sscanf(at, "\n| `%63[^`]` | %31[^|]|", name, what), 2);
		if (json_object_get(rows, name) != NULL)
			fail_msg("%s: %s stands there twice", path, name);
		json_object_set_new(rows, name, json_string(what));
	}
	return rows;
}

static void test_the_page_of_routeros_has_each_property_of_its_menus_and_no_other(void **state)
{
	static const char *const paths[] = {
		"/interface",
		"/interface/vlan",
		"/interface/pppoe-server/server",
		"/interface/pppoe-server",
		"/ppp/secret",
		"/ppp/profile",
		"/ppp/active",
		"/ppp/aaa",
		"/ip/pool",
		"/ip/pool/used",
		"/ipv6/pool",
		"/ipv6/pool/used",
		"/radius",
		"/radius/incoming",
		"/user",
		"/user/aaa",
		"/user/group",
		"/user/active",
		"/queue/simple",
	};
	json_t *schema = tp_menus_to_json(&tp_control_menus), *each, *verdict;
	char *page = read_document("routeros.md");
	size_t k;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		json_t *menu = menu_of(schema, paths[i]), *rows = rows_of(page, paths[i]);
		const char *name;

		assert_non_null(rows);
		json_object_foreach (rows, name, verdict)
			if (lists(menu, name) ==
			    (strcmp(json_string_value(verdict), "not here ") == 0))
				fail_msg("%s %s: %s", paths[i], name, json_string_value(verdict));
		json_array_foreach (json_object_get(menu, "properties"), k, each) {
			name = json_string_value(json_object_get(each, "name"));
			verdict = json_object_get(rows, name);
			if (verdict == NULL ||
			    json_is_true(json_object_get(each, "neutral")) !=
				    (strcmp(json_string_value(verdict), "neutral only ") == 0))
				fail_msg("%s %s is not on the page as it is", paths[i], name);
		}
		json_array_foreach (json_object_get(menu, "status"), k, each)
			if (json_object_get(
				    rows, json_string_value(json_object_get(each, "name"))) == NULL)
				fail_msg("%s misses what is told of it", paths[i]);
		json_decref(rows);
	}
	json_decref(schema);
	free(page);
}

/* What RouterOS 7 has in these menus, by the CLI reference of its manual (manual.mikrotik.com/docs/
 * cli-reference, as of October 2026: arguments, what is told, flags, and what `monitor` answers);
 * and by the lists of Ansible's community.routeros and of the Terraform provider, which have no
 * other. */
/* clang-format off */
static const struct {
	const char *path, *names;
} manual[] = {
	{"/interface",
	 "name mtu l2mtu default-name type actual-mtu max-l2mtu vrf mac-address "
	 "last-link-down-time last-link-up-time link-downs rx-byte tx-byte rx-packet tx-packet rx-drop tx-drop tx-queue-drop rx-error tx-error fp-rx-byte fp-tx-byte fp-rx-packet fp-tx-packet fp-rps-drop dynamic "
	 "disabled inactive running slave passthrough comment"},
	{"/interface/vlan",
	 "name mtu forced-mac-address vlan-id interface use-service-tag mvrp "
	 "l3-hw-offloading arp arp-timeout arp-accept loop-protect loop-protect-send-interval loop-protect-disable-time l2mtu mac-address loop-protect-status disabled running hw-offloaded comment"},
	{"/interface/pppoe-server",
	 "name user service mtu mru remote-address encoding uptime interface vid "
	 "disabled dynamic running comment status caller-id local-address local-ipv6-address remote-ipv6-address"},
	{"/interface/pppoe-server/server",
	 "service-name interface max-mtu max-mru mrru authentication keepalive-timeout one-session-per-host max-sessions pado-delay default-profile "
	 "accept-empty-service pppoe-over-vlan-range accept-untagged disabled "
	 "invalid comment"},
	{"/interface/pppoe-client",
	 "name max-mtu max-mru mrru interface user password profile keepalive-timeout service-name ac-name add-default-route default-route-distance "
	 "dial-on-demand use-peer-dns allow host-uniq disabled invalid running "
	 "comment status uptime active-links encoding ac-mac mtu mru local-address remote-address local-ipv6-address remote-ipv6-address"},
	{"/ppp/aaa",
	 "use-radius accounting use-circuit-id-in-nas-port-id interim-update "
	 "enable-ipv6-accounting"},
	{"/ppp/active",
	 "name service caller-id address uptime encoding session-id limit-bytes-in limit-bytes-out radius"},
	{"/ppp/l2tp-secret",
	 "address secret comment"},
	{"/ppp/profile",
	 "name local-address remote-address remote-ipv6-prefix-pool remote-ipv6-prefix-reuse dhcpv6-pd-pool dhcpv6-use-radius dhcpv6-lease-time "
	 "bridge bridge-port-priority bridge-path-cost bridge-horizon bridge-learning bridge-port-vid bridge-port-trusted session-timeout idle-timeout use-ipv6 use-mpls use-compression use-encryption only-one "
	 "change-tcp-mss use-upnp rate-limit insert-queue-before parent-queue "
	 "queue-type incoming-filter outgoing-filter address-list interface-list "
	 "dns-server wins-server on-up on-down default comment"},
	{"/ppp/secret",
	 "name service caller-id password profile local-address remote-address "
	 "routes ipv6-routes remote-ipv6-prefix limit-bytes-in limit-bytes-out "
	 "disabled comment last-logged-out last-caller-id last-disconnect-reason"},
	{"/ip/pool",
	 "name ranges next-pool comment total used available"},
	{"/ip/pool/used",
	 "pool address owner info"},
	{"/ipv6/pool",
	 "name prefix from-pool prefix-length actual-prefix valid-lifetime "
	 "preferred-lifetime dynamic inactive comment"},
	{"/ipv6/pool/used",
	 "pool prefix owner info"},
	{"/radius",
	 "service called-id domain address secret authentication-port "
	 "accounting-port timeout radsec-timeout accounting-backup realm src-address protocol certificate require-message-auth disabled comment "
	 "status pending requests accepts rejects resends timeouts bad-replies "
	 "last-request-rtt"},
	{"/radius/incoming",
	 "accept port vrf requests bad-requests acks naks"},
	{"/queue/simple",
	 "name target dst parent packet-marks priority queue limit-at max-limit "
	 "burst-limit burst-threshold burst-time bucket-size total-priority "
	 "total-queue total-limit-at total-max-limit total-burst-limit total-burst-threshold total-burst-time total-bucket-size time disabled "
	 "invalid dynamic comment bytes total-bytes packets total-packets "
	 "dropped total-dropped rate total-rate packet-rate total-packet-rate "
	 "queued-packets total-queued-packets queued-bytes total-queued-bytes "
	 "pcq-queues total-pcq-queues lends borrows total-lends total-borrows"},
	{"/queue/tree",
	 "name parent packet-mark limit-at queue priority max-limit burst-limit "
	 "burst-threshold burst-time bucket-size disabled invalid dynamic "
	 "comment bytes packets dropped rate packet-rate queued-packets queued-bytes pcq-queues"},
	{"/queue/type",
	 "name kind default bfifo-limit pfifo-limit red-limit red-min-threshold "
	 "red-max-threshold red-burst red-avg-packet sfq-perturb sfq-allot pcq-rate pcq-limit pcq-classifier pcq-total-limit pcq-burst-rate pcq-burst-threshold pcq-burst-time pcq-src-address-mask pcq-dst-address-mask pcq-src-address6-mask pcq-dst-address6-mask mq-pfifo-limit codel-limit codel-interval codel-target codel-ecn codel-ce-threshold fq-codel-limit fq-codel-interval fq-codel-target fq-codel-ecn fq-codel-ce-threshold fq-codel-flows fq-codel-memlimit fq-codel-quantum cake-bandwidth cake-autorate-ingress cake-overhead cake-mpu cake-atm cake-overhead-scheme cake-rtt cake-rtt-scheme cake-diffserv cake-flowmode "
	 "cake-nat cake-wash cake-ack-filter cake-memlimit"},
	{"/queue/interface",
	 "queue interface default-queue active-queue"},
	{"/user",
	 "name group password inactivity-timeout inactivity-policy address last-logged-in expired disabled comment"},
	{"/user/aaa",
	 "use-radius accounting interim-update default-group exclude-groups"},
	{"/user/active",
	 "when name address by-romon via group radius"},
	{"/user/group",
	 "name policy skin comment"},
	{"/user/settings",
	 "minimum-password-length minimum-categories"},
	{"/user/ssh-keys",
	 "user key key-type bits info fingerprint"},
	{"/user/ssh-keys/private",
	 "user key-type bits info"},
};
/* clang-format on */

static void test_the_page_of_routeros_has_whatever_its_manual_has(void **state)
{
	char *page = read_document("routeros.md"), name[64];
	int len;

	for (size_t i = 0; i < sizeof(manual) / sizeof(manual[0]); i++) {
		json_t *rows = rows_of(page, manual[i].path);

		if (rows == NULL)
			fail_msg("%s is not on the page", manual[i].path);
		for (const char *at = manual[i].names; sscanf(at, " %63s%n", name, &len) == 1;
		     at += len) {
			const char *verdict = json_string_value(json_object_get(rows, name));

			if (verdict == NULL || strncmp(verdict, "Turnpike's own", 14) == 0)
				fail_msg("%s %s: %s", manual[i].path, name,
					 verdict != NULL ? verdict : "is not on the page");
		}
		json_decref(rows);
	}
	free(page);
}

static void test_whatever_of_routeros_is_not_here_has_a_reason(void **state)
{
	json_t *schema = tp_menus_to_json(&tp_control_menus), *each;
	size_t i;

	for (const struct tp_routeros_menu *m = tp_routeros_menus; m->path != NULL; m++) {
		json_t *menu = NULL;

		if (m->program != TP_PROGRAM_SERVER)
			continue;
		json_array_foreach (schema, i, each)
			if (strcmp(json_string_value(json_object_get(each, "path")), m->path) == 0)
				menu = each;
		for (const struct tp_routeros_property *p = m->properties; p->name != NULL; p++)
			if (!lists(menu, p->name) && p->missing == NULL && m->missing == NULL)
				fail_msg("%s %s: why is it not here?", m->path, p->name);
	}
	json_decref(schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_documents_are_what_the_records_say),
		cmocka_unit_test(test_the_schema_has_what_runs_what_is_told_and_what_can_be_done),
		cmocka_unit_test(
			test_the_page_of_routeros_has_each_property_of_its_menus_and_no_other),
		cmocka_unit_test(test_the_page_of_routeros_has_whatever_its_manual_has),
		cmocka_unit_test(test_whatever_of_routeros_is_not_here_has_a_reason),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
