/* SPDX-License-Identifier: MIT */
/* Checks that whatever the codec decodes, it can build, and that it then decodes the
   same: telegrams written by hand, made ones, and real ones where METERGATE_CORPUS has
   them. */
#include "mbus_bench.h"

#include <dirent.h>
#include <stdio.h>

#include "roundtrip.h"

enum {
	MADE_TELEGRAMS = 24000,
	DATA_MAX = 252,
};

static struct roundtrip *create(void)
{
	struct roundtrip *roundtrip = malloc(sizeof(*roundtrip));
	assert_non_null(roundtrip);
	return roundtrip;
}

static void print_bytes(const uint8_t *bytes, size_t size)
{
	char text[2 * MG_FRAME_MAX + 1] = "";
	for (size_t i = 0; i < size; i++) {
		snprintf(text + 2 * i, 3, "%02X", bytes[i]);
	}
	print_message("# %s\n", text);
}

static void check(struct roundtrip *roundtrip, const uint8_t *bytes, size_t size,
		struct roundtrip_counts *counts)
{
	const char *wrong = roundtrip_check(roundtrip, bytes, size, counts);
	if (wrong != NULL) {
		print_message("# record %zu: %s\n", roundtrip->record, wrong);
		print_bytes(bytes, size);
		print_bytes(roundtrip->bytes, roundtrip->size);
	}
	assert_null(wrong);
}

/* A frame with a C and a CI field and what follows them. */
static size_t frame_of(
		uint8_t c, uint8_t ci, const uint8_t *data, size_t size, uint8_t *bytes)
{
	const struct mg_frame frame = { MG_FRAME_LONG, c, 1, ci, { data, size } };
	size_t length = mg_frame_build(&frame, bytes, MG_FRAME_MAX);
	assert_int_not_equal(length, 0);
	return length;
}

/* Where records can stand, and what stands before them. */
static const struct place {
	uint8_t c, ci;
	const char *header;
} places[] = {
	{ 0x08, 0x78, "" },
	{ 0x08, 0x76, "12345678 4024 01 07 55 00 0000" },
	{ 0x08, 0x72, "78563412 2440 01 07 55 00 0000" },
	{ 0x28, 0x7A, "2A 10 0000" },
	{ 0x53, 0x51, "" },
	{ 0x73, 0x5B, "78563412 2440 01 07 2A 00 3412" },
};

static size_t place_data(
		const struct place *place, const uint8_t *data, size_t size, uint8_t *bytes)
{
	uint8_t all[DATA_MAX];
	size_t head = bench_bytes(place->header, all, sizeof(all));
	size = size <= DATA_MAX - head ? size : DATA_MAX - head;
	memcpy(all + head, data, size);
	return frame_of(place->c, place->ci, all, head + size, bytes);
}

/* Records as meters send them, one or more in a row. */
static const char *const literals[] = {
	/* the example of the M-Bus documentation, and plain integers of all widths */
	"03 13 153100 DA02 3B 1301 8B60 04 371802",
	"01 06 7F 02 06 FF7F 03 06 010080 04 06 12345678 06 06 123456789ABC",
	"07 06 123456789ABCDEF0 07 06 0000000000000080 04 06 00000080",
	/* energies and others in the steps of their table */
	"04 00 01000000 04 07 01000000 04 0F 01000000 04 FB00 01000000 04 FB01 01000000",
	"04 FB0C 01000000 04 FB0F 01000000 04 FB09 01000000 04 FB10 01000000",
	/* factors: one, several, all bytes that there are */
	"04 8670 01000000 04 86F07D 01000000 04 86FDFDFDFD7D 01000000 04 8676 01000000",
	"04 86F0F0F0F0F0F0F0F0F070 01000000 04 867D 01000000 04 8077 01000000",
	"04 86A2FD24 01000000 04 86FD22 01000000 04 FD9270 01000000",
	/* durations, of the VIF or of a VIFE, good in their own unit only */
	"01 23 7F 01 22 7F 01 21 7F 01 20 7F 01 24 FF 01 FD6C 10 01 FD6D 10 01 FD6E 10",
	"01 8653 7F 01 8652 7F 01 8651 7F 01 8650 7F 01 86D3D0 7F 01 86D35F 7F",
	"01 86D370 7F 02 86E377 E803 01 86FD5B 64 02 8663 FF7F 0A 865E 9999",
	/* counts and dates instead of a quantity; the factor stays */
	"01 8641 FF 01 86C170 05 02 8649 FFFF 04 86C2F0 1234567F 02 86397F BF1C",
	"02 866A BF1C 04 866B 3237 1F15 06 866E 2D1E0E5A2700 02 86FC13 BF1C 04 ED39 00",
	"03 866A 010203 01 866A 05 05 866A 0000803F 0C 866A 12345678 0D 866A 02 4142",
	/* types C and D asked for */
	"01 86FC11 FF 01 86FC11 FE 01 86FC12 FF 01 86FC92FC11 80 02 FD9717 FFFF",
	/* error flags and identifiers */
	"02 FD17 FFFF 01 FD17 80 02 FD0B FFFF 04 78 FFFFFFFF 04 78 FFFFFF7F 01 7A FF",
	"07 79 7856341224400107 07 79 FFFFFFFFFFFFFFFF 07 79 0000000000000000 0C 79 78563412",
	"04 79 78563412 02 FD0A 2440 02 FD0A 0000 02 FD0A FFFF 04 FD0A 24400000 01 FD0A 24",
	"07 F9FC11 7856341224400107 07 7916 02 FD8AFC12 FFFF",
	/* BCD, good and not */
	"09 06 99 0A 06 21F3 0B 06 EEEEEE 0C 06 7856341F 0C 06 EEEEEEEE 0E 06 1290785634F2",
	"0A 13 00F0 0A 13 F1FF 0A 13 A321 09 13 F0 0C 78 A1B2C3D4 0E 78 FFFFFFFFFFFF",
	/* single precision */
	"05 06 CDCC2C42 05 06 00000000 05 06 00000080 05 06 0000C07F 05 06 000080FF",
	"05 06 0000807F 05 06 01000000 05 06 FFFF7F7F 05 06 0000003F 05 06 000000BF",
	"05 FB68 0000803F 05 23 0000803F 05 23 CDCCCC3D 05 8670 0024744A 05 06 F9021550",
	"05 FBE870 1234564F 05 86FDFDFDFDFD7D 0000803F 05 86F0F0F0F070 0000803F",
	/* 2^-12, and numbers beyond int64 */
	"04 FB68 FFFFFF7F 07 FB68 FFFFFFFFFFFFFF7F 07 FB68 0100000000000080 02 FB6A 0010",
	"07 FD0B FEFFFFFFFFFFFFFF 07 FD17 FFFFFFFFFFFFFFFF 07 23 FFFFFFFFFFFFFF7F",
	"0D FB68 C9 999999999999999999 0D FB68 D9 999999999999999999 0D 23 D9 01",
	/* LVAR of all kinds */
	"0D 78 00 0D 78 05 4F4C4C4548 0D FD10 03 00C4D6 0D 06 C0 0D 06 D0 0D 06 E0",
	"0D 06 C1 99 0D 06 D2 3412 0D 06 D1 00 0D 06 C2 A1F0 0D 06 D2 A1F0 0D 06 E1 80",
	"0D 06 E8 0102030405060708 0D 06 E9 010203040506070809 0D 06 E4 FFFFFF7F",
	"0D 06 F0 000102030405060708090A0B0C0D0E0F 0D FD17 E2 FFFF 0D FD0B E2 FFFF",
	"0D FD3B 03 010203 0D FD3B E3 010203 0D 6D E4 01020304 0D 6D 04 31323334",
	"0D 869F 04 01020304 0D 869F E4 01020304 0D 869E C1 05 04 869F 05000000 0D 8613 00",
	"0D 839F 06 110A01020304 0D 869F 06 110A01020304 0D 86F01F 04 010A0102 0D A21F 03 "
	"010A01",
	/* raw, none, selection for readout, any VIF */
	"02 FD3B 0102 0C FD73 01020304 00 06 08 06 08 7E 00 FD3B 08 FD3B 00 6D 00 8616",
	/* plain text before and behind the VIFEs, empty, unprintable, of no use */
	"02 7C 03 48 5225 0100 02 FC 03 48 52 25 74 0100 02 FC 74 03 485225 0100 02 7C 00 "
	"0100",
	"02 FC 22 00 0100 02 FC A2 74 00 0100 02 FC 22 02 0131 0100 02 FC F6 01 02 0141 0100",
	"02 FC F0 3B 21 303132333435363738393031323334353637383930313233343536373839303101 "
	"0100",
	"02 FC 39 02 4142 BF1C 02 FC 02 4142 39 BF1C 01 FC 01 41 53 05 02 FC 01 41 3D 0500",
	"02 FC 01 41 FF 12 0500 02 FC 01 01 0500",
	/* manufacturers: VIF, VIFE, block */
	"02 7F 0100 02 FF 12 0100 02 FF 9213 0100 02 86FF 12 0100 02 86A2FF 9213 0100",
	"02 86FCFF7F 0100 02 867F 0100 02 FDFF7F 0100 0F 0102",
	"01 06 05 1F",
	"01 06 05 0F",
	"01 06 05 1F 010203",
	/* reserved VIFs and VIFEs */
	"01 6F 05 01 EF 06 05 01 7B 05 01 7D 05 01 FB07 05 01 FBFFA2 05 05 01 FD77 05",
	"01 FDFD01 05 01 FDFD81A2 22 05 01 EFA2 22 05 01 864C 05 01 86CC4D 05 01 867C 05",
	"01 86FC00 05 01 86FC7F 05 01 86FC8022 05 01 86FC80FF 01 05 01 FB8722 05 01 FD7D 05",
	/* record errors, whatever the data hold; data states */
	"04 8615 01000000 04 8618 FFFFFFFF 0C 8615 EEEEEEEE 02 EC15 BF1C 04 ED16 3237 9F15",
	"04 ED16 3280 1F15 06 ED17 6D1E0E5A2700 0D 8615 C1 99 0D 8615 D1 99 0D 8615 E1 01",
	"0D 8615 02 4142 0D FDBB15 02 4142 02 FDBB15 4142 07 F915 7856341224400107",
	"07 F915 FFFFFFFFFFFFFFFF 05 8615 0000C07F 00 8601 08 869C 03 04 869595 1B 01000000",
	"04 8600 01000000 04 8612 01000000 04 861D 01000000 04 8614 01000000",
	/* units of other systems */
	"04 863D 01000000 04 933D 01000000 04 C23D 01000000 04 AA3D 01000000 02 DA3D 0100",
	"02 E23D 0100 02 FBF43D 0100 02 FB22 0100 02 FB23 0100 02 FB58 0100 02 FB70 0100",
	"02 8ABD3D 0100 02 86BD3D 0100 02 8A3D 0100 02 86BD53 0100 02 86D33D 0100",
	"04 933D FBFFFFFF 04 93BD70 01000000 04 FB20 01000000 04 FB21 01000000",
	/* all parts of a DIB */
	"C4FFFFFFFFFFFFFFFFFF7F 06 01000000 F43F 06 01000000 8480808080808080808000 06 "
	"01000000",
	"91A08040 06 05 E1 8F30 06 05 2F 2F 31 06 05 2F",
	/* modifiers that fill the VIB */
	"01 86A1A2A3A4A5A6A7A8A92A 05 01 FBABA1A2A3A4A5A6A7A829 05 01 FDFD82A1A2A3A4A5A6A728 "
	"05",
	"01 86FC81FC82FC83FC84FC05 05 01 86FC81FC82FC83FC84A17C 05 01 86FC81FC82FC83FC84FF7F "
	"05",
	"01 86F8F9FAFBFE3E 05 01 86BABBBC3F 05 01 86E8E9EC6D 05",
	/* dates */
	"02 6C BF1C 02 6C 0000 02 6C FFFF 02 6C E0FC 02 6C 0001 02 6C E1FF 02 6C 6F4F",
	"02 6D BF1C 02 6C BD12 02 6C 610B 02 6C A10B 02 6C 9FCF 02 6C E1C1 02 6C 5D12",
	"04 6D 32371F15 04 6D 00000000 04 6D FFFFFFFF 04 6D B2371F15 04 6D 32B71F15",
	"04 6D 32171F15 04 6D 32571F15 04 6D 32771F15 04 6D 3237FFFF 04 6D 3F3F1F15",
	"04 6D 3F3F00FF 04 6D 3C181F15 04 6D 00208000 04 6D 40000000 04 6D 0000E1F1",
	"04 6D 3217FFDF 04 6D 3277FFDF 04 6D 3217A1A1 04 6D 3237A1A1 04 6D 00808000",
	"06 6D 2D1E0E5A2700 06 6D 000000000000 06 6D 000000000001 06 6D 6D1E0E5A2700",
	"06 6D 2D9E0E5A2700 06 6D FFFFFFFFFFFF 06 6D 3F3F1F5A2700 06 6D 2D1E0EE0F000",
	"06 6D 2D1E0E5A2F00 06 6D 2D1E0E402000 06 6D 2D1E0E5A2000 06 6D 2D1EFF5A2700",
	"06 6D 000000010100 06 6D 40000000 0000 06 6D 00000000E100 06 6D C0800000 0000",
	"03 6D 2D1E0E 03 6D FFFFFF 03 6D 3F3F1F 03 6D 3C0000 03 6D 000018 03 6D 000000",
	"01 6D 05 03 6C 010203 05 6D 0000803F 0B 6C 311213 0C 6D 31121300 04 6C 32371F15",
	"04 FD30 32371F15 02 FD70 BF1C 06 FD30 2D1E0E5A2700 03 FD30 010203 00 FD30",
};

/* Records that only a master sends. */
static const char *const requests[] = {
	"01 FA00 05",
	"04 8681 01000000 04 868D 22 01000000 04 868E 70 01000000 04 868F 7C 01000000",
	"02 8607 0100 00 860A 08 860C 7F 04 8680A2 FF 01000000 08 8D",
};

static void check_in(const struct place *place, const char *hex,
		struct roundtrip *roundtrip, struct roundtrip_counts *counts)
{
	uint8_t data[DATA_MAX], bytes[MG_FRAME_MAX];
	size_t size = bench_bytes(hex, data, sizeof(data));
	check(roundtrip, bytes, place_data(place, data, size, bytes), counts);
}

static void records_written_by_hand_come_back(void **state)
{
	struct roundtrip *roundtrip = create();
	struct roundtrip_counts counts = { 0, 0 };
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(literals) * BENCH_COUNT(places); i++) {
		check_in(&places[i % BENCH_COUNT(places)], literals[i / BENCH_COUNT(places)],
				roundtrip, &counts);
	}
	for (size_t i = 0; i < BENCH_COUNT(requests) * BENCH_COUNT(places); i++) {
		check_in(&places[i % BENCH_COUNT(places)], requests[i / BENCH_COUNT(places)],
				roundtrip, &counts);
	}
	print_message(
			"# by hand: %zu telegrams, %zu records\n", counts.telegrams, counts.records);
	assert_true(counts.records > 1500);
	free(roundtrip);
}

/* Whole telegrams of other kinds, from CI on. */
static const struct {
	uint8_t c;
	const char *hex;
} others[] = {
	{ 0x08, "73 78563412 0A 00 E97E 01000000 35010000" },
	{ 0x08, "73 78563412 0A 01 E97E 01000000 35010000" },
	{ 0x08, "73 78563412 0A 02 C57E 01000000 35010000" },
	{ 0x08, "73 78563412 0A 00 7EE9 01000000 35010000" },
	{ 0x08, "73 78563412 0A 00 FEFE 01000000 35010000" },
	{ 0x08, "73 78563412 0A 02 FEFE 01000000 35010000" },
	{ 0x08, "73 78563412 0A 01 0514 00000080 FFFFFFFF" },
	{ 0x08, "73 78563412 0A 00 0514 EEEEEEEE 010000F0" },
	{ 0x08, "73 78563412 0A 00 0001 563412 00 311299 00" },
	{ 0x08, "73 78563412 0A 00 0001 603412 00 001299 00" },
	{ 0x08, "73 78563412 0A 01 0001 6A3412 00 001299 FF" },
	{ 0x08, "73 78563412 0A 00 003E 563412 00 563424 00" },
	{ 0x08, "73 78563412 0A 00 3E01 311280 00 010181 00" },
	{ 0x08, "73 78563412 0A 00 3A3F 01000000 02000000" },
	{ 0x08, "73 78563412 0A 02 3D3E 01000000 02000000" },
	{ 0x08, "73 12345678 0A 00 85BE 00000001 00000135" },
	{ 0x08, "77 12345678 0A 01 3938 00000001 80000000" },
	{ 0x08, "77 12345678 0A 00 0001 00 123456 00 991231" },
	{ 0x08, "70 08" },
	{ 0x08, "70" },
	{ 0x08, "71 04" },
	{ 0x08, "6E 01 02 0000 05" },
	{ 0x08, "75 78563412 2440 01 07 01 02 0000 09" },
	{ 0x08, "8A 01 02 0000" },
	{ 0x53, "50" },
	{ 0x53, "52 7856FFFF 2440 FF FF" },
	{ 0x53, "52 78563412 FFFF FF FF 0C 78 78563412" },
	{ 0x53, "56 12345678 4024 01 07 0C 78 12345678" },
	{ 0x53, "51 7F 7E" },
	{ 0x08, "68 78563412 2440 01 07 01 02 0000 01 06 05" },
	{ 0x08, "72 78563412 2440 01 07 01 02 FFFF 01 06 05" },
	{ 0x08, "72 78563412 2440 01 07 01 02 F005 01 06 05 FD 06" },
};

static void telegrams_of_other_kinds_come_back(void **state)
{
	struct roundtrip *roundtrip = create();
	struct roundtrip_counts counts = { 0, 0 };
	uint8_t data[DATA_MAX], bytes[MG_FRAME_MAX];
	(void)state;
	for (size_t i = 0; i < BENCH_COUNT(others); i++) {
		size_t size = bench_bytes(others[i].hex, data, sizeof(data));
		size = frame_of(others[i].c, data[0], data + 1, size - 1, bytes);
		check(roundtrip, bytes, size, &counts);
	}
	assert_int_equal(counts.telegrams, BENCH_COUNT(others));
	free(roundtrip);
}

static uint32_t draw(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static bool one_in(uint32_t *seed, uint32_t n)
{
	return draw(seed) % n == 0;
}

static void make_dib(struct mg_builder *builder, uint32_t *seed)
{
	uint8_t dif = (uint8_t)(draw(seed) & 0x7F);
	if (dif % 16 == 15 && !one_in(seed, 20)) {
		dif -= 2;
	}
	for (int i = 0; i < 10 && one_in(seed, 4); i++) {
		uint8_t next = (uint8_t)(draw(seed) & 0x7F);
		dif |= 0x80;
		mg_build_bytes(builder, &dif, 1);
		dif = next;
	}
	mg_build_bytes(builder, &dif, 1);
}

/* Bytes that often are the same, printable, or digits. */
static void make_bytes(struct mg_builder *builder, size_t size, uint32_t *seed)
{
	static const uint8_t marks[] = { 0x00, 0xFF, 0x80, 0x7F, 0x01, 0x99, 0xFA };
	uint32_t kind = draw(seed) % 5;
	for (size_t i = 0; i < size; i++) {
		uint8_t byte = (uint8_t)draw(seed);
		if (kind == 0) {
			byte = marks[byte % sizeof(marks)];
		} else if (kind == 1) {
			byte = (uint8_t)(0x20 + byte % 0x5F);
		} else if (kind == 2) {
			byte = (uint8_t)(byte % 10 | byte / 10 % 10 << 4);
		} else if (kind == 3) {
			byte = i + 1 < size ? 0x00 : 0x80;
		}
		mg_build_bytes(builder, &byte, 1);
	}
}

static void make_text(struct mg_builder *builder, uint32_t *seed)
{
	uint8_t length = (uint8_t)(one_in(seed, 10) ? draw(seed) % 100 : draw(seed) % 4);
	mg_build_bytes(builder, &length, 1);
	make_bytes(builder, length, seed);
}

static void make_vib(struct mg_builder *builder, uint32_t *seed)
{
	static const uint8_t firsts[] = { 0xFB, 0xFD, 0xFC, 0x7C, 0xFF, 0xEF };
	uint8_t vif = (uint8_t)draw(seed);
	if (one_in(seed, 2)) {
		vif = firsts[draw(seed) % sizeof(firsts)];
	}
	uint32_t chain = one_in(seed, 6) ? 10 : draw(seed) % 4;
	mg_build_bytes(builder, &vif, 1);
	bool text_behind = vif == 0xFC && one_in(seed, 2);
	if ((vif & 0x7F) == 0x7C && !text_behind) {
		make_text(builder, seed);
	}
	for (bool more = (vif & 0x80) != 0; more;) {
		uint8_t byte = (uint8_t)(draw(seed) & 0x7F);
		more = chain > 0;
		chain -= more ? 1 : 0;
		byte |= more ? 0x80 : 0;
		mg_build_bytes(builder, &byte, 1);
	}
	if (text_behind) {
		make_text(builder, seed);
	}
}

static void make_data(struct mg_builder *builder, uint8_t dif, uint32_t *seed)
{
	static const uint8_t sizes[16] = { 0, 1, 2, 3, 4, 4, 6, 8, 0, 1, 2, 3, 4, 0, 6, 0 };
	static const struct {
		uint8_t first, count;
	} lvars[] = { { 0x00, 20 }, { 0xC0, 10 }, { 0xD0, 10 }, { 0xE0, 16 }, { 0xF0, 2 } };
	size_t size = sizes[dif & 15];
	if ((dif & 15) == 13) {
		size_t kind = draw(seed) % BENCH_COUNT(lvars);
		size = draw(seed) % lvars[kind].count;
		uint8_t lvar = (uint8_t)(lvars[kind].first + size);
		size = kind == 4 ? 16 + 4 * size : size;
		mg_build_bytes(builder, &lvar, 1);
	}
	make_bytes(builder, size, seed);
}

/* Some records, then perhaps a piece of one. */
static size_t make_records(uint8_t *data, size_t size, uint32_t *seed)
{
	struct mg_builder builder = { .bytes = data, .size = size };
	for (uint32_t i = draw(seed) % 4; !builder.failed && i < 4; i++) {
		size_t start = builder.length;
		make_dib(&builder, seed);
		make_vib(&builder, seed);
		make_data(&builder, data[start], seed);
	}
	return builder.length;
}

static void made_records_come_back(void **state)
{
	struct roundtrip *roundtrip = create();
	struct roundtrip_counts counts = { 0, 0 };
	uint32_t seed = 0x13757;
	(void)state;
	for (size_t i = 0; i < MADE_TELEGRAMS; i++) {
		uint8_t data[DATA_MAX], bytes[MG_FRAME_MAX];
		const struct place *place = &places[draw(&seed) % BENCH_COUNT(places)];
		size_t size = make_records(data, sizeof(data), &seed);
		check(roundtrip, bytes, place_data(place, data, size, bytes), &counts);
	}
	print_message(
			"# made: %zu telegrams, %zu records\n", counts.telegrams, counts.records);
	assert_true(counts.records > MADE_TELEGRAMS);
	free(roundtrip);
}

static void made_fixed_structures_come_back(void **state)
{
	struct roundtrip *roundtrip = create();
	struct roundtrip_counts counts = { 0, 0 };
	uint32_t seed = 0x77;
	(void)state;
	for (size_t i = 0; i < MADE_TELEGRAMS / 4; i++) {
		uint8_t data[16], bytes[MG_FRAME_MAX];
		struct mg_builder builder = { .bytes = data, .size = sizeof(data) };
		make_bytes(&builder, 6, &seed);
		for (int unit = 0; unit < 2; unit++) {
			uint8_t code = one_in(&seed, 3) ? 0x3E : (uint8_t)draw(&seed);
			mg_build_bytes(&builder, &code, 1);
		}
		make_bytes(&builder, 4, &seed);
		make_bytes(&builder, 4, &seed);
		uint8_t ci = one_in(&seed, 2) ? 0x73 : 0x77;
		check(roundtrip, bytes, frame_of(0x08, ci, data, sizeof(data), bytes), &counts);
	}
	assert_int_equal(counts.telegrams, MADE_TELEGRAMS / 4);
	free(roundtrip);
}

/* The telegrams of one file: objects with a member "hex", one in a line. */
static void check_file(
		FILE *file, struct roundtrip *roundtrip, struct roundtrip_counts *counts)
{
	static const char key[] = "\"hex\":\"";
	char *line = NULL;
	size_t room = 0;
	while (getline(&line, &room, file) > 0) {
		uint8_t bytes[MG_FRAME_MAX];
		const char *found = strstr(line, key);
		const char *hex = found != NULL ? found + sizeof(key) - 1 : "";
		size_t size = 0;
		unsigned byte;
		for (; size < sizeof(bytes) && sscanf(hex, "%2x", &byte) == 1; hex += 2) {
			bytes[size++] = (uint8_t)byte;
		}
		check(roundtrip, bytes, size, counts);
	}
	free(line);
}

static void check_folder(DIR *folder, const char *name, struct roundtrip *roundtrip,
		struct roundtrip_counts *counts)
{
	const struct dirent *entry;
	while ((entry = readdir(folder)) != NULL) {
		char path[1024];
		size_t length = strlen(entry->d_name);
		if (length < 6 || strcmp(entry->d_name + length - 6, ".jsonl") != 0) {
			continue;
		}
		snprintf(path, sizeof(path), "%s/%s", name, entry->d_name);
		FILE *file = fopen(path, "r");
		assert_non_null(file);
		check_file(file, roundtrip, counts);
		fclose(file);
	}
}

static void real_telegrams_come_back(void **state)
{
	const char *name = getenv("METERGATE_CORPUS");
	struct roundtrip *roundtrip = create();
	struct roundtrip_counts counts = { 0, 0 };
	DIR *folder = opendir(name);
	(void)state;
	assert_non_null(folder);
	check_folder(folder, name, roundtrip, &counts);
	closedir(folder);
	print_message(
			"# real: %zu telegrams, %zu records\n", counts.telegrams, counts.records);
	assert_true(counts.records > 1000);
	free(roundtrip);
}

#define OWN_TESTS                                                                        \
	cmocka_unit_test(records_written_by_hand_come_back),                                 \
			cmocka_unit_test(telegrams_of_other_kinds_come_back),                        \
			cmocka_unit_test(made_records_come_back),                                    \
			cmocka_unit_test(made_fixed_structures_come_back)

int main(void)
{
	const struct CMUnitTest own[] = { OWN_TESTS };
	const struct CMUnitTest all[] = { OWN_TESTS,
		cmocka_unit_test(real_telegrams_come_back) };
	if (getenv("METERGATE_CORPUS") == NULL) {
		return cmocka_run_group_tests(own, NULL, NULL);
	}
	return cmocka_run_group_tests(all, NULL, NULL);
}
