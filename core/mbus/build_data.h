/* SPDX-License-Identifier: MIT */
/* The data of one record while they are written. */
#ifndef MBUS_BUILD_DATA_H
#define MBUS_BUILD_DATA_H

#include <metergate/mbus.h>

#include "mbus/build_vib.h"

/* What is written, and what readers will make of it beside the value. */
struct build_data {
	struct mg_builder *builder;
	const struct mg_data_record *record;
	const struct build_vib *vib;
	size_t size; /* of the data, without the LVAR byte */
	size_t room;
	bool high_first;
	bool dummy; /* the meter has no value: any bytes of the right length do */
	int32_t shift;
	uint32_t flags;   /* that readers will see */
	const char *unit; /* that readers will see; NULL: plain text */
};

static inline bool build_data_is_date(enum vif_type type)
{
	return type == VIF_DATE || type == VIF_DATETIME || type == VIF_DATE_ANY;
}

/* Bytes in the order on the wire, whatever an LVAR says. */
static inline bool build_data_is_string(const struct build_data *data)
{
	return data->vib->says.type == VIF_RAW || data->vib->says.profile != PROFILE_NONE;
}

void build_data_fail(struct build_data *data);
void build_data_byte(struct build_data *data, unsigned byte);
/* The same byte all over. */
void build_data_dummy(struct build_data *data, unsigned byte);

/* Leaves to VIFEs what the VIF does not say of the exponent; false when that takes too
   many. */
bool build_data_shift(struct build_data *data);

/* For records that carry no value. */
void build_data_nothing(struct build_data *data);
/* The data as they are, where they are the value: of `type`. */
void build_data_as_is(struct build_data *data, enum mg_type type);
/* Types B, C and D with their marks. */
void build_data_number(struct build_data *data);
/* Type A; with `sign` a minus is one of the digits. */
void build_data_digits(struct build_data *data, bool sign);

#endif
