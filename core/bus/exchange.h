/* SPDX-License-Identifier: MIT */
/*
 * One request and its answer: sends, waits, repeats, judges (EN 13757-2). Knows no clock
 * and no descriptor: the caller says what time it is (µs), carries the bytes, and calls
 * exchange_tick() at the deadline.
 */
#ifndef BUS_EXCHANGE_H
#define BUS_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

#include "bus/link.h"
#include "bus/timing.h"

struct bus_counters;

#define EXCHANGE_NEVER INT64_MAX
/* A transport that holds back the bytes of a request for longer has failed to send. */
#define EXCHANGE_STALL_MAX 5000000
/* Room for what exchange_text() writes. */
#define EXCHANGE_TEXT_SIZE 160

/* What a request may be answered with. */
enum exchange_expect {
	EXCHANGE_EXPECT_ACK = 1 << 0,
	EXCHANGE_EXPECT_DATA = 1 << 1, /* RSP_UD */
};

enum exchange_outcome {
	EXCHANGE_RUNNING,
	EXCHANGE_ACK,
	EXCHANGE_DATA,   /* exchange->link.frame is the answer */
	EXCHANGE_SILENT, /* no try brought a single byte */
	EXCHANGE_BAD,    /* something came, but nothing that answers the request */
};

/* Why a try failed. */
enum exchange_trouble {
	EXCHANGE_TROUBLE_NONE,
	EXCHANGE_TROUBLE_SILENCE,
	EXCHANGE_TROUBLE_STALL,   /* the transport did not get rid of the request */
	EXCHANGE_TROUBLE_CUT,     /* the frame broke off */
	EXCHANGE_TROUBLE_FRAME,   /* not a frame: see `fault` */
	EXCHANGE_TROUBLE_LINE,    /* parity, break or lost bytes: see `rx_flags` */
	EXCHANGE_TROUBLE_ADDRESS, /* a slave with another address answered */
	EXCHANGE_TROUBLE_C,       /* no C field of an answer */
	EXCHANGE_TROUBLE_KIND,    /* a valid frame, but not of the kind expected */
	EXCHANGE_TROUBLE_CROWD,   /* bytes behind an ACK: more than one slave answered */
};

/* The last failed try that was not silence, or silence. */
struct exchange_failure {
	enum exchange_trouble trouble;
	enum mg_fault fault;
	uint32_t rx_flags;
	size_t received, missing; /* bytes */
	uint8_t c, a;             /* of the answer */
};

enum exchange_state {
	EXCHANGE_STATE_IDLE,
	EXCHANGE_STATE_REST, /* the line must be quiet until the deadline */
	EXCHANGE_STATE_SEND,
	EXCHANGE_STATE_SENDING,
	EXCHANGE_STATE_WAIT,    /* for the first byte */
	EXCHANGE_STATE_RECEIVE, /* for the rest of the frame */
	EXCHANGE_STATE_SETTLE,  /* an ACK came: is it alone? */
	EXCHANGE_STATE_DRAIN,   /* after a fault, until the line is quiet */
};

struct exchange {
	const struct timing *timing;
	struct bus_counters *counters;
	enum exchange_state state;
	enum exchange_outcome outcome;
	struct link link;
	uint8_t request[MG_FRAME_MAX];
	size_t request_size;
	uint8_t address;
	unsigned expects; /* enum exchange_expect */
	unsigned tries, sends;
	bool late_possible; /* an earlier try was silent: its answer may still come */
	bool faster;        /* answers come faster than the line can carry them */
	int64_t deadline;
	int64_t drain_end;
	int64_t rest_until;
	int64_t sent_at; /* when the last byte of the request left */
	int64_t hush_until;
	struct exchange_failure failure;
};

/* `timing` and `counters` are borrowed for as long as the exchange is used. */
void exchange_init(struct exchange *exchange, const struct timing *timing,
		struct bus_counters *counters);

/*
 * Begins with a request of at most `tries` (1 or more) sends; the frame is copied. An
 * answer must come from the address asked; to 253 and 254 any slave may answer. The line
 * rests first if the last exchange asks for it.
 */
void exchange_begin(struct exchange *exchange, const struct mg_frame *frame,
		unsigned expects, unsigned tries, int64_t now);

/* The bytes that have to be sent now, or 0. Asked once, they count as being sent. */
size_t exchange_output(struct exchange *exchange, const uint8_t **bytes, int64_t now);
/* All of them were handed to the transport. The answer is awaited from the moment when
   the last one can have left the line, which is computed. */
void exchange_sent(struct exchange *exchange, int64_t now);
/* The transport still holds `bytes` of the request, so the window for the answer is yet
   to begin; when it holds them for too long, the try has failed. Call before a tick. */
void exchange_unsent(struct exchange *exchange, size_t bytes, int64_t now);

/* Bytes that came from the line, at any time. Returns how many of them were of no use. */
size_t exchange_input(struct exchange *exchange, const uint8_t *bytes, size_t size,
		uint32_t rx_flags, int64_t now);
/* Time has passed. */
void exchange_tick(struct exchange *exchange, int64_t now);

/* When exchange_tick() has to be called, or EXCHANGE_NEVER. */
int64_t exchange_deadline(const struct exchange *exchange);
/* Until then no complete frame can be there; 0 when reading is worth while. */
int64_t exchange_hush(const struct exchange *exchange);

/* True while a request is under way. */
bool exchange_busy(const struct exchange *exchange);
/* Ends at once; what may still come is waited out before the next request. */
void exchange_abort(struct exchange *exchange, int64_t now);

/* Why it failed: "no answer from 5 after 3 tries", where `who` is "5". Returns `text`. */
const char *exchange_text(
		const struct exchange *exchange, const char *who, char text[EXCHANGE_TEXT_SIZE]);

#endif
