/* SPDX-License-Identifier: MIT */
/* Checks every code of the VIFE tables. */
#include "mbus_bench.h"

struct vife_case {
	const char *vifes;
	const char *modifier;
	const char *unit;
	const char *value;
};

/* clang-format off */
/* 10.000 m3 with a modifier that leaves the value alone. */
static const struct vife_case named[] = {
	{ "00", "error-none", "m3", "10.000" },
	{ "12", "average", "m3", "10.000" },
	{ "13", "inverse-compact-profile", "m3", "10.000" },
	{ "14", "relative-deviation", "m3", "10.000" },
	{ "1D", "standard-conform", "m3", "10.000" },
	{ "1E", "compact-profile-registers", "m3", "10.000" },
	{ "1F", "compact-profile", "m3", "10.000" },
	{ "20", "per-second", "m3", "10.000" },
	{ "21", "per-minute", "m3", "10.000" },
	{ "22", "per-hour", "m3", "10.000" },
	{ "23", "per-day", "m3", "10.000" },
	{ "24", "per-week", "m3", "10.000" },
	{ "25", "per-month", "m3", "10.000" },
	{ "26", "per-year", "m3", "10.000" },
	{ "27", "per-revolution", "m3", "10.000" },
	{ "28", "per-input-pulse-0", "m3", "10.000" },
	{ "29", "per-input-pulse-1", "m3", "10.000" },
	{ "2A", "per-output-pulse-0", "m3", "10.000" },
	{ "2B", "per-output-pulse-1", "m3", "10.000" },
	{ "2C", "per-l", "m3", "10.000" },
	{ "2D", "per-m3", "m3", "10.000" },
	{ "2E", "per-kg", "m3", "10.000" },
	{ "2F", "per-K", "m3", "10.000" },
	{ "30", "per-kWh", "m3", "10.000" },
	{ "31", "per-GJ", "m3", "10.000" },
	{ "32", "per-kW", "m3", "10.000" },
	{ "33", "per-K-l", "m3", "10.000" },
	{ "34", "per-V", "m3", "10.000" },
	{ "35", "per-A", "m3", "10.000" },
	{ "36", "times-s", "m3", "10.000" },
	{ "37", "times-s/V", "m3", "10.000" },
	{ "38", "times-s/A", "m3", "10.000" },
	{ "3A", "uncorrected", "m3", "10.000" },
	{ "3B", "forward-only", "m3", "10.000" },
	{ "3C", "backward-only", "m3", "10.000" },
	{ "3E", "base-conditions", "m3", "10.000" },
	{ "3F", "obis-declaration", "m3", "10.000" },
	{ "40", "lower-limit", "m3", "10.000" },
	{ "44", "times-flow-temperature/100", "m3", "10.000" },
	{ "45", "times-return-temperature/100", "m3", "10.000" },
	{ "48", "upper-limit", "m3", "10.000" },
	{ "4C", "reserved-4c", "m3", "10.000" },
	{ "4D", "reserved-4d", "m3", "10.000" },
	{ "68", "during-lower-limit-exceed", "m3", "10.000" },
	{ "69", "leakage", "m3", "10.000" },
	{ "6C", "during-upper-limit-exceed", "m3", "10.000" },
	{ "6D", "overflow", "m3", "10.000" },
	{ "78", "additive-10^-3", "m3", "10.000" },
	{ "79", "additive-10^-2", "m3", "10.000" },
	{ "7A", "additive-10^-1", "m3", "10.000" },
	{ "7B", "additive-10^0", "m3", "10.000" },
	{ "7E", "future-value", "m3", "10.000" },
	{ "FC 00", "reserved", "m3", "10.000" },
	{ "FC 01", "phase-L1", "m3", "10.000" },
	{ "FC 02", "phase-L2", "m3", "10.000" },
	{ "FC 03", "phase-L3", "m3", "10.000" },
	{ "FC 04", "neutral", "m3", "10.000" },
	{ "FC 05", "phase-L1-L2", "m3", "10.000" },
	{ "FC 06", "phase-L2-L3", "m3", "10.000" },
	{ "FC 07", "phase-L3-L1", "m3", "10.000" },
	{ "FC 08", "quadrant-Q1", "m3", "10.000" },
	{ "FC 09", "quadrant-Q2", "m3", "10.000" },
	{ "FC 0A", "quadrant-Q3", "m3", "10.000" },
	{ "FC 0B", "quadrant-Q4", "m3", "10.000" },
	{ "FC 0C", "import-export-delta", "m3", "10.000" },
	{ "FC 0D", "alternative-non-metric", "m3", "10.000" },
	{ "FC 0E", "secondary-sensor", "m3", "10.000" },
	{ "FC 0F", "higher-resolution", "m3", "10.000" },
	{ "FC 10", "absolute-accumulation", "m3", "10.000" },
	{ "FC 11", "data-type-C", "m3", "10.000" },
	{ "FC 12", "data-type-D", "m3", "10.000" },
	{ "FC 14", "direction-to-meter", "m3", "10.000" },
	{ "FC 15", "direction-from-meter", "m3", "10.000" },
	{ "FC 16", "reserved", "m3", "10.000" },
	{ "FC 7F", "reserved", "m3", "10.000" },
};

/* 10.000 m3 times a power of ten. */
static const struct vife_case factors[] = {
	{ "70", "", "m3", "0.000010000" },
	{ "71", "", "m3", "0.00010000" },
	{ "72", "", "m3", "0.0010000" },
	{ "73", "", "m3", "0.010000" },
	{ "74", "", "m3", "0.10000" },
	{ "75", "", "m3", "1.0000" },
	{ "76", "", "m3", "10.000" },
	{ "77", "", "m3", "100.00" },
	{ "7D", "", "m3", "10000" },
	{ "F6 74", "", "m3", "0.10000" },
	{ "FD 7D", "", "m3", "10000000" },
	{ "F0 70", "", "m3", "0.000000000010000" },
};

/* The meter has no value. */
static const char *const failures[][3] = {
	{ "01", "error-too-many-difes",
		"the meter reports too many DIFEs" },
	{ "02", "error-storage-not-implemented",
		"the meter does not know this storage number" },
	{ "03", "error-subunit-not-implemented",
		"the meter does not know this subunit" },
	{ "04", "error-tariff-not-implemented",
		"the meter does not know this tariff" },
	{ "05", "error-function-not-implemented",
		"the meter does not know this function" },
	{ "06", "error-data-class-not-implemented",
		"the meter does not know this data class" },
	{ "07", "error-data-size-not-implemented",
		"the meter does not know this data size" },
	{ "08", "reserved-08",
		"the meter reports a reserved record error" },
	{ "09", "reserved-09",
		"the meter reports a reserved record error" },
	{ "0A", "reserved-0a",
		"the meter reports a reserved record error" },
	{ "0B", "error-too-many-vifes",
		"the meter reports too many VIFEs" },
	{ "0C", "error-illegal-vif-group",
		"the meter reports an illegal VIF group" },
	{ "0D", "error-illegal-vif-exponent",
		"the meter reports an illegal VIF exponent" },
	{ "0E", "error-vif-dif-mismatch",
		"the meter reports that VIF and DIF do not match" },
	{ "0F", "error-unimplemented-action",
		"the meter does not know this action" },
	{ "10", "reserved-10",
		"the meter reports a reserved record error" },
	{ "11", "reserved-11",
		"the meter reports a reserved record error" },
	{ "15", "error-no-data-available",
		"the meter has no data" },
	{ "16", "error-data-overflow",
		"the meter reports a data overflow" },
	{ "17", "error-data-underflow",
		"the meter reports a data underflow" },
	{ "18", "error-data-error",
		"the meter reports a data error" },
	{ "19", "reserved-19",
		"the meter reports a reserved record error" },
	{ "1A", "reserved-1a",
		"the meter reports a reserved record error" },
	{ "1B", "reserved-1b",
		"the meter reports a reserved record error" },
	{ "1C", "error-premature-end-of-record",
		"the meter reports a premature end of the record" },
};

/* 10000 of the unit of the duration. */
static const struct vife_case durations[] = {
	{ "50", "duration-of-first-lower-limit-exceed", "s", "10000" },
	{ "51", "duration-of-first-lower-limit-exceed", "s", "600000" },
	{ "52", "duration-of-first-lower-limit-exceed", "s", "36000000" },
	{ "53", "duration-of-first-lower-limit-exceed", "s", "864000000" },
	{ "54", "duration-of-last-lower-limit-exceed", "s", "10000" },
	{ "55", "duration-of-last-lower-limit-exceed", "s", "600000" },
	{ "56", "duration-of-last-lower-limit-exceed", "s", "36000000" },
	{ "57", "duration-of-last-lower-limit-exceed", "s", "864000000" },
	{ "58", "duration-of-first-upper-limit-exceed", "s", "10000" },
	{ "59", "duration-of-first-upper-limit-exceed", "s", "600000" },
	{ "5A", "duration-of-first-upper-limit-exceed", "s", "36000000" },
	{ "5B", "duration-of-first-upper-limit-exceed", "s", "864000000" },
	{ "5C", "duration-of-last-upper-limit-exceed", "s", "10000" },
	{ "5D", "duration-of-last-upper-limit-exceed", "s", "600000" },
	{ "5E", "duration-of-last-upper-limit-exceed", "s", "36000000" },
	{ "5F", "duration-of-last-upper-limit-exceed", "s", "864000000" },
	{ "60", "duration-of-first", "s", "10000" },
	{ "61", "duration-of-first", "s", "600000" },
	{ "62", "duration-of-first", "s", "36000000" },
	{ "63", "duration-of-first", "s", "864000000" },
	{ "64", "duration-of-last", "s", "10000" },
	{ "65", "duration-of-last", "s", "600000" },
	{ "66", "duration-of-last", "s", "36000000" },
	{ "67", "duration-of-last", "s", "864000000" },
	{ "D9 72", "duration-of-first-upper-limit-exceed", "s", "60.0000" },
};

static const struct vife_case counts[] = {
	{ "41", "exceeds-of-lower-limit", "", "10000" },
	{ "49", "exceeds-of-upper-limit", "", "10000" },
	{ "C9 73", "exceeds-of-upper-limit", "", "10.000" },
};

/* 2008-05-31 23:50 as type F. */
static const char *const dates[][2] = {
	{ "39", "start-date-of" },
	{ "42", "date-of-begin-of-first-lower-limit-exceed" },
	{ "43", "date-of-end-of-first-lower-limit-exceed" },
	{ "46", "date-of-begin-of-last-lower-limit-exceed" },
	{ "47", "date-of-end-of-last-lower-limit-exceed" },
	{ "4A", "date-of-begin-of-first-upper-limit-exceed" },
	{ "4B", "date-of-end-of-first-upper-limit-exceed" },
	{ "4E", "date-of-begin-of-last-upper-limit-exceed" },
	{ "4F", "date-of-end-of-last-upper-limit-exceed" },
	{ "6A", "date-of-begin-of-first" },
	{ "6B", "date-of-end-of-first" },
	{ "6E", "date-of-begin-of-last" },
	{ "6F", "date-of-end-of-last" },
	{ "FC 13", "end-date-of" },
};

/* The codes 00h to 0Fh in a telegram to a meter. */
static const char *const actions[] = {
	"action-write", "action-add", "action-subtract", "action-or", "action-and",
	"action-xor", "action-and-not", "action-clear", "action-add-entry",
	"action-delete-entry", "action-delayed", "action-freeze", "action-add-to-readout",
	"action-delete-from-readout", "reserved-action", "reserved-action",
};
/* clang-format on */

/* A volume in litres with the given VIFEs and data. */
static void read_volume(struct bench *bench, const char *vifes, const char *data,
		struct mg_data_record *record)
{
	char hex[128] = "04 93 ";
	strcat(hex, vifes);
	strcat(hex, data);
	print_message("# %s\n", hex);
	bench_records(bench, hex);
	assert_int_equal(bench_next(bench, record), MG_FAULT_NONE);
	assert_string_equal(record->quantity, "volume");
}

static void check(const struct vife_case *row)
{
	struct bench bench;
	struct mg_data_record record;
	read_volume(&bench, row->vifes, " 10 27 00 00", &record);
	bench_expect_modifiers(&record, row->modifier);
	bench_expect_unit(&record, row->unit);
	bench_expect_value(&record, row->value);
	assert_int_equal(record.value.quality, MG_QUALITY_GOOD);
	bench_finish(&bench);
}

static void check_all(const struct vife_case *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		check(&rows[i]);
	}
}

static void plain_modifiers_are_named_only(void **state)
{
	(void)state;
	check_all(named, BENCH_COUNT(named));
}

static void factors_change_the_value(void **state)
{
	(void)state;
	check_all(factors, BENCH_COUNT(factors));
}

static void record_errors_take_the_value_away(void **state)
{
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(failures); i++) {
		struct bench bench;
		struct mg_data_record record;
		read_volume(&bench, failures[i][0], " 10 27 00 00", &record);
		bench_expect_modifiers(&record, failures[i][1]);
		bench_expect_unit(&record, "m3");
		bench_expect_value(&record, "");
		assert_int_equal(record.value.type, MG_TYPE_NONE);
		assert_int_equal(record.value.quality, MG_QUALITY_ERROR);
		assert_string_equal(record.value.reason, failures[i][2]);
		assert_int_equal(record.flags, 0);
		bench_finish(&bench);
	}
}

static void durations_become_seconds(void **state)
{
	(void)state;
	check_all(durations, BENCH_COUNT(durations));
}

static void exceeds_become_counts(void **state)
{
	(void)state;
	check_all(counts, BENCH_COUNT(counts));
	for (size_t i = 0; i < BENCH_COUNT(counts); i++) {
		struct bench bench;
		struct mg_data_record record;
		read_volume(&bench, counts[i].vifes, " FE FF FF FF", &record);
		assert_int_equal(record.value.mantissa, 4294967294);
		assert_int_equal(record.flags, 0);
		bench_finish(&bench);
	}
}

static void dates_of_something_are_dates(void **state)
{
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(dates); i++) {
		struct bench bench;
		struct mg_data_record record;
		read_volume(&bench, dates[i][0], " 32 37 1F 15", &record);
		bench_expect_modifiers(&record, dates[i][1]);
		bench_expect_unit(&record, "");
		bench_expect_value(&record, "2008-05-31T23:50");
		assert_string_equal(record.coding, "datetime-F");
		bench_finish(&bench);
	}
}

static void requests_carry_actions_instead_of_errors(void **state)
{
	(void)state;
	for (unsigned code = 0; code < BENCH_COUNT(actions); code++) {
		uint8_t data[] = { 0x04, 0x93, (uint8_t)code, 0x10, 0x27, 0, 0 };
		struct bench bench;
		struct mg_data_record record;
		bench_user_data(&bench, 0x53, 0x51, data, sizeof(data));
		assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
		bench_expect_modifiers(&record, actions[code]);
		bench_expect_value(&record, "10.000");
		bench_finish(&bench);
	}
}

static void higher_codes_mean_the_same_in_requests(void **state)
{
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	bench_request(
			&bench, "04 93 10 10 27 00 00 04 93 3B 10 27 00 00 04 93 77 10 27 00 00");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	bench_expect_modifiers(&record, "reserved-10");
	assert_int_equal(record.value.quality, MG_QUALITY_ERROR);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	bench_expect_modifiers(&record, "forward-only");
	bench_expect_value(&record, "10.000");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	bench_expect_modifiers(&record, "");
	bench_expect_value(&record, "100.00");
	bench_finish(&bench);
}

static void reserved_codes_are_flagged(void **state)
{
	static const char *const open[] = { "4C", "4D", "13", "1E", "1F", "FC 00", "FC 0D",
		"FC 0E", "FC 0F", "FC 16", "FC 7F", "3D", "7C" };
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(open); i++) {
		struct bench bench;
		struct mg_data_record record;
		read_volume(&bench, open[i], " 10 27 00 00", &record);
		assert_int_equal(record.flags, MG_DATA_AMBIGUOUS);
		bench_finish(&bench);
	}
}

static void data_type_modifiers_make_integers_unsigned(void **state)
{
	static const struct bench_row rows[] = {
		{ "02 93 FC 11 FE FF", "volume", "m3", "65.534" },
		{ "02 93 FC 11 FF FF", "volume", "m3", NULL },
		{ "02 93 FC 12 FF FF", "volume", "m3", "65.535" },
		{ "02 93 3B FE FF", "volume", "m3", "-0.002" },
	};
	(void)state;
	bench_check_rows(rows, BENCH_COUNT(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_modifiers_are_named_only),
		cmocka_unit_test(factors_change_the_value),
		cmocka_unit_test(record_errors_take_the_value_away),
		cmocka_unit_test(durations_become_seconds),
		cmocka_unit_test(exceeds_become_counts),
		cmocka_unit_test(dates_of_something_are_dates),
		cmocka_unit_test(requests_carry_actions_instead_of_errors),
		cmocka_unit_test(higher_codes_mean_the_same_in_requests),
		cmocka_unit_test(reserved_codes_are_flagged),
		cmocka_unit_test(data_type_modifiers_make_integers_unsigned),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
