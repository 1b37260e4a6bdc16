/* SPDX-License-Identifier: BSD-3-Clause */
/* Access over the network as the configuration says: its services and users. Management thread. */
#pragma once

#include "config/remote.h"

struct tp_mgmt;

/* The settings as they are now. What cannot be done is said in ERROR, and the service stays as it
 * was, if it can; users and networks are as REMOTE says in any case. Takes REMOTE over. */
int mgmt_remote_set(struct tp_mgmt *mgmt, struct tp_remote *remote, struct tp_error *error);

/* Would a change of /ip/service by the request for PATH with PROPERTIES, its body, do? Returns 0,
 * or -EINVAL and ERROR: the certificate cannot be read, the port is taken. */
int mgmt_remote_check(const struct tp_mgmt *mgmt, const char *path, const json_t *properties,
		      struct tp_error *error);

/* A TCP socket that listens for SERVICE, not blocking, or a negative errno and ERROR. ADDRESS in
 * host byte order; 0: all. */
int mgmt_remote_listen(enum tp_service_name service, uint32_t address, uint16_t port,
		       struct tp_error *error);
