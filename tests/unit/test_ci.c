/* SPDX-License-Identifier: MIT */
/* Checks every CI field: its name, its header, and what it is followed by. */
#include "mbus_bench.h"

#define LONG "78563412 2440 01 07 55 04 0000 "
#define SHORT "55 04 0000 "

/* What a telegram with a CI field from `first` to `last` becomes. */
struct row {
	uint8_t first, last;
	enum mg_header header;
	enum mg_content content;
	enum mg_fault fault;
	size_t records; /* bytes of the record area */
	const char *data;
	const char *text;
};

#define UNSUPPORTED MG_CONTENT_NONE, MG_FAULT_CI_UNSUPPORTED, 0
#define NOTHING MG_CONTENT_NONE, MG_FAULT_NONE, 0
#define RECORDS MG_CONTENT_RECORDS, MG_FAULT_NONE, 3
#define COMPACT MG_CONTENT_COMPACT, MG_FAULT_FORMAT_UNKNOWN, 2
#define FORMAT MG_CONTENT_FORMAT, MG_FAULT_NONE, 2
#define NONE_HEADER MG_HEADER_NONE
#define SHORT_HEADER MG_HEADER_SHORT
#define LONG_HEADER MG_HEADER_LONG
#define FIXED_HEADER MG_HEADER_FIXED

/* clang-format off */
static const struct row rows[] = {
	{ 0x00, 0x1F, NONE_HEADER, UNSUPPORTED, LONG, "COSEM transport" },
	{ 0x20, 0x4F, NONE_HEADER, UNSUPPORTED, LONG, "reserved" },
	{ 0x50, 0x50, NONE_HEADER, NOTHING, "10",
			"application reset or select, no header" },
	{ 0x51, 0x51, NONE_HEADER, RECORDS, "01 13 05", "data to the meter, no header" },
	{ 0x52, 0x52, NONE_HEADER, RECORDS, "78563412 2440 01 07 01 13 05",
			"selection by secondary address" },
	{ 0x53, 0x53, LONG_HEADER, NOTHING, LONG "10",
			"application reset or select, long header" },
	{ 0x54, 0x54, NONE_HEADER, NOTHING, "", "request of the selected application" },
	{ 0x55, 0x55, NONE_HEADER, RECORDS, "01 13 05", "data to the meter, mode 2" },
	{ 0x56, 0x56, NONE_HEADER, RECORDS, "12345678 4024 01 07 01 13 05",
			"selection by secondary address, mode 2" },
	{ 0x57, 0x59, NONE_HEADER, UNSUPPORTED, LONG, "reserved" },
	{ 0x5A, 0x5A, SHORT_HEADER, RECORDS, SHORT "01 13 05",
			"data to the meter, short header" },
	{ 0x5B, 0x5B, LONG_HEADER, RECORDS, LONG "01 13 05",
			"data to the meter, long header" },
	{ 0x5C, 0x5C, NONE_HEADER, NOTHING, "", "synchronise action" },
	{ 0x5D, 0x5E, NONE_HEADER, UNSUPPORTED, LONG, "reserved" },
	{ 0x5F, 0x5F, LONG_HEADER, UNSUPPORTED, LONG "01",
			"specific usage, to the meter, long header" },
	{ 0x60, 0x60, LONG_HEADER, UNSUPPORTED, LONG "01", "COSEM command, long header" },
	{ 0x61, 0x61, SHORT_HEADER, UNSUPPORTED, SHORT "01", "COSEM command, short header" },
	{ 0x62, 0x63, NONE_HEADER, UNSUPPORTED, LONG, "reserved" },
	{ 0x64, 0x64, LONG_HEADER, UNSUPPORTED, LONG "01", "OBIS command, long header" },
	{ 0x65, 0x65, SHORT_HEADER, UNSUPPORTED, SHORT "01", "OBIS command, short header" },
	{ 0x66, 0x66, NONE_HEADER, RECORDS, "01 13 05", "selected application, no header" },
	{ 0x67, 0x67, SHORT_HEADER, RECORDS, SHORT "01 13 05",
			"selected application, short header" },
	{ 0x68, 0x68, LONG_HEADER, RECORDS, LONG "01 13 05",
			"selected application, long header" },
	{ 0x69, 0x69, NONE_HEADER, FORMAT, "04 77DD 01 13", "format frame, no header" },
	{ 0x6A, 0x6A, SHORT_HEADER, FORMAT, SHORT "04 77DD 01 13",
			"format frame, short header" },
	{ 0x6B, 0x6B, LONG_HEADER, FORMAT, LONG "04 77DD 01 13",
			"format frame, long header" },
	{ 0x6C, 0x6C, LONG_HEADER, UNSUPPORTED, LONG "01",
			"clock synchronisation, set, long header" },
	{ 0x6D, 0x6D, LONG_HEADER, UNSUPPORTED, LONG "01",
			"clock synchronisation, adjust, long header" },
	{ 0x6E, 0x6E, SHORT_HEADER, NOTHING, SHORT "08", "application error, short header" },
	{ 0x6F, 0x6F, LONG_HEADER, NOTHING, LONG "08", "application error, long header" },
	{ 0x70, 0x70, NONE_HEADER, NOTHING, "08", "application error, no header" },
	{ 0x71, 0x71, NONE_HEADER, NOTHING, "21", "alarm, no header" },
	{ 0x72, 0x72, LONG_HEADER, RECORDS, LONG "01 13 05", "response, long header" },
	{ 0x73, 0x73, FIXED_HEADER, MG_CONTENT_FIXED, MG_FAULT_NONE, 10,
			"78563412 0A 04 E9 7E 01000000 35010000", "response, fixed structure" },
	{ 0x74, 0x74, SHORT_HEADER, NOTHING, SHORT "21", "alarm, short header" },
	{ 0x75, 0x75, LONG_HEADER, NOTHING, LONG "21", "alarm, long header" },
	{ 0x76, 0x76, LONG_HEADER, RECORDS, "12345678 4024 01 07 55 04 0000 01 13 05",
			"response, long header, mode 2" },
	{ 0x77, 0x77, FIXED_HEADER, MG_CONTENT_FIXED, MG_FAULT_NONE, 10,
			"12345678 0A 04 E9 7E 00000001 00000135",
			"response, fixed structure, mode 2" },
	{ 0x78, 0x78, NONE_HEADER, RECORDS, "01 13 05", "response, no header" },
	{ 0x79, 0x79, NONE_HEADER, COMPACT, "313B 42A6 D204", "compact frame, no header" },
	{ 0x7A, 0x7A, SHORT_HEADER, RECORDS, SHORT "01 13 05", "response, short header" },
	{ 0x7B, 0x7B, SHORT_HEADER, COMPACT, SHORT "313B 42A6 D204",
			"compact frame, short header" },
	{ 0x7C, 0x7C, LONG_HEADER, UNSUPPORTED, LONG "01", "COSEM response, long header" },
	{ 0x7D, 0x7D, SHORT_HEADER, UNSUPPORTED, SHORT "01",
			"COSEM response, short header" },
	{ 0x7E, 0x7E, LONG_HEADER, UNSUPPORTED, LONG "01", "OBIS response, long header" },
	{ 0x7F, 0x7F, SHORT_HEADER, UNSUPPORTED, SHORT "01", "OBIS response, short header" },
	{ 0x80, 0x80, LONG_HEADER, NOTHING, LONG "01",
			"transport layer, to the meter, long header" },
	{ 0x81, 0x81, NONE_HEADER, UNSUPPORTED, LONG, "network layer" },
	{ 0x82, 0x82, LONG_HEADER, UNSUPPORTED, LONG "01",
			"network management, to the meter, long header" },
	{ 0x83, 0x83, NONE_HEADER, UNSUPPORTED, LONG,
			"network management, to the meter, no header" },
	{ 0x84, 0x84, LONG_HEADER, NOTHING, LONG "01",
			"transport layer, compact frame wanted, long header" },
	{ 0x85, 0x85, LONG_HEADER, NOTHING, LONG "01",
			"transport layer, format frame wanted, long header" },
	{ 0x86, 0x86, NONE_HEADER, UNSUPPORTED, LONG, "extended link layer, variable" },
	{ 0x87, 0x87, LONG_HEADER, UNSUPPORTED, LONG "01",
			"network management, long header" },
	{ 0x88, 0x88, SHORT_HEADER, UNSUPPORTED, SHORT "01",
			"network management, short header" },
	{ 0x89, 0x89, NONE_HEADER, UNSUPPORTED, LONG, "network management, no header" },
	{ 0x8A, 0x8A, SHORT_HEADER, NOTHING, SHORT "01", "transport layer, short header" },
	{ 0x8B, 0x8B, LONG_HEADER, NOTHING, LONG "01", "transport layer, long header" },
	{ 0x8C, 0x8C, NONE_HEADER, UNSUPPORTED, LONG, "extended link layer I" },
	{ 0x8D, 0x8D, NONE_HEADER, UNSUPPORTED, LONG, "extended link layer II" },
	{ 0x8E, 0x8E, NONE_HEADER, UNSUPPORTED, LONG, "extended link layer III" },
	{ 0x8F, 0x8F, NONE_HEADER, UNSUPPORTED, LONG, "extended link layer IV" },
	{ 0x91, 0x9D, NONE_HEADER, UNSUPPORTED, LONG, "reserved" },
	{ 0x9E, 0x9E, SHORT_HEADER, UNSUPPORTED, SHORT "01", "specific usage, short header" },
	{ 0x9F, 0x9F, LONG_HEADER, UNSUPPORTED, LONG "01", "specific usage, long header" },
	{ 0xA0, 0xB7, NONE_HEADER, MG_CONTENT_MANUFACTURER, MG_FAULT_NONE, 2, "AA BB",
			"manufacturer specific" },
	{ 0xB8, 0xB8, NONE_HEADER, NOTHING, "", "set baud rate 300" },
	{ 0xB9, 0xB9, NONE_HEADER, NOTHING, "", "set baud rate 600" },
	{ 0xBA, 0xBA, NONE_HEADER, NOTHING, "", "set baud rate 1200" },
	{ 0xBB, 0xBB, NONE_HEADER, NOTHING, "", "set baud rate 2400" },
	{ 0xBC, 0xBC, NONE_HEADER, NOTHING, "", "set baud rate 4800" },
	{ 0xBD, 0xBD, NONE_HEADER, NOTHING, "", "set baud rate 9600" },
	{ 0xBE, 0xBE, NONE_HEADER, NOTHING, "", "set baud rate 19200" },
	{ 0xBF, 0xBF, NONE_HEADER, NOTHING, "", "set baud rate 38400" },
	{ 0xC0, 0xC0, LONG_HEADER, UNSUPPORTED, LONG "01",
			"image transfer, to the meter, long header" },
	{ 0xC1, 0xC1, SHORT_HEADER, UNSUPPORTED, SHORT "01", "image transfer, short header" },
	{ 0xC2, 0xC2, LONG_HEADER, UNSUPPORTED, LONG "01", "image transfer, long header" },
	{ 0xC3, 0xC3, LONG_HEADER, UNSUPPORTED, LONG "01",
			"security information, to the meter, long header" },
	{ 0xC4, 0xC4, SHORT_HEADER, UNSUPPORTED, SHORT "01",
			"security information, short header" },
	{ 0xC5, 0xC5, LONG_HEADER, UNSUPPORTED, LONG "01",
			"security information, long header" },
	{ 0xC6, 0xFF, NONE_HEADER, UNSUPPORTED, LONG, "reserved" },
};
/* clang-format on */

static void check_header(const struct mg_telegram *telegram, enum mg_header header)
{
	bool some = header != MG_HEADER_NONE;
	bool long_one = header == MG_HEADER_LONG;
	bool selection = (telegram->ci & ~4) == 0x52;
	assert_int_equal(telegram->header, header);
	assert_int_equal(telegram->status, some ? 4 : 0);
	assert_int_equal(telegram->access, header == MG_HEADER_FIXED ? 0x0A
									   : some                    ? 0x55
																 : 0);
	assert_int_equal(
			telegram->identity.manufacturer, long_one || selection ? 0x4024 : 0xFFFF);
	assert_int_equal(telegram->identity.id,
			long_one || selection || header == MG_HEADER_FIXED ? 0x12345678 : 0xFFFFFFFF);
}

static void check_row(const struct row *row, uint8_t ci)
{
	uint8_t data[252];
	struct bench bench;
	bench_user_data(&bench, 0x08, ci, data, bench_bytes(row->data, data, sizeof(data)));
	const struct mg_telegram *telegram = &bench.telegram;
	assert_int_equal(bench.fault, row->fault);
	assert_int_equal(telegram->ci, ci);
	assert_int_equal(telegram->content, row->content);
	assert_int_equal(telegram->records.size, row->records);
	assert_int_equal(telegram->body.size, bench.size - 9);
	assert_ptr_equal(telegram->body.data, bench.bytes + 7);
	assert_string_equal(mg_ci_text(ci), row->text);
	assert_int_equal(telegram->flags,
			ci == 0x55 || ci == 0x56 || ci == 0x76 || ci == 0x77 ? MG_TELEGRAM_MODE2 : 0);
	check_header(telegram, row->header);
	bench_finish(&bench);
}

static void every_code_has_a_name_a_header_and_a_content(void **state)
{
	unsigned seen = 0;
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		for (unsigned ci = rows[i].first; ci <= rows[i].last; ci++) {
			print_message("# %02X\n", ci);
			check_row(&rows[i], (uint8_t)ci);
			seen++;
		}
	}
	assert_int_equal(seen, 255); /* all but 90h */
}

static void the_layer_in_between_has_a_name_too(void **state)
{
	(void)state;
	assert_string_equal(mg_ci_text(0x90), "authentication and fragmentation layer");
}

static void an_unsupported_code_may_come_without_its_whole_header(void **state)
{
	static const uint8_t unsupported[] = { 0x5F, 0x60, 0x61, 0x64, 0x65, 0x6C, 0x6D, 0x7C,
		0x7D, 0x7E, 0x7F, 0x82, 0x87, 0x88, 0x9E, 0x9F, 0xC0, 0xC1, 0xC2, 0xC3, 0xC4,
		0xC5 };
	static const uint8_t data[3];
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(unsupported); i++) {
		for (size_t size = 0; size <= sizeof(data); size++) {
			struct bench bench;
			bench_user_data(&bench, 0x08, unsupported[i], data, size);
			assert_int_equal(bench.fault, MG_FAULT_CI_UNSUPPORTED);
			assert_int_equal(bench.telegram.header, MG_HEADER_NONE);
			assert_int_equal(bench.telegram.identity.id, 0xFFFFFFFF);
			bench_finish(&bench);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_a_name_a_header_and_a_content),
		cmocka_unit_test(the_layer_in_between_has_a_name_too),
		cmocka_unit_test(an_unsupported_code_may_come_without_its_whole_header),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
