/* SPDX-License-Identifier: MIT */
/* Checks how requests of a master are named. */
#include "capture_bench.h"

#include "capture/sniff_text.h"

static void expect(const uint8_t *bytes, size_t size, const char *wanted)
{
	struct mg_frame frame;
	size_t length;
	char text[SNIFF_TEXT_SIZE];
	assert_int_equal(mg_frame_parse(bytes, size, &frame, &length), MG_FAULT_NONE);
	assert_string_equal(sniff_text_request(&frame, text), wanted);
}

static void requests_have_the_names_of_the_standard(void **state)
{
	(void)state;
	assert_string_equal(sniff_text_name(0x40), "SND_NKE");
	assert_string_equal(sniff_text_name(0x5A), "REQ_UD1");
	assert_string_equal(sniff_text_name(0x7A), "REQ_UD1");
	assert_string_equal(sniff_text_name(0x4B), "REQ_UD2");
	assert_string_equal(sniff_text_name(0x53), "SND_UD");
	assert_string_equal(sniff_text_name(0x73), "SND_UD");
	assert_string_equal(sniff_text_name(0x43), "SND_UD2");
	assert_string_equal(sniff_text_name(0x49), "REQ_SKE");
	assert_string_equal(sniff_text_name(0x4F), "unknown request");
}

static void a_request_says_whom_and_with_which_fcb(void **state)
{
	(void)state;
	expect(BENCH_BYTES("\x10\x7B\x05\x80\x16"), "REQ_UD2 to 5, FCB 1");
	expect(BENCH_BYTES("\x10\x5B\xFD\x58\x16"), "REQ_UD2 to 253, FCB 0");
	expect(BENCH_BYTES("\x10\x40\xFF\x3F\x16"), "SND_NKE to 255");
}

static void a_selection_says_who_is_meant(void **state)
{
	(void)state;
	expect(BENCH_BYTES("\x68\x0B\x0B\x68\x53\xFD\x52\x78\x56\x34\x12\xFF\xFF\xFF\xFF\xB2"
					   "\x16"),
			"SND_UD to 253, FCB 0: selects 12345678");
}

static void other_commands_say_what_they_are(void **state)
{
	struct mg_frame frame = { .type = MG_FRAME_LONG, .c = 0x73, .a = 1, .ci = 0x50 };
	char text[SNIFF_TEXT_SIZE], wanted[SNIFF_TEXT_SIZE];
	(void)state;
	snprintf(wanted, sizeof(wanted), "SND_UD to 1, FCB 1: %s", mg_ci_text(0x50));
	assert_string_equal(sniff_text_request(&frame, text), wanted);
	/* A selection that is cut short selects nobody that could be named. */
	frame.ci = 0x52;
	snprintf(wanted, sizeof(wanted), "SND_UD to 1, FCB 1: %s", mg_ci_text(0x52));
	assert_string_equal(sniff_text_request(&frame, text), wanted);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_have_the_names_of_the_standard),
		cmocka_unit_test(a_request_says_whom_and_with_which_fcb),
		cmocka_unit_test(a_selection_says_who_is_meant),
		cmocka_unit_test(other_commands_say_what_they_are),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
