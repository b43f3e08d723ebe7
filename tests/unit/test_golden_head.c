/* SPDX-License-Identifier: MIT */
/* Checks every row of the tables of CI fields, headers, manufacturers, device types and
   of the fixed structure. */
#include "mbus_bench.h"

#define M2 MG_TELEGRAM_MODE2

/* A run of CI fields that mean the same to a decoder. */
struct golden_ci {
	uint8_t first, last;
	uint8_t c; /* C field: from a meter, or to one */
	enum mg_header header;
	enum mg_content content;
	enum mg_fault fault;
	uint32_t flags;
};

/* clang-format off */
#define ANSWER(code, header, content, fault) \
	{ code, code, 0x08, MG_HEADER_##header, MG_CONTENT_##content, MG_FAULT_##fault, 0 }
#define COMMAND(code, header, content, fault) \
	{ code, code, 0x53, MG_HEADER_##header, MG_CONTENT_##content, MG_FAULT_##fault, \
		MG_TELEGRAM_REQUEST }
#define UNSUPPORTED(first, last, header) \
	{ first, last, 0x08, MG_HEADER_##header, MG_CONTENT_NONE, MG_FAULT_CI_UNSUPPORTED, 0 }

static const struct golden_ci ci_fields[] = {
	UNSUPPORTED(0x00, 0x1F, NONE),
	UNSUPPORTED(0x20, 0x4F, NONE),
	COMMAND(0x50, NONE, NONE, NONE),
	COMMAND(0x51, NONE, RECORDS, NONE),
	COMMAND(0x52, NONE, RECORDS, NONE),
	COMMAND(0x53, LONG, NONE, NONE),
	COMMAND(0x54, NONE, NONE, NONE),
	{ 0x55, 0x55, 0x53, MG_HEADER_NONE, MG_CONTENT_RECORDS, MG_FAULT_NONE,
		MG_TELEGRAM_REQUEST | M2 },
	{ 0x56, 0x56, 0x53, MG_HEADER_NONE, MG_CONTENT_RECORDS, MG_FAULT_NONE,
		MG_TELEGRAM_REQUEST | M2 },
	UNSUPPORTED(0x57, 0x59, NONE),
	COMMAND(0x5A, SHORT, RECORDS, NONE),
	COMMAND(0x5B, LONG, RECORDS, NONE),
	COMMAND(0x5C, NONE, NONE, NONE),
	UNSUPPORTED(0x5D, 0x5E, NONE),
	UNSUPPORTED(0x5F, 0x5F, LONG),
	UNSUPPORTED(0x60, 0x60, LONG),
	UNSUPPORTED(0x61, 0x61, SHORT),
	UNSUPPORTED(0x62, 0x63, NONE),
	UNSUPPORTED(0x64, 0x64, LONG),
	UNSUPPORTED(0x65, 0x65, SHORT),
	ANSWER(0x66, NONE, RECORDS, NONE),
	ANSWER(0x67, SHORT, RECORDS, NONE),
	ANSWER(0x68, LONG, RECORDS, NONE),
	ANSWER(0x69, NONE, FORMAT, NONE),
	ANSWER(0x6A, SHORT, FORMAT, NONE),
	ANSWER(0x6B, LONG, FORMAT, NONE),
	UNSUPPORTED(0x6C, 0x6D, LONG),
	ANSWER(0x6E, SHORT, NONE, NONE),
	ANSWER(0x6F, LONG, NONE, NONE),
	ANSWER(0x70, NONE, NONE, NONE),
	ANSWER(0x71, NONE, NONE, NONE),
	ANSWER(0x72, LONG, RECORDS, NONE),
	ANSWER(0x73, FIXED, FIXED, NONE),
	ANSWER(0x74, SHORT, NONE, NONE),
	ANSWER(0x75, LONG, NONE, NONE),
	{ 0x76, 0x76, 0x08, MG_HEADER_LONG, MG_CONTENT_RECORDS, MG_FAULT_NONE, M2 },
	{ 0x77, 0x77, 0x08, MG_HEADER_FIXED, MG_CONTENT_FIXED, MG_FAULT_NONE, M2 },
	ANSWER(0x78, NONE, RECORDS, NONE),
	ANSWER(0x79, NONE, COMPACT, FORMAT_UNKNOWN),
	ANSWER(0x7A, SHORT, RECORDS, NONE),
	ANSWER(0x7B, SHORT, COMPACT, FORMAT_UNKNOWN),
	UNSUPPORTED(0x7C, 0x7C, LONG),
	UNSUPPORTED(0x7D, 0x7D, SHORT),
	UNSUPPORTED(0x7E, 0x7E, LONG),
	UNSUPPORTED(0x7F, 0x7F, SHORT),
	COMMAND(0x80, LONG, NONE, NONE),
	UNSUPPORTED(0x81, 0x81, NONE),
	UNSUPPORTED(0x82, 0x82, LONG),
	UNSUPPORTED(0x83, 0x83, NONE),
	COMMAND(0x84, LONG, NONE, NONE),
	COMMAND(0x85, LONG, NONE, NONE),
	UNSUPPORTED(0x86, 0x86, NONE),
	UNSUPPORTED(0x87, 0x87, LONG),
	UNSUPPORTED(0x88, 0x88, SHORT),
	UNSUPPORTED(0x89, 0x89, NONE),
	ANSWER(0x8A, SHORT, NONE, NONE),
	ANSWER(0x8B, LONG, NONE, NONE),
	UNSUPPORTED(0x8C, 0x8F, NONE),
	UNSUPPORTED(0x91, 0x97, NONE),
	UNSUPPORTED(0x98, 0x9D, NONE),
	UNSUPPORTED(0x9E, 0x9E, SHORT),
	UNSUPPORTED(0x9F, 0x9F, LONG),
	{ 0xA0, 0xB7, 0x08, MG_HEADER_NONE, MG_CONTENT_MANUFACTURER, MG_FAULT_NONE, 0 },
	{ 0xB8, 0xBF, 0x53, MG_HEADER_NONE, MG_CONTENT_NONE, MG_FAULT_NONE,
		MG_TELEGRAM_REQUEST },
	UNSUPPORTED(0xC0, 0xC0, LONG),
	UNSUPPORTED(0xC1, 0xC1, SHORT),
	UNSUPPORTED(0xC2, 0xC2, LONG),
	UNSUPPORTED(0xC3, 0xC3, LONG),
	UNSUPPORTED(0xC4, 0xC4, SHORT),
	UNSUPPORTED(0xC5, 0xC5, LONG),
	UNSUPPORTED(0xC6, 0xFF, NONE),
};

/* Codes that nobody has given a meaning. */
static const uint8_t reserved_ci[][2] = {
	{ 0x20, 0x4F }, { 0x57, 0x59 }, { 0x5D, 0x5E }, { 0x62, 0x63 }, { 0x91, 0x9D },
	{ 0xC6, 0xFF },
};
/* clang-format on */

/* Identity, access number 2Ah, status 10h, no encryption; with 4 more bytes it is as long
   as a fixed structure. */
#define LONG_HEADER "78563412 2440 01 07 2A 10 0000"
#define SHORT_HEADER "2A 10 0000"
/* A code, an alarm, a format of one byte, or a signature and a CRC. */
#define REST "03 AF 29 13" /* as a format frame: 13h and its signature */

static void expect_header(const struct mg_telegram *telegram, enum mg_header header)
{
	bool mode2 = (telegram->flags & M2) != 0;
	assert_int_equal(telegram->header, header);
	if (header == MG_HEADER_LONG) {
		assert_int_equal(telegram->identity.id, mode2 ? 0x78563412 : 0x12345678);
		assert_int_equal(telegram->identity.manufacturer, mode2 ? 0x2440 : 0x4024);
		assert_int_equal(telegram->identity.version, 1);
		assert_int_equal(telegram->identity.medium, 7);
	}
	if (header == MG_HEADER_LONG || header == MG_HEADER_SHORT) {
		assert_int_equal(telegram->access, 0x2A);
		assert_int_equal(telegram->status, 0x10);
		assert_int_equal(telegram->signature, 0);
	}
	if (header == MG_HEADER_NONE && telegram->ci != 0x52 && telegram->ci != 0x56) {
		assert_int_equal(telegram->identity.id, UINT32_MAX);
		assert_int_equal(telegram->identity.manufacturer, UINT16_MAX);
		assert_int_equal(telegram->status, 0);
	}
}

static void check_ci(const struct golden_ci *row, uint8_t ci)
{
	uint8_t data[32];
	struct bench bench;
	bool selection = ci == 0x52 || ci == 0x56;
	bool identified = selection || row->header >= MG_HEADER_LONG;
	const char *head = identified                       ? LONG_HEADER
					   : row->header == MG_HEADER_SHORT ? SHORT_HEADER
														: "";
	size_t size = bench_bytes(head, data, sizeof(data));
	size_t before = selection ? 8 : row->header == MG_HEADER_FIXED ? 6 : size;
	size += bench_bytes(REST, data + size, sizeof(data) - size);
	print_message("# CI %02X\n", ci);
	bench_user_data(&bench, row->c, ci, data, size);
	const struct mg_telegram *telegram = &bench.telegram;
	assert_int_equal(bench.fault, row->fault);
	assert_int_equal(telegram->content, row->content);
	assert_int_equal(telegram->flags, row->flags);
	assert_int_equal(telegram->ci, ci);
	expect_header(telegram, row->header);
	bool format = row->content == MG_CONTENT_FORMAT;
	bool compact = row->content == MG_CONTENT_COMPACT;
	before += format ? 3 : compact ? 4 : 0;
	bool area = row->content != MG_CONTENT_NONE;
	assert_int_equal(telegram->records.size, area ? size - before : 0);
	assert_int_equal(telegram->offset, 7 + (area ? before : size));
	assert_int_equal(telegram->format_signature, compact ? 0xAF03 : format ? 0x29AF : 0);
	assert_int_equal(telegram->format_crc, compact ? 0x1329 : 0);
	bool error = ci == 0x6E || ci == 0x6F || ci == 0x70;
	bool alarm = ci == 0x71 || ci == 0x74 || ci == 0x75;
	assert_int_equal(telegram->app_error, error ? 3 : -1);
	assert_int_equal(telegram->alarm, alarm ? 3 : -1);
	bench_finish(&bench);
}

static void every_ci_field_has_its_header_and_content(void **state)
{
	bool seen[256] = { false };
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(ci_fields); i++) {
		for (unsigned ci = ci_fields[i].first; ci <= ci_fields[i].last; ci++) {
			assert_false(seen[ci]);
			seen[ci] = true;
			check_ci(&ci_fields[i], (uint8_t)ci);
		}
	}
	for (unsigned ci = 0; ci < 256; ci++) {
		assert_true(seen[ci] || ci == 0x90);
	}
}

static void ci_fields_without_a_meaning_are_called_reserved(void **state)
{
	bool reserved[256] = { false };
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(reserved_ci); i++) {
		for (unsigned ci = reserved_ci[i][0]; ci <= reserved_ci[i][1]; ci++) {
			reserved[ci] = true;
		}
	}
	for (unsigned ci = 0; ci < 256; ci++) {
		const char *text = mg_ci_text((uint8_t)ci);
		assert_true((strcmp(text, "reserved") == 0) == reserved[ci]);
	}
}

/* A header that ends early is none, whatever the CI field. */
static void headers_may_not_end_early(void **state)
{
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(ci_fields); i++) {
		const struct golden_ci *row = &ci_fields[i];
		uint8_t data[32];
		struct bench bench;
		size_t size = bench_bytes(LONG_HEADER, data, sizeof(data));
		if (row->header != MG_HEADER_SHORT && row->header != MG_HEADER_LONG) {
			continue;
		}
		size = row->header == MG_HEADER_SHORT ? 3 : size - 1;
		print_message("# CI %02X\n", row->first);
		bench_user_data(&bench, row->c, row->first, data, size);
		assert_int_equal(bench.fault, row->fault == MG_FAULT_CI_UNSUPPORTED
											  ? MG_FAULT_CI_UNSUPPORTED
											  : MG_FAULT_HEADER_SHORT);
		assert_int_equal(bench.telegram.header, MG_HEADER_NONE);
		assert_int_equal(bench.telegram.identity.id, UINT32_MAX);
		assert_int_equal(bench.telegram.records.size, 0);
		bench_finish(&bench);
	}
}

static void manufacturers_are_packed_letters(void **state)
{
	static const struct {
		uint16_t code;
		const char *text;
	} rows[] = {
		{ 0x4024, "PAD" },
		{ 0x1593, "ELS" },
		{ 0x2C2D, "KAM" },
		{ 0x4493, "QDS" },
		{ 0x1596, "ELV" },
		{ 0x0477, "ACW" },
		{ 0x4CAE, "SEN" },
		{ 0x48AC, "REL" },
		{ 0x0421, "AAA" },
		{ 0x6B5A, "ZZZ" },
		{ 0x0000, "0000" },
		{ 0xFFFF, "FFFF" },
		{ 0x0420, "0420" },
		{ 0x0401, "0401" },
		{ 0x0021, "0021" },
		{ 0x6B5B, "6B5B" },
		{ 0x6B7A, "6B7A" },
		{ 0x6F5A, "6F5A" },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		char text[5];
		uint16_t code = 0;
		assert_string_equal(mg_manufacturer_text(rows[i].code, text), rows[i].text);
		if (strlen(rows[i].text) == 3) {
			assert_true(mg_manufacturer_parse(rows[i].text, &code));
			assert_int_equal(code, rows[i].code);
		}
	}
}

static void frames_have_their_type(void **state)
{
	static const struct {
		const char *hex;
		enum mg_frame_type type;
	} rows[] = {
		{ "E5", MG_FRAME_ACK },
		{ "A2", MG_FRAME_NACK },
		{ "10 7B 01 7C 16", MG_FRAME_SHORT },
		{ "68 03 03 68 08 05 70 7D 16", MG_FRAME_LONG },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		uint8_t bytes[16];
		struct mg_frame frame;
		size_t length, size = bench_bytes(rows[i].hex, bytes, sizeof(bytes));
		assert_int_equal(mg_frame_parse(bytes, size, &frame, &length), MG_FAULT_NONE);
		assert_int_equal(frame.type, rows[i].type);
		assert_int_equal(length, size);
	}
}

static void identifications_have_hex_digits_and_nothing_else(void **state)
{
	static const char wrong[] = "/:@G`g ";
	struct mg_identity identity;
	size_t at;
	(void)state;
	assert_true(mg_identity_parse("01234567", &identity, &at));
	assert_int_equal(identity.id, 0x01234567);
	assert_true(mg_identity_parse("89ABCDEF", &identity, &at));
	assert_int_equal(identity.id, 0x89ABCDEF);
	assert_true(mg_identity_parse("89abcdef", &identity, &at));
	assert_int_equal(identity.id, 0x89ABCDEF);
	for (size_t i = 0; wrong[i] != '\0'; i++) {
		char text[] = "1234567?";
		text[7] = wrong[i];
		assert_false(mg_identity_parse(text, &identity, &at));
		assert_int_equal(at, 7);
	}
}

static void every_device_type_has_its_name(void **state)
{
	/* clang-format off */
	static const char *const listed[] = {
		/* 00 */ "other", "oil", "electricity", "gas", "heat", "steam", "warm-water",
		/* 07 */ "water", "heat-cost-allocator", "compressed-air", "cooling",
		/* 0B */ "cooling-inlet", "heat-inlet", "heat-cooling", "system", "unknown",
		/* 10 */ "irrigation-water", "water-logger", "gas-logger", "gas-converter",
		/* 14 */ "calorific-value", "hot-water", "cold-water", "dual-water", "pressure",
		/* 19 */ "ad-converter", "smoke-detector", "room-sensor", "gas-detector",
		/* 1D */ "reserved", "reserved", "reserved", "breaker", "valve", "reserved",
		/* 23 */ "reserved", "reserved", "customer-unit", "reserved", "reserved",
		/* 28 */ "waste-water", "garbage", "reserved", "reserved", "reserved", "reserved",
		/* 2E */ "reserved", "reserved", "service-tool", "communication-controller",
		/* 32 */ "unidirectional-repeater", "bidirectional-repeater", "reserved",
		/* 35 */ "reserved", "radio-converter-system", "radio-converter-meter",
		/* 38 */ "bus-converter",
	};
	/* clang-format on */
	(void)state;
	assert_int_equal(BENCH_COUNT(listed), 0x39);
	for (unsigned code = 0; code < 0xFF; code++) {
		const char *name = code < BENCH_COUNT(listed) ? listed[code] : "reserved";
		assert_string_equal(mg_medium_text((uint8_t)code), name);
	}
	assert_string_equal(mg_medium_text(0xFF), "any");
}

/* Reads the counters of a fixed structure. */
static void read_fixed(struct bench *bench, uint8_t ci, const uint8_t data[16],
		struct mg_data_record records[2])
{
	struct mg_data_record third;
	bench_user_data(bench, 0x08, ci, data, 16);
	assert_int_equal(bench->fault, MG_FAULT_NONE);
	assert_int_equal(bench_next(bench, &records[0]), MG_FAULT_NONE);
	assert_int_equal(bench_next(bench, &records[1]), MG_FAULT_NONE);
	assert_int_equal(bench_next(bench, &third), MG_FAULT_END);
}

static void every_medium_of_the_fixed_structure_has_its_name(void **state)
{
	static const struct {
		const char *name;
		uint32_t flags;
	} rows[16] = {
		{ "other", 0 },
		{ "oil", 0 },
		{ "electricity", 0 },
		{ "gas", 0 },
		{ "heat", 0 },
		{ "steam", 0 },
		{ "hot-water", 0 },
		{ "water", 0 },
		{ "heat-cost-allocator", 0 },
		{ "reserved", 0 },
		{ "gas", M2 },
		{ "heat", M2 },
		{ "hot-water", M2 },
		{ "water", M2 },
		{ "heat-cost-allocator", M2 },
		{ "reserved", 0 },
	};
	(void)state;
	for (unsigned medium = 0; medium < 16; medium++) {
		const uint8_t data[16] = { 0x78, 0x56, 0x34, 0x12, 0x0A, 0x01,
			(uint8_t)((medium & 3) << 6 | 0x29), (uint8_t)(medium >> 2 << 6 | 0x05), 1, 0,
			0, 2, 3, 0, 0, 4 };
		struct bench bench;
		struct mg_data_record records[2];
		bool mode2 = rows[medium].flags == M2;
		print_message("# medium %X\n", medium);
		read_fixed(&bench, 0x73, data, records);
		assert_string_equal(mg_telegram_medium_text(&bench.telegram), rows[medium].name);
		assert_int_equal(bench.telegram.identity.medium, medium);
		assert_int_equal(bench.telegram.identity.id, mode2 ? 0x78563412 : 0x12345678);
		assert_int_equal(bench.telegram.flags, rows[medium].flags);
		bench_expect_value(&records[0], mode2 ? "16777.218" : "33554.433");
		bench_expect_value(&records[1], mode2 ? "50331652000" : "67108867000");
		bench_finish(&bench);
	}
}

/* What the number 1 is worth under each unit code. */
struct golden_unit {
	uint8_t first;
	const char *quantity;
	const char *unit;
	const char *ones[9];
};

/* clang-format off */
static const struct golden_unit units[] = {
	{ 0x02, "energy", "Wh", { "1", "10", "100", "1000", "10000", "100000", "1000000",
		"10000000", "100000000" } },
	{ 0x0B, "energy", "J", { "1000", "10000", "100000", "1000000", "10000000",
		"100000000", "1000000000", "10000000000", "100000000000" } },
	{ 0x14, "power", "W", { "1", "10", "100", "1000", "10000", "100000", "1000000",
		"10000000", "100000000" } },
	{ 0x1D, "power", "J/h", { "1000", "10000", "100000", "1000000", "10000000",
		"100000000", "1000000000", "10000000000", "100000000000" } },
	{ 0x26, "volume", "m3", { "0.000001", "0.00001", "0.0001", "0.001", "0.01", "0.1",
		"1", "10", "100" } },
	{ 0x2F, "volume-flow", "m3/h", { "0.000001", "0.00001", "0.0001", "0.001", "0.01",
		"0.1", "1", "10", "100" } },
	{ 0x38, "temperature", "°C", { "0.001" } },
	{ 0x39, "hca", "hca", { "1" } },
	{ 0x3F, "dimensionless", "", { "1" } },
};
/* clang-format on */

static void expect_unit(const struct mg_data_record *record,
		const struct golden_unit *unit, const char *value, unsigned storage)
{
	assert_string_equal(record->quantity, unit->quantity);
	bench_expect_unit(record, unit->unit);
	if (value == NULL) {
		assert_int_equal(record->value.quality, MG_QUALITY_INVALID);
		assert_int_equal(record->value.type, MG_TYPE_NONE);
	} else {
		assert_int_equal(record->value.quality, MG_QUALITY_GOOD);
		bench_expect_value(record, value);
	}
	assert_int_equal(record->storage, storage);
	assert_int_equal(record->tariff, 0);
	assert_int_equal(record->subunit, 0);
	assert_int_equal(record->function, MG_FUNCTION_INSTANTANEOUS);
}

/* One unit code in each counter, beside the historic code, with counters of every kind.
 */
static void check_unit(const struct golden_unit *unit, uint8_t code, const char *one)
{
	static const struct {
		uint8_t status, low, high; /* of the counter */
		const char *coding;
		bool valid, negative;
	} rows[] = {
		{ 0x00, 0x01, 0x00, "bcd8", true, false },
		{ 0x00, 0x01, 0xF0, "bcd8", true, true },
		{ 0x00, 0x01, 0xE0, "bcd8", false, false },
		{ 0x01, 0x01, 0x00, "int32", true, false },
		{ 0x01, 0x00, 0x80, "int32", false, false },
	};
	char minus[32] = "-";
	strcat(minus, one);
	for (size_t i = 0; i < 2 * BENCH_COUNT(rows); i++) {
		size_t row = i / 2, at = i % 2;
		uint8_t data[16] = { 0x78, 0x56, 0x34, 0x12, 0x0A, rows[row].status };
		struct bench bench;
		struct mg_data_record records[2];
		data[6 + at] = code;
		data[7 - at] = 0x3E;
		data[8] = data[12] = rows[row].low;
		data[11] = data[15] = rows[row].high;
		read_fixed(&bench, 0x73, data, records);
		const char *value = !rows[row].valid ? NULL : rows[row].negative ? minus : one;
		for (size_t counter = 0; counter < 2; counter++) {
			expect_unit(&records[counter], unit, value, counter != at);
			assert_string_equal(records[counter].coding, rows[row].coding);
			assert_int_equal(records[counter].flags, 0);
		}
		bench_finish(&bench);
	}
}

static void every_unit_stands_in_both_counters(void **state)
{
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(units); i++) {
		for (unsigned k = 0; k < 9 && units[i].ones[k] != NULL; k++) {
			print_message("# unit %02X\n", units[i].first + k);
			check_unit(&units[i], (uint8_t)(units[i].first + k), units[i].ones[k]);
		}
	}
}

static void units_without_a_meaning_give_no_value(void **state)
{
	static const uint8_t codes[] = { 0x3A, 0x3B, 0x3C, 0x3D, 0x3E };
	static const struct golden_unit reserved = { 0, "reserved", "", { NULL } };
	(void)state;
	for (size_t i = 0; i < sizeof(codes); i++) {
		const uint8_t data[16] = { 0x78, 0x56, 0x34, 0x12, 0x0A, 0x00, codes[i], codes[i],
			1, 0, 0, 0, 1 };
		unsigned storage = codes[i] == 0x3E ? 1 : 0;
		struct bench bench;
		struct mg_data_record records[2];
		read_fixed(&bench, 0x73, data, records);
		for (size_t counter = 0; counter < 2; counter++) {
			expect_unit(&records[counter], &reserved, NULL, storage);
			assert_int_equal(records[counter].flags, MG_DATA_AMBIGUOUS);
		}
		bench_finish(&bench);
	}
}

struct golden_clock {
	const char *digits; /* the counter as it stands on the wire */
	const char *value;  /* NULL: invalid */
};

static void check_clock(
		uint8_t code, const char *quantity, const struct golden_clock *row)
{
	uint8_t data[16] = { 0x78, 0x56, 0x34, 0x12, 0x0A, 0x00, code, code };
	const struct golden_unit unit = { code, quantity, "", { NULL } };
	struct bench bench;
	struct mg_data_record records[2];
	bench_bytes(row->digits, data + 8, 4);
	bench_bytes(row->digits, data + 12, 4);
	print_message("# %s\n", row->digits);
	read_fixed(&bench, 0x73, data, records);
	for (size_t counter = 0; counter < 2; counter++) {
		expect_unit(&records[counter], &unit, row->value, 0);
		assert_int_equal(records[counter].flags, MG_DATA_AMBIGUOUS);
	}
	if (row->value != NULL) {
		bool time = code == 0;
		assert_int_equal(records[0].value.type, time ? MG_TYPE_TIME : MG_TYPE_DATE);
		assert_int_equal(records[0].value.date.second, time ? 30 : MG_DATE_NONE);
		assert_int_equal(records[0].value.date.hour == MG_DATE_NONE, !time);
		assert_int_equal(records[0].value.date.minute == MG_DATE_NONE, !time);
		assert_int_equal(records[0].value.date.year == MG_DATE_NONE, time);
		assert_int_equal(records[0].value.date.month == MG_DATE_NONE, time);
		assert_int_equal(records[0].value.date.day == MG_DATE_NONE, time);
	}
	bench_finish(&bench);
}

static void units_00_and_01_are_six_digits(void **state)
{
	static const struct golden_clock times[] = {
		{ "30451200", "12:45:30" },
		{ "30592300", "23:59:30" },
		{ "30000000", "00:00:30" },
		{ "30002400", NULL },
		{ "30602300", NULL },
		{ "60592300", NULL },
		{ "3A592300", NULL },
		{ "305A2300", NULL },
		{ "30590A00", NULL },
		{ "A0592300", NULL },
	};
	static const struct golden_clock days[] = {
		{ "26112200", "2026-11-22" },
		{ "00010100", "2000-01-01" },
		{ "80123100", "2080-12-31" },
		{ "81010100", "1981-01-01" },
		{ "99123100", "1999-12-31" },
		{ "26112300", "2026-11-23" },
		{ "26110000", NULL },
		{ "26113200", NULL },
		{ "26002200", NULL },
		{ "26132200", NULL },
		{ "2A112200", NULL },
	};
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(times); i++) {
		check_clock(0x00, "time", &times[i]);
	}
	for (size_t i = 0; i < BENCH_COUNT(days); i++) {
		check_clock(0x01, "date", &days[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frames_have_their_type),
		cmocka_unit_test(every_ci_field_has_its_header_and_content),
		cmocka_unit_test(ci_fields_without_a_meaning_are_called_reserved),
		cmocka_unit_test(headers_may_not_end_early),
		cmocka_unit_test(manufacturers_are_packed_letters),
		cmocka_unit_test(identifications_have_hex_digits_and_nothing_else),
		cmocka_unit_test(every_device_type_has_its_name),
		cmocka_unit_test(every_medium_of_the_fixed_structure_has_its_name),
		cmocka_unit_test(every_unit_stands_in_both_counters),
		cmocka_unit_test(units_without_a_meaning_give_no_value),
		cmocka_unit_test(units_00_and_01_are_six_digits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
