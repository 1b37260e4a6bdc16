/* SPDX-License-Identifier: BSD-3-Clause */
#include "mgmt/certificate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *place_of(enum tp_service_name service, const char *property, char place[64])
{
	snprintf(place, 64, "ip.service[%s].%s", tp_service_words[service], property);
	return place;
}

static int check_readable(const char *path, const char *place, struct tp_error *error)
{
	if (access(path, R_OK) == 0)
		return 0;
	return tp_error_set(error, -EINVAL, place, "cannot read '%s': %s", path, strerror(errno));
}

int mgmt_certificate_load(enum tp_service_name service, const char *path, const char *key,
			  struct mgmt_certificate **out, struct tp_error *error)
{
	struct mgmt_certificate *certificate;
	char place[64];
	int code;

	code = check_readable(path, place_of(service, "certificate", place), error);
	if (code == 0 && *key != '\0')
		code = check_readable(key, place_of(service, "private-key", place), error);
	if (code != 0)
		return code;
	certificate = calloc(1, sizeof(*certificate));
	if (certificate == NULL ||
	    gnutls_certificate_allocate_credentials(&certificate->credentials) != 0) {
		free(certificate);
		return tp_error_set(error, -ENOMEM, place, "out of memory");
	}
	certificate->uses = 1;
	code = gnutls_certificate_set_x509_key_file(certificate->credentials, path,
						    *key != '\0' ? key : path, GNUTLS_X509_FMT_PEM);
	if (code < 0) {
		mgmt_certificate_drop(certificate);
		return tp_error_set(error, -EINVAL, place_of(service, "certificate", place),
				    "'%s' is no PEM certificate with its key: %s", path,
				    gnutls_strerror(code));
	}
	*out = certificate;
	return 0;
}

struct mgmt_certificate *mgmt_certificate_use(struct mgmt_certificate *certificate)
{
	certificate->uses++;
	return certificate;
}

void mgmt_certificate_drop(struct mgmt_certificate *certificate)
{
	if (certificate == NULL || --certificate->uses > 0)
		return;
	gnutls_certificate_free_credentials(certificate->credentials);
	free(certificate);
}
