/* SPDX-License-Identifier: BSD-3-Clause */
/* What print and what follows it share. */
#pragma once

#include "ctl.h"

/* The words that may stand behind print; ends with one without a name. */
struct ctl_print_word {
	const char *name, *help;
};
extern const struct ctl_print_word ctl_print_words[];

/* ITEMS in the form of PRINTING, the first with the number FIRST. */
void ctl_print_items(const struct ctl *ctl, FILE *out, const struct ctl_printing *printing,
		     const json_t *items, size_t first);

/* What PATH has, by API, on OUT (NULL: nowhere), and into *ITEMS, a new reference (may be NULL).
 * Numbers stand for these items from then on. */
enum ctl_result ctl_print_all(struct ctl *ctl, struct ctl_api *api, FILE *out, const char *path,
			      const struct ctl_printing *printing, json_t **items);
