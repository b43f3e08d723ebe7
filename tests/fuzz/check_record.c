/* SPDX-License-Identifier: MIT */
/* What has to hold for a record, and values computed once more in another way. */
#include "check_record.h"

#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#define STORAGE_BITS 41
#define TARIFF_BITS 20
#define SUBUNIT_BITS 10
#define VIB_PLAIN 1 /* bytes of a VIB without extensions */

/* Each part lies in the record, behind the one before. */
static void check_places(
		const struct mg_data_record *record, struct mg_bytes frame, size_t end)
{
	const struct mg_bytes parts[] = { record->dib, record->vib, record->data };
	size_t at = record->offset;
	FUZZ_REQUIRE(end <= frame.size);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i].size == 0) {
			continue;
		}
		size_t start = (size_t)(parts[i].data - frame.data);
		FUZZ_REQUIRE(start >= at && start <= end && parts[i].size <= end - start);
		at = start + parts[i].size;
	}
	/* Only the LVAR byte is in none of them. */
	FUZZ_REQUIRE(end - record->offset - record->dib.size - record->vib.size -
						 record->data.size <=
				 1);
	FUZZ_REQUIRE(
			record->dib.size >= 1 && record->dib.data == frame.data + record->offset);
}

static void check_ranges(const struct mg_data_record *record)
{
	FUZZ_REQUIRE(record->storage >> STORAGE_BITS == 0);
	FUZZ_REQUIRE(record->tariff >> TARIFF_BITS == 0);
	FUZZ_REQUIRE(record->subunit >> SUBUNIT_BITS == 0);
	FUZZ_REQUIRE(record->function <= MG_FUNCTION_NONE && record->data_field <= 15);
	FUZZ_REQUIRE(record->modifier_count <= MG_MODIFIERS_MAX);
	for (size_t i = 0; i < record->modifier_count; i++) {
		FUZZ_REQUIRE(record->modifiers[i] != NULL && record->modifiers[i][0] != '\0');
	}
	FUZZ_REQUIRE(record->quantity != NULL && record->coding != NULL);
}

static void check_quality(const struct mg_value *value)
{
	FUZZ_REQUIRE(value->quality <= MG_QUALITY_ERROR && value->type <= MG_TYPE_BYTES);
	if (value->quality == MG_QUALITY_GOOD) {
		FUZZ_REQUIRE(value->reason == NULL);
	} else {
		FUZZ_REQUIRE(value->type == MG_TYPE_NONE);
		FUZZ_REQUIRE(value->reason != NULL && value->reason[0] != '\0');
	}
}

/* A text fits into its length and a NUL, and into nothing less. */
static void check_text(const struct mg_data_record *record,
		size_t (*write)(const struct mg_data_record *, char *, size_t), unsigned least)
{
	char text[MG_TEXT_SIZE], again[MG_TEXT_SIZE];
	size_t length = write(record, text, sizeof(text));
	FUZZ_REQUIRE(length < sizeof(text) && strlen(text) == length);
	FUZZ_REQUIRE(fuzz_is_text(text, length, least));
	FUZZ_REQUIRE(write(record, again, length + 1) == length);
	FUZZ_REQUIRE(memcmp(text, again, length + 1) == 0);
	FUZZ_REQUIRE(length == 0 || write(record, again, length) == 0);
}

static void check_name(const struct mg_data_record *record)
{
	char name[MG_NAME_SIZE];
	size_t length = mg_record_name(record, name, sizeof(name));
	FUZZ_REQUIRE(length > 0 && strlen(name) == length);
	FUZZ_REQUIRE(strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
							  "0123456789_") == length);
}

static bool fits_pattern(const char *text, const char *pattern)
{
	for (; *pattern != '\0'; pattern++, text++) {
		bool digit = *text >= '0' && *text <= '9';
		if (*pattern == '0' ? !digit : *text != *pattern) {
			return false;
		}
	}
	return *text == '\0';
}

static bool in_range(int number, int low, int high)
{
	return number >= low && number <= high;
}

static void check_day(const struct mg_date *date)
{
	static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	FUZZ_REQUIRE(in_range(date->year, 1900, 2299) && in_range(date->month, 1, 12));
	bool leap = date->year % 4 == 0 && (date->year % 100 != 0 || date->year % 400 == 0);
	int most = days[date->month - 1] + (date->month == 2 && leap);
	FUZZ_REQUIRE(in_range(date->day, 1, most));
}

static void check_time_of_day(const struct mg_date *date)
{
	FUZZ_REQUIRE(in_range(date->hour, 0, 23) && in_range(date->minute, 0, 59));
	FUZZ_REQUIRE(in_range(date->second, -1, 59));
}

static void check_date(const struct mg_data_record *record)
{
	char text[MG_TEXT_SIZE];
	const struct mg_date *date = &record->value.date;
	mg_value_text(record, text, sizeof(text));
	switch (record->value.type) {
	case MG_TYPE_DATE:
		check_day(date);
		FUZZ_REQUIRE(fits_pattern(text, "0000-00-00"));
		break;
	case MG_TYPE_DATETIME:
		check_day(date);
		check_time_of_day(date);
		FUZZ_REQUIRE(fits_pattern(text, "0000-00-00T00:00") ||
					 fits_pattern(text, "0000-00-00T00:00:00"));
		break;
	case MG_TYPE_TIME:
		check_time_of_day(date);
		FUZZ_REQUIRE(fits_pattern(text, "00:00:00"));
		break;
	default:
		break;
	}
}

/* Primary VIFs whose value is the number × 10^(exponent + low bits). */
static const struct scaled {
	uint8_t first, last;
	int8_t exponent;
} scaled[] = {
	{ 0x00, 0x07, -3 },
	{ 0x08, 0x0F, 0 },
	{ 0x10, 0x17, -6 },
	{ 0x18, 0x1F, -3 },
	{ 0x28, 0x2F, -3 },
	{ 0x30, 0x37, 0 },
	{ 0x38, 0x3F, -6 },
	{ 0x40, 0x47, -7 },
	{ 0x48, 0x4F, -9 },
	{ 0x50, 0x57, -3 },
	{ 0x58, 0x5B, -3 },
	{ 0x5C, 0x5F, -3 },
	{ 0x60, 0x63, -3 },
	{ 0x64, 0x67, -3 },
	{ 0x68, 0x6B, -3 },
};

static uint8_t byte_from_high(const struct mg_data_record *record, size_t index)
{
	bool high_first = (record->flags & MG_DATA_MODE2) != 0;
	return record->data.data[high_first ? index : record->data.size - 1 - index];
}

static int64_t integer_of(const struct mg_data_record *record)
{
	uint64_t number = (byte_from_high(record, 0) & 0x80) != 0 ? UINT64_MAX : 0;
	for (size_t i = 0; i < record->data.size; i++) {
		number = number << 8 | byte_from_high(record, i);
	}
	return (int64_t)number;
}

/* False when the digits are no number. */
static bool bcd_of(const struct mg_data_record *record, int64_t *number)
{
	bool negative = byte_from_high(record, 0) >> 4 == 0xF;
	*number = 0;
	for (size_t i = 0; i < 2 * record->data.size; i++) {
		int digit = byte_from_high(record, i / 2) >> (i % 2 == 0 ? 4 : 0) & 15;
		digit = i == 0 && negative ? 0 : digit;
		if (digit > 9) {
			return false;
		}
		*number = *number * 10 + digit;
	}
	*number = negative ? -*number : *number;
	return true;
}

static void require_number(
		const struct mg_data_record *record, int64_t number, int exponent)
{
	char wanted[MG_DECIMAL_SIZE], text[MG_TEXT_SIZE];
	FUZZ_REQUIRE(record->value.quality == MG_QUALITY_GOOD);
	FUZZ_REQUIRE(mg_decimal_text(wanted, sizeof(wanted), number, exponent) > 0);
	mg_value_text(record, text, sizeof(text));
	FUZZ_REQUIRE(strcmp(wanted, text) == 0);
}

/* Numbers of plain VIFs, computed again. */
static void check_number(const struct mg_data_record *record)
{
	int64_t number;
	if (record->vib.size != VIB_PLAIN) {
		return;
	}
	uint8_t vif = record->vib.data[0];
	for (size_t i = 0; i < sizeof(scaled) / sizeof(scaled[0]); i++) {
		if (vif < scaled[i].first || vif > scaled[i].last) {
			continue;
		}
		int exponent = scaled[i].exponent + vif - scaled[i].first;
		if (strncmp(record->coding, "int", 3) == 0 &&
				record->value.quality == MG_QUALITY_GOOD) {
			require_number(record, integer_of(record), exponent);
		} else if (strncmp(record->coding, "bcd", 3) == 0) {
			if (bcd_of(record, &number)) {
				require_number(record, number, exponent);
			} else {
				FUZZ_REQUIRE(record->value.quality != MG_QUALITY_GOOD);
			}
		}
	}
}

/* A record says the same when it stands alone. */
static void check_alone(const struct mg_telegram *telegram,
		const struct mg_data_record *record, size_t end)
{
	struct mg_telegram part = *telegram;
	struct mg_data_record alone;
	char text[MG_TEXT_SIZE], again[MG_TEXT_SIZE];
	size_t start = record->offset - telegram->offset;
	uint8_t *copy = fuzz_copy(telegram->records.data + start, end - record->offset);
	part.records = (struct mg_bytes){ copy, end - record->offset };
	struct mg_record_cursor cursor = mg_telegram_records(&part);
	FUZZ_REQUIRE(mg_record_next(&cursor, &alone) == MG_FAULT_NONE);
	FUZZ_REQUIRE(alone.quantity == record->quantity && alone.coding == record->coding);
	FUZZ_REQUIRE(alone.value.type == record->value.type);
	FUZZ_REQUIRE(alone.value.quality == record->value.quality);
	mg_value_text(&alone, text, sizeof(text));
	mg_value_text(record, again, sizeof(again));
	FUZZ_REQUIRE(strcmp(text, again) == 0);
	mg_record_name(&alone, text, MG_NAME_SIZE);
	mg_record_name(record, again, MG_NAME_SIZE);
	FUZZ_REQUIRE(strcmp(text, again) == 0);
	FUZZ_REQUIRE(mg_record_next(&cursor, &alone) == MG_FAULT_END);
	free(copy);
}

void check_record(const struct mg_telegram *telegram, const struct mg_data_record *record,
		struct mg_bytes frame, size_t end)
{
	check_ranges(record);
	check_quality(&record->value);
	check_text(record, mg_value_text, 1);
	check_text(record, mg_unit_text, 1);
	check_name(record);
	check_date(record);
	check_text(record, mg_shown_text, 0x20);
	if (telegram->content == MG_CONTENT_RECORDS) {
		check_places(record, frame, end);
		check_number(record);
		check_alone(telegram, record, end);
	}
}
