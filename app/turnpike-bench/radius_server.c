/* SPDX-License-Identifier: BSD-3-Clause */
#include "radius_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/random.h"
#include "ppp/auth.h"
#include "radius/authenticator.h"
#include "radius_ledger.h"
#include "subscriber.h"

#define BURST	64
#define SOCKETS 2
#define BUFFER	(16 << 20)
#define POLL_MS 1

/* An answer that waits. */
struct answer {
	STAILQ_ENTRY(answer) entry;
	uint64_t due_ms;
	int fd;
	struct sockaddr_in to;
	size_t len;
	uint8_t bytes[TP_RADIUS_PACKET_MAX];
};

/* Datagrams that go, or come, by one system call. */
struct datagrams {
	struct mmsghdr messages[BURST];
	struct iovec pieces[BURST];
	struct sockaddr_in peers[BURST];
	uint8_t bytes[BURST][TP_RADIUS_PACKET_MAX];
	unsigned count;
};

struct radius_server {
	const struct radius_server_options *options;
	struct radius_server_counts *counts;
	struct tp_random random;
	struct radius_ledger ledger;
	STAILQ_HEAD(, answer) waiting; /* all wait equally long */
	struct datagrams requests, answers;
	int fd[SOCKETS];
};

static bool is_lost(struct radius_server *server)
{
	if (server->options->loss_percent == 0 ||
	    tp_random_below(&server->random, 100) >= server->options->loss_percent)
		return false;
	server->counts->lost++;
	return true;
}

/* ---- who comes ---- */

static uint32_t number_of(const char *user)
{
	return (uint32_t)strtoul(user + strcspn(user, "0123456789"), NULL, 10);
}

/* The password that the user's number makes. */
static char *password_of(const struct radius_server *server, const char *user)
{
	return subscriber_name(server->options->password, number_of(user));
}

static void copy(const struct tp_radius_packet *packet, enum tp_radius_attribute attribute,
		 size_t skip, void *to, size_t size, uint8_t *len)
{
	struct tp_radius_value value;

	if (!tp_radius_get(packet, attribute, &value) || value.len < skip)
		return;
	if (size > value.len - skip)
		size = value.len - skip;
	memcpy(to, value.bytes + skip, size);
	if (len != NULL)
		*len = (uint8_t)size;
}

/* What the peer showed, as PPP's engine has it. */
static void read_proof(const struct radius_server *server, const struct tp_radius_packet *packet,
		       struct tp_ppp_auth_request *proof)
{
	struct tp_radius_value value;

	if (tp_radius_get(packet, TP_RADIUS_MS_CHAP2_RESPONSE, &value)) {
		proof->method = TP_PPP_MSCHAP2;
		copy(packet, TP_RADIUS_MS_CHAP_CHALLENGE, 0, proof->challenge, 16,
		     &proof->challenge_len);
		copy(packet, TP_RADIUS_MS_CHAP2_RESPONSE, 2, proof->response, 48, NULL);
		proof->response_len = 49;
	} else if (tp_radius_get(packet, TP_RADIUS_MS_CHAP_RESPONSE, &value)) {
		proof->method = TP_PPP_MSCHAP1;
		copy(packet, TP_RADIUS_MS_CHAP_CHALLENGE, 0, proof->challenge, 8,
		     &proof->challenge_len);
		copy(packet, TP_RADIUS_MS_CHAP_RESPONSE, 2, proof->response, 48, NULL);
		proof->response[48] = 1;
		proof->response_len = 49;
	} else if (tp_radius_get(packet, TP_RADIUS_CHAP_PASSWORD, &value) && value.len == 17) {
		proof->method = TP_PPP_CHAP;
		proof->id = value.bytes[0];
		copy(packet, TP_RADIUS_CHAP_CHALLENGE, 0, proof->challenge, 16,
		     &proof->challenge_len);
		memcpy(proof->response, value.bytes + 1, 16);
		proof->response_len = 16;
	} else if (tp_radius_get(packet, TP_RADIUS_USER_PASSWORD, &value) &&
		   value.len <= TP_RADIUS_PASSWORD_MAX) {
		proof->method = TP_PPP_PAP;
		if (tp_radius_reveal(value.bytes, value.len, server->options->secret,
				     packet->authenticator, proof->password))
			proof->password_len = (uint8_t)strnlen((char *)proof->password, value.len);
	}
}

static bool is_welcome(const struct radius_server *server, const struct tp_radius_packet *packet,
		       struct tp_ppp_auth_request *proof, struct tp_ppp_auth_result *result)
{
	struct tp_radius_value value;
	char *password;

	if (!tp_radius_get(packet, TP_RADIUS_USER_NAME, &value) ||
	    !tp_radius_text(&value, proof->name, sizeof(proof->name)))
		return false;
	read_proof(server, packet, proof);
	password = password_of(server, proof->name);
	if (password != NULL)
		tp_ppp_auth_verify(proof, password, result);
	free(password);
	return result->accept;
}

/* ---- answers ---- */

static void put_success(struct tp_radius_builder *b, uint8_t id, const uint8_t response[20])
{
	uint8_t value[43] = {id, 'S', '='};

	for (unsigned i = 0; i < 20; i++) {
		static const char digits[] = "0123456789ABCDEF";

		value[3 + 2 * i] = (uint8_t)digits[response[i] >> 4];
		value[4 + 2 * i] = (uint8_t)digits[response[i] & 15];
	}
	tp_radius_put_bytes(b, TP_RADIUS_MS_CHAP2_SUCCESS, value, sizeof(value));
}

static size_t answer_login(struct radius_server *server, const struct tp_radius_packet *packet,
			   uint8_t *room)
{
	struct tp_ppp_auth_request proof = {0};
	struct tp_ppp_auth_result result = {0};
	bool welcome = is_welcome(server, packet, &proof, &result);
	struct tp_radius_builder b;

	tp_radius_begin(&b, room, TP_RADIUS_PACKET_MAX,
			welcome ? TP_RADIUS_ACCESS_ACCEPT : TP_RADIUS_ACCESS_REJECT);
	tp_radius_put_message_authenticator(&b);
	if (welcome && proof.method == TP_PPP_MSCHAP2)
		put_success(&b, 0, result.authenticator_response);
	if (welcome)
		tp_radius_put_bytes(&b, TP_RADIUS_CLASS, proof.name, strlen(proof.name));
	*(welcome ? &server->counts->accepts : &server->counts->rejects) += 1;
	return tp_radius_finish(&b);
}

static size_t answer_record(struct radius_server *server, const struct tp_radius_packet *packet,
			    uint8_t *room)
{
	struct radius_server_counts *counts = server->counts;
	struct tp_radius_value value;
	struct tp_radius_builder b;
	char user[256];
	uint32_t status = 0;

	if (tp_radius_get(packet, TP_RADIUS_ACCT_STATUS_TYPE, &value))
		(void)tp_radius_u32(&value, &status);
	*(status == TP_RADIUS_ACCT_START     ? &counts->starts
	  : status == TP_RADIUS_ACCT_INTERIM ? &counts->interims
	  : status == TP_RADIUS_ACCT_STOP    ? &counts->stops
					     : &counts->others) += 1;
	if (tp_radius_get(packet, TP_RADIUS_USER_NAME, &value) &&
	    tp_radius_text(&value, user, sizeof(user)))
		radius_ledger_enter(&server->ledger, counts, number_of(user), status, packet);
	tp_radius_begin(&b, room, TP_RADIUS_PACKET_MAX, TP_RADIUS_ACCOUNTING_RESPONSE);
	return tp_radius_finish(&b);
}

/* 0: it gets none. */
static size_t answer_to(struct radius_server *server, const uint8_t *bytes, size_t len,
			uint8_t *room)
{
	struct tp_radius_packet packet;
	size_t answer_len = 0;

	if (tp_radius_parse(bytes, len, &packet) != TP_RADIUS_WELL_FORMED ||
	    tp_radius_check_request(&packet, server->options->secret,
				    packet.code == TP_RADIUS_ACCESS_REQUEST) != TP_RADIUS_PROVEN) {
		server->counts->bad++;
		return 0;
	}
	server->counts->requests++;
	if (packet.code == TP_RADIUS_ACCESS_REQUEST)
		answer_len = answer_login(server, &packet, room);
	else if (packet.code == TP_RADIUS_ACCOUNTING_REQUEST)
		answer_len = answer_record(server, &packet, room);
	if (answer_len > 0)
		tp_radius_sign_response(room, answer_len, server->options->secret, packet.id,
					packet.authenticator);
	return answer_len;
}

static void prepare(struct datagrams *d)
{
	for (unsigned i = 0; i < BURST; i++) {
		d->pieces[i] = (struct iovec){d->bytes[i], TP_RADIUS_PACKET_MAX};
		d->messages[i].msg_hdr = (struct msghdr){
			.msg_name = &d->peers[i],
			.msg_namelen = sizeof(d->peers[i]),
			.msg_iov = &d->pieces[i],
			.msg_iovlen = 1,
		};
	}
}

static void send_all(struct datagrams *d, int fd)
{
	if (d->count > 0)
		(void)!sendmmsg(fd, d->messages, d->count, 0);
	d->count = 0;
}

/* The next answer, of LEN bytes that are in its place. */
static void send_next(struct datagrams *d, const struct sockaddr_in *to, size_t len)
{
	d->peers[d->count] = *to;
	d->pieces[d->count].iov_len = len;
	d->count++;
}

static void send_later(struct radius_server *server, int fd, const struct sockaddr_in *to,
		       const uint8_t *bytes, size_t len)
{
	struct answer *answer = malloc(offsetof(struct answer, bytes) + len);

	if (answer == NULL)
		return;
	answer->due_ms = tp_clock_ms() + server->options->delay_ms;
	answer->fd = fd;
	answer->to = *to;
	answer->len = len;
	memcpy(answer->bytes, bytes, len);
	STAILQ_INSERT_TAIL(&server->waiting, answer, entry);
}

static void send_due(struct radius_server *server, uint64_t now_ms)
{
	struct datagrams *d = &server->answers;
	struct answer *answer;
	int fd = -1;

	while ((answer = STAILQ_FIRST(&server->waiting)) != NULL && answer->due_ms <= now_ms) {
		STAILQ_REMOVE_HEAD(&server->waiting, entry);
		if (answer->fd != fd || d->count == BURST)
			send_all(d, fd);
		fd = answer->fd;
		memcpy(d->bytes[d->count], answer->bytes, answer->len);
		send_next(d, &answer->to, answer->len);
		free(answer);
	}
	send_all(d, fd);
}

/* ---- the sockets ---- */

static void serve(struct radius_server *server, int fd)
{
	struct datagrams *in = &server->requests, *out = &server->answers;
	int count = recvmmsg(fd, in->messages, BURST, MSG_DONTWAIT, NULL);

	for (int i = 0; i < count; i++) {
		uint8_t *room = out->bytes[out->count];
		size_t len;

		if (is_lost(server))
			continue;
		len = answer_to(server, in->bytes[i], in->messages[i].msg_len, room);
		if (len == 0 || is_lost(server))
			continue;
		if (server->options->delay_ms == 0)
			send_next(out, &in->peers[i], len);
		else
			send_later(server, fd, &in->peers[i], room, len);
	}
	send_all(out, fd);
}

static int open_port(const struct radius_server_options *options, uint16_t port,
		     struct tp_error *error)
{
	struct sockaddr_in own = {
		.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(options->address),
	};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), size = BUFFER;
	char place[16];

	snprintf(place, sizeof(place), "%u", port);
	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (fd >= 0 && bind(fd, (struct sockaddr *)&own, sizeof(own)) == 0)
		return fd;
	tp_error_set(error, -errno, place, "cannot be listened on: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

static void loop(struct radius_server *server, const volatile int *end)
{
	struct pollfd polls[SOCKETS];

	for (unsigned i = 0; i < SOCKETS; i++)
		polls[i] = (struct pollfd){.fd = server->fd[i], .events = POLLIN};
	while (!*end) {
		poll(polls, SOCKETS, POLL_MS);
		for (unsigned i = 0; i < SOCKETS; i++)
			if ((polls[i].revents & POLLIN) != 0)
				serve(server, polls[i].fd);
		send_due(server, tp_clock_ms());
	}
	send_due(server, UINT64_MAX);
}

int radius_server_run(const struct radius_server_options *options, const volatile int *end,
		      struct radius_server_counts *counts, struct tp_error *error)
{
	static struct radius_server server; /* too large for a stack */
	int code = 0;

	server = (struct radius_server){.options = options, .counts = counts, .fd = {-1, -1}};
	prepare(&server.requests);
	prepare(&server.answers);
	STAILQ_INIT(&server.waiting);
	tp_random_init(&server.random);
	server.fd[0] = open_port(options, options->authentication_port, error);
	if (server.fd[0] >= 0)
		server.fd[1] = open_port(options, options->accounting_port, error);
	if (server.fd[1] < 0)
		code = -EADDRINUSE;
	else
		loop(&server, end);
	radius_ledger_clear(&server.ledger);
	for (unsigned i = 0; i < SOCKETS; i++)
		if (server.fd[i] >= 0)
			close(server.fd[i]);
	return code;
}
