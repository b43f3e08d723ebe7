/* SPDX-License-Identifier: MIT */
/*
 * The meters that scans have found, in state_dir/inventory.jsonl: one object a line, one
 * line for each meter of a bus. Small files, read and written at once by whoever scans.
 */
#ifndef GATEWAY_INVENTORY_H
#define GATEWAY_INVENTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <metergate/mbus.h>

#include "scan/scan.h"

#define INVENTORY_FILE "inventory.jsonl"
/* Lines that cannot be read are put there before the file is written anew. */
#define INVENTORY_ASIDE "inventory.jsonl.damaged"
#define INVENTORY_METERS_MAX 20000
#define INVENTORY_LINE_MAX 512 /* bytes; longer ones are damaged */
#define INVENTORY_BUS_SIZE 128
#define INVENTORY_TIME_SIZE 21 /* 2026-11-22T05:59:00Z */
#define INVENTORY_WHY_SIZE 4400

struct inventory_meter {
	char bus[INVENTORY_BUS_SIZE];
	struct mg_identity identity;
	int address; /* primary, -1: none */
	uint32_t baud;
	bool secondary; /* a secondary scan found it last, else a primary one */
	char first_seen[INVENTORY_TIME_SIZE], last_seen[INVENTORY_TIME_SIZE];
	bool answered; /* inventory_note() found it; not in the file */
};

struct inventory {
	char *path;
	struct inventory_meter *meters;
	size_t count, room;
	char *damaged; /* lines that could not be read, as they were, with their ends */
	size_t damaged_size, damaged_count;
	char warning[INVENTORY_WHY_SIZE]; /* file:line of the first of them, and why; "" */
};

/*
 * Reads the file; none is an empty one. 0, or -errno with `why` in words: then nothing
 * may be written, since it would replace what could not be read. inventory_finish() is
 * needed in any case.
 */
int inventory_load(
		struct inventory *inventory, const char *state_dir, char why[INVENTORY_WHY_SIZE]);
void inventory_finish(struct inventory *inventory);

/* Meters of this bus: those it gives, at most `room`; returns how many there are. */
size_t inventory_known(const struct inventory *inventory, const char *bus,
		struct mg_identity *identities, size_t room);

/*
 * Enters what a scan of `bus` has found at `now` (s since 1970). A meter is the one that
 * is known when identity and address are the same; or else when its identity is, and that
 * one did not answer where it was. What has no identity only marks who answered. 0, or
 * -errno when there is no room.
 */
int inventory_note(struct inventory *inventory, const char *bus,
		const struct scan_found *found, size_t count, int64_t now);

/*
 * Writes the file anew: a temporary one that replaces it when it is safe on the disk,
 * mode 0640. Damaged lines go to INVENTORY_ASIDE first. 0, or -errno with `why`.
 */
int inventory_save(struct inventory *inventory, char why[INVENTORY_WHY_SIZE]);

/* inventory_line.c: a line of the file without its end, and back. False with `why`, a
   text of its own, when it is none that inventory_line_write() makes. */
bool inventory_line_read(
		const char *line, struct inventory_meter *meter, const char **why);
/* False when it does not fit into `size`, or the bus has a name that no line can have. */
bool inventory_line_write(const struct inventory_meter *meter, char *line, size_t size);

#endif
