/* SPDX-License-Identifier: BSD-3-Clause */
#include "offline.h"

#include <stdlib.h>
#include <string.h>

#include "complete.h"
#include "ctl.h"
#include "socket.h"

#define PATIENCE_MS 1000 /* with a daemon, while somebody waits for the Tab key */

/* The schemas of both programs, as they were built with this one. */
extern const char ctl_schema_turnpike[], ctl_schema_turnpike_client[];

/* Whatever either program has. */
static json_t *built_schema(void)
{
	json_t *schema = json_loads(ctl_schema_turnpike, 0, NULL), *menu, *other;
	json_t *client = json_loads(ctl_schema_turnpike_client, 0, NULL);
	size_t i, k;

	json_array_foreach (client, i, menu) {
		const char *path = json_string_value(json_object_get(menu, "path"));
		bool known = false;

		json_array_foreach (schema, k, other)
			known |= strcmp(path, json_string_value(json_object_get(other, "path"))) ==
				 0;
		if (!known)
			json_array_append(schema, menu);
	}
	json_decref(client);
	return schema;
}

static int open_for(struct ctl *ctl, const char *socket, FILE *out)
{
	json_t *schema = NULL;

	*ctl = (struct ctl){.out = out, .err = out, .menu = "/"};
	if (ctl_api_open(&ctl->api, socket) != 0)
		return -1;
	ctl->api.timeout_ms = PATIENCE_MS;
	if (ctl_api_call(&ctl->api, "GET", "/system/schema", NULL, NULL, NULL, &schema) != 0) {
		ctl_api_close(&ctl->api);
		schema = built_schema();
	}
	return ctl_tree_load(&ctl->tree, schema);
}

/* The word at *AT without blanks around it, moved behind it; NULL: it is the last, and may go on.
 */
static char *whole_word(const char **at)
{
	const char *begin = *at + strspn(*at, " \t");
	size_t len = strcspn(begin, " \t");

	if (begin[len] == '\0')
		return NULL;
	*at = begin + len + strspn(begin + len, " \t");
	return strndup(begin, len);
}

/* Takes the program's name and options off LINE. NULL: the cursor is at an option's value. */
static const char *skip_options(const char *line, char **socket)
{
	char *word = whole_word(&line);

	if (word == NULL)
		return NULL;
	free(word);
	while (*line == '-' && (word = whole_word(&line)) != NULL) {
		bool takes = strcmp(word, "-s") == 0 || strcmp(word, "--socket") == 0;

		if (strncmp(word, "--socket=", 9) == 0) {
			free(*socket);
			*socket = strdup(word + 9);
		}
		free(word);
		if (!takes)
			continue;
		free(*socket);
		*socket = whole_word(&line);
		if (*socket == NULL)
			return NULL;
	}
	return line;
}

static void print_options(const char *word, FILE *out)
{
	static const char *const options[] = {"--socket ", "--json ", "--dry-run ", "--version ",
					      "--help "};

	fprintf(out, "%zu\n", strlen(word));
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (strncmp(options[i], word, strlen(word)) == 0)
			fprintf(out, "%s\n", options[i]);
}

int ctl_complete_line(const char *line, FILE *out)
{
	char *socket = NULL;
	const char *text = skip_options(line, &socket);
	struct ctl_candidates list;
	struct ctl ctl;

	if (text != NULL && *text == '-') {
		print_options(text, out);
	} else if (text != NULL && open_for(&ctl, ctl_socket(socket), out) == 0) {
		/* A command in the quotes of that shell. */
		if (*text == '\'' || *text == '"')
			text++;
		ctl_complete(&ctl, text, &list);
		fprintf(out, "%zu\n", list.stem);
		for (size_t i = 0; i < list.count; i++)
			fprintf(out, "%s\n", list.list[i].text);
		ctl_candidates_free(&list);
		ctl_close(&ctl);
	}
	free(socket);
	return CTL_OK;
}
