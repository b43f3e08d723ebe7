/* SPDX-License-Identifier: MIT */
/* Checks which telegrams are opened at all, and what is in them besides records. */
#include "secure_bench.h"

#define BLOCKS "46F8246C3636D26D1A7AD770E1F8DBBB FE768CBE8C12F16CD517A254B5806A95"

static void an_alarm_may_be_encrypted(void **state)
{
	(void)state;
	struct bench bench;
	uint8_t plain[SECURE_PLAIN_MAX];
	secure_bench_take(
			&bench, "75 " SECURE_BENCH_LONG "1005 29EA429F62E1CF10483F5A27E995A03A");
	assert_int_equal(bench.telegram.alarm, -1);
	assert_int_equal(
			secure_bench_open(&bench, SECURE_BENCH_KEY, NULL, plain), MG_FAULT_NONE);
	assert_int_equal(bench.telegram.alarm, 0x21);
	assert_int_equal(bench.telegram.security_mode, 5);
	bench_finish(&bench);
}

/* Then the telegram is open, but needs its format. */
static void a_compact_frame_may_be_encrypted(void **state)
{
	(void)state;
	struct bench bench;
	uint8_t plain[SECURE_PLAIN_MAX];
	secure_bench_take(&bench, "7B 2A 00 1005 6C9AB6D70A9E0240F7C299AD1EA8B928");
	assert_int_equal(
			secure_bench_open(&bench, SECURE_BENCH_KEY, &secure_bench_meter, plain),
			MG_FAULT_FORMAT_UNKNOWN);
	assert_int_equal(bench.telegram.flags & MG_TELEGRAM_ENCRYPTED, 0);
	assert_int_equal(bench.telegram.content, MG_CONTENT_COMPACT);
	assert_int_equal(bench.telegram.format_signature, 0x3B31);
	assert_int_equal(bench.telegram.format_crc, 0xA642);
	bench_finish(&bench);
}

static void the_longest_telegram_fits(void **state)
{
	(void)state;
	struct bench bench;
	uint8_t data[252] = { 0x2A, 0x00, 0xF0, 0x25 };
	bench_user_data(&bench, 0x08, 0x7A, data, sizeof(data));
	secure_bench_closed(
			&bench, SECURE_BENCH_KEY, &secure_bench_meter, MG_FAULT_KEY_WRONG);
	assert_int_equal(bench.telegram.records.size, 248);
	bench_finish(&bench);
}

/* Keys are derived for what the meter sends; mode 5 knows no direction. */
static void derived_keys_are_for_the_direction_from_the_meter(void **state)
{
	(void)state;
	struct bench bench;
	uint8_t data[252];
	size_t size = bench_bytes(SECURE_BENCH_LONG "FF2A 1001 11223344 "
												"2FDFD6E9EFD1B788F5478855C99192B28B"
												"9232789E5056B3D4",
			data, sizeof(data));
	bench_user_data(&bench, 0x53, 0x5B, data, size);
	secure_bench_closed(&bench, SECURE_BENCH_KEY, NULL, MG_FAULT_SECURITY_UNSUPPORTED);
	bench_finish(&bench);
	uint8_t plain[SECURE_PLAIN_MAX];
	size = bench_bytes(SECURE_BENCH_LONG "2005 " BLOCKS, data, sizeof(data));
	bench_user_data(&bench, 0x53, 0x5B, data, size);
	assert_int_equal(
			secure_bench_open(&bench, SECURE_BENCH_KEY, NULL, plain), MG_FAULT_NONE);
	bench_finish(&bench);
}

/* Otherwise a forged MAC would pass unseen. */
static void a_mac_of_another_mode_is_refused(void **state)
{
	(void)state;
	secure_bench_refuse("90 0B 0024 05 0000000000000000 72 " SECURE_BENCH_LONG
						"2005 " BLOCKS,
			SECURE_BENCH_KEY, NULL, MG_FAULT_SECURITY_UNSUPPORTED);
}

static void assert_unsupported(const struct mg_telegram *telegram)
{
	const struct secure_key key = secure_bench_key(SECURE_BENCH_KEY);
	uint8_t plain[SECURE_PLAIN_MAX];
	struct mg_telegram copy = *telegram;
	assert_int_equal(
			secure_open(&copy, &key, NULL, plain), MG_FAULT_SECURITY_UNSUPPORTED);
	assert_memory_equal(&copy, telegram, sizeof(copy));
}

static void what_does_not_fit_together_is_refused(void **state)
{
	(void)state;
	struct bench bench;
	secure_bench_take(&bench, "72 " SECURE_BENCH_LONG "2005 " BLOCKS);
	const struct mg_telegram good = bench.telegram;
	bench.telegram.flags = 0;
	assert_unsupported(&bench.telegram);
	bench.telegram = good;
	bench.telegram.security_mode = 9;
	assert_unsupported(&bench.telegram);
	bench.telegram = good;
	bench.telegram.signature = 0x0500;
	assert_unsupported(&bench.telegram);
	bench.telegram.signature = 0x0530;
	assert_unsupported(&bench.telegram);
	bench.telegram = good;
	bench.telegram.records.size = SECURE_PLAIN_MAX + 1;
	assert_unsupported(&bench.telegram);
	bench.telegram = good;
	bench.telegram.body.size = bench.telegram.records.size - 1;
	assert_unsupported(&bench.telegram);
	bench.telegram.body.size = SECURE_PLAIN_MAX + 1;
	assert_unsupported(&bench.telegram);
	static const uint8_t modes[] = { 7, 10 };
	for (size_t i = 0; i < sizeof(modes); i++) {
		bench.telegram = good;
		bench.telegram.security_mode = modes[i];
		bench.telegram.signature = 0xFFFF;
		for (size_t size = 0; size < 7; size++) {
			bench.telegram.records.size = size;
			assert_unsupported(&bench.telegram);
		}
	}
	bench_finish(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_alarm_may_be_encrypted),
		cmocka_unit_test(a_compact_frame_may_be_encrypted),
		cmocka_unit_test(the_longest_telegram_fits),
		cmocka_unit_test(derived_keys_are_for_the_direction_from_the_meter),
		cmocka_unit_test(a_mac_of_another_mode_is_refused),
		cmocka_unit_test(what_does_not_fit_together_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
