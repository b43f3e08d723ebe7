/* SPDX-License-Identifier: MIT */
/* The texts of reasons, each in one place so that its address tells which it is. */
#include "mbus/reason.h"

const char reason_marked[] = "marked invalid by the meter";
const char reason_unset[] = "date or time not set";
const char reason_recurring[] = "recurring date, not a point in time";
const char reason_incomplete[] = "date or time with parts not specified";
const char reason_impossible[] = "no such date or time";

const char reason_all_ones[] = "marked invalid: all bits are set";
const char reason_most_negative[] = "marked invalid: the most negative number";

const char reason_bcd[] = "not a number: BCD with digits A to F";

const char reason_real[] = "not a number: NaN";
const char reason_infinite[] = "not a number: infinity";

const char reason_unit_unknown[] = "the unit of this counter is not known";
