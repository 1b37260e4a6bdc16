/* SPDX-License-Identifier: BSD-3-Clause */
/* What holds of every type that a property of the schema has, whichever it is. */
#include <errno.h>
#include <stdlib.h>

#include "given.h"

#include "config/types/property.h"
#include "config/types/type.h"

#define SAMPLES 3

/* Texts as each type writes them; the first and the second are different values. */
static const struct {
	const struct tp_type *type;
	const char *text[SAMPLES];
} samples[] = {
	{&tp_type_string, {"x", "y"}},
	{&tp_type_bool, {"yes", "no"}},
	{&tp_type_number, {"1", "2"}},
	{&tp_type_number_list, {"1,2", "2,1", "3"}},
	{&tp_type_time, {"1m30s", "0s"}},
	{&tp_type_time_range, {"20s-1m3s", "1m"}},
	{&tp_type_milliseconds, {"20ms", "63ms"}},
	{&tp_type_enum, {"one", "two"}},
	{&tp_type_words, {"one,two", "two", "one"}},
	{&tp_type_neutral, {"one", "two"}},
	{&tp_type_format, {"port {two}.{one}", "{one}"}},
	{&tp_type_auth_list, {"one,two", "two", "one"}},
	{&tp_type_address, {"192.0.2.1", "10.0.0.1"}},
	{&tp_type_ip_address, {"192.0.2.1", "2001:db8::1"}},
	{&tp_type_address_list, {"192.0.2.1,10.0.0.1", "10.0.0.1,192.0.2.1", "10.0.0.1"}},
	{&tp_type_name_servers,
	 {"192.0.2.1,10.0.0.1,2001:db8::1,2001:db8::2", "2001:db8::1", "10.0.0.1,2001:db8::1"}},
	{&tp_type_endpoint, {"192.0.2.1", "some-pool"}},
	{&tp_type_range_list, {"10.0.0.2-10.0.0.5,192.0.2.1", "10.0.0.2"}},
	{&tp_type_prefix, {"192.0.2.0/24", "0.0.0.0/0"}},
	{&tp_type_prefix_list, {"192.0.2.1/24,10.0.0.1/32", "192.0.2.1/25"}},
	{&tp_type_network_list, {"192.0.2.0/24,10.0.0.1/32", "192.0.2.0/25"}},
	{&tp_type_network6, {"2001:db8::/32", "::/0"}},
	{&tp_type_address6, {"2001:db8::1/64", "2001:db8::2/127"}},
	{&tp_type_gateway6, {"fe80::1%ether1", "2001:db8::2", "2001:db8::2%ether1"}},
	{&tp_type_prefix6, {"2001:db8::/32", "2001:db8::5/128"}},
	{&tp_type_prefix6_list, {"2001:db8:1::/48,2001:db8::/56", "2001:db8:1::/48"}},
	{&tp_type_route_list, {"192.0.2.0/24 10.0.0.2 1", "192.0.2.0/24", "192.0.2.0/24 10.0.0.2"}},
	{&tp_type_delay_list, {"0ms,100ms:300,never:1000", "5ms"}},
	{&tp_type_bytes, {"9223372036854775807", "0"}},
	{&tp_type_vlan_list, {"5,40-63", "5"}},
	{&tp_type_mac_prefix, {"02:AA:BB:00:00:00/24", "02:AA:BB:00:00:01"}},
	{&tp_type_name_list, {"a,b", "b,a"}},
	{&tp_type_rate_limit, {"10M/50M 20M/100M 8M/40M 10s/10s", "512k/1G"}},
};
#define TYPES (sizeof(samples) / sizeof(samples[0]))

/* An item of one property. */
struct room {
	_Alignas(16) char field[TP_VALUE_ROOM];
};

static const char *const words[] = {"one", "two", NULL};
static struct tp_property property = {.name = "it", .max = 63, .words = words};

static struct room read_one(const char *text)
{
	const struct tp_input input = {.text = &text, .count = 1};
	struct room room = {{0}};
	struct tp_error error;

	tp_property_clear(&property, &room);
	if (tp_property_parse(&property, &room, &input, &error) != 0)
		fail_msg("%s, '%s': %s", property.type->name, text, error.message);
	return room;
}

static void test_each_type_of_the_schema_has_an_example_here(void **state)
{
	for (unsigned r = 0; r < TP_RESOURCES; r++) {
		for (unsigned p = 0; p < tp_resources[r].count; p++) {
			const struct tp_type *type = tp_resources[r].properties[p].type;
			unsigned i = 0;

			while (i < TYPES && samples[i].type != type)
				i++;
			if (i == TYPES)
				fail_msg("%s: a type without example", type->name);
		}
	}
}

static void test_what_is_shown_is_read_back_the_same(void **state)
{
	for (unsigned i = 0; i < TYPES; i++) {
		property.type = samples[i].type;
		for (unsigned s = 0; s < SAMPLES && samples[i].text[s] != NULL; s++) {
			struct room room = read_one(samples[i].text[s]);
			char *text = tp_property_to_text(&property, &room);
			json_t *json = tp_property_to_json(&property, &room);

			assert_string_equal(text, samples[i].text[s]);
			assert_non_null(json);
			assert_true(!json_is_string(json) ||
				    strcmp(json_string_value(json), text) == 0);
			json_decref(json);
			free(text);
			tp_property_clear(&property, &room);
		}
	}
}

static void test_a_copy_is_equal_and_owns_what_it_has(void **state)
{
	for (unsigned i = 0; i < TYPES; i++) {
		property.type = samples[i].type;
		for (unsigned s = 0; s < SAMPLES && samples[i].text[s] != NULL; s++) {
			struct room room = read_one(samples[i].text[s]), copy = {{0}};
			char *text;

			assert_int_equal(tp_property_copy(&property, &copy, &room), 0);
			assert_true(tp_property_equal(&property, &copy, &room));
			tp_property_clear(&property, &room);
			text = tp_property_to_text(&property, &copy);
			assert_string_equal(text, samples[i].text[s]);
			free(text);
			tp_property_clear(&property, &copy);
		}
	}
}

static void test_different_values_are_not_equal(void **state)
{
	for (unsigned i = 0; i < TYPES; i++) {
		property.type = samples[i].type;
		struct room a = read_one(samples[i].text[0]), b = read_one(samples[i].text[1]);

		if (tp_property_equal(&property, &a, &b))
			fail_msg("%s: '%s' and '%s'", property.type->name, samples[i].text[0],
				 samples[i].text[1]);
		tp_property_clear(&property, &a);
		tp_property_clear(&property, &b);
	}
}

static void test_what_is_cleared_is_empty_and_shows_nothing(void **state)
{
	for (unsigned i = 0; i < TYPES; i++) {
		property.type = samples[i].type;
		struct room room = read_one(samples[i].text[0]), copy = {{0}};
		char *text;

		assert_false(tp_property_empty(&property, &room));
		tp_property_clear(&property, &room);
		if (property.type->is_empty == NULL)
			continue;
		assert_true(tp_property_empty(&property, &room));
		text = tp_property_to_text(&property, &room);
		assert_string_equal(text, "");
		free(text);
		assert_int_equal(tp_property_copy(&property, &copy, &room), 0);
		assert_true(tp_property_equal(&property, &copy, &room));
		tp_property_clear(&property, &copy);
	}
}

static void test_what_is_no_value_leaves_the_field_and_says_what_was_expected(void **state)
{
	const char *const no_value =
		"a name\x01with a control character, and longer than 63 bytes besides";
	const struct tp_input input = {.text = &no_value, .count = 1};

	for (unsigned i = 0; i < TYPES; i++) {
		property.type = samples[i].type;
		struct room room = read_one(samples[i].text[0]), same = room;
		struct tp_error error = {0};
		char expected[200];

		assert_int_equal(tp_property_parse(&property, &room, &input, &error), -EINVAL);
		assert_memory_equal(&room, &same, sizeof(room));
		assert_true(tp_property_expected(&property, expected, sizeof(expected))[0] != '\0');
		assert_true(strstr(error.message, expected) != NULL ||
			    strstr(error.message, " has ") != NULL);
		tp_property_clear(&property, &room);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_type_of_the_schema_has_an_example_here),
		cmocka_unit_test(test_what_is_shown_is_read_back_the_same),
		cmocka_unit_test(test_a_copy_is_equal_and_owns_what_it_has),
		cmocka_unit_test(test_different_values_are_not_equal),
		cmocka_unit_test(test_what_is_cleared_is_empty_and_shows_nothing),
		cmocka_unit_test(test_what_is_no_value_leaves_the_field_and_says_what_was_expected),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
