/* SPDX-License-Identifier: MIT */
/* Made-up telegrams of several kinds of meters, and the numbers that they were built
 * from. */
#ifndef SIMULATOR_TELEGRAMS_H
#define SIMULATOR_TELEGRAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

/* All functions are pure: the same source and moment give the same telegram. */

#define TELEGRAM_VALUES_MAX 40
#define TELEGRAM_KINDS 6        /* heat, cold water, electricity, warm water, gas, HCA */
#define TELEGRAM_LONG_READOUT 3 /* telegrams of a meter that needs several */
#define TELEGRAM_READOUT_MAX 9  /* that any meter may be made to need */
#define TELEGRAM_SELECT_MAX 32  /* bytes of DIBs and VIBs that a master selected */
/* s since 1970: 2026-01-01, when the counters began. */
#define TELEGRAM_EPOCH 1767225600

/* One record as the meter means it, before it is coded. */
struct telegram_value {
	const char *quantity; /* words of docs/readings.md */
	const char *unit;     /* base unit, "" for none */
	enum mg_function function;
	uint64_t storage;
	uint32_t tariff;
	uint16_t subunit;
	char name[96]; /* "energy_storage_1_tariff_2" */
	char text[48]; /* exact decimal in the base unit, ISO date, or text */
};

/* An answer as it goes to the wire; `length` 0 is silence. Literal telegrams and E5h have
 * no values. */
struct telegram {
	uint8_t bytes[MG_FRAME_MAX];
	size_t length;
	size_t value_count;
	struct telegram_value values[TELEGRAM_VALUES_MAX];
};

/* What stays the same in the life of a made-up meter. */
struct telegram_source {
	unsigned kind; /* 0 ... TELEGRAM_KINDS - 1 */
	uint32_t seed; /* moves start values and the course of temperatures */
	uint8_t address;
	struct mg_identity identity;
	size_t count; /* telegrams of one readout: 1 ... TELEGRAM_READOUT_MAX */
	bool has_fabrication;
	uint32_t fabrication; /* BCD */
	bool clock_type_i;    /* the time with seconds (type I), otherwise type F */
};

/* What makes one telegram differ from the next. */
struct telegram_moment {
	int64_t time;   /* s since 1970 */
	int64_t ticks;  /* what counters grow with: about one a second */
	size_t index;   /* which telegram of the readout */
	uint8_t access; /* access number */

	int64_t clock_offset; /* s that the meter's own clock is ahead */
	/* Sub-code of the application reset before; see telegram_build(). */
	uint8_t application;
	/* The records of this VIF (7Eh: all) were frozen in storage 1 at this time; 0: none
	   were. */
	uint8_t frozen_vif;
	int64_t frozen_time, frozen_ticks;
	/* Records that the master selected for readout, as it sent them; size 0: none. */
	uint8_t select[TELEGRAM_SELECT_MAX];
	size_t select_size;
};

/* Medium byte of a kind. */
uint8_t telegram_medium(unsigned kind);

/* Whether a kind tells its fabrication number, and whether its clock has seconds. */
bool telegram_has_fabrication(unsigned kind);
bool telegram_clock_type_i(unsigned kind);
/* The fabrication number (BCD) of a meter that was made with this seed and number. */
uint32_t telegram_fabrication(uint32_t seed, uint32_t id);

/*
 * How many telegrams a readout takes at this moment: `count` of the source, unless
 * records were selected or the application reset asked for less.
 */
size_t telegram_parts(
		const struct telegram_source *source, const struct telegram_moment *moment);

/*
 * Builds telegram `index` of the readout. False when it does not fit a frame, which no
 * kind comes near.
 *
 * Records selected for readout come alone. Without any, the upper half of `application`
 * chooses: 2 counters with their due dates, 3 what is stored with its dates, 5 what is
 * measured just now, 8 numbers, place and clock; everything else means all records. The
 * lower half n, unless 0, chooses the nth telegram of the whole readout. A choice that
 * leaves nothing is the whole readout.
 */
bool telegram_build(const struct telegram_source *source,
		const struct telegram_moment *moment, struct telegram *telegram);

/* Makes it the single character E5h. */
void telegram_set_ack(struct telegram *telegram);

#endif
