/* SPDX-License-Identifier: MIT */
/* Numbers, manufacturers, versions and media of the made-up meters of a bus. */
#ifndef SIMULATOR_IDENTITIES_H
#define SIMULATOR_IDENTITIES_H

#include "slaves.h"

/* Finds the identities of a bus one after the other. */
struct identities {
	const struct slaves_plan *plan;
	uint64_t random;
	size_t index; /* of the meter that is next */
};

void identities_init(struct identities *identities, const struct slaves_plan *plan);

/* What the next meter is to be; its version is only a first try, and so is a random
   number: a plan may ask for too few different ones. */
void identities_next(struct identities *identities, struct mg_identity *identity);

/* Another one, since this one is taken. */
void identities_other(struct identities *identities, struct mg_identity *identity);

#endif
