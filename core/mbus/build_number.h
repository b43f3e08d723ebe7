/* SPDX-License-Identifier: MIT */
/* Integers and BCD to be written. */
#ifndef MBUS_BUILD_NUMBER_H
#define MBUS_BUILD_NUMBER_H

#include <metergate/mbus.h>

#include "mbus/vif.h"

/* A number as it is sent: before factor and exponent. */
struct build_number {
	uint64_t magnitude;
	bool negative;
};

/* Undoes a factor; false when the value is no number, or not a multiple of the factor. */
bool build_number_find(
		const struct mg_value *value, uint32_t factor, struct build_number *number);

/* Appends bytes that are given low byte first. */
void build_number_put_bytes(
		struct mg_builder *builder, const uint8_t *bytes, size_t size, bool high_first);

/* Appends 1 to 8 bytes of type B, C or D. Fails when the number does not fit, or would be
   the mark of an invalid value. */
void build_number_put(struct mg_builder *builder, const struct build_number *number,
		enum vif_type type, size_t size, bool high_first);

/* Appends type A, up to 9 bytes. With `sign` a negative number has the digit F in front;
   without, the sign is not sent. */
void build_number_put_bcd(struct mg_builder *builder, const struct build_number *number,
		size_t size, bool sign, bool high_first);

/* Appends type A with digits that are no number, as `wide` has them of an invalid value.
   Fails when they would be read as a number. */
void build_number_put_digits(struct mg_builder *builder, const uint64_t wide[2],
		size_t size, bool sign, bool high_first);

#endif
