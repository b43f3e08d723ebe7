/* SPDX-License-Identifier: MIT */
/*
 * Finds the meters of a bus: what a scan is asked for and what it has found. Primary
 * addresses are swept (sweep.h), secondary ones searched for (search.h); scan.c runs one
 * or the other over the speeds that were asked for.
 */
#ifndef SCAN_SCAN_H
#define SCAN_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

#include "link/exchange.h"
#include "link/task.h"

#define SCAN_BAUDS_MAX 8
#define SCAN_NOTE_SIZE 120
#define SCAN_TOKEN_SIZE 512
/* Meters that one scan keeps at most; further ones are counted only. */
#define SCAN_FOUND_MAX 1024

enum scan_kind {
	SCAN_PRIMARY,
	SCAN_SECONDARY,
};

struct scan_order {
	enum scan_kind kind;
	/* For the token: the name of the bus, and of its port; NULL: none. Borrowed until the
	   scan is over. */
	const char *bus, *port;
	uint32_t bauds[SCAN_BAUDS_MAX]; /* one after the other; none: that of the bus */
	size_t baud_count;

	/* Primary: which addresses, as bits; all zero: 0 to 250. */
	uint8_t addresses[32];
	bool identify; /* asks each one found for its data, to name it */

	/* Secondary. */
	struct mg_identity mask; /* all bits set: everything */
	bool fast;       /* believes what is likely: learned silence, AND, last siblings */
	bool hex;        /* digits A to E, too */
	bool known_only; /* asks the known ones and is done */
	const struct mg_identity *known; /* borrowed until the scan is over */
	size_t known_count;

	unsigned repeats; /* further sends of a silent probe, whatever the line is like */
	const char
			*resume; /* a token of scan_token(), or NULL; borrowed until begin returns */
};

enum scan_state {
	SCAN_CONFIRMED, /* answered to its address, and to its exact identity when it has one
					 */
	SCAN_MUTE,      /* acknowledges, but gives no data */
	SCAN_COLLISION, /* several meters that cannot be told apart: `note` says how so */
};

struct scan_found {
	enum scan_state state;
	bool secondary; /* found by its identity, otherwise by its primary address */
	int address;    /* primary, of the A field of its answer; -1: none */
	bool has_identity;
	struct mg_identity identity;
	enum mg_header header;
	uint32_t baud;
	bool known;                /* it was among the known ones */
	int64_t delay;             /* µs until its answer began */
	char note[SCAN_NOTE_SIZE]; /* "" or what is odd about it, for people */
};

/* How far a scan is. */
struct scan_progress {
	uint32_t baud;
	size_t found;
	uint64_t probes, silent, collisions, repeats, damaged;
	uint64_t left;     /* probes to come, as far as can be said now */
	int64_t time_left; /* µs, as far as can be said now; negative: unknown */
};

struct scan_user {
	void *data;
	/* One more, or one that was told before without its primary address, which is known
	   now; *found stays until the scan is finished. May be NULL. */
	void (*found)(void *data, const struct scan_found *found);
	/* After each probe. May be NULL. */
	void (*progress)(void *data, const struct scan_progress *progress);
};

enum scan_step {
	SCAN_PROBES,   /* of the machine */
	SCAN_CHECKS,   /* asks a meter that was found whether it is still there */
	SCAN_RELEASES, /* tells meters that were selected to let go */
};

/* See scan_check.h. */
struct scan_check {
	bool answered;   /* a probe was, at any time */
	unsigned silent; /* probes in a row that were not */
	unsigned asked;  /* exchanges of the check under way that brought nothing */
	char token[SCAN_TOKEN_SIZE]; /* where the scan stood at the last answer */
};

struct scan {
	struct task task; /* first */
	struct exchange *exchange;
	struct scan_order order;
	struct scan_user user;
	struct scan_found *found;
	size_t count, room;
	size_t overflow; /* meters that were found and not kept */
	/* Meters told before the interruption that it goes on from, but for those in what
	   was left then: they are told again, and count then. */
	size_t before;
	struct scan_progress progress;
	size_t baud_at; /* index into order.bauds */
	bool done;      /* ended by itself */
	enum scan_step step;
	struct scan_check check;
	bool answered;         /* the last probe was, so its meters are selected still */
	uint32_t release_baud; /* of the meters that may be selected */
	bool fell_silent;      /* all meters, which ended it early: `reason` says so */
	/* The machine of the speed that is under way: struct sweep or struct search. */
	void *machine;
	char reason[160]; /* why it could not begin or ended early; "" */
};

/* NULL when memory is short. The exchange is borrowed. Run it as a task: &scan->task. */
struct scan *scan_create(struct exchange *exchange, const struct scan_order *order,
		const struct scan_user *user);
void scan_destroy(struct scan *scan);

/* For sweep and search: one more was found. Drops what is there already (same identity
   and address) and returns the one that stands; NULL when there is no room. */
struct scan_found *scan_add(struct scan *scan, const struct scan_found *found);
/* For search: the primary address of one that was told without it is known now. */
void scan_changed(struct scan *scan, const struct scan_found *found);
/* For sweep and search: after each probe, with the counts brought up to date. */
void scan_tell(struct scan *scan);

/* From where a scan of the same order goes on: printable, without blanks. Of one whose
   meters fell silent, that is before their silence. */
const char *scan_token(const struct scan *scan, char token[SCAN_TOKEN_SIZE]);

#endif
