/* SPDX-License-Identifier: BSD-3-Clause */
/* Blocks of a capture, byte by byte, as the format's draft has them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "wire/pcapng.h"

static uint32_t at32(const uint8_t *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static uint16_t at16(const uint8_t *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* Its length stands at both ends, and is a multiple of four. */
static void assert_block(const uint8_t *block, size_t len, uint32_t type)
{
	assert_int_equal(len % 4, 0);
	assert_int_equal(at32(block), type);
	assert_int_equal(at32(block + 4), len);
	assert_int_equal(at32(block + len - 4), len);
}

/* The option CODE behind P; NULL: there is none. Its length to *LEN. */
static const uint8_t *option(const uint8_t *p, uint16_t code, unsigned *len)
{
	for (; at16(p) != 0; p += 4 + (at16(p + 2) + 3u) / 4 * 4)
		if (at16(p) == code) {
			*len = at16(p + 2);
			return p + 4;
		}
	return NULL;
}

static void test_a_section_begins_with_the_byte_order(void **state)
{
	uint8_t block[TP_PCAPNG_ROOM];
	size_t len = tp_pcapng_section(block, "Turnpike", "session 7 of bob");
	unsigned text_len;

	assert_block(block, len, 0x0a0d0d0a);
	assert_int_equal(at32(block + 8), 0x1a2b3c4d);
	assert_int_equal(at16(block + 12), 1);
	assert_memory_equal(option(block + 24, 4, &text_len), "Turnpike", 8);
	assert_memory_equal(option(block + 24, 1, &text_len), "session 7 of bob", 16);
	assert_int_equal(text_len, 16);
}

static void test_an_interface_has_a_name_and_counts_nanoseconds(void **state)
{
	uint8_t block[TP_PCAPNG_ROOM];
	size_t len = tp_pcapng_interface(block, TP_PCAPNG_ETHERNET, "ether3", NULL);
	unsigned option_len;

	assert_block(block, len, 1);
	assert_int_equal(at16(block + 8), 1);
	assert_memory_equal(option(block + 16, 2, &option_len), "ether3", 6);
	assert_int_equal(*option(block + 16, 9, &option_len), 9);
	assert_null(option(block + 16, 3, &option_len));
}

static void test_a_packet_is_padded_and_has_its_comment(void **state)
{
	uint8_t block[TP_PCAPNG_ROOM + 8];
	size_t len = tp_pcapng_packet(block, &(struct tp_pcapng_packet){
						     .interface = 1,
						     .time_ns = UINT64_C(0x123456789abcdef0),
						     .data = "hello",
						     .captured = 5,
						     .length = 1500,
						     .direction = TP_PCAPNG_OUT,
						     .comment = "dropped: no_route",
					     });
	unsigned option_len;

	assert_block(block, len, 6);
	assert_int_equal(at32(block + 8), 1);
	assert_int_equal(at32(block + 12), 0x12345678);
	assert_int_equal(at32(block + 16), 0x9abcdef0);
	assert_int_equal(at32(block + 20), 5);
	assert_int_equal(at32(block + 24), 1500);
	assert_memory_equal(block + 28, "hello\0\0\0", 8);
	assert_int_equal(at32(option(block + 36, 2, &option_len)), 2);
	assert_memory_equal(option(block + 36, 1, &option_len), "dropped: no_route", 17);
}

static void test_a_text_that_is_too_long_is_cut(void **state)
{
	uint8_t block[TP_PCAPNG_ROOM];
	char text[2 * TP_PCAPNG_TEXT_MAX];
	unsigned option_len;

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_true(tp_pcapng_section(block, text, text) <= sizeof(block));
	option(block + 24, 1, &option_len);
	assert_int_equal(option_len, TP_PCAPNG_TEXT_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_section_begins_with_the_byte_order),
		cmocka_unit_test(test_an_interface_has_a_name_and_counts_nanoseconds),
		cmocka_unit_test(test_a_packet_is_padded_and_has_its_comment),
		cmocka_unit_test(test_a_text_that_is_too_long_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
