/* SPDX-License-Identifier: BSD-3-Clause */
/* The menus of a program as tables of docs/api.md. */
#include "api/menus.h"

#include <errno.h>
#include <string.h>

static void write_status(FILE *out, const struct tp_status *status)
{
	fputs("| property | what it is |\n|---|---|\n", out);
	for (; status->name != NULL; status++)
		fprintf(out, "| `%s` | %s |\n", status->name, status->help);
}

/* As GitHub's anchors are: "/ip/pool" is "ippool". */
static void write_anchor(FILE *out, const char *path)
{
	for (; *path != '\0'; path++)
		if (*path != '/')
			fputc(*path, out);
}

static void write_configured(FILE *out, const struct tp_resource *resource,
			     const struct tp_status *status)
{
	if (status == NULL)
		return;
	fprintf(out, "### %s while it runs\n\nBeside what is [configured](configuration.md#",
		resource->path);
	write_anchor(out, resource->path);
	fputs("):\n\n", out);
	write_status(out, status);
	fputc('\n', out);
}

static void write_live(FILE *out, const struct tp_live *live)
{
	fprintf(out, "### %s\n\n%s%s.", live->path, live->help,
		live->singleton ? "; one object" : "");
	if (live->configured != NULL) {
		fputs(" Beside what is [configured](configuration.md#", out);
		write_anchor(out, live->path);
		fputs("):", out);
	}
	fputs("\n\n", out);
	write_status(out, live->status);
	fputc('\n', out);
}

int tp_menus_to_markdown(const struct tp_menus *menus, FILE *out)
{
	for (unsigned i = 0; i < TP_RESOURCES; i++)
		write_configured(out, &tp_resources[i], menus->decorators[i].status);
	for (unsigned i = 0; menus->live[i] != NULL; i++)
		write_live(out, menus->live[i]);
	fputs("### Commands of its own\n\n| command | body | what it does |\n|---|---|---|\n", out);
	for (const struct tp_verb *verb = menus->verbs; verb->path != NULL; verb++)
		fprintf(out, "| `POST /rest%s/%s` | %s | %s |\n", verb->path, verb->name,
			verb->body, verb->help);
	for (const struct tp_verb *verb = menus->verbs; verb->path != NULL; verb++) {
		if (verb->answers == NULL)
			continue;
		fprintf(out, "\n### What %s/%s answers\n\n", verb->path, verb->name);
		write_status(out, verb->answers);
	}
	return fflush(out) != 0 || ferror(out) ? -EIO : 0;
}
