/* SPDX-License-Identifier: BSD-3-Clause */
/* docs/radius-attributes.md, out of the dictionary. */
#include <errno.h>

#include "radius/dictionary.h"

static const char intro[] =
	"# RADIUS attributes\n"
	"\n"
	"Generated from the dictionary (`ninja docs`); do not edit. [RADIUS](radius.md) tells how "
	"they\n"
	"work together. Names are those of FreeRADIUS' dictionaries, which have all of them: a "
	"set-up for\n"
	"RouterOS needs no other. An attribute that is not here is ignored in a reply; a "
	"CoA-Request or\n"
	"Disconnect-Request with a standard one that is not here, or not for these, is refused\n"
	"(Error-Cause 401, Unsupported-Attribute).\n"
	"\n"
	"**In** says which packets an attribute may be in:\n"
	"\n"
	"| | |\n"
	"|---|---|\n"
	"| Q | Access-Request: we send it |\n"
	"| A | Access-Accept: we take it |\n"
	"| J | Access-Reject: we take it |\n"
	"| C | Accounting-Request: we send it |\n"
	"| D | CoA-Request and Disconnect-Request: we take it |\n"
	"| N | their ACK and NAK: we send it |\n";

static const struct {
	uint32_t number;
	const char *name;
} vendors[] = {
	{TP_RADIUS_VENDOR_STANDARD, "Standard"},   {TP_RADIUS_VENDOR_MIKROTIK, "MikroTik"},
	{TP_RADIUS_VENDOR_MICROSOFT, "Microsoft"}, {TP_RADIUS_VENDOR_ADSL_FORUM, "Broadband Forum"},
	{TP_RADIUS_VENDOR_WISPR, "WISPr"},	   {TP_RADIUS_VENDOR_ASCEND, "Ascend"},
	{TP_RADIUS_VENDOR_ERX, "Juniper (ERX)"},
};

static void write_title(unsigned vendor, FILE *out)
{
	fprintf(out, "\n## %s", vendors[vendor].name);
	if (vendors[vendor].number != TP_RADIUS_VENDOR_STANDARD)
		fprintf(out, ", vendor %u", vendors[vendor].number);
	fputs("\n\n| attribute | number | in | reference | effect |\n|---|---|---|---|---|\n", out);
}

static void write_row(const struct tp_radius_definition *d, FILE *out)
{
	static const char letters[] = "QAJCDN";

	fprintf(out, "| `%s` | %u |", d->name, d->number);
	for (unsigned bit = 0; letters[bit] != '\0'; bit++)
		if ((d->packets >> bit & 1) != 0)
			fprintf(out, " %c", letters[bit]);
	fprintf(out, " | %s | %s |\n", d->reference, d->effect);
}

int tp_radius_dictionary_to_markdown(FILE *out)
{
	fputs(intro, out);
	for (unsigned v = 0; v < sizeof(vendors) / sizeof(vendors[0]); v++) {
		write_title(v, out);
		for (unsigned i = TP_RADIUS_UNKNOWN + 1; i < TP_RADIUS_ATTRIBUTES; i++)
			if (tp_radius_define(i)->vendor == vendors[v].number)
				write_row(tp_radius_define(i), out);
	}
	return fflush(out) != 0 || ferror(out) ? -EIO : 0;
}
