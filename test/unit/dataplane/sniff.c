/* SPDX-License-Identifier: BSD-3-Clause */
/* Captures: what a worker copies, for whom, and that a frame goes its way all the same. */
#include "fixture.h"

#include "dataplane/sniff.h"

static struct tp_sniff_store *store;
static struct frame out;

static void look_for(const struct tp_sniff_filter *filter)
{
	if (store == NULL)
		store = tp_sniff_store_create(dp);
	assert_non_null(store);
	assert_int_equal(tp_dataplane_sniff(dp, store, filter), 0);
}

static void look_no_more(void)
{
	struct tp_sniffed *s;

	while ((s = tp_sniff_take(store)) != NULL)
		tp_sniff_give(store, s);
	tp_dataplane_sniff_end(dp, store);
	store = NULL;
}

/* The next copy is this; it is given back. */
static void assert_copy(unsigned port, enum tp_sniff_direction direction, const char *reason,
			const void *bytes, uint32_t len)
{
	struct tp_sniffed *s = tp_sniff_take(store);

	assert_non_null(s);
	assert_int_equal(s->port, port);
	assert_int_equal(s->direction, direction);
	if (reason == NULL)
		assert_null(tp_sniff_reason(s));
	else
		assert_string_equal(tp_sniff_reason(s), reason);
	if (bytes != NULL) {
		assert_int_equal(s->length, len);
		assert_memory_equal(s->bytes, bytes, s->captured);
	}
	tp_sniff_give(store, s);
}

static void assert_no_copy(void)
{
	assert_null(tp_sniff_take(store));
	assert_int_equal(tp_sniff_lost(store), 0);
}

static void give_up(unsigned n, uint32_t dst)
{
	struct packet p = plain(SUBSCRIBER + n - 1, dst);
	struct frame f = up_frame(n, &p);

	give(ACCESS, &f);
}

static struct tp_sniff_filter of_client(unsigned n)
{
	return (struct tp_sniff_filter){
		.by_mac = true, .mac = client_mac(n), .address = SUBSCRIBER + n - 1};
}

static void test_a_packet_is_there_before_and_after_encapsulation(void **state)
{
	const struct tp_sniff_filter one = of_client(1);
	struct packet p = plain(SUBSCRIBER, INTERNET);
	struct frame f;

	bring_up(1);
	look_for(&one);
	f = up_frame(1, &p);
	give(ACCESS, &f);
	assert_true(take(CORE, &out));
	assert_copy(ACCESS, TP_SNIFF_RECEIVED, NULL, f.bytes, f.len);
	assert_copy(CORE, TP_SNIFF_SENT, NULL, out.bytes, out.len);
	p = plain(INTERNET, SUBSCRIBER);
	f = down_frame(&p);
	give(CORE, &f);
	assert_true(take(ACCESS, &out));
	assert_copy(CORE, TP_SNIFF_RECEIVED, NULL, f.bytes, f.len);
	assert_copy(ACCESS, TP_SNIFF_SENT, NULL, out.bytes, out.len);
	assert_no_copy();
	look_no_more();
}

static void test_others_are_not_in_it(void **state)
{
	const struct tp_sniff_filter one = of_client(1);
	struct packet p = plain(INTERNET, SUBSCRIBER + 1);
	struct frame f;

	bring_up(1);
	bring_up(2);
	look_for(&one);
	give_up(2, INTERNET);
	assert_true(take(CORE, &out));
	f = down_frame(&p);
	give(CORE, &f);
	assert_true(take(ACCESS, &out));
	assert_no_copy();
	look_no_more();
}

static void test_what_is_dropped_says_why(void **state)
{
	const struct tp_sniff_filter one = of_client(1);
	const struct tp_ip_prefix any = {TP_IP4(0u), 0};
	struct packet spoofed = plain(INTERNET, INTERNET);
	struct frame f;

	bring_up(1);
	look_for(&one);
	f = up_frame(1, &spoofed);
	give(ACCESS, &f);
	assert_copy(ACCESS, TP_SNIFF_RECEIVED, "spoofed_source", f.bytes, f.len);
	assert_int_equal(tp_dataplane_route_remove(dp, &any), 0);
	w->counters[ACCESS].drops[TP_DROP_SPOOFED_SOURCE] = 0;
	w->counters[ACCESS].received--;
	give_up(1, IP(198, 18, 0, 9));
	assert_copy(ACCESS, TP_SNIFF_RECEIVED, "no_route", NULL, 0);
	assert_true(take(ACCESS, &out)); /* he is told */
	assert_copy(ACCESS, TP_SNIFF_SENT, NULL, out.bytes, out.len);
	assert_no_copy();
	look_no_more();
}

static void test_a_stripped_tag_is_where_it_was(void **state)
{
	const struct tp_sniff_filter all = {.ports = 1u << ACCESS};
	struct packet p = plain(SUBSCRIBER, INTERNET);
	struct frame tagged, f;

	open_session(1, (struct tp_vlans){.outer = 7});
	look_for(&all);
	tagged = session_frame(1, (struct tp_vlans){.outer = 7}, TP_PPP_PROTO_IPV4, &p, sizeof(p));
	f = session_frame(1, (struct tp_vlans){0}, TP_PPP_PROTO_IPV4, &p, sizeof(p));
	give_stripped(ACCESS, &f, 7);
	assert_copy(ACCESS, TP_SNIFF_RECEIVED, "session_not_up", tagged.bytes, tagged.len);
	look_no_more();
}

static void test_discovery_alone(void **state)
{
	const struct tp_sniff_filter discovery = {.discovery = true};
	struct frame f = {.len = 60};
	struct tp_message message;

	bring_up(1);
	look_for(&discovery);
	give_up(1, INTERNET);
	assert_true(take(CORE, &out));
	memset(f.bytes, 0xff, 6);
	memcpy(f.bytes + 6, client_mac(9).bytes, 6);
	memcpy(f.bytes + 12, "\x88\x63\x11\x09\x00\x00\x00\x04\x01\x01\x00\x00", 12);
	give(ACCESS, &f);
	assert_copy(ACCESS, TP_SNIFF_RECEIVED, NULL, f.bytes, f.len);
	assert_no_copy();
	assert_true(take_message(&message, &out));
	look_no_more();
}

static void test_what_there_is_no_room_for_is_counted_and_goes_its_way(void **state)
{
	const struct tp_sniff_filter all = {.snap = 64};
	unsigned copies = 0, sent = 0;
	struct tp_sniffed *s;

	bring_up(1);
	look_for(&all);
	for (unsigned i = 0; i < 3000; i++) {
		give_up(1, INTERNET);
		sent += take(CORE, &out);
	}
	assert_int_equal(sent, 3000);
	while ((s = tp_sniff_take(store)) != NULL) {
		assert_true(s->captured <= 64 && s->length > 0);
		tp_sniff_give(store, s);
		copies++;
	}
	assert_int_equal(copies + tp_sniff_lost(store), 6000);
	assert_true(tp_sniff_lost(store) > 0);
	look_no_more();
}

static void test_when_nobody_looks_nothing_is_copied(void **state)
{
	const struct tp_sniff_filter all = {0};

	bring_up(1);
	look_for(&all);
	look_no_more();
	assert_null(dp->sniff);
	give_up(1, INTERNET);
	assert_true(take(CORE, &out));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_packet_is_there_before_and_after_encapsulation),
		TEST(test_others_are_not_in_it),
		TEST(test_what_is_dropped_says_why),
		TEST(test_a_stripped_tag_is_where_it_was),
		TEST(test_discovery_alone),
		TEST(test_what_there_is_no_room_for_is_counted_and_goes_its_way),
		TEST(test_when_nobody_looks_nothing_is_copied),
	};

	return RUN(tests);
}
