/* SPDX-License-Identifier: MIT */
/* Reads the options that are text. */
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "quirks.h"
#include "rate.h"
#include "target.h"

#define MS INT64_C(1000000)
#define ALARM_MAX 255
#define CLOCK_MAX (10 * 366 * 86400) /* s */

/* Where the items of a list go. */
struct reading {
	struct plan *plan;
	const struct plan_options *options;
	char *error; /* of PLAN_ERROR_SIZE */
};

/* Room for what a list says; it belongs to the plan. NULL when memory is short. */
static void *make_list(
		const struct reading *reading, const struct mg_list *list, size_t size)
{
	struct plan *plan = reading->plan;
	void *room = calloc(list->count + 1, size);
	if (room == NULL) {
		snprintf(reading->error, PLAN_ERROR_SIZE, "out of memory");
		return NULL;
	}
	plan->lists[plan->list_count++] = room;
	return room;
}

static bool read_dead(const struct reading *reading)
{
	const struct mg_list *list = &reading->options->dead;
	uint8_t *dead = make_list(reading, list, sizeof(*dead));
	for (size_t i = 0; dead != NULL && i < list->count; i++) {
		char *end;
		unsigned long address = strtoul(list->items[i], &end, 10);
		if (list->items[i][0] < '0' || list->items[i][0] > '9' || *end != '\0' ||
				address > MG_A_PRIMARY_LAST) {
			snprintf(reading->error, PLAN_ERROR_SIZE,
					"dead: \"%.60s\" is no primary address (0 to %d)", list->items[i],
					MG_A_PRIMARY_LAST);
			return false;
		}
		dead[i] = (uint8_t)address;
	}
	reading->plan->slaves.dead = dead;
	reading->plan->slaves.dead_count = list->count;
	return dead != NULL;
}

static bool read_quirks(const struct reading *reading)
{
	const struct mg_list *list = &reading->options->quirks;
	struct quirks_item *items = make_list(reading, list, sizeof(*items));
	char why[TARGET_ERROR_SIZE];
	for (size_t i = 0; items != NULL && i < list->count; i++) {
		if (!quirks_parse(list->items[i], &items[i], why)) {
			snprintf(reading->error, PLAN_ERROR_SIZE, "%s", why);
			return false;
		}
	}
	reading->plan->slaves.quirks = items;
	reading->plan->slaves.quirk_count = list->count;
	return items != NULL;
}

/* A list of addresses or numbers, each with a value. NULL after `error` said why. */
static struct target_value *read_values(const struct reading *reading, const char *name,
		const struct mg_list *list, int64_t low, int64_t high, int64_t implied)
{
	struct target_value *values = make_list(reading, list, sizeof(*values));
	char why[TARGET_ERROR_SIZE];
	for (size_t i = 0; values != NULL && i < list->count; i++) {
		if (!target_value_parse(
					name, list->items[i], low, high, implied, &values[i], why)) {
			snprintf(reading->error, PLAN_ERROR_SIZE, "%s", why);
			return NULL;
		}
	}
	return values;
}

static bool read_alarms(const struct reading *reading)
{
	const struct mg_list *list = &reading->options->alarm;
	struct slaves_plan *slaves = &reading->plan->slaves;
	slaves->alarms = read_values(reading, "alarm", list, 1, ALARM_MAX, 1);
	slaves->alarm_count = list->count;
	return slaves->alarms != NULL;
}

/* None is implied: how far a clock is off has to be said. */
static bool read_clocks(const struct reading *reading)
{
	const struct mg_list *list = &reading->options->clock;
	struct slaves_plan *slaves = &reading->plan->slaves;
	slaves->clocks =
			read_values(reading, "clock", list, -CLOCK_MAX, CLOCK_MAX, INT64_MAX);
	slaves->clock_count = list->count;
	return slaves->clocks != NULL;
}

static bool read_manufacturers(const struct reading *reading)
{
	const struct mg_list *list = &reading->options->manufacturers;
	uint16_t *codes = make_list(reading, list, sizeof(*codes));
	for (size_t i = 0; codes != NULL && i < list->count; i++) {
		if (!mg_manufacturer_parse(list->items[i], &codes[i])) {
			snprintf(reading->error, PLAN_ERROR_SIZE,
					"manufacturers: \"%.60s\" is not three letters from A to Z",
					list->items[i]);
			return false;
		}
	}
	reading->plan->slaves.manufacturers = codes;
	reading->plan->slaves.manufacturer_count = list->count;
	return codes != NULL;
}

static bool refuse_speed(const struct reading *reading, const char *name,
		const char *text, const char *others)
{
	snprintf(reading->error, PLAN_ERROR_SIZE,
			"%s: \"%.60s\" is no speed (300, 600, 1200, 2400, 4800, 9600, 19200 or "
			"38400%s)",
			name, text, others);
	return false;
}

static bool read_speeds(const struct reading *reading)
{
	const struct plan_options *options = reading->options;
	struct slaves_plan *slaves = &reading->plan->slaves;
	const char *baud = options->meter_baud;
	reading->plan->baud_of_line = baud == NULL;
	if (baud != NULL && strcmp(baud, "any") != 0) {
		if (slaves_baud_parse(baud) == 0) {
			return refuse_speed(reading, "meter_baud", baud, "; any: they follow each");
		}
		slaves->baud = (uint32_t)strtoul(baud, NULL, 10);
	}
	for (size_t i = 0; i < options->meter_bauds.count; i++) {
		uint32_t bit = slaves_baud_parse(options->meter_bauds.items[i]);
		if (bit == 0) {
			return refuse_speed(
					reading, "meter_bauds", options->meter_bauds.items[i], "");
		}
		slaves->bauds |= bit;
	}
	return true;
}

static bool check_delays(const struct reading *reading)
{
	const struct plan_options *options = reading->options;
	if (options->delay_max == 0 || options->delay_max >= options->delay) {
		return true;
	}
	snprintf(reading->error, PLAN_ERROR_SIZE,
			"delay_max: %lld ms are less than the %lld ms of delay",
			(long long)options->delay_max, (long long)options->delay);
	return false;
}

static bool read_numbers(const struct reading *reading)
{
	char why[SLAVES_ERROR_SIZE];
	const char *numbers = reading->options->numbers;
	if (numbers == NULL || slaves_numbers_parse(numbers, &reading->plan->slaves, why)) {
		return true;
	}
	snprintf(reading->error, PLAN_ERROR_SIZE, "%s", why);
	return false;
}

static bool read_rate(
		const struct reading *reading, const char *name, const char *text, uint32_t *rate)
{
	if (text == NULL || rate_parse(text, rate)) {
		return true;
	}
	snprintf(reading->error, PLAN_ERROR_SIZE,
			"%s: \"%.60s\" is no rate; write 1%%, 0.05%%, or how many of a million", name,
			text);
	return false;
}

static bool read_rates(const struct reading *reading)
{
	const struct plan_options *options = reading->options;
	struct segment_settings *segment = &reading->plan->segment;
	return read_rate(reading, "disturbed", options->disturbed, &segment->disturbed) &&
		   read_rate(reading, "lost", options->lost, &segment->lost);
}

static void take_numbers(
		struct plan *plan, const struct plan_options *options, uint32_t seed)
{
	int64_t most = options->delay_max;
	seed = options->seed != 0 ? (uint32_t)options->seed : seed;
	*plan = (struct plan){ .slaves = { .count = (size_t)options->meters,
								   .first_address = (int)options->first_address,
								   .multi = (size_t)options->multi,
								   .together = (size_t)options->together,
								   .secondary = (size_t)options->secondary,
								   .seed = seed,
								   .delay_low = options->delay * MS,
								   .delay_high = options->delay * MS,
								   .jitter = options->jitter * MS },
		.segment = { .seed = seed, .echo = options->echo, .breaks = options->breaks } };
	if (most > options->delay) {
		plan->slaves.delay_high = most * MS;
	}
}

bool plan_init(struct plan *plan, const struct plan_options *options, uint32_t seed,
		char error[PLAN_ERROR_SIZE])
{
	static bool (*const readers[])(const struct reading *reading) = { read_dead,
		read_quirks, read_alarms, read_clocks, read_manufacturers, read_speeds,
		read_numbers, read_rates, check_delays };
	const struct reading reading = { plan, options, error };
	take_numbers(plan, options, seed);
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		if (!readers[i](&reading)) {
			plan_finish(plan);
			return false;
		}
	}
	return true;
}

void plan_finish(struct plan *plan)
{
	while (plan->list_count > 0) {
		free(plan->lists[--plan->list_count]);
	}
}
