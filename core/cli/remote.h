/* SPDX-License-Identifier: MIT */
/* Has a running gateway do a command: one line out, the lines of the answer in. */
#ifndef CLI_REMOTE_H
#define CLI_REMOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REMOTE_LINE_MAX ((size_t)64 * 1024 * 1024) /* of an answer */
/* µs in which a gateway says that it has heard of a cancellation. */
#define REMOTE_CANCEL_PATIENCE 3000000

/* Who gets the answer. */
struct remote_user {
	void *data;
	/* One line without its end, followed by a NUL. False: it was the last one that is
	   wanted. */
	bool (*line)(void *data, const char *line, size_t size);
	/* The first signal came, and the gateway was asked to end the command early. */
	void (*cancelled)(void *data);
	int64_t patience; /* µs for which it may keep silent; 0: as long as it likes */
};

/*
 * Sends `line` through `fd`, a connected control socket, which is closed afterwards, and
 * hands out what comes. The first SIGINT or SIGTERM asks the gateway to end the command
 * early, a further one, after a moment, gives up. 0 once `line` said so; -EINTR when it
 * gave up; -ETIMEDOUT when the gateway kept silent for longer than user->patience, or did
 * not say in time that it stops; -EPIPE when it hung up before; another -errno.
 */
int remote_run(int fd, const char *line, const struct remote_user *user);

#endif
