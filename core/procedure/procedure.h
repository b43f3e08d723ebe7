/* SPDX-License-Identifier: MIT */
/*
 * What a master can change in a meter, each change verified by reading back: an E5h says
 * that a command was heard, not that it was followed (EN 13757-3).
 */
#ifndef PROCEDURE_PROCEDURE_H
#define PROCEDURE_PROCEDURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

#include "link/bus_address.h"
#include "link/exchange.h"
#include "link/readout.h"
#include "link/task.h"
#include "link/telegrams.h"

#define PROCEDURE_STEPS_MAX 32 /* later ones take the place of the last */
#define PROCEDURE_DATA_MAX 234
#define PROCEDURE_TEXT_SIZE 768

/* How long a meter that was lost on a change of speed is left alone: it falls back by
   itself after 2 to 10 minutes without a valid frame (EN 13757-2). In µs. */
#define PROCEDURE_FALL_BACK 660000000
/* How far (s) a clock may be off once it was set: type F tells no seconds. */
#define PROCEDURE_CLOCK_OFF_F 60
#define PROCEDURE_CLOCK_OFF_I 2
/* Meters that are looked at after a broadcast; further ones are only counted. */
#define PROCEDURE_WITNESSES_MAX 500

enum procedure_kind {
	PROCEDURE_SET_ADDRESS,  /* DIF 01h VIF 7Ah */
	PROCEDURE_SET_IDENTITY, /* 0Ch 79h, or 07h 79h for all of it */
	PROCEDURE_SET_BAUD,     /* CI B8h ... BFh */
	PROCEDURE_RESET,        /* CI 50h, with a sub-code or without */
	PROCEDURE_SET_CLOCK,    /* type F or I */
	PROCEDURE_SELECT,       /* records for the next readout, DIF 08h */
	PROCEDURE_FREEZE,       /* CI 5Ch or 54h, or object action 0Bh */
	PROCEDURE_SEND,         /* any frame; what comes back is shown, nothing is verified */
	PROCEDURE_ALARM,        /* REQ_UD1; what comes back is shown */
};

/* A meter that has to follow a broadcast, and is asked at the speed of it. */
struct procedure_witness {
	const char *name; /* as people call it */
	struct bus_address address;
	int64_t window; /* as in the order, and so are the next two */
	bool any_address;
	const struct bus_init *init;
	struct telegrams_secret secret;
};

/* How far a clock is off, s: somewhere from `low` to `high`, which differ when the meter
   tells no seconds. Negative: it is slow. */
struct procedure_offset {
	int64_t low, high;
};

struct procedure_order {
	enum procedure_kind kind;
	struct bus_address address; /* of the meter, as it is now */
	uint32_t baud;              /* at which it is asked; 0: that of the bus */
	int64_t window; /* µs that it needs at most to begin an answer; 0: the standard's */
	bool any_address; /* its answers carry another address */
	/* What it is sent before it is read, but for SEND; borrowed until the end. NULL:
	   nothing. */
	const struct bus_init *init;
	/* SET_ADDRESS, SET_IDENTITY: even if somebody answers there. SET_CLOCK: even if it is
	   right already. All: even if the number of the meter has wildcards. */
	bool force;
	bool dry_run;    /* only writes the steps: nothing is sent */
	bool fixed_line; /* the transport cannot change the speed of the line */
	/* RESET, SET_CLOCK, SELECT, FREEZE: where the meter shows nothing by which the change
	   could be verified, an acknowledgement is taken for it. */
	bool unverified;
	struct telegrams_secret secret; /* of a meter that encrypts; borrowed until the end */

	uint8_t new_address;             /* SET_ADDRESS */
	struct mg_identity new_identity; /* SET_IDENTITY */
	bool whole_identity;             /* with manufacturer, version and medium */
	uint32_t new_baud;               /* SET_BAUD */
	int sub_code;                    /* RESET: 0 ... 255, -1: none */
	bool type_i;                     /* SET_CLOCK: with seconds */
	bool clock_now;                  /* SET_CLOCK: to the time of day */
	/* SET_CLOCK: s since 1970 as the meter shall tell them; with clock_now what its time
	   has more than UTC, s. */
	int64_t clock;
	struct mg_bytes data; /* SELECT, FREEZE: records as they are sent; SEND: a frame as it
							 stands. Copied */
	/* SELECT, FREEZE: `data` stands for quantities: each is asked for as the meter itself
	   sends it, where it does. */
	bool by_name;
	uint8_t freeze_ci; /* FREEZE: 5Ch, 54h, or 0: `data` */
	bool broadcast;    /* FREEZE: to 255; the meter at `address` is looked at */
	/* FREEZE with broadcast: the meters that are looked at, the one at `address` first;
	   none: that one alone. Borrowed until the end. */
	const struct procedure_witness *witnesses;
	size_t witness_count;
};

/* One thing that was sent, and what came of it. */
struct procedure_step {
	uint8_t request[MG_FRAME_MAX];
	size_t request_size;
	uint32_t baud;
	char purpose[64];  /* "set address 5", "read back at 5" */
	char outcome[160]; /* "acknowledged", "no answer"; "" while it is under way */
};

struct procedure;

enum procedure_verdict {
	PROCEDURE_RUNNING,
	PROCEDURE_WORKED,
	PROCEDURE_REFUSED,      /* nothing was changed: taken, not possible, nonsense */
	PROCEDURE_NOT_FOLLOWED, /* the meter does not do what it was told, or shows nothing */
	PROCEDURE_NO_ANSWER,    /* the meter is silent */
	PROCEDURE_DAMAGED,      /* what came from it cannot be used */
	PROCEDURE_STOPPED,
};

/*
 * NULL when memory is short. Run it as a task: procedure_task(). `exchange` is borrowed,
 * and so is what order->secret points to. `tries`: sends of one request. `wall` is the
 * time of day (µs since 1970) at `now`. An order that makes no sense is a procedure that
 * is over at once. With dry_run the task is over after its first ask(), and the exchange
 * is never begun.
 */
struct procedure *procedure_create(struct exchange *exchange,
		const struct procedure_order *order, unsigned tries, int64_t wall, int64_t now);
void procedure_destroy(struct procedure *procedure);
struct task *procedure_task(struct procedure *procedure);

/* After TASK_OVER: true when it is verified that the meter does what it was told, or for
   kinds that verify nothing, when it answered. */
bool procedure_worked(const struct procedure *procedure);
enum procedure_verdict procedure_verdict(const struct procedure *procedure);
/* True when something was sent that may have changed a meter. */
bool procedure_touched(const struct procedure *procedure);
/* "set-address", ...: as the verb of the command line is called. */
const char *procedure_name(enum procedure_kind kind);
/* The rates that CI B8h ... BFh stand for, lowest first, ended by 0. */
const uint32_t *procedure_bauds(void);
/* One sentence for people, in either case: what was done and verified, or what failed,
   why, and what to try next. */
const char *procedure_text(const struct procedure *procedure);
/* An outcome in the words of bus.h, for the exit code: BUS_OK when it worked. */
int procedure_outcome(const struct procedure *procedure);
/* What was sent so far; with dry_run all that would be. */
size_t procedure_steps(
		const struct procedure *procedure, const struct procedure_step **steps);
/* Telegrams that came with SEND, ALARM, and the last reading back, as frames; valid until
   the procedure is destroyed. */
size_t procedure_frames(
		const struct procedure *procedure, const struct mg_bytes **frames);
/* SET_CLOCK: how far the clock of the meter was off before, and is now. False when the
   meter does not tell the time. */
bool procedure_clock_offset(const struct procedure *procedure,
		struct procedure_offset *before, struct procedure_offset *after);

#endif
