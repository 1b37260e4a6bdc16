/* SPDX-License-Identifier: BSD-3-Clause */
/* :put, the one word of RouterOS's scripts that is here: prints a text, or what a command in
 * brackets says. */
#include <stdlib.h>
#include <string.h>

#include "ctl.h"

/* What a command says, with the one line end that :put gives everything. */
static enum ctl_result put_command(struct ctl *ctl, const struct ctl_words *words)
{
	FILE *out = ctl->out;
	char *said = NULL, menu[CTL_PATH_MAX];
	size_t size = 0;
	enum ctl_result result;

	ctl->out = open_memstream(&said, &size);
	if (ctl->out == NULL) {
		ctl->out = out;
		return ctl_fail(ctl, CTL_ERROR, 0, "memory is out");
	}
	strcpy(menu, ctl->menu);
	result = ctl_run_words(ctl, menu, words);
	strcpy(ctl->menu, menu); /* a menu's name alone leads nowhere from here */
	fclose(ctl->out);
	ctl->out = out;
	if (result == CTL_OK && said != NULL) {
		if (size > 0 && said[size - 1] == '\n')
			said[size - 1] = '\0';
		fprintf(out, "%s\n", said);
	}
	free(said);
	return result;
}

enum ctl_result ctl_put(struct ctl *ctl, const struct ctl_words *words)
{
	const struct ctl_word *what = words->count > 1 ? &words->words[1] : NULL;

	if (strcmp(words->words[0].text, ":put") != 0)
		return ctl_fail(ctl, CTL_USAGE, words->words[0].column,
				"scripts of RouterOS do not run here: of their commands there is "
				":put alone, and %.32s is none",
				words->words[0].text);
	if (words->count == 2 && what->kind == CTL_BRACKETS && what->inside.count > 0)
		return put_command(ctl, &what->inside);
	if (words->count != 2 || what->kind != CTL_BARE ||
	    strchr("($", words->text[what->column - 1]) != NULL)
		return ctl_fail(ctl, CTL_USAGE, words->words[words->count - 1].column,
				":put takes a text, or a command in brackets, as in :put [/system "
				"identity get name]");
	fprintf(ctl->out, "%s\n", what->text);
	return CTL_OK;
}
