/* SPDX-License-Identifier: BSD-3-Clause */
#include "config/types/password.h"

#include <crypt.h>
#include <stdlib.h>
#include <string.h>

#define METHOD	     "$y$" /* yescrypt: memory-hard, what Debian's own passwords have */
#define HASH_MIN_LEN 30	   /* shorter is a password that looks like a hash's beginning */

bool tp_password_is_hash(const char *text)
{
	return text[0] == '$' && strlen(text) >= HASH_MIN_LEN && strlen(text) < CRYPT_OUTPUT_SIZE &&
	       crypt_checksalt(text) == CRYPT_SALT_OK;
}

/* crypt_r(3)'s working memory is large (32 KiB), and holds traces of the password. */
static char *run_crypt(const char *password, const char *setting)
{
	struct crypt_data *data = calloc(1, sizeof(*data));
	char *hash = NULL;

	if (data == NULL)
		return NULL;
	const char *result = crypt_r(password, setting, data);
	if (result != NULL && result[0] != '*') /* crypt(3): that marks a failure */
		hash = strdup(result);
	explicit_bzero(data, sizeof(*data));
	free(data);
	return hash;
}

char *tp_password_keep(const char *text)
{
	char salt[CRYPT_GENSALT_OUTPUT_SIZE];

	if (tp_password_is_hash(text))
		return strdup(text);
	/* No bytes given: they are the kernel's random ones. */
	if (crypt_gensalt_rn(METHOD, 0, NULL, 0, salt, sizeof(salt)) == NULL)
		return NULL;
	return run_crypt(text, salt);
}

/* In constant time for one length, which is no secret. */
static bool same(const char *a, const char *b)
{
	size_t len = strlen(a);
	volatile unsigned char difference = 0;

	if (strlen(b) != len)
		return false;
	for (size_t i = 0; i < len; i++)
		difference |= (unsigned char)a[i] ^ (unsigned char)b[i];
	return difference == 0;
}

bool tp_password_verify(const char *password, const char *hash)
{
	char *mine = run_crypt(password, hash);
	bool right = mine != NULL && same(mine, hash);

	free(mine);
	return right;
}
