/* SPDX-License-Identifier: MIT */
/* Checks the notes about the link layer, and that the notes about any bytes follow one
   another without a gap. */
#include "explain_bench.h"

static void single_characters_are_explained(void **state)
{
	(void)state;
	explain_expect("E5", "1 ACK: a meter confirms\n");
	explain_expect("A2", "1 NACK: a meter refuses\n");
	explain_expect("E5 E5 00",
			"1 ACK: a meter confirms\n"
			"2 surplus: 2 bytes: behind the end of the frame, not read\n");
	explain_expect("A2 16", "1 NACK: a meter refuses\n"
							"1 surplus: 1 byte: behind the end of the frame, not read\n");
	explain_expect("", "");
}

static void short_frames_are_explained(void **state)
{
	(void)state;
	explain_expect("10 7B FD 78 16", "1 start: start of a short frame\n"
									 "1 C: REQ_UD2: asks a meter for data, FCB set\n"
									 "1 A: 253: selected by secondary address\n"
									 "1 checksum: sum of the 2 bytes from C on: right\n"
									 "1 stop: end of the frame\n");
}

static void long_frames_are_explained(void **state)
{
	(void)state;
	explain_expect("68 06 06 68 08 05 78 01 13 07 A0 16",
			"1 start: start of a long frame\n"
			"1 L: 6 bytes from C up to the checksum\n"
			"1 L: the same again\n"
			"1 start: the same again\n"
			"1 C: RSP_UD: data from a meter\n"
			"1 A: primary address 5\n"
			"1 CI: response, no header\n"
			"1 DIF: instantaneous, 8 bit integer\n"
			"1 VIF: volume, m3 × 10^-3\n"
			"1 data: 0.007 m3 (7 × 10^-3)\n"
			"1 checksum: sum of the 6 bytes from C on: right\n"
			"1 stop: end of the frame\n");
}

/* The note about C of a short frame. */
static void expect_c(uint8_t c, const char *expected)
{
	static struct notes notes;
	const uint8_t bytes[] = { 0x10, c, 0x01, (uint8_t)(c + 1), 0x16 };
	char line[120] = "1 C: ";
	notes_of(&notes, bytes, sizeof(bytes), 1, 2);
	strcat(line, expected);
	strcat(line, "\n");
	assert_string_equal(notes.text, line);
}

static void every_c_field_has_a_meaning(void **state)
{
	(void)state;
	expect_c(0x40, "SND_NKE: resets the link to a meter");
	expect_c(0x43, "SND_UD2: sends data to a meter");
	expect_c(0x53, "SND_UD: sends data to a meter");
	expect_c(0x73, "SND_UD: sends data to a meter, FCB set");
	expect_c(0x5A, "REQ_UD1: asks a meter for alarms");
	expect_c(0x7A, "REQ_UD1: asks a meter for alarms, FCB set");
	expect_c(0x5B, "REQ_UD2: asks a meter for data");
	expect_c(0x7B, "REQ_UD2: asks a meter for data, FCB set");
	expect_c(0x08, "RSP_UD: data from a meter");
	expect_c(0x18, "RSP_UD: data from a meter, DFC set: takes no data now");
	expect_c(0x28, "RSP_UD: data from a meter, ACD set: alarms wait");
	expect_c(0x38, "RSP_UD: data from a meter, ACD set: alarms wait, DFC set: takes no "
				   "data now");
	expect_c(0x60, "not a C field of M-Bus on wires");
	expect_c(0x88, "not a C field of M-Bus on wires");
}

static void expect_a(uint8_t a, const char *expected)
{
	static struct notes notes;
	const uint8_t bytes[] = { 0x10, 0x40, a, (uint8_t)(0x40 + a), 0x16 };
	char line[120] = "1 A: ";
	notes_of(&notes, bytes, sizeof(bytes), 2, 3);
	strcat(line, expected);
	strcat(line, "\n");
	assert_string_equal(notes.text, line);
}

static void every_address_has_a_meaning(void **state)
{
	(void)state;
	expect_a(0, "0: a meter that got no address yet");
	expect_a(1, "primary address 1");
	expect_a(250, "primary address 250");
	expect_a(251, "reserved address 251");
	expect_a(252, "reserved address 252");
	expect_a(253, "253: selected by secondary address");
	expect_a(254, "254: to all meters, and each answers");
	expect_a(255, "255: to all meters, and none answers");
}

static void a_wrong_checksum_is_put_right(void **state)
{
	(void)state;
	explain_expect("10 40 01 42 16",
			"1 start: start of a short frame\n"
			"1 C: SND_NKE: resets the link to a meter\n"
			"1 A: primary address 1\n"
			"1 checksum: checksum 42h, but the bytes add up to 41h\n"
			"1 stop: end of the frame\n");
	explain_expect("68 03 03 68 08 05 70 7E 17",
			"1 start: start of a long frame\n"
			"1 L: 3 bytes from C up to the checksum\n"
			"1 L: the same again\n"
			"1 start: the same again\n"
			"1 C: RSP_UD: data from a meter\n"
			"1 A: primary address 5\n"
			"1 CI: application error, no header\n"
			"0 error: no code: unspecified error\n"
			"1 checksum: checksum 7Eh, but the bytes add up to 7Dh\n"
			"1 stop: 17h, but a frame ends with 16h\n");
}

static void a_wrong_head_says_what_must_be_there(void **state)
{
	(void)state;
	explain_expect("FF 68 03",
			"1 start: FFh, but a frame begins with 68h, 10h, E5h or A2h\n"
			"2 rest: 2 bytes: not read, no frame begins here\n");
	explain_expect("68 03 04 68 08", "1 start: start of a long frame\n"
									 "1 L: 3 bytes from C up to the checksum\n"
									 "1 L: 04h, but it must be 03h as the byte before\n"
									 "1 start: the same again\n"
									 "1 rest: 1 byte: not read, no frame begins here\n");
	explain_expect("68 02 02 68", "1 start: start of a long frame\n"
								  "1 L: 2 bytes, but C, A and CI alone are 3\n"
								  "1 L: the same again\n"
								  "1 start: the same again\n");
	explain_expect("68 03 03 10 08", "1 start: start of a long frame\n"
									 "1 L: 3 bytes from C up to the checksum\n"
									 "1 L: the same again\n"
									 "1 start: 10h, but the fourth byte must be 68h\n"
									 "1 rest: 1 byte: not read, no frame begins here\n");
}

static void a_frame_that_is_cut_off_is_explained_as_far_as_it_goes(void **state)
{
	(void)state;
	explain_expect("10", "1 start: start of a short frame\n"
						 "0 missing: the frame is cut off: 4 of 5 bytes are missing\n");
	explain_expect("10 40 01",
			"1 start: start of a short frame\n"
			"1 C: SND_NKE: resets the link to a meter\n"
			"1 A: primary address 1\n"
			"0 missing: the frame is cut off: 2 of 5 bytes are missing\n");
	explain_expect("68 1F", "1 start: start of a long frame\n"
							"1 L: 31 bytes from C up to the checksum\n"
							"0 missing: the frame is cut off\n");
	explain_expect("68 1F 1F 68 08",
			"1 start: start of a long frame\n"
			"1 L: 31 bytes from C up to the checksum\n"
			"1 L: the same again\n"
			"1 start: the same again\n"
			"1 C: RSP_UD: data from a meter\n"
			"0 missing: the frame is cut off: 32 of 37 bytes are "
			"missing\n");
}

static void a_header_that_is_cut_off_is_that_of_the_whole_frame(void **state)
{
	static struct notes notes;
	uint8_t bytes[MG_FRAME_MAX];
	(void)state;
	explain_build(0x08, 0x73, "78563412 0A 00 E9 7E 01000000 35010000", bytes);
	notes_of(&notes, bytes, 14, 7, 14);
	assert_string_equal(notes.text,
			"4 id: identification number 12345678\n"
			"1 access: access number 10, counts the answers of the meter\n"
			"1 status: no error\n"
			"1 unit: cut off: 1 of 2 bytes\n"
			"0 missing: the frame is cut off: 11 of 25 bytes are missing\n");
}

static void records_of_a_telegram_can_be_explained_alone(void **state)
{
	static struct notes notes;
	struct bench bench;
	(void)state;
	bench_records(&bench, "01 13 05 2F");
	notes = (struct notes){ .to = 4 };
	mg_explain_records(&bench.telegram, notes_take, &notes);
	assert_int_equal(notes.next, 4);
	assert_string_equal(notes.text, "1 DIF: instantaneous, 8 bit integer\n"
									"1 VIF: volume, m3 × 10^-3\n"
									"1 data: 0.005 m3 (5 × 10^-3)\n"
									"1 filler: idle, no record\n");
	bench_finish(&bench);
	bench_records(&bench, "");
	notes = (struct notes){ .to = 4 };
	mg_explain_records(&bench.telegram, notes_take, &notes);
	assert_string_equal(notes.text, "");
	bench_finish(&bench);
}

/* Telegrams of many kinds: C, CI, what follows. */
static const struct {
	uint8_t c, ci;
	const char *hex;
} telegrams[] = {
	{ 0x08, 0x72, "78563412 2440 01 07 55 00 0000 03 13 153100 DA 02 3B 1301" },
	{ 0x08, 0x72, "78563412 2D2C 16 04 01 14 0102 0C 06 21436587 04 6D 12 0B D3 12" },
	{ 0x08, 0x76, "12345678 4024 01 07 55 00 0000 03 13 003115 02 7C 02 6B57 0102" },
	{ 0x08, 0x73, "78563412 0A 01 E9 7E 01000000 35010000" },
	{ 0x08, 0x77, "12345678 0A 00 2C 3E 00000001 00000135" },
	{ 0x08, 0x7A, "2A 00 0000 02 FD C8 FC 01 FC 08 0D FD 11 05 6F6C6C6548 1F 0102" },
	{ 0x08, 0x78, "0D 78 C2 3412 0D FD 3A F0 000102030405060708090A0B0C0D0E0F" },
	{ 0x08, 0x78, "84 FF 7F 93 15 01000000 04 FB 82 75 CF0C0000 01 FD FD 02 0C" },
	{ 0x08, 0x78, "02 FC 74 03 485225 D411 02 FC 03 485225 74 D411 3F 01 02" },
	{ 0x08, 0x78, "0D 93 1F 06 45 01 0102 0304 02 FF 20 7100 05 2E CDCC2C42" },
	{ 0x08, 0x72, "88776655 9344 55 08 00 04 1005 00DFE2A78214 6D1513581CD2F83F3904 0C" },
	{ 0x08, 0x7A, "00 FF 2A 10 01 8C570E00 C5C290A43F632C113E23 707EE96DAE36517204" },
	{ 0x08, 0x72,
			"78563412 9315 33 03 75 00 2007 50 01020304 00112233445566778899AABB"
			"CCDDEEFF 00112233445566778899AABBCCDDEEFF" },
	{ 0x08, 0x90, "0F 002C 25 B30A0000 AF5D74DF73A600D9 78 01 13 07" },
	{ 0x08, 0x79, "313B 42A6 D204 2E16 3423" },
	{ 0x08, 0x69, "08 313B 0202 0215 022A" },
	{ 0x53, 0x52, "78563412 FFFF FF FF 0C 78 44332211" },
	{ 0x53, 0x51, "7F 7E" },
	{ 0x53, 0x50, "10" },
	{ 0x08, 0x70, "08" },
	{ 0x08, 0x75, "78563412 2440 01 07 55 00 0000 05" },
	{ 0x08, 0xA5, "010203" },
	{ 0x08, 0x8E, "010203" },
};

static void notes_cover_every_telegram_at_every_length(void **state)
{
	static struct notes notes;
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(telegrams); i++) {
		uint8_t bytes[MG_FRAME_MAX];
		size_t size =
				explain_build(telegrams[i].c, telegrams[i].ci, telegrams[i].hex, bytes);
		for (size_t length = 0; length <= size; length++) {
			notes_of(&notes, bytes, length, 0, length);
		}
	}
}

static void notes_cover_every_telegram_with_any_byte_changed(void **state)
{
	static struct notes notes;
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(telegrams); i++) {
		uint8_t bytes[MG_FRAME_MAX];
		size_t size =
				explain_build(telegrams[i].c, telegrams[i].ci, telegrams[i].hex, bytes);
		for (size_t at = 0; at < size; at++) {
			uint8_t sent = bytes[at];
			for (unsigned flip = 1; flip < 256; flip++) {
				bytes[at] = (uint8_t)(sent ^ flip);
				notes_of(&notes, bytes, size, 0, size);
			}
			bytes[at] = sent;
		}
	}
}

/* The same numbers in every run. */
static uint8_t next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint8_t)(*seed >> 56);
}

static void notes_cover_any_bytes(void **state)
{
	static struct notes notes;
	uint64_t seed = 13757;
	(void)state;
	for (unsigned turn = 0; turn < 3000; turn++) {
		uint8_t bytes[280];
		size_t size = next_random(&seed) % 90u;
		for (size_t i = 0; i < size; i++) {
			bytes[i] = next_random(&seed);
		}
		notes_of(&notes, bytes, size, 0, 0);
		/* Behind each CI field, too. */
		uint8_t frame[MG_FRAME_MAX];
		const struct mg_frame built = { MG_FRAME_LONG, 0x08, 1, (uint8_t)turn,
			{ bytes, size } };
		notes_of(&notes, frame, mg_frame_build(&built, frame, sizeof(frame)), 0, 0);
	}
}

/* Where a DIF and where data were found. */
struct marks {
	size_t difs[MG_FRAME_MAX], data[MG_FRAME_MAX];
	size_t dif_count, data_count;
};

static void mark(void *context, const struct mg_note *note)
{
	struct marks *marks = context;
	if (strcmp(note->part, "DIF") == 0) {
		marks->difs[marks->dif_count++] = note->offset;
	} else if (strcmp(note->part, "data") == 0) {
		marks->data[marks->data_count++] = note->offset;
	}
}

static bool holds(const size_t *offsets, size_t count, size_t offset)
{
	for (size_t i = 0; i < count; i++) {
		if (offsets[i] == offset) {
			return true;
		}
	}
	return false;
}

/* Explaining must find the records that decoding finds. */
static void records_begin_where_the_decoder_finds_them(void **state)
{
	uint64_t seed = 1434;
	(void)state;
	for (unsigned turn = 0; turn < 20000; turn++) {
		uint8_t data[60];
		size_t size = next_random(&seed) % sizeof(data);
		for (size_t i = 0; i < size; i++) {
			data[i] = next_random(&seed) & (turn % 3 == 0 ? 0xFF : 0x8F);
		}
		struct bench bench;
		struct mg_data_record record;
		struct marks marks = { .dif_count = 0 };
		bench_user_data(&bench, turn % 2 == 0 ? 0x08 : 0x53, 0x78, data, size);
		mg_explain(bench.bytes, bench.size, mark, &marks);
		while (bench_next(&bench, &record) == MG_FAULT_NONE) {
			assert_true(holds(marks.difs, marks.dif_count, record.offset));
			if (record.data.size > 0) {
				size_t at = (size_t)(record.data.data - bench.bytes);
				assert_true(holds(marks.data, marks.data_count, at));
			}
		}
		bench_finish(&bench);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(single_characters_are_explained),
		cmocka_unit_test(short_frames_are_explained),
		cmocka_unit_test(long_frames_are_explained),
		cmocka_unit_test(every_c_field_has_a_meaning),
		cmocka_unit_test(every_address_has_a_meaning),
		cmocka_unit_test(a_wrong_checksum_is_put_right),
		cmocka_unit_test(a_wrong_head_says_what_must_be_there),
		cmocka_unit_test(a_frame_that_is_cut_off_is_explained_as_far_as_it_goes),
		cmocka_unit_test(a_header_that_is_cut_off_is_that_of_the_whole_frame),
		cmocka_unit_test(records_of_a_telegram_can_be_explained_alone),
		cmocka_unit_test(notes_cover_every_telegram_at_every_length),
		cmocka_unit_test(notes_cover_every_telegram_with_any_byte_changed),
		cmocka_unit_test(notes_cover_any_bytes),
		cmocka_unit_test(records_begin_where_the_decoder_finds_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
