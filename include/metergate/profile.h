/* SPDX-License-Identifier: MIT */
/*
 * Compact profiles (EN 13757-3, annex F): the bytes of one record are a row of values, in
 * steps of time from a base value or in columns. The base is the record of the same VIF,
 * tariff, subunit and storage number without the VIFE of the profile; its time is the
 * date with that storage number. Elements have the storage numbers that follow.
 */
#ifndef METERGATE_PROFILE_H
#define METERGATE_PROFILE_H

#include <metergate/mbus.h>

#ifdef __cplusplus
extern "C" {
#endif

enum mg_profile_mode {
	MG_PROFILE_ABSOLUTE,   /* values */
	MG_PROFILE_INCREMENT,  /* how much more than one step earlier in time */
	MG_PROFILE_DECREMENT,  /* how much less */
	MG_PROFILE_DIFFERENCE, /* younger minus older */
};

struct mg_profile {
	uint8_t mode;       /* enum mg_profile_mode */
	uint8_t data_field; /* of each element, as in a DIF */
	uint8_t columns;    /* 1 to 4 columns of registers; 0: steps of time */
	bool inverse;       /* steps lead from the base into the past (VIFE 13h) */
	bool registers;     /* with register numbers (VIFE 1Eh) */
	/* A step: one of these, or none where the meter sent a code that is reserved. */
	uint32_t seconds;
	uint8_t months;
	bool half_month;
	int32_t exponent; /* of the elements, and of the base */
	size_t count;     /* of elements */
	/* What follows belongs to mg_profile_next(). */
	size_t next;
	const uint8_t *elements;
	uint32_t factor;
	bool high_first, broken;
};

struct mg_profile_element {
	size_t index; /* 0 is one step from the base; in columns row by row */
	/* As sent, less than 0 where it decreases; NUMBER, WIDE, or NONE with the reason. */
	struct mg_value value;
	/* The value that was meant: that one of absolute elements, otherwise the sum with the
	   base. NONE where there is no base, in columns, behind a gap, and where int64 is too
	   narrow. */
	struct mg_value total;
};

/* Reads the head of a profile. False when the record is none, or when its bytes do not
   make whole elements of integers or BCD. The bytes of the record must outlive it. */
bool mg_profile_read(const struct mg_data_record *record, struct mg_profile *profile);

/*
 * The next element; false behind the last. *base is the mantissa of the base record with
 * the exponent of the profile before the first call, and runs; it may be NULL.
 */
bool mg_profile_next(
		struct mg_profile *profile, int64_t *base, struct mg_profile_element *element);

#ifdef __cplusplus
}
#endif

#endif
