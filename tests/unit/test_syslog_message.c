/* SPDX-License-Identifier: MIT */
/* RFC 5424 messages: header, structured data, escaping, limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <metergate/testing.h>

#include "message.h"

struct bench {
	struct message message;
	struct mg_testing_sample sample;
	struct message_style style;
};

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	mg_testing_sample_init(&b->sample, 7);
	b->style = (struct message_style){ .facility = 16,
		.hostname = "cellar-pi",
		.app_name = "metergate",
		.process = 42,
		.limit = 8192 };
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	free(*state);
	return 0;
}

static const char *make(struct bench *b, const char *body)
{
	message_write(&b->message, &b->style, 6, 12, &b->sample.reading, body, strlen(body));
	b->message.bytes[b->message.size] = '\0';
	return b->message.bytes;
}

static void expect(struct bench *b, const char *part)
{
	if (strstr(make(b, "x"), part) == NULL) {
		fail_msg("%s is not in %s", part, b->message.bytes);
	}
}

static void message_is_exactly_so(void **state)
{
	struct bench *b = *state;
	assert_string_equal(make(b, "Wärme"),
			"<134>1 2026-11-22T05:59:00.123Z cellar-pi metergate 42 reading "
			"[meta sequenceId=\"12\"][metergate@32473 gateway=\"test-gateway\" "
			"bus=\"cellar\" device=\"heat-1\" meter-id=\"12345678\" "
			"meter-manufacturer=\"KAM\" meter-medium=\"heat\" run=\"1795327200123456\" "
			"seq=\"7\" device-seq=\"7\" energy=\"12345007 Wh\" volume=\"701.500 m3\"] "
			"\xEF\xBB\xBFWärme");
	assert_false(b->message.cut);
}

static void special_characters_are_escaped_in_values(void **state)
{
	struct bench *b = *state;
	b->sample.reading.device = "a\"b\\c]d\ne";
	expect(b, "device=\"a\\\"b\\\\c\\]d e\"");
}

static void names_obey_the_grammar(void **state)
{
	struct bench *b = *state;
	b->sample.records[0].name = "a=b]c\"d e";
	expect(b, " a_b_c_d_e=\"");
	b->sample.records[0].name = "energy_tariff_1_storage_12_maximum_a";
	b->sample.records[1].name = "energy_tariff_1_storage_12_maximum_b";
	const char *first = strstr(make(b, ""), " energy_tariff_1_storage_12_~");
	assert_non_null(first);
	const char *second = strstr(first + 1, " energy_tariff_1_storage_12_~");
	assert_non_null(second);
	assert_int_equal(strcspn(first + 1, "="), 32);
	assert_memory_not_equal(first, second, 33);
}

static void header_fields_are_printable_and_never_empty(void **state)
{
	struct bench *b = *state;
	b->style.hostname = "";
	b->style.app_name = "my app \xC3\xA4";
	b->sample.reading.type = "a_very_long_type_of_an_event_that_has_no_end";
	expect(b, "Z - my_app___ 42 a_very_long_type_of_an_event_tha [meta");
}

static void time_has_milliseconds_and_may_be_missing(void **state)
{
	struct bench *b = *state;
	b->sample.reading.time = -1;
	expect(b, ">1 1969-12-31T23:59:59.999Z ");
	b->sample.reading.time = INT64_MAX;
	expect(b, ">1 - cellar-pi ");
}

static void every_type_of_value_has_its_text(void **state)
{
	struct bench *b = *state;
	struct mg_record *record = &b->sample.records[0];
	const uint8_t data[] = { 0x0A, 0xFF };
	record->type = MG_TYPE_WIDE;
	record->text = "123456789012345678901234";
	expect(b, "energy=\"123456789012345678901234 Wh\"");
	record->unit = "";
	record->type = MG_TYPE_DATE;
	record->text = "2026-11-22";
	expect(b, "energy=\"2026-11-22\"");
	record->type = MG_TYPE_BYTES;
	record->data = (struct mg_bytes){ data, 2 };
	expect(b, "energy=\"0AFF\"");
}

static void values_that_may_not_be_used_are_left_out(void **state)
{
	struct bench *b = *state;
	b->sample.records[0].type = MG_TYPE_NONE;
	b->sample.records[0].quality = MG_QUALITY_INVALID;
	b->sample.records[1].type = MG_TYPE_NONE;
	assert_null(strstr(make(b, ""), "energy="));
	assert_null(strstr(b->message.bytes, "volume="));
	assert_false(b->message.cut);
}

static void endless_values_are_left_out_and_said(void **state)
{
	struct bench *b = *state;
	char text[2000];
	const uint8_t data[600] = { 0 };
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	b->sample.records[0].type = MG_TYPE_TEXT;
	b->sample.records[0].text = text;
	assert_null(strstr(make(b, ""), "energy="));
	assert_true(b->message.cut);
	b->sample.records[0].type = MG_TYPE_BYTES;
	b->sample.records[0].data = (struct mg_bytes){ data, sizeof(data) };
	assert_null(strstr(make(b, ""), "energy="));
	assert_true(b->message.cut);
	b->sample.records[0].type = MG_TYPE_NONE;
	b->sample.reading.device = text;
	assert_null(strstr(make(b, ""), "device="));
	assert_true(b->message.cut);
}

static void events_say_what_they_know(void **state)
{
	struct bench *b = *state;
	b->sample.reading.type = "bus_down";
	b->sample.reading.device = "";
	b->sample.reading.device_seq = 0;
	b->sample.reading.meter.has = 0;
	b->sample.reading.record_count = 0;
	expect(b, " 42 bus_down [meta sequenceId=\"12\"][metergate@32473 "
			  "gateway=\"test-gateway\" bus=\"cellar\" run=\"1795327200123456\" "
			  "seq=\"7\"] ");
}

/* Two bytes a character: no limit may split one, and every limit is kept. */
static void text_is_cut_between_characters(void **state)
{
	struct bench *b = *state;
	char body[2001];
	for (size_t i = 0; i < 2000; i += 2) {
		memcpy(body + i, "\xC3\xA4", 2);
	}
	body[2000] = '\0';
	for (size_t limit = MESSAGE_SMALLEST; limit < MESSAGE_SMALLEST + 10; limit++) {
		b->style.limit = limit;
		make(b, body);
		assert_in_range(b->message.size, limit - 1, limit);
		assert_true(b->message.cut);
		assert_int_equal(b->message.bytes[b->message.size - 1], '\xA4');
	}
}

static void parameters_are_whole_or_absent(void **state)
{
	struct bench *b = *state;
	struct mg_record records[100];
	for (size_t i = 0; i < 100; i++) {
		records[i] = b->sample.records[0];
	}
	b->sample.reading.records = records;
	b->sample.reading.record_count = 100;
	for (size_t limit = MESSAGE_SMALLEST; limit < MESSAGE_SMALLEST + 40; limit++) {
		b->style.limit = limit;
		make(b, "body");
		assert_true(b->message.size <= limit && b->message.cut);
		const char *end = strstr(b->message.bytes, "\"]");
		end = strstr(end + 2, "Wh\"]");
		assert_non_null(end);
		assert_true(end[4] == '\0' || strncmp(end + 4, " \xEF\xBB\xBF", 4) == 0);
	}
}

static void plain_text_has_no_line_ends(void **state)
{
	struct bench *b = *state;
	message_write_plain(&b->message, 8, "a\nb\tc\xC3\xA4\xC3\xA4", 9);
	assert_string_equal(b->message.bytes, "a b c\xC3\xA4");
	assert_true(b->message.cut);
}

static void sequence_wraps_to_one(void **state)
{
	(void)state;
	assert_int_equal(message_next(1), 2);
	assert_int_equal(message_next(2147483646), 2147483647);
	assert_int_equal(message_next(2147483647), 1);
}

#define ROW(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(message_is_exactly_so),
		ROW(special_characters_are_escaped_in_values),
		ROW(names_obey_the_grammar),
		ROW(header_fields_are_printable_and_never_empty),
		ROW(time_has_milliseconds_and_may_be_missing),
		ROW(every_type_of_value_has_its_text),
		ROW(values_that_may_not_be_used_are_left_out),
		ROW(endless_values_are_left_out_and_said),
		ROW(events_say_what_they_know),
		ROW(text_is_cut_between_characters),
		ROW(parameters_are_whole_or_absent),
		ROW(plain_text_has_no_line_ends),
		ROW(sequence_wraps_to_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
