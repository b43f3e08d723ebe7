/* SPDX-License-Identifier: MIT */
/*
 * All telegrams of one device: resets or selects it, asks until the last telegram, and
 * guards against slaves that repeat themselves. Works on top of an exchange and, like it,
 * knows no clock and no descriptor.
 */
#ifndef BUS_READOUT_H
#define BUS_READOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

#include "bus/bus.h"
#include "bus/exchange.h"
#include "bus/telegrams.h"

/* Telegrams of one readout at most, whatever the configuration says. */
#define READOUT_TELEGRAMS_MAX 250

/*
 * What is known of a slave between its readouts. All zero: nothing. Forget it with
 * readout_forget() when somebody else may have talked to the slave.
 */
struct readout_memory {
	bool fcb_known;    /* the slave's frame count bit is ours to toggle */
	bool fcb;          /* of the next new REQ_UD2 */
	bool single;       /* the last whole readout was one telegram */
	bool always_reset; /* without SND_NKE it began elsewhere once */
	bool mute_reset;   /* answers REQ_UD2, but never acknowledged SND_NKE */
	bool has_print;
	uint64_t print; /* of the records of the first telegram after a reset */
};

enum readout_kind {
	READOUT_READ,
	READOUT_PING, /* ends with the answer to SND_NKE or to the selection */
};

enum readout_phase {
	READOUT_PHASE_IDLE,
	READOUT_PHASE_RESET,   /* SND_NKE before the first request */
	READOUT_PHASE_SELECT,  /* selection by CI 52h */
	READOUT_PHASE_REQUEST, /* REQ_UD2 */
	READOUT_PHASE_REVIVE,  /* one SND_NKE to a slave that kept silent */
};

struct readout {
	struct exchange *exchange; /* borrowed */
	unsigned tries;
	size_t limit; /* telegrams */

	enum readout_kind kind;
	enum readout_phase phase;
	struct bus_address address;
	struct readout_memory *memory; /* borrowed while a readout runs */
	/* Of the meter: set before readout_begin(), borrowed while the readout runs. */
	struct telegrams_secret secret;
	bool skipped; /* began without SND_NKE */
	bool mute;    /* SND_NKE was not answered */
	bool revived;
	bool restarted;
	bool fcb;

	uint8_t (*slots)[MG_FRAME_MAX];
	struct mg_bytes *frames; /* the telegrams so far */
	size_t count, room;
	bool has_identity;
	struct mg_identity identity; /* of the first telegram that has one */
	enum mg_header header;
	uint64_t print;

	enum bus_outcome outcome;
	char reason[HOST_REASON_SIZE]; /* why outcome is not BUS_OK */
	const char *error; /* what is missing of the telegrams, points to `reason`; or NULL */
};

/* `tries`: sends of one request; `telegrams`: of one readout at most. */
void readout_init(struct readout *readout, struct exchange *exchange, unsigned tries,
		size_t telegrams);
void readout_finish(struct readout *readout);

/* Begins; the exchange must not be busy. `address` is copied, `memory` is borrowed until
   the end. */
void readout_begin(struct readout *readout, enum readout_kind kind,
		const struct bus_address *address, struct readout_memory *memory, int64_t now);

/*
 * Call when the exchange has ended: takes its result and begins the next exchange, then
 * true. False when the readout is over: `outcome`, `reason`, `frames` and `error` stand
 * until the next one begins. With BUS_OK there is at least one telegram, but for a ping.
 */
bool readout_step(struct readout *readout, int64_t now);

bool readout_busy(const struct readout *readout);
/* Ends a readout that has to stop: BUS_CANCELLED. The exchange is aborted. */
void readout_abort(struct readout *readout, int64_t now);

/* The slave may have been asked by somebody else. */
void readout_forget(struct readout_memory *memory);

#endif
