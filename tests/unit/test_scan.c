/* SPDX-License-Identifier: MIT */
/* A scan over several speeds: what it keeps, where it goes on, what it refuses. */
#include "scan/scan_token.h"
#include "scan_bench.h"

#define NOT_ALL                                                                          \
	"this is no token of a scan, or not all of it: give it as the scan printed it"

static const struct scan_found meter = {
	.state = SCAN_CONFIRMED,
	.address = 5,
	.has_identity = true,
	.identity = { 0x12345678, 0x2C2D, 0x10, 0x04 },
	.header = MG_HEADER_LONG,
	.baud = 2400,
};

static void a_meter_that_answers_at_every_speed_is_found_once(void **state)
{
	(void)state;
	struct scan_bench b;
	const struct scan_order order = ADDRESSES(5);
	bench_begin(&b, &order);
	struct scan_found again = meter;
	again.baud = 9600;
	struct scan_found *first = scan_add(b.scan, &meter);
	assert_non_null(first);
	assert_ptr_equal(scan_add(b.scan, &again), first);
	assert_int_equal(b.scan->count, 1);
	assert_int_equal(b.found, 1);
	assert_int_equal(b.scan->found[0].baud, 2400);
	again.identity.version = 0x11;
	assert_non_null(scan_add(b.scan, &again));
	assert_int_equal(b.scan->count, 2);
	bench_end(&b);
}

static void without_identity_each_speed_is_another_meter(void **state)
{
	(void)state;
	struct scan_bench b;
	const struct scan_order order = ADDRESSES(5);
	bench_begin(&b, &order);
	struct scan_found found = { .address = 5, .baud = 2400 };
	scan_add(b.scan, &found);
	scan_add(b.scan, &found);
	assert_int_equal(b.scan->count, 1);
	found.baud = 300;
	scan_add(b.scan, &found);
	assert_int_equal(b.scan->count, 2);
	bench_end(&b);
}

static void known_meters_are_marked(void **state)
{
	(void)state;
	struct scan_bench b;
	const struct mg_identity known[] = { { 0x12345678, 0x2C2D, 0x10, 0x04 } };
	struct scan_order order = ADDRESSES(5);
	order.known = known;
	order.known_count = 1;
	bench_begin(&b, &order);
	struct scan_found other = meter;
	other.identity.id = 0x87654321;
	assert_true(scan_add(b.scan, &meter)->known);
	assert_false(scan_add(b.scan, &other)->known);
	bench_end(&b);
}

static void what_finds_no_room_is_counted(void **state)
{
	(void)state;
	struct scan_bench b;
	const struct scan_order order = ADDRESSES(5);
	bench_begin(&b, &order);
	struct scan_found found = meter;
	for (uint32_t i = 0; i < SCAN_FOUND_MAX; i++) {
		found.identity.id = i;
		assert_non_null(scan_add(b.scan, &found));
	}
	found.identity.id = SCAN_FOUND_MAX;
	assert_null(scan_add(b.scan, &found));
	assert_int_equal(b.scan->overflow, 1);
	assert_int_equal(b.scan->count, SCAN_FOUND_MAX);
	bench_end(&b);
}

static void speeds_come_one_after_the_other(void **state)
{
	(void)state;
	struct scan_bench b;
	struct scan_order order = ADDRESSES(5);
	order.bauds[0] = 9600;
	order.bauds[1] = 300;
	order.baud_count = 2;
	bench_begin(&b, &order);
	bench_step(&b, MG_C_SND_NKE, 5, EXCHANGE_ACK, FAST);
	assert_int_equal(b.scan->progress.baud, 9600);
	bench_step(&b, MG_C_SND_NKE, 5, EXCHANGE_ACK, 40000);
	assert_int_equal(b.scan->progress.baud, 300);
	assert_false(bench_ask(&b));
	assert_true(b.scan->done);
	assert_int_equal(b.scan->count, 2);
	char token[SCAN_TOKEN_SIZE];
	assert_string_equal(scan_token(b.scan, token), "");
	bench_end(&b);
}

static void a_token_goes_on_where_the_scan_stopped(void **state)
{
	(void)state;
	struct scan_bench b;
	struct scan_order order = ADDRESSES(1, 2, 3);
	char token[SCAN_TOKEN_SIZE];
	bench_begin(&b, &order);
	bench_step(&b, MG_C_SND_NKE, 1, EXCHANGE_ACK, FAST);
	assert_true(bench_ask(&b)); /* address 2 is under way */
	exchange_abort(&b.exchange, b.now);
	b.scan->task.ops->stop(&b.scan->task, b.now);
	assert_int_equal(b.scan->count, 1);
	scan_token(b.scan, token);
	assert_null(strchr(token, ' '));
	assert_true(strlen(token) < 300);
	bench_end(&b);

	order.resume = token;
	bench_begin(&b, &order);
	bench_step(&b, MG_C_SND_NKE, 2, EXCHANGE_ACK, FAST);
	bench_step(&b, MG_C_SND_NKE, 3, EXCHANGE_ACK, FAST);
	assert_false(bench_ask(&b));
	assert_true(b.scan->done);
	bench_end(&b);
}

static void refused(const struct scan_order *order, const char *reason)
{
	struct scan_bench b;
	bench_begin(&b, order);
	assert_false(bench_ask(&b));
	assert_false(b.scan->done);
	assert_string_equal(b.scan->reason, reason);
	bench_end(&b);
}

static void tokens_of_another_order_are_refused_in_words(void **state)
{
	(void)state;
	struct scan_bench b;
	struct scan_order order = ADDRESSES(1, 2, 3);
	char token[SCAN_TOKEN_SIZE], cut[SCAN_TOKEN_SIZE];
	bench_begin(&b, &order);
	scan_token(b.scan, token);
	bench_end(&b);

	order.resume = token;
	order.addresses[0] = 2;
	refused(&order, "the token is of a scan with other addresses or speeds: repeat that "
					"command, and add only the token");
	order = ADDRESSES(1, 2, 3);
	order.kind = SCAN_SECONDARY;
	order.resume = token;
	refused(&order, "the token is of a primary scan: leave out --secondary and the mask");
	order.kind = SCAN_PRIMARY;
	order.resume = "hello";
	refused(&order, NOT_ALL);
	order.resume = "";
	refused(&order, NOT_ALL);
	order.resume = cut;
	for (int length = 1; length < (int)strlen(token); length++) {
		snprintf(cut, sizeof(cut), "%.*s", length, token);
		refused(&order, NOT_ALL);
	}
	snprintf(cut, sizeof(cut), "%.400sx", token);
	refused(&order, NOT_ALL);
	*strrchr(token, '~') = '\0';
	snprintf(cut, sizeof(cut), "%.400sx", token);
	scan_token_seal(cut);
	refused(&order, "the token cannot be read: give all of it, as the scan printed it");
}

static void a_token_of_a_secondary_scan_says_what_to_add(void **state)
{
	(void)state;
	struct scan_bench b;
	struct scan_order order = { .kind = SCAN_SECONDARY,
		.mask = { UINT32_MAX, UINT16_MAX, UINT8_MAX, UINT8_MAX } };
	char token[SCAN_TOKEN_SIZE];
	bench_begin(&b, &order);
	scan_token(b.scan, token);
	bench_end(&b);
	order.kind = SCAN_PRIMARY;
	order.resume = token;
	refused(&order, "the token is of a secondary scan: add --secondary");
}

static void a_token_of_another_bus_is_refused(void **state)
{
	(void)state;
	struct scan_bench b;
	struct scan_order order = ADDRESSES(1, 2, 3);
	char token[SCAN_TOKEN_SIZE];
	order.bus = "cellar.1";
	order.port = "127.0.0.1:4001";
	bench_begin(&b, &order);
	scan_token(b.scan, token);
	bench_end(&b);
	order.resume = token;
	bench_begin(&b, &order);
	assert_string_equal(b.scan->reason, "");
	bench_end(&b);
	order.bus = "127.0.0.1-4001"; /* the same, but not as the bus of a configuration */
	bench_begin(&b, &order);
	assert_string_equal(b.scan->reason, "");
	bench_end(&b);
	order.bus = "cellar.1";
	order.port = "127.0.0.1:4002"; /* the same with another converter */
	bench_begin(&b, &order);
	assert_string_equal(b.scan->reason, "");
	bench_end(&b);
	order.bus = "attic";
	refused(&order, "the token is of another bus: cellar.1, and this is attic");
	order.port = NULL;
	refused(&order, "the token is of another bus: cellar.1, and this is attic");
	/* No name of a bus, and never printed. */
	snprintf(token, sizeof(token), "p.0.00000000.0.00000000.\001:");
	scan_token_seal(token);
	order.port = "127.0.0.1:4001";
	refused(&order, NOT_ALL);
}

/* Counted on over every interruption. */
static void a_token_says_how_many_were_found_before(void **state)
{
	(void)state;
	struct scan_bench b;
	struct scan_order order = ADDRESSES(1, 2, 3);
	char token[SCAN_TOKEN_SIZE];
	for (size_t i = 0; i < 3; i++) {
		bench_begin(&b, &order);
		assert_int_equal(b.scan->before, i);
		bench_step(&b, MG_C_SND_NKE, 1 + (int)i, EXCHANGE_ACK, FAST);
		assert_int_equal(b.scan->count, 1);
		scan_token(b.scan, token);
		bench_end(&b);
		order.resume = token;
	}
	bench_begin(&b, &order);
	assert_int_equal(b.scan->before, 3);
	assert_false(bench_ask(&b));
	assert_true(b.scan->done);
	bench_end(&b);
	char *before = strstr(token, ".3.811c9dc5.-:"); /* the hash of no port */
	assert_non_null(before);
	*before = '\0';
	strcat(token, ".9999999999.811c9dc5.-:0,0,0,0,0,-,-,-");
	scan_token_seal(token);
	refused(&order, NOT_ALL);
}

/* While a meter is asked whether it is still there. */
static void a_token_from_between_two_speeds_goes_on_at_the_second(void **state)
{
	(void)state;
	struct scan_bench b;
	struct scan_order order = ADDRESSES(5, 6);
	char token[SCAN_TOKEN_SIZE];
	order.bauds[0] = 2400;
	order.bauds[1] = 300;
	order.baud_count = 2;
	bench_begin(&b, &order);
	bench_step(&b, MG_C_SND_NKE, 5, EXCHANGE_ACK, FAST);
	while (bench_ask(&b) && b.scan->step == SCAN_PROBES) {
		bench_take(&b, EXCHANGE_SILENT, -1);
	}
	assert_int_equal(b.scan->baud_at, 0);
	assert_int_equal(b.scan->step, SCAN_CHECKS);
	assert_memory_equal(scan_token(b.scan, token), "p.1.", 4);
	bench_end(&b);
	order.resume = token;
	bench_begin(&b, &order);
	assert_int_equal(b.scan->before, 1);
	assert_true(bench_ask(&b));
	assert_int_equal(bench_a(&b), 5);
	assert_int_equal(b.scan->progress.baud, 300);
	bench_end(&b);
}

/* It answers to SND_NKE, and then neither to that nor to REQ_UD2. */
static void a_single_meter_is_asked_in_two_ways_until_it_is_gone(void **state)
{
	(void)state;
	struct scan_bench b;
	struct scan_order order = ADDRESSES(5);
	order.bauds[0] = 2400;
	order.bauds[1] = 300;
	order.baud_count = 2;
	bench_begin(&b, &order);
	bench_step(&b, MG_C_SND_NKE, 5, EXCHANGE_ACK, FAST);
	while (b.scan->baud_at == 0 || b.scan->step == SCAN_PROBES) {
		assert_true(bench_ask(&b));
		if (b.scan->step == SCAN_CHECKS) {
			break;
		}
		bench_take(&b, EXCHANGE_SILENT, -1);
	}
	assert_int_equal(bench_c(&b), MG_C_SND_NKE);
	bench_take(&b, EXCHANGE_SILENT, -1);
	bench_step(&b, MG_C_REQ_UD2 | MG_C_FCB, 5, EXCHANGE_SILENT, -1);
	assert_true(b.scan->fell_silent);
	assert_false(bench_ask(&b));
	bench_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_meter_that_answers_at_every_speed_is_found_once),
		cmocka_unit_test(without_identity_each_speed_is_another_meter),
		cmocka_unit_test(known_meters_are_marked),
		cmocka_unit_test(what_finds_no_room_is_counted),
		cmocka_unit_test(speeds_come_one_after_the_other),
		cmocka_unit_test(a_token_goes_on_where_the_scan_stopped),
		cmocka_unit_test(tokens_of_another_order_are_refused_in_words),
		cmocka_unit_test(a_token_of_a_secondary_scan_says_what_to_add),
		cmocka_unit_test(a_token_of_another_bus_is_refused),
		cmocka_unit_test(a_token_says_how_many_were_found_before),
		cmocka_unit_test(a_token_from_between_two_speeds_goes_on_at_the_second),
		cmocka_unit_test(a_single_meter_is_asked_in_two_ways_until_it_is_gone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
