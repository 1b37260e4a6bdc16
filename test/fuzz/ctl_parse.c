/* SPDX-License-Identifier: BSD-3-Clause */
/* turnpikectl's language: whatever is typed or pasted is read to its end, or refused with a column
 * that is in it; each call moves on; menus and conditions are found or refused; what may stand
 * behind it goes on from it; and what is quoted reads back as it was. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "api/query.h"
#include "base/text.h"
#include "config/schema/schema.h"
#include "complete.h"
#include "menu.h"
#include "parse.h"
#include "value.h"
#include "where.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

static struct ctl_tree tree;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	if (ctl_tree_load(&tree, tp_schema_to_json(TP_PROGRAM_SERVER)) != 0)
		abort();
	return 0;
}

static void require(bool holds)
{
	if (!holds)
		abort();
}

static void check_place(const char *text, const struct ctl_mistake *mistake)
{
	require(mistake->column >= 1 && (size_t)mistake->column <= strlen(text) + 1);
	require(memchr(mistake->message, '\0', sizeof(mistake->message)) != NULL);
}

static void check_word(const char *text, const struct ctl_word *word)
{
	require(word->column >= 1 && (size_t)word->column <= strlen(text) + 1);
	require((word->kind == CTL_PAIR) == (word->name != NULL));
	require((word->kind == CTL_BRACKETS) == (word->text == NULL));
	for (size_t i = 0; i < word->inside.count; i++)
		check_word(text, &word->inside.words[i]);
}

/* What the daemon makes of a condition that was read: it understands it, or says why not. */
static void ask(json_t *words)
{
	struct tp_api_query *query;
	struct tp_error e = {0};
	bool passes;

	if (tp_api_query_open(words, &query, &e) != 0) {
		require(e.message[0] != '\0');
		return;
	}
	json_t *item = json_pack("{s:s, s:b, s:i}", "name", "x", "disabled", 1, "number", 5);
	require(tp_api_query_passes(query, item, NULL, &passes, &e) == 0);
	json_decref(item);
	tp_api_query_close(query);
}

static void find(const char *text, const struct ctl_words *words)
{
	char path[CTL_PATH_MAX] = "/";
	struct ctl_mistake mistake;
	enum ctl_verb verb;
	json_t *query = NULL;
	size_t next = 0;

	if (ctl_resolve(&tree, path, words, &verb, &next, &mistake) != 0) {
		check_place(text, &mistake);
		return;
	}
	require(next <= words->count && verb < CTL_VERBS && path[0] == '/');
	const struct ctl_menu *menu = ctl_menu_find(&tree, path);
	if (menu == NULL)
		return;
	if (ctl_where(menu, words, next, &query, &mistake) != 0) {
		check_place(text, &mistake);
		return;
	}
	ask(query);
	json_decref(query);
}

/* What may stand behind TEXT goes on from what stands there. */
static void complete(const char *text)
{
	struct ctl ctl = {.tree = tree, .menu = "/"};
	struct ctl_candidates list;
	const size_t len = strlen(text);

	ctl_complete(&ctl, text, &list);
	require(list.stem <= len);
	require(memchr(list.about, '\0', sizeof(list.about)) != NULL);
	for (size_t i = 0; i < list.count; i++)
		require(strncmp(list.list[i].text, text + len - list.stem, list.stem) == 0);
	ctl_candidates_free(&list);
}

static void read_commands(const char *text)
{
	struct ctl_mistake mistake;
	struct ctl_words words;
	char path[32];
	size_t len = strlen(text), at = ctl_prompt(text, path, sizeof(path)), before;

	require(at <= len);
	while (text[at] != '\0') {
		before = at;
		if (ctl_parse(text, &at, &words, &mistake) != 0) {
			check_place(text, &mistake);
			return;
		}
		require(at > before && at <= len);
		for (size_t i = 0; i < words.count; i++)
			check_word(text, &words.words[i]);
		find(text, &words);
		ctl_words_free(&words);
	}
}

static bool is_utf8(const char *text)
{
	json_t *is = json_string(text);

	json_decref(is);
	return is != NULL;
}

/* What is no UTF-8 is read as Windows-1252, if it is that. */
static void read_back(const char *text)
{
	char *quoted = ctl_quote(text);
	struct ctl_mistake mistake;
	struct ctl_words words;
	size_t at = 0;

	require(quoted != NULL && tp_text_is_plain(quoted));
	require(ctl_parse(quoted, &at, &words, &mistake) == 0);
	require(quoted[at] == '\0' && words.count == 1 && words.words[0].kind == CTL_BARE);
	if (is_utf8(text))
		require(strcmp(words.words[0].text, text) == 0);
	ctl_words_free(&words);
	free(quoted);
}

static void join(const char *text)
{
	char *joined = NULL;

	ctl_join(&joined, text);
	ctl_join(&joined, text);
	if (joined != NULL)
		read_commands(joined);
	free(joined);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);

	read_commands(text);
	complete(text);
	read_back(text);
	join(text);
	free(text);
	return 0;
}
