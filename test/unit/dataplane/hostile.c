/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames that somebody has tampered with: whatever they hold, each is accounted for, and the
 * worker goes on. */
#include "fixture.h"

#include "base/random.h"

static struct frame out;

static void drain(void)
{
	struct tp_message message;
	while (take(ACCESS, &out) || take(CORE, &out))
		;
	while (take_message(&message, &out))
		;
}

/* Changes a few bytes, mostly of the headers, and now and then the length. */
static void tamper(struct tp_random *random, struct frame *f)
{
	unsigned changes = tp_random_below(random, 4);
	for (unsigned i = 0; i < changes; i++) {
		unsigned reach = tp_random_below(random, 2) ? 70 : f->len;
		unsigned at = tp_random_below(random, reach < f->len ? reach : f->len);
		f->bytes[at] = (uint8_t)tp_random_u32(random);
	}
	if (tp_random_below(random, 4) == 0)
		f->len = (uint16_t)(1 + tp_random_below(random, f->len));
}

static struct frame any_frame(struct tp_random *random, unsigned *port)
{
	static const struct tp_vlans vlans[] = {{0, 0}, {5, 0}, {5, 6}};
	struct packet p = plain(SUBSCRIBER, INTERNET);
	uint8_t lcp[64] = {9, 1, 0, 8};
	p.payload = (uint16_t)tp_random_below(random, 1600);
	p.protocol = (uint8_t[]){1, 6, 17}[tp_random_below(random, 3)];
	p.ttl = (uint8_t)tp_random_below(random, 4);
	*port = tp_random_below(random, 2);
	if (*port == CORE) {
		p.src = INTERNET;
		p.dst = SUBSCRIBER;
		return down_frame(&p);
	}
	if (tp_random_below(random, 4) == 0)
		return session_frame(1, vlans[tp_random_below(random, 3)], TP_PPP_PROTO_LCP, lcp,
				     (uint16_t)tp_random_below(random, 64));
	if (tp_random_below(random, 4) == 0)
		p.dst = OUR_ADDRESS + tp_random_below(random, 4);
	return up_frame(1, &p);
}

static void test_tampered_frames_are_all_accounted_for(void **state)
{
	struct tp_random random;
	(void)state;
	tp_random_init_seed(&random, 4711);
	bring_up(1);
	bring_up(2);
	for (unsigned i = 0; i < 60000; i++) {
		unsigned port;
		struct frame f = any_frame(&random, &port);
		tamper(&random, &f);
		if (tp_random_below(&random, 8) == 0)
			give_stripped(port, &f, (uint16_t)tp_random_u32(&random));
		else
			give(port, &f);
		drain();
		w->tick += tp_random_below(&random, 2);
	}
	assert_true(w->counters[ACCESS].forwarded > 1000);
	assert_true(w->counters[CORE].forwarded > 1000);
} /* end() adds up what was received and what became of it */

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_tampered_frames_are_all_accounted_for),
	};
	return RUN(tests);
}
