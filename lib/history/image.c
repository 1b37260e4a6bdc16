/* SPDX-License-Identifier: BSD-3-Clause */
/* A caller as bytes, as the journal has it. Reasons are words there, so that another version of the
 * program knows them, or leaves out what it does not. */
#include <string.h>

#include "base/bytes.h"
#include "history/private.h"

#define VERSION 1

static void write_text(struct tp_writer *w, const char *text)
{
	size_t len = text != NULL ? strlen(text) : 0;

	tp_write_be16(w, (uint16_t)len);
	tp_write_bytes(w, text, len);
}

static void write_prefix(struct tp_writer *w, const struct tp_prefix6 *prefix)
{
	tp_write_u8(w, prefix->length);
	if (prefix->length > 0)
		tp_write_bytes(w, prefix->address, sizeof(prefix->address));
}

static void write_entry(struct tp_writer *w, const struct tp_history_entry *e)
{
	tp_write_be64(w, e->last_ms);
	tp_write_be32(w, e->span_s);
	tp_write_be32(w, e->count);
	tp_write_be32(w, e->number);
	tp_write_u8(w, e->families);
	tp_write_u8(w, e->kind);
	write_text(w, tp_history_word(e->kind, e->code));
	write_text(w, e->text);
}

/* Without the FIRST entries. */
static size_t write_from(const struct caller *c, unsigned first, uint8_t *bytes, size_t room)
{
	struct tp_writer w = tp_writer_of(bytes, room);

	tp_write_u8(&w, VERSION);
	tp_write_u8(&w, c->is.known);
	tp_write_bytes(&w, c->is.mac.bytes, sizeof(c->is.mac.bytes));
	tp_write_be16(&w, c->is.vlans.outer);
	tp_write_be16(&w, c->is.vlans.inner);
	write_text(&w, c->is.port);
	write_text(&w, c->is.user);
	write_text(&w, c->is.circuit_id);
	write_text(&w, c->is.remote_id);
	tp_write_be32(&w, c->is.address);
	write_prefix(&w, &c->is.prefix);
	write_prefix(&w, &c->is.delegated);
	tp_write_u8(&w, (uint8_t)(c->is.count - first));
	for (unsigned i = first; i < c->is.count; i++)
		write_entry(&w, &c->is.entries[i]);
	return tp_writer_ok(&w) ? tp_writer_len(&w) : 0;
}

size_t image_write(const struct caller *c, uint8_t *bytes, size_t room)
{
	size_t len = 0;

	for (unsigned first = 0; len == 0 && first < c->is.count; first += 16)
		len = write_from(c, first, bytes, room);
	return len;
}

static bool read_text(struct tp_reader *r, char text[TP_HISTORY_TEXT_MAX])
{
	uint16_t len;

	text[0] = '\0';
	if (!tp_read_be16(r, &len) || len >= TP_HISTORY_TEXT_MAX || !tp_read_copy(r, text, len))
		return false;
	text[len] = '\0';
	return strlen(text) == len;
}

static bool read_prefix(struct tp_reader *r, struct tp_prefix6 *prefix)
{
	*prefix = (struct tp_prefix6){.length = 0};
	return tp_read_u8(r, &prefix->length) && prefix->length <= 128 &&
	       (prefix->length == 0 || tp_read_copy(r, prefix->address, sizeof(prefix->address)));
}

/* An entry as it is read. */
struct read_entry {
	struct tp_history_entry e;
	char text[TP_HISTORY_TEXT_MAX];
	bool makes_sense; /* to this version */
};

static bool read_entry(struct tp_reader *r, struct read_entry *out)
{
	char word[TP_HISTORY_TEXT_MAX];
	int code;

	*out = (struct read_entry){.makes_sense = true};
	if (!tp_read_be64(r, &out->e.last_ms) || !tp_read_be32(r, &out->e.span_s) ||
	    !tp_read_be32(r, &out->e.count) || !tp_read_be32(r, &out->e.number) ||
	    !tp_read_u8(r, &out->e.families) || !tp_read_u8(r, &out->e.kind) ||
	    !read_text(r, word) || !read_text(r, out->text))
		return false;
	code = out->e.kind < TP_HISTORY_KINDS ? tp_history_code(out->e.kind, word) : -1;
	out->makes_sense = code >= 0 && out->e.count > 0;
	out->e.code = (uint8_t)code;
	return true;
}

/* What was read is older than all that has happened since the start. */
static void put_before(struct tp_history *h, struct caller *c, unsigned index,
		       const struct read_entry *read)
{
	const unsigned most = limits_of_caller(h, c);
	const char *text;

	if (!read->makes_sense || c->is.count >= most)
		return;
	text = tp_name_get(h->names, read->text);
	if (text == NULL || caller_append(h, c, most) == NULL) {
		tp_name_unref(text);
		return;
	}
	memmove(c->is.entries + index + 1, c->is.entries + index,
		(c->is.count - 1u - index) * sizeof(*c->is.entries));
	c->is.entries[index] = read->e;
	c->is.entries[index].text = text;
}

/* The newest of them first, as far as there is room. */
static bool read_entries(struct tp_history *h, struct caller *c, struct tp_reader r)
{
	static struct read_entry read[TP_HISTORY_LINES_MAX]; /* too large for a stack */
	uint8_t count;

	if (!tp_read_u8(&r, &count))
		return false;
	for (unsigned i = 0; i < count; i++)
		if (!read_entry(&r, &read[i]))
			return false;
	for (unsigned i = count; i-- > 0;)
		put_before(h, c, 0, &read[i]);
	return true;
}

struct facts {
	uint8_t known;
	struct tp_mac mac;
	struct tp_vlans vlans;
	char port[TP_HISTORY_TEXT_MAX], user[TP_HISTORY_TEXT_MAX];
	char circuit_id[TP_HISTORY_TEXT_MAX], remote_id[TP_HISTORY_TEXT_MAX];
	uint32_t address;
	struct tp_prefix6 prefix, delegated;
};

static bool read_facts(struct tp_reader *r, struct facts *f)
{
	uint8_t version;

	return tp_read_u8(r, &version) && version == VERSION && tp_read_u8(r, &f->known) &&
	       tp_read_copy(r, f->mac.bytes, sizeof(f->mac.bytes)) &&
	       tp_read_be16(r, &f->vlans.outer) && tp_read_be16(r, &f->vlans.inner) &&
	       read_text(r, f->port) && read_text(r, f->user) && read_text(r, f->circuit_id) &&
	       read_text(r, f->remote_id) && tp_read_be32(r, &f->address) &&
	       read_prefix(r, &f->prefix) && read_prefix(r, &f->delegated);
}

/* Of who has been heard of since, what is not known yet. */
static void fill_in(struct tp_history *h, struct caller *c, const struct facts *f)
{
	if (c->is.circuit_id == NULL)
		caller_rename(h, &c->is.circuit_id, f->circuit_id);
	if (c->is.remote_id == NULL)
		caller_rename(h, &c->is.remote_id, f->remote_id);
	if (c->is.address == 0)
		c->is.address = f->address;
	if (c->is.prefix.length == 0)
		c->is.prefix = f->prefix;
	if (c->is.delegated.length == 0)
		c->is.delegated = f->delegated;
}

static bool join(struct tp_history *h, uint64_t id, const struct facts *f, const char *port,
		 struct tp_reader r)
{
	struct caller *c = caller_find(h, &f->mac, f->vlans, port, f->user);
	const bool is_new = c == NULL;
	bool whole;

	if (is_new)
		c = caller_add(h, id, &f->mac, f->vlans, port, f->user, f->known != 0);
	if (c == NULL)
		return false;
	if (f->known != 0)
		caller_is_known(h, c);
	if (!c->on_disk) /* heard of since: it goes on in this row */
		c->is.id = id;
	c->on_disk = true;
	fill_in(h, c, f);
	whole = read_entries(h, c, r);
	if (c->is.count == 0) {
		caller_remove(h, c);
		return false;
	}
	if (!is_new)
		caller_changed(h, c);
	limits_keep(h, c);
	return whole && c->is.id == id;
}

bool image_read(struct tp_history *h, uint64_t id, const uint8_t *bytes, size_t len)
{
	static struct facts facts;
	struct tp_reader r = tp_reader_of(bytes, len);
	const char *port;
	bool joined;

	if (!read_facts(&r, &facts))
		return false;
	port = tp_name_get(h->names, facts.port);
	joined = port != NULL && join(h, id, &facts, port, r);
	tp_name_unref(port);
	return joined;
}
