/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdlib.h>

#include "shell.h"

enum ctl_result ctl_script(struct ctl *ctl, FILE *in)
{
	enum ctl_result result = CTL_OK;
	char *line = NULL, *text = NULL;
	size_t size = 0;
	int number = 0;

	while (result == CTL_OK && getline(&line, &size, in) > 0) {
		number++;
		if (text == NULL)
			ctl->line = number;
		if (ctl_join(&text, line))
			continue;
		result = text != NULL ? ctl_run(ctl, text) : CTL_OK;
		free(text);
		text = NULL;
	}
	if (result == CTL_OK && text != NULL)
		result = ctl_run(ctl, text);
	free(text);
	free(line);
	return result;
}
