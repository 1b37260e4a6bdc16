/* SPDX-License-Identifier: BSD-3-Clause */
/* The configuration as plain C: one struct for each resource, filled from YAML or JSON by the
 * schema's tables (schema.h); each header here has those of one menu. A property that was not given
 * holds its default; `set` tells.
 *
 * Items belong to the struct tp_config that holds them and never change: a change puts a new
 * struct in the place of the old one (store.h), with the same id. Keep ids, not pointers.
 * Strings are never NULL, "" when not given, but where the comment says otherwise. */
#pragma once

#include "config/schema/access.h"
#include "config/schema/client.h"
#include "config/schema/ipv6.h"
#include "config/schema/logging.h"
#include "config/schema/network.h"
#include "config/schema/ppp.h"
#include "config/schema/radius.h"
#include "config/schema/pppoe.h"
#include "config/schema/sniffer.h"
#include "config/schema/system.h"
