/* SPDX-License-Identifier: MIT */
/* Checks security mode 10, AES-CCM. */
#include "secure_bench.h"

/* Short header, counter 939916, tag of 8 bytes. */
#define SHORT                                                                            \
	"7A 2A 00 FF2A 1001 8C570E00 C5C290A43F632C113E23707EE96DAE3651 723AAEC4E2FD598A"

/* Long header, counter 44332211h. */
#define CIPHER "2FDFD6E9EFD1B788F5478855C99192B28B"
#define LONG_WITH(extension) "72 " SECURE_BENCH_LONG "FF2A " extension " 11223344 " CIPHER

static void a_short_header_needs_the_identity(void **state)
{
	(void)state;
	const struct mg_identity number_alone = { 0x12345678, 0xFFFF, 0xFF, 0xFF };
	struct mg_identity other = secure_bench_meter;
	secure_bench_expect(SHORT, SECURE_BENCH_KEY, &secure_bench_meter,
			SECURE_BENCH_RECORDS("17", "23", "29"));
	secure_bench_refuse(SHORT, SECURE_BENCH_KEY, NULL, MG_FAULT_IDENTITY_NEEDED);
	secure_bench_refuse(SHORT, SECURE_BENCH_KEY, &number_alone, MG_FAULT_IDENTITY_NEEDED);
	other.medium = 0x07;
	secure_bench_refuse(SHORT, SECURE_BENCH_KEY, &other, MG_FAULT_KEY_WRONG);
}

static void tags_of_every_length_are_checked(void **state)
{
	(void)state;
	static const struct {
		const char *hex;
		size_t tag;
	} rows[] = {
		{ LONG_WITH("1000") "E0744EE3", 4 },
		{ LONG_WITH("1001") "9232789E5056B3D4", 8 },
		{ LONG_WITH("1002") "AAA06183CDDC7411CDA55182", 12 },
		{ LONG_WITH("1003") "EC63FA623385AD92B6D631EB70F767E3", 16 },
	};
	for (size_t i = 0; i < BENCH_COUNT(rows); i++) {
		secure_bench_expect(rows[i].hex, SECURE_BENCH_KEY, NULL,
				SECURE_BENCH_RECORDS("25", "31", "37"));
		/* Identity, access and status; counter, cipher text and tag. */
		secure_bench_flip(rows[i].hex, NULL, 0, 10);
		secure_bench_flip(rows[i].hex, NULL, 14, 4 + 17 + rows[i].tag);
	}
}

/* Key id, and bits without a meaning here: authenticated nevertheless. */
static void the_extension_is_under_the_tag(void **state)
{
	(void)state;
	secure_bench_refuse(LONG_WITH("1101") "9232789E5056B3D4", SECURE_BENCH_KEY, NULL,
			MG_FAULT_KEY_WRONG);
	secure_bench_refuse(LONG_WITH("1081") "9232789E5056B3D4", SECURE_BENCH_KEY, NULL,
			MG_FAULT_KEY_WRONG);
	secure_bench_refuse(LONG_WITH("1001") "9232789E5056B3D4",
			"000102030405060708090A0B0C0D0E0E", NULL, MG_FAULT_KEY_WRONG);
}

/* Version of the key, then the counter; the bytes are announced by their number. */
static void the_version_of_the_key_stands_before_the_counter(void **state)
{
	(void)state;
	static const char hex[] =
			"72 " SECURE_BENCH_LONG "112A 5001 07 11223344 " CIPHER "44866C426FFE4463";
	secure_bench_expect(
			hex, SECURE_BENCH_KEY, NULL, SECURE_BENCH_RECORDS("26", "32", "38"));
	secure_bench_flip(hex, NULL, 14, 1);
}

static void the_key_may_be_used_as_it_is(void **state)
{
	(void)state;
	secure_bench_expect("72 " SECURE_BENCH_LONG
						"FF2A 0001 11223344 2C1A857D01134DBDB6DB71F098C13CDA7A"
						"CC8748C0BFFC42C3",
			SECURE_BENCH_KEY, NULL, SECURE_BENCH_RECORDS("25", "31", "37"));
}

static void the_counter_may_stand_in_the_afl(void **state)
{
	(void)state;
	static const char body[] =
			"72 " SECURE_BENCH_LONG "FF0A 1001 " CIPHER "B911AB0B99AD3D7D";
	char hex[200];
	snprintf(hex, sizeof(hex), "90 07 0028 20 11223344 %s", body);
	secure_bench_expect(
			hex, SECURE_BENCH_KEY, NULL, SECURE_BENCH_RECORDS("30", "36", "42"));
	secure_bench_refuse(body, SECURE_BENCH_KEY, NULL, MG_FAULT_SECURITY_UNSUPPORTED);
}

/* Nobody says whether the rest would be under the tag. */
static void a_part_in_plain_is_refused(void **state)
{
	(void)state;
	secure_bench_refuse("72 " SECURE_BENCH_LONG "102A 1001 11223344 " CIPHER
						"9232789E5056B3D4",
			SECURE_BENCH_KEY, NULL, MG_FAULT_SECURITY_UNSUPPORTED);
	secure_bench_refuse("72 " SECURE_BENCH_LONG "012A 1001 11223344 " CIPHER
						"9232789E5056B3D4",
			SECURE_BENCH_KEY, NULL, MG_FAULT_SECURITY_UNSUPPORTED);
}

static void other_key_derivations_are_refused(void **state)
{
	(void)state;
	secure_bench_refuse(LONG_WITH("2001") "9232789E5056B3D4", SECURE_BENCH_KEY, NULL,
			MG_FAULT_SECURITY_UNSUPPORTED);
	secure_bench_refuse(LONG_WITH("3001") "9232789E5056B3D4", SECURE_BENCH_KEY, NULL,
			MG_FAULT_SECURITY_UNSUPPORTED);
}

static void what_is_cut_off_opens_nothing(void **state)
{
	(void)state;
	secure_bench_cut(SHORT, &secure_bench_meter);
	secure_bench_cut(LONG_WITH("1000") "E0744EE3", NULL);
	secure_bench_cut(LONG_WITH("1003") "EC63FA623385AD92B6D631EB70F767E3", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_short_header_needs_the_identity),
		cmocka_unit_test(tags_of_every_length_are_checked),
		cmocka_unit_test(the_extension_is_under_the_tag),
		cmocka_unit_test(the_version_of_the_key_stands_before_the_counter),
		cmocka_unit_test(the_key_may_be_used_as_it_is),
		cmocka_unit_test(the_counter_may_stand_in_the_afl),
		cmocka_unit_test(a_part_in_plain_is_refused),
		cmocka_unit_test(other_key_derivations_are_refused),
		cmocka_unit_test(what_is_cut_off_opens_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
