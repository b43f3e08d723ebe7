/* SPDX-License-Identifier: MIT */
/* Finds the serial ports of this machine without opening one. */
#ifndef CLI_PORTS_LIST_H
#define CLI_PORTS_LIST_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define PORTS_LIST_MAX 256 /* further ports are left out */

/* Where to look: "/dev", "/sys" and "/proc"; tests look elsewhere. */
struct ports_roots {
	const char *dev, *sys, *proc;
};

struct ports_entry {
	char name[64];         /* ttyUSB0 */
	char device[PATH_MAX]; /* /dev/ttyUSB0 */
	char stable[PATH_MAX]; /* /dev/serial/by-id/..., or "" */
	char driver[64];       /* ftdi_sio */
	char group[64];        /* that may open it, or a number */
	bool group_may;        /* whether the group has the right to read and write */
	bool access;           /* whether this process may open it */
	pid_t holder;          /* 0: none that can be seen */
	char command[64];      /* of the holder */
};

struct ports_list {
	struct ports_entry *entries; /* in the order of their names */
	size_t count;
};

/*
 * Lists devices with hardware behind them: what the kernel has only a name for (the many
 * ttyS of PCs) is left out. False when memory is short. A tree that is not there is an
 * empty list.
 */
bool ports_list_init(struct ports_list *list, const struct ports_roots *roots);
void ports_list_finish(struct ports_list *list);

#endif
