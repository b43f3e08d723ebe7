/* SPDX-License-Identifier: MIT */
/* All simulated meters of one bus. */
#ifndef SIMULATOR_SLAVES_H
#define SIMULATOR_SLAVES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

#include "literals.h"
#include "meter.h"
#include "quirks.h"
#include "target.h"

#define SLAVES_MAX 250
#define SLAVES_DEFAULT 3
#define SLAVES_ERROR_SIZE TARGET_ERROR_SIZE

struct slaves {
	struct meter *meters;
	size_t count;
};

/* How the numbers of made-up meters come about. */
enum slaves_numbers {
	SLAVES_SPREAD,      /* evenly over all numbers, and no two begin alike */
	SLAVES_RANDOM,      /* drawn */
	SLAVES_CONSECUTIVE, /* one after the other */
	/* one for all: they differ in manufacturer, version or medium, in turn */
	SLAVES_SAME,
};

/*
 * What the options say, see plan.h. All zero is a plan, too. What is said of "made-up"
 * meters does not touch literal ones.
 */
struct slaves_plan {
	size_t count;              /* meters; 0: those of `literals`, or SLAVES_DEFAULT */
	int first_address;         /* of the made-up meters; each gets the next free one */
	size_t multi;              /* how many made-up meters answer in several telegrams */
	uint32_t seed;             /* other numbers, other identities */
	struct literals *literals; /* their telegrams must outlive the slaves; or NULL */
	const uint8_t *dead;       /* addresses that never answer */
	size_t dead_count;

	size_t together;  /* so many made-up meters, the first ones, share first_address */
	size_t secondary; /* and so many, the last ones, have a secondary address only */

	enum slaves_numbers numbers;   /* see slaves_numbers_parse() */
	bool has_number;               /* CONSECUTIVE, SAME: the first one is `number`, ... */
	uint32_t number;               /* ... 0 to 99999999; otherwise the seed decides */
	const uint16_t *manufacturers; /* of the made-up meters, in turn; none: XSM */
	size_t manufacturer_count;

	int64_t delay_low, delay_high; /* ns beyond the least: each meter has its own */
	int64_t jitter;                /* ns: each answer up to so much later */
	uint32_t baud;  /* speed that all meters begin with; 0: they follow any */
	uint32_t bauds; /* speeds they can be switched to, see slaves_baud_parse() */

	/* Items of options, each with its target. One that fits no meter is an error. */
	const struct quirks_item *quirks;
	size_t quirk_count;
	const struct target_value *alarms; /* byte of the alarm: 1 to 255 */
	size_t alarm_count;
	const struct target_value *clocks; /* s that the clock is ahead, below 0 behind */
	size_t clock_count;
};

/* Reads "spread", "random", "consecutive", "same"; behind the last two ":12345678" may
   give the (first) number. False with the reason in `error`. */
bool slaves_numbers_parse(
		const char *text, struct slaves_plan *plan, char error[SLAVES_ERROR_SIZE]);

/* The bit of a speed (300, 600 ... 38400) in `bauds`, by its text; 0: there is none. */
uint32_t slaves_baud_parse(const char *text);

/* False with the reason in `error`; then *slaves is empty. */
bool slaves_init(struct slaves *slaves, const struct slaves_plan *plan,
		char error[SLAVES_ERROR_SIZE]);
void slaves_finish(struct slaves *slaves);

#endif
