/* SPDX-License-Identifier: MIT */
/* Makes up identities as a plan wants them. */
#include "identities.h"

#include <string.h>

#include "chance.h"

/* Neither 2 nor 5 divides it, so all numbers of a bus differ, in the first digits too. */
#define SPREAD_STEP 38196601u
#define NUMBERS 100000000u
#define VERSION 0x10
#define MEDIUM_HEAT 0x04
#define DEFAULT_MANUFACTURER "XSM"
#define LETTERS 26

static uint32_t bcd8(uint32_t number)
{
	uint32_t digits = 0;
	for (int shift = 0; shift < 32; shift += 4) {
		digits |= number % 10 << shift;
		number /= 10;
	}
	return digits;
}

void identities_init(struct identities *identities, const struct slaves_plan *plan)
{
	*identities = (struct identities){ .plan = plan, .random = plan->seed };
}

static uint32_t make_number(struct identities *identities)
{
	const struct slaves_plan *plan = identities->plan;
	uint64_t first =
			plan->has_number ? plan->number : plan->seed * UINT64_C(2654435761) % NUMBERS;
	switch (plan->numbers) {
	case SLAVES_RANDOM:
		first = chance_draw(&identities->random, NUMBERS);
		break;
	case SLAVES_CONSECUTIVE:
		first += identities->index;
		break;
	case SLAVES_SAME:
		break;
	default:
		first += (uint64_t)identities->index * SPREAD_STEP;
	}
	return bcd8((uint32_t)(first % NUMBERS));
}

static uint16_t make_manufacturer(const struct slaves_plan *plan, size_t index)
{
	char letters[] = DEFAULT_MANUFACTURER;
	uint16_t code = 0;
	if (plan->manufacturer_count > 0) {
		return plan->manufacturers[index % plan->manufacturer_count];
	}
	if (plan->numbers == SLAVES_SAME && index > 0) {
		letters[1] = (char)('A' + index / LETTERS % LETTERS);
		letters[2] = (char)('A' + index % LETTERS);
	}
	mg_manufacturer_parse(letters, &code);
	return code;
}

/* Each meter differs from the first one in one of the three parts. */
static void vary(struct identities *identities, struct mg_identity *identity)
{
	size_t turn = identities->index > 0 ? (identities->index - 1) / 3 + 1 : 0;
	identity->manufacturer = make_manufacturer(identities->plan, 0);
	identity->version = VERSION;
	identity->medium = MEDIUM_HEAT;
	if (turn == 0) {
		return;
	}
	switch ((identities->index - 1) % 3) {
	case 0:
		identity->manufacturer = make_manufacturer(identities->plan, turn);
		break;
	case 1:
		identity->version = (uint8_t)(VERSION + turn);
		break;
	default:
		identity->medium = (uint8_t)(MEDIUM_HEAT + turn);
	}
}

void identities_next(struct identities *identities, struct mg_identity *identity)
{
	*identity = (struct mg_identity){ .id = make_number(identities),
		.version = VERSION,
		.medium = telegram_medium((unsigned)identities->index) };
	if (identities->plan->numbers == SLAVES_SAME) {
		vary(identities, identity);
	} else {
		identity->manufacturer = make_manufacturer(identities->plan, identities->index);
	}
	identities->index++;
}

void identities_other(struct identities *identities, struct mg_identity *identity)
{
	if (identities->plan->numbers == SLAVES_RANDOM) {
		identity->id = make_number(identities);
	} else {
		identity->version++;
	}
}
