/* SPDX-License-Identifier: MIT */
/* Meters of random identity for the simulated segment. */
#include <stdlib.h>

#include "virtual.h"

#define BIT 416667 /* ns at 2400 Bd */
#define DIGITS 8
#define PRIMARY_LAST 250

/* splitmix64 */
uint64_t virtual_random(uint64_t *state, uint64_t limit)
{
	uint64_t z = (*state += 0x9E3779B97F4A7C15u);
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return (z ^ (z >> 31)) % limit;
}

static uint32_t bcd(uint64_t number)
{
	uint32_t digits = 0;
	for (unsigned i = 0; i < DIGITS; i++) {
		digits |= (uint32_t)(number % 10) << (4 * i);
		number /= 10;
	}
	return digits;
}

static bool is_taken(const struct slaves *slaves, uint32_t id)
{
	for (size_t i = 0; i < slaves->count; i++) {
		if (slaves->meters[i].identity.id == id) {
			return true;
		}
	}
	return false;
}

static void add(struct slaves *slaves, uint32_t id, uint64_t *random)
{
	static const char *const makers[] = { "KAM", "LUG", "SEN", "ITW", "QDS", "EMH" };
	/* Of a house with heat meters: telegrams of 84 bytes on average. */
	static const unsigned kinds[] = { 0, 0, 2, 1, 0, 4 };
	size_t index = slaves->count;
	struct meter *meter = &slaves->meters[slaves->count++];
	meter_init(meter, kinds[index % 6], (int)(1 + index % PRIMARY_LAST), id,
			(uint32_t)virtual_random(random, UINT32_MAX), 1);
	mg_manufacturer_parse(
			makers[virtual_random(random, 6)], &meter->identity.manufacturer);
	meter->identity.version = (uint8_t)virtual_random(random, 0x40);
	meter->source.identity = meter->identity;
	meter->random = virtual_random(random, UINT64_MAX);
}

bool virtual_meters(struct slaves *slaves, size_t count, uint64_t seed, bool consecutive,
		int64_t delay_low, int64_t delay_high)
{
	uint64_t random = seed;
	uint64_t first = virtual_random(&random, 99999000);
	*slaves = (struct slaves){ .meters = calloc(count, sizeof(*slaves->meters)) };
	if (slaves->meters == NULL) {
		return false;
	}
	while (slaves->count < count) {
		uint32_t id = bcd(
				consecutive ? first + slaves->count : virtual_random(&random, 100000000));
		if (is_taken(slaves, id)) {
			continue;
		}
		add(slaves, id, &random);
		struct meter *meter = &slaves->meters[slaves->count - 1];
		/* `delay` counts from the 11 bits that every slave takes. */
		int64_t range = (delay_high - delay_low) * BIT + 1;
		meter->delay = (delay_low - METER_BITS_LEAST) * BIT +
					   (int64_t)virtual_random(&random, (uint64_t)range);
	}
	return true;
}
