/* SPDX-License-Identifier: MIT */
/* Values that several meters answer to are looked at across, all at once. */
#include "scan/search_private.h"
#include "search_bench.h"

#define KAM 0x2C2D
#define ASKED_MAX 400

/* Numbers of which the last digit is split first: two stand alone there, and three values
   have two each. */
static const uint32_t mixed[] = { 0x93651070, 0x48129561, 0x12035482, 0x27106132,
	0x50712843, 0x81243903, 0x36482714, 0x09513284 };

struct asked {
	uint32_t masks[ASKED_MAX]; /* numbers of all selections */
	bool silent[ASKED_MAX];
	size_t count;
};

static void begin(struct search_bench *b, const struct scan_order *order,
		const uint32_t *numbers, size_t count)
{
	memset(b, 0, sizeof(*b));
	bench_begin(&b->scan, order);
	for (size_t i = 0; i < count; i++) {
		bench_meter(b, numbers[i], (uint16_t)(KAM + i), 0x10, 0x04);
	}
}

static uint32_t number_in(const uint8_t *request)
{
	struct mg_identity mask;
	mg_identity_get(request + 7, &mask);
	return mask.id;
}

/* One request; true until the search is over. */
static bool turn(struct search_bench *b, struct asked *asked)
{
	if (!bench_turn(b)) {
		return false;
	}
	const uint8_t *request = b->scan.exchange.request;
	if (request[0] == 0x68) {
		assert_true(asked->count < ASKED_MAX);
		asked->silent[asked->count] = b->scan.exchange.outcome == EXCHANGE_SILENT;
		asked->masks[asked->count++] = number_in(request);
	}
	return true;
}

/* Which digit is the only one given, counted from the first; -1: none, or several. */
static int only_digit(uint32_t mask)
{
	int only = -1;
	for (int i = 0; i < 8; i++) {
		if ((mask >> (28 - 4 * i) & 0xF) != 0xF) {
			if (only >= 0) {
				return -1;
			}
			only = i;
		}
	}
	return only;
}

static bool is_across(uint32_t mask)
{
	int digit = only_digit(mask);
	return digit >= 0 && digit != 7;
}

static size_t count_across(const struct asked *asked)
{
	size_t count = 0;
	for (size_t i = 0; i < asked->count; i++) {
		count += is_across(asked->masks[i]);
	}
	return count;
}

/* Selections of more digits that lie in this mask. */
static size_t count_within(const struct asked *asked, uint32_t mask)
{
	uint32_t digit = 0xFu << (28 - 4 * only_digit(mask));
	size_t count = 0;
	for (size_t i = 0; i < asked->count; i++) {
		count += asked->masks[i] != mask && (asked->masks[i] & digit) == (mask & digit);
	}
	return count;
}

static void assert_all_found(const struct search_bench *b)
{
	assert_true(b->scan.scan->done);
	assert_int_equal(b->scan.scan->count, b->count);
	for (size_t i = 0; i < b->count; i++) {
		const struct scan_found *found = bench_by_id(b, b->meters[i].identity.id);
		assert_non_null(found);
		assert_int_equal(found->state, SCAN_CONFIRMED);
	}
}

static void what_is_silent_across_is_not_asked_for_in_each(void **state)
{
	(void)state;
	struct search_bench b;
	struct asked asked = { .count = 0 };
	const struct scan_order order = search_order();
	begin(&b, &order, mixed, 8);
	while (turn(&b, &asked)) {
	}
	assert_all_found(&b);
	size_t silent = 0;
	for (size_t i = 0; i < asked.count; i++) {
		if (is_across(asked.masks[i]) && asked.silent[i]) {
			assert_int_equal(count_within(&asked, asked.masks[i]), 0);
			silent++;
		}
	}
	/* The other six values across were those of one meter each. */
	assert_int_equal(silent, 2);
	assert_int_equal(count_across(&asked), 8);
	/* One by one it would be 52. */
	assert_int_equal(b.selections, 36);
	assert_int_equal(b.exact, 9);
	bench_end(&b.scan);
}

static void several_across_prove_nothing(void **state)
{
	(void)state;
	/* Asked for by a digit in which three pairs of them agree. */
	static const uint32_t numbers[] = { 0x64291320, 0x17371671, 0x54085752, 0x87207472,
		0x53320713, 0x33570063, 0x37303694, 0x85692094 };
	struct search_bench b;
	struct asked asked = { .count = 0 };
	const struct scan_order order = search_order();
	begin(&b, &order, numbers, 8);
	while (turn(&b, &asked)) {
	}
	assert_all_found(&b);
	assert_int_equal(count_across(&asked), 8);
	bench_end(&b.scan);
}

static void masks_are_settled_until_their_node_is_left(void **state)
{
	(void)state;
	static struct search search;
	struct search_mask any = search_mask_any();
	struct search_mask across = search_mask_with(&any, 0, 4);
	struct search_mask node = search_mask_with(&any, 7, 2);
	struct search_mask inner = search_mask_with(&node, 3, 9);
	struct search_mask both = search_mask_with(&inner, 0, 4);
	search_survey_cover(&search, &across);
	search_survey_cover(&search, &inner);
	assert_true(search_survey_covers(&search, &across));
	assert_true(search_survey_covers(&search, &inner));
	assert_true(search_survey_covers(&search, &both));
	assert_false(search_survey_covers(&search, &node));
	search_survey_leave(&search, &node);
	assert_false(search_survey_covers(&search, &inner));
	assert_true(search_survey_covers(&search, &both));
	search_survey_leave(&search, &any);
	assert_false(search_survey_covers(&search, &across));
}

/* Stops after so many requests, and goes on with the token; counts what both found. False
   when it was over by then. */
static bool resume_after(size_t requests, size_t *found)
{
	struct search_bench b;
	struct asked asked = { .count = 0 };
	struct scan_order order = search_order();
	char token[SCAN_TOKEN_SIZE];
	bool there[8] = { false };
	begin(&b, &order, mixed, 8);
	for (size_t i = 0; i < requests; i++) {
		if (!turn(&b, &asked)) {
			bench_end(&b.scan);
			return false;
		}
	}
	for (size_t i = 0; i < 8; i++) {
		there[i] = bench_by_id(&b, mixed[i]) != NULL;
	}
	scan_token(b.scan.scan, token);
	bench_end(&b.scan);
	order.resume = token;
	begin(&b, &order, mixed, 8);
	bench_run(&b);
	/* Those told before lie in what is left, or are counted: none is told twice, then. */
	assert_int_equal(b.scan.scan->before + b.scan.scan->count, token[0] != '\0' ? 8 : 0);
	*found = 0;
	for (size_t i = 0; i < 8; i++) {
		*found += there[i] || bench_by_id(&b, mixed[i]) != NULL;
	}
	bench_end(&b.scan);
	return true;
}

static void it_is_resumed_from_anywhere(void **state)
{
	(void)state;
	size_t found = 0, requests = 1;
	for (; resume_after(requests, &found); requests++) {
		assert_int_equal(found, 8);
	}
	/* Selections, readings and what is sent before and after them. */
	assert_true(requests > 36 + 8);
}

static void a_lot_in_a_row_is_not_looked_at_across(void **state)
{
	(void)state;
	static const uint32_t numbers[] = { 0x12345660, 0x12345671, 0x12345662, 0x12345672,
		0x12345663, 0x12345673, 0x12345664, 0x12345674 };
	struct search_bench b;
	struct asked asked = { .count = 0 };
	const struct scan_order order = search_order();
	begin(&b, &order, numbers, 8);
	while (turn(&b, &asked) && asked.count < 9) {
		assert_int_equal(count_across(&asked), 0);
	}
	/* The third value, which has two, was gone into at once. */
	assert_int_equal(only_digit(asked.masks[asked.count - 1]), -1);
	while (turn(&b, &asked)) {
	}
	assert_all_found(&b);
	bench_end(&b.scan);
}

static void a_fast_search_excludes_values_instead(void **state)
{
	(void)state;
	struct search_bench b;
	struct asked asked = { .count = 0 };
	struct scan_order order = search_order();
	order.fast = true;
	begin(&b, &order, mixed, 8);
	while (turn(&b, &asked)) {
	}
	assert_all_found(&b);
	assert_int_equal(count_across(&asked), 0);
	bench_end(&b.scan);
}

/* Loses one selection once `before` were made and a meter has just been read, so that it
   is one that must be answered. */
static void lose_one(struct search_bench *b, struct asked *asked, size_t before)
{
	while (turn(b, asked)) {
		bool read = b->scan.exchange.outcome == EXCHANGE_DATA;
		if (read && asked->count >= before) {
			b->lose = 1;
			return;
		}
	}
	fail_msg("no meter was read any more");
}

static void a_line_that_damages_is_not_looked_at_across(void **state)
{
	(void)state;
	struct search_bench b;
	struct asked asked = { .count = 0 };
	const struct scan_order order = search_order();
	begin(&b, &order, mixed, 8);
	lose_one(&b, &asked, 0);
	while (turn(&b, &asked)) {
	}
	assert_all_found(&b);
	assert_int_equal(count_across(&asked), 0);
	bench_end(&b.scan);
}

static void what_was_heard_across_is_asked_again_when_the_line_damages(void **state)
{
	(void)state;
	struct search_bench b;
	struct asked asked = { .count = 0 };
	const struct scan_order order = search_order();
	begin(&b, &order, mixed, 8);
	while (count_across(&asked) < 6) {
		assert_true(turn(&b, &asked));
	}
	size_t before = asked.count;
	lose_one(&b, &asked, before);
	while (turn(&b, &asked)) {
	}
	assert_all_found(&b);
	for (size_t i = 0; i < before; i++) {
		size_t times = 0;
		for (size_t k = 0; k < asked.count; k++) {
			times += asked.masks[k] == asked.masks[i];
		}
		assert_true(!is_across(asked.masks[i]) || times >= 2);
	}
	bench_end(&b.scan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_silent_across_is_not_asked_for_in_each),
		cmocka_unit_test(several_across_prove_nothing),
		cmocka_unit_test(masks_are_settled_until_their_node_is_left),
		cmocka_unit_test(it_is_resumed_from_anywhere),
		cmocka_unit_test(a_lot_in_a_row_is_not_looked_at_across),
		cmocka_unit_test(a_fast_search_excludes_values_instead),
		cmocka_unit_test(a_line_that_damages_is_not_looked_at_across),
		cmocka_unit_test(what_was_heard_across_is_asked_again_when_the_line_damages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
