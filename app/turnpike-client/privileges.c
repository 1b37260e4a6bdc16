/* SPDX-License-Identifier: BSD-3-Clause */
#include "privileges.h"

#include <cap-ng.h>
#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#define HURRY	  -10	/* nice(2)'s: before what it forwards for, behind the kernel's workers */
#define ENTRY_MAX 16384 /* bytes of a user's strings */

bool privileges_user(const char *name, uid_t *uid, gid_t *gid)
{
	char room[ENTRY_MAX];
	struct passwd entry, *found = NULL;

	if (getpwnam_r(name, &entry, room, sizeof(room), &found) != 0 || found == NULL)
		return false;
	*uid = entry.pw_uid;
	*gid = entry.pw_gid;
	return true;
}

bool privileges_suffice(bool interfaces)
{
	capng_get_caps_process();
	return capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_RAW) &&
	       (!interfaces || capng_have_capability(CAPNG_EFFECTIVE, CAP_NET_ADMIN));
}

int privileges_drop(const char *user, struct tp_error *error)
{
	uid_t uid = 0;
	gid_t gid = 0;
	int err;

	if (user != NULL && !privileges_user(user, &uid, &gid))
		return tp_error_set(error, -ENOENT, "run-as", "there is no user '%s'", user);
	/* The kernel's own forwarding comes before all processes. Ours would come after those
	 * whose packets it carries, and be called away after each one. */
	setpriority(PRIO_PROCESS, 0, HURRY);
	capng_clear(CAPNG_SELECT_BOTH);
	capng_updatev(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_NET_ADMIN, CAP_NET_RAW,
		      CAP_NET_BIND_SERVICE, -1);
	if (user != NULL)
		err = capng_change_id((int)uid, (int)gid,
				      CAPNG_DROP_SUPP_GRP | CAPNG_CLEAR_BOUNDING);
	else
		err = capng_apply(CAPNG_SELECT_CAPS);
	if (err != 0)
		return tp_error_set(error, -EPERM, user != NULL ? user : "capabilities",
				    "cannot give up rights (%d); CAP_NET_ADMIN and CAP_NET_RAW are "
				    "needed (run as root)",
				    err);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	return 0;
}
