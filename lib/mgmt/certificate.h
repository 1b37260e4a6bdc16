/* SPDX-License-Identifier: BSD-3-Clause */
/* A certificate with its key, counted by those who use it: a new one can take its place while
 * connections that began with it still hold it. Management thread. */
#pragma once

#include <gnutls/gnutls.h>

#include "base/error.h"
#include "config/schema/access.h"

struct mgmt_certificate {
	gnutls_certificate_credentials_t credentials;
	unsigned uses;
};

/* Reads PEM files for SERVICE; KEY "": it is in the other. Returns 0 and *OUT with one use, or a
 * negative errno and ERROR. */
int mgmt_certificate_load(enum tp_service_name service, const char *certificate, const char *key,
			  struct mgmt_certificate **out, struct tp_error *error);

struct mgmt_certificate *mgmt_certificate_use(struct mgmt_certificate *certificate);
void mgmt_certificate_drop(struct mgmt_certificate *certificate); /* NULL is fine */
