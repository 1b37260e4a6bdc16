/* SPDX-License-Identifier: BSD-3-Clause */
/* Any bytes as a configuration file: refused with at least one mistake, or taken; and what is
 * taken, written out and read again, is the same. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "config/file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(const struct tp_config *config)
{
	struct tp_errors errors;
	struct tp_config_diff diff;
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (tp_config_write(config, out) != 0 || fclose(out) != 0)
		abort();
	struct tp_config *again = tp_config_load_text("again", text, len, &errors);
	if (again == NULL || tp_config_diff(config, again, &diff) != 0 || diff.count != 0)
		abort();
	tp_config_diff_clear(&diff);
	tp_config_destroy(again);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tp_errors errors;
	struct tp_config *config = tp_config_load_text("fuzz", (const char *)data, size, &errors);

	if ((config == NULL) != (errors.total > 0))
		abort();
	if (config != NULL)
		check_round_trip(config);
	tp_config_destroy(config);
	tp_errors_clear(&errors);
	return 0;
}
