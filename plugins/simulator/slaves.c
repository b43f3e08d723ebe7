/* SPDX-License-Identifier: MIT */
/* Places meters on a bus and gives each its peculiarities. */
#include "slaves.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chance.h"
#include "identities.h"

#define NUMBER_DIGITS 8

static bool address_taken(const struct slaves *slaves, int address)
{
	for (size_t i = 0; i < slaves->count; i++) {
		if (slaves->meters[i].address == address) {
			return true;
		}
	}
	return false;
}

static void add_literal(struct slaves *slaves, struct literal *literal)
{
	struct meter meter;
	meter_init_literal(&meter, literal->telegrams, literal->count);
	if (address_taken(slaves, meter.address)) {
		meter.address = METER_NO_ADDRESS;
	}
	slaves->meters[slaves->count++] = meter;
}

static bool identity_taken(
		const struct slaves *slaves, const struct mg_identity *identity)
{
	for (size_t i = 0; i < slaves->count; i++) {
		const struct mg_identity *other = &slaves->meters[i].identity;
		if (other->id == identity->id && other->manufacturer == identity->manufacturer &&
				other->version == identity->version &&
				other->medium == identity->medium) {
			return true;
		}
	}
	return false;
}

/* The address of made-up meter `index` out of `count`; false when none is left. */
static bool next_address(const struct slaves *slaves, const struct slaves_plan *plan,
		size_t index, size_t count, int *address)
{
	if (index + plan->secondary >= count) {
		*address = METER_NO_ADDRESS;
		return true;
	}
	*address = plan->first_address;
	if (index > 0 && index < plan->together) {
		return true;
	}
	while (address_taken(slaves, *address)) {
		++*address;
	}
	return *address <= MG_A_PRIMARY_LAST;
}

static bool add_made_up(
		struct slaves *slaves, struct identities *identities, size_t count)
{
	const struct slaves_plan *plan = identities->plan;
	size_t index = identities->index;
	struct mg_identity identity;
	int address;
	if (!next_address(slaves, plan, index, count, &address)) {
		return false;
	}
	identities_next(identities, &identity);
	while (identity_taken(slaves, &identity)) {
		identities_other(identities, &identity);
	}
	struct meter *meter = &slaves->meters[slaves->count++];
	meter_init(meter, (unsigned)index, address, identity.id, plan->seed + (uint32_t)index,
			index < plan->multi ? TELEGRAM_LONG_READOUT : 1);
	meter->identity = identity;
	return true;
}

static bool fail(struct slaves *slaves, char error[SLAVES_ERROR_SIZE], const char *what)
{
	snprintf(error, SLAVES_ERROR_SIZE, "%s", what);
	slaves_finish(slaves);
	return false;
}

static void set_line(struct slaves *slaves, const struct slaves_plan *plan)
{
	uint64_t random = ~(uint64_t)plan->seed;
	uint64_t spread = 0;
	if (plan->delay_high > plan->delay_low) {
		spread = (uint64_t)(plan->delay_high - plan->delay_low);
	}
	for (size_t i = 0; i < slaves->count; i++) {
		struct meter *meter = &slaves->meters[i];
		meter->delay = plan->delay_low + (int64_t)chance_draw(&random, spread + 1);
		meter->jitter = plan->jitter;
		meter->random = chance_draw(&random, 0);
		meter->baud = plan->baud;
		meter->bauds = plan->bauds;
	}
}

typedef void (*set_fn)(struct meter *meter, int64_t value);

static void set_quirks(struct meter *meter, int64_t value)
{
	meter->quirks |= (unsigned)value;
}

static void set_alarm(struct meter *meter, int64_t value)
{
	meter->alarm = (uint8_t)value;
}

static void set_clock(struct meter *meter, int64_t value)
{
	meter->clock_offset = value;
}

/* False, and the reason in `error`, when the target is no meter. */
static bool set(struct slaves *slaves, const char *option, const struct target *target,
		set_fn fn, int64_t value, char error[SLAVES_ERROR_SIZE])
{
	bool found = false;
	for (size_t i = 0; i < slaves->count; i++) {
		if (target_fits(target, &slaves->meters[i])) {
			fn(&slaves->meters[i], value);
			found = true;
		}
	}
	if (!found && target->kind == TARGET_NUMBER) {
		snprintf(error, SLAVES_ERROR_SIZE, "%s: no meter has the number %08" PRIX32,
				option, target->value);
	} else if (!found) {
		snprintf(error, SLAVES_ERROR_SIZE, "%s: no meter has address %" PRIu32, option,
				target->value);
	}
	return found;
}

static bool set_values(struct slaves *slaves, const char *option,
		const struct target_value *items, size_t count, set_fn fn,
		char error[SLAVES_ERROR_SIZE])
{
	for (size_t i = 0; i < count; i++) {
		if (!set(slaves, option, &items[i].target, fn, items[i].value, error)) {
			return false;
		}
	}
	return true;
}

static bool set_items(struct slaves *slaves, const struct slaves_plan *plan,
		char error[SLAVES_ERROR_SIZE])
{
	for (size_t i = 0; i < plan->dead_count; i++) {
		const struct target target = { TARGET_ADDRESS, plan->dead[i] };
		if (!set(slaves, "dead", &target, set_quirks, METER_DEAD, error)) {
			return false;
		}
	}
	for (size_t i = 0; i < plan->quirk_count; i++) {
		const struct quirks_item *item = &plan->quirks[i];
		if (!set(slaves, "quirks", &item->target, set_quirks, item->quirks, error)) {
			return false;
		}
	}
	return set_values(
				   slaves, "alarm", plan->alarms, plan->alarm_count, set_alarm, error) &&
		   set_values(slaves, "clock", plan->clocks, plan->clock_count, set_clock, error);
}

/* More meters of a kind than there are made-up ones at all is a mistake. */
static bool check_counts(const struct slaves_plan *plan, size_t count, size_t made_up,
		char error[SLAVES_ERROR_SIZE])
{
	const struct {
		const char *option;
		size_t count;
	} wanted[] = { { "multi", plan->multi }, { "together", plan->together },
		{ "secondary", plan->secondary } };
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		if (wanted[i].count > made_up) {
			snprintf(error, SLAVES_ERROR_SIZE,
					"%s: %zu of %zu made-up meters are too many (there are %zu meters)",
					wanted[i].option, wanted[i].count, made_up, count);
			return false;
		}
	}
	return true;
}

static size_t plan_size(const struct slaves_plan *plan)
{
	size_t literals = plan->literals != NULL ? plan->literals->count : 0;
	if (plan->count > 0) {
		return plan->count;
	}
	return literals > 0 ? literals : SLAVES_DEFAULT;
}

static bool place(struct slaves *slaves, const struct slaves_plan *plan, size_t count)
{
	size_t literals = plan->literals != NULL ? plan->literals->count : 0;
	struct identities identities;
	for (size_t i = 0; i < count && i < literals; i++) {
		add_literal(slaves, &plan->literals->items[i]);
	}
	size_t made_up = count - slaves->count;
	identities_init(&identities, plan);
	while (slaves->count < count) {
		if (!add_made_up(slaves, &identities, made_up)) {
			return false;
		}
	}
	return true;
}

bool slaves_init(struct slaves *slaves, const struct slaves_plan *plan,
		char error[SLAVES_ERROR_SIZE])
{
	size_t count = plan_size(plan);
	size_t literals = plan->literals != NULL ? plan->literals->count : 0;
	*slaves = (struct slaves){ .count = 0 };
	if (!check_counts(plan, count, count > literals ? count - literals : 0, error)) {
		return false;
	}
	*slaves = (struct slaves){ .meters = calloc(count, sizeof(struct meter)) };
	if (slaves->meters == NULL) {
		return fail(slaves, error, "out of memory");
	}
	if (!place(slaves, plan, count)) {
		return fail(
				slaves, error, "the addresses run out: lower meters or first_address");
	}
	set_line(slaves, plan);
	if (!set_items(slaves, plan, error)) {
		slaves_finish(slaves);
		return false;
	}
	return true;
}

static bool parse_number(const char *text, uint32_t *number)
{
	*number = 0;
	for (size_t i = 0; i < NUMBER_DIGITS; i++) {
		if (text[i] < '0' || text[i] > '9') {
			return false;
		}
		*number = *number * 10 + (uint32_t)(text[i] - '0');
	}
	return text[NUMBER_DIGITS] == '\0';
}

bool slaves_numbers_parse(
		const char *text, struct slaves_plan *plan, char error[SLAVES_ERROR_SIZE])
{
	static const char *const names[] = { [SLAVES_SPREAD] = "spread",
		[SLAVES_RANDOM] = "random",
		[SLAVES_CONSECUTIVE] = "consecutive",
		[SLAVES_SAME] = "same" };
	size_t length = strcspn(text, ":");
	for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strlen(names[i]) != length || memcmp(names[i], text, length) != 0) {
			continue;
		}
		plan->numbers = (enum slaves_numbers)i;
		plan->has_number = text[length] == ':';
		if (!plan->has_number ||
				(i >= SLAVES_CONSECUTIVE &&
						parse_number(text + length + 1, &plan->number))) {
			return true;
		}
	}
	snprintf(error, SLAVES_ERROR_SIZE,
			"numbers: \"%.40s\" is none of spread, random, consecutive, same, "
			"consecutive:12345678, same:12345678",
			text);
	return false;
}

uint32_t slaves_baud_parse(const char *text)
{
	static const char *const speeds[] = { "300", "600", "1200", "2400", "4800", "9600",
		"19200", "38400" };
	for (unsigned i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++) {
		if (strcmp(text, speeds[i]) == 0) {
			return 1u << i;
		}
	}
	return 0;
}

void slaves_finish(struct slaves *slaves)
{
	free(slaves->meters);
	*slaves = (struct slaves){ .count = 0 };
}
