/* SPDX-License-Identifier: BSD-3-Clause */
#include "shell.h"

#include <errno.h>
#include <histedit.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <wchar.h>

#include "base/text.h"
#include "complete.h"
#include "value.h"

#define HISTORY_LINES 1000
#define HISTORY_FILE  ".turnpikectl_history"

struct shell {
	struct ctl *ctl;
	EditLine *edit;
	History *history;
	char *history_path; /* NULL: no home */
	char prompt[256];
	bool continued; /* the line before ended in a backslash */
};

static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
	interrupted = 1;
}

static char *prompt(EditLine *edit)
{
	static char more[] = "... ";
	struct shell *shell;

	el_get(edit, EL_CLIENTDATA, &shell);
	return shell->continued ? more : shell->prompt;
}

/* "[root@MT_AC] /ip pool> ", the name as the daemon has it now. */
static void make_prompt(struct shell *shell)
{
	struct ctl *ctl = shell->ctl;
	struct passwd user, *found = NULL;
	json_t *identity = NULL;
	char path[CTL_PATH_MAX], room[1024];

	snprintf(path, sizeof(path), "%s", strcmp(ctl->menu, "/") == 0 ? "" : ctl->menu);
	for (char *c = path; *c != '\0'; c++)
		if (c > path && *c == '/')
			*c = ' ';
	if (ctl_api_call(&ctl->api, "GET", "/system/identity", NULL, NULL, NULL, &identity) != 0)
		identity = NULL;
	if (getpwuid_r(geteuid(), &user, room, sizeof(room), &found) != 0)
		found = NULL;
	char *name = ctl_value_text(json_object_get(identity, "name"));
	snprintf(shell->prompt, sizeof(shell->prompt), "[%s@%s] %s> ",
		 found != NULL ? found->pw_name : "?", name != NULL && *name != '\0' ? name : "?",
		 path);
	free(name);
	json_decref(identity);
}

static void show_candidates(struct ctl *ctl, const struct ctl_candidates *list)
{
	size_t width = 0, column = 0;

	for (size_t i = 0; i < list->count; i++)
		if (ctl_text_width(list->list[i].text) + 2 > width)
			width = ctl_text_width(list->list[i].text) + 2;
	fputc('\n', ctl->out);
	for (size_t i = 0; i < list->count; i++) {
		if (column > 0 && column + width > ctl->look.width) {
			fputc('\n', ctl->out);
			column = 0;
		}
		char text[1024];
		fputs(tp_text_show(list->list[i].text, text, sizeof(text)), ctl->out);
		for (size_t k = ctl_text_width(list->list[i].text); k < width; k++)
			fputc(' ', ctl->out);
		column += width;
	}
	fputc('\n', ctl->out);
	fflush(ctl->out);
}

static unsigned char complete(EditLine *edit, wint_t key)
{
	const LineInfo *line = el_line(edit);
	struct ctl_candidates list;
	struct shell *shell;
	unsigned char result = CC_ERROR;

	el_get(edit, EL_CLIENTDATA, &shell);
	char *text = strndup(line->buffer, (size_t)(line->cursor - line->buffer));
	if (text == NULL)
		return CC_ERROR;
	shell->ctl->look.width = ctl_width(stdout);
	ctl_complete(shell->ctl, text, &list);
	size_t common = ctl_candidates_common(&list);
	if (common > list.stem) {
		char *insert = strndup(list.list[0].text + list.stem, common - list.stem);
		result = insert != NULL && el_insertstr(edit, insert) == 0 ? CC_REFRESH : CC_ERROR;
		free(insert);
	} else if (list.count > 1) {
		show_candidates(shell->ctl, &list);
		result = CC_REDISPLAY;
	}
	ctl_candidates_free(&list);
	free(text);
	return result;
}

/* F1, and a question mark that is no part of a text: what may stand here. The line stays. */
static unsigned char help(EditLine *edit, wint_t key)
{
	const LineInfo *line = el_line(edit);
	struct shell *shell;
	char *text = strndup(line->buffer, (size_t)(line->cursor - line->buffer));
	unsigned char result = CC_REDISPLAY;

	el_get(edit, EL_CLIENTDATA, &shell);
	if (text == NULL)
		return CC_ERROR;
	if (key == L'?' && ctl_in_quotes(text)) {
		result = el_insertstr(edit, "?") == 0 ? CC_REFRESH : CC_ERROR;
	} else {
		shell->ctl->look.width = ctl_width(stdout);
		fputc('\n', shell->ctl->out);
		ctl_help_at(shell->ctl, text);
	}
	free(text);
	return result;
}

static void open_history(struct shell *shell)
{
	const char *home = getenv("HOME");
	HistEvent event;

	shell->history = history_init();
	history(shell->history, &event, H_SETSIZE, HISTORY_LINES);
	history(shell->history, &event, H_SETUNIQUE, 1);
	if (home == NULL || asprintf(&shell->history_path, "%s/" HISTORY_FILE, home) < 0)
		shell->history_path = NULL;
	else
		history(shell->history, &event, H_LOAD, shell->history_path);
}

/* At once, as the terminal may go away at any time. */
static void save_history(struct shell *shell)
{
	HistEvent event;

	if (shell->history_path != NULL) {
		mode_t before = umask(0077);
		history(shell->history, &event, H_SAVE, shell->history_path);
		umask(before);
	}
}

static void close_history(struct shell *shell)
{
	save_history(shell);
	history_end(shell->history);
	free(shell->history_path);
}

/* Does the line set a password, by its name or the start of it? */
static bool holds_password(const char *text)
{
	struct ctl_words words;
	struct ctl_mistake mistake;
	bool found = strstr(text, "password") != NULL;
	size_t at = 0;

	while (!found && text[at] != '\0') {
		if (ctl_parse(text, &at, &words, &mistake) != 0)
			return true;
		for (size_t i = 0; i < words.count; i++) {
			const char *name = words.words[i].name;
			found |= name != NULL && strncmp("password", name, strlen(name)) == 0;
		}
		ctl_words_free(&words);
	}
	return found;
}

static void start(struct shell *shell)
{
	/* F1 as xterm's kin, the VT220's and Linux's console send it. */
	static const char *const help_keys[] = {"?", "\\eOP", "\\e[11~", "\\e[[A"};

	shell->edit = el_init("turnpikectl", stdin, stdout, stderr);
	el_set(shell->edit, EL_CLIENTDATA, shell);
	el_set(shell->edit, EL_PROMPT, prompt);
	el_set(shell->edit, EL_EDITOR, "emacs");
	el_set(shell->edit, EL_HIST, history, shell->history);
	/* The narrow el_set() would copy the two texts and never free them. */
	el_wset(shell->edit, EL_ADDFN, L"turnpike-complete", L"menus, commands and values",
		complete);
	el_wset(shell->edit, EL_ADDFN, L"turnpike-help", L"what may stand here", help);
	el_set(shell->edit, EL_BIND, "^I", "turnpike-complete", NULL);
	for (size_t i = 0; i < sizeof(help_keys) / sizeof(help_keys[0]); i++)
		el_set(shell->edit, EL_BIND, help_keys[i], "turnpike-help", NULL);
	el_set(shell->edit, EL_BIND, "^R", "em-inc-search-prev", NULL);
	el_source(shell->edit, NULL);
}

/* One command, which may be of several lines. NULL: the end of input. */
static char *read_command(struct shell *shell)
{
	char *text = NULL;
	int count;

	do {
		errno = 0;
		const char *line = el_gets(shell->edit, &count);
		if (line == NULL && interrupted) {
			interrupted = 0;
			fputc('\n', stdout);
			free(text);
			text = NULL;
			shell->continued = false;
			el_reset(shell->edit);
			continue;
		}
		if (line == NULL || count <= 0) {
			free(text);
			return NULL;
		}
		shell->continued = ctl_join(&text, line);
	} while (text == NULL || shell->continued);
	return text;
}

enum ctl_result ctl_shell(struct ctl *ctl)
{
	struct shell shell = {.ctl = ctl};
	struct sigaction action = {.sa_handler = interrupt};
	enum ctl_result result = CTL_OK;
	HistEvent event;
	char *text;

	ctl->api.interrupted = &interrupted;
	open_history(&shell);
	start(&shell);
	sigaction(SIGINT, &action, NULL);
	while (result != CTL_LEAVE) {
		make_prompt(&shell);
		text = read_command(&shell);
		if (text == NULL)
			break;
		if (text[strspn(text, " \t")] != '\0' && !holds_password(text)) {
			history(shell.history, &event, H_ENTER, text);
			save_history(&shell);
		}
		ctl->look.width = ctl_width(stdout);
		result = ctl_run(ctl, text);
		interrupted = 0;
		free(text);
	}
	if (result != CTL_LEAVE)
		fputc('\n', stdout);
	el_end(shell.edit);
	close_history(&shell);
	return CTL_OK;
}
