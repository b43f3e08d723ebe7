/* SPDX-License-Identifier: MIT */
/* Checks every code of the VIF tables behind FDh and FDh FDh. */
#include "mbus_bench.h"

/* The number 12345 as a 32 bit integer under each code. */
/* clang-format off */
static const struct bench_row codes[] = {
	{ "04 FD 00 39 30 00 00", "credit", "currency", "12.345" },
	{ "04 FD 01 39 30 00 00", "credit", "currency", "123.45" },
	{ "04 FD 02 39 30 00 00", "credit", "currency", "1234.5" },
	{ "04 FD 03 39 30 00 00", "credit", "currency", "12345" },
	{ "04 FD 04 39 30 00 00", "debit", "currency", "12.345" },
	{ "04 FD 05 39 30 00 00", "debit", "currency", "123.45" },
	{ "04 FD 06 39 30 00 00", "debit", "currency", "1234.5" },
	{ "04 FD 07 39 30 00 00", "debit", "currency", "12345" },
	{ "04 FD 08 39 30 00 00", "access-number", "", "12345" },
	{ "04 FD 09 39 30 00 00", "device-type", "", "12345" },
	{ "04 FD 0A 39 30 00 00", "manufacturer", "", "12345" },
	{ "04 FD 0B 39 30 00 00", "parameter-set-id", "", "12345" },
	{ "04 FD 0C 39 30 00 00", "model-version", "", "12345" },
	{ "04 FD 0D 39 30 00 00", "hardware-version", "", "12345" },
	{ "04 FD 0E 39 30 00 00", "firmware-version", "", "12345" },
	{ "04 FD 0F 39 30 00 00", "software-version", "", "12345" },
	{ "04 FD 10 39 30 00 00", "customer-location", "", "12345" },
	{ "04 FD 11 39 30 00 00", "customer", "", "12345" },
	{ "04 FD 12 39 30 00 00", "access-code-user", "", "12345" },
	{ "04 FD 13 39 30 00 00", "access-code-operator", "", "12345" },
	{ "04 FD 14 39 30 00 00", "access-code-system-operator", "", "12345" },
	{ "04 FD 15 39 30 00 00", "access-code-developer", "", "12345" },
	{ "04 FD 16 39 30 00 00", "password", "", "12345" },
	{ "04 FD 17 39 30 00 00", "error-flags", "", "12345" },
	{ "04 FD 18 39 30 00 00", "error-mask", "", "12345" },
	{ "04 FD 19 39 30 00 00", "security-key", "", "12345" },
	{ "04 FD 1A 39 30 00 00", "digital-output", "", "12345" },
	{ "04 FD 1B 39 30 00 00", "digital-input", "", "12345" },
	{ "04 FD 1C 39 30 00 00", "baudrate", "baud", "12345" },
	{ "04 FD 1D 39 30 00 00", "response-delay", "bittime", "12345" },
	{ "04 FD 1E 39 30 00 00", "retry", "", "12345" },
	{ "04 FD 1F 39 30 00 00", "remote-control", "", "12345" },
	{ "04 FD 20 39 30 00 00", "first-storage-number", "", "12345" },
	{ "04 FD 21 39 30 00 00", "last-storage-number", "", "12345" },
	{ "04 FD 22 39 30 00 00", "storage-block-size", "", "12345" },
	{ "04 FD 23 39 30 00 00", "tariff-subunit-descriptor", "", "12345" },
	{ "04 FD 24 39 30 00 00", "storage-interval", "s", "12345" },
	{ "04 FD 25 39 30 00 00", "storage-interval", "s", "740700" },
	{ "04 FD 26 39 30 00 00", "storage-interval", "s", "44442000" },
	{ "04 FD 27 39 30 00 00", "storage-interval", "s", "1066608000" },
	{ "04 FD 28 39 30 00 00", "storage-interval", "month", "12345" },
	{ "04 FD 29 39 30 00 00", "storage-interval", "year", "12345" },
	{ "04 FD 2A 39 30 00 00", "operator-specific", "", "12345" },
	{ "04 FD 2B 39 30 00 00", "time-point-second", "", "12345" },
	{ "04 FD 2C 39 30 00 00", "duration-since-readout", "s", "12345" },
	{ "04 FD 2D 39 30 00 00", "duration-since-readout", "s", "740700" },
	{ "04 FD 2E 39 30 00 00", "duration-since-readout", "s", "44442000" },
	{ "04 FD 2F 39 30 00 00", "duration-since-readout", "s", "1066608000" },
	{ "04 FD 31 39 30 00 00", "tariff-duration", "s", "740700" },
	{ "04 FD 32 39 30 00 00", "tariff-duration", "s", "44442000" },
	{ "04 FD 33 39 30 00 00", "tariff-duration", "s", "1066608000" },
	{ "04 FD 34 39 30 00 00", "tariff-period", "s", "12345" },
	{ "04 FD 35 39 30 00 00", "tariff-period", "s", "740700" },
	{ "04 FD 36 39 30 00 00", "tariff-period", "s", "44442000" },
	{ "04 FD 37 39 30 00 00", "tariff-period", "s", "1066608000" },
	{ "04 FD 38 39 30 00 00", "tariff-period", "month", "12345" },
	{ "04 FD 39 39 30 00 00", "tariff-period", "year", "12345" },
	{ "04 FD 3A 39 30 00 00", "dimensionless", "", "12345" },
	{ "04 FD 3C 39 30 00 00", "transmission-period", "s", "12345" },
	{ "04 FD 3D 39 30 00 00", "transmission-period", "s", "740700" },
	{ "04 FD 3E 39 30 00 00", "transmission-period", "s", "44442000" },
	{ "04 FD 3F 39 30 00 00", "transmission-period", "s", "1066608000" },
	{ "04 FD 40 39 30 00 00", "voltage", "V", "0.000012345" },
	{ "04 FD 41 39 30 00 00", "voltage", "V", "0.00012345" },
	{ "04 FD 42 39 30 00 00", "voltage", "V", "0.0012345" },
	{ "04 FD 43 39 30 00 00", "voltage", "V", "0.012345" },
	{ "04 FD 44 39 30 00 00", "voltage", "V", "0.12345" },
	{ "04 FD 45 39 30 00 00", "voltage", "V", "1.2345" },
	{ "04 FD 46 39 30 00 00", "voltage", "V", "12.345" },
	{ "04 FD 47 39 30 00 00", "voltage", "V", "123.45" },
	{ "04 FD 48 39 30 00 00", "voltage", "V", "1234.5" },
	{ "04 FD 49 39 30 00 00", "voltage", "V", "12345" },
	{ "04 FD 4A 39 30 00 00", "voltage", "V", "123450" },
	{ "04 FD 4B 39 30 00 00", "voltage", "V", "1234500" },
	{ "04 FD 4C 39 30 00 00", "voltage", "V", "12345000" },
	{ "04 FD 4D 39 30 00 00", "voltage", "V", "123450000" },
	{ "04 FD 4E 39 30 00 00", "voltage", "V", "1234500000" },
	{ "04 FD 4F 39 30 00 00", "voltage", "V", "12345000000" },
	{ "04 FD 50 39 30 00 00", "current", "A", "0.000000012345" },
	{ "04 FD 51 39 30 00 00", "current", "A", "0.00000012345" },
	{ "04 FD 52 39 30 00 00", "current", "A", "0.0000012345" },
	{ "04 FD 53 39 30 00 00", "current", "A", "0.000012345" },
	{ "04 FD 54 39 30 00 00", "current", "A", "0.00012345" },
	{ "04 FD 55 39 30 00 00", "current", "A", "0.0012345" },
	{ "04 FD 56 39 30 00 00", "current", "A", "0.012345" },
	{ "04 FD 57 39 30 00 00", "current", "A", "0.12345" },
	{ "04 FD 58 39 30 00 00", "current", "A", "1.2345" },
	{ "04 FD 59 39 30 00 00", "current", "A", "12.345" },
	{ "04 FD 5A 39 30 00 00", "current", "A", "123.45" },
	{ "04 FD 5B 39 30 00 00", "current", "A", "1234.5" },
	{ "04 FD 5C 39 30 00 00", "current", "A", "12345" },
	{ "04 FD 5D 39 30 00 00", "current", "A", "123450" },
	{ "04 FD 5E 39 30 00 00", "current", "A", "1234500" },
	{ "04 FD 5F 39 30 00 00", "current", "A", "12345000" },
	{ "04 FD 60 39 30 00 00", "reset-counter", "", "12345" },
	{ "04 FD 61 39 30 00 00", "cumulation-counter", "", "12345" },
	{ "04 FD 62 39 30 00 00", "control-signal", "", "12345" },
	{ "04 FD 63 39 30 00 00", "day-of-week", "", "12345" },
	{ "04 FD 64 39 30 00 00", "week-number", "", "12345" },
	{ "04 FD 65 39 30 00 00", "time-point-of-day-change", "", "12345" },
	{ "04 FD 66 39 30 00 00", "parameter-activation-state", "", "12345" },
	{ "04 FD 67 39 30 00 00", "special-supplier-information", "", "12345" },
	{ "04 FD 68 39 30 00 00", "cumulation-duration", "s", "44442000" },
	{ "04 FD 69 39 30 00 00", "cumulation-duration", "s", "1066608000" },
	{ "04 FD 6A 39 30 00 00", "cumulation-duration", "month", "12345" },
	{ "04 FD 6B 39 30 00 00", "cumulation-duration", "year", "12345" },
	{ "04 FD 6C 39 30 00 00", "battery-operating-time", "s", "44442000" },
	{ "04 FD 6D 39 30 00 00", "battery-operating-time", "s", "1066608000" },
	{ "04 FD 6E 39 30 00 00", "battery-operating-time", "month", "12345" },
	{ "04 FD 6F 39 30 00 00", "battery-operating-time", "year", "12345" },
	{ "04 FD 71 39 30 00 00", "rf-level", "dBm", "12345" },
	{ "04 FD 74 39 30 00 00", "battery-remaining", "s", "1066608000" },
	{ "04 FD 75 39 30 00 00", "meter-stop-count", "", "12345" },
	{ "04 FD 77 39 30 00 00", "reserved", "", "12345" },
	{ "04 FD 78 39 30 00 00", "reserved", "", "12345" },
	{ "04 FD 79 39 30 00 00", "reserved", "", "12345" },
	{ "04 FD 7A 39 30 00 00", "reserved", "", "12345" },
	{ "04 FD 7B 39 30 00 00", "reserved", "", "12345" },
	{ "04 FD 7C 39 30 00 00", "reserved", "", "12345" },
	{ "04 FD 7D 39 30 00 00", "reserved", "", "12345" },
	{ "04 FD 7E 39 30 00 00", "reserved", "", "12345" },
	{ "04 FD 7F 39 30 00 00", "reserved", "", "12345" },
};

static const struct bench_row second_level[] = {
	{ "04 FD FD 00 39 30 00 00", "selected-application", "", "12345" },
	{ "04 FD FD 01 39 30 00 00", "reserved", "", "12345" },
	{ "04 FD FD 02 39 30 00 00", "battery-remaining", "month", "12345" },
	{ "04 FD FD 03 39 30 00 00", "battery-remaining", "year", "12345" },
	{ "04 FD FD 04 39 30 00 00", "reserved", "", "12345" },
	{ "04 FD FD 3E 39 30 00 00", "reserved", "", "12345" },
	{ "04 FD FD 7F 39 30 00 00", "reserved", "", "12345" },
};

static const struct bench_row dates[] = {
	{ "02 FD 30 BF 1C", "tariff-start", "", "2013-12-31" },
	{ "04 FD 70 32 37 1F 15", "battery-change-date", "", "2008-05-31T23:50" },
	{ "06 FD 70 2D 1E 0E 5A 27 20", "battery-change-date", "", "2018-07-26T14:30:45" },
};

static const struct bench_row types[] = {
	/* bits: nothing is invalid, nothing is negative */
	{ "02 FD 17 00 80", "error-flags", "", "32768" },
	{ "04 FD 17 80 00 00 80", "error-flags", "", "2147483776" },
	{ "01 FD 1B FF", "digital-input", "", "255" },
	/* unsigned */
	{ "01 FD 0C FE", "model-version", "", "254" },
	{ "01 FD 0C FF", "model-version", "", NULL },
	{ "02 FD 0A 24 40", "manufacturer", "", "PAD" },
	{ "02 FD 0A 21 04", "manufacturer", "", "AAA" },
	{ "02 FD 0A 5A 6B", "manufacturer", "", "ZZZ" },
	/* no letters, or more than letters */
	{ "02 FD 0A 20 04", "manufacturer", "", "1056" },
	{ "02 FD 0A 5B 6B", "manufacturer", "", "27483" },
	{ "02 FD 0A 24 C0", "manufacturer", "", "49188" },
	{ "02 FD 0A FF FF", "manufacturer", "", NULL },
	{ "02 FD 0B 24 40", "parameter-set-id", "", "16420" },
	{ "07 FD 0C 78 56 34 12 24 40 01 07", "model-version", "", "504755156910626424" },
	{ "0A FD 0A 24 40", "manufacturer", "", "4024" },
	{ "03 FD 0A FE FF FF", "manufacturer", "", "16777214" },
	{ "0D FD 0A 03 4D 41 4B", "manufacturer", "", "KAM" },
	{ "0D FD 0A E2 24 C0", "manufacturer", "", "49188" },
	{ "02 FD 74 39 05", "battery-remaining", "s", "115516800" },
	{ "02 FD 6D 39 05", "battery-operating-time", "s", "115516800" },
	/* signed */
	{ "01 FD 71 B0", "rf-level", "dBm", "-80" },
	/* strings of bytes, in the order on the wire */
	{ "0D FD 3B 03 8C 11 22", "wmbus-container", "", "8C1122" },
	{ "0D FD 76 02 01 02", "manufacturer-container", "", "0102" },
	{ "04 FD 72 01 02 03 04", "daylight-saving", "", "01020304" },
	{ "0D FD 73 EB 01 02 03 04 05 06 07 08 09 0A 0B", "listening-window", "",
		"0102030405060708090A0B" },
};
/* clang-format on */

static void every_code_has_its_quantity_unit_and_factor(void **state)
{
	(void)state;
	bench_check_rows(codes, BENCH_COUNT(codes));
}

static void second_level_codes_have_their_meaning(void **state)
{
	(void)state;
	bench_check_rows(second_level, BENCH_COUNT(second_level));
}

static void dates_take_their_type_from_the_length(void **state)
{
	(void)state;
	bench_check_rows(dates, BENCH_COUNT(dates));
}

static void codes_decide_how_integers_are_read(void **state)
{
	(void)state;
	bench_check_rows(types, BENCH_COUNT(types));
}

/* Reads two bytes FEh FFh or FFh FFh with a code. */
static void read_two(uint8_t code, uint8_t low, struct mg_value *value)
{
	const uint8_t data[] = { 0x02, 0xFD, code, low, 0xFF };
	struct bench bench;
	struct mg_data_record record;
	bench_user_data(&bench, 0x08, 0x78, data, sizeof(data));
	assert_int_equal(bench_next(&bench, &record), MG_FAULT_NONE);
	*value = record.value;
	bench_finish(&bench);
}

static void every_code_has_its_sign_rule(void **state)
{
	static const struct {
		uint8_t first, last;
		char type;
	} rows[] = {
		{ 0x00, 0x07, 'B' },
		{ 0x08, 0x16, 'C' },
		{ 0x17, 0x18, 'D' },
		{ 0x19, 0x19, 'C' },
		{ 0x1A, 0x1B, 'D' },
		{ 0x1C, 0x1E, 'C' },
		{ 0x1F, 0x1F, 'D' },
		{ 0x20, 0x23, 'C' },
		{ 0x24, 0x2A, 'B' },
		{ 0x2B, 0x2F, 'C' },
		{ 0x31, 0x33, 'C' },
		{ 0x34, 0x3A, 'B' },
		{ 0x3C, 0x3F, 'C' },
		{ 0x40, 0x5F, 'B' },
		{ 0x60, 0x61, 'C' },
		{ 0x62, 0x65, 'B' },
		{ 0x66, 0x66, 'C' },
		{ 0x67, 0x6F, 'B' },
		{ 0x71, 0x71, 'B' },
		{ 0x74, 0x75, 'C' },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		for (unsigned code = rows[i].first; code <= rows[i].last; code++) {
			struct mg_value value, ones;
			print_message("# %02X\n", code);
			read_two((uint8_t)code, 0xFE, &value);
			read_two((uint8_t)code, 0xFF, &ones);
			assert_int_equal(value.type, MG_TYPE_NUMBER);
			assert_int_equal(value.mantissa < 0, rows[i].type == 'B');
			assert_int_equal(ones.type == MG_TYPE_NONE, rows[i].type == 'C');
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_its_quantity_unit_and_factor),
		cmocka_unit_test(second_level_codes_have_their_meaning),
		cmocka_unit_test(dates_take_their_type_from_the_length),
		cmocka_unit_test(every_code_has_its_sign_rule),
		cmocka_unit_test(codes_decide_how_integers_are_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
