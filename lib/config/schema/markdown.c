/* SPDX-License-Identifier: BSD-3-Clause */
/* docs/configuration.md, out of the schema. */
#include "config/schema/schema.h"

#include <errno.h>

static const char *const intro =
	"# Configuration reference\n"
	"\n"
	"Generated from the schema (`ninja docs`); do not edit. The names, paths and values are\n"
	"RouterOS's wherever it has them.\n"
	"\n"
	"Each resource has one model and three faces:\n"
	"\n"
	"- **YAML**: the tree of the file that `turnpike --config FILE` reads, and\n"
	"  `turnpike --check FILE` checks: each mistake is named by file, line, column and "
	"property.\n"
	"- **JSON**: `/rest` and the path, on the Unix socket: `GET /rest/ppp/profile`.\n"
	"- **CLI**: `turnpikectl` and the path with blanks: `turnpikectl /ppp profile print`.\n"
	"\n"
	"Values are written as RouterOS writes them: times as `10s`, `1d2h` or `00:01:00`, "
	"switches\n"
	"as `yes` and `no` (`true` and `false` too), ranges as `10.0.0.2-10.0.0.5`, lists with "
	"commas\n"
	"or as lists of YAML and JSON. What is not given has its default.\n"
	"\n"
	"**Live** says whether a property may change while the daemon runs (through the API, or by "
	"a\n"
	"reload); the others wait for a restart. **Required** ones have no default.\n"
	"\n"
	"The smallest whole file; `conf/` has more to start from:\n"
	"\n"
	"```yaml\n"
	"system: { identity: MT_AC }\n"
	"dataplane:\n"
	"  control-lcore: 0\n"
	"  worker-lcores: [1]\n"
	"  ports:\n"
	"    - { name: ether3, device: \"net_af_packet0,iface=acc0\" }\n"
	"    - { name: core0, device: \"net_af_packet1,iface=up0\", address: 192.0.2.1/24 }\n"
	"ip:\n"
	"  pool: [ { name: pppoe-pool, ranges: 10.0.0.2-10.0.0.5 } ]\n"
	"  route: [ { dst-address: 0.0.0.0/0, gateway: 192.0.2.2 } ]\n"
	"ppp:\n"
	"  profile: [ { name: for-pppoe, local-address: 10.0.0.1, remote-address: pppoe-pool } ]\n"
	"  secret: [ { name: MT-User, password: StrongPass, profile: for-pppoe, service: pppoe } "
	"]\n"
	"interface:\n"
	"  pppoe-server:\n"
	"    server: [ { service-name: pppoeservice, interface: ether3, default-profile: for-pppoe "
	"} ]\n"
	"```\n"
	"\n";

static void write_type(const struct tp_property *property, FILE *out)
{
	if (property->refers == 0 || !property->type->text) {
		tp_property_describe(property, out);
		return;
	}
	fputs("name of an item of", out);
	for (unsigned i = 0, n = 0; i < TP_RESOURCES; i++)
		if ((property->refers >> i & 1) != 0)
			fprintf(out, "%s `%s`", n++ > 0 ? " or" : "", tp_resources[i].path);
}

/* "`8728` of `api`, …", of the I-th property. False: it has none of these. */
static bool write_key_defaults(const struct tp_resource *resource, unsigned i, FILE *out)
{
	const struct tp_key_default *d = resource->defaults;
	bool begun = false;

	for (; d != NULL && d->key != NULL; d++) {
		if (d->property != i)
			continue;
		fprintf(out, "%s`%s` of `%s`", begun ? ", " : " | ", d->text, d->key);
		begun = true;
	}
	return begun;
}

static void write_property(const struct tp_resource *resource, unsigned i, FILE *out)
{
	const struct tp_property *property = &resource->properties[i];

	fprintf(out, "| `%s` | ", property->name);
	write_type(property, out);
	if (write_key_defaults(resource, i, out)) {
		if (property->default_text != NULL)
			fprintf(out, ", else `%s`", property->default_text);
	} else if ((property->flags & TP_REQUIRED) != 0) {
		fputs(" | *required*", out);
	} else if ((property->flags & TP_NUMBERED) != 0) {
		fprintf(out, " | `%s1`, …", property->default_text);
	} else if (property->default_text != NULL && *property->default_text != '\0') {
		fprintf(out, " | `%s`", property->default_text);
	} else {
		fputs(" | none", out);
	}
	fprintf(out, " | %s | %s%s |\n", (property->flags & TP_RUNTIME) != 0 ? "yes" : "no",
		property->help,
		(property->flags & TP_SECRET) != 0 ? ". Goes in and never comes out" : "");
}

static const char *programs_of(enum tp_resource_id id)
{
	if (!tp_program_has(TP_PROGRAM_SERVER, id))
		return "`turnpike-client` has it. ";
	return tp_program_has(TP_PROGRAM_CLIENT, id) ? "`turnpike` and `turnpike-client` have it. "
						     : "";
}

int tp_schema_to_markdown(FILE *out)
{
	fputs(intro, out);
	for (unsigned i = 0; i < TP_RESOURCES; i++) {
		const struct tp_resource *resource = &tp_resources[i];

		fprintf(out, "## %s\n\n%s.\n\nIn YAML: `%s`, %s. ", resource->path, resource->help,
			resource->yaml_path,
			resource->singleton ? "a mapping" : "a list of mappings");
		fputs(programs_of(i), out);
		if (resource->singleton)
			fputs("It is there once: it can be read and changed.\n\n", out);
		else if (tp_resource_is_fixed(resource))
			fputs("What there is can be read and changed.\n\n", out);
		else if (resource->runtime)
			fputs("Items may be added and removed while the daemon runs.\n\n", out);
		else
			fputs("Items are added and removed in the file, with a restart.\n\n", out);
		fputs("| property | value | default | live | what it is |\n"
		      "|---|---|---|---|---|\n",
		      out);
		for (unsigned p = 0; p < resource->count; p++)
			write_property(resource, p, out);
		if (i + 1 < TP_RESOURCES)
			fputc('\n', out);
	}
	return fflush(out) != 0 || ferror(out) ? -EIO : 0;
}
