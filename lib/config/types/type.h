/* SPDX-License-Identifier: BSD-3-Clause */
/* The types of properties. Each is a record of operations, and stands in a file of its own with
 * what its values are read and written by; nothing else knows how many types there are.
 *
 * A field of zeroes is an empty value of every type but strings, whose empty value is
 * tp_empty_string. Constant records, pure functions; any thread. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct tp_prefix;
struct tp_property;

/* Behind each, the C type of its field. */
extern const struct tp_type tp_type_string;	  /* char * */
extern const struct tp_type tp_type_bool;	  /* bool */
extern const struct tp_type tp_type_number;	  /* uint32_t */
extern const struct tp_type tp_type_number_list;  /* struct tp_number_list */
extern const struct tp_type tp_type_time;	  /* uint32_t, seconds */
extern const struct tp_type tp_type_time_range;	  /* struct tp_time_range, MIN to MAX */
extern const struct tp_type tp_type_milliseconds; /* uint32_t, MIN to MAX */
extern const struct tp_type tp_type_enum;	  /* unsigned, index into `words` */
extern const struct tp_type tp_type_words;	  /* uint32_t, 1 << index into `words`, or-ed */
extern const struct tp_type tp_type_format;	  /* char *, with `words` in braces */
extern const struct tp_type tp_type_auth_list;	  /* struct tp_auth_list, indexes into `words` */
extern const struct tp_type tp_type_address;	  /* uint32_t, host byte order */
extern const struct tp_type tp_type_ip_address;	  /* struct tp_ip */
extern const struct tp_type tp_type_address_list; /* struct tp_address_list */
extern const struct tp_type tp_type_name_servers; /* struct tp_name_servers */
extern const struct tp_type tp_type_endpoint;	  /* struct tp_endpoint: address or pool */
extern const struct tp_type tp_type_range_list;	  /* struct tp_range_list */
extern const struct tp_type tp_type_prefix;	  /* struct tp_prefix, without host bits */
extern const struct tp_type tp_type_prefix_list;  /* struct tp_prefix_list, with host bits */
extern const struct tp_type tp_type_network_list; /* struct tp_prefix_list, without host bits */
extern const struct tp_type tp_type_prefix6;	  /* struct tp_prefix6, without host bits */
extern const struct tp_type tp_type_network6;	  /* the same, and ::/0 is one, too */
extern const struct tp_type tp_type_address6;	  /* struct tp_prefix6, with host bits */
extern const struct tp_type tp_type_gateway6;	  /* struct tp_gateway6 */
extern const struct tp_type tp_type_prefix6_list; /* struct tp_prefix6_list, the same */
extern const struct tp_type tp_type_route_list;	  /* struct tp_framed_route_list */
extern const struct tp_type tp_type_delay_list;	  /* struct tp_delay_list */
extern const struct tp_type tp_type_bytes;	  /* uint64_t, at most INT64_MAX */
extern const struct tp_type tp_type_vlan_list;	  /* struct tp_vlan_list */
extern const struct tp_type tp_type_mac_prefix;	  /* struct tp_mac_prefix */
extern const struct tp_type tp_type_name_list;	  /* struct tp_name_list, MIN to MAX bytes each */
extern const struct tp_type tp_type_rate_limit;	  /* struct tp_rate_limit *, NULL: not given */

extern const struct tp_type tp_type_neutral; /* unsigned, 1 + index into `words`; 0: none */

#define TP_ELEMENT_LEN 256 /* longest element of a list, with its NUL */
#define TP_VALUE_ROOM  128 /* bytes of the largest value */
/* Does not compile for a larger one. */
#define TP_VALUE_SIZE(c_type)                                                                      \
	(sizeof(c_type) + 0 * sizeof(char[sizeof(c_type) <= TP_VALUE_ROOM ? 1 : -1]))

/* What a type's parser reads. */
struct tp_parse {
	const struct tp_property *property;
	const char *whole; /* the one text, for types that are no lists */
	unsigned count;
	char (*text)[TP_ELEMENT_LEN]; /* the elements, for types that are */
	const char *why; /* OUT: a more helpful sentence than "is not a …", or NULL */
};

/* What a property's min and max are about, as the schema shows it. */
enum tp_bounds { TP_BOUNDS_HIDDEN, TP_BOUNDS_VALUE, TP_BOUNDS_LENGTH };

struct tp_type {
	const char *name; /* as documents say it: "time", "address or pool" */
	size_t size;	  /* of the field: TP_VALUE_SIZE() */
	bool text;    /* a char *: any text, even an empty one, is a value, and is shown as it is */
	bool list;    /* of elements, which commas separate */
	bool plain;   /* neither pointers nor padding: copied and compared by its bytes */
	bool numeric; /* JSON's integers can stand for it */
	enum tp_bounds bounds;

	/* Reads into FIELD, which is zeroes; false when it is no value of the type, or memory is
	 * out: what FIELD then has is cleared by the caller. */
	bool (*parse)(struct tp_parse *p, void *field);
	/* As RouterOS writes it, such that it reads back the same. Not called for what is empty or
	 * `text`. */
	void (*print)(FILE *out, const struct tp_property *property, const void *field);
	/* A new reference, or NULL when memory is out. NULL: its text. */
	json_t *(*to_json)(const struct tp_property *property, const void *field);
	/* NULL: a value is never empty. */
	bool (*is_empty)(const void *field);
	/* NULL: by bytes if it is plain, else by their texts. */
	bool (*equal)(const void *a, const void *b);
	/* Into TO, which is empty; false when memory is out. NULL: the same. */
	bool (*copy)(void *to, const void *from);
	/* Frees what FIELD owns; the caller makes it zeroes. NULL: it owns nothing. */
	void (*clear)(void *field);
	/* The name of the item that FIELD names; NULL or "": none. NULL: it can name none. */
	const char *(*refers_to)(const void *field);

	/* What a value looks like, for a sentence: "a number from 1 to 4094". */
	const char *expected; /* NULL: ask `expect` */
	void (*expect)(FILE *out, const struct tp_property *property);
	/* The same for the reference. NULL: the name. */
	void (*describe)(FILE *out, const struct tp_property *property);
};

/* What strings point to that were not given, so that none is NULL. Never written, never freed. */
extern char tp_empty_string[1];

/* ---- for the types' own files ---- */

/* The text as a JSON string. A new reference, or NULL when memory is out. */
json_t *tp_value_to_json_string(const struct tp_property *property, const void *field);

/* What fields that are texts (char *) have in common, as `to_json` and so on. */
json_t *tp_string_to_json(const struct tp_property *property, const void *field);
bool tp_string_is_empty(const void *field);
bool tp_string_equal(const void *a, const void *b);
bool tp_string_copy(void *to, const void *from);
void tp_string_clear(void *field);

/* Decimal digits from *P on; moves *P past them. False when there are none, or too many. */
bool tp_digits_read(const char **p, uint32_t *out);
/* The same of up to five digits. */
bool tp_short_read(const char **p, uint16_t *out);
/* The whole of TEXT is a number from MIN to MAX. */
bool tp_number_read(const char *text, uint32_t min, uint32_t max, uint32_t *out);
/* The index of TEXT among WORDS, whatever its case; -1: it is none of them. */
int tp_word_find(const char *const *words, const char *text);
/* Is TEXT a word for none, by PROPERTY? */
bool tp_zero_word(const struct tp_property *property, const char *text);
/* An address that a host can have. */
bool tp_host_read(const char *text, uint32_t *out);
/* A network, without host bits; else *WHY may say what is wrong. */
bool tp_network_read(const char *text, struct tp_prefix *out, const char **why);
