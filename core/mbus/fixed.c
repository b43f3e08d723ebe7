/* SPDX-License-Identifier: MIT */
/* The fixed data structure: two counters, and a table of units of its own. */
#include "mbus/fixed.h"

#include "mbus/bytes.h"
#include "mbus/date.h"
#include "mbus/number.h"
#include "mbus/reason.h"

enum {
	COUNTER_SIZE = 4,
	COUNTERS_OFFSET = 2, /* behind the two unit bytes */
	UNIT_MASK = 0x3F,
	UNIT_TIME = 0x00,
	UNIT_DATE = 0x01,
	UNIT_HISTORIC = 0x3E, /* as the other counter, stored at the due date */
	STATUS_BINARY = 1,
	STATUS_STORED = 2,
	FIELD_INT32 = 4,
	FIELD_BCD8 = 12,
};

/* clang-format off */
#define ROW(code, quantity, unit, exponent) [code] = { quantity, unit, exponent }
#define ROW3(code, quantity, unit, exponent) \
	ROW(code, quantity, unit, exponent), \
	ROW((code) + 1, quantity, unit, (exponent) + 1), \
	ROW((code) + 2, quantity, unit, (exponent) + 2)
#define ROW9(code, quantity, unit, exponent) \
	ROW3(code, quantity, unit, exponent), \
	ROW3((code) + 3, quantity, unit, (exponent) + 3), \
	ROW3((code) + 6, quantity, unit, (exponent) + 6)

const struct fixed_unit fixed_units[FIXED_CODES] = {
	ROW(UNIT_TIME, "time", "", 0),
	ROW(UNIT_DATE, "date", "", 0),
	ROW9(0x02, "energy", "Wh", 0),
	ROW9(0x0B, "energy", "J", 3),
	ROW9(0x14, "power", "W", 0),
	ROW9(0x1D, "power", "J/h", 3),
	ROW9(0x26, "volume", "m3", -6),
	ROW9(0x2F, "volume-flow", "m3/h", -6),
	ROW(0x38, "temperature", "°C", -3),
	ROW(0x39, "hca", "hca", 0),
	ROW(0x3F, "dimensionless", "", 0),
};
/* clang-format on */

/* The unit code that counts for a counter; the historic one borrows the other's. */
static unsigned unit_code(const uint8_t *area, unsigned counter)
{
	unsigned code = area[counter] & UNIT_MASK;
	return code == UNIT_HISTORIC ? area[1 - counter] & UNIT_MASK : code;
}

static bool two_digits(unsigned byte, int8_t *number)
{
	*number = (int8_t)((byte >> 4) * 10 + (byte & 15));
	return byte >> 4 <= 9 && (byte & 15) <= 9;
}

/* The standard gives no layout for units 0 and 1: six BCD digits are read as hhmmss and
   ddmmyy, and refused when they are neither. */
static void read_clock(unsigned code, const struct mg_bytes *data, bool high_first,
		struct mg_value *value)
{
	int8_t parts[3];
	for (size_t i = 0; i < 3; i++) {
		uint8_t digits = bytes_digit(data->data, COUNTER_SIZE, 2 - i, high_first);
		if (!two_digits(digits, &parts[i])) {
			number_invalid_bcd(data, high_first, value);
			return;
		}
	}
	if (code == UNIT_TIME) {
		value->date = (struct mg_date){ MG_DATE_NONE, MG_DATE_NONE, MG_DATE_NONE,
			parts[0], parts[1], parts[2] };
		date_judge(value, MG_TYPE_TIME);
		return;
	}
	value->date = (struct mg_date){ date_year((unsigned)parts[2]), parts[1], parts[0],
		MG_DATE_NONE, MG_DATE_NONE, MG_DATE_NONE };
	date_judge(value, MG_TYPE_DATE);
}

static void read_value(const struct fixed_unit *row, bool binary, bool high_first,
		struct mg_data_record *record)
{
	struct scale scale = { 1, row->exponent };
	if (binary) {
		number_read_integer(
				&record->data, high_first, VIF_SIGNED, &scale, &record->value);
	} else {
		number_read_bcd(&record->data, high_first, true, &scale, &record->value);
	}
}

static void read_counter(unsigned code, bool binary, struct mg_data_record *record)
{
	const struct fixed_unit *row = &fixed_units[code];
	bool high_first = (record->flags & MG_DATA_MODE2) != 0;
	if (row->quantity == NULL) {
		record->quantity = "reserved";
		record->unit = "";
		record->flags |= MG_DATA_AMBIGUOUS;
		number_invalid(&record->value, reason_unit_unknown);
		return;
	}
	record->quantity = row->quantity;
	record->unit = row->unit;
	if (code == UNIT_TIME || code == UNIT_DATE) {
		record->flags |= MG_DATA_AMBIGUOUS;
		read_clock(code, &record->data, high_first, &record->value);
		return;
	}
	read_value(row, binary, high_first, record);
}

void fixed_read(const struct mg_telegram *telegram, unsigned counter,
		struct mg_data_record *record)
{
	const uint8_t *area = telegram->records.data;
	size_t offset = COUNTERS_OFFSET + COUNTER_SIZE * (size_t)counter;
	bool binary = (telegram->status & STATUS_BINARY) != 0;
	bool historic = (area[counter] & UNIT_MASK) == UNIT_HISTORIC;
	*record = (struct mg_data_record){
		.function = MG_FUNCTION_INSTANTANEOUS,
		.data_field = binary ? FIELD_INT32 : FIELD_BCD8,
		.storage = historic || (telegram->status & STATUS_STORED) != 0,
		.flags = (telegram->flags & MG_TELEGRAM_MODE2) != 0 ? MG_DATA_MODE2 : 0,
		.coding = binary ? "int32" : "bcd8",
		.data = { area + offset, COUNTER_SIZE },
		.offset = telegram->offset + offset,
	};
	read_counter(unit_code(area, counter), binary, record);
}
