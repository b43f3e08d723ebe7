/* SPDX-License-Identifier: MIT */
/* Checks security mode 7: a key for each message, and the MAC in the AFL. */
#include "secure_bench.h"

/* What CEN/TR 17167 sends by radio, here in a frame of the wire: its MAC covers all
   from CI 72h on. */
#define EXAMPLE "90 0F 002C 25 B30A0000 AF5D74DF73A600D9 " EXAMPLE_BODY
#define EXAMPLE_BODY                                                                     \
	"72 78563412 9315 33 03 75 00 2007 10 "                                              \
	"9058475F4BC91DF878B80A1B0F98B629 024AAC727942BFC549233C0140829B93"
#define EXAMPLE_RECORDS SECURE_BENCH_RECORDS("39", "45", "51")

#define CIPHER "F80CB294CB0E849363447ABF63D464843F4BD7B927218772FDDC4C6A1088491F"
/* Counter 44332211h in the AFL. */
#define BODY "72 78563412 9315 33 03 75 00 2007 10 " CIPHER
/* The same counter behind the extension. */
#define COUNTED "78563412 9315 33 03 75 00 2027 10 11223344 " CIPHER
/* The key of the meter itself. */
#define DIRECT                                                                           \
	"72 78563412 9315 33 03 75 00 2007 00 "                                              \
	"694203E0385E2E80219E6C09EF4F3087468C32FBD4175846BA302AD00E16516E"

static void the_example_is_opened(void **state)
{
	(void)state;
	secure_bench_expect(EXAMPLE, SECURE_BENCH_KEY, NULL, EXAMPLE_RECORDS);
}

static void every_bit_under_the_mac_counts(void **state)
{
	(void)state;
	/* Message counter, MAC; then identity, access and status, cipher text. */
	secure_bench_flip(EXAMPLE, NULL, 4, 4 + 8);
	secure_bench_flip(EXAMPLE, NULL, 17, 10);
	secure_bench_flip(EXAMPLE, NULL, 30, 32);
	secure_bench_refuse(
			EXAMPLE, "000102030405060708090A0B0C0D0E0E", NULL, MG_FAULT_KEY_WRONG);
}

/* All fields of the AFL, and each length that a CMAC may have. */
static void macs_of_every_length_are_checked(void **state)
{
	(void)state;
	static const struct {
		const char *good, *records;
		size_t mac_size;
	} rows[] = {
		{ "90 0D 003E 63 1000 11223344 BEB6 2E00 " BODY,
				SECURE_BENCH_RECORDS("37", "43", "49"), 2 },
		{ "90 0F 003E 64 1000 11223344 CDCC07BF 2E00 " BODY,
				SECURE_BENCH_RECORDS("39", "45", "51"), 4 },
		{ "90 13 003E 65 1000 11223344 00AAAA13F6069D22 2E00 " BODY,
				SECURE_BENCH_RECORDS("43", "49", "55"), 8 },
		{ "90 17 003E 66 1000 11223344 F3488CC22EDF516FDB967B99 2E00 " BODY,
				SECURE_BENCH_RECORDS("47", "53", "59"), 12 },
		{ "90 1B 003E 67 1000 11223344 91B982A62804B2C28AF50424C51E7AB1 2E00 " BODY,
				SECURE_BENCH_RECORDS("51", "57", "63"), 16 },
	};
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		secure_bench_expect(rows[i].good, SECURE_BENCH_KEY, NULL, rows[i].records);
		/* Key information, counter, MAC, message length. */
		secure_bench_flip(rows[i].good, NULL, 4, 2 + 4 + rows[i].mac_size + 2);
	}
}

/* GMAC, types that nobody knows, and a type whose MAC is not there. */
static void a_mac_that_cannot_be_checked_is_refused(void **state)
{
	(void)state;
	static const char *const telegrams[] = {
		"90 13 002C 28 11223344 000000000000000000000000 " BODY,
		"90 17 002C 29 11223344 00000000000000000000000000000000 " BODY,
		"90 0F 002C 2A 11223344 0000000000000000 " BODY,
		"90 09 002C 21 11223344 0000 " BODY,
		"90 07 0028 25 11223344 " BODY,
	};
	for (size_t i = 0; i < BENCH_COUNT(telegrams); i++) {
		secure_bench_refuse(
				telegrams[i], SECURE_BENCH_KEY, NULL, MG_FAULT_SECURITY_UNSUPPORTED);
	}
}

static void the_counter_stands_in_the_extension_or_in_the_afl(void **state)
{
	(void)state;
	secure_bench_expect(
			"72" COUNTED, SECURE_BENCH_KEY, NULL, SECURE_BENCH_RECORDS("26", "32", "38"));
	secure_bench_expect("90 0B 0024 05 1317418AE2429365 72" COUNTED, SECURE_BENCH_KEY,
			NULL, SECURE_BENCH_RECORDS("39", "45", "51"));
	secure_bench_expect("90 07 0028 20 11223344" BODY, SECURE_BENCH_KEY, NULL,
			SECURE_BENCH_RECORDS("31", "37", "43"));
	/* Counter, then the version of the key. */
	secure_bench_expect("72 78563412 9315 33 03 75 00 2027 50 11223344 07 " CIPHER,
			SECURE_BENCH_KEY, NULL, SECURE_BENCH_RECORDS("27", "33", "39"));
	secure_bench_refuse(BODY, SECURE_BENCH_KEY, NULL, MG_FAULT_SECURITY_UNSUPPORTED);
}

static void the_key_may_be_used_as_it_is(void **state)
{
	(void)state;
	secure_bench_expect(
			DIRECT, SECURE_BENCH_KEY, NULL, SECURE_BENCH_RECORDS("22", "28", "34"));
	secure_bench_expect("90 0F 002C 25 11223344 1F8CA0733C20499C " DIRECT,
			SECURE_BENCH_KEY, NULL, SECURE_BENCH_RECORDS("39", "45", "51"));
	secure_bench_flip("90 0F 002C 25 11223344 1F8CA0733C20499C " DIRECT, NULL, 8, 8);
}

static void other_key_derivations_are_refused(void **state)
{
	(void)state;
	secure_bench_refuse("72 78563412 9315 33 03 75 00 2027 20 11223344 " CIPHER,
			SECURE_BENCH_KEY, NULL, MG_FAULT_SECURITY_UNSUPPORTED);
	secure_bench_refuse("72 78563412 9315 33 03 75 00 2027 30 11223344 " CIPHER,
			SECURE_BENCH_KEY, NULL, MG_FAULT_SECURITY_UNSUPPORTED);
}

static void a_short_header_needs_the_number_alone(void **state)
{
	(void)state;
	static const char hex[] = "7A 75 00 2027 10 11223344 " CIPHER;
	const struct mg_identity number_alone = { 0x12345678, 0xFFFF, 0xFF, 0xFF };
	const struct mg_identity part_of_it = { 0x1234567F, 0x1593, 0x33, 0x03 };
	secure_bench_expect(
			hex, SECURE_BENCH_KEY, &number_alone, SECURE_BENCH_RECORDS("18", "24", "30"));
	secure_bench_refuse(hex, SECURE_BENCH_KEY, &part_of_it, MG_FAULT_IDENTITY_NEEDED);
	secure_bench_refuse(hex, SECURE_BENCH_KEY, NULL, MG_FAULT_IDENTITY_NEEDED);
	secure_bench_refuse(
			"90 0F 002C 25 11223344 0000000000000000 7A 75 00 2007 10 " CIPHER,
			SECURE_BENCH_KEY, NULL, MG_FAULT_IDENTITY_NEEDED);
}

/* Without a MAC the check bytes are all there is. */
static void without_mac_the_check_bytes_count(void **state)
{
	(void)state;
	secure_bench_flip("72" COUNTED, NULL, 17, 16);
	secure_bench_refuse(
			"72" COUNTED, "000102030405060708090A0B0C0D0E0E", NULL, MG_FAULT_KEY_WRONG);
}

static void what_is_cut_off_opens_nothing(void **state)
{
	(void)state;
	secure_bench_cut(EXAMPLE, NULL);
	secure_bench_cut("72" COUNTED, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_is_opened),
		cmocka_unit_test(every_bit_under_the_mac_counts),
		cmocka_unit_test(macs_of_every_length_are_checked),
		cmocka_unit_test(a_mac_that_cannot_be_checked_is_refused),
		cmocka_unit_test(the_counter_stands_in_the_extension_or_in_the_afl),
		cmocka_unit_test(the_key_may_be_used_as_it_is),
		cmocka_unit_test(other_key_derivations_are_refused),
		cmocka_unit_test(a_short_header_needs_the_number_alone),
		cmocka_unit_test(without_mac_the_check_bytes_count),
		cmocka_unit_test(what_is_cut_off_opens_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
