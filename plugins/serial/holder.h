/* SPDX-License-Identifier: MIT */
/* Finds the process that holds a device. */
#ifndef SERIAL_HOLDER_H
#define SERIAL_HOLDER_H

#include <stddef.h>
#include <sys/types.h>

/*
 * The process that has a lock (flock) on `path`, else another one that has it open; 0
 * when none is found or may be seen. `proc` is "/proc"; tests look elsewhere.
 */
pid_t holder_find(const char *proc, const char *path);

/* The name of its command, "" when it is gone. */
void holder_command(const char *proc, pid_t pid, char *command, size_t size);

#endif
