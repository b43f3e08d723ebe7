/* SPDX-License-Identifier: MIT */
/*
 * One request and its answer: sends, waits, repeats, judges (EN 13757-2). Knows no clock
 * and no descriptor: the caller says what time it is (µs), carries the bytes, and calls
 * exchange_tick() at the deadline.
 */
#ifndef LINK_EXCHANGE_H
#define LINK_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

#include "link/latency.h"
#include "link/link.h"
#include "link/timing.h"

struct bus_counters;

#define EXCHANGE_NEVER INT64_MAX
/* A transport that holds back the bytes of a request for longer has failed to send. */
#define EXCHANGE_STALL_MAX 5000000
/* Room for what exchange_text() writes. */
#define EXCHANGE_TEXT_SIZE 160

/* The first bytes of an answer that are kept whatever is wrong with them. */
#define EXCHANGE_HEARD_MAX 32

/* What a request may be answered with; none of them: nobody answers, as with 255. */
enum exchange_expect {
	EXCHANGE_EXPECT_ACK = 1 << 0,
	EXCHANGE_EXPECT_DATA = 1 << 1,   /* RSP_UD */
	EXCHANGE_EXPECT_STATUS = 1 << 2, /* RSP_SKE, a short frame */
};

enum exchange_outcome {
	EXCHANGE_RUNNING,
	EXCHANGE_ACK,
	EXCHANGE_DATA,   /* exchange->link.frame is the answer */
	EXCHANGE_SILENT, /* no try brought a single byte */
	EXCHANGE_BAD,    /* something came, but nothing that answers the request */
	EXCHANGE_SENT,   /* nothing was expected, and the time for an answer is over */
};

/* A request and how it is to be asked. All zero but the frame and `expects`: once, at the
   speed of the line, with the standard's window. */
struct exchange_ask {
	const struct mg_frame *frame; /* copied; NULL: `raw` */
	struct mg_bytes raw;          /* bytes as they stand, at most MG_FRAME_MAX; copied */
	uint8_t address;              /* with `raw`: who is asked */
	unsigned expects;             /* enum exchange_expect */
	unsigned tries;               /* sends while nothing comes; 0: 1 */
	unsigned tries_bad;           /* sends in all while what comes is damaged; 0: tries */
	uint32_t baud;                /* 0: that of the line */
	int64_t window; /* µs until the first byte, in place of 330 bits + 50 ms; 0: that */
	/* µs behind the request for which an ACK has to stay alone, and after which what is
	   damaged counts as over: others may answer as late as that. 0: two characters, and
	   until the line is quiet. EXCHANGE_LISTEN_ALL: the standard's window. */
	int64_t listen;
	/* µs, in place of what is allowed for a steady transport; by how much this one varies
	   is added. 0 or -1: what was learned of it, or is configured. */
	int64_t latency;
	/* µs that the last try of a slave that has kept silent waits at least; 0: nothing. A
	   slave slower than the standard allows shows itself only then. */
	int64_t patience;
	/* What this slave takes, learned on the way; borrowed until the end. NULL: nothing.
	 */
	struct latency *slave;
	bool any_address; /* a slave with another address may answer, too */
	bool ack_answers; /* an ACK tells of one more slave, also where data was asked for */
};
#define EXCHANGE_LISTEN_ALL (-1)

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
	EXCHANGE_TROUBLE_REQUEST, /* there is no such request: nothing was sent */
};

/* The last failed try that was not silence, or silence. */
struct exchange_failure {
	enum exchange_trouble trouble;
	enum mg_fault fault;
	uint32_t rx_flags;
	size_t received, missing; /* bytes */
	uint8_t first;            /* byte received */
	uint8_t c, a;             /* of the answer */
	bool echo;                /* CUT: what broke off was the echo of the request */
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
	EXCHANGE_STATE_HOLD,    /* nobody answers; until nobody can */
};

struct exchange {
	const struct timing *timing;
	struct bus_counters *counters;
	struct latency latency; /* of the way to the bus */
	struct timing pace;     /* of this try: its speed, and what it allows for the way */
	enum exchange_state state;
	enum exchange_outcome outcome;
	struct link link;
	uint8_t request[MG_FRAME_MAX];
	size_t request_size;
	uint8_t address;
	unsigned expects; /* enum exchange_expect */
	unsigned tries, sends;
	unsigned most;                /* sends, when what comes is damaged */
	unsigned silences;            /* silent tries in a row */
	unsigned shapeless;           /* tries that brought no frame of its length */
	unsigned same;                /* tries in a row that brought the same garbage */
	uint64_t print, print_before; /* of all bytes of this try, and of the one before */
	bool any_silent;         /* an earlier try was silent: its answer may still come */
	bool patient;            /* what was learned of the way has proved to be too little */
	unsigned stale_acks;     /* to tries of the request before this one: may still come */
	int64_t stale_since;     /* when the first of those was sent */
	unsigned owed;           /* of those, as long as nothing else was asked */
	uint64_t strays;         /* ACKs that came so late, ever */
	unsigned noisy;          /* so many answers more make a disturbed line a good one */
	bool faster;             /* answers come faster than the line can carry them */
	struct exchange_ask ask; /* without its frame */
	uint8_t heard[EXCHANGE_HEARD_MAX]; /* first bytes of the last try, right or wrong */
	size_t heard_size;
	int64_t deadline;
	int64_t drain_end;
	int64_t rest_until;
	int64_t sent_at;    /* when the last byte of the request left */
	int64_t waited_at;  /* the same of the first silent try */
	int64_t spoiled;    /* µs behind that: when an answer began that a repeat has
						   spoiled, as far as is known; 0: none */
	int64_t window_end; /* when the first byte is there at the latest */
	int64_t listen_end; /* until then others may answer; 0: nobody listens */
	int64_t first_at;   /* when the answer began, negative: it has not */
	int64_t last_at;    /* when the line was last heard or used */
	int64_t lag_least, lag_most; /* of its bytes behind the pace of the line: when it
									would have begun */
	int64_t held;                /* µs that its first byte was held back for others */
	int64_t held_most;           /* the same of any of its bytes */
	int64_t came_at, gap_most;   /* its last bytes, and the longest pause between two */
	unsigned pieces;             /* in which its bytes came */
	/* µs that the longest telegram took which came in one piece, as all have since. */
	int64_t bulk;
	/* Last bytes of a try that brought garbage; 0: the last one has not, or is answered.
	 */
	int64_t broken_at;
	int64_t hush_until;
	struct exchange_failure failure;
};

/* `timing` and `counters` are borrowed for as long as the exchange is used. */
void exchange_init(struct exchange *exchange, const struct timing *timing,
		struct bus_counters *counters);
/* The way to the bus may be another one now: what was learned of it is forgotten, and
   what was still to come on it. */
void exchange_reopened(struct exchange *exchange);

/*
 * Begins with a request; everything in *ask is copied. An answer must come from the
 * address asked; to 253 and 254 any slave may answer. The line rests first if the last
 * exchange asks for it.
 */
void exchange_begin(
		struct exchange *exchange, const struct exchange_ask *ask, int64_t now);
/* Bit/s at which the request has to be sent: before sending it the caller sets the line
   when it has another speed, and the exchange rests 33 bits of the slower one. */
uint32_t exchange_baud(const struct exchange *exchange);

/* How long (µs) after the end of the last request the first byte of its answer began, as
   far as can be told; negative when nothing came. Includes the way to the line. */
int64_t exchange_delay(const struct exchange *exchange);

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
/* With fewer bytes than these no frame can be whole; 1: each one counts. */
size_t exchange_awaited(const struct exchange *exchange);

/* What is allowed for the way to the bus and back at present, µs. */
int64_t exchange_latency(const struct exchange *exchange);

/* True while a request is under way. */
bool exchange_busy(const struct exchange *exchange);
/* Ends at once; what may still come is waited out before the next request. */
void exchange_abort(struct exchange *exchange, int64_t now);

/* Why it failed: "no answer from 5 after 3 tries", where `who` is "5". Returns `text`. */
const char *exchange_text(
		const struct exchange *exchange, const char *who, char text[EXCHANGE_TEXT_SIZE]);

#endif
