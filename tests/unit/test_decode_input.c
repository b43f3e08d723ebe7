/* SPDX-License-Identifier: MIT */
/* Files of lines, dumps and bytes become telegrams, and what is wrong has its place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/decode_input.h"

#define ITEMS_MAX 8
#define TEXT_SIZE 700
#define KEY "000102030405060708090A0B0C0D0E0F"
#define NO_DIGIT " is no hex digit; --loose also takes dumps with 0x, blanks and colons"

struct given {
	char place[TEXT_SIZE], wrong[TEXT_SIZE], hint[TEXT_SIZE];
	uint8_t bytes[300];
	size_t size, offset;
	bool has_key;
	uint8_t key_end;
};

struct items {
	struct given list[ITEMS_MAX];
	size_t count;
};

static void take(void *context, const struct decode_item *item)
{
	struct items *items = context;
	assert_true(items->count < ITEMS_MAX);
	struct given *given = &items->list[items->count++];
	*given = (struct given){
		.size = item->telegram.size,
		.offset = item->offset,
		.has_key = item->key != NULL,
		.key_end = item->key != NULL ? item->key->bytes[15] : 0,
	};
	strcpy(given->place, item->place);
	strcpy(given->wrong, item->wrong != NULL ? item->wrong : "");
	strcpy(given->hint, item->hint != NULL ? item->hint : "");
	assert_true(item->telegram.size <= sizeof(given->bytes));
	if (item->telegram.size > 0) {
		memcpy(given->bytes, item->telegram.data, item->telegram.size);
	}
}

static void feed(struct items *items, const struct decode_input_options *options,
		const void *bytes, size_t size, size_t step)
{
	struct decode_input *input = decode_input_create(options, take, items);
	assert_non_null(input);
	items->count = 0;
	for (size_t at = 0; at < size; at += step) {
		size_t count = size - at < step ? size - at : step;
		decode_input_feed(input, (const uint8_t *)bytes + at, count);
	}
	decode_input_end(input);
	decode_input_destroy(input);
}

/* In pieces of one byte and all at once: what comes out is the same. */
static void read_input(struct items *items, const struct decode_input_options *options,
		const void *bytes, size_t size)
{
	static struct items pieces;
	feed(&pieces, options, bytes, size, 1);
	feed(items, options, bytes, size, size > 0 ? size : 1);
	assert_int_equal(items->count, pieces.count);
	for (size_t i = 0; i < items->count; i++) {
		assert_string_equal(items->list[i].place, pieces.list[i].place);
		assert_string_equal(items->list[i].wrong, pieces.list[i].wrong);
		assert_int_equal(items->list[i].size, pieces.list[i].size);
	}
}

static const struct decode_input_options strict = { .name = "t.hex" };
static const struct decode_input_options loose = { .name = "t.hex", .loose = true };
static const struct decode_input_options binary = { .name = "t.bin", .binary = true };

#define READ(items, options, text) read_input(items, options, text, sizeof(text) - 1)

static void assert_telegram(
		const struct given *given, const char *place, const void *bytes, size_t size)
{
	assert_string_equal(given->wrong, "");
	assert_string_equal(given->place, place);
	assert_int_equal(given->size, size);
	assert_memory_equal(given->bytes, bytes, size);
}

static void assert_wrong(const struct given *given, const char *wrong, size_t offset)
{
	assert_string_equal(given->wrong, wrong);
	assert_int_equal(given->offset, offset);
	assert_int_equal(given->size, 0);
}

static void each_line_is_a_telegram(void **state)
{
	(void)state;
	static struct items items;
	READ(&items, &strict, "E5\n# reset\n\n1040014116\r\n10 5B 01 5C 16 " KEY);
	assert_int_equal(items.count, 3);
	assert_telegram(&items.list[0], "t.hex:1", "\xE5", 1);
	assert_telegram(&items.list[1], "t.hex:4", "\x10\x40\x01\x41\x16", 5);
	assert_telegram(&items.list[2], "t.hex:5", "\x10\x5B\x01\x5C\x16", 5);
	assert_false(items.list[1].has_key);
	assert_true(items.list[2].has_key);
	assert_int_equal(items.list[2].key_end, 0x0F);
	READ(&items, &strict, "");
	assert_int_equal(items.count, 0);
}

static void what_is_wrong_has_line_and_column(void **state)
{
	(void)state;
	static struct items items;
	READ(&items, &strict, "E5\nE5\n10400141164010411g\nE5\n\x81");
	assert_int_equal(items.count, 5);
	assert_wrong(&items.list[2], "t.hex:3:18: 'g'" NO_DIGIT, 17);
	assert_telegram(&items.list[3], "t.hex:4", "\xE5", 1);
	assert_wrong(&items.list[4],
			"t.hex:5:1: byte 81h is no hex digit; --binary takes telegrams as bytes", 0);
	READ(&items, &strict,
			"68\0"
			"68\n");
	assert_int_equal(items.count, 1);
	assert_wrong(&items.list[0],
			"t.hex:1:3: byte 00h is no hex digit; --binary takes telegrams as bytes", 2);
}

static void long_lines_are_refused_and_the_next_is_read(void **state)
{
	(void)state;
	static struct items items;
	static char text[5000];
	memset(text, '0', sizeof(text));
	memcpy(text + sizeof(text) - 4, "\nE5\n", 4);
	read_input(&items, &strict, text, sizeof(text));
	assert_int_equal(items.count, 2);
	assert_wrong(&items.list[0],
			"t.hex:1:4096: the line is too long for one telegram; put each on a line of "
			"its own",
			4095);
	assert_telegram(&items.list[1], "t.hex:2", "\xE5", 1);
}

static void the_mark_of_utf8_is_skipped(void **state)
{
	(void)state;
	static struct items items;
	READ(&items, &strict,
			"\xEF\xBB\xBF"
			"E5\n");
	assert_int_equal(items.count, 1);
	assert_telegram(&items.list[0], "t.hex:1", "\xE5", 1);
	READ(&items, &strict, "\xEF\xBB");
	assert_int_equal(items.count, 1);
	assert_string_equal(items.list[0].wrong,
			"t.hex:1:1: byte EFh is no hex digit; --binary takes telegrams as bytes");
}

#define UTF16                                                                            \
	"t.hex:1:1: the file is UTF-16; save it as UTF-8 or plain text, or convert it: "     \
	"iconv -f UTF-16 -t UTF-8 FILE | metergate decode"

static void utf16_is_named(void **state)
{
	(void)state;
	static struct items items;
	READ(&items, &strict,
			"\xFF\xFE"
			"E\0"
			"5\0"
			"\n\0");
	assert_int_equal(items.count, 1);
	assert_wrong(&items.list[0], UTF16, 0);
	READ(&items, &loose,
			"\xFE\xFF"
			"\0E"
			"\0005"
			"\0\n");
	assert_int_equal(items.count, 1);
	assert_wrong(&items.list[0], UTF16, 0);
	READ(&items, &strict,
			"E\0"
			"5\0"
			"\n\0");
	assert_int_equal(items.count, 1);
	assert_wrong(&items.list[0], UTF16, 0);
	READ(&items, &strict,
			"\0E"
			"\0005"
			"\0\n");
	assert_int_equal(items.count, 1);
	assert_wrong(&items.list[0], UTF16, 0);
}

static void other_bytes_are_no_utf16(void **state)
{
	(void)state;
	static struct items items;
	READ(&items, &strict, "\xFF");
	assert_wrong(&items.list[0],
			"t.hex:1:1: byte FFh is no hex digit; --binary takes telegrams as bytes", 0);
	READ(&items, &strict,
			"E\0"
			"5\1"
			"\n");
	assert_wrong(&items.list[0],
			"t.hex:1:2: byte 00h is no hex digit; --binary takes telegrams as bytes", 1);
	READ(&items, &strict, "E");
	assert_string_equal(items.list[0].wrong,
			"t.hex:1:1: a byte has two hex digits, and the last of 1 stands alone; see "
			"whether the line was cut");
	READ(&items, &binary, "\xFF\xFE\xE5");
	assert_string_equal(items.list[0].wrong,
			"t.bin, offset 0: 3 bytes that belong to no telegram: no frame begins with "
			"this byte");
}

static void a_line_with_part_of_a_telegram_has_a_hint(void **state)
{
	(void)state;
	static struct items items;
	READ(&items, &strict, "68030368\n1040014116\n");
	assert_int_equal(items.count, 2);
	assert_string_equal(items.list[0].hint, "--loose takes telegrams over several lines");
	assert_string_equal(items.list[1].hint, "");
	READ(&items, &loose, "68030368\n");
	assert_string_equal(items.list[0].hint, "");
}

static void a_line_with_several_telegrams_has_a_hint(void **state)
{
	(void)state;
	static struct items items;
	static const char hint[] =
			"put each telegram on a line of its own, or make bytes of the digits: xxd -r "
			"-p FILE | metergate decode --binary";
	READ(&items, &strict, "10400141161040024216\nE5E5\n104001411600\n1040014216\n");
	assert_int_equal(items.count, 4);
	assert_string_equal(items.list[0].hint, hint);
	assert_string_equal(items.list[1].hint, hint);
	/* One byte too many is no second telegram; a wrong checksum says nothing of it. */
	assert_string_equal(items.list[2].hint, "");
	assert_string_equal(items.list[3].hint, "");
	READ(&items, &loose, "10 40 01 41 16, 10 40 02 42 16\n");
	assert_string_equal(items.list[0].hint, hint);
}

#define FRONT "; take away what stands in front of the telegram, such as a time"

static void a_time_in_front_is_not_taken_for_bytes(void **state)
{
	(void)state;
	static struct items items;
	READ(&items, &loose,
			"10:11:12 68 03 03 68 53 01 50 A4 16\n"
			" 2026-11-22 09:11:12 10 40 01 41 16\n"
			"09:11:12 68 03 03 68 53 01 50 A4 16\n"
			"10 40 01 42 16\n"
			"68 03 03 68 53 01 50 A4 16\n");
	assert_int_equal(items.count, 5);
	assert_wrong(&items.list[0],
			"t.hex:1:1: no telegram begins with this 10h, but one does further on" FRONT,
			0);
	assert_wrong(&items.list[1], "t.hex:2:2: no telegram begins with this 20h" FRONT, 1);
	assert_wrong(&items.list[2],
			"t.hex:3:1: no telegram begins with this 09h, but one does further on" FRONT,
			0);
	/* A damaged telegram is one all the same. */
	assert_telegram(&items.list[3], "t.hex:4", "\x10\x40\x01\x42\x16", 5);
	assert_telegram(&items.list[4], "t.hex:5", "\x68\x03\x03\x68\x53\x01\x50\xA4\x16", 9);
	/* Behind 68h the same bytes are data. */
	READ(&items, &loose, "68 07 07 68 53 01 50 68 03 03 68 00 16\n");
	assert_int_equal(items.count, 1);
	assert_int_equal(items.list[0].size, 13);
}

static void files_of_bytes_are_recognised(void **state)
{
	(void)state;
	static struct items items;
	READ(&items, &strict, "\x10\x40\x01\x41\x16\xE5");
	assert_int_equal(items.count, 2);
	assert_telegram(&items.list[0], "t.hex, offset 0", "\x10\x40\x01\x41\x16", 5);
	assert_telegram(&items.list[1], "t.hex, offset 5", "\xE5", 1);
	READ(&items, &strict, "\x68\x03\x03\x68\x53\x01\x50\xA4\x16");
	assert_int_equal(items.count, 1);
	assert_int_equal(items.list[0].size, 9);
	READ(&items, &strict, "\xA2");
	assert_telegram(&items.list[0], "t.hex, offset 0", "\xA2", 1);
	READ(&items, &strict, "hAAh");
	assert_wrong(&items.list[0],
			"t.hex, offset 0: 4 bytes that belong to no telegram: the frame is not "
			"complete",
			0);
}

static void a_line_that_begins_with_h_is_text(void **state)
{
	(void)state;
	static struct items items;
	READ(&items, &strict, "hello\n");
	assert_int_equal(items.count, 1);
	assert_wrong(&items.list[0], "t.hex:1:1: 'h'" NO_DIGIT, 0);
	READ(&items, &strict, "h\n");
	assert_wrong(&items.list[0], "t.hex:1:1: 'h'" NO_DIGIT, 0);
}

static void bytes_can_be_demanded(void **state)
{
	(void)state;
	static struct items items;
	READ(&items, &binary, "12\x10\x40\x01\x41\x16x");
	assert_int_equal(items.count, 3);
	assert_wrong(&items.list[0],
			"t.bin, offset 0: 2 bytes that belong to no telegram: no frame begins with "
			"this byte",
			0);
	assert_telegram(&items.list[1], "t.bin, offset 2", "\x10\x40\x01\x41\x16", 5);
	assert_wrong(&items.list[2],
			"t.bin, offset 7: 1 byte that belongs to no telegram: no frame begins with "
			"this byte",
			7);
}

static void loose_lines_may_go_on(void **state)
{
	(void)state;
	static struct items items;
	READ(&items, &loose,
			"const uint8_t t[] = {\n\t0x68, 0x03, 0x03, 0x68,\n\t0x53, 0x01, 0x50,\n"
			"\t0xA4, 0x16\n};\n10:40:01:41:16 " KEY "\n");
	assert_int_equal(items.count, 2);
	assert_telegram(&items.list[0], "t.hex:2", "\x68\x03\x03\x68\x53\x01\x50\xA4\x16", 9);
	assert_false(items.list[0].has_key);
	assert_telegram(&items.list[1], "t.hex:6", "\x10\x40\x01\x41\x16", 5);
	assert_true(items.list[1].has_key);
	READ(&items, &loose, "10 40\n01 41 16 " KEY "\n");
	assert_int_equal(items.count, 1);
	assert_int_equal(items.list[0].size, 5);
	assert_true(items.list[0].has_key);
}

static void a_cut_telegram_ends_where_the_next_begins(void **state)
{
	(void)state;
	static struct items items;
	READ(&items, &loose, "68 03 03\n10 40 01 41 16\n68 03\n\n68\n# end\n68 0g\n68");
	assert_int_equal(items.count, 6);
	assert_telegram(&items.list[0], "t.hex:1", "\x68\x03\x03", 3);
	assert_telegram(&items.list[1], "t.hex:2", "\x10\x40\x01\x41\x16", 5);
	assert_telegram(&items.list[2], "t.hex:3", "\x68\x03", 2);
	assert_telegram(&items.list[3], "t.hex:5", "\x68", 1);
	assert_string_equal(items.list[4].wrong,
			"t.hex:7:5: 'g' is neither a hex digit nor a separator; take away text in "
			"front of bytes, and put # in front of lines of text");
	assert_telegram(&items.list[5], "t.hex:8", "\x68", 1);
}

static void lines_with_more_than_a_telegram_stay_whole(void **state)
{
	(void)state;
	static struct items items;
	static char text[2 * 280 + 1];
	memset(text, '1', sizeof(text) - 1);
	memcpy(text, "68", 2);
	feed(&items, &loose, text, sizeof(text) - 1, 100);
	assert_int_equal(items.count, 1);
	assert_int_equal(items.list[0].size, 280);
}

static void dumps_with_offsets_are_bytes(void **state)
{
	(void)state;
	static struct items items;
	READ(&items, &loose,
			"00000000  10 40 01 41 16 68 03 03  68 53 01 50 a4 16 ff 10  |.@.A.h..|\n"
			"00000010  40 01 41 16                                       |@.A.|\n"
			"00000014\n"
			"00000000: 1040 0141 16  .@.A.\n"
			"\n"
			"E5\n");
	assert_int_equal(items.count, 6);
	assert_telegram(&items.list[0], "t.hex:1, offset 0", "\x10\x40\x01\x41\x16", 5);
	assert_telegram(&items.list[1], "t.hex:1, offset 5",
			"\x68\x03\x03\x68\x53\x01\x50\xA4\x16", 9);
	assert_wrong(&items.list[2],
			"t.hex:1, offset 14: 1 byte that belongs to no telegram: no frame begins "
			"with "
			"this byte",
			14);
	assert_telegram(&items.list[3], "t.hex:1, offset 15", "\x10\x40\x01\x41\x16", 5);
	assert_telegram(&items.list[4], "t.hex:4, offset 0", "\x10\x40\x01\x41\x16", 5);
	assert_telegram(&items.list[5], "t.hex:6", "\xE5", 1);
}

static void a_dump_with_a_gap_ends_there(void **state)
{
	(void)state;
	static struct items items;
	READ(&items, &loose, "0000 10 40\n*\n0010 01 41 16\n0000 E5\n0001 zz\n0002 E5");
	assert_int_equal(items.count, 6);
	assert_wrong(&items.list[0],
			"t.hex:1, offset 0: 2 bytes that belong to no telegram: the frame is not "
			"complete",
			0);
	assert_string_equal(items.list[1].wrong,
			"t.hex:2:1: '*' is where a dump left out equal lines; hexdump -Cv and xxd "
			"write all");
	assert_wrong(&items.list[2], "t.hex:3:1: no telegram begins with this 00h" FRONT, 0);
	assert_telegram(&items.list[3], "t.hex:4, offset 0", "\xE5", 1);
	assert_string_equal(items.list[4].wrong,
			"t.hex:5:6: 'z' is neither a hex digit nor a separator; take away text in "
			"front of bytes, and put # in front of lines of text");
	assert_wrong(&items.list[5], "t.hex:6:1: no telegram begins with this 00h" FRONT, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_line_is_a_telegram),
		cmocka_unit_test(what_is_wrong_has_line_and_column),
		cmocka_unit_test(long_lines_are_refused_and_the_next_is_read),
		cmocka_unit_test(the_mark_of_utf8_is_skipped),
		cmocka_unit_test(utf16_is_named),
		cmocka_unit_test(other_bytes_are_no_utf16),
		cmocka_unit_test(a_line_with_part_of_a_telegram_has_a_hint),
		cmocka_unit_test(a_line_with_several_telegrams_has_a_hint),
		cmocka_unit_test(a_time_in_front_is_not_taken_for_bytes),
		cmocka_unit_test(files_of_bytes_are_recognised),
		cmocka_unit_test(a_line_that_begins_with_h_is_text),
		cmocka_unit_test(bytes_can_be_demanded),
		cmocka_unit_test(loose_lines_may_go_on),
		cmocka_unit_test(a_cut_telegram_ends_where_the_next_begins),
		cmocka_unit_test(lines_with_more_than_a_telegram_stay_whole),
		cmocka_unit_test(dumps_with_offsets_are_bytes),
		cmocka_unit_test(a_dump_with_a_gap_ends_there),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
