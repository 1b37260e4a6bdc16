/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes as a configuration file: refused with at least one mistake, or taken; and what is
 * taken, written out and read again, is the same, comments included. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/file/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *written(struct tp_config *config)
{
	struct tp_config_snapshot *snapshot = tp_config_snapshot(config);
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (tp_config_write(snapshot, out) != 0 || fclose(out) != 0)
		abort();
	tp_config_snapshot_destroy(snapshot);
	return text;
}

static void check_round_trip(struct tp_config *config)
{
	struct tp_errors errors;
	struct tp_config_diff diff;
	char *text = written(config), *text_again;
	struct tp_config *again =
		tp_config_load_text(TP_PROGRAM_SERVER, "again", text, strlen(text), &errors);

	if (again == NULL || tp_config_diff(config, again, &diff) != 0 || diff.count != 0)
		abort();
	tp_config_diff_clear(&diff);
	text_again = written(again); /* with the same comments in the same places */
	if (strcmp(text, text_again) != 0)
		abort();
	free(text_again);
	tp_config_destroy(again);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tp_errors errors;
	struct tp_config *config =
		tp_config_load_text(TP_PROGRAM_SERVER, "fuzz", (const char *)data, size, &errors);

	if ((config == NULL) != (errors.total > 0))
		abort();
	if (config != NULL)
		check_round_trip(config);
	tp_config_destroy(config);
	tp_errors_clear(&errors);
	return 0;
}
