/* SPDX-License-Identifier: BSD-3-Clause */
/* What the two ways to export have in common. */
#pragma once

#include "ctl.h"

/* The value of ITEM's PROPERTY (of the schema) as text, to be freed; NULL: it need not be said, for
 * it is the default. */
char *ctl_export_value(const json_t *property, const json_t *item);

/* Is ITEM to be disabled in an export, for want of a secret that it can't be in use without? */
bool ctl_export_disables(const struct ctl_menu *menu, const json_t *item);

/* The items of MENU that are configured, as an array even where there is but one; NULL and RESULT
 * when the daemon refuses. */
json_t *ctl_export_items(struct ctl *ctl, const struct ctl_menu *menu, enum ctl_result *result);

/* Is MENU at or below PATH? */
bool ctl_export_wants(const struct ctl_menu *menu, const char *path);

/* export_yaml.c: what is at and below PATH, as a file for the daemon. */
enum ctl_result ctl_export_yaml(struct ctl *ctl, const char *path);
