/* SPDX-License-Identifier: MIT */
/* One address: from what came to what is asked next, and to what is thought of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scan/sweep_visit.h"

static void hear(struct sweep_visit *visit, enum sweep_visit_step step,
		enum exchange_outcome outcome)
{
	struct exchange exchange = { .outcome = outcome };
	assert_int_equal(sweep_visit_next(visit), step);
	sweep_visit_take(visit, step, &exchange);
}

static void closed(const struct sweep_visit *visit, enum sweep_visit_verdict verdict)
{
	assert_int_equal(sweep_visit_next(visit), SWEEP_VISIT_CLOSED);
	assert_int_equal(sweep_visit_verdict(visit), verdict);
}

static void one_silence_and_one_ack_are_enough(void **state)
{
	(void)state;
	struct sweep_visit silent = { .tries_damaged = 3 }, there = { .tries_damaged = 3 };
	hear(&silent, SWEEP_VISIT_RESET, EXCHANGE_SILENT);
	closed(&silent, SWEEP_VISIT_ABSENT);
	hear(&there, SWEEP_VISIT_RESET, EXCHANGE_ACK);
	closed(&there, SWEEP_VISIT_PRESENT);
}

static void an_ack_behind_a_silent_probe_has_to_come_twice(void **state)
{
	(void)state;
	struct sweep_visit there = { .after_silence = true, .tries_damaged = 3 };
	struct sweep_visit not = there;
	hear(&there, SWEEP_VISIT_RESET, EXCHANGE_ACK);
	hear(&there, SWEEP_VISIT_RESET, EXCHANGE_SILENT);
	hear(&there, SWEEP_VISIT_RESET, EXCHANGE_ACK);
	closed(&there, SWEEP_VISIT_PRESENT);
	hear(&not, SWEEP_VISIT_RESET, EXCHANGE_ACK);
	hear(&not, SWEEP_VISIT_RESET, EXCHANGE_SILENT);
	hear(&not, SWEEP_VISIT_RESET, EXCHANGE_SILENT);
	closed(&not, SWEEP_VISIT_ELSEWHERE);
}

static void one_damaged_answer_of_three_is_noise(void **state)
{
	(void)state;
	struct sweep_visit visit = { .tries_damaged = 3 };
	hear(&visit, SWEEP_VISIT_RESET, EXCHANGE_BAD);
	hear(&visit, SWEEP_VISIT_RESET, EXCHANGE_SILENT);
	hear(&visit, SWEEP_VISIT_RESET, EXCHANGE_SILENT);
	closed(&visit, SWEEP_VISIT_ABSENT);
}

static void silence_is_not_believed_where_something_was_heard_before(void **state)
{
	(void)state;
	struct sweep_visit visit = { .was_heard = true, .tries_damaged = 3 };
	hear(&visit, SWEEP_VISIT_RESET, EXCHANGE_SILENT);
	struct sweep_visit there = visit;
	hear(&visit, SWEEP_VISIT_RESET, EXCHANGE_SILENT);
	hear(&visit, SWEEP_VISIT_RESET, EXCHANGE_SILENT);
	closed(&visit, SWEEP_VISIT_ABSENT);
	hear(&there, SWEEP_VISIT_RESET, EXCHANGE_ACK);
	closed(&there, SWEEP_VISIT_PRESENT);
}

static void damage_that_stays_is_a_collision(void **state)
{
	(void)state;
	struct sweep_visit visit = { .tries_damaged = 3 };
	for (int i = 0; i < 3; i++) {
		hear(&visit, SWEEP_VISIT_RESET, EXCHANGE_BAD);
	}
	struct sweep_visit silent = visit, read = visit;
	for (int i = 0; i < 3; i++) {
		hear(&visit, SWEEP_VISIT_REQUEST, EXCHANGE_BAD);
	}
	closed(&visit, SWEEP_VISIT_COLLIDED);
	for (int i = 0; i < 3; i++) {
		hear(&silent, SWEEP_VISIT_REQUEST, EXCHANGE_SILENT);
	}
	closed(&silent, SWEEP_VISIT_COLLIDED);
	hear(&read, SWEEP_VISIT_REQUEST, EXCHANGE_DATA);
	closed(&read, SWEEP_VISIT_PRESENT);
}

static void a_noisy_line_asks_for_data_more_often(void **state)
{
	(void)state;
	struct sweep_visit visit = { .identify = true,
		.tries_damaged = SWEEP_VISIT_TRIES_NOISY };
	hear(&visit, SWEEP_VISIT_RESET, EXCHANGE_ACK);
	for (int i = 0; i < 11; i++) {
		hear(&visit, SWEEP_VISIT_REQUEST, EXCHANGE_BAD);
	}
	hear(&visit, SWEEP_VISIT_REQUEST, EXCHANGE_DATA);
	closed(&visit, SWEEP_VISIT_PRESENT);
}

static void an_ack_to_a_request_counts_when_it_comes_again(void **state)
{
	(void)state;
	struct sweep_visit none = { .request_anyhow = true, .tries_damaged = 3 };
	hear(&none, SWEEP_VISIT_RESET, EXCHANGE_SILENT);
	hear(&none, SWEEP_VISIT_REQUEST, EXCHANGE_ACK);
	struct sweep_visit mute = none;
	hear(&none, SWEEP_VISIT_REQUEST, EXCHANGE_SILENT);
	hear(&none, SWEEP_VISIT_REQUEST, EXCHANGE_SILENT);
	closed(&none, SWEEP_VISIT_ELSEWHERE);
	hear(&mute, SWEEP_VISIT_REQUEST, EXCHANGE_ACK);
	closed(&mute, SWEEP_VISIT_MUTE);
}

static void two_answers_from_another_address_are_believed(void **state)
{
	(void)state;
	struct exchange exchange = {
		.outcome = EXCHANGE_BAD,
		.failure = { .trouble = EXCHANGE_TROUBLE_ADDRESS, .a = 9 },
	};
	struct sweep_visit visit = { .identify = true, .tries_damaged = 3 };
	hear(&visit, SWEEP_VISIT_RESET, EXCHANGE_ACK);
	sweep_visit_take(&visit, SWEEP_VISIT_REQUEST, &exchange);
	assert_int_equal(sweep_visit_next(&visit), SWEEP_VISIT_REQUEST);
	struct sweep_visit changing = visit;
	sweep_visit_take(&visit, SWEEP_VISIT_REQUEST, &exchange);
	closed(&visit, SWEEP_VISIT_FOREIGN);
	assert_int_equal(visit.other, 9);
	exchange.failure.a = 10;
	sweep_visit_take(&changing, SWEEP_VISIT_REQUEST, &exchange);
	assert_int_equal(sweep_visit_next(&changing), SWEEP_VISIT_REQUEST);
}

static void without_ack_one_request_is_enough(void **state)
{
	(void)state;
	struct sweep_visit silent = { .request_first = true, .tries_damaged = 3 };
	hear(&silent, SWEEP_VISIT_REQUEST, EXCHANGE_SILENT);
	closed(&silent, SWEEP_VISIT_ABSENT);
	struct sweep_visit noise = { .request_first = true, .tries_damaged = 3 };
	hear(&noise, SWEEP_VISIT_REQUEST, EXCHANGE_BAD);
	hear(&noise, SWEEP_VISIT_REQUEST, EXCHANGE_SILENT);
	hear(&noise, SWEEP_VISIT_REQUEST, EXCHANGE_SILENT);
	closed(&noise, SWEEP_VISIT_ABSENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_silence_and_one_ack_are_enough),
		cmocka_unit_test(an_ack_behind_a_silent_probe_has_to_come_twice),
		cmocka_unit_test(one_damaged_answer_of_three_is_noise),
		cmocka_unit_test(silence_is_not_believed_where_something_was_heard_before),
		cmocka_unit_test(damage_that_stays_is_a_collision),
		cmocka_unit_test(a_noisy_line_asks_for_data_more_often),
		cmocka_unit_test(an_ack_to_a_request_counts_when_it_comes_again),
		cmocka_unit_test(two_answers_from_another_address_are_believed),
		cmocka_unit_test(without_ack_one_request_is_enough),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
