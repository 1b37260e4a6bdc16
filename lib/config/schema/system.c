/* SPDX-License-Identifier: BSD-3-Clause */
/* The schema of the box itself: identity, management, CPUs, ports.
 * The properties stand in the order of their enum in system.h. */
#include "config/schema/tables.h"

#define PORT_NAME_MAX	    15 /* a core port's TAP has its name: Linux's IFNAMSIZ - 1 */
#define PORT_MTU_MAX	    9216
#define PADI_LIMIT_MAX	    10000000
#define HALF_OPEN_LIMIT_MAX 1048576 /* the largest session table */
#define HOST_LIMIT_MAX	    10000000
#define SOCKET_PATH_MAX	    107 /* unix(7): sun_path has 108 bytes */
#define DIRECTORY_MAX	    255
#define LCORE_MAX	    127 /* DPDK's RTE_MAX_LCORE is 128 */
#define MEMORY_MAX	    1048576

static const char *const level_words[] = {"error", "warning", "info", "debug", NULL};
static const char *const on_stop_words[] = {"keep", "disconnect", NULL};
static const char *const idle_words[] = {"sleep", "poll", NULL};
static const char *const huge_words[] = {"auto", "yes", "no", NULL};

/* clang-format off */
const struct tp_property tp_identity_properties[] = {
	[TP_IDENTITY_NAME] = {.name = "name",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_identity, name),
	 .default_text = "Turnpike",
	 .min = 1,
	 .max = NAME_MAX_LEN,
	 .flags = TP_RUNTIME,
	 .help = "The name of the access concentrator: AC-Name in every PADO"},
};

const struct tp_property tp_management_properties[] = {
	[TP_MANAGEMENT_SOCKET] = {.name = "socket",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_management, socket),
	 .default_text = "/run/turnpike/api.sock",
	 .client_default = "/run/turnpike-client/api.sock",
	 .min = 1,
	 .max = SOCKET_PATH_MAX,
	 .help = "The Unix socket of the JSON API; turnpike-client's is /run/turnpike-client/api.sock"},
	[TP_MANAGEMENT_LOG_LEVEL] = {.name = "log-level",
	 .type = &tp_type_enum,
	 .offset = offsetof(struct tp_config_management, log_level),
	 .default_text = "info",
	 .words = level_words,
	 .flags = TP_RUNTIME,
	 .help = "What is less important than this is not logged"},
	[TP_MANAGEMENT_SAVE] = {.name = "save",
	 .type = &tp_type_bool,
	 .offset = offsetof(struct tp_config_management, save),
	 .default_text = "yes",
	 .flags = TP_RUNTIME,
	 .help = "What is changed through the API goes to the configuration file; no: it lasts until "
		 "the daemon ends or reads the file anew"},
	[TP_MANAGEMENT_JOURNAL] = {.name = "journal",
	 .type = &tp_type_bool,
	 .offset = offsetof(struct tp_config_management, journal),
	 .default_text = "yes",
	 .flags = TP_SERVER_ALONE,
	 .help = "Sessions outlive the daemon, by a journal on disk: after a restart, a crash or "
		 "an upgrade they go on. Of turnpike alone"},
	[TP_MANAGEMENT_JOURNAL_DIRECTORY] = {.name = "journal-directory",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_management, journal_directory),
	 .default_text = "/var/lib/turnpike",
	 .min = 1,
	 .max = DIRECTORY_MAX,
	 .flags = TP_SERVER_ALONE,
	 .help = "Where the journal is; each daemon of a machine needs one of its own. Of turnpike "
		 "alone"},
	[TP_MANAGEMENT_JOURNAL_LIFETIME] = {.name = "journal-lifetime",
	 .type = &tp_type_time,
	 .offset = offsetof(struct tp_config_management, journal_lifetime),
	 .default_text = "5m",
	 .flags = TP_RUNTIME | TP_SERVER_ALONE,
	 .help = "How long the daemon may be away: sessions of a journal that was written longer "
		 "ago are over. Of turnpike alone"},
	[TP_MANAGEMENT_ON_STOP] = {.name = "on-stop",
	 .type = &tp_type_enum,
	 .offset = offsetof(struct tp_config_management, on_stop),
	 .default_text = "keep",
	 .words = on_stop_words,
	 .flags = TP_RUNTIME | TP_SERVER_ALONE,
	 .help = "What becomes of sessions when the daemon is stopped: they stand, for the next "
		 "start within journal-lifetime (keep), or end (disconnect). Of turnpike alone"},
	[TP_MANAGEMENT_WEB_DIRECTORY] = {.name = "web-directory",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_management, web_directory),
	 .default_text = "auto",
	 .max = DIRECTORY_MAX,
	 .flags = TP_SERVER_ALONE,
	 .help = "The folder of the operators' page, which www-ssl and the socket serve at /; auto: "
		 "the one installed with Turnpike; empty: no page. Of turnpike alone"},
};

const struct tp_property tp_dataplane_properties[] = {
	[TP_DATAPLANE_CONTROL_LCORE] = {.name = "control-lcore",
	 .type = &tp_type_number,
	 .offset = offsetof(struct tp_config_dataplane, control_lcore),
	 .default_text = "0",
	 .max = LCORE_MAX,
	 .help = "The CPU that runs discovery, PPP and addressing"},
	[TP_DATAPLANE_WORKER_LCORES] = {.name = "worker-lcores",
	 .type = &tp_type_number_list,
	 .offset = offsetof(struct tp_config_dataplane, worker_lcores),
	 .default_text = "1",
	 .max = LCORE_MAX,
	 .help = "The CPUs that move packets, one worker each; control-lcore's may be among them "
		 "with idle=sleep"},
	[TP_DATAPLANE_IDLE] = {.name = "idle",
	 .type = &tp_type_enum,
	 .offset = offsetof(struct tp_config_dataplane, idle),
	 .default_text = "sleep",
	 .words = idle_words,
	 .help = "What a worker does when there is nothing to do: sleep briefly (shared CPUs) "
		 "or poll on (dedicated CPUs, lowest latency)"},
	[TP_DATAPLANE_HUGE_PAGES] = {.name = "huge-pages",
	 .type = &tp_type_enum,
	 .offset = offsetof(struct tp_config_dataplane, huge_pages),
	 .default_text = "auto",
	 .words = huge_words,
	 .help = "Use huge pages: when there are any (auto), or fail without them (yes), or "
		 "never (no)"},
	[TP_DATAPLANE_MEMORY] = {.name = "memory",
	 .type = &tp_type_number,
	 .offset = offsetof(struct tp_config_dataplane, memory),
	 .default_text = "0",
	 .max = MEMORY_MAX,
	 .help = "MiB of memory for packets and tables; 0: as much as the tables and ports need"},
	[TP_DATAPLANE_MAX_SESSIONS] = {.name = "max-sessions",
	 .type = &tp_type_number,
	 .offset = offsetof(struct tp_config_dataplane, max_sessions),
	 .default_text = "65535",
	 .min = 1,
	 .max = MAX_SESSIONS_MAX,
	 .help = "Size of the session table"},
	[TP_DATAPLANE_DRIVERS_CONFIG] = {.name = "drivers-config",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_dataplane, drivers_config),
	 .default_text = "",
	 .max = TEXT_MAX,
	 .help = "Directory with one YAML file for each DPDK driver; empty: the one installed "
		 "with Turnpike"},
};

const struct tp_property tp_port_properties[] = {
	[TP_PORT_NAME] = {.name = "name",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_port, name),
	 .min = 1,
	 .max = PORT_NAME_MAX,
	 .flags = TP_REQUIRED | TP_KEY,
	 .help = "The port's name as an interface; a core port's kernel interface has it too"},
	[TP_PORT_DEVICE] = {.name = "device",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_port, device),
	 .min = 1,
	 .max = TEXT_MAX,
	 .flags = TP_REQUIRED,
	 .help = "The NIC: a PCI address (0000:01:00.0) or a DPDK virtual device "
		 "(net_af_packet0,iface=eth1)"},
	[TP_PORT_ADDRESS] = {.name = "address",
	 .type = &tp_type_prefix_list,
	 .offset = offsetof(struct tp_config_port, address),
	 .help = "IPv4 addresses of the router on this port (192.0.2.1/24): makes it a core port, "
		 "as one in /ipv6/address does; without any it is an access port"},
	[TP_PORT_MTU] = {.name = "mtu",
	 .type = &tp_type_number,
	 .offset = offsetof(struct tp_config_port, mtu),
	 .default_text = "1500",
	 .min = 576,
	 .max = PORT_MTU_MAX,
	 .help = "Largest Ethernet payload, VLAN tags not counted"},
	[TP_PORT_RX_QUEUES] = {.name = "rx-queues",
	 .type = &tp_type_number,
	 .offset = offsetof(struct tp_config_port, rx_queues),
	 .default_text = "0",
	 .max = LCORE_MAX,
	 .help = "Receive queues; 0: one for each worker, as far as the driver can"},
	[TP_PORT_PADI_LIMIT] = {.name = "padi-limit",
	 .type = &tp_type_number,
	 .offset = offsetof(struct tp_config_port, padi_limit),
	 .default_text = "100000",
	 .max = PADI_LIMIT_MAX,
	 .flags = TP_RUNTIME,
	 .help = "PADIs a second that each worker takes from this port, those beyond are dropped; "
		 "0: no limit"},
	[TP_PORT_PADI_LIMIT_VLAN] = {.name = "padi-limit-vlan",
	 .type = &tp_type_number,
	 .offset = offsetof(struct tp_config_port, padi_limit_vlan),
	 .default_text = "0",
	 .max = PADI_LIMIT_MAX,
	 .flags = TP_RUNTIME,
	 .help = "The same of each VLAN on it (each pair of outer and inner tag); 0: no limit"},
	[TP_PORT_PADI_LIMIT_MAC] = {.name = "padi-limit-mac",
	 .type = &tp_type_number,
	 .offset = offsetof(struct tp_config_port, padi_limit_mac),
	 .default_text = "64",
	 .max = PADI_LIMIT_MAX,
	 .flags = TP_RUNTIME,
	 .help = "The same of each source address in each VLAN; 0: no limit"},
	[TP_PORT_HALF_OPEN_LIMIT] = {.name = "half-open-limit",
	 .type = &tp_type_number,
	 .offset = offsetof(struct tp_config_port, half_open_limit),
	 .default_text = "16384",
	 .max = HALF_OPEN_LIMIT_MAX,
	 .flags = TP_RUNTIME,
	 .help = "Sessions of this port that may be half-open at a time: begun, but not yet "
		 "authenticated. One more, and the oldest of the greediest VLAN and host gives "
		 "way; 0: no limit"},
	[TP_PORT_HALF_OPEN_LIMIT_VLAN] = {.name = "half-open-limit-vlan",
	 .type = &tp_type_number,
	 .offset = offsetof(struct tp_config_port, half_open_limit_vlan),
	 .default_text = "8192",
	 .max = HALF_OPEN_LIMIT_MAX,
	 .flags = TP_RUNTIME,
	 .help = "The same of each VLAN on it (each pair of outer and inner tag); 0: no limit"},
	[TP_PORT_HALF_OPEN_LIMIT_MAC] = {.name = "half-open-limit-mac",
	 .type = &tp_type_number,
	 .offset = offsetof(struct tp_config_port, half_open_limit_mac),
	 .default_text = "16",
	 .max = HALF_OPEN_LIMIT_MAX,
	 .flags = TP_RUNTIME,
	 .help = "The same of each host, a MAC address in a VLAN; 0: no limit"},
	[TP_PORT_HOST_LIMIT] = {.name = "host-limit",
	 .type = &tp_type_number,
	 .offset = offsetof(struct tp_config_port, host_limit),
	 .default_text = "1000",
	 .max = HOST_LIMIT_MAX,
	 .flags = TP_RUNTIME,
	 .help = "Packets a second that each session of this port may send to the router's own "
		 "addresses, those beyond are dropped; on a core port the same of each source "
		 "address, for what workers answer without the kernel; 0: no limit"},
	[TP_PORT_COMMENT] = {.name = "comment",
	 .type = &tp_type_string,
	 .offset = offsetof(struct tp_config_port, comment),
	 .max = TEXT_MAX,
	 .flags = TP_RUNTIME,
	 .help = "A note for people"},
};
/* clang-format on */
