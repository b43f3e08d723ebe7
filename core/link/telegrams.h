/* SPDX-License-Identifier: MIT */
/* What a readout has to know of a telegram to follow a sequence of them. */
#ifndef LINK_TELEGRAMS_H
#define LINK_TELEGRAMS_H

#include <stdbool.h>
#include <stdint.h>

#include <metergate/mbus.h>

#include "secure/secure.h"

struct telegrams_facts {
	bool more;         /* DIF 1Fh: the next one has more records */
	bool has_identity; /* its header carries one */
	enum mg_header header;
	struct mg_identity identity;
	/* The same for telegrams that have the same records, whatever the values. */
	uint64_t print;
};

/* Looks at a whole valid frame. What cannot be decoded has no more and no identity. */
void telegrams_look(const struct mg_frame *frame, struct telegrams_facts *facts);

/* What encrypted telegrams of a meter are opened with; may be all zero. */
struct telegrams_secret {
	const struct secure_key *key;
	const struct mg_identity *identity; /* for telegrams that do not carry it */
};

/* The same, and looks into an encrypted telegram when its key is there. */
void telegrams_look_into(const struct mg_frame *frame,
		const struct telegrams_secret *secret, struct telegrams_facts *facts);

/* True when the second frame repeats the first: equal but for ACD, DFC, access number and
   checksum. */
bool telegrams_equal(struct mg_bytes first, struct mg_bytes second);

bool telegrams_same_meter(const struct mg_identity *a, const struct mg_identity *b);

/* True when a meter with this header and identity can be the one that `mask` asks for; a
   fixed header says only the id. */
bool telegrams_fit(const struct mg_identity *mask, enum mg_header header,
		const struct mg_identity *identity);

#endif
