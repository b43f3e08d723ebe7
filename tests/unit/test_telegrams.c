/* SPDX-License-Identifier: MIT */
/* What a readout has to know of a telegram. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "link/telegrams.h"

/* ID 12345678, PAD, version 1, water; 12345.678 m3, and more telegrams follow. */
static const uint8_t more[] = { 0x68, 0x16, 0x16, 0x68, 0x08, 0x01, 0x72, 0x78, 0x56,
	0x34, 0x12, 0x24, 0x40, 0x01, 0x07, 0x55, 0x00, 0x00, 0x00, 0x0C, 0x13, 0x78, 0x56,
	0x34, 0x12, 0x1F, 0xA2, 0x16 };
/* Fixed structure, ID 12345678. */
static const uint8_t fixed[] = { 0x68, 0x13, 0x13, 0x68, 0x08, 0x05, 0x73, 0x78, 0x56,
	0x34, 0x12, 0x0A, 0x00, 0xE9, 0x7E, 0x01, 0x00, 0x00, 0x00, 0x35, 0x01, 0x00, 0x00,
	0x3C, 0x16 };
static const uint8_t busy[] = { 0x68, 0x04, 0x04, 0x68, 0x08, 0x05, 0x70, 0x08, 0x85,
	0x16 };

/* The same meter with an encrypted telegram, mode 5: energy, and more to follow. Once
   with a long header, once with a short one. */
static const uint8_t closed[] = { 0x68, 0x1F, 0x1F, 0x68, 0x08, 0x05, 0x72, 0x78, 0x56,
	0x34, 0x12, 0x93, 0x15, 0x33, 0x03, 0x2A, 0x00, 0x10, 0x05, 0x87, 0xDF, 0xB9, 0x24,
	0x68, 0x86, 0x5F, 0xC2, 0x09, 0xD1, 0x4D, 0xA1, 0x71, 0xBE, 0xDE, 0x69, 0x40, 0x16 };
static const uint8_t closed_short[] = { 0x68, 0x17, 0x17, 0x68, 0x08, 0x05, 0x7A, 0x2A,
	0x00, 0x10, 0x05, 0x87, 0xDF, 0xB9, 0x24, 0x68, 0x86, 0x5F, 0xC2, 0x09, 0xD1, 0x4D,
	0xA1, 0x71, 0xBE, 0xDE, 0x69, 0x56, 0x16 };

static struct telegrams_facts look(const uint8_t *bytes, size_t size)
{
	struct mg_frame frame;
	struct telegrams_facts facts;
	size_t length;
	assert_int_equal(mg_frame_parse(bytes, size, &frame, &length), MG_FAULT_NONE);
	telegrams_look(&frame, &facts);
	return facts;
}

static struct telegrams_facts look_changed(size_t at, uint8_t value)
{
	uint8_t bytes[sizeof(more)];
	memcpy(bytes, more, sizeof(more));
	uint8_t difference = (uint8_t)(value - bytes[at]);
	bytes[at] = value;
	bytes[sizeof(bytes) - 2] = (uint8_t)(bytes[sizeof(bytes) - 2] + difference);
	return look(bytes, sizeof(bytes));
}

static void test_a_telegram_with_more_to_come(void **state)
{
	(void)state;
	struct telegrams_facts facts = look(more, sizeof(more));
	assert_true(facts.more);
	assert_true(facts.has_identity);
	assert_int_equal(facts.header, MG_HEADER_LONG);
	assert_int_equal(facts.identity.id, 0x12345678);
	assert_int_equal(facts.identity.medium, 7);
}

static void test_a_fixed_telegram(void **state)
{
	(void)state;
	struct telegrams_facts facts = look(fixed, sizeof(fixed));
	assert_false(facts.more);
	assert_true(facts.has_identity);
	assert_int_equal(facts.header, MG_HEADER_FIXED);
	assert_int_equal(facts.identity.id, 0x12345678);
}

static struct telegrams_facts look_into(
		const uint8_t *bytes, size_t size, const struct telegrams_secret *secret)
{
	struct mg_frame frame;
	struct telegrams_facts facts;
	size_t length;
	assert_int_equal(mg_frame_parse(bytes, size, &frame, &length), MG_FAULT_NONE);
	telegrams_look_into(&frame, secret, &facts);
	return facts;
}

static void test_the_key_shows_that_more_is_to_come(void **state)
{
	(void)state;
	const struct mg_identity meter = { 0x12345678, 0x1593, 0x33, 0x03 };
	struct secure_key key;
	assert_true(secure_key_parse("000102030405060708090A0B0C0D0E0F", &key));
	struct telegrams_secret secret = { .key = &key };
	struct telegrams_facts facts = look_into(closed, sizeof(closed), &secret);
	assert_true(facts.more);
	assert_true(facts.has_identity);
	assert_int_equal(facts.identity.id, 0x12345678);
	assert_false(look_into(closed_short, sizeof(closed_short), &secret).more);
	secret.identity = &meter;
	facts = look_into(closed_short, sizeof(closed_short), &secret);
	assert_true(facts.more);
	assert_false(facts.has_identity);
	key.bytes[15] ^= 1;
	facts = look_into(closed, sizeof(closed), &secret);
	assert_false(facts.more);
	assert_int_equal(facts.identity.id, 0x12345678);
}

static void test_without_a_key_the_header_is_seen(void **state)
{
	(void)state;
	struct telegrams_facts facts = look(closed, sizeof(closed));
	assert_false(facts.more);
	assert_true(facts.has_identity);
	assert_int_equal(facts.identity.id, 0x12345678);
}

static void test_an_application_error_has_no_identity(void **state)
{
	(void)state;
	struct telegrams_facts facts = look(busy, sizeof(busy));
	assert_false(facts.more);
	assert_false(facts.has_identity);
}

static void test_the_print_is_of_the_records_not_of_their_values(void **state)
{
	(void)state;
	uint64_t print = look(more, sizeof(more)).print;
	assert_true(look_changed(21, 0x79).print == print);  /* volume */
	assert_true(look_changed(15, 0x56).print == print);  /* access number */
	assert_false(look_changed(20, 0x14).print == print); /* VIF */
	assert_false(look_changed(25, 0x2F).print == print); /* no more to come */
}

static void test_repeats_differ_in_the_access_number_alone(void **state)
{
	(void)state;
	uint8_t other[sizeof(more)];
	const struct mg_bytes first = { more, sizeof(more) };
	const struct mg_bytes second = { other, sizeof(other) };
	memcpy(other, more, sizeof(more));
	assert_true(telegrams_equal(first, second));
	other[15] = 0x56;
	other[26] = 0xA3;
	other[4] = 0x28;
	assert_true(telegrams_equal(first, second));
	other[21] = 0x79;
	assert_false(telegrams_equal(first, second));
}

static void test_repeats_have_one_length_and_kind(void **state)
{
	(void)state;
	uint8_t other[sizeof(fixed)];
	const struct mg_bytes a = { more, sizeof(more) };
	const struct mg_bytes b = { fixed, sizeof(fixed) };
	const struct mg_bytes c = { other, sizeof(other) };
	const struct mg_bytes ack = { (const uint8_t *)"\xE5", 1 };
	assert_false(telegrams_equal(a, b));
	assert_false(telegrams_equal(ack, ack));
	memcpy(other, fixed, sizeof(fixed));
	other[11]++;
	assert_true(telegrams_equal(b, c));
	other[12]++;
	assert_false(telegrams_equal(b, c));
	const uint8_t short_header[] = { 0x68, 4, 4, 0x68, 8, 5, 0x7A, 1, 0x88, 0x16 };
	const uint8_t next[] = { 0x68, 4, 4, 0x68, 8, 5, 0x7A, 2, 0x89, 0x16 };
	const uint8_t none[] = { 0x68, 4, 4, 0x68, 8, 5, 0x78, 1, 0x86, 0x16 };
	const uint8_t none_next[] = { 0x68, 4, 4, 0x68, 8, 5, 0x78, 2, 0x87, 0x16 };
	assert_true(telegrams_equal((struct mg_bytes){ short_header, sizeof(short_header) },
			(struct mg_bytes){ next, sizeof(next) }));
	assert_false(telegrams_equal((struct mg_bytes){ none, sizeof(none) },
			(struct mg_bytes){ none_next, sizeof(none_next) }));
}

static void test_a_fixed_header_is_judged_by_its_id(void **state)
{
	(void)state;
	const struct mg_identity mask = {
		.id = 0x12345678, .manufacturer = 0x4024, .version = 1, .medium = 7
	};
	struct telegrams_facts facts = look(fixed, sizeof(fixed));
	assert_true(telegrams_fit(&mask, facts.header, &facts.identity));
	assert_false(telegrams_fit(&mask, MG_HEADER_LONG, &facts.identity));
	facts.identity.id = 0x12345679;
	assert_false(telegrams_fit(&mask, facts.header, &facts.identity));
}

static void test_one_meter_has_one_whole_identity(void **state)
{
	(void)state;
	const struct mg_identity meter = { 0x12345678, 0x4024, 1, 7 };
	const struct mg_identity others[] = {
		{ 0x12345679, 0x4024, 1, 7 },
		{ 0x12345678, 0x4025, 1, 7 },
		{ 0x12345678, 0x4024, 2, 7 },
		{ 0x12345678, 0x4024, 1, 6 },
	};
	assert_true(telegrams_same_meter(&meter, &meter));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_false(telegrams_same_meter(&meter, &others[i]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_telegram_with_more_to_come),
		cmocka_unit_test(test_a_fixed_telegram),
		cmocka_unit_test(test_the_key_shows_that_more_is_to_come),
		cmocka_unit_test(test_without_a_key_the_header_is_seen),
		cmocka_unit_test(test_an_application_error_has_no_identity),
		cmocka_unit_test(test_the_print_is_of_the_records_not_of_their_values),
		cmocka_unit_test(test_repeats_differ_in_the_access_number_alone),
		cmocka_unit_test(test_repeats_have_one_length_and_kind),
		cmocka_unit_test(test_a_fixed_header_is_judged_by_its_id),
		cmocka_unit_test(test_one_meter_has_one_whole_identity),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
