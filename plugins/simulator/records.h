/* SPDX-License-Identifier: MIT */
/* Data records as a master sends them: what to write, freeze or select for readout. */
#ifndef SIMULATOR_RECORDS_H
#define SIMULATOR_RECORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

#include "kinds.h"

#define RECORDS_VIB_MAX 11
#define RECORDS_SELECTION 0x8 /* data field of a selection for readout */
#define RECORDS_ANY_VIF 0x7E
#define RECORDS_NO_ACTION (-1)

/* Object actions, the last VIFE (EN 13757-3). */
enum records_action {
	RECORDS_FREEZE = 0x0B,
	RECORDS_ADD = 0x0C,  /* to the readout list */
	RECORDS_DROP = 0x0D, /* from it */
};

struct record {
	bool everything; /* DIF 7Fh: all storages, tariffs, subunits and functions */
	uint8_t field, function;
	uint64_t storage, storages; /* wanted, and the highest that its DIFEs could say */
	uint32_t tariff, tariffs;
	uint16_t subunit, subunits;
	size_t difes;
	/* Without the object action; of its last byte bit 7 is 0. No VIF at all means any. */
	uint8_t vib[RECORDS_VIB_MAX];
	size_t vib_size;
	int action;           /* object action, or RECORDS_NO_ACTION */
	struct mg_bytes data; /* borrowed */
};

/*
 * Reads the record at the beginning of `bytes`. Returns its length; 0 when there is none,
 * it is cut short, or it is of a sort that these meters do not know.
 */
size_t records_read(struct mg_bytes bytes, struct record *record);

/*
 * Whether the record, which selects for readout, means this row. The exponent in the VIF
 * does not count; the highest storage, tariff or subunit that its DIFEs can say means
 * all of them, if there is one DIFE or, for subunits, two (EN 13757-3).
 */
bool records_select(const struct record *record, const struct row *row);

#endif
