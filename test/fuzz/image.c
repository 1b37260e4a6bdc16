/* SPDX-License-Identifier: BSD-3-Clause */
/* Fuzzes what a start makes of a journal that anything may have happened to. A small town of the
 * simulation (test/sim) had dialled in, with both families, MP and delegated prefixes; its images
 * are changed as the input says, and restored, each once or more, in any order. After each the
 * engine agrees with itself and with pools and data plane (check.c, tp_ac_reconcile(): nothing has
 * two owners). The clients are gone: at the end nothing is left of anyone. */
#include "sim.h"

#include "session/engine.h"
#include "session/image.h"

#define CLIENTS 6
#define SLOTS	32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static const char config[] =
	"dataplane: { ports: [ { name: ether3, device: net_null0 } ] }\n"
	"ip: { pool: [ { name: pool, ranges: 10.0.0.1-10.0.0.20 }, { name: ours, ranges: "
	"10.1.0.1-10.1.0.20 } ] }\n"
	"ipv6: { pool: [ { name: links, prefix: 2001:db8::/56, prefix-length: 64 },\n"
	"  { name: homes, prefix: 2001:db8:8000::/50, prefix-length: 56 } ] }\n"
	"interface: { pppoe-server: { server: [\n"
	"  { service-name: internet, interface: ether3, default-profile: p, mrru: 1600 } ] } }\n"
	"ppp:\n"
	"  profile:\n"
	"    - { name: p, local-address: ours, remote-address: pool, rate-limit: 2M/4M,\n"
	"        remote-ipv6-prefix-pool: links, dhcpv6-pd-pool: homes, dhcpv6-lease-time: 1m }\n"
	"  secret:\n"
	"    - { name: user0, password: secret0 }\n"
	"    - { name: user2, password: secret2 }\n"
	"    - { name: user3, password: secret3, limit-bytes-in: 4M }\n"
	"    - { name: user4, password: secret4, remote-address: 10.5.5.5,\n"
	"        routes: 192.168.7.0/24, ipv6-routes: \"2001:db8:6::/48\" }\n"
	"    - { name: user5, password: secret5 }\n";

struct kept {
	uint8_t bytes[TP_SESSION_IMAGE_MAX];
	size_t len;
};

static struct kept kept[CLIENTS];
static unsigned kept_count;
static struct sim_host host;

static struct sim *city(void)
{
	static const struct tp_prefix6 any;
	const struct sim_setup setup = {
		.config = config,
		.clients = CLIENTS,
		.max_sessions = SLOTS,
		.quality = {.delay_min_ms = 1, .delay_max_ms = 2},
		.grace_max_ms = 50,
	};
	struct sim *sim = sim_create(&setup, 1);

	sim_host_init(&host, sim, 0, 2);
	for (unsigned i = 0; i < CLIENTS; i++) {
		sim_client_ask_families(sim->clients[i], TP_AC_IPV4 | TP_AC_IPV6);
		if (i >= 2)
			sim_client_ask_prefix(sim->clients[i], &any);
	}
	return sim;
}

static void keep_all(struct sim *sim)
{
	const struct tp_line *line = tp_ac_next(sim->ac, 0);

	for (; line != NULL; line = tp_ac_next(sim->ac, line->slot + 1)) {
		struct kept *to = &kept[kept_count];

		if (tp_line_own(line) == NULL)
			continue;
		to->len = tp_session_image(line->session, NULL, sim->now_ms,
					   sim->now_ms + SIM_WALL_MS, to->bytes, sizeof(to->bytes));
		kept_count += to->len > 0;
	}
	assert_int_equal(kept_count, CLIENTS - 1);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct sim *sim;

	setenv("CMOCKA_TEST_ABORT", "1", 1); /* what fails is to be seen where it does */
	sim = city();
	sim_dial_all(sim, 0);
	sim_run(sim, 5000);
	keep_all(sim);
	sim_destroy(sim);
	return 0;
}

static uint8_t next(struct tp_reader *r)
{
	uint8_t byte = 0;

	tp_read_u8(r, &byte);
	return byte;
}

/* Bytes are others, some are gone or come twice, or there is another end. */
static void change(struct kept *image, struct tp_reader *input)
{
	uint8_t op = next(input);
	size_t at = (size_t)next(input) << 8 | next(input);
	uint8_t value = next(input);

	if (image->len == 0)
		return;
	at %= image->len;
	switch (op % 5) {
	case 0:
		image->bytes[at] ^= (uint8_t)(1u << value % 8);
		break;
	case 1:
		image->bytes[at] = value;
		break;
	case 2:
		image->len = at;
		break;
	case 3: /* a piece is gone */
		if (at + value < image->len) {
			memmove(image->bytes + at, image->bytes + at + value,
				image->len - at - value);
			image->len -= value;
		}
		break;
	default: /* a piece comes again at the end */
		if (at + value <= image->len && image->len + value <= sizeof(image->bytes)) {
			memcpy(image->bytes + image->len, image->bytes + at, value);
			image->len += value;
		}
	}
}

static void restore(struct sim *sim, struct tp_reader *input)
{
	struct kept image = kept[next(input) % kept_count];
	unsigned changes = next(input) % 8;
	struct tp_session_image_head head;
	struct tp_error error = {0};
	uint8_t *bytes;
	int rc;

	for (unsigned i = 0; i < changes; i++)
		change(&image, input);
	bytes = malloc(image.len + 1); /* for who watches its bounds */
	memcpy(bytes, image.bytes, image.len);
	if (tp_session_image_head(bytes, image.len, &head))
		assert_true(strlen(head.user) < sizeof(head.user));
	rc = tp_ac_restore(sim->ac, bytes, image.len, sim->now_ms, sim->now_ms + SIM_WALL_MS,
			   &error);
	free(bytes);
	if (rc != 0)
		assert_true(error.place[0] != '\0' && error.message[0] != '\0');
	sim_check(sim);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tp_reader input = tp_reader_of(data, size);
	struct sim *sim = city();

	sim->check_every_ms = UINT32_MAX;
	sim->wire.quality.loss = 1000; /* nobody is there */
	for (unsigned i = 0; i < 12 && tp_reader_left(&input) > 0; i++)
		restore(sim, &input);
	tp_ac_restore_end(sim->ac, sim->now_ms);
	sim_check(sim);
	sim_run(sim, next(&input) * 10u);
	sim_check(sim);
	tp_ac_shutdown(sim->ac, sim->now_ms);
	sim_run(sim, 15000);
	sim_check_empty(sim);
	sim_destroy(sim);
	return 0;
}
