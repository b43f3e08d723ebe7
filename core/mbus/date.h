/* SPDX-License-Identifier: MIT */
/* Date and time types F, G, I and J. */
#ifndef MBUS_DATE_H
#define MBUS_DATE_H

#include <metergate/mbus.h>

/* Type G: 2 bytes, F: 4, I: 6. Each fills in `value`, also with why it is invalid, and
   says whether the meter marked summer time. */
void date_read_g(const uint8_t *bytes, bool high_first, struct mg_value *value);
bool date_read_f(const uint8_t *bytes, bool high_first, struct mg_value *value);
bool date_read_i(const uint8_t *bytes, bool high_first, struct mg_value *value);
/* Type J: 3 bytes. */
void date_read_j(const uint8_t *bytes, bool high_first, struct mg_value *value);

/* Makes value->date, whose parts are filled in, a value of `type`; or says why it is
   none. Parts that the type lacks are MG_DATE_NONE. */
void date_judge(struct mg_value *value, enum mg_type type);

/* The year of two digits: 81 to 99 are 19xx. */
int16_t date_year(unsigned two_digits);

#endif
