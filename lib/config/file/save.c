/* SPDX-License-Identifier: BSD-3-Clause */
/* The configuration's file, written anew. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config/file/comments.h"
#include "config/item.h"
#include "config/file/replace.h"

static char *make_text(const struct tp_config_snapshot *snapshot, size_t *len)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, len);
	int err;

	if (out == NULL)
		return NULL;
	fputs(TP_SAVED_HEAD "\n" TP_SAVED_HOW "\n", out);
	err = tp_config_write(snapshot, out);
	fputs(TP_SAVED_END "\n", out);
	if (fclose(out) == 0 && err == 0)
		return text;
	free(text);
	return NULL;
}

/* Where the file really is, so that a symbolic link stays one. */
static char *real_path(const char *path)
{
	char *target = realpath(path, NULL);

	return target == NULL && errno == ENOENT ? strdup(path) : target;
}

static char *beside(const char *path, const char *suffix)
{
	char *name;

	return asprintf(&name, "%s.%s", path, suffix) < 0 ? NULL : name;
}

/* What somebody has edited stays; ours goes beside it. */
static int save_beside(const char *target, const char *text, size_t len,
		       struct tp_file_state *state)
{
	struct tp_file_state other = {0};
	char *name = beside(target, "unsaved");
	int err = name != NULL ? tp_file_replace(name, text, len, NULL, &other) : -ENOMEM;

	if (err == 0)
		state->unsaved = true;
	free(name);
	return err == 0 ? -ESTALE : err;
}

static int save_text(const char *target, const char *text, size_t len, bool overwrite,
		     struct tp_file_state *state)
{
	const bool edited = tp_file_is_edited(target, state);
	char *keep = edited && overwrite ? beside(target, "edited") : NULL;
	const bool unsaved = state->unsaved;
	int err = 0;

	if (edited && overwrite && keep == NULL)
		return -ENOMEM;
	if (!edited || overwrite)
		err = tp_file_replace(target, text, len, keep, state);
	free(keep);
	if ((edited && !overwrite) || err == -ESTALE)
		return save_beside(target, text, len, state);
	if (err == 0 && unsaved) {
		char *name = beside(target, "unsaved");

		if (name != NULL)
			unlink(name); /* it is in the file now */
		free(name);
	}
	return err;
}

int tp_config_save(const struct tp_config_snapshot *snapshot, const char *path, bool overwrite,
		   struct tp_file_state *state, struct tp_error *error)
{
	size_t len;
	char *text = make_text(snapshot, &len);
	char *target = real_path(path);
	int err;

	if (text == NULL)
		err = -ENOMEM;
	else
		err = target != NULL ? save_text(target, text, len, overwrite, state) : -errno;
	free(target);
	free(text);
	if (err == -ESTALE)
		return tp_error_set(error, err, path,
				    "has been edited since it was read, and is left alone; what is "
				    "in force is in %s.unsaved",
				    path);
	return err == 0 ? 0 : tp_error_set(error, err, path, "cannot write: %s", strerror(-err));
}

bool tp_config_tidy(const char *path)
{
	char *target = real_path(path);
	char *name = target != NULL ? tp_file_unfinished(target) : NULL;
	bool there = name != NULL && unlink(name) == 0;

	free(name);
	free(target);
	return there;
}
