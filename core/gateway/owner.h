/* SPDX-License-Identifier: MIT */
/* Says which process of this machine serves a port, so that another one can name it. */
#ifndef GATEWAY_OWNER_H
#define GATEWAY_OWNER_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define OWNER_FOLDERS_MAX 5
#define OWNER_NAME_SIZE 64
#define OWNER_TEXT_SIZE 320 /* for owner_text() */
/* By this name commands go that open a port for themselves. */
#define OWNER_COMMAND "metergate"
#define OWNER_CONTROL_SIZE 128 /* no path of a socket is longer */

/* Folders in which lock files may lie, in the order in which they are tried. */
struct owner_folders {
	char path[OWNER_FOLDERS_MAX][PATH_MAX];
	size_t count;
};

/* Who holds a port. */
struct owner_holder {
	pid_t pid; /* 0 when it could not be read */
	char gateway[OWNER_NAME_SIZE];
	char bus[OWNER_NAME_SIZE];
	char control[OWNER_CONTROL_SIZE]; /* path of its control socket, "" for none */
};

/*
 * /run/metergate, $XDG_RUNTIME_DIR/metergate, where state lies by default, a folder of
 * the user's own in /tmp, and `state_dir` (NULL or "" for none). That one comes last,
 * because whoever has no configuration does not know it and would not look there.
 */
void owner_folders_init(struct owner_folders *folders, const char *state_dir);

/*
 * Claims `port` (a device path without symbolic links, or "host:port") for this process,
 * until the descriptor that it returns is given to owner_release(), or the process ends.
 * `control` is where others can have it work for them, "" for nowhere. -EBUSY when
 * another one holds it, which *holder then names; another -errno when no folder takes a
 * lock file: then nobody can know of us, but the port can be used.
 */
int owner_claim(const struct owner_folders *folders, const char *port,
		const char *gateway, const char *bus, const char *control,
		struct owner_holder *holder);
/* True when the holder is a command that opened the port for itself, or may be one. */
bool owner_is_command(const struct owner_holder *holder);
/* "/dev/ttyUSB0 is in use by ...": who, as far as is known, with the process. */
void owner_text(
		const struct owner_holder *holder, const char *port, char *text, size_t size);
/* Negative descriptors are accepted. */
void owner_release(int fd);

/* True when somebody, perhaps this process, holds `port`; says who. */
bool owner_query(const struct owner_folders *folders, const char *port,
		struct owner_holder *holder);

#endif
