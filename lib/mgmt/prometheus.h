/* SPDX-License-Identifier: BSD-3-Clause */
/* Prometheus's text format, version 0.0.4. */
#pragma once

#include <jansson.h>

#include "mgmt/text.h"

#define MGMT_PROMETHEUS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* Appends SAMPLES, an array of {"name","type","help","labels":{},"value"}. Samples of one name
 * stand together; # HELP and # TYPE are written before the first of them. *FAMILY, NULL at first,
 * remembers the name between the pages of one answer: a reference, the caller's to release. */
void mgmt_prometheus_append(struct mgmt_text *text, const json_t *samples, json_t **family);
