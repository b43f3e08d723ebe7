/* SPDX-License-Identifier: MIT */
/* One simulated meter: its identity, and what it remembers between two requests. */
#ifndef SIMULATOR_METER_H
#define SIMULATOR_METER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

#include "telegrams.h"

#define METER_NO_ADDRESS (-1) /* answers to its secondary address only */
#define METER_BITS_LEAST 11   /* between a request and its answer (EN 13757-2) */
#define METER_BITS_MOST 330   /* and 50 ms on top */

#define METER_LATE_NS 100000000 /* how much too late a late answer begins */

/* What real meters do that they should not; their names are in quirks.c. */
enum meter_quirk {
	METER_DEAD = 1 << 0,           /* hears everything and never answers */
	METER_IGNORES_FCB = 1 << 1,    /* each REQ_UD2 gets the next telegram */
	METER_STUCK_FCB = 1 << 2,      /* and this one always the first */
	METER_NEEDS_RESET = 1 << 3,    /* silent to REQ_UD2 unless SND_NKE came before it */
	METER_MUTE_RESET = 1 << 4,     /* never acknowledges SND_NKE */
	METER_ONCE_AT_254 = 1 << 5,    /* answers requests to 254 only once after SND_NKE */
	METER_WRONG_ADDRESS = 1 << 6,  /* another A field in its answers */
	METER_KEEPS_SELECTED = 1 << 7, /* a selection of others does not deselect it */
	METER_DROPS_SELECTED = 1 << 8, /* SND_NKE to its primary address deselects it */
	METER_LATE_ACK = 1 << 9,       /* its E5h comes after the standard's window */
	METER_LATE = 1 << 10,          /* all its answers do */
	METER_STUBBORN = 1 << 11,      /* acknowledges every command and follows none */
	METER_DFC_MORE = 1 << 12,      /* sets DFC together with DIF 1Fh */
	METER_BUSY = 1 << 13,          /* E5h to REQ_UD2: no data now */
	METER_MUTE_DATA = 1 << 14,     /* acknowledges everything, never gives data */
	METER_NO_SELECT = 1 << 15,     /* knows no secondary addressing */
	/* silent to REQ_UD2 and REQ_UD1 unless an application reset came behind SND_NKE or a
	   selection */
	METER_NEEDS_INIT = 1 << 16,
};

/* What a meter keeps for its own address, and once more for 253 (EN 13757-2: the frame
 * count bits of REQ_UD2 and SND_UD are independent). */
struct meter_link {
	bool request_known, request_fcb;
	bool send_known, send_fcb;
	bool alarm_known, alarm_fcb;
	uint8_t alarm;  /* what the last REQ_UD1 got; 0: E5h */
	bool was_reset; /* SND_NKE or a selection came, and no REQ_UD2 yet */
	bool was_init;  /* and an application reset behind that */
	size_t next;    /* telegram of the readout that the next new request gets */
	struct telegram_moment last; /* of the telegram that a repeated request gets again */
};

/* When something is heard: both clocks. */
struct meter_time {
	int64_t ns;   /* of the segment's clock */
	int64_t wall; /* s since 1970 */
};

struct meter {
	int address;                 /* 0 ... 250, or METER_NO_ADDRESS */
	struct mg_identity identity; /* all zero while `selectable` is false */
	bool selectable;
	bool has_fabrication;
	uint32_t fabrication;     /* BCD, of record 0Ch 78h */
	unsigned quirks;          /* enum meter_quirk */
	struct mg_bytes *literal; /* sent as they are; borrowed. NULL: made-up telegrams */
	struct telegram_source source;
	bool selected;
	bool spent_254;   /* answered a request to 254 since SND_NKE */
	bool readdressed; /* its telegrams get `address`, even literal ones */
	struct meter_link own, by_selection;
	int64_t ticks;
	uint8_t access;

	/* The line. */
	uint32_t baud;         /* hears and sends at this speed; 0: at any */
	uint32_t bauds;        /* speeds that it can switch to, a bit for CI B8h + n */
	uint32_t baud_before;  /* falls back to it when nothing valid comes ... */
	int64_t baud_until;    /* ... until then, ns; 0: settled */
	int64_t delay, jitter; /* ns beyond the 11 bits until it answers, and up to so much
							  more, drawn anew for each answer */
	uint64_t random;       /* state of that */

	int64_t clock_offset; /* s: its clock against the true one */
	bool clock_type_i;    /* tells and takes the time with seconds */
	uint8_t alarm;        /* of CI 71h; 0: none, and ACD is not set */
	uint8_t application;  /* sub-code of the last application reset */
	uint8_t frozen_vif;   /* values of `frozen_at` are in storage 1: those of this VIF,
							 7Eh all; 0: none are */
	struct telegram_moment frozen_at;
	uint8_t readout[TELEGRAM_SELECT_MAX]; /* DIFs and VIFs selected for readout; */
	size_t readout_size;                  /* 0: all */
};

/* A made-up meter. `count` telegrams make up a readout: 1 ... TELEGRAM_READOUT_MAX.
 * Without a primary address it answers as 253. */
void meter_init(struct meter *meter, unsigned kind, int address, uint32_t id,
		uint32_t seed, size_t count);

/*
 * A meter that answers with `count` telegrams as they are; they must outlive it. Its
 * address is the A field of the first one, its identity what the header there says.
 */
void meter_init_literal(struct meter *meter, struct mg_bytes *telegrams, size_t count);

/* What its counters go by at this time (s since 1970), see struct telegram_moment. */
int64_t meter_ticks(const struct meter *meter, int64_t wall);

/* Nothing valid came for so long that it gives up a new speed, if that is due. */
void meter_tick(struct meter *meter, const struct meter_time *now);

/*
 * What the meter does with a frame from the master whose last stop bit ends at `now`.
 * *answer is silence (length 0), E5h or a telegram; *delay (ns) is how long after `now`
 * its first start bit comes; `bit` (ns) is a bit time at its speed. A command for another
 * speed changes `baud` at once: the answer still goes at the speed of `bit`.
 */
void meter_take(struct meter *meter, const struct mg_frame *frame,
		const struct meter_time *now, int64_t bit, struct telegram *answer,
		int64_t *delay);

#endif
