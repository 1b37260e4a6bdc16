/* SPDX-License-Identifier: BSD-3-Clause */
/* RouterOS's properties, of version 7 (the CLI reference of its manual, and the lists that programs
 * for it have), by menu. What is the same is a name alone; whether it is here, and whether it is
 * neutral, the schema says. */
#include "api/routeros_menus.h"

#define SAME(name)                                                                                 \
	{                                                                                          \
		name, NULL, NULL                                                                   \
	}
#define OTHER(n, why)                                                                              \
	{                                                                                          \
		n, why, NULL                                                                       \
	}
#define GONE(n, why)                                                                               \
	{                                                                                          \
		n, NULL, why                                                                       \
	}
#define END                                                                                        \
	{                                                                                          \
		NULL, NULL, NULL                                                                   \
	}

#define PASSWORD "Goes in and never comes out, whoever asks"
#define RATES                                                                                      \
	"What a subscriber may send and get is `rate-limit` of the secret, the profile or "        \
	"RADIUS; "                                                                                 \
	"queues are not configured"

/* clang-format off */
static const struct tp_routeros_property server[] = {
	SAME("service-name"), SAME("interface"), SAME("authentication"), SAME("default-profile"),
	SAME("keepalive-timeout"),
	SAME("max-mru"), SAME("max-mtu"),
	SAME("mrru"), SAME("max-sessions"), SAME("one-session-per-host"), SAME("accept-empty-service"),
	OTHER("pado-delay", "By load as well: `0ms,100ms:300,never:1000`"),
	SAME("pppoe-over-vlan-range"), SAME("accept-untagged"), SAME("disabled"), SAME("comment"), SAME("invalid"),
	END,
};

static const struct tp_routeros_property interfaces[] = {
	SAME("name"), SAME("user"), SAME("service"), SAME("disabled"), SAME("comment"), SAME("running"),
	SAME("dynamic"), SAME("uptime"), SAME("remote-address"), SAME("mtu"), SAME("mru"), SAME("encoding"),
	SAME("interface"), SAME("vid"), SAME("caller-id"), SAME("local-address"),
	GONE("status", "`running` says it"),
	GONE("local-ipv6-address", "`/ppp/active` has it"), GONE("remote-ipv6-address", "`/ppp/active` has it"),
	END,
};

static const struct tp_routeros_property client[] = {
	SAME("name"), SAME("interface"), SAME("user"), OTHER("password", PASSWORD),
	OTHER("profile", "Of a profile `change-tcp-mss`, `idle-timeout`, `session-timeout`, `use-encryption` and `stateful-encryption` count"),
	SAME("service-name"), SAME("ac-name"), SAME("add-default-route"),
	OTHER("default-route-distance", "The route's metric in Linux"),
	SAME("use-peer-dns"), SAME("dial-on-demand"), SAME("allow"), SAME("keepalive-timeout"),
	OTHER("max-mru", "Up to 2022 is asked for"), OTHER("max-mtu", "Up to 2022 is sent"),
	SAME("mrru"), SAME("host-uniq"), SAME("disabled"), SAME("comment"), SAME("running"), SAME("invalid"), SAME("status"), SAME("uptime"),
	SAME("active-links"), SAME("encoding"), SAME("ac-mac"), SAME("mtu"), SAME("mru"),
	SAME("local-address"), SAME("remote-address"), SAME("local-ipv6-address"), SAME("remote-ipv6-address"),
	END,
};

static const struct tp_routeros_property secret[] = {
	SAME("name"), OTHER("password", PASSWORD),
	OTHER("service", "`any` and `pppoe` alone: there are no other services"),
	SAME("profile"),
	OTHER("caller-id", "A MAC address, or the circuit-id or remote-id of the line"),
	SAME("local-address"), SAME("remote-address"), SAME("routes"),
	OTHER("remote-ipv6-prefix", "Of 64 bits, or of 128: an address by DHCPv6"),
	SAME("ipv6-routes"), SAME("limit-bytes-in"), SAME("limit-bytes-out"), SAME("disabled"), SAME("comment"),
	SAME("last-logged-out"), SAME("last-caller-id"), SAME("last-disconnect-reason"),
	END,
};

static const struct tp_routeros_property profile[] = {
	SAME("name"), SAME("local-address"), SAME("remote-address"),
	OTHER("dns-server", "IPv6 addresses as well"),
	SAME("wins-server"), SAME("session-timeout"), SAME("idle-timeout"), SAME("only-one"),
	OTHER("change-tcp-mss", "Of IPv6 as well"), SAME("rate-limit"),
	OTHER("address-list", "One list: a comma is a part of its name"),
	SAME("use-encryption"),
	OTHER("use-ipv6", "The default is `default`: yes, if no other profile says no"),
	SAME("remote-ipv6-prefix-pool"), SAME("remote-ipv6-prefix-reuse"), SAME("dhcpv6-pd-pool"), SAME("dhcpv6-lease-time"),
	SAME("dhcpv6-use-radius"), SAME("comment"), SAME("default"),
	SAME("bridge"), SAME("bridge-horizon"), SAME("bridge-learning"), SAME("bridge-path-cost"),
	SAME("bridge-port-priority"), SAME("bridge-port-trusted"), SAME("bridge-port-vid"),
	SAME("use-mpls"), SAME("use-compression"), SAME("use-vj-compression"), SAME("use-upnp"),
	SAME("interface-list"), SAME("incoming-filter"), SAME("outgoing-filter"), SAME("parent-queue"),
	SAME("queue-type"), SAME("insert-queue-before"), SAME("on-up"), SAME("on-down"),
	END,
};

static const struct tp_routeros_property active[] = {
	SAME("name"), OTHER("service", "Always `pppoe`"), SAME("caller-id"), SAME("address"), SAME("uptime"),
	SAME("encoding"), OTHER("session-id", "PPPoE's, as on the wire"), SAME("limit-bytes-in"),
	SAME("limit-bytes-out"), SAME("radius"), GONE("comment", "The secret has it"),
	END,
};

static const struct tp_routeros_property aaa[] = {
	SAME("use-radius"), SAME("accounting"), SAME("interim-update"),
	SAME("use-circuit-id-in-nas-port-id"), SAME("enable-ipv6-accounting"),
	END,
};

static const struct tp_routeros_property l2tp_secret[] = {
	SAME("address"), SAME("secret"), SAME("comment"),
	END,
};

static const struct tp_routeros_property pool[] = {
	SAME("name"), OTHER("ranges", "Blocks as well: `10.0.0.0/24`"), SAME("next-pool"), SAME("comment"),
	SAME("total"), SAME("used"), SAME("available"),
	END,
};

static const struct tp_routeros_property pool_used[] = {
	SAME("pool"), SAME("address"), SAME("owner"), SAME("info"),
	END,
};

static const struct tp_routeros_property pool6[] = {
	SAME("name"), SAME("prefix"), OTHER("prefix-length", "128 as well: single addresses by DHCPv6"),
	SAME("from-pool"), SAME("comment"),
	GONE("dynamic", "A pool is configured: none comes by DHCPv6"),
	GONE("expires-after", "A pool is configured: none comes by DHCPv6"),
	GONE("inactive", "A pool is configured: its prefix is always there"),
	GONE("actual-prefix", "A pool is configured: it is `prefix`"),
	GONE("valid-lifetime", "A pool is configured: none comes by DHCPv6"),
	GONE("preferred-lifetime", "A pool is configured: none comes by DHCPv6"),
	END,
};

static const struct tp_routeros_property pool6_used[] = {
	SAME("pool"), SAME("prefix"), SAME("owner"), SAME("info"),
	END,
};

static const struct tp_routeros_property radius[] = {
	OTHER("service", "`ppp` and `login` alone: there are no other services"),
	SAME("address"), OTHER("secret", PASSWORD), SAME("authentication-port"), SAME("accounting-port"),
	SAME("timeout"), SAME("radsec-timeout"), SAME("accounting-backup"), SAME("src-address"),
	OTHER("domain", "The server is asked about users of this domain alone"), SAME("realm"),
	OTHER("called-id", "The server is asked about clients of the PPPoE service of this name alone"),
	SAME("protocol"), OTHER("certificate", "The path of a PEM file on the server"),
	SAME("require-message-auth"), SAME("disabled"), SAME("comment"), SAME("pending"), SAME("requests"),
	SAME("accepts"), SAME("rejects"), SAME("resends"), SAME("timeouts"), SAME("bad-replies"),
	SAME("last-request-rtt"),
	GONE("status", "`dead` says whether it answers, the log and the metrics more"),
	END,
};

static const struct tp_routeros_property incoming[] = {
	SAME("accept"), SAME("port"), SAME("vrf"), SAME("requests"), SAME("bad-requests"), SAME("acks"),
	SAME("naks"),
	END,
};

static const struct tp_routeros_property queue_simple[] = {
	SAME("name"), SAME("target"), SAME("dst"), SAME("max-limit"), SAME("limit-at"), SAME("burst-limit"),
	SAME("burst-threshold"), SAME("burst-time"), SAME("bucket-size"), SAME("priority"), SAME("queue"),
	SAME("parent"), SAME("packet-marks"), SAME("time"), SAME("disabled"), SAME("comment"), SAME("dynamic"),
	SAME("invalid"), SAME("rate"), SAME("packet-rate"), SAME("bytes"), SAME("packets"), SAME("dropped"),
	SAME("queued-bytes"), SAME("queued-packets"), SAME("total-max-limit"), SAME("total-limit-at"),
	SAME("total-burst-limit"), SAME("total-burst-threshold"), SAME("total-burst-time"),
	SAME("total-bucket-size"), SAME("total-priority"), SAME("total-queue"), SAME("total-rate"),
	SAME("total-packet-rate"), SAME("total-bytes"), SAME("total-packets"), SAME("total-dropped"),
	SAME("total-queued-bytes"), SAME("total-queued-packets"),
	SAME("pcq-queues"), SAME("total-pcq-queues"), SAME("lends"), SAME("borrows"), SAME("total-lends"), SAME("total-borrows"),
	END,
};

static const struct tp_routeros_property queue_tree[] = {
	SAME("name"), SAME("parent"), SAME("packet-mark"), SAME("limit-at"), SAME("max-limit"), SAME("burst-limit"),
	SAME("burst-threshold"), SAME("burst-time"), SAME("bucket-size"), SAME("priority"), SAME("queue"),
	SAME("disabled"), SAME("comment"),
	SAME("dynamic"), SAME("invalid"), SAME("rate"), SAME("packet-rate"), SAME("bytes"), SAME("packets"), SAME("dropped"),
	SAME("queued-bytes"), SAME("queued-packets"), SAME("pcq-queues"),
	END,
};

static const struct tp_routeros_property queue_type[] = {
	SAME("name"), SAME("kind"),
	SAME("default"), SAME("bfifo-limit"), SAME("pfifo-limit"), SAME("red-limit"),
	SAME("red-min-threshold"), SAME("red-max-threshold"), SAME("red-burst"), SAME("red-avg-packet"),
	SAME("sfq-perturb"), SAME("sfq-allot"), SAME("pcq-rate"), SAME("pcq-limit"), SAME("pcq-classifier"),
	SAME("pcq-total-limit"), SAME("pcq-burst-rate"), SAME("pcq-burst-threshold"), SAME("pcq-burst-time"),
	SAME("pcq-src-address-mask"), SAME("pcq-dst-address-mask"), SAME("pcq-src-address6-mask"),
	SAME("pcq-dst-address6-mask"), SAME("mq-pfifo-limit"), SAME("codel-limit"), SAME("codel-interval"),
	SAME("codel-target"), SAME("codel-ecn"), SAME("codel-ce-threshold"), SAME("fq-codel-limit"),
	SAME("fq-codel-interval"), SAME("fq-codel-target"), SAME("fq-codel-ecn"),
	SAME("fq-codel-ce-threshold"), SAME("fq-codel-flows"), SAME("fq-codel-memlimit"),
	SAME("fq-codel-quantum"), SAME("cake-bandwidth"), SAME("cake-autorate-ingress"), SAME("cake-overhead"),
	SAME("cake-mpu"), SAME("cake-atm"), SAME("cake-overhead-scheme"), SAME("cake-rtt"),
	SAME("cake-rtt-scheme"), SAME("cake-diffserv"), SAME("cake-flowmode"), SAME("cake-nat"),
	SAME("cake-wash"), SAME("cake-ack-filter"), SAME("cake-memlimit"),
	END,
};

static const struct tp_routeros_property queue_interface[] = {
	SAME("interface"), SAME("queue"), SAME("active-queue"), SAME("default-queue"),
	END,
};

static const struct tp_routeros_property user[] = {
	SAME("name"), OTHER("password", PASSWORD "; each user has one, kept as a hash"),
	SAME("group"), SAME("address"), SAME("disabled"),
	SAME("comment"), SAME("inactivity-policy"), SAME("inactivity-timeout"),
	GONE("last-logged-in", "Logins are in the log, and counted in the metrics"),
	GONE("expired", "Passwords do not expire"),
	END,
};

static const struct tp_routeros_property user_active[] = {
	SAME("name"), SAME("address"), SAME("via"), SAME("when"), SAME("group"), SAME("radius"),
	GONE("by-romon", "There is no RoMON"),
	END,
};

static const struct tp_routeros_property user_aaa[] = {
	SAME("use-radius"),
	SAME("default-group"), SAME("accounting"), SAME("interim-update"),
	SAME("exclude-groups"),
	END,
};

static const struct tp_routeros_property user_group[] = {
	SAME("name"), OTHER("policy", "`read`, `write`, `policy` and `sniff`, those that are given; the others of RouterOS's are of what is not here. `read` and `write` have no `sniff` by themselves"),
	GONE("skin", "The page has one"), SAME("comment"),
	END,
};

static const struct tp_routeros_property user_keys[] = {
	SAME("user"), SAME("key-owner"), SAME("bits"),
	SAME("key"), SAME("key-type"), SAME("info"), SAME("fingerprint"),
	END,
};

static const struct tp_routeros_property private_keys[] = {
	SAME("user"), SAME("key-type"), SAME("bits"), SAME("info"),
	END,
};

static const struct tp_routeros_property user_settings[] = {
	SAME("minimum-password-length"), SAME("minimum-categories"),
	END,
};

static const struct tp_routeros_property iface[] = {
	SAME("name"), SAME("default-name"),
	OTHER("type", "`ether`, `vlan` and `pppoe-in` alone: there are no others"),
	OTHER("mtu", "Told, and set in `/dataplane/port`"), SAME("actual-mtu"),
	GONE("l2mtu", "A port's frames are as large as its `mtu` says, and its tags"),
	GONE("max-l2mtu", "A port's frames are as large as its `mtu` says, and its tags"),
	SAME("mac-address"), SAME("last-link-down-time"), SAME("last-link-up-time"), SAME("link-downs"),
	SAME("running"), SAME("disabled"), SAME("dynamic"), SAME("comment"),
	OTHER("rx-byte", "Of a VLAN those of its sessions' frames, summed every four seconds"),
	OTHER("tx-byte", "As rx-byte"), OTHER("rx-packet", "As rx-byte"), OTHER("tx-packet", "As rx-byte"),
	SAME("rx-drop"), OTHER("tx-drop", "Of sessions alone"),
	SAME("rx-error"), SAME("tx-error"),
	GONE("tx-queue-drop", "What a rate limit drops is in a session's tx-drop"),
	GONE("fp-rx-byte", "There is one path, which is a fast one"), GONE("fp-tx-byte", "There is one path"),
	GONE("fp-rx-packet", "There is one path"), GONE("fp-tx-packet", "There is one path"),
	GONE("fp-rps-drop", "There is one path"),
	GONE("slave", "There are neither bridges nor bonds"), GONE("passthrough", "There is no LTE"),
	GONE("inactive", "`running` says it"), GONE("power-limited", "There is no PoE"),
	GONE("vrf", "There is one table"),
	END,
};

static const struct tp_routeros_property vlan[] = {
	SAME("name"), SAME("interface"), OTHER("vlan-id", "Several as well: `100-199,300`"),
	SAME("use-service-tag"), SAME("disabled"), SAME("comment"), SAME("mtu"), SAME("arp"), SAME("arp-timeout"),
	SAME("arp-accept"), SAME("forced-mac-address"), SAME("l3-hw-offloading"),
	SAME("loop-protect"), SAME("loop-protect-disable-time"), SAME("loop-protect-send-interval"), SAME("mvrp"),
	SAME("running"), SAME("mac-address"),
	GONE("l2mtu", "A port's frames are as large as its `mtu` says, and its tags"),
	GONE("loop-protect-status", "Loops are not looked for"), GONE("hw-offloaded", "There is no switch below"),
	END,
};

const struct tp_routeros_menu tp_routeros_menus[] = {
	{"/interface", TP_PROGRAM_SERVER, NULL, iface},
	{"/interface/vlan", TP_PROGRAM_SERVER, NULL, vlan},
	{"/interface/pppoe-server/server", TP_PROGRAM_SERVER, NULL, server},
	{"/interface/pppoe-server", TP_PROGRAM_SERVER, NULL, interfaces},
	{"/interface/pppoe-client", TP_PROGRAM_CLIENT, NULL, client},
	{"/ppp/secret", TP_PROGRAM_SERVER, NULL, secret},
	{"/ppp/profile", TP_PROGRAM_SERVER, NULL, profile},
	{"/ppp/active", TP_PROGRAM_SERVER, NULL, active},
	{"/ppp/aaa", TP_PROGRAM_SERVER, NULL, aaa},
	{"/ppp/l2tp-secret", TP_PROGRAM_SERVER, "There is no L2TP", l2tp_secret},
	{"/ip/pool", TP_PROGRAM_SERVER, NULL, pool},
	{"/ip/pool/used", TP_PROGRAM_SERVER, NULL, pool_used},
	{"/ipv6/pool", TP_PROGRAM_SERVER, NULL, pool6},
	{"/ipv6/pool/used", TP_PROGRAM_SERVER, NULL, pool6_used},
	{"/radius", TP_PROGRAM_SERVER, NULL, radius},
	{"/radius/incoming", TP_PROGRAM_SERVER, NULL, incoming},
	{"/queue/simple", TP_PROGRAM_SERVER, "There is one for each session that has a rate limit, and no other: a limit is `rate-limit` of the profile, or RADIUS's", queue_simple},
	{"/queue/tree", TP_PROGRAM_SERVER, RATES, queue_tree},
	{"/queue/type", TP_PROGRAM_SERVER, "A session has one queue, of one kind", queue_type},
	{"/queue/interface", TP_PROGRAM_SERVER, "A port has the queues of its driver", queue_interface},
	{"/user", TP_PROGRAM_SERVER, NULL, user},
	{"/user/active", TP_PROGRAM_SERVER, NULL, user_active},
	{"/user/aaa", TP_PROGRAM_SERVER, NULL, user_aaa},
	{"/user/group", TP_PROGRAM_SERVER, NULL, user_group},
	{"/user/ssh-keys", TP_PROGRAM_SERVER, "There is no SSH here: the machine has its own", user_keys},
	{"/user/ssh-keys/private", TP_PROGRAM_SERVER, "There is no SSH here: the machine has its own", private_keys},
	{"/user/settings", TP_PROGRAM_SERVER, "What a password is made of is left to who gives it", user_settings},
	{NULL, TP_PROGRAM_SERVER, NULL, NULL},
};
/* clang-format on */
