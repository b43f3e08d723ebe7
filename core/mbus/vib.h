/* SPDX-License-Identifier: MIT */
/* Value information blocks: VIF, VIFEs and plain-text units. */
#ifndef MBUS_VIB_H
#define MBUS_VIB_H

#include <metergate/mbus.h>

#include "mbus/bytes.h"

/* What a VIB says of the data that follow; what it says of the record is in the record.
 */
struct vib {
	uint32_t factor;
	int32_t exponent;
	uint8_t type;       /* enum vif_type */
	uint8_t demanded;   /* by a VIFE; VIF_SIGNED, which none demands, for no such */
	uint8_t non_metric; /* enum vif_non_metric */
	uint8_t profile;    /* enum vif_profile: the data are a compact profile */
	const char *failed; /* why the meter has no value, or NULL */
};

/*
 * Reads VIF, VIFEs and plain text. Fills in quantity, unit, plain unit, modifiers, flags
 * and vib of `record`. On a fault the reader stands at the byte that shows it.
 * `telegram_flags` say in which direction the telegram went, which decides what VIFEs 00h
 * to 0Fh mean.
 */
enum mg_fault vib_read(struct reader *reader, uint32_t telegram_flags,
		struct mg_data_record *record, struct vib *vib);

/*
 * Whether the plain text of VIF FCh, behind which `reader` stands, comes before the
 * VIFEs. Meters in the field send it so, the edition of 2018 has it behind them; bytes
 * that make a whole printable text are taken as one.
 */
bool vib_text_first(const struct reader *reader);

#endif
