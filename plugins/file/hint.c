/* SPDX-License-Identifier: MIT */
/* The table of errors that have a remedy. */
#include "hint.h"

#include <errno.h>
#include <stddef.h>

#include <metergate/plugin.h>

static const struct hint hints[] = {
	{ EISDIR, MG_REJECT, "is a folder; path has to name a file" },
	{ ENAMETOOLONG, MG_REJECT, "is too long a name" },
	{ ELOOP, MG_REJECT, "is a symbolic link that leads round in a circle" },
	{ EMEDIUMTYPE, MG_REJECT,
			"does not end like a file of lines; it is left alone, so choose another "
			"path" },
	{ ENXIO, MG_RETRY, "is a pipe that nobody reads; start its reader" },
	{ EPIPE, MG_RETRY, "was closed by its reader; start that again" },
	{ EWOULDBLOCK, MG_RETRY, "is being written by another sink or program" },
	{ EACCES, MG_RETRY,
			"may not be read and written by this user; change its permissions" },
	{ EROFS, MG_RETRY, "is on a read-only file system" },
	{ ENOSPC, MG_RETRY, "no space left on the device; free some, the lines wait" },
	{ EDQUOT, MG_RETRY, "the quota of this user is used up; the lines wait" },
	{ EFBIG, MG_RETRY, "has reached the largest size allowed; set rotate_size" },
	{ ETIMEDOUT, MG_RETRY, "its reader takes nothing; the lines wait" },
	{ ECANCELED, MG_RETRY, "its reader takes nothing" },
};

const struct hint *hint_find(int error)
{
	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
		if (hints[i].error == error) {
			return &hints[i];
		}
	}
	return NULL;
}
