/* SPDX-License-Identifier: BSD-3-Clause */
#include "radius/dictionary.h"

#include <string.h>
#include <strings.h>

enum {
	Q = TP_RADIUS_IN_ACCESS_REQUEST,
	A = TP_RADIUS_IN_ACCEPT,
	J = TP_RADIUS_IN_REJECT,
	C = TP_RADIUS_IN_ACCOUNTING,
	D = TP_RADIUS_IN_DYNAMIC,
	N = TP_RADIUS_IN_DYNAMIC_REPLY,
};

#define DEFINITION(vendor, id, number, kind, name, packets, reference, effect)                     \
	[TP_RADIUS_##id] = {name,    TP_RADIUS_VENDOR_##vendor,                                    \
			    number,  TP_RADIUS_KIND_##kind,                                        \
			    packets, reference,                                                    \
			    effect},
#define STANDARD_DEFINITION(...)	   DEFINITION(STANDARD, __VA_ARGS__)
#define MICROSOFT_DEFINITION(...)	   DEFINITION(MICROSOFT, __VA_ARGS__)
#define ASCEND_DEFINITION(...)		   DEFINITION(ASCEND, __VA_ARGS__)
#define ADSL_FORUM_DEFINITION(...)	   DEFINITION(ADSL_FORUM, __VA_ARGS__)
#define ERX_DEFINITION(...)		   DEFINITION(ERX, __VA_ARGS__)
#define WISPR_DEFINITION(...)		   DEFINITION(WISPR, __VA_ARGS__)
#define MIKROTIK_DEFINITION(...)	   DEFINITION(MIKROTIK, __VA_ARGS__)
#define VENDOR_DEFINITIONS(vendor, number) TP_RADIUS_##vendor(vendor##_DEFINITION)

static const struct tp_radius_definition definitions[TP_RADIUS_ATTRIBUTES] = {
	[TP_RADIUS_UNKNOWN] = {.name = "", .reference = "", .effect = ""},
	TP_RADIUS_VENDORS(VENDOR_DEFINITIONS)};

_Static_assert(TP_RADIUS_ATTRIBUTES <= UINT8_MAX, "the indices below are bytes");

#define INDEX(id, number, ...)	  [number] = TP_RADIUS_##id,
#define VENDOR_INDEX(vendor, smi) {smi, {TP_RADIUS_##vendor(INDEX)}},

static const struct {
	uint32_t vendor;
	uint8_t attribute[256]; /* by number */
} vendors[] = {TP_RADIUS_VENDORS(VENDOR_INDEX)};

const struct tp_radius_definition *tp_radius_define(enum tp_radius_attribute attribute)
{
	return &definitions[(unsigned)attribute < TP_RADIUS_ATTRIBUTES ? attribute
								       : TP_RADIUS_UNKNOWN];
}

enum tp_radius_attribute tp_radius_lookup(uint32_t vendor, uint8_t number)
{
	for (size_t i = 0; i < sizeof(vendors) / sizeof(vendors[0]); i++)
		if (vendors[i].vendor == vendor)
			return (enum tp_radius_attribute)vendors[i].attribute[number];
	return TP_RADIUS_UNKNOWN;
}

bool tp_radius_vendor_known(uint32_t vendor)
{
	for (size_t i = 0; i < sizeof(vendors) / sizeof(vendors[0]); i++)
		if (vendors[i].vendor == vendor)
			return true;
	return false;
}

enum tp_radius_attribute tp_radius_find(const char *name)
{
	for (unsigned i = TP_RADIUS_UNKNOWN + 1; i < TP_RADIUS_ATTRIBUTES; i++)
		if (strcasecmp(definitions[i].name, name) == 0)
			return (enum tp_radius_attribute)i;
	return TP_RADIUS_UNKNOWN;
}

/* RFC 3162, section 2.3: a reserved byte, the length of the prefix, and as many bytes of it as are
 * not zero; what is beyond its length must be zero. */
static bool prefix_valid(const uint8_t *bytes, size_t len)
{
	unsigned bits;

	if (len < 2 || len > 18 || bytes[1] > 128)
		return false;
	bits = bytes[1];
	for (size_t i = 2; i < len; i++) {
		unsigned at = (unsigned)(i - 2) * 8;
		unsigned inside = bits > at ? bits - at : 0;

		if (inside < 8 && (bytes[i] & (0xffu >> inside)) != 0)
			return false;
	}
	return true;
}

bool tp_radius_value_valid(enum tp_radius_attribute attribute, const uint8_t *bytes, size_t len)
{
	switch ((enum tp_radius_kind)tp_radius_define(attribute)->kind) {
	case TP_RADIUS_KIND_INTEGER:
	case TP_RADIUS_KIND_ENUM:
	case TP_RADIUS_KIND_TIME:
	case TP_RADIUS_KIND_IPV4ADDR:
		return len == 4;
	case TP_RADIUS_KIND_TEXT:
		return len > 0 && memchr(bytes, '\0', len) == NULL;
	case TP_RADIUS_KIND_STRING:
		return len > 0;
	case TP_RADIUS_KIND_IFID:
		return len == 8;
	case TP_RADIUS_KIND_IPV6ADDR:
		return len == 16;
	case TP_RADIUS_KIND_IPV6PREFIX:
		return prefix_valid(bytes, len);
	}
	return false;
}

#define NAME_CASE(id, number, name)                                                                \
	case number:                                                                               \
		return name;

const char *tp_radius_cause_name(enum tp_radius_cause cause)
{
	switch ((unsigned)cause) {
		TP_RADIUS_CAUSES(NAME_CASE)
	default:
		return "unknown";
	}
}

const char *tp_radius_error_name(enum tp_radius_error error)
{
	switch ((unsigned)error) {
		TP_RADIUS_ERRORS(NAME_CASE)
	default:
		return "unknown";
	}
}

static const enum tp_radius_error errors[TP_RADIUS_ERROR_COUNT] = {
#define NUMBER(id, number, name) number,
	TP_RADIUS_ERRORS(NUMBER)
#undef NUMBER
};

unsigned tp_radius_error_index(enum tp_radius_error error)
{
	unsigned i = 0;

	while (i < TP_RADIUS_ERROR_COUNT - 1 && errors[i] != error)
		i++;
	return i;
}

enum tp_radius_error tp_radius_error_at(unsigned index)
{
	return index < TP_RADIUS_ERROR_COUNT ? errors[index] : TP_RADIUS_NO_ERROR;
}
