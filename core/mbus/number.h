/* SPDX-License-Identifier: MIT */
/* Integers and BCD of any length up to 8 bytes, and their exact products. */
#ifndef MBUS_NUMBER_H
#define MBUS_NUMBER_H

#include <metergate/mbus.h>

#include "mbus/vif.h"

/* What a value is worth: number × factor × 10^exponent. */
struct scale {
	uint32_t factor;
	int32_t exponent;
};

/* Makes the value NONE, and says why. */
void number_invalid(struct mg_value *value, const char *reason);
/* The value ±magnitude × scale: NUMBER, or WIDE where int64 is too narrow. */
void number_set(struct mg_value *value, uint64_t magnitude, bool negative,
		const struct scale *scale);
/* 1 to 8 bytes of type B, C or D. */
void number_read_integer(const struct mg_bytes *data, bool high_first, enum vif_type type,
		const struct scale *scale, struct mg_value *value);
/* Makes the value NONE because of its digits, and keeps them in `wide`; up to 9 bytes. */
void number_invalid_bcd(
		const struct mg_bytes *data, bool high_first, struct mg_value *value);
/* Type A; up to 9 bytes. With `sign`, the digit F in front is a minus. */
void number_read_bcd(const struct mg_bytes *data, bool high_first, bool sign,
		const struct scale *scale, struct mg_value *value);
/* Type H, 4 bytes. */
void number_read_real(const uint8_t *bytes, bool high_first, const struct scale *scale,
		struct mg_value *value);

#endif
