/* SPDX-License-Identifier: MIT */
/* Places meters on a bus and lays their answers over each other. */
#include "slaves.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Neither 2 nor 5 divides it, so all identities of a bus differ, in the first digits
 * too. */
#define ID_STEP 38196601u
#define ID_COUNT 100000000u

static uint32_t bcd8(uint32_t number)
{
	uint32_t digits = 0;
	for (int shift = 0; shift < 32; shift += 4) {
		digits |= number % 10 << shift;
		number /= 10;
	}
	return digits;
}

static uint32_t made_up_id(uint32_t seed, size_t index)
{
	uint64_t first = seed * UINT64_C(2654435761) % ID_COUNT;
	return bcd8((uint32_t)((first + (uint64_t)index * ID_STEP) % ID_COUNT));
}

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

static bool add_made_up(
		struct slaves *slaves, const struct slaves_plan *plan, size_t index, int *address)
{
	while (address_taken(slaves, *address)) {
		++*address;
	}
	if (*address > MG_A_PRIMARY_LAST) {
		return false;
	}
	meter_init(&slaves->meters[slaves->count++], (unsigned)index, *address,
			made_up_id(plan->seed, index), plan->seed + (uint32_t)index,
			index < plan->multi ? TELEGRAM_LONG_READOUT : 1);
	return true;
}

static bool fail(struct slaves *slaves, char error[SLAVES_ERROR_SIZE], const char *what)
{
	snprintf(error, SLAVES_ERROR_SIZE, "%s", what);
	slaves_finish(slaves);
	return false;
}

static bool mark_dead(struct slaves *slaves, const struct slaves_plan *plan)
{
	for (size_t i = 0; i < plan->dead_count; i++) {
		bool found = false;
		for (size_t k = 0; k < slaves->count; k++) {
			if (slaves->meters[k].address == plan->dead[i]) {
				slaves->meters[k].dead = found = true;
			}
		}
		if (!found) {
			return false;
		}
	}
	return true;
}

bool slaves_init(struct slaves *slaves, const struct slaves_plan *plan,
		char error[SLAVES_ERROR_SIZE])
{
	size_t literals = plan->literals != NULL ? plan->literals->count : 0;
	size_t count = plan->count;
	if (count == 0) {
		count = literals > 0 ? literals : SLAVES_DEFAULT;
	}
	int address = plan->first_address;
	*slaves = (struct slaves){ .meters = calloc(count, sizeof(struct meter)) };
	if (slaves->meters == NULL) {
		return fail(slaves, error, "out of memory");
	}
	for (size_t i = 0; i < count && i < literals; i++) {
		add_literal(slaves, &plan->literals->items[i]);
	}
	for (size_t i = 0; slaves->count < count; i++) {
		if (!add_made_up(slaves, plan, i, &address)) {
			return fail(slaves, error,
					"the addresses run out: lower meters or first_address");
		}
	}
	if (!mark_dead(slaves, plan)) {
		return fail(slaves, error, "an address in dead is that of no meter");
	}
	return true;
}

void slaves_finish(struct slaves *slaves)
{
	free(slaves->meters);
	*slaves = (struct slaves){ .count = 0 };
}

static size_t overlay(uint8_t *bytes, size_t length, const struct telegram *answer)
{
	for (size_t i = 0; i < answer->length; i++) {
		bytes[i] = i < length ? bytes[i] & answer->bytes[i] : answer->bytes[i];
	}
	return answer->length > length ? answer->length : length;
}

size_t slaves_take(struct slaves *slaves, const struct mg_frame *frame, int64_t now,
		uint8_t bytes[MG_FRAME_MAX], slaves_answer_fn fn, void *data)
{
	struct telegram answers[2]; /* the latest, and the one before that is still untold */
	const struct meter *waiting = NULL;
	size_t length = 0, which = 0;
	bool alone = true;
	for (size_t i = 0; i < slaves->count; i++) {
		meter_take(&slaves->meters[i], frame, now, &answers[which]);
		if (answers[which].length == 0) {
			continue;
		}
		length = overlay(bytes, length, &answers[which]);
		if (waiting != NULL) {
			alone = false;
			fn(data, waiting, &answers[1 - which], alone);
		}
		waiting = &slaves->meters[i];
		which = 1 - which;
	}
	if (waiting != NULL) {
		fn(data, waiting, &answers[1 - which], alone);
	}
	return length;
}
