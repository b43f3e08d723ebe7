/* SPDX-License-Identifier: MIT */
/* What the command scan says: of meters found, of how far it is, of what it came to. */
#ifndef GATEWAY_COMMAND_SCAN_TEXT_H
#define GATEWAY_COMMAND_SCAN_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "scan/scan.h"
#include "gateway/command.h"
#include "gateway/inventory.h"

/* How a scan went, for its summary. */
struct command_scan_end {
	const struct scan_order *order;
	const struct scan *scan;
	const struct inventory *inventory; /* NULL: none */
	const char *bus;
	int64_t duration;  /* µs */
	const char *token; /* where it can go on, or "" */
};

struct command_scan_meter {
	const struct scan_found *found;
	int last_address;   /* not heard now but known of old; -1: nothing */
	const char *device; /* its name in the configuration, or NULL */
	bool again;         /* was a result before, without its address */
};

/* A meter as a result. */
void command_scan_found(struct command *command, const struct command_bus *bus,
		const struct command_scan_meter *meter);
void command_scan_progress(struct command *command, enum scan_kind kind,
		const struct scan_progress *progress);
/* The summary, as a result. */
void command_scan_summary(struct command *command, const struct command_scan_end *end);
/* Members of the last line: what was found, and the token. */
void command_scan_members(const struct command_scan_end *end, char *members, size_t size);

#endif
