/* SPDX-License-Identifier: MIT */
/* Telegrams from a file, for meters that answer with them as they stand. */
#ifndef SIMULATOR_LITERALS_H
#define SIMULATOR_LITERALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

#define LITERALS_MAX 250      /* meters of one file */
#define LITERALS_TELEGRAMS 64 /* of one meter */
#define LITERALS_LINE 65536   /* characters of one line */
#define LITERALS_ERROR_SIZE 200

/* The telegrams of one meter, in the order of its readout. */
struct literal {
	struct mg_bytes telegrams[LITERALS_TELEGRAMS];
	size_t count;
	unsigned line; /* of the file, from 1 */
};

struct literals {
	struct literal *items;
	size_t count;
};

/*
 * Reads a file with one meter a line: the telegrams as hex digits, blanks between them as
 * one likes, '+' between the telegrams of one readout, '#' before a comment. Each
 * telegram has to be a valid long frame from a meter. False with the reason in `error`,
 * which names the line; then *literals is empty.
 */
bool literals_load(
		struct literals *literals, const char *path, char error[LITERALS_ERROR_SIZE]);

/* Frees what it owns; an empty one is accepted. */
void literals_finish(struct literals *literals);

#endif
