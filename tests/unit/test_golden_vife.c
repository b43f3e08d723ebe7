/* SPDX-License-Identifier: MIT */
/* Checks every row of the VIFE tables: names, what becomes of value, unit and flags, and
   why there is no value; in answers of meters and in requests to them. */
#include <stdio.h>

#include "mbus_bench.h"

/* What a VIFE makes of 10.000 m3, sent as 4 bytes. */
struct golden_vife {
	uint8_t code;
	const char *modifier;
	const char *unit;
	const char *value; /* NULL: none, because of `reason` */
	uint32_t flags;
	const char *reason;
};

/* clang-format off */
#define OPEN MG_DATA_AMBIGUOUS
#define SAME(code, modifier) { code, modifier, "m3", "10.000", 0, NULL }
#define UNKNOWN(code, modifier) { code, modifier, "m3", "10.000", OPEN, NULL }
#define TIMES(code, value) { code, "", "m3", value, 0, NULL }
#define NO_VALUE(code, modifier, reason) { code, modifier, "m3", NULL, 0, reason }
#define LASTS(code, modifier, value) { code, modifier, "s", value, 0, NULL }
/* 10 27 00 00 is day 0 of month 0 as type F, and so no date. */
#define DATE(code, modifier) { code, modifier, "", NULL, 0, "no such date or time" }

#define COMMON_VIFES \
	SAME(0x12, "average"), \
	UNKNOWN(0x13, "inverse-compact-profile"), \
	SAME(0x14, "relative-deviation"), \
	NO_VALUE(0x15, "error-no-data-available", "the meter has no data"), \
	NO_VALUE(0x16, "error-data-overflow", "the meter reports a data overflow"), \
	NO_VALUE(0x17, "error-data-underflow", "the meter reports a data underflow"), \
	NO_VALUE(0x18, "error-data-error", "the meter reports a data error"), \
	NO_VALUE(0x19, "reserved-19", "the meter reports a reserved record error"), \
	NO_VALUE(0x1A, "reserved-1a", "the meter reports a reserved record error"), \
	NO_VALUE(0x1B, "reserved-1b", "the meter reports a reserved record error"), \
	NO_VALUE(0x1C, "error-premature-end-of-record", \
			"the meter reports a premature end of the record"), \
	SAME(0x1D, "standard-conform"), \
	UNKNOWN(0x1E, "compact-profile-registers"), \
	UNKNOWN(0x1F, "compact-profile"), \
	SAME(0x20, "per-second"), SAME(0x21, "per-minute"), SAME(0x22, "per-hour"), \
	SAME(0x23, "per-day"), SAME(0x24, "per-week"), SAME(0x25, "per-month"), \
	SAME(0x26, "per-year"), SAME(0x27, "per-revolution"), \
	SAME(0x28, "per-input-pulse-0"), SAME(0x29, "per-input-pulse-1"), \
	SAME(0x2A, "per-output-pulse-0"), SAME(0x2B, "per-output-pulse-1"), \
	SAME(0x2C, "per-l"), SAME(0x2D, "per-m3"), SAME(0x2E, "per-kg"), \
	SAME(0x2F, "per-K"), SAME(0x30, "per-kWh"), SAME(0x31, "per-GJ"), \
	SAME(0x32, "per-kW"), SAME(0x33, "per-K-l"), SAME(0x34, "per-V"), \
	SAME(0x35, "per-A"), SAME(0x36, "times-s"), SAME(0x37, "times-s/V"), \
	SAME(0x38, "times-s/A"), \
	DATE(0x39, "start-date-of"), \
	SAME(0x3A, "uncorrected"), SAME(0x3B, "forward-only"), SAME(0x3C, "backward-only"), \
	{ 0x3D, "non-metric", "gal", "10000", OPEN, NULL }, \
	SAME(0x3E, "base-conditions"), SAME(0x3F, "obis-declaration"), \
	SAME(0x40, "lower-limit"), \
	{ 0x41, "exceeds-of-lower-limit", "", "10000", 0, NULL }, \
	DATE(0x42, "date-of-begin-of-first-lower-limit-exceed"), \
	DATE(0x43, "date-of-end-of-first-lower-limit-exceed"), \
	SAME(0x44, "times-flow-temperature/100"), \
	SAME(0x45, "times-return-temperature/100"), \
	DATE(0x46, "date-of-begin-of-last-lower-limit-exceed"), \
	DATE(0x47, "date-of-end-of-last-lower-limit-exceed"), \
	SAME(0x48, "upper-limit"), \
	{ 0x49, "exceeds-of-upper-limit", "", "10000", 0, NULL }, \
	DATE(0x4A, "date-of-begin-of-first-upper-limit-exceed"), \
	DATE(0x4B, "date-of-end-of-first-upper-limit-exceed"), \
	UNKNOWN(0x4C, "reserved-4c"), UNKNOWN(0x4D, "reserved-4d"), \
	DATE(0x4E, "date-of-begin-of-last-upper-limit-exceed"), \
	DATE(0x4F, "date-of-end-of-last-upper-limit-exceed"), \
	LASTS(0x50, "duration-of-first-lower-limit-exceed", "10000"), \
	LASTS(0x51, "duration-of-first-lower-limit-exceed", "600000"), \
	LASTS(0x52, "duration-of-first-lower-limit-exceed", "36000000"), \
	LASTS(0x53, "duration-of-first-lower-limit-exceed", "864000000"), \
	LASTS(0x54, "duration-of-last-lower-limit-exceed", "10000"), \
	LASTS(0x55, "duration-of-last-lower-limit-exceed", "600000"), \
	LASTS(0x56, "duration-of-last-lower-limit-exceed", "36000000"), \
	LASTS(0x57, "duration-of-last-lower-limit-exceed", "864000000"), \
	LASTS(0x58, "duration-of-first-upper-limit-exceed", "10000"), \
	LASTS(0x59, "duration-of-first-upper-limit-exceed", "600000"), \
	LASTS(0x5A, "duration-of-first-upper-limit-exceed", "36000000"), \
	LASTS(0x5B, "duration-of-first-upper-limit-exceed", "864000000"), \
	LASTS(0x5C, "duration-of-last-upper-limit-exceed", "10000"), \
	LASTS(0x5D, "duration-of-last-upper-limit-exceed", "600000"), \
	LASTS(0x5E, "duration-of-last-upper-limit-exceed", "36000000"), \
	LASTS(0x5F, "duration-of-last-upper-limit-exceed", "864000000"), \
	LASTS(0x60, "duration-of-first", "10000"), \
	LASTS(0x61, "duration-of-first", "600000"), \
	LASTS(0x62, "duration-of-first", "36000000"), \
	LASTS(0x63, "duration-of-first", "864000000"), \
	LASTS(0x64, "duration-of-last", "10000"), \
	LASTS(0x65, "duration-of-last", "600000"), \
	LASTS(0x66, "duration-of-last", "36000000"), \
	LASTS(0x67, "duration-of-last", "864000000"), \
	SAME(0x68, "during-lower-limit-exceed"), \
	SAME(0x69, "leakage"), \
	DATE(0x6A, "date-of-begin-of-first"), DATE(0x6B, "date-of-end-of-first"), \
	SAME(0x6C, "during-upper-limit-exceed"), \
	SAME(0x6D, "overflow"), \
	DATE(0x6E, "date-of-begin-of-last"), DATE(0x6F, "date-of-end-of-last"), \
	TIMES(0x70, "0.000010000"), TIMES(0x71, "0.00010000"), TIMES(0x72, "0.0010000"), \
	TIMES(0x73, "0.010000"), TIMES(0x74, "0.10000"), TIMES(0x75, "1.0000"), \
	TIMES(0x76, "10.000"), TIMES(0x77, "100.00"), \
	SAME(0x78, "additive-10^-3"), SAME(0x79, "additive-10^-2"), \
	SAME(0x7A, "additive-10^-1"), SAME(0x7B, "additive-10^0"), \
	UNKNOWN(0x7C, "reserved"), \
	TIMES(0x7D, "10000"), \
	SAME(0x7E, "future-value"), \
	{ 0x7F, "", "m3", "10.000", MG_DATA_VENDOR, NULL }

static const struct golden_vife answers[] = {
	SAME(0x00, "error-none"),
	NO_VALUE(0x01, "error-too-many-difes", "the meter reports too many DIFEs"),
	NO_VALUE(0x02, "error-storage-not-implemented",
			"the meter does not know this storage number"),
	NO_VALUE(0x03, "error-subunit-not-implemented",
			"the meter does not know this subunit"),
	NO_VALUE(0x04, "error-tariff-not-implemented", "the meter does not know this tariff"),
	NO_VALUE(0x05, "error-function-not-implemented",
			"the meter does not know this function"),
	NO_VALUE(0x06, "error-data-class-not-implemented",
			"the meter does not know this data class"),
	NO_VALUE(0x07, "error-data-size-not-implemented",
			"the meter does not know this data size"),
	NO_VALUE(0x08, "reserved-08", "the meter reports a reserved record error"),
	NO_VALUE(0x09, "reserved-09", "the meter reports a reserved record error"),
	NO_VALUE(0x0A, "reserved-0a", "the meter reports a reserved record error"),
	NO_VALUE(0x0B, "error-too-many-vifes", "the meter reports too many VIFEs"),
	NO_VALUE(0x0C, "error-illegal-vif-group", "the meter reports an illegal VIF group"),
	NO_VALUE(0x0D, "error-illegal-vif-exponent",
			"the meter reports an illegal VIF exponent"),
	NO_VALUE(0x0E, "error-vif-dif-mismatch",
			"the meter reports that VIF and DIF do not match"),
	NO_VALUE(0x0F, "error-unimplemented-action", "the meter does not know this action"),
	NO_VALUE(0x10, "reserved-10", "the meter reports a reserved record error"),
	NO_VALUE(0x11, "reserved-11", "the meter reports a reserved record error"),
	COMMON_VIFES,
};

static const struct golden_vife requests[] = {
	SAME(0x00, "action-write"), SAME(0x01, "action-add"), SAME(0x02, "action-subtract"),
	SAME(0x03, "action-or"), SAME(0x04, "action-and"), SAME(0x05, "action-xor"),
	SAME(0x06, "action-and-not"), SAME(0x07, "action-clear"),
	SAME(0x08, "action-add-entry"), SAME(0x09, "action-delete-entry"),
	SAME(0x0A, "action-delayed"), SAME(0x0B, "action-freeze"),
	SAME(0x0C, "action-add-to-readout"), SAME(0x0D, "action-delete-from-readout"),
	UNKNOWN(0x0E, "reserved-action"), UNKNOWN(0x0F, "reserved-action"),
	NO_VALUE(0x10, "reserved-10", "the meter reports a reserved record error"),
	NO_VALUE(0x11, "reserved-11", "the meter reports a reserved record error"),
	COMMON_VIFES,
};

/* Behind FCh; codes from 16h on are reserved. */
static const struct golden_vife extension[] = {
	UNKNOWN(0x00, "reserved"),
	SAME(0x01, "phase-L1"), SAME(0x02, "phase-L2"), SAME(0x03, "phase-L3"),
	SAME(0x04, "neutral"),
	SAME(0x05, "phase-L1-L2"), SAME(0x06, "phase-L2-L3"), SAME(0x07, "phase-L3-L1"),
	SAME(0x08, "quadrant-Q1"), SAME(0x09, "quadrant-Q2"), SAME(0x0A, "quadrant-Q3"),
	SAME(0x0B, "quadrant-Q4"),
	SAME(0x0C, "import-export-delta"),
	UNKNOWN(0x0D, "alternative-non-metric"), UNKNOWN(0x0E, "secondary-sensor"),
	UNKNOWN(0x0F, "higher-resolution"),
	SAME(0x10, "absolute-accumulation"), SAME(0x11, "data-type-C"),
	SAME(0x12, "data-type-D"),
	DATE(0x13, "end-date-of"),
	SAME(0x14, "direction-to-meter"), SAME(0x15, "direction-from-meter"),
};
/* clang-format on */

/* A volume in litres with `vifes` behind the VIF, both without extension bits. */
static void read_volume(struct bench *bench, uint8_t c, const uint8_t *vifes,
		size_t count, const char *data, struct mg_data_record *record)
{
	uint8_t bytes[64] = { 0x04, 0x93 };
	for (size_t i = 0; i < count; i++) {
		bytes[2 + i] = (uint8_t)(vifes[i] | (i + 1 < count ? 0x80 : 0));
	}
	size_t size = 2 + count;
	size += bench_bytes(data, bytes + size, sizeof(bytes) - size);
	bench_user_data(bench, c, c == 0x08 ? 0x78 : 0x51, bytes, size);
	assert_int_equal(bench->fault, MG_FAULT_NONE);
	assert_int_equal(bench_next(bench, record), MG_FAULT_NONE);
	assert_string_equal(record->quantity, "volume");
}

static void check(const struct golden_vife *row, uint8_t c, bool extended)
{
	const uint8_t vifes[2] = { extended ? 0x7C : row->code, row->code };
	struct bench bench;
	struct mg_data_record record;
	print_message("# %s%02X\n", extended ? "FC " : "", row->code);
	read_volume(&bench, c, vifes, extended ? 2 : 1, "10 27 00 00", &record);
	bench_expect_modifiers(&record, row->modifier);
	bench_expect_unit(&record, row->unit);
	assert_int_equal(record.flags, row->flags);
	bench_expect_value(&record, row->value != NULL ? row->value : "");
	bool dated = row->reason != NULL && strstr(row->reason, "date") != NULL;
	assert_int_equal(record.value.quality, row->reason == NULL ? MG_QUALITY_GOOD
										   : dated             ? MG_QUALITY_INVALID
															   : MG_QUALITY_ERROR);
	if (row->reason == NULL) {
		assert_null(record.value.reason);
	} else {
		assert_string_equal(record.value.reason, row->reason);
	}
	bench_finish(&bench);
}

static void check_table(const struct golden_vife *rows, size_t count, uint8_t c)
{
	assert_int_equal(count, 128);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(rows[i].code, i);
		check(&rows[i], c, false);
	}
}

static void answers_have_every_vife(void **state)
{
	(void)state;
	check_table(answers, BENCH_COUNT(answers), 0x08);
}

static void requests_have_every_vife_and_actions(void **state)
{
	(void)state;
	check_table(requests, BENCH_COUNT(requests), 0x53);
}

static void every_code_of_the_extension_has_its_meaning(void **state)
{
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(extension); i++) {
		assert_int_equal(extension[i].code, i);
		check(&extension[i], 0x08, true);
		check(&extension[i], 0x53, true);
	}
	for (uint8_t code = 0x16; code < 0x80; code++) {
		const struct golden_vife reserved = UNKNOWN(code, "reserved");
		check(&reserved, 0x08, true);
	}
}

/* One VIFE in front of data that are not those of the tables above. */
struct other {
	const char *hex;
	const char *unit;
	const char *value; /* NULL: none */
};

static void check_others(const struct other *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct bench_row row = { rows[i].hex, "volume", rows[i].unit,
			rows[i].value };
		print_message("# %s\n", row.hex);
		bench_check_row(&row);
	}
}

/* Every VIFE that makes a date does so with all three types of date. */
static void dates_follow_the_length(void **state)
{
	static const uint8_t codes[] = { 0x39, 0x42, 0x43, 0x46, 0x47, 0x4A, 0x4B, 0x4E, 0x4F,
		0x6A, 0x6B, 0x6E, 0x6F };
	(void)state;
	for (size_t i = 0; i < sizeof(codes); i++) {
		char g[32], f[32], seconds[40], number[32];
		snprintf(g, sizeof(g), "02 93 %02X BF 1C", codes[i]);
		snprintf(f, sizeof(f), "04 93 %02X 32 37 1F 15", codes[i]);
		snprintf(seconds, sizeof(seconds), "06 93 %02X 2D 1E 0E 5A 27 20", codes[i]);
		snprintf(number, sizeof(number), "03 93 %02X 05 00 00", codes[i]);
		const struct other rows[] = {
			{ g, "", "2013-12-31" },
			{ f, "", "2008-05-31T23:50" },
			{ seconds, "", "2018-07-26T14:30:45" },
			{ number, "", "5" },
		};
		check_others(rows, BENCH_COUNT(rows));
	}
}

/* clang-format off */
static const struct other signs[] = {
	/* counts of limits are unsigned */
	{ "02 93 41 FF FF", "", NULL },
	{ "02 93 41 FE FF", "", "65534" },
	{ "02 93 49 FF FF", "", NULL },
	{ "02 93 49 00 80", "", "32768" },
	/* durations are signed */
	{ "02 93 50 FF FF", "s", "-1" },
	{ "02 93 65 FE FF", "s", "-120" },
	{ "02 93 65 00 80", "s", NULL },
	/* factors, names and offsets leave the sign to the VIF */
	{ "02 93 74 FF FF", "m3", "-0.00001" },
	{ "02 93 7B 00 80", "m3", NULL },
	{ "02 93 3C FF FF", "m3", "-0.001" },
	/* types C and D where a VIFE demands them */
	{ "02 93 FC 11 FF FF", "m3", NULL },
	{ "02 93 FC 11 00 80", "m3", "32.768" },
	{ "02 93 FC 12 FF FF", "m3", "65.535" },
	{ "02 93 FC 91 74 FE FF", "m3", "0.65534" },
	{ "0D 93 FC 11 E1 80", "m3", "0.128" },
	/* factors add up, wherever they stand */
	{ "02 93 F0 F1 77 01 00", "m3", "0.0000000000001" },
	{ "02 93 FD FD 7D 01 00", "m3", "1000000" },
	{ "02 93 F7 60 02 00", "s", "20" },
	{ "02 93 E1 77 02 00", "s", "1200" },
	{ "05 93 74 CD CC 2C 42", "m3", "0.000432" },
	{ "0A 93 7D 21 F3", "m3", "-321" },
	{ "0D 93 7D D2 21 03", "m3", "-321" },
	/* a failed record has none, whatever stands behind the error */
	{ "02 93 98 3B 01 00", "m3", NULL },
	{ "02 93 BB 15 01 00", "m3", NULL },
	{ "00 93 15", "m3", NULL },
	/* with profiles the data are bytes */
	{ "0D 93 1F 04 01 02 03 04", "m3", "01020304" },
	{ "0D 93 13 04 01 02 03 04", "m3", "01020304" },
	{ "0D 93 1E 04 01 02 03 04", "m3", "01020304" },
};
/* clang-format on */

static void vifes_decide_on_sign_and_factor(void **state)
{
	(void)state;
	check_others(signs, BENCH_COUNT(signs));
}

static void ten_vifes_are_ten_modifiers(void **state)
{
	static const uint8_t chain[] = { 0x12, 0x14, 0x20, 0x3B, 0x3E, 0x40, 0x69, 0x6D, 0x7A,
		0x7E };
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	read_volume(&bench, 0x08, chain, sizeof(chain), "10 27 00 00", &record);
	bench_expect_modifiers(&record, "average relative-deviation per-second forward-only "
									"base-conditions lower-limit leakage overflow "
									"additive-10^-1 future-value");
	bench_expect_value(&record, "10.000");
	assert_int_equal(record.flags, 0);
	bench_finish(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_have_every_vife),
		cmocka_unit_test(requests_have_every_vife_and_actions),
		cmocka_unit_test(every_code_of_the_extension_has_its_meaning),
		cmocka_unit_test(dates_follow_the_length),
		cmocka_unit_test(vifes_decide_on_sign_and_factor),
		cmocka_unit_test(ten_vifes_are_ten_modifiers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
