/* SPDX-License-Identifier: MIT */
/* Damage to one answer, or the sum of several? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "scan/search_answer.h"

static void a_wildcard_makes_an_identity_vague(void **state)
{
	(void)state;
	const struct mg_identity plain = { 0x12345678, 0x2C2D, 0x10, 0x04 };
	const struct mg_identity digit = { 0x1234F678, 0x2C2D, 0x10, 0x04 };
	const struct mg_identity version = { 0x12345678, 0x2C2D, 0xFF, 0x04 };
	assert_false(search_answer_is_vague(&plain));
	assert_true(search_answer_is_vague(&digit));
	assert_true(search_answer_is_vague(&version));
}

static void identities_are_the_same_in_every_part(void **state)
{
	(void)state;
	const struct mg_identity one = { 0x12345678, 0x2C2D, 0x10, 0x04 };
	struct mg_identity other = one;
	assert_true(search_answer_same(&one, &other));
	other.medium = 0x07;
	assert_false(search_answer_same(&one, &other));
	other = one;
	other.version = 0x11;
	assert_false(search_answer_same(&one, &other));
	other = one;
	other.manufacturer = 0x2C2C;
	assert_false(search_answer_same(&one, &other));
	other = one;
	other.id = 0x12345679;
	assert_false(search_answer_same(&one, &other));
}

static void another_length_than_it_says_is_a_sum(void **state)
{
	(void)state;
	struct exchange exchange = { .heard = { 0x68, 0x20, 0x20, 0x68 }, .heard_size = 4 };
	exchange.failure.received = 0x20 + 6;
	assert_false(search_answer_is_sum(&exchange));
	exchange.failure.received = 0x20 + 8;
	assert_false(search_answer_is_sum(&exchange));
	exchange.failure.received = 0x20 + 9;
	assert_true(search_answer_is_sum(&exchange));
	exchange.failure.received = 0x20 + 3;
	assert_true(search_answer_is_sum(&exchange));
}

static void without_a_length_nothing_can_be_said(void **state)
{
	(void)state;
	struct exchange exchange = { .heard = { 0x68, 0x20, 0x24, 0x68 }, .heard_size = 4 };
	exchange.failure.received = 100;
	assert_false(search_answer_is_sum(&exchange));
	exchange.heard[2] = 0x20;
	exchange.heard_size = 3;
	assert_false(search_answer_is_sum(&exchange));
}

static void the_same_answer_may_differ_in_little(void **state)
{
	(void)state;
	uint8_t one[20] = { 0 }, other[20] = { 0 };
	other[3] = other[7] = other[9] = 1;
	other[15] = 0x55; /* the access number counts up */
	assert_true(search_answer_is_alike(one, sizeof(one), other, sizeof(other)));
	other[10] = 1;
	assert_false(search_answer_is_alike(one, sizeof(one), other, sizeof(other)));
	assert_true(search_answer_is_alike(one, 10, other, sizeof(other)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wildcard_makes_an_identity_vague),
		cmocka_unit_test(identities_are_the_same_in_every_part),
		cmocka_unit_test(another_length_than_it_says_is_a_sum),
		cmocka_unit_test(without_a_length_nothing_can_be_said),
		cmocka_unit_test(the_same_answer_may_differ_in_little),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
