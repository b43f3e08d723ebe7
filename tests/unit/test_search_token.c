/* SPDX-License-Identifier: MIT */
/* A search goes on from where another one stopped. */
#include "scan/scan_token.h"
#include "search_bench.h"

#define KAM 0x2C2D

static void add_five(struct search_bench *b)
{
	bench_meter(b, 0x12345678, KAM, 0x10, 0x04);
	bench_meter(b, 0x12345628, KAM, 0x11, 0x04);
	bench_meter(b, 0x99345671, KAM, 0x10, 0x07);
	bench_meter(b, 0x20745675, KAM, 0x10, 0x06);
	bench_meter(b, 0x12300675, KAM, 0x10, 0x04);
}

/* Stops after so many steps, and goes on: what do both find? */
static size_t found_in_two_parts(size_t steps, size_t *selections)
{
	struct search_bench first = { .count = 0 }, second = { .count = 0 };
	struct scan_order order = search_order();
	char token[SCAN_TOKEN_SIZE];
	size_t count = 0;
	bench_begin(&first.scan, &order);
	add_five(&first);
	for (size_t i = 0; i < steps && bench_turn(&first); i++) {
	}
	scan_token(first.scan.scan, token);
	/* A full stop would be left behind by who copies it. */
	assert_int_not_equal(token[strlen(token) - 1], '.');
	order.resume = token;
	bench_begin(&second.scan, &order);
	assert_string_equal(second.scan.scan->reason, "");
	add_five(&second);
	bench_run(&second);
	for (size_t i = 0; i < first.count; i++) {
		uint32_t id = first.meters[i].identity.id;
		count += bench_by_id(&first, id) != NULL || bench_by_id(&second, id) != NULL;
	}
	*selections = second.selections;
	bench_end(&first.scan);
	bench_end(&second.scan);
	return count;
}

static void nothing_is_lost_wherever_it_stops(void **state)
{
	(void)state;
	size_t all, rest;
	assert_int_equal(found_in_two_parts(0, &all), 5);
	for (size_t steps = 1; steps < 40; steps++) {
		assert_int_equal(found_in_two_parts(steps, &rest), 5);
	}
}

static void what_is_settled_is_not_asked_again(void **state)
{
	(void)state;
	size_t all, rest;
	found_in_two_parts(0, &all);
	found_in_two_parts(30, &rest);
	assert_true(rest < all / 2);
}

static void refuse(const char *token)
{
	struct search_bench b = { .count = 0 };
	struct scan_order order = search_order();
	char whole[SCAN_TOKEN_SIZE];
	bench_begin(&b.scan, &order);
	scan_token(b.scan.scan, whole);
	bench_end(&b.scan);
	*strchr(whole, '~') = '\0';
	strncat(whole, token, sizeof(whole) - strlen(whole) - 1);
	scan_token_seal(whole);
	order.resume = whole;
	bench_begin(&b.scan, &order);
	assert_non_null(strstr(b.scan.scan->reason, "the token does not fit this scan"));
	assert_false(bench_turn(&b));
	bench_end(&b.scan);
}

static void nonsense_is_refused(void **state)
{
	(void)state;
	static const char *const tokens[] = {
		"0",                  /* ends in the middle */
		"00",                 /* without a place */
		"00z00000.",          /* no such place */
		"00h0",               /* without its values */
		"00h000",             /* and with half of them */
		"00h0000000h00000",   /* without its end */
		"00h00000 ",          /* another end */
		"00h0000x.",          /* no digit */
		"00-0.00h00000.",     /* within a node that has no place yet */
		"00h00000.05h00000.", /* the same place twice */
		"00h00000.0fg00000.", /* the wildcard */
	};
	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
		refuse(tokens[i]);
	}
}

static void a_token_of_more_nodes_than_there_are_places_is_refused(void **state)
{
	(void)state;
	char token[SCAN_TOKEN_SIZE] = "";
	static const char *const nodes = "00h00000.00g00000.00f00000.00e00000.00d00000."
									 "00c00000.00b00000.00a00000.00a00000.";
	strcat(token, nodes);
	refuse(token);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_lost_wherever_it_stops),
		cmocka_unit_test(what_is_settled_is_not_asked_again),
		cmocka_unit_test(nonsense_is_refused),
		cmocka_unit_test(a_token_of_more_nodes_than_there_are_places_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
