/* SPDX-License-Identifier: BSD-3-Clause */
/* Private to lib/radius. */
#pragma once

#include "radius/dynamic.h"

/* Reads REQUEST's packet into the rest of it, which is zero but for the code. All is read, whatever
 * is wrong with it; the first thing that is wrong is returned. */
enum tp_radius_error tp_radius_dynamic_read(struct tp_radius_dynamic_request *request);
