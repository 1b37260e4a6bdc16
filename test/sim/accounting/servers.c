/* SPDX-License-Identifier: BSD-3-Clause */
/* RADIUS servers with outages, before one database, and the network between. */
#include "accounting.h"

#include <errno.h>

#include "base/clock.h"
#include "base/least.h"
#include "radius/authenticator.h"

#define SERVERS	      3
#define WIRES	      1024
#define LOSS	      8 /* of 100 datagrams; as many arrive twice */
#define DELAY_MS      250
#define UP_DAYS	      14 /* at most, then it fails */
#define BLACKOUT_DAYS 60 /* at most, then nobody answers */
#define OUTAGE_LOG2   13 /* of minutes: five days and a half */

struct server {
	bool configured, up;
	uint64_t turns_ms; /* when it fails, or is back */
	uint32_t address;
	char secret[32];
};

/* A socket of the daemon's. */
struct wire {
	struct tp_radius_socket *socket; /* NULL: it is free */
	struct tp_radius_endpoint to;
	unsigned server, generation;
};

struct datagram {
	uint64_t at_ms, order;
	unsigned wire, generation;
	bool back;
	size_t len;
	uint8_t bytes[];
};

static struct server servers[SERVERS];
static struct wire wires[WIRES];
static struct datagram **heap; /* the next to arrive first */
static size_t count, room;
static uint64_t order;
static uint64_t blackout_ms; /* when the next begins, or the present one ends */
static bool dark, calm;
static unsigned names;
static struct servers_sum sum;

/* ---- what is on its way: a heap ---- */

static bool is_before(const struct datagram *a, const struct datagram *b)
{
	return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

static void push(struct datagram *d)
{
	size_t at = count++;

	if (count > room) {
		room = room == 0 ? 64 : 2 * room;
		heap = realloc(heap, room * sizeof(struct datagram *));
		assert_non_null(heap);
	}
	for (; at > 0 && is_before(d, heap[(at - 1) / 2]); at = (at - 1) / 2)
		heap[at] = heap[(at - 1) / 2];
	heap[at] = d;
}

static struct datagram *pop(void)
{
	struct datagram *first = heap[0], *last = heap[--count];
	size_t at = 0;

	for (size_t child = 1; child < count; child = 2 * at + 1) {
		child += child + 1 < count && is_before(heap[child + 1], heap[child]);
		if (!is_before(heap[child], last))
			break;
		heap[at] = heap[child];
		at = child;
	}
	if (count > 0)
		heap[at] = last;
	return first;
}

static void launch(unsigned wire, bool back, const uint8_t *bytes, size_t len)
{
	unsigned copies = 1;

	if (!calm && world_random_below(100) < LOSS)
		return;
	if (!calm && world_random_below(100) < LOSS)
		copies++;
	while (copies-- > 0) {
		struct datagram *d = malloc(sizeof(*d) + len);

		assert_non_null(d);
		*d = (struct datagram){
			.at_ms = world.now_ms + 1 + world_random_below(calm ? 10 : DELAY_MS),
			.order = order++,
			.wire = wire,
			.generation = wires[wire].generation,
			.back = back,
			.len = len,
		};
		memcpy(d->bytes, bytes, len);
		push(d);
	}
}

/* ---- servers ---- */

static void serve(const struct datagram *d)
{
	const struct wire *wire = &wires[d->wire];
	const struct server *server = &servers[wire->server];
	struct tp_radius_endpoint now = tp_radius_endpoint_ipv4(server->address, 1813);
	struct tp_radius_packet packet;
	struct tp_radius_builder b;
	uint8_t reply[64];
	size_t len;

	if (!server->up || dark)
		return;
	assert_int_equal(tp_radius_parse(d->bytes, d->len, &packet), TP_RADIUS_WELL_FORMED);
	if (wire->generation != d->generation || memcmp(&wire->to, &now, sizeof(now)) != 0 ||
	    tp_radius_check_request(&packet, server->secret, false) != TP_RADIUS_PROVEN) {
		sum.strangers++;
		return;
	}
	ledger_record(&packet);
	tp_radius_begin(&b, reply, sizeof(reply), TP_RADIUS_ACCOUNTING_RESPONSE);
	len = tp_radius_finish(&b);
	tp_radius_sign_response(reply, len, server->secret, d->bytes[1], d->bytes + 4);
	launch(d->wire, true, reply, len);
}

/* A minute or days, short ones more often. */
static uint64_t outage_ms(void)
{
	return (UINT64_C(1) << world_random_below(OUTAGE_LOG2)) * MINUTE_MS;
}

static uint64_t days_ms(unsigned days)
{
	return HOUR_MS + world_random_below(days * 24) * HOUR_MS + world_random_below(HOUR_MS);
}

static void turn(struct server *server)
{
	server->up = !server->up;
	sum.outages += !server->up;
	server->turns_ms = world.now_ms + (server->up ? days_ms(UP_DAYS) : outage_ms());
}

static void turn_all(void)
{
	dark = !dark;
	sum.blackouts += dark;
	blackout_ms = world.now_ms + (dark ? outage_ms() : days_ms(BLACKOUT_DAYS));
}

static void give_secret(struct server *server)
{
	snprintf(server->secret, sizeof(server->secret), "shared %u", ++names);
}

static void give_address(struct server *server)
{
	server->address = 0x0a000000 + ++names;
}

void servers_create(void)
{
	for (unsigned i = 0; i < SERVERS; i++) {
		servers[i] = (struct server){.configured = true, .up = true};
		servers[i].turns_ms = world.now_ms + days_ms(UP_DAYS);
		give_secret(&servers[i]);
		give_address(&servers[i]);
	}
	blackout_ms = world.now_ms + days_ms(BLACKOUT_DAYS);
}

void servers_calm(void)
{
	calm = true;
	dark = false;
	for (unsigned i = 0; i < SERVERS; i++)
		servers[i].up = true;
}

void servers_clear(struct servers_sum *out)
{
	while (count > 0)
		free(pop());
	free(heap);
	heap = NULL;
	room = 0;
	memset(wires, 0, sizeof(wires));
	calm = dark = false;
	*out = sum;
	sum = (struct servers_sum){0};
}

bool servers_answer(void)
{
	bool any = false;

	for (unsigned i = 0; i < SERVERS; i++)
		any |= servers[i].configured && servers[i].up;
	return any && !dark;
}

unsigned servers_ids(uint32_t ids[TP_RADIUS_ORDER_MAX])
{
	unsigned n = 0;

	for (unsigned i = 0; i < SERVERS; i++)
		if (servers[i].configured)
			ids[n++] = i + 1;
	return n;
}

/* ---- what an operator does ---- */

static void configure(struct tp_radius_client *client, unsigned i)
{
	struct tp_radius_server server;

	if (!servers[i].configured) {
		tp_radius_client_remove(client, i + 1);
		return;
	}
	tp_radius_server_init(&server);
	server.id = i + 1;
	server.secret = servers[i].secret;
	server.endpoint[TP_RADIUS_AUTH] = tp_radius_endpoint_ipv4(servers[i].address, 1812);
	server.endpoint[TP_RADIUS_ACCT] = tp_radius_endpoint_ipv4(servers[i].address, 1813);
	assert_int_equal(tp_radius_client_set(client, &server, world.now_ms), 0);
}

void servers_configure(struct tp_radius_client *client)
{
	for (unsigned i = 0; i < SERVERS; i++)
		configure(client, i);
}

void servers_change(struct tp_radius_client *client)
{
	unsigned i = world_random_below(SERVERS);
	uint32_t ids[TP_RADIUS_ORDER_MAX];

	sum.changes++;
	switch (world_random_below(3)) {
	case 0:
		give_secret(&servers[i]);
		break;
	case 1:
		give_address(&servers[i]);
		break;
	default: /* one stays */
		servers[i].configured = !servers[i].configured || servers_ids(ids) == 1;
		break;
	}
	configure(client, i);
}

/* ---- time ---- */

static void deliver(struct tp_radius_client *client)
{
	while (count > 0 && heap[0]->at_ms <= world.now_ms) {
		struct datagram *d = pop();
		const struct wire *wire = &wires[d->wire];

		if (!d->back)
			serve(d);
		else if (wire->socket != NULL && wire->generation == d->generation)
			tp_radius_client_input(client, wire->socket, &wire->to, d->bytes, d->len,
					       world.now_ms);
		free(d);
	}
}

void servers_tick(struct tp_radius_client *client)
{
	deliver(client);
	if (calm)
		return;
	for (unsigned i = 0; i < SERVERS; i++)
		if (world.now_ms >= servers[i].turns_ms)
			turn(&servers[i]);
	if (world.now_ms >= blackout_ms)
		turn_all();
}

uint64_t servers_next(void)
{
	uint64_t next = calm ? TP_NEVER : blackout_ms;

	for (unsigned i = 0; i < SERVERS && !calm; i++)
		next = tp_least_u64(next, servers[i].turns_ms);
	return count > 0 ? tp_least_u64(next, heap[0]->at_ms) : next;
}

/* ---- the daemon's sockets ---- */

static int open_wire(void *owner, struct tp_radius_socket *socket,
		     const struct tp_radius_server *server, enum tp_radius_service service,
		     void **handle)
{
	for (unsigned i = 0; i < WIRES; i++) {
		if (wires[i].socket != NULL)
			continue;
		wires[i].socket = socket;
		wires[i].to = server->endpoint[service];
		wires[i].server = server->id - 1;
		wires[i].generation++;
		*handle = &wires[i];
		return 0;
	}
	return -EMFILE;
}

static void close_wire(void *owner, void *handle)
{
	((struct wire *)handle)->socket = NULL;
}

static int send_wire(void *owner, void *handle, const uint8_t *bytes, size_t len)
{
	launch((unsigned)((struct wire *)handle - wires), false, bytes, len);
	return 0;
}

const struct tp_radius_client_ops servers_ops = {open_wire, close_wire, send_wire};
