/* SPDX-License-Identifier: MIT */
/* Checks every row of the VIF tables in every data field: quantity, unit, what the number
   1 is worth under each code, and which numbers are signed, unsigned or no value. */
#include "golden_bench.h"

/* clang-format off */
#define MILLI4 "0.001", "0.01", "0.1", "1"
#define MILLI8 MILLI4, "10", "100", "1000", "10000"
#define ONE8 "1", "10", "100", "1000", "10000", "100000", "1000000", "10000000"
#define MICRO8 "0.000001", "0.00001", "0.0001", MILLI4, "10"
#define SECONDS "1", "60", "3600", "86400"
#define OPEN MG_DATA_AMBIGUOUS

static const struct golden_row primary[] = {
	{ 0x00, "energy", "Wh", GOLDEN_B, 0, { MILLI8 } },
	{ 0x08, "energy", "J", GOLDEN_B, 0, { ONE8 } },
	{ 0x10, "volume", "m3", GOLDEN_B, 0, { MICRO8 } },
	{ 0x18, "mass", "kg", GOLDEN_B, 0, { MILLI8 } },
	{ 0x20, "on-time", "s", GOLDEN_B, 0, { SECONDS } },
	{ 0x24, "operating-time", "s", GOLDEN_B, 0, { SECONDS } },
	{ 0x28, "power", "W", GOLDEN_B, 0, { MILLI8 } },
	{ 0x30, "power", "J/h", GOLDEN_B, 0, { ONE8 } },
	{ 0x38, "volume-flow", "m3/h", GOLDEN_B, 0, { MICRO8 } },
	{ 0x40, "volume-flow", "m3/min", GOLDEN_B, 0,
		{ "0.0000001", "0.000001", "0.00001", "0.0001", MILLI4 } },
	{ 0x48, "volume-flow", "m3/s", GOLDEN_B, 0,
		{ "0.000000001", "0.00000001", "0.0000001", "0.000001", "0.00001", "0.0001",
			"0.001", "0.01" } },
	{ 0x50, "mass-flow", "kg/h", GOLDEN_B, 0, { MILLI8 } },
	{ 0x58, "flow-temperature", "°C", GOLDEN_B, 0, { MILLI4 } },
	{ 0x5C, "return-temperature", "°C", GOLDEN_B, 0, { MILLI4 } },
	{ 0x60, "temperature-difference", "K", GOLDEN_B, 0, { MILLI4 } },
	{ 0x64, "external-temperature", "°C", GOLDEN_B, 0, { MILLI4 } },
	{ 0x68, "pressure", "bar", GOLDEN_B, 0, { MILLI4 } },
	{ 0x6E, "hca", "hca", GOLDEN_C, 0, { "1" } },
	{ 0x6F, "reserved", "", GOLDEN_B, OPEN, { "1" } },
	{ 0x70, "averaging-duration", "s", GOLDEN_B, 0, { SECONDS } },
	{ 0x74, "actuality-duration", "s", GOLDEN_B, 0, { SECONDS } },
	{ 0x78, "fabrication-number", "", GOLDEN_C, 0, { "1" } },
	{ 0x7A, "bus-address", "", GOLDEN_C, 0, { "1" } },
	{ 0x7B, "reserved", "", GOLDEN_B, OPEN, { "1" } },
	{ 0x7D, "reserved", "", GOLDEN_B, OPEN, { "1" } },
	{ 0x7E, "any", "", GOLDEN_B, 0, { "1" } },
	{ 0x7F, "manufacturer-specific", "", GOLDEN_B, MG_DATA_VENDOR, { "1" } },
};

static const struct golden_row fb[] = {
	{ 0x00, "energy", "Wh", GOLDEN_B, 0, { "100000", "1000000" } },
	{ 0x02, "reactive-energy", "varh", GOLDEN_B, 0, { "1000", "10000" } },
	{ 0x04, "apparent-energy", "VAh", GOLDEN_B, 0, { "1000", "10000" } },
	{ 0x06, "reserved", "", GOLDEN_B, OPEN, { "1", "1" } },
	{ 0x08, "energy", "J", GOLDEN_B, 0, { "100000000", "1000000000" } },
	{ 0x0A, "reserved", "", GOLDEN_B, OPEN, { "1", "1" } },
	{ 0x0C, "energy", "cal", GOLDEN_B, 0,
		{ "100000", "1000000", "10000000", "100000000" } },
	{ 0x10, "volume", "m3", GOLDEN_B, 0, { "100", "1000" } },
	{ 0x12, "reserved", "", GOLDEN_B, OPEN, { "1", "1" } },
	{ 0x14, "reactive-power", "var", GOLDEN_B, 0, { "1", "10", "100", "1000" } },
	{ 0x18, "mass", "kg", GOLDEN_B, 0, { "100000", "1000000" } },
	{ 0x1A, "relative-humidity", "%", GOLDEN_B, 0, { "0.1", "1" } },
	{ 0x1C, "reserved", "", GOLDEN_B, OPEN, { GOLDEN_REPEAT4 } },
	{ 0x20, "volume", "ft3", GOLDEN_B, 0, { "1", "0.1" } },
	{ 0x22, "volume", "gal", GOLDEN_B, OPEN, { "0.1", "1" } },
	{ 0x24, "volume-flow", "gal/min", GOLDEN_B, OPEN, { "0.001", "1" } },
	{ 0x26, "volume-flow", "gal/h", GOLDEN_B, OPEN, { "1" } },
	{ 0x27, "reserved", "", GOLDEN_B, OPEN, { "1" } },
	{ 0x28, "power", "W", GOLDEN_B, 0, { "100000", "1000000" } },
	{ 0x2A, "phase-u-u", "deg", GOLDEN_B, 0, { "0.1" } },
	{ 0x2B, "phase-u-i", "deg", GOLDEN_B, 0, { "0.1" } },
	{ 0x2C, "frequency", "Hz", GOLDEN_B, 0, { MILLI4 } },
	{ 0x30, "power", "J/h", GOLDEN_B, 0, { "100000000", "1000000000" } },
	{ 0x32, "reserved", "", GOLDEN_B, OPEN, { "1", "1" } },
	{ 0x34, "apparent-power", "VA", GOLDEN_B, 0, { "1", "10", "100", "1000" } },
	{ 0x38, "reserved", "", GOLDEN_B, OPEN, { GOLDEN_REPEAT8, GOLDEN_REPEAT8 } },
	{ 0x48, "reserved", "", GOLDEN_B, OPEN, { GOLDEN_REPEAT8, GOLDEN_REPEAT8 } },
	{ 0x58, "flow-temperature", "°F", GOLDEN_B, OPEN, { MILLI4 } },
	{ 0x5C, "return-temperature", "°F", GOLDEN_B, OPEN, { MILLI4 } },
	{ 0x60, "temperature-difference", "°F", GOLDEN_B, OPEN, { MILLI4 } },
	{ 0x64, "external-temperature", "°F", GOLDEN_B, OPEN, { MILLI4 } },
	{ 0x68, "hca-rating-K", "hca", GOLDEN_B, 0, { "0.000244140625" } },
	{ 0x69, "hca-rating-KQ", "W", GOLDEN_B, 0, { "1" } },
	{ 0x6A, "hca-rating-KC", "", GOLDEN_B, 0, { "0.000244140625" } },
	{ 0x6B, "hca-rating-KCR", "", GOLDEN_B, 0, { "0.000244140625" } },
	{ 0x6C, "hca-rating-KCH", "", GOLDEN_B, 0, { "0.000244140625" } },
	{ 0x6D, "hca-rating-KT", "", GOLDEN_B, 0, { "0.000244140625" } },
	{ 0x6E, "hca-rating-KD", "", GOLDEN_B, 0, { "0.000244140625" } },
	{ 0x6F, "reserved", "", GOLDEN_B, OPEN, { "1" } },
	{ 0x70, "temperature-limit", "°F", GOLDEN_B, OPEN, { MILLI4 } },
	{ 0x74, "temperature-limit", "°C", GOLDEN_B, 0, { MILLI4 } },
	{ 0x78, "max-power-count", "W", GOLDEN_B, 0, { MILLI8 } },
};

static const struct golden_row fd[] = {
	{ 0x00, "credit", "currency", GOLDEN_B, 0, { MILLI4 } },
	{ 0x04, "debit", "currency", GOLDEN_B, 0, { MILLI4 } },
	{ 0x08, "access-number", "", GOLDEN_C, 0, { "1" } },
	{ 0x09, "device-type", "", GOLDEN_C, 0, { "1" } },
	{ 0x0B, "parameter-set-id", "", GOLDEN_C, 0, { "1" } },
	{ 0x0C, "model-version", "", GOLDEN_C, 0, { "1" } },
	{ 0x0D, "hardware-version", "", GOLDEN_C, 0, { "1" } },
	{ 0x0E, "firmware-version", "", GOLDEN_C, 0, { "1" } },
	{ 0x0F, "software-version", "", GOLDEN_C, 0, { "1" } },
	{ 0x10, "customer-location", "", GOLDEN_C, 0, { "1" } },
	{ 0x11, "customer", "", GOLDEN_C, 0, { "1" } },
	{ 0x12, "access-code-user", "", GOLDEN_C, 0, { "1" } },
	{ 0x13, "access-code-operator", "", GOLDEN_C, 0, { "1" } },
	{ 0x14, "access-code-system-operator", "", GOLDEN_C, 0, { "1" } },
	{ 0x15, "access-code-developer", "", GOLDEN_C, 0, { "1" } },
	{ 0x16, "password", "", GOLDEN_C, 0, { "1" } },
	{ 0x17, "error-flags", "", GOLDEN_D, 0, { "1" } },
	{ 0x18, "error-mask", "", GOLDEN_D, 0, { "1" } },
	{ 0x19, "security-key", "", GOLDEN_C, 0, { "1" } },
	{ 0x1A, "digital-output", "", GOLDEN_D, 0, { "1" } },
	{ 0x1B, "digital-input", "", GOLDEN_D, 0, { "1" } },
	{ 0x1C, "baudrate", "baud", GOLDEN_C, 0, { "1" } },
	{ 0x1D, "response-delay", "bittime", GOLDEN_C, 0, { "1" } },
	{ 0x1E, "retry", "", GOLDEN_C, 0, { "1" } },
	{ 0x1F, "remote-control", "", GOLDEN_D, 0, { "1" } },
	{ 0x20, "first-storage-number", "", GOLDEN_C, 0, { "1" } },
	{ 0x21, "last-storage-number", "", GOLDEN_C, 0, { "1" } },
	{ 0x22, "storage-block-size", "", GOLDEN_C, 0, { "1" } },
	{ 0x23, "tariff-subunit-descriptor", "", GOLDEN_C, 0, { "1" } },
	{ 0x24, "storage-interval", "s", GOLDEN_B, 0, { SECONDS } },
	{ 0x28, "storage-interval", "month", GOLDEN_B, 0, { "1" } },
	{ 0x29, "storage-interval", "year", GOLDEN_B, 0, { "1" } },
	{ 0x2A, "operator-specific", "", GOLDEN_B, 0, { "1" } },
	{ 0x2B, "time-point-second", "", GOLDEN_C, 0, { "1" } },
	{ 0x2C, "duration-since-readout", "s", GOLDEN_C, 0, { SECONDS } },
	{ 0x31, "tariff-duration", "s", GOLDEN_C, 0, { "60", "3600", "86400" } },
	{ 0x34, "tariff-period", "s", GOLDEN_B, 0, { SECONDS } },
	{ 0x38, "tariff-period", "month", GOLDEN_B, 0, { "1" } },
	{ 0x39, "tariff-period", "year", GOLDEN_B, 0, { "1" } },
	{ 0x3A, "dimensionless", "", GOLDEN_B, 0, { "1" } },
	{ 0x3C, "transmission-period", "s", GOLDEN_C, 0, { SECONDS } },
	{ 0x40, "voltage", "V", GOLDEN_B, 0,
		{ "0.000000001", "0.00000001", "0.0000001", MICRO8, "100", "1000", "10000",
			"100000", "1000000" } },
	{ 0x50, "current", "A", GOLDEN_B, 0,
		{ "0.000000000001", "0.00000000001", "0.0000000001", "0.000000001", "0.00000001",
			"0.0000001", MICRO8, "100", "1000" } },
	{ 0x60, "reset-counter", "", GOLDEN_C, 0, { "1" } },
	{ 0x61, "cumulation-counter", "", GOLDEN_C, 0, { "1" } },
	{ 0x62, "control-signal", "", GOLDEN_B, 0, { "1" } },
	{ 0x63, "day-of-week", "", GOLDEN_B, 0, { "1" } },
	{ 0x64, "week-number", "", GOLDEN_B, 0, { "1" } },
	{ 0x65, "time-point-of-day-change", "", GOLDEN_B, 0, { "1" } },
	{ 0x66, "parameter-activation-state", "", GOLDEN_C, 0, { "1" } },
	{ 0x67, "special-supplier-information", "", GOLDEN_B, 0, { "1" } },
	{ 0x68, "cumulation-duration", "s", GOLDEN_B, 0, { "3600", "86400" } },
	{ 0x6A, "cumulation-duration", "month", GOLDEN_B, 0, { "1" } },
	{ 0x6B, "cumulation-duration", "year", GOLDEN_B, 0, { "1" } },
	{ 0x6C, "battery-operating-time", "s", GOLDEN_B, 0, { "3600", "86400" } },
	{ 0x6E, "battery-operating-time", "month", GOLDEN_B, 0, { "1" } },
	{ 0x6F, "battery-operating-time", "year", GOLDEN_B, 0, { "1" } },
	{ 0x71, "rf-level", "dBm", GOLDEN_B, 0, { "1" } },
	{ 0x74, "battery-remaining", "s", GOLDEN_C, 0, { "86400" } },
	{ 0x75, "meter-stop-count", "", GOLDEN_C, 0, { "1" } },
	{ 0x77, "reserved", "", GOLDEN_B, OPEN, { GOLDEN_REPEAT8, "1" } },
};

static const struct golden_row fd_fd[] = {
	{ 0x00, "selected-application", "", GOLDEN_C, 0, { "1" } },
	{ 0x01, "reserved", "", GOLDEN_B, OPEN, { "1" } },
	{ 0x02, "battery-remaining", "month", GOLDEN_C, 0, { "1" } },
	{ 0x03, "battery-remaining", "year", GOLDEN_C, 0, { "1" } },
	{ 0x04, "reserved", "", GOLDEN_B, OPEN, { GOLDEN_REPEAT8, GOLDEN_REPEAT4 } },
	{ 0x10, "reserved", "", GOLDEN_B, OPEN, { GOLDEN_REPEAT8, GOLDEN_REPEAT8 } },
	{ 0x20, "reserved", "", GOLDEN_B, OPEN, { GOLDEN_REPEAT8, GOLDEN_REPEAT8 } },
	{ 0x30, "reserved", "", GOLDEN_B, OPEN, { GOLDEN_REPEAT8, GOLDEN_REPEAT8 } },
	{ 0x40, "reserved", "", GOLDEN_B, OPEN, { GOLDEN_REPEAT8, GOLDEN_REPEAT8 } },
	{ 0x50, "reserved", "", GOLDEN_B, OPEN, { GOLDEN_REPEAT8, GOLDEN_REPEAT8 } },
	{ 0x60, "reserved", "", GOLDEN_B, OPEN, { GOLDEN_REPEAT8, GOLDEN_REPEAT8 } },
	{ 0x70, "reserved", "", GOLDEN_B, OPEN, { GOLDEN_REPEAT8, GOLDEN_REPEAT8 } },
};

/* With VIFE 3Dh. */
static const struct golden_row non_metric[] = {
	{ 0x00, "energy", "kBTU", GOLDEN_B, OPEN, { MILLI8 } },
	{ 0x08, "energy", "", GOLDEN_B, OPEN, { ONE8 } },
	{ 0x10, "volume", "gal", GOLDEN_B, OPEN, { MILLI8 } },
	{ 0x18, "mass", "", GOLDEN_B, OPEN, { MILLI8 } },
	{ 0x20, "on-time", "", GOLDEN_B, OPEN, { SECONDS } },
	{ 0x24, "operating-time", "", GOLDEN_B, OPEN, { SECONDS } },
	{ 0x28, "power", "mBTU/s", GOLDEN_B, OPEN, { MILLI8 } },
	{ 0x30, "power", "", GOLDEN_B, OPEN, { ONE8 } },
	{ 0x38, "volume-flow", "", GOLDEN_B, OPEN, { MICRO8 } },
	{ 0x40, "volume-flow", "gal/min", GOLDEN_B, OPEN, { MILLI8 } },
	{ 0x48, "volume-flow", "", GOLDEN_B, OPEN,
		{ "0.000000001", "0.00000001", "0.0000001", "0.000001", "0.00001", "0.0001",
			"0.001", "0.01" } },
	{ 0x50, "mass-flow", "", GOLDEN_B, OPEN, { MILLI8 } },
	{ 0x58, "flow-temperature", "°F", GOLDEN_B, OPEN, { MILLI4 } },
	{ 0x5C, "return-temperature", "°F", GOLDEN_B, OPEN, { MILLI4 } },
	{ 0x60, "temperature-difference", "°F", GOLDEN_B, OPEN, { MILLI4 } },
	{ 0x64, "external-temperature", "", GOLDEN_B, OPEN, { MILLI4 } },
	{ 0x68, "pressure", "", GOLDEN_B, OPEN, { MILLI4 } },
	{ 0x6E, "hca", "", GOLDEN_C, OPEN, { "1" } },
	{ 0x70, "averaging-duration", "", GOLDEN_B, OPEN, { SECONDS } },
	{ 0x74, "actuality-duration", "", GOLDEN_B, OPEN, { SECONDS } },
	{ 0x78, "fabrication-number", "", GOLDEN_C, OPEN, { "1" } },
	{ 0x7A, "bus-address", "", GOLDEN_C, OPEN, { "1" } },
};

static const struct golden_row non_metric_fb = { 0x74, "temperature-limit", "°F", GOLDEN_B,
	OPEN, { MILLI4 } };
/* clang-format on */

static const struct golden_bytes no_prefix = { { 0 }, 0 };
static const struct golden_bytes prefix_fb = { { 0xFB }, 1 };
static const struct golden_bytes prefix_fd = { { 0xFD }, 1 };
static const struct golden_bytes prefix_fd_fd = { { 0xFD, 0xFD }, 2 };

/* `elsewhere` are the codes that are no plain numbers, and are checked further down. */
static void check_table(const struct golden_row *rows, size_t count,
		const struct golden_bytes *prefix, const uint8_t *elsewhere,
		size_t elsewhere_count)
{
	bool seen[128] = { false };
	for (size_t i = 0; i < elsewhere_count; i++) {
		seen[elsewhere[i]] = true;
	}
	for (size_t i = 0; i < count; i++) {
		golden_mark(&rows[i], seen);
		golden_check_row(&rows[i], prefix, 0, "");
	}
	for (size_t code = 0; code < 128; code++) {
		assert_true(seen[code]);
	}
}

static void the_primary_table_is_as_the_standard_has_it(void **state)
{
	static const uint8_t elsewhere[] = { 0x6C, 0x6D, 0x79, 0x7C };
	(void)state;
	check_table(primary, BENCH_COUNT(primary), &no_prefix, elsewhere, sizeof(elsewhere));
}

static void table_fb_is_as_the_standard_has_it(void **state)
{
	(void)state;
	check_table(fb, BENCH_COUNT(fb), &prefix_fb, NULL, 0);
}

static void table_fd_is_as_the_standard_has_it(void **state)
{
	static const uint8_t elsewhere[] = { 0x0A, 0x30, 0x3B, 0x70, 0x72, 0x73, 0x76 };
	(void)state;
	check_table(fd, BENCH_COUNT(fd), &prefix_fd, elsewhere, sizeof(elsewhere));
}

static void table_fd_fd_is_as_the_standard_has_it(void **state)
{
	(void)state;
	check_table(fd_fd, BENCH_COUNT(fd_fd), &prefix_fd_fd, NULL, 0);
}

/* Nothing is defined for these rows, so the metric unit must not stand. */
static void check_without_unit(
		const struct golden_row *rows, size_t count, const struct golden_bytes *prefix)
{
	for (size_t i = 0; i < count; i++) {
		struct golden_row row = rows[i];
		bool replaced = row.first == 0x74 && prefix == &prefix_fb;
		if (strcmp(row.quantity, "reserved") != 0 && !replaced) {
			row.unit = "";
			row.flags = OPEN;
			golden_check_row(&row, prefix, 0x3D, "non-metric");
		}
	}
}

static void non_metric_units_are_as_the_standard_has_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(non_metric); i++) {
		golden_check_row(&non_metric[i], &no_prefix, 0x3D, "non-metric");
	}
	golden_check_row(&non_metric_fb, &prefix_fb, 0x3D, "non-metric");
	check_without_unit(fb, BENCH_COUNT(fb), &prefix_fb);
	check_without_unit(fd, BENCH_COUNT(fd), &prefix_fd);
	check_without_unit(fd_fd, BENCH_COUNT(fd_fd), &prefix_fd_fd);
}

/* What one record must become, where it is not only a number. */
struct special {
	const char *hex;
	const char *quantity;
	const char *unit;
	const char *coding;
	uint32_t flags;
	const char *value; /* NULL: invalid */
};

static void check_special(const struct special *row)
{
	struct bench bench;
	struct mg_data_record record;
	print_message("# %s\n", row->hex);
	bench_records(&bench, row->hex);
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	assert_string_equal(record.quantity, row->quantity);
	bench_expect_unit(&record, row->unit);
	assert_string_equal(record.coding, row->coding);
	assert_int_equal(record.flags, row->flags);
	assert_int_equal(record.value.quality,
			row->value != NULL ? MG_QUALITY_GOOD : MG_QUALITY_INVALID);
	bench_expect_value(&record, row->value != NULL ? row->value : "");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
}

/* clang-format off */
static const struct special specials[] = {
	/* a date needs a data field that has a type of date, otherwise it is a number */
	{ "02 6C BF 1C", "date", "", "date-G", 0, "2013-12-31" },
	{ "00 6C", "date", "", "none", 0, "" },
	{ "01 6C 05", "date", "", "int8", OPEN, "5" },
	{ "03 6C 05 00 00", "date", "", "int24", OPEN, "5" },
	{ "04 6C 05 00 00 00", "date", "", "int32", OPEN, "5" },
	{ "06 6C 05 00 00 00 00 00", "date", "", "int48", OPEN, "5" },
	{ "07 6C 05 00 00 00 00 00 00 00", "date", "", "int64", OPEN, "5" },
	{ "05 6C 00 00 80 3F", "date", "", "real32", OPEN, "1" },
	{ "0A 6C 34 12", "date", "", "bcd4", OPEN, "1234" },
	{ "0D 6C E2 BF 1C", "date", "", "lvar-binary", 0, "BF1C" },
	{ "02 6D BF 1C", "datetime", "", "date-G", 0, "2013-12-31" },
	{ "03 6D 1E 2D 0C", "datetime", "", "time-J", 0, "12:45:30" },
	{ "04 6D 32 37 1F 15", "datetime", "", "datetime-F", 0, "2008-05-31T23:50" },
	{ "06 6D 2D 1E 0E 5A 27 20", "datetime", "", "datetime-I", 0, "2018-07-26T14:30:45" },
	{ "0D 6D E3 01 02 03", "datetime", "", "lvar-binary", 0, "010203" },
	{ "01 6D 05", "datetime", "", "int8", OPEN, "5" },
	{ "07 6D 05 00 00 00 00 00 00 00", "datetime", "", "int64", OPEN, "5" },
	{ "05 6D 00 00 80 3F", "datetime", "", "real32", OPEN, "1" },
	{ "0E 6D 34 12 00 00 00 00", "datetime", "", "bcd12", OPEN, "1234" },
	{ "02 FD 30 BF 1C", "tariff-start", "", "date-G", 0, "2013-12-31" },
	{ "04 FD 30 32 37 1F 15", "tariff-start", "", "datetime-F", 0, "2008-05-31T23:50" },
	{ "06 FD 30 2D 1E 0E 5A 27 20", "tariff-start", "", "datetime-I", 0,
		"2018-07-26T14:30:45" },
	{ "03 FD 30 05 00 00", "tariff-start", "", "int24", OPEN, "5" },
	{ "02 FD 70 BF 1C", "battery-change-date", "", "date-G", 0, "2013-12-31" },
	{ "04 FD 70 32 37 1F 15", "battery-change-date", "", "datetime-F", 0,
		"2008-05-31T23:50" },
	{ "06 FD 70 2D 1E 0E 5A 27 20", "battery-change-date", "", "datetime-I", 0,
		"2018-07-26T14:30:45" },
	{ "03 FD 70 05 00 00", "battery-change-date", "", "int24", OPEN, "5" },
	/* strings of bytes stay in the order on the wire */
	{ "0D FD 3B 03 8C 11 22", "wmbus-container", "", "lvar-binary", 0, "8C1122" },
	{ "04 FD 3B 01 02 03 04", "wmbus-container", "", "raw", 0, "01020304" },
	{ "04 FD 73 01 02 03 04", "listening-window", "", "raw", 0, "01020304" },
	{ "04 FD 76 01 02 03 04", "manufacturer-container", "", "raw", 0, "01020304" },
	{ "04 FD 72 01 02 03 04", "daylight-saving", "", "raw", 0, "01020304" },
	{ "0D FD 73 EB 01 02 03 04 05 06 07 08 09 0A 0B", "listening-window", "",
		"lvar-binary", 0, "0102030405060708090A0B" },
	{ "0D FD 76 02 01 02", "manufacturer-container", "", "lvar-binary", 0, "0102" },
	/* two bytes of letters, and what are none */
	{ "02 FD 0A 24 40", "manufacturer", "", "int16", MG_DATA_IDENTITY, "PAD" },
	{ "02 FD 0A 21 04", "manufacturer", "", "int16", MG_DATA_IDENTITY, "AAA" },
	{ "02 FD 0A 00 00", "manufacturer", "", "int16", 0, "0" },
	{ "02 FD 0A FF FF", "manufacturer", "", "int16", 0, NULL },
	{ "0A FD 0A 24 40", "manufacturer", "", "bcd4", 0, "4024" },
	/* eight bytes of a secondary address */
	{ "07 79 78 56 34 12 24 40 01 07", "identification", "", "int64", MG_DATA_IDENTITY,
		"12345678.PAD.01.07" },
	{ "07 79 FF FF FF FF FF FF FF FF", "identification", "", "int64", 0, NULL },
	{ "0D 79 E8 78 56 34 12 24 40 01 07", "identification", "", "lvar-int", 0,
		"504755156910626424" },
	/* a number that is not sent in two bytes stands for no letters */
	{ "01 FD 0A 24", "manufacturer", "", "int8", 0, "36" },
	{ "04 FD 0A 24 40 00 00", "manufacturer", "", "int32", 0, "16420" },
	{ "01 FD 0A FF", "manufacturer", "", "int8", 0, NULL },
	{ "0C 79 78 56 34 12", "identification", "", "bcd8", 0, "12345678" },
	{ "04 79 FE FF FF FF", "identification", "", "int32", 0, "4294967294" },
	{ "04 79 FF FF FF FF", "identification", "", "int32", 0, NULL },
	{ "0D 79 03 33 32 31", "identification", "", "lvar-text", 0, "123" },
	/* plain text, before and behind the VIFEs, and what a VIFE still does to it */
	{ "02 7C 03 48 52 25 D4 11", "plain-text", "%RH", "int16", 0, "4564" },
	{ "02 FC 03 48 52 25 74 D4 11", "plain-text", "%RH", "int16", 0, "45.64" },
	{ "02 FC 74 03 48 52 25 D4 11", "plain-text", "%RH", "int16", 0, "45.64" },
	{ "02 7C 03 48 52 25 FF FF", "plain-text", "%RH", "int16", 0, "-1" },
	{ "02 7C 03 48 52 25 00 80", "plain-text", "%RH", "int16", 0, NULL },
	{ "02 7C 02 43 B0 01 00", "plain-text", "°C", "int16", 0, "1" },
	{ "02 7C 00 01 00", "plain-text", "", "int16", 0, "1" },
};
/* clang-format on */

static void dates_identities_bytes_and_plain_text_are_no_plain_numbers(void **state)
{
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(specials); i++) {
		check_special(&specials[i]);
	}
}

static void plain_text_of_mode_2_comes_first_character_first(void **state)
{
	struct bench bench;
	struct mg_data_record record;
	(void)state;
	bench_records_mode2(&bench, "02 7C 03 25 52 48 11 D4 02 FC 03 25 52 48 74 11 D4");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	bench_expect_unit(&record, "%RH");
	bench_expect_value(&record, "4564");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	bench_expect_unit(&record, "%RH");
	bench_expect_value(&record, "45.64");
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_END);
	bench_finish(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_primary_table_is_as_the_standard_has_it),
		cmocka_unit_test(table_fb_is_as_the_standard_has_it),
		cmocka_unit_test(table_fd_is_as_the_standard_has_it),
		cmocka_unit_test(table_fd_fd_is_as_the_standard_has_it),
		cmocka_unit_test(non_metric_units_are_as_the_standard_has_them),
		cmocka_unit_test(dates_identities_bytes_and_plain_text_are_no_plain_numbers),
		cmocka_unit_test(plain_text_of_mode_2_comes_first_character_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
