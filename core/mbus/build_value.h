/* SPDX-License-Identifier: MIT */
/* The data of a record to be written. */
#ifndef MBUS_BUILD_VALUE_H
#define MBUS_BUILD_VALUE_H

#include <metergate/mbus.h>

#include "mbus/build_vib.h"

/*
 * Appends the data of a record, LVAR byte included, so that behind this VIB they are read
 * as its value, coding, unit and flags. *shift becomes the power of ten that VIFEs have
 * to add, which takes at most `room` of them. Real numbers are looked for with all of
 * them only: begin with none. Fails when that cannot be.
 */
void build_value_put(struct mg_builder *builder, const struct mg_data_record *record,
		const struct build_vib *vib, size_t room, int32_t *shift);

#endif
