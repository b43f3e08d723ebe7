/* SPDX-License-Identifier: MIT */
/* Shorthands for the tables of VIF codes: one line there is one line of the standard. */
#ifndef MBUS_VIF_ROWS_H
#define MBUS_VIF_ROWS_H

#include "mbus/vif.h"

/* clang-format off */
#define FULL(code, name, unit_, factor_, exponent_, type_, alternative, old) \
	[code] = { .quantity = name, .unit = unit_, .factor = factor_, \
			.exponent = exponent_, .type = type_, .non_metric = alternative, \
			.withdrawn = old }

/* One code. */
#define ONE(code, name, unit, exponent, type) \
	FULL(code, name, unit, 1, exponent, type, NON_METRIC_UNDEFINED, 0)

/* 2, 4, 8 or 16 codes, each worth ten times the one before. */
#define TWO(code, name, unit, exponent, type) \
	ONE(code, name, unit, exponent, type), \
	ONE((code) + 1, name, unit, (exponent) + 1, type)
#define FOUR(code, name, unit, exponent, type) \
	TWO(code, name, unit, exponent, type), \
	TWO((code) + 2, name, unit, (exponent) + 2, type)
#define EIGHT(code, name, unit, exponent, type) \
	FOUR(code, name, unit, exponent, type), \
	FOUR((code) + 4, name, unit, (exponent) + 4, type)
#define SIXTEEN(code, name, unit, exponent, type) \
	EIGHT(code, name, unit, exponent, type), \
	EIGHT((code) + 8, name, unit, (exponent) + 8, type)

/* The same for what VIFE 3Dh has another unit for. */
#define ONE_ALSO(code, name, unit, exponent, alternative) \
	FULL(code, name, unit, 1, exponent, VIF_SIGNED, alternative, 0)
#define FOUR_ALSO(code, name, unit, exponent, alternative) \
	ONE_ALSO(code, name, unit, exponent, alternative), \
	ONE_ALSO((code) + 1, name, unit, (exponent) + 1, alternative), \
	ONE_ALSO((code) + 2, name, unit, (exponent) + 2, alternative), \
	ONE_ALSO((code) + 3, name, unit, (exponent) + 3, alternative)
#define EIGHT_ALSO(code, name, unit, exponent, alternative) \
	FOUR_ALSO(code, name, unit, exponent, alternative), \
	FOUR_ALSO((code) + 4, name, unit, (exponent) + 4, alternative)

/* Codes that the tables of 2002 had, and later ones have not. */
#define ONE_OLD(code, name, unit, exponent) \
	FULL(code, name, unit, 1, exponent, VIF_SIGNED, NON_METRIC_UNDEFINED, 1)
#define FOUR_OLD(code, name, unit, exponent) \
	ONE_OLD(code, name, unit, exponent), \
	ONE_OLD((code) + 1, name, unit, (exponent) + 1), \
	ONE_OLD((code) + 2, name, unit, (exponent) + 2), \
	ONE_OLD((code) + 3, name, unit, (exponent) + 3)

/* A duration, which always becomes seconds. */
#define TIME(code, name, seconds, type) \
	FULL(code, name, "s", seconds, 0, type, NON_METRIC_UNDEFINED, 0)
/* Seconds, minutes, hours, days. */
#define TIMES(code, name, type) \
	TIME(code, name, 1, type), \
	TIME((code) + 1, name, MINUTE, type), \
	TIME((code) + 2, name, HOUR, type), \
	TIME((code) + 3, name, DAY, type)
/* Hours, days, months, years. */
#define LONG_TIMES(code, name, type) \
	TIME(code, name, HOUR, type), \
	TIME((code) + 1, name, DAY, type), \
	ONE((code) + 2, name, "month", 0, type), \
	ONE((code) + 3, name, "year", 0, type)

/* A rating factor in steps of 2^-12. */
#define RATING(code, name, unit) \
	FULL(code, name, unit, RATING_FACTOR, RATING_EXPONENT, VIF_SIGNED, \
			NON_METRIC_UNDEFINED, 0)
/* clang-format on */

#endif
