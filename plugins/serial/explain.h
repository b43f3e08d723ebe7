/* SPDX-License-Identifier: MIT */
/* Why a serial port cannot be had, in words: the cause and the remedy. */
#ifndef SERIAL_EXPLAIN_H
#define SERIAL_EXPLAIN_H

#include <stddef.h>

#define EXPLAIN_SIZE 240 /* room for every text */

/* Where to look; tests look elsewhere. */
struct explain_roots {
	const char *proc;  /* "/proc" */
	const char *by_id; /* "/dev/serial/by-id" */
};

/* What errno value `error` means for the port `path`. */
void explain_error(const struct explain_roots *roots, const char *path, int error,
		char text[EXPLAIN_SIZE]);

#endif
