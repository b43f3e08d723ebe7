/* SPDX-License-Identifier: MIT */
/* The file of the control socket: made, kept to its group, removed. */
#ifndef GATEWAY_CONTROL_SOCKET_H
#define GATEWAY_CONTROL_SOCKET_H

#include <stddef.h>
#include <sys/types.h>

#define CONTROL_SOCKET_MODE 0660
#define CONTROL_SOCKET_PATIENCE_S 10

/* A socket that listens, and the file that stands for it. */
struct control_socket {
	int fd; /* -1 for none */
	dev_t device;
	ino_t inode;
};

/*
 * Makes the last folder of `path` if need be, and listens there. What a process that has
 * died left behind is replaced; a socket that somebody serves, or anything that is no
 * socket, is left alone. 0, or -errno with `why` in words.
 */
int control_socket_init(
		struct control_socket *made, const char *path, char *why, size_t size);
/* Closes it, and removes the file if it is still the same one. */
void control_socket_finish(struct control_socket *made, const char *path);

/* Connects, and blocks for it. A descriptor, whose sends end after
   CONTROL_SOCKET_PATIENCE_S, or -errno: -ETIMEDOUT when nobody was accepted for so long.
 */
int control_socket_connect(const char *path);

#endif
