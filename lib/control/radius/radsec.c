/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/radius/radsec.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "control/control_private.h"
#include "control/loop.h"
#include "control/radius/radius.h"
#include "control/radius/sockets.h"
#include "radius/stream.h"

#define OUT_MAX	     (1u << 20) /* bytes that wait until the server takes them */
#define HANDSHAKE_MS 5000	/* for TCP and TLS together */
#define AGAIN_MS     1000	/* before another try, when a connection was lost */
#define READ_MAX     64		/* packets of one connection in one turn */

/* What a connection to one server needs. */
struct server {
	uint32_t id;
	gnutls_certificate_credentials_t credentials; /* NULL: they can't be read */
	char *certificate, *ca_certificate;
	time_t certificate_s, ca_certificate_s; /* when the files were written */
	char name[TP_IP_TEXT_LEN]; /* that the certificate must have; "": its issuer is enough */
	uint32_t generation;
	uint64_t lost_ms;
	LIST_ENTRY(server) entry;
};

enum state { CONNECTING, SHAKING_HANDS, OPEN, LOST };

struct tp_radsec_connection {
	struct tp_radsec *radsec;
	struct tp_radius_socket *socket;
	struct tp_radius_endpoint peer;
	uint32_t server;
	enum state state;
	uint64_t since_ms;
	int fd;
	uint64_t what;	  /* the loop calls it by */
	bool ready;	  /* there may be something to do at it */
	bool waits_write; /* the loop is to say when it can be written to */
	gnutls_session_t session;
	uint8_t *out;
	size_t out_len;
	struct tp_radius_stream in;
	char why[96]; /* it was lost */
	LIST_ENTRY(tp_radsec_connection) entry;
};

struct tp_radsec {
	struct tp_control *c;
	LIST_HEAD(, server) servers;
	LIST_HEAD(, tp_radsec_connection) connections;
	uint32_t last_generation;
};

struct tp_radsec *tp_radsec_create(struct tp_control *c)
{
	struct tp_radsec *radsec = calloc(1, sizeof(*radsec));

	if (radsec != NULL)
		radsec->c = c;
	return radsec;
}

/* ---- servers and their certificates ---- */

static struct server *find(struct tp_radsec *radsec, uint32_t id)
{
	struct server *server;

	LIST_FOREACH (server, &radsec->servers, entry) {
		if (server->id == id)
			break;
	}
	return server;
}

static void server_free(struct server *server)
{
	LIST_REMOVE(server, entry);
	if (server->credentials != NULL)
		gnutls_certificate_free_credentials(server->credentials);
	free(server->certificate);
	free(server->ca_certificate);
	free(server);
}

void tp_radsec_remove(struct tp_radsec *radsec, uint32_t id)
{
	struct server *server = find(radsec, id);

	if (server != NULL)
		server_free(server);
}

static time_t written_s(const char *path)
{
	struct stat st;

	return path[0] != '\0' && stat(path, &st) == 0 ? st.st_mtime : 0;
}

static bool is_same(const struct server *server, const struct tp_config_radius *config)
{
	return server->certificate != NULL && server->ca_certificate != NULL &&
	       strcmp(server->certificate, config->certificate) == 0 &&
	       strcmp(server->ca_certificate, config->ca_certificate) == 0 &&
	       server->certificate_s == written_s(config->certificate) &&
	       server->ca_certificate_s == written_s(config->ca_certificate);
}

/* NULL: one of the files can't be used; WHAT and WHY say which. */
static gnutls_certificate_credentials_t load(const struct tp_config_radius *config,
					     const char **what, const char **why)
{
	gnutls_certificate_credentials_t credentials;
	int rc;

	*what = "out of memory";
	*why = "";
	if (gnutls_certificate_allocate_credentials(&credentials) != 0)
		return NULL;
	*what = config->ca_certificate;
	if (config->ca_certificate[0] != '\0')
		rc = gnutls_certificate_set_x509_trust_file(credentials, config->ca_certificate,
							    GNUTLS_X509_FMT_PEM);
	else
		rc = gnutls_certificate_set_x509_system_trust(credentials);
	if (rc >= 0 && config->certificate[0] != '\0') {
		*what = config->certificate;
		rc = gnutls_certificate_set_x509_key_file(credentials, config->certificate,
							  config->certificate, GNUTLS_X509_FMT_PEM);
	}
	if (rc >= 0)
		return credentials;
	*why = gnutls_strerror(rc);
	gnutls_certificate_free_credentials(credentials);
	return NULL;
}

static void keep(struct tp_radsec *radsec, struct server *server,
		 const struct tp_config_radius *config)
{
	const char *what, *why;

	if (server->credentials != NULL)
		gnutls_certificate_free_credentials(server->credentials);
	free(server->certificate);
	free(server->ca_certificate);
	server->certificate = strdup(config->certificate);
	server->ca_certificate = strdup(config->ca_certificate);
	server->certificate_s = written_s(config->certificate);
	server->ca_certificate_s = written_s(config->ca_certificate);
	server->credentials = load(config, &what, &why);
	server->generation = ++radsec->last_generation;
	if (server->credentials == NULL)
		tp_log_error("radius", "server %s: %s: %s", config->head.key, what, why);
}

bool tp_radsec_server(struct tp_radsec *radsec, const struct tp_config_radius *config,
		      uint32_t *generation)
{
	struct server *server = find(radsec, config->head.id);

	if (server == NULL) {
		server = calloc(1, sizeof(*server));
		if (server == NULL)
			return false;
		server->id = config->head.id;
		LIST_INSERT_HEAD(&radsec->servers, server, entry);
	}
	if (!is_same(server, config))
		keep(radsec, server, config);
	server->name[0] = '\0';
	if (config->ca_certificate[0] == '\0') /* anybody has one of the system's issuers */
		tp_ip_format(&config->address, server->name);
	*generation = server->generation;
	return server->credentials != NULL;
}

/* ---- a connection ---- */

static void lose(struct tp_radsec_connection *connection, const char *why)
{
	if (connection->state == LOST)
		return;
	connection->state = LOST;
	snprintf(connection->why, sizeof(connection->why), "%s", why);
}

static int make_session(struct tp_radsec_connection *connection, const struct server *server)
{
	int rc = gnutls_init(&connection->session,
			     GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);

	if (rc != 0)
		return -ENOMEM;
	if (gnutls_set_default_priority(connection->session) != 0 ||
	    gnutls_credentials_set(connection->session, GNUTLS_CRD_CERTIFICATE,
				   server->credentials) != 0)
		return -ENOMEM;
	gnutls_session_set_verify_cert(connection->session,
				       server->name[0] != '\0' ? server->name : NULL, 0);
	gnutls_transport_set_int(connection->session, connection->fd);
	return 0;
}

int tp_radsec_open(struct tp_radsec *radsec, struct tp_radius_socket *socket,
		   const struct tp_radius_server *config, enum tp_radius_service service,
		   uint64_t what, struct tp_radsec_connection **out)
{
	struct server *server = find(radsec, config->id);
	struct tp_radsec_connection *connection;
	int error = 0;

	if (server == NULL || server->credentials == NULL)
		return -ENOKEY;
	if (server->lost_ms != 0 && radsec->c->now_ms - server->lost_ms < AGAIN_MS)
		return -EAGAIN;
	connection = calloc(1, sizeof(*connection));
	if (connection == NULL)
		return -ENOMEM;
	connection->radsec = radsec;
	connection->socket = socket;
	connection->peer = config->endpoint[service];
	connection->server = config->id;
	connection->since_ms = radsec->c->now_ms;
	connection->what = what;
	connection->ready = true;
	connection->fd = tp_radius_connect(&connection->peer, config->source, SOCK_STREAM);
	if (connection->fd < 0)
		error = connection->fd;
	LIST_INSERT_HEAD(&radsec->connections, connection, entry);
	if (error == 0)
		error = tp_loop_watch(radsec->c, connection->fd, what);
	if (error == 0)
		error = make_session(connection, server);
	if (error != 0) {
		tp_radsec_close(connection);
		return error;
	}
	*out = connection;
	return 0;
}

void tp_radsec_close(struct tp_radsec_connection *connection)
{
	LIST_REMOVE(connection, entry);
	if (connection->session != NULL)
		gnutls_deinit(connection->session);
	if (connection->fd >= 0)
		close(connection->fd);
	free(connection->out);
	free(connection);
}

int tp_radsec_send(struct tp_radsec_connection *connection, const uint8_t *bytes, size_t len)
{
	uint8_t *grown;

	if (connection->state == LOST)
		return -ENOTCONN;
	if (connection->out_len + len > OUT_MAX)
		return -EAGAIN;
	grown = realloc(connection->out, connection->out_len + len);
	if (grown == NULL)
		return -ENOMEM;
	memcpy(grown + connection->out_len, bytes, len);
	connection->out = grown;
	connection->out_len += len;
	connection->ready = true;
	return 0;
}

void tp_radsec_ready(struct tp_radsec_connection *connection)
{
	connection->ready = true;
}

static bool is_patient(int rc)
{
	return rc == GNUTLS_E_AGAIN || rc == GNUTLS_E_INTERRUPTED;
}

static void finish_connect(struct tp_radsec_connection *connection)
{
	struct pollfd poll_fd = {.fd = connection->fd, .events = POLLOUT};
	int error = 0;
	socklen_t size = sizeof(error);

	if (poll(&poll_fd, 1, 0) <= 0)
		return;
	getsockopt(connection->fd, SOL_SOCKET, SO_ERROR, &error, &size);
	if (error != 0)
		lose(connection, strerror(error));
	else
		connection->state = SHAKING_HANDS;
}

static void shake_hands(struct tp_radsec_connection *connection)
{
	int rc = gnutls_handshake(connection->session);

	if (rc == 0) {
		connection->state = OPEN;
	} else if (rc == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR) {
		gnutls_datum_t text = {0};
		unsigned status = gnutls_session_get_verify_cert_status(connection->session);

		gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509, &text, 0);
		lose(connection, text.data != NULL ? (const char *)text.data : "its certificate");
		gnutls_free(text.data);
	} else if (gnutls_error_is_fatal(rc)) {
		lose(connection, gnutls_strerror(rc));
	} else if (!is_patient(rc)) {
		connection->ready = true; /* a warning: there may be more */
	}
}

static void flush(struct tp_radsec_connection *connection)
{
	size_t sent = 0;

	while (sent < connection->out_len) {
		ssize_t n = gnutls_record_send(connection->session, connection->out + sent,
					       connection->out_len - sent);

		if (n < 0 && is_patient((int)n))
			break;
		if (n < 0) {
			lose(connection, gnutls_strerror((int)n));
			break;
		}
		sent += (size_t)n;
	}
	if (sent == 0)
		return;
	memmove(connection->out, connection->out + sent, connection->out_len - sent);
	connection->out_len -= sent;
}

static void take_packets(struct tp_radsec_connection *connection)
{
	struct tp_control *c = connection->radsec->c;
	uint8_t packet[TP_RADIUS_PACKET_MAX];
	size_t len;

	do {
		if (!tp_radius_stream_take(&connection->in, packet, &len)) {
			lose(connection, "what it sends is not RADIUS");
			return;
		}
		if (len > 0)
			tp_radius_client_input(c->radius->client, connection->socket,
					       &connection->peer, packet, len, c->now_ms);
	} while (len > 0);
}

static bool receive(struct tp_radsec_connection *connection)
{
	unsigned i;

	for (i = 0; i < READ_MAX && connection->state == OPEN; i++) {
		size_t size;
		uint8_t *room = tp_radius_stream_room(&connection->in, &size);
		ssize_t n = gnutls_record_recv(connection->session, room, size);

		if (n < 0 && (is_patient((int)n) || !gnutls_error_is_fatal((int)n)))
			break;
		if (n <= 0) {
			lose(connection, n == 0 ? "it was closed" : gnutls_strerror((int)n));
			break;
		}
		tp_radius_stream_add(&connection->in, (size_t)n);
		take_packets(connection);
	}
	connection->ready |= i == READ_MAX;
	return i > 0;
}

/* What is to be read the loop tells always. */
static void wait_for_write(struct tp_radsec_connection *connection)
{
	bool wait = connection->state == CONNECTING ||
		    (connection->state == SHAKING_HANDS &&
		     gnutls_record_get_direction(connection->session) == 1) ||
		    (connection->state == OPEN && connection->out_len > 0);

	if (wait == connection->waits_write || connection->state == LOST)
		return;
	connection->waits_write = wait;
	if (tp_loop_watch_out(connection->radsec->c, connection->fd, connection->what, wait) != 0)
		lose(connection, strerror(errno));
}

static bool work_at(struct tp_radsec_connection *connection)
{
	bool work = false;

	connection->ready = false;
	if (connection->state == CONNECTING)
		finish_connect(connection);
	if (connection->state == SHAKING_HANDS)
		shake_hands(connection);
	if (connection->state == OPEN) {
		work = connection->out_len > 0;
		flush(connection);
		work |= receive(connection);
	}
	wait_for_write(connection);
	return work;
}

static bool go_on(struct tp_radsec_connection *connection)
{
	const uint64_t for_ms = connection->radsec->c->now_ms - connection->since_ms;
	bool work = connection->ready && connection->state != LOST && work_at(connection);

	if ((connection->state == CONNECTING || connection->state == SHAKING_HANDS) &&
	    for_ms > HANDSHAKE_MS)
		lose(connection, "it was not made in time");
	return work;
}

static void tell_lost(struct tp_radsec *radsec, const struct tp_radsec_connection *connection)
{
	struct server *server = find(radsec, connection->server);
	const struct tp_config_item *item =
		tp_config_by_id(radsec->c->config, TP_RADIUS, connection->server);

	if (server != NULL)
		server->lost_ms = radsec->c->now_ms;
	if (item != NULL)
		tp_log_warning("radius", "server %s: the connection is lost: %s", item->key,
			       connection->why);
}

bool tp_radsec_turn(struct tp_radsec *radsec)
{
	struct tp_radsec_connection *connection, *next;
	bool work = false;

	for (connection = LIST_FIRST(&radsec->connections); connection != NULL; connection = next) {
		work |= go_on(connection);
		next = LIST_NEXT(connection, entry);
		if (connection->state != LOST)
			continue;
		tell_lost(radsec, connection);
		tp_radius_client_socket_lost(radsec->c->radius->client, connection->socket,
					     radsec->c->now_ms);
	}
	return work;
}

void tp_radsec_destroy(struct tp_radsec *radsec)
{
	if (radsec == NULL)
		return;
	while (!LIST_EMPTY(&radsec->servers))
		server_free(LIST_FIRST(&radsec->servers));
	free(radsec);
}
