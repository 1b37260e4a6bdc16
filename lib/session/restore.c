/* SPDX-License-Identifier: BSD-3-Clause */
/* Sessions of before a restart. First each line is what it was: a slot, ids, a place, a server.
 * Then the session has its user, what it gets, and what it holds. Where no worker knew what nobody
 * knows any more (MP's sequence numbers, MPPE's keys), packets flow at once; else LCP is negotiated
 * anew within the PPPoE session, as when the client does it: the session keeps what it has, and its
 * links join it again when they have logged in. */
#include "session/restore.h"
#include "session/bundle.h"
#include "session/events.h"
#include "session/life.h"
#include "session/login.h"
#include "session/ppp_config.h"

#include <errno.h>

/* ---- where ---- */

static bool find_port(const struct tp_ac *ac, const char *name, uint16_t *number)
{
	for (uint16_t i = 0; i < TP_AC_MAX_PORTS; i++) {
		if (!ac->ports[i].set || strcmp(ac->ports[i].name, name) != 0)
			continue;
		*number = i;
		return true;
	}
	return false;
}

static bool is_it(const struct tp_ac_server *server, const struct tp_line_facts *f)
{
	return strcmp(server->interface, f->interface) == 0 &&
	       strcmp(server->service_name, f->service_name) == 0;
}

/* An .id may be another's after a start; names tell. */
static struct tp_ac_server *find_server(const struct tp_ac *ac, const struct tp_line_facts *f)
{
	struct tp_ac_server *server = tp_ac_server_find(ac, f->server_id);

	if (server != NULL && is_it(server, f))
		return server;
	for (server = ac->servers; server != NULL; server = server->by_id.next)
		if (is_it(server, f))
			return server;
	return NULL;
}

static int find_place(struct tp_restoring *r, const struct tp_line_facts *f,
		      struct tp_access *access, struct tp_ac_server **server)
{
	*access = (struct tp_access){.vlans = f->vlans};
	*server = find_server(r->ac, f);
	if (*server == NULL)
		return tp_error_set(r->error, -ENOENT, "server",
				    "there is no server \"%.64s\" on %.64s any more",
				    f->service_name, f->interface);
	if ((*server)->disabled)
		return tp_error_set(r->error, -ENOENT, "server",
				    "the server \"%.64s\" on %.64s is disabled", f->service_name,
				    f->interface);
	if (!find_port(r->ac, f->port, &access->port))
		return tp_error_set(r->error, -ENOENT, "server", "there is no port %.64s any more",
				    f->port);
	if (!tp_ac_server_covers(*server, access))
		return tp_error_set(r->error, -ENOENT, "server",
				    "the server \"%.64s\" on %.64s is not for its place any more",
				    f->service_name, f->interface);
	return 0;
}

/* ---- a line ---- */

static int claim(struct tp_restoring *r, const struct tp_line_facts *f,
		 const struct tp_access *access, struct tp_line **out)
{
	struct tp_ac *ac = r->ac;
	int rc;
	struct tp_line *line = tp_ac_table_reclaim(ac, f->slot, f->id, f->accounting_id, &rc);

	if (rc == -ENOSPC)
		return tp_error_set(r->error, rc, "room",
				    "the session table has no slot %u any more", f->slot);
	if (rc == -EEXIST)
		return tp_error_set(r->error, rc, "taken", "another has its slot");
	if (rc != 0)
		return tp_error_set(r->error, rc, "memory", "no memory for its slot");
	rc = tp_ac_ids_reclaim(ac, tp_ac_ids_of(ac, access), f->session_id, f->slot);
	if (rc == 0) {
		*out = line;
		return 0;
	}
	tp_ac_table_fell(ac, line);
	tp_ac_table_release(ac, line);
	if (rc == -EEXIST)
		return tp_error_set(r->error, rc, "taken", "another has its session id %u",
				    f->session_id);
	return tp_error_set(r->error, rc, "memory", "no memory for its session id");
}

static void fill(struct tp_restoring *r, struct tp_line *line, const struct tp_line_facts *f,
		 const struct tp_access *access, struct tp_ac_server *server)
{
	line->session_id = f->session_id;
	line->access = *access;
	line->mac = f->mac;
	line->fingerprint = f->fingerprint;
	line->started_ms = tp_restoring_past_ms(r, f->started_wall_ms);
	line->up_ms = tp_restoring_past_ms(r, f->up_wall_ms);
	line->limit_ms = r->ac->now_ms + TP_AC_SETUP_LIMIT_MS;
	line->server = server;
	line->ppp_config = f->large ? server->large_ppp_config : server->ppp_config;
	line->keepalive_s = server->keepalive_s;
	line->mrru = f->mrru;
	line->short_sequence = f->short_sequence;
	line->peer_short_sequence = f->peer_short_sequence;
	line->method = f->ppp.method;
	tp_ac_bundle_know_end(line, f->ppp.endpoint, f->mrru != 0 ? f->ppp.endpoint_len : 0);
}

static int keep_access_line(struct tp_restoring *r, struct tp_line *line,
			    const struct tp_line_facts *f)
{
	if (!f->has_access_line || !line->server->trust_access_line)
		return 0;
	line->access_line = tp_ac_alloc(r->ac, sizeof(*line->access_line));
	if (line->access_line == NULL)
		return tp_error_set(r->error, -ENOMEM, "memory", "no memory for its line");
	*line->access_line = f->access_line;
	return 0;
}

static int keep_user(struct tp_restoring *r, struct tp_line *line, const struct tp_line_facts *f)
{
	const char *user = r->user;
	int rc;

	if (user[0] == '\0')
		return 0;
	rc = tp_ac_index_user_again(r->ac, line, user, f->instance);
	if (rc == -EEXIST)
		return tp_error_set(r->error, rc, "taken",
				    "another session of the user has its number");
	return rc == 0 ? 0 : tp_error_set(r->error, rc, "memory", "no memory for its name");
}

/* It never was: what it has is let go of, and its slot, once the data plane has. OPENED: that has
 * heard of it. */
static void abandon(struct tp_line *line, bool opened)
{
	struct tp_ac *ac = line->ac;

	tp_ac_index_fell(ac, line);
	tp_ac_ids_fell(tp_ac_ids_of(ac, &line->access), line->session_id);
	tp_ac_table_fell(ac, line);
	line->server->standing--;
	tp_ac_set_state(line, TP_SESSION_CLOSED);
	if (opened)
		ac->ops.close(ac->user, line);
	else
		tp_ac_slot_released(ac, line->slot, ac->now_ms);
}

/* The PPPoE session of F stands, without a word to anyone. */
static int stand(struct tp_restoring *r, const struct tp_line_facts *f, struct tp_line **out)
{
	struct tp_ac_server *server;
	struct tp_access access;
	struct tp_line *line = NULL;
	int rc = find_place(r, f, &access, &server);

	if (rc == 0)
		rc = claim(r, f, &access, &line);
	if (rc != 0)
		return rc;
	fill(r, line, f, &access, server);
	server->refs++;
	server->standing++;
	line->ppp_config->refs++;
	tp_ac_init_ppp(line);
	tp_ac_index_started(r->ac, line);
	r->ac->counters.standing[TP_SESSION_LCP]++;
	line->state = TP_SESSION_LCP;
	rc = keep_access_line(r, line, f);
	if (rc == 0)
		rc = keep_user(r, line, f);
	if (rc == 0)
		*out = line;
	else
		abandon(line, false);
	return rc;
}

/* ---- what it gets ---- */

/* As a reload has it: who has no secret any more is not let in; of what may change while a session
 * stands, the configuration has the last word. */
static int check_secret(struct tp_restoring *r, const struct tp_subscriber *subscriber)
{
	const char *user = r->user;

	if (user[0] == '\0' || subscriber->secret_id == 0 || tp_aaa_local_has(r->ac->secrets, user))
		return 0;
	return tp_error_set(r->error, -EACCES, "secret", "its secret is gone, or disabled");
}

/* The .id of the secret may be another by now. */
static void find_secret(const struct tp_restoring *r, struct tp_subscriber *subscriber)
{
	if (subscriber->secret_id != 0 && r->user[0] != '\0')
		subscriber->secret_id = tp_aaa_local_secret_id(r->ac->secrets, r->user);
}

static int give_subscriber(struct tp_restoring *r, struct tp_session *s)
{
	struct tp_subscriber copy = {0};
	int rc;

	if (r->facts->subscriber == NULL)
		return 0;
	rc = check_secret(r, r->facts->subscriber);
	if (rc != 0)
		return rc;
	rc = tp_subscriber_copy(&copy, r->facts->subscriber);
	if (rc == 0) {
		find_secret(r, &copy);
		rc = tp_ac_subscriber_take(s, &copy);
	}
	if (rc != 0) {
		tp_subscriber_clear(&copy);
		return tp_error_set(r->error, rc, "memory", "no memory for what it gets");
	}
	tp_ac_subscriber_renew(s);
	return 0;
}

/* ---- going on ---- */

static void resume_ppp(struct tp_restoring *r, struct tp_session *s)
{
	const struct tp_ppp_auth_result given = {
		.accept = true,
		.addresses = tp_ac_subscriber_addresses(s),
		.interface_ids = tp_ac_interface_ids(s->line),
		.no_ipv6 = s->no_ipv6,
	};
	struct tp_ppp_event event;

	tp_ppp_restore(&s->line->ppp, &r->facts->lines[0].ppp, &given, r->ac->now_ms);
	tp_ppp_lcp_terms(&s->line->ppp, &event);
	tp_ac_keep_terms(s->line, &event);
}

static int open_slot(struct tp_restoring *r, const struct tp_line *line)
{
	int rc = r->ac->ops.open(r->ac->user, line);

	return rc == 0 ? 0
		       : tp_error_set(r->error, -ENOSPC, "room",
				      "the data plane has no room for it");
}

static int resume_packets(struct tp_restoring *r, struct tp_session *s)
{
	int rc = s->ipv6 != NULL ? tp_ac_ipv6_routes_make(s) : 0;

	if (rc == 0)
		rc = tp_ac_families_resume(s, r->facts->families);
	if (rc == -EEXIST)
		return tp_error_set(r->error, rc, "taken",
				    "an address or a route of it is the router's, or another's");
	if (rc != 0)
		return tp_error_set(r->error, -ENOSPC, "room",
				    "the data plane has no room for its packets");
	if ((s->families & TP_AC_IPV6) != 0)
		tp_ipv6_router_resume(&s->ipv6->router, r->ac->now_ms);
	return 0;
}

static void tell(struct tp_line *line)
{
	line->ac->counters.restored++;
	tp_ac_arm(line);
	tp_ac_tell_plainly(line, TP_AC_SESSION_RESTORED,
			   line->awaits_lcp ? "goes on after a restart, and negotiates LCP anew"
					    : "goes on after a restart");
}

static bool begins_anew(const struct tp_session_facts *f)
{
	return f->anew || f->encrypted || f->lines[0].mrru != 0;
}

static int resume(struct tp_restoring *r, struct tp_line *line, bool *opened)
{
	struct tp_session *s = tp_ac_session_begin(line);
	int rc;

	*opened = false;
	if (s == NULL)
		return tp_error_set(r->error, -ENOMEM, "memory", "no memory for it");
	rc = give_subscriber(r, s);
	if (rc == 0)
		rc = tp_ac_reclaim_held(r, s);
	if (rc == 0 && !line->awaits_lcp)
		resume_ppp(r, s);
	if (rc == 0)
		rc = open_slot(r, line);
	*opened = rc == 0;
	return rc == 0 && !line->awaits_lcp ? resume_packets(r, s) : rc;
}

/* The session, by its own line. */
static int restore_session(struct tp_restoring *r)
{
	struct tp_line *line;
	bool opened;
	int rc = stand(r, &r->facts->lines[0], &line);

	if (rc != 0)
		return rc;
	line->awaits_lcp = begins_anew(r->facts);
	rc = resume(r, line, &opened);
	if (rc == 0)
		tell(line);
	else
		abandon(line, opened);
	return rc;
}

/* A line that had joined it: nobody's until it has logged in. One that can't go on dials again. */
static void restore_link(struct tp_ac *ac, const struct tp_link_to_restore *link)
{
	struct tp_restoring quietly = {ac, link->user, NULL, link->wall_ms, NULL};
	struct tp_line *line;

	if (stand(&quietly, &link->facts, &line) != 0)
		return;
	line->awaits_lcp = true;
	if (open_slot(&quietly, line) == 0)
		tell(line);
	else
		abandon(line, false);
}

/* What was written of a session's links may be older than what was written of others: its slot and
 * ids are a link's only when no session has them. */
static void put_off_link(struct tp_restoring *r, const struct tp_line_facts *f)
{
	struct tp_link_to_restore *link = tp_ac_alloc(r->ac, sizeof(*link));

	if (link == NULL)
		return;
	link->facts = *f;
	link->wall_ms = r->wall_ms;
	snprintf(link->user, sizeof(link->user), "%s", r->user);
	SLIST_INSERT_HEAD(&r->ac->links_to_restore, link, entry);
}

static void drop_links(struct tp_ac *ac,
		       void (*fn)(struct tp_ac *, const struct tp_link_to_restore *))
{
	struct tp_link_to_restore *link;

	while ((link = SLIST_FIRST(&ac->links_to_restore)) != NULL) {
		SLIST_REMOVE_HEAD(&ac->links_to_restore, entry);
		if (fn != NULL)
			fn(ac, link);
		tp_ac_free(ac, link, sizeof(*link));
	}
}

void tp_ac_restore_end(struct tp_ac *ac, uint64_t now_ms)
{
	tp_ac_now(ac, now_ms);
	drop_links(ac, restore_link);
}

void tp_ac_restore_clear(struct tp_ac *ac)
{
	drop_links(ac, NULL);
}

/* Also those of what is refused: what had them may still be known by them elsewhere. */
static void go_beyond_ids(struct tp_ac *ac, const struct tp_session_facts *f)
{
	for (unsigned i = 0; i < f->line_count; i++)
		tp_ac_table_go_beyond(ac, f->serial, f->lines[i].accounting_id);
}

int tp_ac_restore(struct tp_ac *ac, const uint8_t *image, size_t len, uint64_t now_ms,
		  uint64_t wall_ms, struct tp_error *error)
{
	struct tp_session_facts facts;
	struct tp_restoring r = {ac, facts.user, &facts, wall_ms, error};
	int rc;

	tp_ac_now(ac, now_ms);
	rc = tp_session_facts_read(&facts, ac->secrets, image, len, error);
	if (rc != 0)
		return rc;
	go_beyond_ids(ac, &facts);
	rc = restore_session(&r);
	for (unsigned i = 1; rc == 0 && i < facts.line_count; i++)
		put_off_link(&r, &facts.lines[i]);
	tp_session_facts_clear(&facts);
	return rc;
}
