/* SPDX-License-Identifier: MIT */
/* What a selection for readout (DIF 08h) asks for, to compare records with it. */
#ifndef PROCEDURE_PROCEDURE_WISH_H
#define PROCEDURE_PROCEDURE_WISH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <metergate/mbus.h>

#define PROCEDURE_WISHES_MAX 32

struct procedure_wish {
	bool any_quantity; /* VIF 7Eh, or none */
	bool any_storage, any_tariff, any_subunit;
	bool any_function;
	bool removes; /* VIFE 0Dh: the record shall not come */
	const char *quantity;
	uint8_t function;
	uint64_t storage;
	uint32_t tariff;
	uint16_t subunit;
	bool met;
	size_t begin, vib, end; /* of its bytes: DIB, VIB, and what is behind it */
};

/* Reads records as they are sent with CI 51h: selections without data, also 7Fh. Returns
   how many; 0 when they are none, or more than `room`. *wrong is the offset. */
size_t procedure_wish_read(const struct mg_bytes *data, struct procedure_wish *wishes,
		size_t room, size_t *wrong);
/* True when a record is what the wish is for. Exponents and codings do not count: a meter
   answers in its own (EN 13757-3). */
bool procedure_wish_fits(
		const struct procedure_wish *wish, const struct mg_data_record *record);
/* Writes the wishes of `data` to `bytes` (`size`), those of single quantities with the
   VIB that the meter itself uses for them: `find` gives it, or an empty one, by quantity.
   An object action behind the VIF stays. Returns how many bytes; 0 when they do not fit.
 */
size_t procedure_wish_adapt(const struct mg_bytes *data, uint8_t *bytes, size_t size,
		struct mg_bytes (*find)(void *context, const char *quantity), void *context);
/* True when it stands for more than one record. */
bool procedure_wish_is_wide(const struct procedure_wish *wish);

#endif
