/* SPDX-License-Identifier: BSD-3-Clause */
#include "control/kernel/paths.h"

#include <stdlib.h>
#include <string.h>

int tp_path_compare(const struct tp_path *a, const struct tp_path *b)
{
	if (a->port != b->port)
		return (int)a->port - (int)b->port;
	return memcmp(&a->gateway, &b->gateway, sizeof(a->gateway));
}

static int compare(const void *one, const void *other)
{
	return tp_path_compare(one, other);
}

/* Returns how many are left. */
static unsigned join(struct tp_path *path, unsigned count)
{
	unsigned last = 0;

	qsort(path, count, sizeof(*path), compare);
	for (unsigned i = 1; i < count; i++)
		if (compare(&path[last], &path[i]) == 0)
			path[last].weight = (uint16_t)(path[last].weight + path[i].weight);
		else
			path[++last] = path[i];
	return last + 1;
}

struct tp_paths *tp_paths_create(struct tp_path *path, unsigned count)
{
	struct tp_paths *paths;

	count = join(path, count);
	paths = malloc(sizeof(*paths) + count * sizeof(*path));
	if (paths == NULL)
		return NULL;
	paths->users = 1;
	paths->count = count;
	memcpy(paths->path, path, count * sizeof(*path));
	return paths;
}

struct tp_paths *tp_paths_hold(const struct tp_paths *paths)
{
	struct tp_paths *own = (struct tp_paths *)(uintptr_t)paths;

	if (own != NULL)
		own->users++;
	return own;
}

void tp_paths_drop(const struct tp_paths *paths)
{
	struct tp_paths *own = (struct tp_paths *)(uintptr_t)paths;

	if (own != NULL && --own->users == 0)
		free(own);
}

bool tp_paths_same(const struct tp_paths *a, const struct tp_paths *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	if (a->count != b->count)
		return false;
	for (unsigned i = 0; i < a->count; i++)
		if (compare(&a->path[i], &b->path[i]) != 0 ||
		    a->path[i].weight != b->path[i].weight)
			return false;
	return true;
}

bool tp_paths_lead_alike(const struct tp_dataplane_route *a, const struct tp_dataplane_route *b)
{
	return a->kind == b->kind && a->port == b->port && tp_ip_same(&a->gateway, &b->gateway) &&
	       tp_paths_same(a->paths, b->paths);
}
