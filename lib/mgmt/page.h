/* SPDX-License-Identifier: BSD-3-Clause */
/* The operators' page: files that a browser gets without a login, for there is nothing in them but
 * the program that then logs in and asks for /rest.
 *
 * A folder is read once; its files are served from memory by their exact names, "/app.js", and
 * index.html as "/". No URL ever becomes a path. Management thread. */
#pragma once

#include <microhttpd.h>

#include "base/error.h"

struct mgmt_page;
struct mgmt_page_file;

/* Reads the files of FOLDER whose suffix says a type that a page is made of. Returns 0 and *OUT, or
 * a negative errno and ERROR: it can't be read, has no index.html, or more than a page needs. */
int mgmt_page_load(const char *folder, struct mgmt_page **out, struct tp_error *error);
void mgmt_page_destroy(struct mgmt_page *page); /* NULL is fine */

/* The file that URL, decoded and without its query, names; NULL: none. PAGE may be NULL. */
const struct mgmt_page_file *mgmt_page_find(const struct mgmt_page *page, const char *url);

/* What to answer: the file, or, if IF_NONE_MATCH (that header, or NULL) has its tag, 304. It stays
 * the file's. */
struct MHD_Response *mgmt_page_answer(const struct mgmt_page_file *file, const char *if_none_match,
				      unsigned *status);
