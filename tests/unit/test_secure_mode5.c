/* SPDX-License-Identifier: MIT */
/* Checks security mode 5, AES-CBC begun with the identity. */
#include "secure_bench.h"

/* The wired example of OMS, volume 2, annex N; what follows one block is in plain. */
#define WIRED                                                                            \
	"72 88776655 9344 55 08 00 04 1005 00DFE2A782146D1513581CD2F83F3904 "                \
	"0CFD1078563412 0C7844332211"
#define WIRED_KEY "000102030405060708090A0B0C0D0E0F"

/* Short header, two blocks. */
#define SHORT                                                                            \
	"7A 2A 00 2005 46F8246C3636D26D1A7AD770E1F8DBBB FE768CBE8C12F16CD517A254B5806A95"

static void the_wired_example_of_oms_is_opened(void **state)
{
	(void)state;
	static const char records[] =
			"21:hca=1234 hca; 26:date=2007-04-30; 30:hca=23456 hca; "
			"35:customer-location=12345678; 42:fabrication-number=11223344; ";
	secure_bench_expect(WIRED, WIRED_KEY, NULL, records);
	/* The header says who it is; what else is known does not matter. */
	secure_bench_expect(WIRED, WIRED_KEY, &secure_bench_meter, records);
}

static void a_short_header_needs_the_identity(void **state)
{
	(void)state;
	const struct mg_identity number_alone = { 0x12345678, 0xFFFF, 0xFF, 0xFF };
	struct mg_identity other = secure_bench_meter;
	secure_bench_expect(SHORT, SECURE_BENCH_KEY, &secure_bench_meter,
			SECURE_BENCH_RECORDS("13", "19", "25"));
	secure_bench_refuse(SHORT, SECURE_BENCH_KEY, NULL, MG_FAULT_IDENTITY_NEEDED);
	secure_bench_refuse(SHORT, SECURE_BENCH_KEY, &number_alone, MG_FAULT_IDENTITY_NEEDED);
	other.manufacturer = 0x1594;
	secure_bench_refuse(SHORT, SECURE_BENCH_KEY, &other, MG_FAULT_KEY_WRONG);
	other.manufacturer = 0x1693;
	secure_bench_refuse(SHORT, SECURE_BENCH_KEY, &other, MG_FAULT_KEY_WRONG);
}

static void another_key_opens_nothing(void **state)
{
	(void)state;
	static const char *const keys[] = {
		"000102030405060708090A0B0C0D0E0E",
		"800102030405060708090A0B0C0D0E0F",
		"0F0E0D0C0B0A09080706050403020100",
	};
	for (size_t i = 0; i < BENCH_COUNT(keys); i++) {
		secure_bench_refuse(WIRED, keys[i], NULL, MG_FAULT_KEY_WRONG);
		secure_bench_refuse(SHORT, keys[i], &secure_bench_meter, MG_FAULT_KEY_WRONG);
	}
}

/* Nothing but the two check bytes protects this mode: both must be looked at. */
static void both_check_bytes_are_looked_at(void **state)
{
	(void)state;
	/* A bit of the first byte of the initial vector, and one of the second. */
	secure_bench_refuse("72 88776655 9244 55 08 00 04 1005 "
						"00DFE2A782146D1513581CD2F83F3904",
			WIRED_KEY, NULL, MG_FAULT_KEY_WRONG);
	secure_bench_refuse("72 88776655 9345 55 08 00 04 1005 "
						"00DFE2A782146D1513581CD2F83F3904",
			WIRED_KEY, NULL, MG_FAULT_KEY_WRONG);
	secure_bench_flip(WIRED, NULL, 12, 16);
}

static void what_is_cut_off_opens_nothing(void **state)
{
	(void)state;
	secure_bench_cut(SHORT, &secure_bench_meter);
	secure_bench_cut(
			"72 88776655 9344 55 08 00 04 1005 00DFE2A782146D1513581CD2F83F3904", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_wired_example_of_oms_is_opened),
		cmocka_unit_test(a_short_header_needs_the_identity),
		cmocka_unit_test(another_key_opens_nothing),
		cmocka_unit_test(both_check_bytes_are_looked_at),
		cmocka_unit_test(what_is_cut_off_opens_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
