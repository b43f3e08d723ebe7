/* SPDX-License-Identifier: MIT */
/*
 * All telegrams of one device: resets or selects it, asks until the last telegram, and
 * guards against slaves that repeat themselves. Works on top of an exchange and, like it,
 * knows no clock and no descriptor.
 */
#ifndef LINK_READOUT_H
#define LINK_READOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

#include "link/bus_address.h"
#include "link/bus_init.h"
#include "link/bus_outcome.h"
#include "link/exchange.h"
#include "link/latency.h"
#include "link/telegrams.h"

/* Telegrams of one readout at most, whatever the configuration says. */
#define READOUT_TELEGRAMS_MAX 250
/* µs that the last try of a slave waits that has not answered before: some need that. */
#define READOUT_PATIENCE 1300000

/*
 * What is known of a slave between its readouts. All zero: nothing. Forget it with
 * readout_forget() when somebody else may have talked to the slave.
 */
struct readout_memory {
	bool fcb_known;    /* the slave's frame count bit is ours to toggle */
	bool fcb;          /* of the next new REQ_UD2 */
	bool fcb_alarm;    /* of the next new REQ_UD1 */
	bool always_reset; /* without SND_NKE it began elsewhere once */
	bool once_at_254;  /* there it gives one telegram, the rest at its own address */
	bool mute_reset;   /* answers REQ_UD2, but never acknowledged SND_NKE */
	bool deselects;    /* others have to be deselected before it can be selected */
	bool tried_deselecting;
	bool has_print;
	uint64_t print;       /* of the records of the first telegram after a reset */
	size_t count;         /* telegrams of the last readout that began there */
	struct latency slave; /* how long it takes */
};

enum readout_kind {
	READOUT_READ,
	READOUT_PING,  /* ends with the answer to SND_NKE or to the selection */
	READOUT_ALARM, /* one REQ_UD1: BUS_OK with readout->alarm, or BUS_NO_DATA */
};

enum readout_phase {
	READOUT_PHASE_IDLE,
	READOUT_PHASE_RESET,    /* SND_NKE before the first request */
	READOUT_PHASE_DESELECT, /* SND_NKE to 253 */
	READOUT_PHASE_SELECT,   /* selection by CI 52h */
	READOUT_PHASE_INIT,     /* a step of the init sequence */
	READOUT_PHASE_REQUEST,  /* REQ_UD2 */
	READOUT_PHASE_REVIVE,   /* one SND_NKE to a slave that kept silent */
	READOUT_PHASE_ALARM,    /* REQ_UD1 */
};

/* How a slave is to be asked. All zero: as the line is set, by the standard. */
struct readout_manner {
	uint32_t baud;  /* 0: that of the line */
	int64_t window; /* µs that it needs at most to begin its answer; 0: the standard's */
	bool once;      /* it is known to be silent: one try, one request */
	bool any_address; /* its answers carry another address */
	bool alone;       /* nobody else may answer: garbage before a telegram spoils it */
	bool alarms;      /* when it says that it has some (ACD), they are asked for */
	const struct bus_init *init; /* NULL: nothing */
};

struct readout {
	struct exchange *exchange; /* borrowed */
	unsigned tries;
	unsigned tries_bad; /* sends in all while answers come damaged; as `tries` at first */
	size_t limit;       /* telegrams */

	enum readout_kind kind;
	enum readout_phase phase;
	struct bus_address address;
	struct readout_memory *memory; /* borrowed while a readout runs */
	/* Of the meter: set before readout_begin(), borrowed while the readout runs. */
	struct telegrams_secret secret;
	struct readout_manner manner;
	bool skipped; /* began without SND_NKE */
	bool mute;    /* SND_NKE was not answered */
	bool revived;
	bool restarted;
	bool wanted_reset; /* began without SND_NKE, and gave no telegram until it came */
	bool deselected;   /* others were */
	size_t alike;      /* later telegrams that have the records of the first one */
	bool fcb;
	bool fcb_send; /* of the next new SND_UD */
	uint8_t asked; /* A field of the requests */
	uint8_t own;   /* that of the answers */
	size_t init_at;

	uint8_t (*slots)[MG_FRAME_MAX];
	struct mg_bytes *frames; /* the telegrams so far */
	size_t count, room;
	bool has_identity;
	struct mg_identity identity; /* of the first telegram that has one */
	enum mg_header header;
	uint64_t print;

	unsigned repeats;      /* requests that had to be sent again */
	int64_t delay;         /* µs until the last answer began; negative: none came */
	bool access_demand;    /* the slave has class 1 data (ACD) */
	struct mg_bytes alarm; /* what it said to REQ_UD1; size 0: nothing */
	uint8_t alarm_slot[MG_FRAME_MAX];

	enum bus_outcome outcome;
	char reason[BUS_REASON_SIZE]; /* why outcome is not BUS_OK */
	const char *error; /* what is missing of the telegrams, points to `reason`; or NULL */
};

/* `tries`: sends of one request; `telegrams`: of one readout at most. */
void readout_init(struct readout *readout, struct exchange *exchange, unsigned tries,
		size_t telegrams);
void readout_finish(struct readout *readout);

/* Begins; the exchange must not be busy. `address` is copied, `memory` is borrowed until
   the end, and so are readout->secret and ->manner, which are the caller's to set. */
void readout_begin(struct readout *readout, enum readout_kind kind,
		const struct bus_address *address, struct readout_memory *memory, int64_t now);

/*
 * Call when the exchange has ended: takes its result and begins the next exchange, then
 * true. False when the readout is over: `outcome`, `reason`, `frames`, `alarm` and
 * `error` stand until the next one begins. With BUS_OK there is at least one telegram,
 * but for a ping and an alarm.
 */
bool readout_step(struct readout *readout, int64_t now);

bool readout_busy(const struct readout *readout);
/* Ends a readout that has to stop: BUS_CANCELLED. The exchange is aborted. */
void readout_abort(struct readout *readout, int64_t now);

/* The slave may have been asked by somebody else. */
void readout_forget(struct readout_memory *memory);
/* True when asking `used` may have moved the frame count bit of the slave at `other`,
   which has this identity (NULL: unknown), but for the one who asked. */
bool readout_disturbs(const struct bus_address *used, const struct bus_address *other,
		const struct mg_identity *identity);

#endif
