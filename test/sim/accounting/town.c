/* SPDX-License-Identifier: BSD-3-Clause */
/* Months of a small town's accounting: two servers with outages behind a network that loses,
 * repeats and reorders, and a daemon that dies now and then, of which a store is left. Whatever
 * happens, each session has exactly one Start and one Stop when the dust has settled, and interims
 * that grow. */
#include "sim.h"

#include <errno.h>
#include <sys/queue.h>
#include <uthash.h>

#include "accounting/sessions.h"
#include "base/least.h"
#include "radius/authenticator.h"
#include "radius/client.h"

#define DAY_MS	    UINT64_C(86400000)
#define CLIENTS	    20
#define DAYS	    10
#define SERVERS	    2
#define WIRES	    1024
#define SECRET	    "shared"
#define UNIX_BEGIN  1700000000u
#define INTERIM_S   1800
#define TURN_MAX_MS 60000

/* ---- what really happened ---- */

struct truth {
	uint64_t session; /* accounting id */
	uint64_t up_ms;
	uint64_t octets; /* when it ended, seen by the daemon */
	bool ended, unseen;
	UT_hash_handle hh;
};

/* ---- what the servers know ---- */

struct book {
	uint64_t session;
	unsigned starts, interims, stops;
	uint32_t last_unix_s;
	uint64_t octets;
	UT_hash_handle hh;
};

/* One record; a second of the same is a repetition. */
struct entry {
	struct {
		uint64_t session;
		uint32_t unix_s, status;
	} key;
	UT_hash_handle hh;
};

/* ---- what is on disk ---- */

struct row {
	uint64_t seq;
	struct tp_record record;
	uint8_t *bytes;
	bool removed; /* and that is not written yet */
	UT_hash_handle hh;
};

struct standing {
	uint64_t session;
	struct tp_record record;
	uint8_t *bytes;
	UT_hash_handle hh;
};

struct wire {
	struct tp_radius_socket *socket; /* NULL: it is free */
	struct tp_radius_endpoint to;
	unsigned server, generation;
};

struct datagram {
	TAILQ_ENTRY(datagram) entry;
	uint64_t at_ms;
	unsigned wire, generation;
	bool back;
	size_t len;
	uint8_t bytes[TP_RADIUS_PACKET_MAX];
};

struct flight {
	void *token;
	uint32_t unix_s;
	LIST_ENTRY(flight) entry;
};

static struct town {
	struct sim *sim;
	struct tp_radius_client *client;
	struct tp_record_queue *queue;
	struct tp_accounting *accounting;
	struct truth *truths;
	struct book *books;
	struct entry *entries;
	struct row *rows;
	struct standing *standing;
	uint64_t next_seq;
	struct wire wires[WIRES];
	TAILQ_HEAD(, datagram) network;
	LIST_HEAD(, flight) flights;
	bool up[SERVERS];
	bool quiet; /* the network is a good one */
	unsigned repetitions, crashes, outages;
	uint64_t load[64];
	unsigned load_count;
} town;

static uint32_t random_below(uint32_t bound)
{
	return tp_random_below(&town.sim->random, bound);
}

static uint32_t unix_s(void *owner)
{
	return (uint32_t)(UNIX_BEGIN + town.sim->now_ms / 1000);
}

/* ---- truth ---- */

/* Each session uses 70 to 133 bytes a millisecond. */
static uint64_t octets_of(const struct tp_session_info *info)
{
	return info->up_ms == 0
		       ? 0
		       : (town.sim->now_ms - info->up_ms) * (70 + info->accounting_id % 64);
}

static void usage(void *owner, const struct tp_session *s, struct tp_radius_usage *u)
{
	struct tp_session_info info;

	tp_session_info(s, &info);
	*u = (struct tp_radius_usage){.octets_in = octets_of(&info), .packets_in = 1};
}

static struct truth *truth_of(uint64_t session)
{
	struct truth *truth;

	HASH_FIND(hh, town.truths, &session, sizeof(session), truth);
	return truth;
}

static void note(const struct tp_ac_event *event)
{
	struct tp_session_info info;
	struct truth *truth;

	if (event->session == NULL)
		return;
	tp_session_info(event->session, &info);
	truth = truth_of(info.accounting_id);
	if (event->kind == TP_AC_SESSION_UP && info.bundle_id == 0 && truth == NULL) {
		truth = calloc(1, sizeof(*truth));
		truth->session = info.accounting_id;
		truth->up_ms = info.up_ms;
		HASH_ADD(hh, town.truths, session, sizeof(truth->session), truth);
	}
	if (event->kind == TP_AC_SESSION_ENDED && truth != NULL) {
		assert_false(truth->ended);
		truth->ended = true;
		truth->octets = octets_of(&info);
	}
}

static void hear(void *owner, const struct tp_ac_event *event)
{
	note(event);
	tp_accounting_event(town.accounting, event);
}

/* ---- servers ---- */

static uint32_t number(const struct tp_radius_packet *packet, enum tp_radius_attribute attribute)
{
	struct tp_radius_value value;
	uint32_t n = 0;

	if (tp_radius_get(packet, attribute, &value))
		assert_true(tp_radius_u32(&value, &n));
	return n;
}

static bool is_new(uint64_t session, uint32_t at_s, uint32_t status)
{
	struct entry *entry = calloc(1, sizeof(*entry)), *known;

	entry->key.session = session;
	entry->key.unix_s = at_s;
	entry->key.status = status;
	HASH_FIND(hh, town.entries, &entry->key, sizeof(entry->key), known);
	if (known != NULL) {
		free(entry);
		town.repetitions++;
		return false;
	}
	HASH_ADD(hh, town.entries, key, sizeof(entry->key), entry);
	return true;
}

static struct book *book_of(uint64_t session)
{
	struct book *book;

	HASH_FIND(hh, town.books, &session, sizeof(session), book);
	if (book != NULL)
		return book;
	book = calloc(1, sizeof(*book));
	book->session = session;
	HASH_ADD(hh, town.books, session, sizeof(book->session), book);
	return book;
}

/* A record that was not there before. */
static void enter(struct book *book, const struct tp_radius_packet *packet, uint32_t status)
{
	uint64_t octets = (uint64_t)number(packet, TP_RADIUS_ACCT_INPUT_GIGAWORDS) << 32 |
			  number(packet, TP_RADIUS_ACCT_INPUT_OCTETS);
	uint32_t at = number(packet, TP_RADIUS_EVENT_TIMESTAMP);

	assert_int_equal(book->stops, 0); /* nothing comes after it */
	assert_true(at >= book->last_unix_s);
	assert_true(octets >= book->octets);
	assert_in_range(at + number(packet, TP_RADIUS_ACCT_DELAY_TIME), at, unix_s(NULL));
	book->last_unix_s = at;
	book->octets = octets;
	book->starts += status == TP_RADIUS_ACCT_START;
	book->interims += status == TP_RADIUS_ACCT_INTERIM;
	book->stops += status == TP_RADIUS_ACCT_STOP;
	assert_int_equal(book->starts, 1); /* it came first */
}

static void read_record(const uint8_t *bytes, size_t len)
{
	struct tp_radius_packet packet;
	struct tp_radius_value value;
	char text[TP_RADIUS_SESSION_ID_LEN];
	uint64_t session;
	uint32_t status;

	assert_int_equal(tp_radius_parse(bytes, len, &packet), TP_RADIUS_WELL_FORMED);
	status = number(&packet, TP_RADIUS_ACCT_STATUS_TYPE);
	if (status == TP_RADIUS_ACCT_ON || status == TP_RADIUS_ACCT_OFF)
		return;
	assert_true(tp_radius_get(&packet, TP_RADIUS_ACCT_SESSION_ID, &value));
	assert_true(tp_radius_text(&value, text, sizeof(text)));
	assert_true(tp_radius_session_id_parse(text, &session));
	assert_non_null(truth_of(session));
	if (is_new(session, number(&packet, TP_RADIUS_EVENT_TIMESTAMP), status))
		enter(book_of(session), &packet, status);
}

/* ---- the network ---- */

static void launch(unsigned wire, bool back, const uint8_t *bytes, size_t len)
{
	unsigned copies = 1;

	if (!town.quiet && random_below(100) < 8)
		return;
	if (!town.quiet && random_below(100) < 8)
		copies++;
	while (copies-- > 0) {
		struct datagram *d = calloc(1, sizeof(*d)), *next;

		d->at_ms = town.sim->now_ms + 1 + random_below(town.quiet ? 10 : 250);
		d->wire = wire;
		d->generation = town.wires[wire].generation;
		d->back = back;
		d->len = len;
		memcpy(d->bytes, bytes, len);
		TAILQ_FOREACH (next, &town.network, entry)
			if (next->at_ms > d->at_ms)
				break;
		if (next != NULL)
			TAILQ_INSERT_BEFORE(next, d, entry);
		else
			TAILQ_INSERT_TAIL(&town.network, d, entry);
	}
}

static void serve(const struct datagram *d)
{
	uint8_t reply[TP_RADIUS_PACKET_MAX];
	struct tp_radius_builder b;
	size_t len;

	if (!town.up[town.wires[d->wire].server])
		return;
	read_record(d->bytes, d->len);
	tp_radius_begin(&b, reply, sizeof(reply), TP_RADIUS_ACCOUNTING_RESPONSE);
	len = tp_radius_finish(&b);
	tp_radius_sign_response(reply, len, SECRET, d->bytes[1], d->bytes + 4);
	launch(d->wire, true, reply, len);
}

static void deliver(void)
{
	struct datagram *d;

	while ((d = TAILQ_FIRST(&town.network)) != NULL && d->at_ms <= town.sim->now_ms) {
		const struct wire *wire = &town.wires[d->wire];

		TAILQ_REMOVE(&town.network, d, entry);
		if (!d->back)
			serve(d);
		else if (wire->socket != NULL && wire->generation == d->generation)
			tp_radius_client_input(town.client, wire->socket, &wire->to, d->bytes,
					       d->len, town.sim->now_ms);
		free(d);
	}
}

static int open_wire(void *owner, struct tp_radius_socket *socket,
		     const struct tp_radius_server *server, enum tp_radius_service service,
		     void **handle)
{
	for (unsigned i = 0; i < WIRES; i++) {
		if (town.wires[i].socket != NULL)
			continue;
		town.wires[i].socket = socket;
		town.wires[i].to = server->endpoint[service];
		town.wires[i].server = server->id - 1;
		town.wires[i].generation++;
		*handle = &town.wires[i];
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
	launch((unsigned)((struct wire *)handle - town.wires), false, bytes, len);
	return 0;
}

/* ---- the store: what is put is there at once, what is removed a little later ---- */

static struct row *row_of(uint64_t seq)
{
	struct row *row;

	HASH_FIND(hh, town.rows, &seq, sizeof(seq), row);
	return row;
}

static uint8_t *copy(const uint8_t *bytes, size_t len)
{
	uint8_t *to = malloc(len);

	assert_non_null(to);
	return memcpy(to, bytes, len);
}

static void forget_standing(uint64_t session)
{
	struct standing *standing;

	HASH_FIND(hh, town.standing, &session, sizeof(session), standing);
	if (standing == NULL)
		return;
	HASH_DEL(town.standing, standing);
	free(standing->bytes);
	free(standing);
}

static bool put_row(void *store, const struct tp_record *record, const uint8_t *bytes)
{
	struct row *row = calloc(1, sizeof(*row));
	struct standing *standing;

	row->seq = record->seq;
	row->record = *record;
	row->bytes = copy(bytes, record->len);
	HASH_ADD(hh, town.rows, seq, sizeof(row->seq), row);
	town.next_seq = record->seq + 1;
	if (record->session != 0)
		forget_standing(record->session);
	if (record->kind != TP_RECORD_START && record->kind != TP_RECORD_INTERIM)
		return true;
	standing = calloc(1, sizeof(*standing));
	standing->session = record->session;
	standing->record = *record;
	standing->bytes = copy(bytes, record->len);
	HASH_ADD(hh, town.standing, session, sizeof(standing->session), standing);
	return true;
}

static void remove_row(void *store, uint64_t seq)
{
	row_of(seq)->removed = true;
}

static void load_row(void *store, uint64_t seq)
{
	assert_true(town.load_count < 64);
	town.load[town.load_count++] = seq;
}

static uint64_t kept(void *store)
{
	return town.next_seq - 1;
}

static const struct tp_record_store_ops store_ops = {put_row, remove_row, load_row, kept};

static void free_row(struct row *row)
{
	HASH_DEL(town.rows, row);
	free(row->bytes);
	free(row);
}

static void write_batch(void)
{
	struct row *row, *next;

	HASH_ITER (hh, town.rows, row, next) {
		if (row->removed)
			free_row(row);
	}
	while (town.load_count > 0) {
		row = row_of(town.load[--town.load_count]);
		assert_non_null(row);
		tp_record_queue_loaded(town.queue, row->seq, row->bytes, row->record.len,
				       town.sim->now_ms);
	}
}

/* ---- the daemon ---- */

static void done(void *owner, const struct tp_radius_outcome *outcome)
{
	struct flight *flight = owner;
	void *token = flight->token;

	LIST_REMOVE(flight, entry);
	free(flight);
	tp_record_queue_done(town.queue, token, outcome->result == TP_RADIUS_ANSWERED,
			     town.sim->now_ms);
}

static bool renew(void *owner, uint8_t *bytes, size_t len, uint64_t now_ms)
{
	const struct flight *flight = owner;

	return tp_radius_rewrite_u32(bytes, len, TP_RADIUS_ACCT_DELAY_TIME,
				     unix_s(NULL) - flight->unix_s);
}

static int send_record(void *owner, const struct tp_record *record, const uint8_t *bytes,
		       void *token)
{
	static const uint32_t ids[SERVERS] = {1, 2};
	struct flight *flight = calloc(1, sizeof(*flight));
	const struct tp_radius_ask ask = {
		.service = TP_RADIUS_ACCT,
		.bytes = bytes,
		.len = record->len,
		.servers = ids,
		.server_count = SERVERS,
		.done = done,
		.renew = renew,
		.owner = flight,
	};
	int error;

	*flight = (struct flight){.token = token, .unix_s = record->unix_s};
	error = tp_radius_client_ask(town.client, &ask, NULL, town.sim->now_ms);
	if (error == 0)
		LIST_INSERT_HEAD(&town.flights, flight, entry);
	else
		free(flight);
	return error;
}

static bool wanted(void *owner, const char *user, const char *service_name)
{
	return true;
}

static void make_client(void)
{
	static const struct tp_radius_client_ops ops = {open_wire, close_wire, send_wire};
	struct tp_radius_server server;

	town.client = tp_radius_client_create(
		&(struct tp_radius_client_config){
			.ops = &ops, .random = &town.sim->ac_random, .max_waiting = 1000},
		town.sim->now_ms);
	for (unsigned i = 0; i < SERVERS; i++) {
		tp_radius_server_init(&server);
		server.id = i + 1;
		server.secret = SECRET;
		server.endpoint[TP_RADIUS_AUTH] = tp_radius_endpoint_ipv4(0x0a000001 + i, 1812);
		server.endpoint[TP_RADIUS_ACCT] = tp_radius_endpoint_ipv4(0x0a000001 + i, 1813);
		assert_int_equal(tp_radius_client_set(town.client, &server, town.sim->now_ms), 0);
	}
}

static int by_seq(struct row *a, struct row *b)
{
	return a->seq < b->seq ? -1 : a->seq > b->seq;
}

/* What a daemon does with what it finds. */
static void restore(void)
{
	uint8_t room[TP_RADIUS_PACKET_MAX];
	struct standing *standing, *next;
	struct row *row;
	size_t len;

	HASH_SORT(town.rows, by_seq);
	for (row = town.rows; row != NULL; row = row->hh.next) {
		row->removed = false; /* it never got to disk */
		assert_int_equal(tp_record_queue_restore(town.queue, &row->record), 0);
	}
	tp_record_queue_set_store(town.queue, &store_ops, NULL, town.next_seq);
	HASH_ITER (hh, town.standing, standing, next) {
		len = tp_radius_record_end(standing->bytes, standing->record.len,
					   TP_RADIUS_CAUSE_NAS_REBOOT, room);
		assert_true(len > 0);
		assert_int_equal(tp_record_queue_put(town.queue, TP_RECORD_STOP, standing->session,
						     standing->record.unix_s, room, len,
						     town.sim->now_ms),
				 0);
	}
}

static void start_daemon(void)
{
	const struct tp_accounting_settings settings = {
		.enabled = true, .interim_s = INTERIM_S, .nas = {.identifier = "SIM"}};

	make_client();
	town.queue = tp_record_queue_create(&(struct tp_record_queue_setup){
		.send = send_record, .max_bytes = UINT64_MAX, .memory_bytes = 4000});
	town.accounting =
		tp_accounting_create(&(struct tp_accounting_setup){.ac = town.sim->ac,
								   .queue = town.queue,
								   .random = &town.sim->ac_random,
								   .wanted = wanted,
								   .usage = usage,
								   .unix_s = unix_s},
				     town.sim->now_ms);
	restore();
	tp_accounting_set(town.accounting, &settings, true, town.sim->now_ms);
	town.sim->listener = hear;
}

static void stop_daemon(void)
{
	struct flight *flight;

	town.sim->listener = NULL;
	town.load_count = 0;
	tp_accounting_destroy(town.accounting);
	tp_record_queue_destroy(town.queue);
	tp_radius_client_destroy(town.client);
	while ((flight = LIST_FIRST(&town.flights)) != NULL) {
		LIST_REMOVE(flight, entry);
		free(flight);
	}
}

/* ---- time ---- */

static void turn(void)
{
	uint64_t now_ms = town.sim->now_ms;

	deliver();
	tp_radius_client_tick(town.client, now_ms, 64);
	while (tp_accounting_tick(town.accounting, now_ms, 16))
		;
	for (unsigned i = 0; i < 4 && tp_record_queue_tick(town.queue, now_ms, 16); i++)
		write_batch();
	if (random_below(4) == 0 || town.load_count > 0)
		write_batch();
}

static void run(uint64_t for_ms)
{
	const uint64_t end_ms = town.sim->now_ms + for_ms;

	while (town.sim->now_ms < end_ms) {
		const struct datagram *first = TAILQ_FIRST(&town.network);
		uint64_t next = tp_least_u64(end_ms, town.sim->now_ms + TURN_MAX_MS);

		next = tp_least_u64(next, tp_radius_client_deadline(town.client));
		if (first != NULL)
			next = tp_least_u64(next, first->at_ms);
		if (tp_record_queue_counters(town.queue)->waiting > 0)
			next = tp_least_u64(
				next, town.sim->now_ms + (town.up[0] || town.up[1] ? 2000 : 60000));
		sim_run(town.sim, next > town.sim->now_ms ? next - town.sim->now_ms : 1);
		turn();
	}
}

/* ---- what happens to them ---- */

/* kill -9: nobody sees the sessions end. Then another daemon starts, and all dial in. */
static void crash(void)
{
	struct truth *truth;

	stop_daemon();
	town.crashes++;
	for (truth = town.truths; truth != NULL; truth = truth->hh.next)
		if (!truth->ended)
			truth->ended = truth->unseen = true;
	for (unsigned i = 0; i < CLIENTS; i++)
		sim_client_hang_up(town.sim->clients[i]);
	sim_run(town.sim, 5000);
	while (tp_ac_next(town.sim->ac, 0) != NULL)
		sim_run(town.sim, 60000);
	start_daemon();
	sim_dial_all(town.sim, 20000);
}

static void change_something(void)
{
	struct sim_client *client = town.sim->clients[random_below(CLIENTS)];

	switch (random_below(6)) {
	case 0:
		sim_client_hang_up(client);
		break;
	case 1:
		sim_client_vanish(client);
		break;
	case 2:
		sim_client_renegotiate(client);
		break;
	default:
		sim_client_dial(client, random_below(60000));
		break;
	}
}

static void change_servers(void)
{
	for (unsigned i = 0; i < SERVERS; i++) {
		bool was = town.up[i];

		town.up[i] = random_below(100) < (was ? 90u : 30u);
		town.outages += was && !town.up[i];
	}
}

static void live(void)
{
	for (uint64_t end_ms = town.sim->now_ms + DAYS * DAY_MS; town.sim->now_ms < end_ms;) {
		change_something();
		if (random_below(4) == 0)
			change_servers();
		if (random_below(200) == 0)
			crash();
		run(random_below(3600000));
	}
}

/* ---- the end ---- */

static void settle(void)
{
	town.quiet = true;
	for (unsigned i = 0; i < SERVERS; i++)
		town.up[i] = true;
	for (unsigned i = 0; i < CLIENTS; i++)
		sim_client_hang_up(town.sim->clients[i]);
	for (unsigned i = 0; i < 300 && (tp_ac_next(town.sim->ac, 0) != NULL ||
					 tp_record_queue_counters(town.queue)->waiting > 0);
	     i++)
		run(60000);
	write_batch();
	assert_int_equal(tp_record_queue_counters(town.queue)->waiting, 0);
	assert_int_equal(tp_record_queue_counters(town.queue)->unsendable, 0);
	assert_int_equal(HASH_COUNT(town.rows), 0);
	assert_int_equal(HASH_COUNT(town.standing), 0);
}

static void check_books(void)
{
	struct truth *truth, *next;
	unsigned interims = 0;

	assert_int_equal(HASH_COUNT(town.books), HASH_COUNT(town.truths));
	HASH_ITER (hh, town.truths, truth, next) {
		const struct book *book = book_of(truth->session);

		assert_true(truth->ended);
		assert_int_equal(book->starts, 1);
		assert_int_equal(book->stops, 1);
		if (!truth->unseen)
			assert_int_equal(book->octets, truth->octets);
		interims += book->interims;
	}
	print_message("%u sessions, %u interims, %u repetitions, %u outages, %u crashes\n",
		      HASH_COUNT(town.truths), interims, town.repetitions, town.outages,
		      town.crashes);
	assert_true(HASH_COUNT(town.truths) > 100 && interims > 2000);
	assert_true(town.repetitions > 100 && town.outages > 5 && town.crashes > 0);
}

#define FREE_ALL(table, one, next)                                                                 \
	HASH_ITER (hh, table, one, next) {                                                         \
		HASH_DEL(table, one);                                                              \
		free(one);                                                                         \
	}

static void free_all(void)
{
	struct truth *truth, *next_truth;
	struct book *book, *next_book;
	struct entry *entry, *next_entry;
	struct datagram *d;

	FREE_ALL(town.truths, truth, next_truth)
	FREE_ALL(town.books, book, next_book)
	FREE_ALL(town.entries, entry, next_entry)
	while ((d = TAILQ_FIRST(&town.network)) != NULL) {
		TAILQ_REMOVE(&town.network, d, entry);
		free(d);
	}
}

/* Keepalives are rare, or they would be all that happens. */
static struct sim *make_sim(uint64_t seed)
{
	static const struct sim_quality good_wire = {.delay_min_ms = 2, .delay_max_ms = 20};
	static char config[4000];
	int at = snprintf(config, sizeof(config),
			  "system: { identity: SIM }\n"
			  "dataplane: { ports: [ { name: ether3, device: net_null0 } ] }\n"
			  "ip: { pool: [ { name: pool, ranges: 10.0.0.2-10.0.0.200 } ] }\n"
			  "interface: { pppoe-server: { server: [ { service-name: internet,\n"
			  "  interface: ether3, default-profile: p, keepalive-timeout: 1h } ] } }\n"
			  "ppp:\n"
			  "  profile: [ { name: p, local-address: 10.0.0.1, remote-address: pool,\n"
			  "    only-one: yes } ]\n"
			  "  secret:\n");
	const struct sim_setup setup = {.config = config,
					.clients = CLIENTS,
					.max_sessions = 4 * CLIENTS,
					.quality = good_wire,
					.grace_max_ms = 50};

	for (unsigned i = 0; i < CLIENTS; i++)
		at += snprintf(config + at, sizeof(config) - (size_t)at,
			       "    - { name: user%u, password: secret%u }\n", i, i);
	return sim_create(&setup, seed);
}

static void months(uint64_t seed)
{
	memset(&town, 0, sizeof(town));
	TAILQ_INIT(&town.network);
	LIST_INIT(&town.flights);
	town.next_seq = 1;
	town.up[0] = town.up[1] = true;
	town.sim = make_sim(seed);
	start_daemon();
	sim_dial_all(town.sim, 60000);
	live();
	settle();
	check_books();
	stop_daemon();
	free_all();
	sim_wind_down(town.sim);
	sim_destroy(town.sim);
}

static void test_each_session_has_one_start_and_one_stop_through_months_of_trouble(void **state)
{
	sim_for_each_seed(months);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_each_session_has_one_start_and_one_stop_through_months_of_trouble),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
