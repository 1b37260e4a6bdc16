/* SPDX-License-Identifier: BSD-3-Clause */
/* Control ends a session while a packet is on its way there: it goes as it would have a moment
 * earlier. It is not too large for 0 bytes, which would tell its sender to send none larger.
 *
 * The linker puts our tp_mss() in the place of the true one, which is called half way. */
#include "fixture.h"

static struct frame out;
static bool ends;

void __real_tp_mss(struct rte_mbuf *m, uint16_t mss);
void __wrap_tp_mss(struct rte_mbuf *m, uint16_t mss);

void __wrap_tp_mss(struct rte_mbuf *m, uint16_t mss)
{
	if (ends)
		w->terms[1].packet_mtu = 0;
	__real_tp_mss(m, mss);
}

static void test_a_packet_is_not_too_large_for_a_session_that_ends(void **state)
{
	struct packet p = plain(INTERNET, SUBSCRIBER);

	(void)state;
	p.fragment = TP_IPV4_DF;
	bring_up(1);
	w->down[1].mtu = TP_IPV4_HEADER_LEN; /* the careful way */
	for (unsigned i = 0; i < 2; i++) {
		struct frame f = down_frame(&p);

		ends = i > 0;
		give(CORE, &f);
		assert_true(take(ACCESS, &out));
		assert_nothing_out();
		assert_no_drops(CORE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_packet_is_not_too_large_for_a_session_that_ends),
	};
	return RUN(tests);
}
