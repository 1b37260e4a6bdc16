/* SPDX-License-Identifier: BSD-3-Clause */
/* The manual page turnpike.yaml(5), out of the schema. */
#include "config/schema/schema.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const intro =
	".\\\" SPDX-License-Identifier: BSD-3-Clause\n"
	".\\\" Generated from the schema.\n"
	".Dd November 29, 2026\n"
	".Dt TURNPIKE.YAML 5\n"
	".Os\n"
	".Sh NAME\n"
	".Nm turnpike.yaml\n"
	".Nd configuration of turnpike and turnpike-client\n"
	".Sh DESCRIPTION\n"
	"A tree in YAML: below the path of a menu are its properties, or a list of items with "
	"theirs.\n"
	"Menus, properties and values are RouterOS's wherever it has them: times as 10s, 1d2h or "
	"00:01:00,\n"
	"switches as yes and no, ranges as 10.0.0.2-10.0.0.5, lists with commas or as lists of "
	"YAML.\n"
	"What is not given has its default.\n"
	".Pp\n"
	"The same menus are there in\n"
	".Xr turnpikectl 1\n"
	"and below\n"
	".Li /rest\n"
	"of the API; what is changed there is saved to the file, and comments in it are kept.\n"
	"Properties that are marked\n"
	".Em live\n"
	"may change while the daemon runs; the others wait for a restart.\n"
	".Sh MENUS\n";

static const char *const outro = ".Sh FILES\n"
				 ".Bl -tag -width Ds\n"
				 ".It Pa /etc/turnpike/turnpike.yaml\n"
				 "The access concentrator's.\n"
				 ".It Pa /etc/turnpike-client/client.yaml\n"
				 "The client's.\n"
				 ".It Pa /usr/share/turnpike/examples\n"
				 "Files to start from.\n"
				 ".El\n"
				 ".Sh SEE ALSO\n"
				 ".Xr turnpikectl 1 ,\n"
				 ".Xr turnpike 8 ,\n"
				 ".Xr turnpike-client 8\n";

/* TEXT as a line of its own, or a part of one: nothing in it is a request, and Markdown's marks go.
 */
static void write_text(const char *text, FILE *out)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", out);
	for (; *text != '\0'; text++) {
		if (*text == '\\')
			fputs("\\e", out);
		else if (*text == '"')
			fputs("\\(dq", out);
		else if (*text != '`' && *text != '\n')
			fputc(*text, out);
	}
}

static void write_described(const struct tp_property *property, FILE *out)
{
	char *text = NULL;
	size_t len;
	FILE *memory = open_memstream(&text, &len);

	if (memory == NULL)
		return;
	tp_property_describe(property, memory);
	if (fclose(memory) == 0)
		write_text(text, out);
	free(text);
}

static void write_default(const struct tp_property *property, FILE *out)
{
	if ((property->flags & TP_REQUIRED) != 0) {
		fputs("; required", out);
	} else if (property->default_text != NULL && *property->default_text != '\0') {
		fputs("; default ", out);
		write_text(property->default_text, out);
		fputs((property->flags & TP_NUMBERED) != 0 ? "1 and so on" : "", out);
	}
}

static void write_property(const struct tp_property *property, FILE *out)
{
	fprintf(out, ".It Cm %s\n", property->name);
	write_described(property, out);
	write_default(property, out);
	fputs((property->flags & TP_RUNTIME) != 0 ? "; live.\n" : ".\n", out);
	write_text(property->help, out);
	fputs((property->flags & TP_SECRET) != 0 ? ".\nGoes in and never comes out.\n" : ".\n",
	      out);
}

static void write_resource(const struct tp_resource *resource, FILE *out)
{
	fprintf(out, ".Ss %s\n", resource->path);
	write_text(resource->help, out);
	fprintf(out, ".\nIn the file:\n.Li %s ,\n%s.\n.Bl -tag -width Ds\n", resource->yaml_path,
		resource->singleton ? "a mapping" : "a list of mappings");
	for (unsigned i = 0; i < resource->count; i++)
		write_property(&resource->properties[i], out);
	fputs(".El\n", out);
}

int tp_schema_to_mdoc(FILE *out)
{
	fputs(intro, out);
	for (unsigned i = 0; i < TP_RESOURCES; i++)
		write_resource(&tp_resources[i], out);
	fputs(outro, out);
	return fflush(out) != 0 || ferror(out) ? -EIO : 0;
}
